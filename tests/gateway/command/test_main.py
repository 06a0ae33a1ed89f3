"""The command: what it prints, and how it refuses."""

import csv
import io
import json
import os
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from typer.testing import CliRunner, Result

from adapters.police.uk_police import sandbox as uk_police_sandbox
from adapters.press.published_figures.source import SHIPPED
from gateway.command.listener import listen
from gateway.command.listing import print_table
from gateway.command.main import app
from gateway.settings import Settings
from gateway.wiring import sources
from tests.support.sentinel import unseen

EXAMPLES = Path(__file__).parents[2] / "examples"
UK = EXAMPLES / "uk_police"


@pytest.fixture(autouse=True)
def _catalogue(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", database_url)


def gateway(*arguments: str | Path, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    unseen(result.output_bytes, "what a command said")
    return result


def refused(result: Result) -> str:
    """The one line with which a command is refused."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_an_import_says_what_became_of_every_row() -> None:
    summary = json.loads(gateway("import", "uk_police", UK, "--json").stdout)
    assert summary.pop("seconds") >= 0
    assert summary == {
        "source": "uk_police",
        "read": 12,
        "added": 9,
        "unchanged": 0,
        "superseded": 0,
        "merged": 1,
        "outOfScope": 2,
        "rejected": 0,
        "withdrawn": 0,
        "unknownCodes": [],
        "failures": [],
        "resting": [],
        "skipped": [],
        "holds": [],
    }
    again = json.loads(gateway("import", "uk_police", UK, "--json").stdout)
    assert (again["added"], again["unchanged"], again["superseded"]) == (0, 9, 0)


def test_an_empty_file_puts_its_scope_on_hold_until_an_operator_accepts_it(tmp_path: Path) -> None:
    name = "2031-01-city-of-london-street.csv"
    text = (UK / "2031-01" / name).read_text(encoding="utf-8")
    file, scope = tmp_path / name, "city-of-london/2031-01/street"
    file.write_text(text, encoding="utf-8")
    first = json.loads(gateway("import", "uk_police", tmp_path, "--json").stdout)
    file.write_text(text.splitlines()[0] + "\n", encoding="utf-8")
    then = gateway("import", "uk_police", tmp_path, "--json")
    assert (then.exit_code, json.loads(then.stdout)["withdrawn"]) == (1, 0)
    (line,) = then.stderr.splitlines()
    assert "the reading lacks" in line
    digest = line.rpartition(" ")[2]
    assert line.endswith(f"gateway sources accept uk_police {scope} {digest}")

    question = """{ cases { totalCount } coverage(filter: {jurisdiction: "GB-ENG", recordType: CASE,
        period: {start: "2031-01-01", end: "2031-02-01"}, source: "uk_police"}) {
        state scopes { complete reason } source { reason } } }"""
    data = json.loads(gateway("query", question).stdout)["data"]
    assert data["cases"]["totalCount"] == first["added"]
    (covered,) = data["coverage"]
    assert covered["state"] != "NOT_REPORTED"
    assert covered["scopes"] == [{"complete": False, "reason": "WITHDRAWAL_HELD"}]
    assert covered["source"] == {"reason": "WITHDRAWAL_HELD"}

    rows = {row["name"]: row for row in json.loads(gateway("sources", "--json").stdout)}
    (pending,) = rows["uk_police"]["holds"]
    assert (pending["scope"], pending["missing"], pending["total"]) == (scope, first["added"], first["added"])
    assert pending["digest"].startswith(digest)
    assert digest in gateway("sources").stdout
    assert "another digest" in refused(gateway("sources", "accept", "uk_police", scope, "0123456789"))
    assert "no reading" in refused(gateway("sources", "accept", "uk_police", "elsewhere", digest))
    assert "unknown source" in refused(gateway("sources", "accept", "uk_polize", scope, digest))
    accepted = gateway("sources", "accept", "uk_police", scope, digest.upper())
    assert (accepted.exit_code, accepted.stdout) == (0, f"uk_police: {scope}: withdrawn {first['added']}\n")
    assert json.loads(gateway("query", "{ cases { totalCount } }").stdout)["data"]["cases"]["totalCount"] == 0
    assert "no reading" in refused(gateway("sources", "accept", "uk_police", scope, digest))


def test_an_operator_may_put_no_reading_on_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_WITHDRAWAL_LIMIT", "1")
    name = "2031-01-city-of-london-street.csv"
    text = (UK / "2031-01" / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    added = json.loads(gateway("import", "uk_police", tmp_path, "--json").stdout)["added"]
    (tmp_path / name).write_text(text.splitlines()[0] + "\n", encoding="utf-8")
    then = gateway("import", "uk_police", tmp_path, "--json")
    assert (then.exit_code, json.loads(then.stdout)["withdrawn"]) == (0, added)


def test_an_older_edition_is_refused_by_its_bytes_unless_it_is_to_be_imported(tmp_path: Path) -> None:
    name = "2031-01-city-of-london-street.csv"
    first = (UK / "2031-01" / name).read_text(encoding="utf-8")
    second = first.replace("Shoplifting", "Other theft")
    assert first != second

    def edition(text: str, *options: str) -> Result:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return gateway("import", "uk_police", tmp_path, *options)

    for text in (first, first, second, second):
        assert edition(text).exit_code == 0
    line = refused(edition(first))
    assert "city-of-london/2031-01/street: the file is an older edition" in line
    assert "--older" in line
    superseded = json.loads(edition(first, "--older", "--json").stdout)["superseded"]
    assert superseded > 0
    assert "older edition" in refused(edition(second))


def test_the_edition_before_an_empty_one_on_hold_is_not_older(tmp_path: Path) -> None:
    name = "2031-01-city-of-london-street.csv"
    text = (UK / "2031-01" / name).read_text(encoding="utf-8")
    for content, code in ((text, 0), (text.splitlines()[0] + "\n", 1), (text, 0)):
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert gateway("import", "uk_police", tmp_path).exit_code == code


def test_an_older_edition_is_refused_by_the_dates_that_it_states(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    newer, file = text.replace("_at = 2025-", "_at = 2026-"), tmp_path / "claims.toml"
    assert newer != text
    file.write_text(newer, encoding="utf-8")
    assert gateway("import", "published_figures", file).exit_code == 0
    # These bytes were never imported; they state an earlier day.
    file.write_text(text, encoding="utf-8")
    assert "older edition" in refused(gateway("import", "published_figures", file))
    assert gateway("import", "published_figures", file, "--older").exit_code == 0


def test_a_file_of_records_with_two_dates_can_be_imported_again() -> None:
    """Its figures are as of one day and were released on a later one; the first of the two dates the edition."""
    file = EXAMPLES / "korea_open_data" / "15142026_20241231.csv"
    assert gateway("import", "korea_open_data", file).exit_code == 0
    again = json.loads(gateway("import", "korea_open_data", file, "--json").stdout)
    assert (again["added"], again["superseded"], again["unchanged"]) == (0, 0, 11)


def test_the_shipped_figures_need_no_path() -> None:
    assert json.loads(gateway("import", "published_figures", "--json").stdout)["rejected"] == 0


def test_codes_that_the_crosswalk_lacks_are_shown_to_the_operator(tmp_path: Path) -> None:
    name = "2031-01-city-of-london-street.csv"
    text = (UK / "2031-01" / name).read_text(encoding="utf-8").replace("Shoplifting", "Piracy")
    (tmp_path / name).write_text(text, encoding="utf-8")
    codes = json.loads(gateway("import", "uk_police", tmp_path, "--json").stdout)["unknownCodes"]
    assert codes == [{"field": "harm_categories", "code": "Piracy", "count": 1}]


def test_rejected_rows_are_listed_until_their_scope_is_read_again(tmp_path: Path) -> None:
    name, scope = "2031-01-city-of-london-street.csv", "city-of-london/2031-01/street"
    text = (UK / "2031-01" / name).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    lines[2] = lines[2].replace(",2031-01,", ",2031-02,")
    (tmp_path / name).write_text("".join(lines), encoding="utf-8")
    assert gateway("rejections", "uk_police").stdout == ""

    result = gateway("import", "uk_police", tmp_path, "--json")
    assert (result.exit_code, json.loads(result.stdout)["rejected"]) == (0, 1)
    command = "gateway rejections uk_police"
    assert result.stderr == f"gateway: uk_police: rejected rows: 1. To list them: {command}\n"
    (row,) = map(json.loads, gateway(*command.split()[1:], "--json").stdout.splitlines())
    assert row.pop("reason")
    assert row == {"scope": scope, "position": 2, "column": "Month"}
    assert scope in gateway("rejections", "uk_police").stdout
    assert gateway("rejections", "published_figures").stdout == ""
    assert "unknown source" in refused(gateway("rejections", "uk_polize"))

    (tmp_path / name).write_text(text, encoding="utf-8")
    assert gateway("import", "uk_police", tmp_path).stderr == ""
    assert gateway("rejections", "uk_police", "--json").stdout == ""


def test_a_question_is_answered_in_three_forms() -> None:
    gateway("import", "uk_police", UK)
    question = "{ arrests { nodes { event agency { id } jurisdictions } } }"
    nodes = json.loads(gateway("query", question).stdout)["data"]["arrests"]["nodes"]
    assert (
        nodes == [{"event": "ARRESTED", "agency": {"id": "gb.city-of-london-police"}, "jurisdictions": ["GB-ENG"]}] * 2
    )
    lines = gateway("query", question, "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line) for line in lines] == nodes
    rows = list(csv.DictReader(io.StringIO(gateway("query", question, "--format", "csv").stdout)))
    row = {"event": "ARRESTED", "agency.id": "gb.city-of-london-police", "jurisdictions": '["GB-ENG"]'}
    assert rows == [row, row]


def test_a_question_can_come_from_standard_input_and_take_variables() -> None:
    gateway("import", "uk_police", UK)
    question = "query ($first: Int) { arrests(first: $first) { totalCount nodes { id } } }"
    answer = json.loads(gateway("query", "-", "--variables", '{"first": 1}', stdin=question).stdout)
    assert (answer["data"]["arrests"]["totalCount"], len(answer["data"]["arrests"]["nodes"])) == (2, 1)


def test_an_answer_with_errors_ends_in_exit_code_1() -> None:
    result = gateway("query", "{ arrests { nodes { shoeSize } } }")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sandbox of data.police.uk, at which the settings say that the publisher is asked."""
    monkeypatch.setenv("GATEWAY_SOURCES__UK_POLICE__SYNTHETIC", "true")
    server = uvicorn.Server(uvicorn.Config(uk_police_sandbox.sandbox(), log_level="critical", lifespan="off"))
    with listen("127.0.0.1", 0) as listener:
        monkeypatch.setenv("GATEWAY_SOURCES__UK_POLICE__ADDRESS", f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=server.run, args=[[listener]])
        thread.start()
        yield
        server.should_exit = True
        thread.join()


@pytest.mark.usefixtures("publisher")
def test_sync_asks_a_source_live_and_says_what_became_of_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("sync", "uk_police", "--scope", "metropolitan/2024-09/stop-and-search", "--json")
    counts = json.loads(gateway(*asked).stdout)
    assert (counts["read"], counts["added"], counts["outOfScope"]) == (18, 5, 13)
    monkeypatch.setenv("GATEWAY_SOURCES__UK_POLICE__FOLLOW", '["metropolitan/2024-09/stop-and-search"]')
    assert json.loads(gateway("sync", "--json").stdout)["unchanged"] == 5


@pytest.mark.usefixtures("publisher")
def test_sync_tells_which_scope_could_not_be_read_and_why() -> None:
    result = gateway("sync", "uk_police", "--scope", "metropolitan/2019-01/stop-and-search")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    scope, reason = "metropolitan/2019-01/stop-and-search", "the source has no such resource (HTTP 404)"
    summary = json.loads(gateway("sync", "uk_police", "--scope", scope, "--now", "--json").stdout)
    assert summary["failures"] == [{"scope": scope, "code": "NOT_FOUND", "message": reason}]
    assert line == f"gateway: uk_police: {scope} could not be read (NOT_FOUND): {reason}"
    assert "127.0.0.1" not in result.output


@pytest.mark.usefixtures("publisher")
def test_sync_tells_why_a_source_cannot_list_its_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    address = os.environ["GATEWAY_SOURCES__UK_POLICE__ADDRESS"]
    monkeypatch.setenv("GATEWAY_SOURCES__UK_POLICE__ADDRESS", f"{address}/elsewhere")
    result = gateway("sync", "uk_police", "--scope", "metropolitan/stop-and-search")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("gateway: uk_police: its list of scopes could not be read (NOT_FOUND): the source ")
    as_json = gateway("sync", "uk_police", "--scope", "metropolitan/stop-and-search", "--json")
    (failure,) = json.loads(as_json.stdout)["failures"]
    assert (as_json.exit_code, failure["scope"], failure["code"]) == (1, None, "NOT_FOUND")
    (status,) = [each for each in json.loads(gateway("sources", "--json").stdout) if each["name"] == "uk_police"]
    assert (status["state"], status["reason"], status["lastFailure"]["code"]) == ("NEVER_READ", *["NOT_FOUND"] * 2)
    assert re.search(r"^uk_police: failed at .* UTC \(NOT_FOUND\): The publisher has ", gateway("sources").stdout, re.M)
    assert "elsewhere" not in result.output


@pytest.mark.usefixtures("publisher")
def test_sync_says_until_when_a_scope_rests_and_asks_at_once_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    address, scope = os.environ["GATEWAY_SOURCES__UK_POLICE__ADDRESS"], "metropolitan/2024-09/stop-and-search"
    sync = ("sync", "uk_police", "--scope", scope)
    monkeypatch.setenv("GATEWAY_SOURCES__UK_POLICE__ADDRESS", f"{address}/elsewhere")
    assert gateway(*sync).exit_code == 1
    monkeypatch.setenv("GATEWAY_SOURCES__UK_POLICE__ADDRESS", address)
    resting = gateway(*sync)
    assert resting.exit_code == 1
    (line,) = resting.stderr.splitlines()
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert re.fullmatch(rf"gateway: uk_police: {scope} rests until {moment} because of NOT_FOUND; --now reads it", line)
    as_json = gateway(*sync, "--json")
    (rest,) = json.loads(as_json.stdout)["resting"]
    assert (as_json.exit_code, rest["scope"], rest["code"]) == (1, scope, "NOT_FOUND")
    for options in (("--now",), ()):
        result = gateway(*sync, *options, "--json")
        assert (result.exit_code, json.loads(result.stdout)["read"], result.stderr) == (0, 18, "")


def test_a_scope_that_no_source_knows_is_refused_in_one_line_by_each() -> None:
    for source in sources(Settings()):
        name = source.about.name
        line = refused(gateway("sync", name, "--scope", "no/such/scope/of/anybody"))
        assert line.startswith(f"gateway: {name}: ")


def test_an_area_that_is_too_long_is_refused_with_its_limit() -> None:
    area = ":".join(["51.5,-0.12"] * 500)
    assert "an area has at most" in refused(gateway("sync", "uk_police", "--scope", f"{area}/2024-09/street"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sync", "nobody"), "unknown source 'nobody'"),
        (("sync",), "the settings follow no source"),
        (("sync", "--scope", "x"), "--scope needs a source"),
        (("sync", "uk_police", "--now", "--watch"), "--now is for one reading"),
    ],
)
def test_a_sync_of_nothing_is_refused(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(gateway(*arguments))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GATEWAY_SOURCES__NOBODY__KEY", "a-key-of-nobody", "unknown source 'nobody'"),
        ("GATEWAY_SOURCES__UK_POLICE__ADDRESS", "ftp://x", "address"),
        ("GATEWAY_SOURCES__UK_POLICE__COLOUR", "red", "colour"),
        ("GATEWAY_SOURCES__DSA_TRANSPARENCY__KEEP", '["EVERYTHING"]', "keep"),
        ("GATEWAY_SOURCES__DSA_TRANSPARENCY__ADDRESS", "http://example.org", "https"),
        ("GATEWAY_SOURCES__KOREA_OPEN_DATA__PROFILES", "nowhere.toml", "profiles"),
    ],
)
def test_a_setting_of_a_source_that_cannot_be_used_is_named(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    line = refused(gateway("sources"))
    assert said in line
    assert "a-key-of-nobody" not in line


def test_sources_tells_what_was_read() -> None:
    gateway("import", "uk_police", UK)
    states = {source["name"]: source["state"] for source in json.loads(gateway("sources", "--json").stdout)}
    assert states.pop("uk_police") == "FRESH"
    assert set(states) > {"dsa_transparency", "telegram_transparency", "published_figures"}
    assert set(states.values()) == {"NEVER_READ"}
    assert "uk_police" in gateway("sources").stdout


@pytest.mark.parametrize("width", [20, 40, 60, 80])
@pytest.mark.parametrize("is_terminal", ["0", "1"])
def test_a_table_cuts_nothing_however_narrow_the_terminal(
    width: int, is_terminal: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", f"{width}")
    monkeypatch.setenv("TTY_COMPATIBLE", is_terminal)
    rows: list[dict[str, str | None]] = [
        {"name": "korea_platform_requests", "at": "2026-11-30 12:00", "reason": "UNEXPECTED_SHAPE"},
        {"name": "uk_police", "at": None, "reason": "has 9 lines, expected at least 500"},
    ]
    print_table(("name", "at", "reason"), rows)
    words = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out).split()
    assert sorted(words) == sorted(
        ["name", "at", "reason", *(w for row in rows for c in row.values() if c for w in c.split())]
    )


def test_erased_records_stay_erased() -> None:
    gateway("import", "published_figures")
    identity = "Statistic:published_figures:knpa-387"
    question = f'{{ node(id: "{identity}") {{ ... on Statistic {{ value citation redacted }} }} }}'
    assert json.loads(gateway("query", question).stdout)["data"]["node"]["value"] == "387"
    assert gateway("catalogue", "redact", identity).exit_code == 0
    gateway("import", "published_figures")
    erased = {"value": None, "citation": None, "redacted": True}
    assert json.loads(gateway("query", question).stdout)["data"]["node"] == erased
    assert gateway("catalogue", "check").stdout == "the catalogue is sound\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["import", "nobody"], "unknown source 'nobody'"),
        (["import", "uk_police"], "name the files or folders"),
        (["import", "uk_police", "absent"], "absent: no such file"),
        (["query", "{ arrests { totalCount } }", "--variables", "[1]"], "--variables must be a JSON object"),
        (["query", "{ arrests { totalCount } cases { totalCount } }", "--format", "csv"], "one root field"),
        (["query", "{ arrests { totalCount } }", "--format", "ndjson"], "nodes"),
        (["catalogue", "redact", "knpa-387"], "an id looks like"),
        (["catalogue", "redact", "Case:uk_police:absent"], "no record with this id"),
    ],
)
def test_a_bad_argument_ends_in_one_clear_line(arguments: list[str], reason: str) -> None:
    assert reason in refused(gateway(*arguments))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("GATEWAY_DATABASE_URL", "mysql://root:sentinel@localhost/x", "sqlite:///FILE or postgresql://"),
        ("GATEWAY_DATABASE_URL", "sentinel", "not a URL"),
        ("GATEWAY_DATABASE_URL", "sqlite:////absent/sentinel/catalogue.db", "cannot be used"),
        ("GATEWAY_DATABASE_URL", "postgresql://sentinel@/x?host=/absent", "cannot be used"),
        ("GATEWAY_MAX_DEPTH", "sentinel", "max_depth"),
    ],
)
def test_a_bad_setting_ends_in_one_clear_line_without_its_value(
    name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    line = refused(gateway("sources"))
    assert reason in line
    assert "sentinel" not in line
    assert "absent" not in line


def test_a_settings_file_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text("max_depth = 'deep'\n")
    assert "max_depth" in refused(gateway("sources"))
    (tmp_path / "gateway.toml").write_text("max_depth = ")
    assert "gateway.toml" in refused(gateway("sources"))


def test_months_are_disclosed_once_and_only_where_partners_send(tmp_path: Path) -> None:
    assert gateway("disclose").stdout == "0 monthly tables published\n"
    (tmp_path / "gateway.toml").write_text(
        f'[sources.pushed.webhook]\nagency = "kr.knpa"\nsecrets = ["whsec_{b64encode(bytes(24)).decode()}"]\n'
    )
    # Of each of the four types that partners send, the twelve months that have closed.
    assert gateway("disclose").stdout == "48 monthly tables published\n"
    assert gateway("disclose").stdout == "0 monthly tables published\n"


def test_the_schema_is_printed_as_served() -> None:
    printed = gateway("schema", "print").stdout
    assert printed.startswith('"""')
    assert "type Query {" in printed
