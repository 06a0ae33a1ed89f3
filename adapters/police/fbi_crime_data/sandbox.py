"""The FBI's Crime Data Explorer as a small server: arrests by month that nobody made, and the zeros that mean nothing.

Chicago's department reports every month, and no arrest for rape in February; New York's has reported nothing since
July; a university's serves no population of its own; and an agency that does not exist is answered with zeros. The gate
of api.data.gov stands before it, and shows the address that it was asked at in what it says.
"""

import re
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.demonstration import Demonstration
from adapters.months import month_number, year_and_month

NEWEST, REFRESHED = (2024, 10), "10/15/2024"
"""The last month with data, and the day on which the data were refreshed."""

CHICAGO, NEW_YORK, UNIVERSITY = "ILCPD0000", "NY0303000", "IL0101600"

AGENCIES = {
    CHICAGO: ("Chicago Police Department", 2_600_000),
    NEW_YORK: ("New York City Police Department", 8_300_000),
    UNIVERSITY: ("Specimen University Police Department", 0),
}

STATES = {"IL": ("Illinois", 12_700_000), "NY": ("New York", 19_600_000)}

NATION = ("United States", 340_000_000)

QUIET = (2024, 7)
"""The month from which on New York's department reports nothing."""

PROPERTIES = {
    "max_data_date": {"UCR": f"{NEWEST[1]:02}/{NEWEST[0]}"},
    "last_refresh_date": {"UCR": REFRESHED},
}

AN_HOUR = 1_000

Month = tuple[int, int]


def sandbox(key: str = "", *, hourly: int = AN_HOUR, clock: Callable[[], float] = time.time) -> Starlette:
    """The server. It knows one key, or any if `key` is empty, and allows it so many calls in any hour.

    `clock` gives seconds. `state.calls` counts what was answered, `state.refused` what was beyond the allowance.
    """
    app = Starlette(
        routes=[
            Route("/arrest/national/{offence}", _national, methods=["GET"]),
            Route("/arrest/state/{state}/{offence}", _state, methods=["GET"]),
            Route("/arrest/agency/{ori}/{offence}", _agency, methods=["GET"]),
        ]
    )
    app.state.key, app.state.hourly, app.state.clock = key, hourly, clock
    app.state.asked = deque()
    app.state.calls = app.state.refused = 0
    return app


DEMONSTRATION = Demonstration(
    app=sandbox,
    key="any-key",
    follow=("national/23/2024", "state/IL/240/2024/sex", "agency/ILCPD0000/23/2024", "agency/NY0303000/23/2024"),
)


def count(whose: str, offence: str, month: Month) -> int:
    """How many arrests were reported; there are no such numbers."""
    if whose.startswith("Chicago") and offence == "23" and month[1] == 2:
        return 0
    if whose.startswith("New York City") and month >= QUIET:
        return 0
    if whose.startswith("Specimen"):
        return month[1] % 2
    size = {NATION[0]: 1_000, "Illinois": 40, "New York": 60}.get(whose, 9)
    return size * (3 if offence == "all" else 1) + month[1] * 2 + month[0] % 5


def _gate(request: Request) -> Response | None:
    """The refusal of the gate, if it has one."""
    state = request.app.state
    key = request.query_params.get("API_KEY", "")
    if not key:
        return _refused(403, "API_KEY_MISSING", "No api_key was supplied.")
    if state.key and key != state.key:
        return _refused(403, "API_KEY_INVALID", f"An invalid api_key was supplied: {request.url}")
    now = state.clock()
    while state.asked and state.asked[0] <= now - 3_600:
        state.asked.popleft()
    if len(state.asked) >= state.hourly:
        state.refused += 1
        return _refused(403, "OVER_RATE_LIMIT", f"You have exceeded your rate limit. {key}")
    state.asked.append(now)
    state.calls += 1
    return None


def _refused(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)


async def _national(request: Request) -> Response:
    return _gate(request) or _answer(request, *NATION)


async def _state(request: Request) -> Response:
    known = STATES.get(request.path_params["state"])
    if refusal := _gate(request):
        return refusal
    return _answer(request, *known) if known else JSONResponse({"message": "Invalid state"}, 400)


async def _agency(request: Request) -> Response:
    return _gate(request) or _answer(request, *AGENCIES.get(request.path_params["ori"], ("", None)))


def _answer(request: Request, whose: str, living: int | None) -> Response:
    """Counts by month. Who is not known has no name, no population, and a zero for every month."""
    given = request.query_params
    offence = request.path_params["offence"]
    first, last = (_month(given.get(name, "")) for name in ("from", "to"))
    kind = given.get("type")
    if kind not in {"counts", "totals"} or first is None or last is None or first > last:
        return JSONResponse({"message": "Invalid parameters: type, from and to are required"}, 400)
    months = [year_and_month(number) for number in range(month_number(*first), month_number(*last) + 1)]
    if kind == "totals":
        return JSONResponse(_totals(whose, offence, [month for month in months if month <= NEWEST]))
    known = living is not None
    counts = {_key(month): count(whose, offence, month) if known and month <= NEWEST else 0 for month in months}
    lived = {_key(month): living for month in months}
    took_part = {_key(month): 0 if whose.startswith("New York City") and month >= QUIET else living for month in months}
    payload: dict[str, Any] = {
        "rates": {f"{NATION[0]} Arrests": {_key(month): 1.5 for month in months}},
        "actuals": {f"{whose} Arrests": counts},
        "tooltips": {"leftYAxisHeaders": {"yAxisHeaderActual": "Arrests"}},
        "populations": {
            "population": {NATION[0]: {_key(month): NATION[1] for month in months}} | ({whose: lived} if known else {}),
            "participated_population": {NATION[0]: {_key(month): NATION[1] for month in months}}
            | ({whose: took_part} if known else {}),
        },
        "cde_properties": PROPERTIES,
    }
    left = request.app.state.hourly - len(request.app.state.asked)
    return JSONResponse(payload, headers={"X-Ratelimit-Limit": f"{AN_HOUR}", "X-Ratelimit-Remaining": f"{left}"})


def _totals(whose: str, offence: str, months: list[Month]) -> dict[str, Any]:
    """Numbers of the whole period by whatever can be told of those arrested."""
    whole = sum(count(whose, offence, month) for month in months)
    return {
        "Arrestee Sex": {"Male": whole * 3 // 4, "Female": whole // 5},
        "Arrestee Race": {"White": whole // 3, "Black or African American": whole // 3},
        "Offense Name": {"Specimen Offense": whole},
        "Male Arrests By Age": {"18-24": whole // 2},
        "cde_properties": PROPERTIES,
    }


def _month(text: str) -> Month | None:
    match = re.fullmatch(r"(0[1-9]|1[0-2])-(\d{4})", text, re.ASCII)
    return (int(match[2]), int(match[1])) if match else None


def _key(month: Month) -> str:
    return f"{month[1]:02}-{month[0]}"
