"""Keys over HTTP: where they are taken from, what a bad one is answered, and what happens to one shown about."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from adapters.vocabulary.enums import FieldClass
from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.audit.chain import generate_audit_keys
from gateway.access.keys import APIKey, new_key
from tests.support.clocks import START
from tests.support.service import Service

PEPPER = "a pepper of these tests, and of no others"
WHO = '{ "query": "{ viewer { audience agencyId agreement purpose key grants { sources fieldClasses } } }" }'


class Keyed:
    """A service with an audit log, and a way to make keys for it."""

    def __init__(self, folder: Path) -> None:
        chain, signing = generate_audit_keys()
        self.service = Service(
            f"sqlite:///{folder / 'keyed.db'}",
            peppers={1: PEPPER},
            audit_url=f"sqlite:///{folder / 'audit.db'}",
            audit_heads=folder / "heads.jsonl",
            audit_key=chain,
            audit_signing_key=signing,
        )
        self.write(agreements.add_agency, identity="kr.knpa", name="KNPA", now=START)
        terms = AgreementTerms(agency="kr.knpa", purpose="tests", sources=("fake",), classes=(FieldClass.PERSONAL,))
        self.write(agreements.add_agreement, identity="a", terms=terms, now=START)

    def write(self, work: Any, **arguments: Any) -> Any:
        return self.service.runner.run(self.service.holdings.database.write(partial(work, **arguments)))

    def key(self) -> APIKey:
        made: APIKey = self.write(agreements.add_key, agreement_id="a", peppers={1: PEPPER.encode()}, now=START)
        return made

    def asked(self, content: str = WHO, **headers: str) -> Any:
        return self.service.post(content, **headers)


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[Keyed]:
    held = Keyed(tmp_path)
    yield held
    held.service.close()


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def test_a_key_says_who_asks_and_without_one_nobody_does(keyed: Keyed) -> None:
    key = keyed.key()
    viewer = keyed.asked(**bearer(key.text)).json()["data"]["viewer"]
    assert (viewer["audience"], viewer["agencyId"], viewer["agreement"]) == ("PARTNER", "kr.knpa", "a")
    assert (viewer["purpose"], viewer["key"]) == ("tests", key.id)
    assert keyed.asked().json()["data"]["viewer"] == {
        **dict.fromkeys(("agencyId", "agreement", "purpose", "key")),
        "audience": "PUBLIC",
        "grants": [],
    }


def test_the_schema_is_that_of_the_key(keyed: Keyed) -> None:
    key = keyed.key()
    question = json.dumps({"query": "{ arrests { nodes { ageBand } } }"})
    assert keyed.asked(question).json()["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    assert "errors" not in keyed.asked(question, **bearer(key.text)).json()
    assert "ageBand" not in keyed.service.call("GET", "/schema.graphql").text
    shown = keyed.service.call("GET", "/schema.graphql", headers=bearer(key.text))
    assert "ageBand" in shown.text
    assert shown.headers["vary"] == "authorization"


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic eDp5", "", "Bearer UNKNOWN", "ß"])
def test_every_bad_header_is_refused_in_the_same_bytes(keyed: Keyed, header: str) -> None:
    header = header.replace("UNKNOWN", new_key(live=True).text)
    refusal = keyed.asked(authorization=header.encode("latin-1"))  # type: ignore[arg-type]  # httpx takes bytes
    assert refusal.status_code == 401
    assert refusal.headers["www-authenticate"] == "Bearer"
    forged = keyed.key().text[:17] + new_key(live=True).text[17:]
    assert refusal.content == keyed.asked(**bearer(forged)).content


def test_an_address_that_tries_many_keys_is_told_to_wait_and_a_good_key_is_still_answered(keyed: Keyed) -> None:
    key = keyed.key()
    statuses = [keyed.asked(**bearer(new_key(live=True).text)).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert keyed.asked(**bearer(key.text)).status_code == 200
    assert keyed.asked().status_code == 200


@pytest.mark.parametrize("place", ["address", "variables", "document", "address of the schema"])
def test_a_key_that_is_sent_in_the_open_is_refused_and_serves_no_more(keyed: Keyed, place: str) -> None:
    key = keyed.key()
    if place == "address":
        answer = keyed.service.call("GET", f"/graphql?query={quote('{ viewer { key } }')}&key={key.text}")
    elif place == "address of the schema":
        answer = keyed.service.call("GET", f"/schema.graphql?key={key.text}")
    elif place == "variables":
        answer = keyed.asked(json.dumps({"query": "{ viewer { key } }", "variables": {"key": key.text}}))
    else:
        answer = keyed.asked(json.dumps({"query": f'{{ cases(filter: {{source: "{key.text}"}}) {{ totalCount }} }}'}))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "KEY_EXPOSED"
    assert key.text not in answer.text
    assert keyed.asked(**bearer(key.text)).status_code == 401


def test_where_no_pepper_is_set_no_key_is_valid(service: Service) -> None:
    assert service.post(WHO, authorization=f"Bearer {new_key(live=True).text}").status_code == 401
