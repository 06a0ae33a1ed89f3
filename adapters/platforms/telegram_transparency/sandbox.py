"""A small server with the volunteers' file of Telegram's answers, over synthetic figures.

Raw files of a repository have the media type of plain text, whatever they are. Britain's figures for 2024 include the
request of `adapters/story.py`.
"""

from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.demonstration import Demonstration

QUARTERS = (("20240101", "20240331"), ("20240401", "20240630"), ("20240701", "20240930"), ("20241001", "20241231"))
COUNTRIES = ("BEL", "BRA", "DEU", "ESP", "FRA", "GBR", "IND", "ITA", "JPN", "KOR", "NLD", "USA")
SILENT_UNTIL_AUTUMN = ("GBR", "KOR")
"""Countries with no requests before the third quarter."""


def sandbox() -> Starlette:
    """The server. `state.calls` counts its requests."""
    app = Starlette(routes=[Route("/dataset.json", _dataset, methods=["GET"])])
    app.state.calls = 0
    return app


DEMONSTRATION = Demonstration(app=sandbox, follow=("dataset",))


async def _dataset(request: Request) -> Response:
    request.app.state.calls += 1
    return PlainTextResponse(orjson.dumps(entries(), option=orjson.OPT_INDENT_2))


def entries() -> dict[str, list[dict[str, Any]]]:
    """The file: each country's quarters and, for every second one, the year beside them."""
    items: dict[str, list[dict[str, Any]]] = {}
    for number, country in enumerate(COUNTRIES):
        requests = [
            0 if country in SILENT_UNTIL_AUTUMN and quarter < 2 else (number * 7 + quarter * 5) % 23 + 1
            for quarter in range(len(QUARTERS))
        ]
        items[country] = [
            {"from": first, "to": last, "requests": count, "users": count * 2}
            for (first, last), count in zip(QUARTERS, requests, strict=True)
        ]
        if number % 2:
            year = {"from": QUARTERS[0][0], "to": QUARTERS[-1][1]}
            items[country].append(year | {"requests": sum(requests), "users": sum(requests) * 2 - 1})
    return items
