"""Searches the law service: which scope a name is, and all cases of a scope, page by page.

The interface repeats the caller's key in the links of its answers; no link is read.
"""

import re
from datetime import date
from typing import NamedTuple

from adapters.client import JSON, Clock, Credential, Rate, Secret, SourceClient, SourceResponse, combine_origins
from adapters.errors import BadRequest, TooLarge, Unauthorised, UnexpectedShape, UnknownScope
from adapters.formats.json import printable
from adapters.paging import PublisherState, check_unmoved
from adapters.regulators.korea_law.judgments import COMMISSIONS, KOREA, NAME, PRECEDENTS, RECORDS, read_page
from adapters.source import LIVE, Origin, Scope

ADDRESS = "https://www.law.go.kr/DRF"
RATE = Rate(calls=2, seconds=1, burst=4)
"""The service names no limit."""

PAGE_SIZE = 100
"""The most cases that an answer lists."""

MAX_CASES = 5_000
"""Cases of one scope. All judgments about deepfakes are some dozens."""

SCOPE_NAME = re.compile(
    r"(?:(?P<prec>prec)/(?P<name>[^/]{1,60})(?:/(?P<year>\d{4}))?|kcc/(?P<agenda>[^/]{1,60}))", re.ASCII
)


class LawScopeName(NamedTuple):
    """The parts of a scope's name: a list, a search word and a year; None for decisions, which are of all years."""

    target: str
    query: str
    year: int | None

    @property
    def text(self) -> str:
        """The whole name."""
        return "/".join((self.target, self.query, *((f"{self.year}",) if self.year else ())))

    def scope(self) -> Scope:
        """The scope with this name."""
        return Scope(
            source=NAME,
            channel=LIVE,
            name=self.text,
            records=RECORDS,
            jurisdictions=(KOREA,),
            start=date(self.year, 1, 1) if self.year else None,
            end=date(self.year + 1, 1, 1) if self.year else None,
        )


def parse_scope_name(name: str, this_year: int | None = None) -> LawScopeName:
    """The parts of a scope's name; judgments without a year are those of this one. Raises UnknownScope."""
    match = SCOPE_NAME.fullmatch(name)
    if match is not None and match["agenda"]:
        return LawScopeName(COMMISSIONS, match["agenda"], None)
    year = int(match["year"]) if match is not None and match["year"] else this_year
    if match is None or year is None:
        raise UnknownScope(
            f"{printable(name, 80)!r} is neither prec/WORD/YYYY nor kcc/WORD; without YYYY it is this year"
        )
    return LawScopeName(PRECEDENTS, match["name"], year)


class CaseSearch:
    """The client of the service's lists, which needs a user name."""

    def __init__(self, address: str, user: Secret | None, timeout: float, clock: Clock) -> None:
        keys = [Credential(secret=user, place="query", name="OC")] if user else []
        self._has_user = user is not None
        self._client = SourceClient(address, rates=[RATE], keys=keys, timeout=timeout, clock=clock)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def cases(self, name: LawScopeName) -> tuple[list[object], Origin]:
        """All cases of a scope.

        Raises TooLarge, and UnexpectedShape where the service counts another number or lists a case on two pages.
        """
        if not self._has_user:
            raise Unauthorised("the service needs the user name that it calls OC: the setting `key` of this source")
        cases: list[object] = []
        origins: list[Origin] = []
        total: int | None = None
        first_total: int | None = None
        while total is None or len(cases) < total:
            parameters = _parameters(name, len(origins) + 1)
            response = await self._client.get("lawSearch.do", parameters, accept=JSON, check=_check_error)
            page, total = read_page(name.text, name.target, response.payload)
            if total > MAX_CASES:
                raise TooLarge(f"{name.text}: there are more than {MAX_CASES} cases: search for something narrower")
            first_total = total if first_total is None else first_total
            cases += page
            origins.append(response.origin)
            if len(cases) > total or (not page and len(cases) < total):
                raise UnexpectedShape(f"{name.text}: the pages have another number of cases than the service says")
        check_unmoved(
            name.text, PublisherState(first_total or 0), PublisherState(total), [repr(each) for each in cases]
        )
        return cases, combine_origins(origins)


def _parameters(name: LawScopeName, page: int) -> dict[str, str | int]:
    parameters: dict[str, str | int] = {
        "target": name.target,
        "type": "JSON",
        "search": 1,
        "query": name.query,
        "display": PAGE_SIZE,
        "page": page,
    }
    return parameters | ({"prncYd": f"{name.year}0101~{name.year}1231"} if name.year else {})


def _check_error(response: SourceResponse) -> None:
    """Raises the error of an answer. It comes with HTTP 200: `{"result": …, "msg": …}`."""
    payload = response.payload
    if isinstance(payload, dict) and isinstance(payload.get("result"), str) and "msg" in payload:
        if "검증" in payload["result"]:
            raise Unauthorised("the service does not accept our user name or our address")
        raise BadRequest("the service does not accept the request")
