"""The DSA Transparency Database as a small server: its research API and its bucket of dumps, over made-up statements.

The API as its documentation and code (github.com/digital-services-act/transparency-database) have it, the dumps as
published. See `adapters/story.py` for what is told.
"""

import hashlib
import io
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from adapters.story import CRIMES, REMOVED, crime_address

DAYS = tuple(REMOVED + timedelta(days=number) for number in (-1, 0, 1))
PLATFORMS = {"telegram": ("Telegram", 77, 120), "tiktok": ("TikTok", 28, 1_200), "pinterest": ("Pinterest", 18, 40)}
"""Slug → the platform's name, its number, and how many statements it sends in a day."""

COLUMNS = (
    "uuid", "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction",
    "decision_monetary", "decision_monetary_other", "end_date_monetary_restriction", "decision_provision",
    "end_date_service_restriction", "decision_account", "end_date_account_restriction", "account_type",
    "decision_ground", "decision_ground_reference_url", "illegal_content_legal_ground", "illegal_content_explanation",
    "incompatible_content_ground", "incompatible_content_explanation", "incompatible_content_illegal", "category",
    "category_addition", "category_specification", "category_specification_other", "content_type",
    "content_type_other", "content_language", "content_date", "territorial_scope", "application_date",
    "decision_facts", "source_type", "source_identity", "automated_detection", "automated_decision", "platform_name",
    "platform_uid", "created_at",
)  # fmt: skip
"""The columns of a full dump of before July 2025."""

LISTS = ("decision_visibility", "category_addition", "category_specification", "content_type", "territorial_scope")
CATEGORIES = (
    ("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "KEYWORD_PHISHING"),
    ("STATEMENT_CATEGORY_VIOLENCE", ""),
    ("STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR", "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"),
    ("STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE", "KEYWORD_NUDITY"),
)
AGGREGATED = (
    "automated_decision", "automated_detection", "category", "content_type_single", "decision_account",
    "decision_ground", "decision_monetary", "decision_provision", "decision_visibility_single", "platform_id",
    "received_date", "source_type",
)  # fmt: skip

CALLS_A_MINUTE = 50
LARGEST = 1_000

Statement = dict[str, Any]


def sandbox(key: str = "", *, enveloped: bool = False, clock: Callable[[], float] = time.monotonic) -> Starlette:
    """The server: `/api/v1/research` takes `key` as its Bearer token, any token if there is none, `/dumps` takes none.

    `enveloped`: answers stand in the envelope that the documentation shows. `state.calls` counts the API's calls,
    `state.refused` what of them was beyond the limit.
    """
    research = [
        Route("/search", _asking(_search), methods=["POST"]),
        Route("/count", _asking(_count), methods=["POST"]),
        Route("/aggregates/{date}", _asking(_aggregates), methods=["GET"]),
        Route("/aggregates/{date}/{attributes}", _asking(_aggregates), methods=["GET"]),
        Route("/platforms", _asking(_platforms), methods=["GET"]),
    ]
    app = Starlette(routes=[Mount("/api/v1/research", routes=research), Route("/dumps/{name}", _dump, methods=["GET"])])
    app.state.key, app.state.enveloped, app.state.clock = key, enveloped, clock
    app.state.minute, app.state.in_minute = -1, 0
    app.state.calls = app.state.refused = 0
    return app


@lru_cache(maxsize=32)
def statements(slug: str, day: date) -> tuple[Statement, ...]:
    """What a platform states on a day, by the columns of the dump; lists are lists, and times are times."""
    if slug not in PLATFORMS or day not in DAYS:
        return ()
    return tuple(_statement(slug, day, number) for number in range(PLATFORMS[slug][2]))


def _statement(slug: str, day: date, number: int) -> Statement:
    name, _, count = PLATFORMS[slug]
    category, keyword = CATEGORIES[number % len(CATEGORIES)]
    received = datetime(day.year, day.month, day.day) + timedelta(seconds=number * 86_400 // count)  # noqa: DTZ001 - the dumps bear no zone
    said: Statement = dict.fromkeys(COLUMNS, "")
    said |= {
        "uuid": str(UUID(bytes=hashlib.md5(f"{slug} {day} {number}".encode(), usedforsecurity=False).digest())),
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "Rule 4 of a service that does not exist",
        "incompatible_content_explanation": 'It says "no"\nand \\ means nothing.',
        "category": category,
        "category_addition": [],
        "category_specification": [keyword] if keyword else [],
        "content_type": ["CONTENT_TYPE_VIDEO" if number % 3 else "CONTENT_TYPE_IMAGE"],
        "content_language": "EN",
        "content_date": received - timedelta(days=number % 9 + 1, hours=received.hour, minutes=received.minute),
        "territorial_scope": ["FR", "IE"] if number % 2 else ["DE"],
        "application_date": received,
        "decision_facts": "Facts that nobody has seen.",
        "source_type": "SOURCE_VOLUNTARY" if number % 4 else "SOURCE_ARTICLE_16",
        "automated_detection": bool(number % 2),
        "automated_decision": "AUTOMATED_DECISION_FULLY" if number % 2 else "AUTOMATED_DECISION_NOT_AUTOMATED",
        "platform_name": name,
        "platform_uid": f"{9_007_199_254_740_993_000 + number}",
        "created_at": received,
    }
    if (slug, day, number) == ("telegram", REMOVED, 2):
        said |= {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "decision_ground_reference_url": crime_address(CRIMES[0]),
            "illegal_content_legal_ground": "Sexual Offences Act 2003, section 66B",
            "illegal_content_explanation": "An intimate image was shared without consent.",
            "incompatible_content_ground": "",
            "incompatible_content_explanation": "",
            "category_specification": ["KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE"],
            "source_type": "SOURCE_ARTICLE_16",
            "automated_detection": False,
            "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        }
    return said


# The research API.


class Refusal(Exception):
    """A status and what the publisher says with it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def _asking(answer: Callable[[Request, Any], Any]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        state = request.app.state
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token or (state.key and token != state.key):
            return JSONResponse({"message": "Unauthenticated."}, 401)
        state.calls += 1
        minute = int(state.clock() // 60)
        state.in_minute = state.in_minute + 1 if minute == state.minute else 1
        state.minute = minute
        if state.in_minute > CALLS_A_MINUTE:
            state.refused += 1
            return PlainTextResponse("Too Many Attempts.", 429)
        try:
            body = orjson.loads(await request.body()) if request.method == "POST" else None
            answered = answer(request, body)
        except Refusal as refusal:
            return JSONResponse({"error": refusal.reason}, refusal.status)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return JSONResponse({"error": "invalid query attempt: it cannot be understood"}, 422)
        return JSONResponse({"status": "success", "data": answered} if state.enveloped else answered)

    return endpoint


def _matching(body: Mapping[str, Any]) -> list[Statement]:
    """The statements that a query's filters leave, oldest first. Knows ranges of `created_at` and terms of names."""
    low, high, names = datetime.min, datetime.max, None  # noqa: DTZ901 - the dumps bear no zone
    for condition in body["query"]["bool"]["filter"]:
        if "range" in condition:
            window = condition["range"]["created_at"]
            low, high = _moment(window["gte"]), _moment(window["lt"])
        else:
            names = set(condition["terms"]["platform_name.keyword"])
    found = [
        said
        for slug, (name, _, _) in PLATFORMS.items()
        if names is None or name in names
        for day in DAYS
        for said in statements(slug, day)
        if low <= said["created_at"] < high
    ]
    return sorted(found, key=lambda said: (said["created_at"], said["uuid"]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


SHARDS = {"total": 4, "successful": 4, "skipped": 0, "failed": 0}


def _search(request: Request, body: Any) -> Any:
    size = body.get("size", 10)
    if size > LARGEST:
        raise Refusal(422, "invalid query attempt: the size is too large")
    found = _matching(body)
    hits = [
        {"_index": "statement", "_id": said["uuid"], "_score": 1, "_source": _indexed(said)} for said in found[:size]
    ]
    total = {"value": len(found), "relation": "eq"}
    return {"took": 3, "timed_out": False, "_shards": SHARDS, "hits": {"total": total, "max_score": 1, "hits": hits}}


def _count(request: Request, body: Any) -> Any:
    if "size" in body:
        raise Refusal(422, "invalid query attempt: size is not allowed here")
    return {"count": len(_matching(body)), "_shards": SHARDS}


def _indexed(said: Statement) -> Statement:
    """A statement as the index holds it: some columns are missing, one is named otherwise, times are ISO 8601."""
    absent = ("decision_ground_reference_url", "incompatible_content_illegal", "category_specification_other")
    indexed: Statement = {}
    for column, value in said.items():
        if column in absent or column.startswith("end_date_"):
            continue
        held = f"{value.isoformat()}.000000Z" if isinstance(value, datetime) else (None if value == "" else value)
        indexed["puid" if column == "platform_uid" else column] = held
    indexed["decision_visibility_single"] = "__".join(said["decision_visibility"])
    indexed["content_type_single"] = "__".join(said["content_type"])
    indexed["platform_id"] = next(number for name, number, _ in PLATFORMS.values() if name == said["platform_name"])
    indexed["received_date"] = f"{said['created_at'].date()}T00:00:00.000000Z"
    return indexed


def _aggregates(request: Request, body: Any) -> Any:
    day = date.fromisoformat(request.path_params["date"])
    wanted = [name for name in request.path_params.get("attributes", "").split("__") if name in AGGREGATED]
    received = [_indexed(said) for slug in PLATFORMS for said in statements(slug, day)]
    counts = Counter(tuple(said[name] for name in wanted) for said in received)
    names = {number: name for name, number, _ in PLATFORMS.values()}
    aggregates = []
    for values, total in counts.items():
        item = dict(zip(wanted, values, strict=True))
        if "automated_detection" in item:
            item["automated_detection"] = int(item["automated_detection"])
        if "platform_id" in item:
            item["platform_name"] = names[item["platform_id"]]
        aggregates.append(item | {"permutation": ",".join(map(str, values)), "total": total})
    return {
        "aggregates": aggregates if wanted else [{"permutation": "", "total": len(received)}],
        "total": len(received),
        "date": f"{day}",
        "attributes": wanted,
    }


def _platforms(request: Request, body: Any) -> Any:
    return [{"id": number, "name": name} for name, number, _ in PLATFORMS.values()]


# The bucket.


async def _dump(request: Request) -> Response:
    name: str = request.path_params["name"]
    stem, _, kind = name.partition("-full.zip")
    slug, _, day = stem.removeprefix("sor-").partition("-20")
    try:
        content = _zipped(slug, date.fromisoformat(f"20{day}")) if name.startswith("sor-") else b""
    except ValueError:
        content = b""
    if not content or kind not in ("", ".sha1"):
        return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
    if kind:
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        return Response(f"{digest}  {name.removesuffix('.sha1')}\n", media_type="binary/octet-stream")
    return Response(content, media_type="application/zip")


@lru_cache(maxsize=32)
def _zipped(slug: str, day: date) -> bytes:
    """The dump of a day: an archive of one archive of CSV files; empty where there is none."""
    said = statements(slug, day)
    if not said:
        return b""
    stem = f"sor-{slug}-{day}-full"
    inner, outer = io.BytesIO(), io.BytesIO()
    half = len(said) // 2
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate((said[:half], said[half:])):
            archive.writestr(f"{stem}-00000-{number:05}.csv", "".join(_lines(part)))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(f"{stem}-00000.csv.zip", inner.getvalue())
    return outer.getvalue()


def _lines(said: tuple[Statement, ...]) -> Iterator[str]:
    yield _line(COLUMNS)
    for statement in said:
        yield _line([_cell(statement[column]) for column in COLUMNS])


def _cell(value: Any) -> str:
    match value:
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case []:
            return ""
        case list():
            return orjson.dumps(value).decode()
        case _:
            return str(value)


def _line(cells: Any) -> str:
    """A line as PHP's fputcsv writes it: in quotes where a cell holds more than plain text."""
    return ",".join(_quoted(cell) if set(cell) & set(',"\\\n\r\t ') else cell for cell in cells) + "\n"


def _quoted(cell: str) -> str:
    """In PHP a backslash keeps the quote after it from being doubled."""
    written, escaped = [], False
    for character in cell:
        if character == '"' and not escaped:
            written.append('"')
        escaped = character == "\\"
        written.append(character)
    return f'"{"".join(written)}"'
