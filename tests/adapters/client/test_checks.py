"""A source's own check of a response runs before the client's."""

import pytest

from adapters import errors
from adapters.client import (
    SourceResponse,
)
from adapters.errors import QuotaExhausted, RateLimitError
from tests.support.faulty_publisher import Behaviour, answers
from tests.support.source_client import failing_call, response_to


def check_habits(response: SourceResponse) -> None:
    """Knows three publishers' habits: errors under HTTP 200, a quota under 403, and XML instead of JSON."""
    if isinstance(response.payload, dict) and response.payload.get("code") == -4:
        raise errors.Unauthorised("the key is not registered (-4)")
    if isinstance(response.payload, dict) and response.payload.get("error") == "OVER_RATE_LIMIT":
        raise QuotaExhausted("the hour's calls are used up")
    if b"cmmMsgHeader" in response.content:
        raise QuotaExhausted("the day's calls are used up (22)")
    if response.status == 503:
        raise errors.BadRequest("more than 10,000 crimes in the area")


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        pytest.param(answers(b'{"code": -4, "msg": "..."}'), "UNAUTHORISED", id="error under 200"),
        pytest.param(answers(b'{"error": "OVER_RATE_LIMIT"}', status=403), "QUOTA_EXHAUSTED", id="quota under 403"),
        pytest.param(answers(b"<r><cmmMsgHeader/></r>", media_type="text/xml"), "QUOTA_EXHAUSTED", id="another format"),
        pytest.param(answers(b"busy", status=503, media_type="text/plain"), "REFUSED", id="another meaning"),
        pytest.param(answers(b"x" * 100_000, status=503), "REFUSED", id="long reason"),
        pytest.param(answers(b"not gzip", status=503, content_encoding="gzip"), "REFUSED", id="damaged reason"),
        pytest.param(answers(b"{}", status=403), "UNAUTHORISED", id="a status it ignores"),
        pytest.param(answers(b"<html>", media_type="text/html"), "OUTAGE_PAGE", id="a page it ignores"),
    ],
)
async def test_the_check_precedes_status_and_format(behaviour: Behaviour, code: str) -> None:
    error, publisher = await failing_call(behaviour, check=check_habits)
    assert error.code == code
    assert len(publisher.requests) == 1


async def test_a_good_response_passes_the_check() -> None:
    assert (await response_to(answers(b'{"code": 0}'), check=check_habits)).payload == {"code": 0}


async def test_a_call_is_repeated_after_a_transient_error_of_the_check() -> None:
    def per_second(response: SourceResponse) -> None:
        if response.payload == {"code": 23}:
            raise RateLimitError("too many calls in a second (23)")

    assert (await response_to(answers(b'{"code": 23}'), answers(b"[]"), check=per_second)).payload == []
