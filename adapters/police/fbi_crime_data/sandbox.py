"""The FBI's Crime Data Explorer as a small server: invented arrests by month, and the zeros that mean nothing.

Chicago's department reports every month, and no arrest for rape in February. New York's reports nothing from July on. A
university's serves no population of its own. An agency that does not exist has zeros. Errors come from the gateway of
api.data.gov in front of it, and show the address of the request.
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

NEWEST_MONTH, REFRESH_DATE = (2024, 10), "10/15/2024"
"""The last month with data, and the day of the last refresh."""

CHICAGO, NEW_YORK, UNIVERSITY = "ILCPD0000", "NY0303000", "IL0101600"

AGENCIES = {
    CHICAGO: ("Chicago Police Department", 2_600_000),
    NEW_YORK: ("New York City Police Department", 8_300_000),
    UNIVERSITY: ("Specimen University Police Department", 0),
}

STATES = {"IL": ("Illinois", 12_700_000), "NY": ("New York", 19_600_000)}

NATION = ("United States", 340_000_000)

SILENT_SINCE = (2024, 7)
"""The first month for which New York's department reports nothing."""

PROPERTIES = {
    "max_data_date": {"UCR": f"{NEWEST_MONTH[1]:02}/{NEWEST_MONTH[0]}"},
    "last_refresh_date": {"UCR": REFRESH_DATE},
}

AN_HOUR = 1_000

Month = tuple[int, int]


def sandbox(key: str = "", *, hourly: int = AN_HOUR, clock: Callable[[], float] = time.time) -> Starlette:
    """The server. It accepts one key, or any if `key` is empty, and at most `hourly` calls in any hour.

    `clock` gives seconds. `state.calls` counts the calls within the limit, `state.refusals` those beyond.
    """
    app = Starlette(
        routes=[
            Route("/arrest/national/{offence}", _national, methods=["GET"]),
            Route("/arrest/state/{state}/{offence}", _state, methods=["GET"]),
            Route("/arrest/agency/{ori}/{offence}", _agency, methods=["GET"]),
        ]
    )
    app.state.key, app.state.hourly, app.state.clock = key, hourly, clock
    app.state.call_times = deque()
    app.state.calls = app.state.refusals = 0
    return app


DEMONSTRATION = Demonstration(
    app=sandbox,
    key="any-key",
    follow=("national/23/2024", "state/IL/240/2024/sex", "agency/ILCPD0000/23/2024", "agency/NY0303000/23/2024"),
)


def count(area: str, offence: str, month: Month) -> int:
    """The number of arrests, which is invented."""
    if area.startswith("Chicago") and offence == "23" and month[1] == 2:
        return 0
    if _is_silent(area, month):
        return 0
    if area.startswith("Specimen"):
        return month[1] % 2
    size = {NATION[0]: 1_000, "Illinois": 40, "New York": 60}.get(area, 9)
    return size * (3 if offence == "all" else 1) + month[1] * 2 + month[0] % 5


def _check_access(request: Request) -> Response | None:
    """The error of the gateway, if there is one."""
    state = request.app.state
    key = request.query_params.get("API_KEY", "")
    if not key:
        return _error(403, "API_KEY_MISSING", "No api_key was supplied.")
    if state.key and key != state.key:
        return _error(403, "API_KEY_INVALID", f"An invalid api_key was supplied: {request.url}")
    now = state.clock()
    while state.call_times and state.call_times[0] <= now - 3_600:
        state.call_times.popleft()
    if len(state.call_times) >= state.hourly:
        state.refusals += 1
        return _error(403, "OVER_RATE_LIMIT", f"You have exceeded your rate limit. {key}")
    state.call_times.append(now)
    state.calls += 1
    return None


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)


async def _national(request: Request) -> Response:
    return _check_access(request) or _answer(request, *NATION)


async def _state(request: Request) -> Response:
    state = STATES.get(request.path_params["state"])
    if error := _check_access(request):
        return error
    return _answer(request, *state) if state else JSONResponse({"message": "Invalid state"}, 400)


async def _agency(request: Request) -> Response:
    return _check_access(request) or _answer(request, *AGENCIES.get(request.path_params["ori"], ("", None)))


def _answer(request: Request, area: str, population: int | None) -> Response:
    """Counts by month. An unknown agency has no name, no population, and a zero for every month."""
    params = request.query_params
    offence = request.path_params["offence"]
    first, last = (_month(params.get(name, "")) for name in ("from", "to"))
    kind = params.get("type")
    if kind not in {"counts", "totals"} or first is None or last is None or first > last:
        return JSONResponse({"message": "Invalid parameters: type, from and to are required"}, 400)
    months = [year_and_month(number) for number in range(month_number(*first), month_number(*last) + 1)]
    if kind == "totals":
        return JSONResponse(_totals(area, offence, [month for month in months if month <= NEWEST_MONTH]))
    remaining = request.app.state.hourly - len(request.app.state.call_times)
    return JSONResponse(
        _counts(area, offence, months, population),
        headers={"X-Ratelimit-Limit": f"{AN_HOUR}", "X-Ratelimit-Remaining": f"{remaining}"},
    )


def _counts(area: str, offence: str, months: list[Month], population: int | None) -> dict[str, Any]:
    has_reports = population is not None
    counts = {
        _key(month): count(area, offence, month) if has_reports and month <= NEWEST_MONTH else 0 for month in months
    }
    populations, participants = ({NATION[0]: {_key(month): NATION[1] for month in months}} for _ in range(2))
    if population is not None:
        populations[area] = {_key(month): population for month in months}
        participants[area] = {_key(month): 0 if _is_silent(area, month) else population for month in months}
    return {
        "rates": {f"{NATION[0]} Arrests": {_key(month): 1.5 for month in months}},
        "actuals": {f"{area} Arrests": counts},
        "tooltips": {"leftYAxisHeaders": {"yAxisHeaderActual": "Arrests"}},
        "populations": {"population": populations, "participated_population": participants},
        "cde_properties": PROPERTIES,
    }


def _is_silent(area: str, month: Month) -> bool:
    return area.startswith("New York City") and month >= SILENT_SINCE


def _totals(area: str, offence: str, months: list[Month]) -> dict[str, Any]:
    """The numbers of the whole period by sex, race and other groups."""
    total = sum(count(area, offence, month) for month in months)
    return {
        "Arrestee Sex": {"Male": total * 3 // 4, "Female": total // 5},
        "Arrestee Race": {"White": total // 3, "Black or African American": total // 3},
        "Offense Name": {"Specimen Offense": total},
        "Male Arrests By Age": {"18-24": total // 2},
        "cde_properties": PROPERTIES,
    }


def _month(text: str) -> Month | None:
    match = re.fullmatch(r"(0[1-9]|1[0-2])-(\d{4})", text, re.ASCII)
    return (int(match[2]), int(match[1])) if match else None


def _key(month: Month) -> str:
    return f"{month[1]:02}-{month[0]}"
