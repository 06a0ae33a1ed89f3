"""The demonstration: one command, and a crime is answered from three sources, in a terminal and in a browser."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from adapters.regulators.lumen.notices import DATA_INSTRUMENTS
from adapters.regulators.lumen.sandbox import NOTICES
from adapters.story import ARREST_DAY, CRIMES, REMOVAL_DAY
from gateway.web.pages import DIST
from gateway.wiring import demonstrations
from tests.gateway.web.test_explorer import Visit, chromium
from tests.support.sentinel import unseen

__all__ = ["chromium"]

QUESTION = Path(__file__).parents[3] / "gateway" / "web" / "explorer" / "questions" / "5-story.graphql"
READY_WITHIN = 60.0
"""Seconds after which a demonstration that does not answer has failed; how soon it does is not measured here."""


@contextmanager
def demonstration(command: list[str], folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a demonstration that runs in a process of its own, whose output is kept in `folder`."""
    said = folder / "said.log"
    with (
        said.open("w") as output,
        subprocess.Popen([*command, "demo", "--port", "0"], stderr=output, stdout=output, cwd=folder) as demo,
    ):
        try:
            deadline = time.monotonic() + READY_WITHIN
            while not (found := re.search(r"GraphQL: (http://127\.0\.0\.1:\d+)/graphql", said.read_text())):
                assert demo.poll() is None, said.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield found[1], demo
        finally:
            if demo.poll() is None:
                demo.send_signal(signal.SIGTERM)
                demo.wait(timeout=READY_WITHIN)
    unseen(said.read_bytes(), "the output of the demonstration")


def asked(address: str, document: str) -> Any:
    body = json.dumps({"query": document}).encode()
    request = urllib.request.Request(  # noqa: S310 - the address is our own
        f"{address}/graphql", body, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=READY_WITHIN) as answer:  # noqa: S310 - the same
        content = answer.read()
    unseen(content, "an answer")
    return json.loads(content)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demonstration."""
    folder = tmp_path_factory.mktemp("demo")
    with demonstration([sys.executable, "-m", "gateway"], folder) as (address, process):
        yield address
    assert process.returncode == 0


def test_a_crime_answers_its_takedowns_arrests_and_requests_in_one_query_from_three_sources(demo: str) -> None:
    answer = asked(demo, QUESTION.read_text(encoding="utf-8"))
    assert "errors" not in answer
    (case,) = answer["data"]["cases"]["nodes"]
    (takedown,), (arrest,), (request,) = (
        case[field]["nodes"] for field in ("takedowns", "arrests", "informationRequests")
    )
    assert case["status"] == "CHARGED"
    assert [event["status"] for event in case["statusEvents"]["nodes"]] == ["CHARGED"]
    assert takedown["platform"]["name"] == "Telegram"
    assert takedown["executed"]["start"] == f"{REMOVAL_DAY}"
    assert takedown["harmCategories"] == ["NON_CONSENSUAL_DEEPFAKE"]
    assert arrest["happened"]["start"] == f"{ARREST_DAY}"
    assert request["status"] == "FULFILLED"
    contributors = {source["name"]: source["recordCount"] for source in answer["extensions"]["sources"]}
    assert contributors == {"uk_police": 2, "dsa_transparency": 1, "published_figures": 2}
    silent = {source["name"] for source in answer["extensions"]["silentSources"]}
    assert "lumen" in silent
    assert silent.isdisjoint(contributors)
    for synthetic in (case["provenance"], takedown["provenance"], arrest, request):
        assert "ynthetic" in synthetic["citation"]


def test_every_source_with_a_sandbox_was_read_and_says_that_it_is_synthetic(demo: str) -> None:
    sources = asked(demo, "{ sources { name state title notes } }")["data"]["sources"]
    synthetic = {source["name"]: source["state"] for source in sources if source["title"].endswith("(synthetic)")}
    assert set(synthetic) == {name for name, sandbox in demonstrations().items() if sandbox.app is not None}
    assert set(synthetic.values()) == {"FRESH"}


DATES = {"case": ("opened", "closed"), "takedown": ("executed", "requested"), "arrest": ("happened",)}


@pytest.mark.parametrize("kind", DATES)
def test_only_what_states_no_day_is_in_no_month_of_a_summary(demo: str, kind: str) -> None:
    dates = " ".join(f"{name} {{ start }}" for name in DATES[kind])
    answer = asked(
        demo,
        f"""{{ {kind}Summary(groupBy: [MONTH], first: 1000) {{ cells {{ count period {{ start }} }} }}
        {kind}s(last: 100) {{ nodes {{ {dates} }} }} }}""",
    )["data"]
    undated = [node for node in answer[f"{kind}s"]["nodes"] if not any(node.values())]
    cells = {cell["period"] and cell["period"]["start"]: cell["count"] for cell in answer[f"{kind}Summary"]["cells"]}
    assert cells.pop(None, 0) == len(undated)
    assert sum(cells.values()) > len(undated)


def test_every_notice_of_a_month_is_found_by_when_it_was_requested(demo: str) -> None:
    sent = [notice for notice in NOTICES if notice.get("date_sent", "").startswith("2024-09")]
    expected = {str(notice["id"]) for notice in sent if notice.get("request_type") not in DATA_INSTRUMENTS}
    found: list[str] = []
    more, cursor = True, "null"
    while more:
        page = asked(
            demo,
            """{ takedowns(
                first: 100, after: CURSOR
                filter: {source: "lumen", requestedIn: {start: "2024-09-01", end: "2024-10-01"}}
            ) { pageInfo { endCursor hasNextPage } nodes { externalId } } }""".replace("CURSOR", cursor),
        )["data"]["takedowns"]
        found += [node["externalId"] for node in page["nodes"]]
        more, cursor = page["pageInfo"]["hasNextPage"], json.dumps(page["pageInfo"]["endCursor"])
    assert len(found) == len(expected) > 200
    assert set(found) == expected


def test_the_figures_that_the_project_ships_are_there_too(demo: str) -> None:
    asking = '{ statistics(filter: {agency: "KCSC", platform: "telegram"}) { nodes { value citation } } }'
    assert "148" in {node["value"] for node in asked(demo, asking)["data"]["statistics"]["nodes"]}


def test_the_explorer_shows_the_crime_with_the_network_cut_off(demo: str, chromium: Browser) -> None:
    if not (DIST / "index.html").is_file():
        pytest.skip("the explorer is not built: npm ci and npm run build in gateway/web, or `make web`")
    context = chromium.new_context()
    visit = Visit(context.new_page(), demo)
    visit.open()
    visit.tab("Story")
    said = visit.ask()
    context.close()
    assert CRIMES[0] not in visit.complaints
    assert '"NON_CONSENSUAL_DEEPFAKE"' in said
    assert '"FULFILLED"' in said
    assert visit.complaints == []


def test_it_leaves_nothing_behind_and_ends_what_it_started(tmp_path: Path) -> None:
    before = {path.name for path in Path(tempfile.gettempdir()).glob("gateway-demo-*")}
    with demonstration([sys.executable, "-m", "gateway"], tmp_path) as (address, process):
        assert asked(address, "{ __typename }")["data"] == {"__typename": "Query"}
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        started = [int(pid) for pid in children.read_text().split()] if children.exists() else []
    assert process.returncode == 0
    assert {path.name for path in Path(tempfile.gettempdir()).glob("gateway-demo-*")} <= before
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
