"""The explorer in a browser with no network but this machine: somebody asks, and sees who answers."""

import asyncio
import re
import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Request, Route, expect, sync_playwright

from gateway.app import create_app
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.write.importing import import_scopes
from gateway.settings import Settings
from gateway.store.database import connect
from gateway.web.pages import DIST
from gateway.wiring import sources
from schema.contract import visible_schema
from tests.support.databases import with_tables

KEY = "eg_test_12345678_SENTINEL"
ANSWERED = 15_000
"""Milliseconds within which anything that is awaited must have happened."""

NEW = re.compile(r"read (just now|\d+ minutes? ago)")

WORKED = {
    "Telegram": ['"148"', '"PT36H"', "AFP of that day, and YTN"],
    "Apprehended": ['"387"', '"2024-09-26"', '"cumulative": true'],
    "France": ['"toJurisdiction": "FR"', "Korea Communications Standards Commission", '"citation"'],
    "Silence": ['"state": "NOT_COVERED"'],
    "Story": ['"cases"', '"nodes": []'],
}
"""The worked questions by the names of their tabs, and what their answers say."""


async def _serve(holdings: Catalogue, server: uvicorn.Server) -> None:
    """Serves the shipped figures until the server is told to stop."""
    await holdings.prepare()
    figures = holdings.sources["published_figures"]
    await import_scopes(holdings.database, figures, figures.files([]))
    await server.serve()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the explorer is served."""
    if not (DIST / "index.html").is_file():
        pytest.skip("the explorer is not built: npm ci and npm run build in gateway/web, or `make web`")
    url = f"sqlite:///{tmp_path_factory.mktemp('explorer') / 'catalogue.db'}"
    holdings = Catalogue(connect(with_tables(url)), sources(Settings()))
    app = create_app(Settings(), holdings)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=asyncio.run, args=[_serve(holdings, server)])
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium that knows no other machine."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no Chromium; Debian's package `chromium` brings one")
    switches = ["--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-quic"]
    cut_off = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    expect.set_options(timeout=ANSWERED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*switches, cut_off])
        yield browser
        browser.close()


class Visit:
    """The explorer, open in a page of its own. What the page asked for and what it complained of is kept."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.refused = False
        """Whether the test asks with a key that is none, of which the browser complains."""
        page.set_default_timeout(ANSWERED)
        page.on("request", lambda request: self.requests.append(request))
        page.on("requestfailed", self._failed)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._said(said.text) if said.type in ("error", "warning") else None)

    def _said(self, text: str) -> None:
        if not (self.refused and "status of 401" in text):
            self.complaints.append(text)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # What a page was still loading when it was left.
            self.complaints.append(f"{request.url}: {request.failure}")

    def open(self) -> None:
        """Comes to the explorer, and waits until it can be asked."""
        self.page.goto(self.address)
        self.page.locator(".graphiql-query-editor .view-line").first.wait_for()

    def tab(self, name: str) -> None:
        self.page.locator(".graphiql-tab-button", has_text=name).click()
        expect(self.page.locator(".graphiql-query-editor .view-lines")).to_contain_text(
            f"query {name}".replace(" ", "\u00a0")
        )

    def ask(self) -> str:
        """Runs the question in sight, and returns the whole answer as it is shown."""
        self.page.get_by_role("button", name="Execute query").click()
        return self.answer()

    def answer(self) -> str:
        """The whole answer in sight, once there is one. The editor itself draws only the lines in view."""
        expect(self.page.locator(".result-window .view-lines")).to_contain_text("{")
        shown: str = self.page.evaluate(MODEL, "response.json")
        return shown

    def question(self) -> str:
        """The whole question in sight."""
        shown: str = self.page.evaluate(MODEL, "operation.graphql")
        return shown

    @property
    def sources(self) -> Any:
        """The panel beside the answer."""
        return self.page.get_by_role("region", name="Sources of this answer")


MODEL = "name => globalThis.__MONACO.editor.getModels().find(({uri}) => uri.path.endsWith(name)).getValue()"
"""What an editor holds."""


@pytest.fixture
def visit(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A first visit. Whatever it is for, it asks no other machine and the browser finds nothing to complain of."""
    context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **getattr(request, "param", {})})
    visit = Visit(context.new_page(), address)
    visit.open()
    yield visit
    asked = {request.url for request in visit.requests}
    context.close()
    assert {url for url in asked if not url.startswith((address, "data:"))} == set()
    assert visit.complaints == []


def test_an_answer_comes_with_its_sources_and_their_age(visit: Visit) -> None:
    expect(visit.sources).to_contain_text("Run a question")
    assert '"148"' in visit.ask()
    expect(visit.sources).to_contain_text("Published figures and requests around sexual deepfakes")
    expect(visit.sources).to_contain_text("fresh")
    expect(visit.sources).to_contain_text(NEW)


def test_every_worked_question_stands_in_a_tab_and_is_answered(visit: Visit) -> None:
    tabs = visit.page.locator(".graphiql-tab-button")
    assert tabs.all_inner_texts() == list(WORKED)
    for name, said in WORKED.items():
        visit.tab(name)
        answer = visit.ask()
        assert '"errors"' not in answer
        for words in said:
            assert words in answer, name


def test_a_worked_question_opens_again_in_a_new_tab(visit: Visit) -> None:
    visit.page.get_by_label("Open a worked question").select_option("What Korea asked of France")
    expect(visit.page.locator(".graphiql-tab-button")).to_have_text([*WORKED, "France"])
    assert WORKED["France"][0] in visit.ask()


def test_a_tab_shows_the_sources_of_its_own_answer(visit: Visit) -> None:
    visit.ask()
    expect(visit.sources).to_contain_text("published_figures")
    visit.tab("France")
    expect(visit.sources).to_contain_text("Run a question")
    visit.tab("Telegram")
    expect(visit.sources).to_contain_text("published_figures")


@pytest.mark.proof
def test_a_tab_chosen_before_the_editors_have_come_shows_its_own_question(visit: Visit) -> None:
    def late(route: Route) -> None:
        time.sleep(1)
        route.continue_()

    visit.page.route("**/assets/monaco-editor-*.js", late)
    visit.page.evaluate("localStorage.clear()")
    visit.page.goto(visit.address)
    visit.tab("France")
    assert "toJurisdiction" in visit.question()


def test_a_key_goes_into_the_header_and_is_kept_nowhere(visit: Visit) -> None:
    page = visit.page
    visit.refused = True
    field = page.get_by_label("API key")
    assert field.get_attribute("type") == "password"
    field.fill(KEY)
    with page.expect_request("**/graphql") as introspection:
        page.get_by_role("button", name="Use it").click()
    assert introspection.value.headers["authorization"] == f"Bearer {KEY}"
    expect(page.get_by_text("Asking with your key")).to_be_visible()
    with page.expect_request("**/graphql") as asked:
        visit.ask()
    assert asked.value.headers["authorization"] == f"Bearer {KEY}"
    page.wait_for_timeout(700)  # GraphiQL writes its tabs half a second after they changed.
    kept = page.evaluate(
        "[location.href, document.cookie, JSON.stringify({...localStorage, ...sessionStorage})].join()"
    )
    assert "Telegram" in kept, "the tabs are kept, and this looked where"
    assert KEY not in kept
    assert KEY not in page.content()
    assert not [request.url for request in visit.requests if KEY in request.url or KEY in (request.post_data or "")]
    visit.open()
    expect(page.get_by_label("API key")).to_have_value("")
    with page.expect_request("**/graphql") as forgotten:
        visit.ask()
    assert "authorization" not in forgotten.value.headers


def test_a_key_can_be_forgotten(visit: Visit) -> None:
    page = visit.page
    visit.refused = True
    page.get_by_label("API key").fill(KEY)
    page.get_by_role("button", name="Use it").click()
    page.get_by_role("button", name="Forget it").click()
    with page.expect_request("**/graphql") as asked:
        visit.ask()
    assert "authorization" not in asked.value.headers


def test_what_is_old_or_silent_is_said_in_words(visit: Visit) -> None:
    now = time.time()
    moment = partial(time.strftime, "%Y-%m-%dT%H:%M:%SZ")
    ages = {
        "just": ("FRESH", 20, None),
        "minutes": ("FRESH", 3 * 60 + 40, None),
        "hours": ("STALE", 5 * 3600 + 40, None),
        "days": ("SILENT", 3 * 86400 + 40, "DEADLINE_EXCEEDED"),
        "never": ("NEVER_READ", None, None),
    }
    states = [
        {
            "name": name,
            "state": state,
            "lastReadAt": None if age is None else moment(time.gmtime(now - age)),
            "ageSeconds": age,
            "reason": reason,
            "recordCount": 1_200,
        }
        for name, (state, age, reason) in ages.items()
    ]

    silent = [{"name": "lumen", "reason": "NO_RECORDS"}, {"name": "fbi", "reason": "NOT_COVERED"}]

    def answered(route: Route) -> None:
        route.fulfill(json={"data": {}, "extensions": {"sources": states, "silentSources": silent}})

    visit.page.route("**/graphql", answered)
    visit.ask()
    shown = [" ".join(entry.split()) for entry in visit.sources.get_by_role("listitem").all_inner_texts()]
    assert shown == [
        "just fresh read just now 1,200 records · just",
        "minutes fresh read 3 minutes ago 1,200 records · minutes",
        "hours older than it should be read 5 hours ago 1,200 records · hours",
        "days did not answer read 3 days ago DEADLINE_EXCEEDED 1,200 records · days",
        "never never read 1,200 records · never",
    ]
    visit.sources.get_by_text("2 more could have contributed").click()
    details = visit.sources.locator("details").get_by_role("listitem")
    assert details.all_inner_texts() == [
        "Lumen Database of notices and requests nothing found",
        "fbi not read for this question",
    ]


def test_a_source_is_linked_to_where_it_is_published(chromium: Browser, address: str) -> None:
    state = {"name": "uk", "state": "FRESH", "lastReadAt": "2024-10-01T09:30:00Z", "ageSeconds": 1, "reason": None}
    state["recordCount"] = 1
    about = {"name": "uk", "title": "Street crime", "publisher": "P", "licence": "L", "url": "https://data.police.uk/"}

    def answered(route: Route) -> None:
        asked = orjson.loads(route.request.post_data or "")
        if asked.get("operationName") == "IntrospectionQuery":
            route.continue_()
        else:
            route.fulfill(json={"data": {"sources": [about]}, "extensions": {"sources": [state]}})

    page = chromium.new_page()
    page.route("**/graphql", answered)
    visit = Visit(page, address)
    visit.open()
    visit.ask()
    link = visit.sources.get_by_role("link", name="Street crime")
    assert link.get_attribute("href") == "https://data.police.uk/"
    assert link.get_attribute("rel") == "noreferrer"
    page.close()


def test_whoever_answers_in_the_gateways_place_is_shown_as_an_error(visit: Visit) -> None:
    visit.page.route(
        "**/graphql", lambda route: route.fulfill(status=200, body="<h1>Log in</h1>", content_type="text/html")
    )
    assert "not with JSON" in visit.ask()
    expect(visit.sources).to_contain_text("names no source")


@pytest.mark.proof
def test_a_question_is_asked_by_keyboard_alone_and_no_editor_is_a_trap(visit: Visit) -> None:
    page = visit.page
    page.locator(".graphiql-query-editor .graphiql-editor").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    assert '"148"' in visit.answer()
    inside = "document.activeElement.closest('.monaco-editor') !== null"
    assert page.evaluate(inside)
    question = visit.question()
    page.keyboard.press("Tab")
    assert not page.evaluate(inside)
    assert visit.question() == question


def test_a_question_is_built_by_clicking(visit: Visit) -> None:
    visit.page.get_by_role("button", name="New tab").click()
    builder = visit.page.locator(".graphiql-explorer-root")
    builder.get_by_text("platforms", exact=True).click()
    builder.get_by_text("operator", exact=True).click()
    visit.page.wait_for_function(
        "() => globalThis.__MONACO.editor.getModels().some(m => /platforms\\s*{\\s*operator/.test(m.getValue()))"
    )
    assert '"operator"' in visit.ask()


def test_the_documentation_is_the_schemas_own(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = visit.page.locator(".graphiql-doc-explorer")
    docs.get_by_role("link", name="Query").first.click()
    root = visible_schema().query_type
    assert root
    for described in (root, root.fields["statistics"]):
        assert described.description
        expect(docs).to_contain_text(described.description.partition(".")[0])


@pytest.mark.proof
def test_what_was_asked_stands_in_the_history(visit: Visit) -> None:
    visit.ask()
    visit.page.get_by_role("button", name="Show History").click()
    expect(visit.page.get_by_role("region", name="History")).to_contain_text("Telegram")


@pytest.mark.proof
@pytest.mark.parametrize("visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_it_is_light_or_dark_as_the_reader_wants_it(visit: Visit, request: pytest.FixtureRequest) -> None:
    paper = visit.page.evaluate("getComputedStyle(document.querySelector('#explorer')).backgroundColor")
    editor = visit.page.evaluate("getComputedStyle(document.querySelector('.graphiql-editors')).backgroundColor")
    assert paper == editor
    assert (paper == "rgb(255, 255, 255)") is (request.node.callspec.params["visit"]["color_scheme"] == "light")


@pytest.mark.proof
@pytest.mark.parametrize("visit", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_on_a_narrow_screen_nothing_lies_beside_it(visit: Visit) -> None:
    assert '"148"' in visit.ask()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 360
    question, answer = (visit.page.locator(part).bounding_box() for part in (".graphiql-editors", ".result-window"))
    assert question is not None
    assert answer is not None
    assert answer["y"] >= question["y"] + question["height"]
    assert min(question["width"], answer["width"]) > 300
    expect(visit.sources).to_contain_text(NEW)
