"""data.police.uk as a small server: its paths, objects, limits and errors, over invented crimes.

As documented at https://data.police.uk/docs/ and recorded from it. Some crimes are those of `adapters/story.py`.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.demonstration import Demonstration
from adapters.story import AREA, CRIMES, FORCE, MONTH

FORCES = {
    "metropolitan": "Metropolitan Police Service",
    "city-of-london": "City of London Police",
    "leicestershire": "Leicestershire Police",
}
MONTHS = (date(2024, 8, 1), MONTH, date(2024, 10, 1))
CATEGORIES = {
    "anti-social-behaviour": "Anti-social behaviour",
    "burglary": "Burglary",
    "other-theft": "Other theft",
    "public-order": "Public order",
    "violent-crime": "Violence and sexual offences",
}
OUTCOMES = {
    "under-investigation": "Under investigation",
    "no-further-action": "Investigation complete; no suspect identified",
    "charged": "Suspect charged",
}
STREETS = ("Example Row", "Sample Street", "Specimen Lane", "Pattern Place")

LONGEST_ADDRESS = 4_094
LARGEST_ANSWER = 10_000
BURST, A_SECOND = 30, 15


class CallLimit:
    """The publisher's limit: `BURST` calls at once, and `A_SECOND` more each second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._level = 0.0
        self._at = clock()

    def take(self) -> bool:
        """Counts one more call, if it is within the limit; whether it is."""
        now = self._clock()
        self._level = max(0.0, self._level - (now - self._at) * A_SECOND)
        self._at = now
        if self._level + 1 > BURST:
            return False
        self._level += 1
        return True


def sandbox(clock: Callable[[], float] = time.monotonic) -> Starlette:
    """The server. `state.calls` counts the calls, `state.refusals` those beyond the limit."""
    app = Starlette(
        routes=[
            _route("/forces", lambda ask: [{"id": id, "name": name} for id, name in FORCES.items()]),
            _route("/forces/{id}", _force),
            _route("/crime-last-updated", lambda ask: {"date": f"{MONTHS[-1]}"}),
            _route("/crime-categories", lambda ask: [{"url": url, "name": name} for url, name in CATEGORIES.items()]),
            _route("/crimes-street/{category}", _crimes),
            _route("/outcomes-at-location", _outcomes),
            _route("/outcomes-for-crime/{crime}", _history),
            _route("/stops-force", _stops),
        ]
    )
    app.state.limit = CallLimit(clock)
    app.state.calls = app.state.refusals = 0
    return app


DEMONSTRATION = Demonstration(
    app=sandbox, follow=("metropolitan/stop-and-search", f"{AREA}/2024-09/street", f"{AREA}/2024-09/outcomes")
)


class ErrorStatus(Exception):
    """An error of the publisher: a status without a message."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _route(path: str, answer: Callable[[Request], Any]) -> Route:
    async def endpoint(request: Request) -> Response:
        state = request.app.state
        state.calls += 1
        if not state.limit.take():
            state.refusals += 1
            return PlainTextResponse("Too Many Requests", 429)
        if len(str(request.url)) > LONGEST_ADDRESS:
            return PlainTextResponse("Bad Request", 400)
        try:
            return JSONResponse(answer(request))
        except ErrorStatus as error:
            return PlainTextResponse("", error.status)

    return Route(path, endpoint, methods=["GET"])


def _force(request: Request) -> Any:
    force = request.path_params["id"]
    if force not in FORCES:
        raise ErrorStatus(404)
    return {"id": force, "name": FORCES[force], "description": None, "url": None, "telephone": "101"}


def _month(request: Request) -> date:
    text = request.query_params.get("date", f"{MONTHS[-1]:%Y-%m}")
    for month in MONTHS:
        if f"{month:%Y-%m}" == text:
            return month
    raise ErrorStatus(404)


def _points(request: Request) -> list[tuple[float, float]]:
    """The corners of the area; of a point, the square around its mile."""
    params = request.query_params
    try:
        if "poly" in params:
            return [(float(lat), float(lng)) for lat, lng in (point.split(",") for point in params["poly"].split(":"))]
        latitude, longitude = float(params["lat"]), float(params["lng"])
    except (KeyError, ValueError):
        raise ErrorStatus(400) from None
    return [(latitude - 0.0145, longitude - 0.0233), (latitude + 0.0145, longitude + 0.0233)]


def _within(request: Request, month: date) -> list[dict[str, Any]]:
    points = _points(request)
    (south, north), (west, east) = ((min(side), max(side)) for side in zip(*points, strict=True))
    crimes = [
        crime
        for crime in all_crimes(month)
        if south <= float(crime["location"]["latitude"]) <= north
        and west <= float(crime["location"]["longitude"]) <= east
    ]
    if len(crimes) > LARGEST_ANSWER:
        raise ErrorStatus(503)
    return crimes


def all_crimes(month: date) -> list[dict[str, Any]]:
    """Every crime of a month: those of the story, and some three dozen others, some of them on the railways."""
    crimes = []
    if month == MONTH:
        crimes += [
            _crime(crime, "violent-crime", month, number, outcome)
            for number, (crime, outcome) in enumerate(zip(CRIMES, STORY_OUTCOMES, strict=True))
        ]
    for number in range(36):
        category = list(CATEGORIES)[number % len(CATEGORIES)]
        at_station = number % EVERY_STATION == 0
        has_id = category != "anti-social-behaviour" and not at_station
        crime = sha256(f"{month} {number}".encode()).hexdigest() if has_id else ""
        outcome = list(OUTCOMES.values())[number % len(OUTCOMES)] if has_id else None
        crimes.append(_crime(crime, category, month, number + 10, outcome) | (STATION if at_station else {}))
    return crimes


EVERY_STATION = 7
STATION = {"location_type": "BTP", "location_subtype": "STATION"}
"""A crime that the British Transport Police reported; it has no id."""

STORY_OUTCOMES = ("Suspect charged", "Under investigation", None)


def _crime(crime: str, category: str, month: date, number: int, outcome: str | None) -> dict[str, Any]:
    return {
        "category": category,
        "location_type": "Force",
        "location": _place(number),
        "context": "",
        "outcome_status": {"category": outcome, "date": f"{month:%Y-%m}"} if outcome else None,
        "persistent_id": crime,
        "id": 900_000_000 + month.month * 1_000 + number,
        "location_subtype": "",
        "month": f"{month:%Y-%m}",
    }


def _place(number: int) -> dict[str, Any]:
    return {
        "latitude": f"{51.500001 + number % 20 / 1_000:.6f}",
        "street": {"id": 990_000 + number, "name": f"On or near {STREETS[number % len(STREETS)]}"},
        "longitude": f"{-0.100001 - number % 15 / 1_000:.6f}",
    }


def _crimes(request: Request) -> Any:
    category = request.path_params["category"]
    if category != "all-crime" and category not in CATEGORIES:
        raise ErrorStatus(404)
    crimes = _within(request, _month(request))
    return [crime for crime in crimes if category in ("all-crime", crime["category"])]


def _outcome(crime: dict[str, Any]) -> dict[str, Any]:
    code = next(code for code, name in OUTCOMES.items() if name == crime["outcome_status"]["category"])
    plain_crime = {name: value for name, value in crime.items() if name != "outcome_status"}
    return {
        "category": {"code": code, "name": OUTCOMES[code]},
        "date": crime["month"],
        "person_id": None,
        "crime": plain_crime,
    }


def _outcomes(request: Request) -> Any:
    return [_outcome(crime) for crime in _within(request, _month(request)) if crime["outcome_status"]]


def _history(request: Request) -> Any:
    crime_id = request.path_params["crime"]
    for crime in (crime for month in MONTHS for crime in all_crimes(month)):
        if crime_id and crime["persistent_id"] == crime_id:
            outcome = _outcome(crime)
            return {"crime": outcome.pop("crime"), "outcomes": [outcome]}
    raise ErrorStatus(404)


def _stops(request: Request) -> Any:
    """The stops of every third day of the month; each fourth one ended in an arrest."""
    force, month = request.query_params.get("force"), _month(request)
    if force not in FORCES:
        raise ErrorStatus(404)
    if force != FORCE:
        return []
    days = [month + timedelta(days=number) for number in range(0, 27, 3)]
    return [_stop(day, number) for number, day in enumerate(day for day in days for _ in range(2))]


def _utc(day: date, hour: int) -> str:
    """A quarter past an hour of London, as the publisher writes it: in UTC, whose day is another one after midnight."""
    local = datetime(day.year, day.month, day.day, hour, 15, tzinfo=ZoneInfo("Europe/London"))
    return local.astimezone(UTC).isoformat()


def _stop(day: date, number: int) -> dict[str, Any]:
    is_arrest = number % 4 == 0
    outcome = "Arrest" if is_arrest else "A no further action disposal"
    return {
        "age_range": ("10-17", "18-24", "over 34")[number % 3],
        "outcome": outcome,
        "involved_person": True,
        "self_defined_ethnicity": "Not stated",
        "gender": ("Female", "Male")[number % 2],
        "legislation": "Police and Criminal Evidence Act 1984 (section 1)",
        "outcome_linked_to_object_of_search": is_arrest,
        "datetime": _utc(day, number % 24),
        "removal_of_more_than_outer_clothing": False,
        "outcome_object": {"id": "bu-arrest" if is_arrest else "bu-no-further-action", "name": outcome},
        "location": _place(number) if number % 5 else None,
        "operation": None,
        "officer_defined_ethnicity": None,
        "type": "Person search",
        "operation_name": None,
        "object_of_search": "Evidence of offences under the Act",
    }
