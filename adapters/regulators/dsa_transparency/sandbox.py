"""The DSA Transparency Database as a small server: its research API and its bucket of dumps, over synthetic statements.

The API follows its documentation and code (github.com/digital-services-act/transparency-database), the dumps follow the
publisher's. The matter that they are part of is in `adapters/story.py`.
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

from adapters.demonstration import Demonstration
from adapters.story import CRIMES, REMOVAL_DAY, crime_address

DAYS = tuple(REMOVAL_DAY + timedelta(days=number) for number in (-1, 0, 1))
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

CATEGORIES = (
    ("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "KEYWORD_PHISHING"),
    ("STATEMENT_CATEGORY_VIOLENCE", ""),
    ("STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR", "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"),
    ("STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE", "KEYWORD_NUDITY"),
)
AGGREGATE_ATTRIBUTES = (
    "automated_decision", "automated_detection", "category", "content_type_single", "decision_account",
    "decision_ground", "decision_monetary", "decision_provision", "decision_visibility_single", "platform_id",
    "received_date", "source_type",
)  # fmt: skip

CALLS_PER_MINUTE = 50
MAX_STATEMENTS = 1_000

Statement = dict[str, Any]


def sandbox(key: str = "", *, envelope: bool = False, clock: Callable[[], float] = time.monotonic) -> Starlette:
    """The server: `/api/v1/research` needs the Bearer token `key`, or any if it is empty; `/dumps` needs none.

    With `envelope`, answers have the envelope that the documentation shows. `state.calls` counts the API's calls,
    `state.refusals` those of them beyond the limit.
    """
    research = [
        Route("/search", _endpoint(_search), methods=["POST"]),
        Route("/count", _endpoint(_count), methods=["POST"]),
        Route("/aggregates/{date}", _endpoint(_aggregates), methods=["GET"]),
        Route("/aggregates/{date}/{attributes}", _endpoint(_aggregates), methods=["GET"]),
        Route("/platforms", _endpoint(_platforms), methods=["GET"]),
    ]
    app = Starlette(routes=[Mount("/api/v1/research", routes=research), Route("/dumps/{name}", _dump, methods=["GET"])])
    app.state.key, app.state.envelope, app.state.clock = key, envelope, clock
    app.state.minute, app.state.in_minute = -1, 0
    app.state.calls = app.state.refusals = 0
    return app


DEMONSTRATION = Demonstration(
    app=sandbox, address="/api/v1/research", archive_address="/dumps", follow=("telegram/2024-09-12",)
)


@lru_cache(maxsize=32)
def statements(slug: str, day: date) -> tuple[Statement, ...]:
    """A platform's statements of a day, by the columns of the dump; lists are lists, and times are times."""
    if slug not in PLATFORMS or day not in DAYS:
        return ()
    return tuple(_statement(slug, day, number) for number in range(PLATFORMS[slug][2]))


def _statement(slug: str, day: date, number: int) -> Statement:
    name, _, count = PLATFORMS[slug]
    category, keyword = CATEGORIES[number % len(CATEGORIES)]
    created_at = datetime(day.year, day.month, day.day) + timedelta(seconds=number * 86_400 // count)  # noqa: DTZ001 - the dumps bear no zone
    statement: Statement = dict.fromkeys(COLUMNS, "")
    statement |= {
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
        "content_date": created_at - timedelta(days=number % 9 + 1, hours=created_at.hour, minutes=created_at.minute),
        "territorial_scope": ["FR", "IE"] if number % 2 else ["DE"],
        "application_date": created_at,
        "decision_facts": "Facts that nobody has seen.",
        "source_type": "SOURCE_VOLUNTARY" if number % 4 else "SOURCE_ARTICLE_16",
        "automated_detection": bool(number % 2),
        "automated_decision": "AUTOMATED_DECISION_FULLY" if number % 2 else "AUTOMATED_DECISION_NOT_AUTOMATED",
        "platform_name": name,
        "platform_uid": f"{9_007_199_254_740_993_000 + number}",
        "created_at": created_at,
    }
    if (slug, day, number) == ("telegram", REMOVAL_DAY, 2):
        statement |= {
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
    return statement


# The research API.


class ResearchError(Exception):
    """An HTTP status and the message of the publisher's answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def _endpoint(answer: Callable[[Request, Any], Any]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        state = request.app.state
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token or (state.key and token != state.key):
            return JSONResponse({"message": "Unauthenticated."}, 401)
        state.calls += 1
        minute = int(state.clock() // 60)
        state.in_minute = state.in_minute + 1 if minute == state.minute else 1
        state.minute = minute
        if state.in_minute > CALLS_PER_MINUTE:
            state.refusals += 1
            return PlainTextResponse("Too Many Attempts.", 429)
        try:
            body = orjson.loads(await request.body()) if request.method == "POST" else None
            data = answer(request, body)
        except ResearchError as error:
            return JSONResponse({"error": error.reason}, error.status)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return JSONResponse({"error": "invalid query attempt: it cannot be understood"}, 422)
        return JSONResponse({"status": "success", "data": data} if state.envelope else data)

    return endpoint


def _matches(body: Mapping[str, Any]) -> list[Statement]:
    """The statements that match a query's filters, oldest first. Knows ranges of `created_at` and terms of names."""
    low, high, names = datetime.min, datetime.max, None  # noqa: DTZ901 - the dumps bear no zone
    for condition in body["query"]["bool"]["filter"]:
        if "range" in condition:
            window = condition["range"]["created_at"]
            low, high = _parse_time(window["gte"]), _parse_time(window["lt"])
        else:
            names = set(condition["terms"]["platform_name.keyword"])
    matches = [
        statement
        for slug, (name, _, _) in PLATFORMS.items()
        if names is None or name in names
        for day in DAYS
        for statement in statements(slug, day)
        if low <= statement["created_at"] < high
    ]
    return sorted(matches, key=lambda statement: (statement["created_at"], statement["uuid"]))


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


SHARDS = {"total": 4, "successful": 4, "skipped": 0, "failed": 0}


def _search(request: Request, body: Any) -> Any:
    size = body.get("size", 10)
    if size > MAX_STATEMENTS:
        raise ResearchError(422, "invalid query attempt: the size is too large")
    matches = _matches(body)
    hits = [
        {"_index": "statement", "_id": statement["uuid"], "_score": 1, "_source": _index_document(statement)}
        for statement in matches[:size]
    ]
    total = {"value": len(matches), "relation": "eq"}
    return {"took": 3, "timed_out": False, "_shards": SHARDS, "hits": {"total": total, "max_score": 1, "hits": hits}}


def _count(request: Request, body: Any) -> Any:
    if "size" in body:
        raise ResearchError(422, "invalid query attempt: size is not allowed here")
    return {"count": len(_matches(body)), "_shards": SHARDS}


def _index_document(statement: Statement) -> Statement:
    """A statement as the index has it: some columns are missing, one has another name, times are ISO 8601."""
    absent = ("decision_ground_reference_url", "incompatible_content_illegal", "category_specification_other")
    document: Statement = {}
    for column, value in statement.items():
        if column in absent or column.startswith("end_date_"):
            continue
        field = "puid" if column == "platform_uid" else column
        document[field] = f"{value.isoformat()}.000000Z" if isinstance(value, datetime) else value
        if value == "":
            document[field] = None
    document["decision_visibility_single"] = "__".join(statement["decision_visibility"])
    document["content_type_single"] = "__".join(statement["content_type"])
    document["platform_id"] = next(
        number for name, number, _ in PLATFORMS.values() if name == statement["platform_name"]
    )
    document["received_date"] = f"{statement['created_at'].date()}T00:00:00.000000Z"
    return document


def _aggregates(request: Request, body: Any) -> Any:
    day = date.fromisoformat(request.path_params["date"])
    attributes = [
        name for name in request.path_params.get("attributes", "").split("__") if name in AGGREGATE_ATTRIBUTES
    ]
    documents = [_index_document(statement) for slug in PLATFORMS for statement in statements(slug, day)]
    counts = Counter(tuple(document[name] for name in attributes) for document in documents)
    names = {number: name for name, number, _ in PLATFORMS.values()}
    aggregates = []
    for values, total in counts.items():
        item = dict(zip(attributes, values, strict=True))
        if "automated_detection" in item:
            item["automated_detection"] = int(item["automated_detection"])
        if "platform_id" in item:
            item["platform_name"] = names[item["platform_id"]]
        aggregates.append(item | {"permutation": ",".join(map(str, values)), "total": total})
    return {
        "aggregates": aggregates if attributes else [{"permutation": "", "total": len(documents)}],
        "total": len(documents),
        "date": f"{day}",
        "attributes": attributes,
    }


def _platforms(request: Request, body: Any) -> Any:
    return [{"id": number, "name": name} for name, number, _ in PLATFORMS.values()]


# The bucket.


async def _dump(request: Request) -> Response:
    name: str = request.path_params["name"]
    stem, _, kind = name.partition("-full.zip")
    slug, _, day = stem.removeprefix("sor-").partition("-20")
    try:
        content = _dump_content(slug, date.fromisoformat(f"20{day}")) if name.startswith("sor-") else b""
    except ValueError:
        content = b""
    if not content or kind not in ("", ".sha1"):
        return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
    if kind:
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        return Response(f"{digest}  {name.removesuffix('.sha1')}\n", media_type="binary/octet-stream")
    return Response(content, media_type="application/zip")


@lru_cache(maxsize=32)
def _dump_content(slug: str, day: date) -> bytes:
    """The dump of a day: an archive of one archive of CSV files; empty where there is none."""
    rows = statements(slug, day)
    if not rows:
        return b""
    stem = f"sor-{slug}-{day}-full"
    inner, outer = io.BytesIO(), io.BytesIO()
    half = len(rows) // 2
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate((rows[:half], rows[half:])):
            archive.writestr(f"{stem}-00000-{number:05}.csv", "".join(_lines(part)))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(f"{stem}-00000.csv.zip", inner.getvalue())
    return outer.getvalue()


def _lines(rows: tuple[Statement, ...]) -> Iterator[str]:
    yield _line(COLUMNS)
    for statement in rows:
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
    """A line as PHP's fputcsv writes it: in quotes where a cell has more than plain text."""
    return ",".join(_quote(cell) if set(cell) & set(',"\\\n\r\t ') else cell for cell in cells) + "\n"


def _quote(cell: str) -> str:
    """The cell in quotes. PHP does not double a quote that follows a backslash."""
    characters, previous = [], ""
    for character in cell:
        if character == '"' and previous != "\\":
            characters.append('"')
        previous = character
        characters.append(character)
    return f'"{"".join(characters)}"'
