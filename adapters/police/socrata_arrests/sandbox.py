"""Socrata portals as a small server: the hosts of two cities, each below its own name, with invented arrests.

As documented at https://dev.socrata.com/docs/queries/: `$select`, `$where` over one column, `$order`, `$limit` and
`$offset`; values are texts, and empty cells are left out. New York's older dataset writes whole numbers
with a decimal, and still holds the first month of the newer one.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from zlib import crc32

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.demonstration import Demonstration

LARGEST_PAGE = 50_000
DEFAULT_PAGE = 1_000

NEW_YORK, CHICAGO = "data.cityofnewyork.us", "data.cityofchicago.org"

OFFENCES = (
    ("101", "ASSAULT 3", "344", "ASSAULT 3 & RELATED OFFENSES", "PL 1200001", "M"),
    ("157", "RAPE 1", "104", "RAPE", "PL 1303501", "F"),
    ("177", "SEXUAL ABUSE", "116", "SEX CRIMES", "PL 1306501", "F"),
    ("877", "UNLAWFUL DISCLOSURE OF AN INTIMATE IMAGE", "366", "MISCELLANEOUS PENAL LAW", "PL 2451500", "M"),
    ("594", "OBSCENITY 1", "116", "SEX CRIMES", "PL 2631600", "F"),
    ("339", "LARCENY,PETIT FROM OPEN AREAS,", "341", "PETIT LARCENY", "PL 1552500", "M"),
)
"""Internal code and its words, key code and its words, law and level, as New York writes them."""

CHARGES = (
    ("720 ILCS 5.0/12-3-A-1", "BATTERY - CAUSE BODILY HARM", "M", "A"),
    ("720 ILCS 5.0/16-25-A-1", "RETAIL THEFT", "M", "A"),
)

FLOATING = r"'(\d{4}-\d\d-\d\d)T00:00:00\.000'"
WHERE = re.compile(rf"(?P<column>\w+) >= {FLOATING} AND (?P=column) < {FLOATING}(?: AND :id > '([\w.~-]+)')?", re.ASCII)

UPDATED_AT = "2024-10-01T06:00:00.000Z"

Row = Mapping[str, str]


def sandbox(token: str = "", *, pending: int = 0, limit: int = 1_000_000, absent: Collection[str] = ()) -> Starlette:
    """The server. It knows one token, or none is needed if `token` is empty.

    It answers the first `pending` requests with HTTP 202, and all after the next `limit` ones with 429. New York's
    arrests with the numbers `absent` are not there. `state.calls` counts requests, `state.selects` has their `$select`.
    `state.datasets` has the rows by host and dataset, with the system fields `:id` and `:updated_at`, and
    `state.version` the time in the header that says when they changed last; both may change between two requests.
    """
    app = Starlette(routes=[Route("/{host}/resource/{dataset}.json", _resource, methods=["GET"])])
    app.state.token, app.state.pending, app.state.limit = token, pending, limit
    app.state.absent = frozenset(absent)
    app.state.datasets = {dataset: [with_system_fields(row) for row in rows] for dataset, rows in DATASETS.items()}
    app.state.version = "Tue, 01 Oct 2024 06:00:00 GMT"
    app.state.calls = 0
    app.state.selects = []
    return app


DEMONSTRATION = Demonstration(app=sandbox, follow=("new_york/2024-09", "chicago"))


def with_system_fields(row: Row, updated_at: str = UPDATED_AT) -> Row:
    """A row with the fields that the portal adds: an id that says nothing about the row, and when it last changed."""
    number = crc32(f"{row.get('arrest_key')}{row.get('cb_no')}".encode())
    return {":id": f"row-{number:08x}~{number % 1000}", ":updated_at": updated_at, **row}


def historic() -> list[Row]:
    """The rows of New York's past years, and of the first month of this one."""
    rows = [arrest for month in (date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1)) for arrest in _month(month)]
    whole = {"pd_cd", "ky_cd", "jurisdiction_code"}
    return [{column: f"{value}.0" if column in whole else value for column, value in row.items()} for row in rows]


def this_year() -> list[Row]:
    """The rows of New York's year to date."""
    return [arrest for month in (1, 8, 9) for arrest in _month(date(2024, month, 1))]


def chicago() -> list[Row]:
    """The rows of Chicago: a few in one month."""
    return [
        {
            "cb_no": f"{90_000_000 + number}",
            "case_number": f"XX{100_000 + number}",
            "arrest_date": f"2024-09-{number + 1:02}T13:{number:02}:00.000",
            "race": ("BLACK", "WHITE", "WHITE HISPANIC")[number % 3],
            "charge_1_statute": statute,
            "charge_1_description": words,
            "charge_1_type": kind,
            "charge_1_class": level,
            "charges_statute": f"{statute} |  | ",
            "charges_description": f"{words} |  | ",
        }
        for number in range(8)
        for statute, words, kind, level in [CHARGES[number % len(CHARGES)]]
    ]


def _month(month: date) -> list[Row]:
    """Two arrests on every other day."""
    days = [month + timedelta(days=number) for number in range(0, 28, 2)]
    return [_arrest(day, number) for number, day in enumerate(day for day in days for _ in range(2))]


def _arrest(day: date, number: int) -> Row:
    pd_cd, pd_desc, ky_cd, ofns_desc, law_code, law_cat_cd = OFFENCES[number % len(OFFENCES)]
    row = {
        "arrest_key": f"{day:%y%m%d}{number:03}",
        "arrest_date": f"{day}T00:00:00.000",
        "pd_cd": pd_cd,
        "pd_desc": pd_desc,
        "ky_cd": ky_cd,
        "ofns_desc": ofns_desc,
        "law_code": law_code,
        "law_cat_cd": law_cat_cd,
        "arrest_boro": "BKMQS"[number % 5],
        "arrest_precinct": f"{number % 123 + 1}",
        "jurisdiction_code": "0",
        "age_group": ("<18", "18-24", "25-44")[number % 3],
        "perp_sex": "FM"[number % 2],
        "perp_race": ("BLACK", "WHITE", "WHITE HISPANIC")[number % 3],
        "x_coord_cd": "1000000",
        "y_coord_cd": "200000",
        "latitude": f"{40.7 + number / 1_000:.4f}",
        "longitude": f"{-73.9 - number / 1_000:.4f}",
    }
    # Empty cells are left out.
    return {column: value for column, value in row.items() if not (number == 5 and column in {"pd_cd", "latitude"})}


DATASETS: Mapping[tuple[str, str], Sequence[Row]] = {
    (NEW_YORK, "8h9b-rp9u"): historic(),
    (NEW_YORK, "uip8-fykc"): this_year(),
    (CHICAGO, "dpt3-jri9"): chicago(),
}


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "error": True, "message": message}, status)


async def _resource(request: Request) -> Response:
    state = request.app.state
    state.calls += 1
    if state.calls <= state.pending:
        return JSONResponse({"message": "Request is being processed"}, 202, {"Retry-After": "1"})
    if state.calls > state.pending + state.limit:
        return _error(429, "too_many_requests", "Too many requests; use an app token")
    token = request.headers.get("x-app-token", "")
    if state.token and token != state.token:
        return _error(403, "permission_denied", f"Invalid app_token specified: {token}")
    rows = state.datasets.get((request.path_params["host"], request.path_params["dataset"]))
    if rows is None:
        return _error(404, "dataset.missing", "Not found")
    return _answer(request, [row for row in rows if row.get("arrest_key") not in state.absent])


def _answer(request: Request, rows: Sequence[Row]) -> Response:
    params = request.query_params
    if where := params.get("$where"):
        match = WHERE.fullmatch(where)
        if match is None:
            return _error(400, "query.compiler.malformed", "Could not parse SoQL query")
        rows = [row for row in rows if match[2] <= row.get(match["column"], "")[:10] < match[3]]
        rows = [row for row in rows if match[4] is None or row[":id"] > match[4]]
    if params.get("$order") == ":id":
        rows = sorted(rows, key=lambda row: row.get(":id", ""))
    select = params.get("$select", "*")
    request.app.state.selects.append(select)
    if count := re.fullmatch(r"count\(\*\) as (\w+)", select):
        return JSONResponse([{count[1]: f"{len(rows)}"}])
    if maximum := re.fullmatch(r"max\((:?\w+)\) as (\w+)", select):
        values = [row[maximum[1]] for row in rows if maximum[1] in row]
        return JSONResponse([{maximum[2]: max(values)} if values else {}])
    return _page(request, rows, select.split(","))


def _page(request: Request, rows: Sequence[Row], columns: Sequence[str]) -> Response:
    existing = {column for row in rows for column in row}
    if rows and (unknown := [column for column in columns if column[0] not in "*:" and column not in existing]):
        return _error(400, "query.soql.no-such-column", f"No such column: {unknown[0]}")
    params = request.query_params
    limit, offset = (int(params.get(name, default)) for name, default in (("$limit", DEFAULT_PAGE), ("$offset", 0)))
    if limit > LARGEST_PAGE:
        return _error(400, "query.soql.invalid-limit", "The limit is too large")
    page = rows[offset : offset + limit]
    # System fields are in an answer only if they are requested.
    return JSONResponse(
        [
            {name: row[name] for name in row if name in columns or (columns == ["*"] and not name.startswith(":"))}
            for row in page
        ],
        headers={"X-SODA2-Truth-Last-Modified": request.app.state.version},
    )
