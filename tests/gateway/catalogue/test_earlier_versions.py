"""A catalogue that an earlier version filled still answers: upgraded on both databases, sound, with equal answers.

`tests/examples/catalogues/step4` was filled at migration 0011: records of five sources, a withdrawal, a redaction,
webhook deliveries, a disclosed month, and an audit log. `answers.jsonl` holds its answers, with ids and cursors.
"""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, Table, create_engine, insert, select, update
from sqlalchemy import Row as DatabaseRow

from adapters.partners.webhook import Webhook
from adapters.press.published_figures.source import PublishedFigures
from adapters.regulators.dsa_transparency.source import DSATransparency
from gateway.access.audit.chain import parse_audit_keys as audit_keys
from gateway.access.audit.chain import read_heads, verify_chain
from gateway.access.callers import operator, public
from gateway.catalogue import integrity, migrations
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.migration import upgrade
from gateway.catalogue.read.page_positions import CURSOR
from gateway.catalogue.tables import coverage, retrieval
from gateway.catalogue.write.importing import import_scopes
from gateway.cursors import encode
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import execute_request
from gateway.operations.limits import Limits
from gateway.operations.request import Request
from gateway.settings import Settings
from gateway.store.database import connect
from gateway.wiring import sources
from tests.gateway.catalogue.test_migration import forget as drop_tables

STEP_4 = Path(__file__).parents[2] / "examples" / "catalogues" / "step4"
MIGRATION = "0011"
ANSWERS = [json.loads(line) for line in (STEP_4 / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
PARTNER = Webhook("kcsc_push", "kr.kcsc", [bytes(32)])

UNDATED, DATED = (
    encode(CURSOR, (28, "InformationRequest", "PERIOD", True, day, 1, "published_figures:knpa-telegram-info"))
    for day in (None, "2024-09-01")
)
"""The cursor of the one record that was undated then: it states the day of its answer alone."""


def load(path: Path, name: str) -> None:
    """Makes a SQLite database from its dump."""
    with sqlite3.connect(path) as connection:
        connection.executescript((STEP_4 / f"{name}.sql").read_text(encoding="utf-8"))
    connection.close()


def rows_of(path: Path) -> Iterator[tuple[str, list[DatabaseRow[Any]]]]:
    """The rows of every table of a SQLite database, as Python values."""
    engine = create_engine(f"sqlite:///{path}")
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            yield table.name, list(connection.execute(select(table)))
    engine.dispose()


def copy_rows(connection: Connection, source: Path) -> None:
    """Inserts the rows of a SQLite database into tables of the same names. SQLite keeps times without their zone."""
    tables = MetaData()
    tables.reflect(connection)
    for name, rows in rows_of(source):
        if rows and name != "alembic_version":
            values = [
                {
                    column: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
                    for column, value in row._mapping.items()
                }
                for row in rows
            ]
            connection.execute(insert(tables.tables[name]), values)


def restore(connection: Connection, source: Path) -> None:
    """The catalogue as it was: empty tables of its migration, and its rows."""
    drop_tables(connection)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, MIGRATION)
    copy_rows(connection, source)


@pytest.fixture
def catalogue(database_url: str, tmp_path: Path) -> Iterator[tuple[asyncio.Runner, Catalogue]]:
    """The catalogue of step 4 after `upgrade`, once on each database."""
    with asyncio.Runner() as runner:
        dump = tmp_path / "step4.db"
        load(dump, "catalogue")
        if database_url.startswith("sqlite"):
            database = connect(f"sqlite:///{dump}")
        else:
            database = connect(database_url)
            runner.run(database.write(partial(restore, source=dump)))
        catalogue = Catalogue(database, [*sources(Settings()), PARTNER])
        runner.run(database.write(upgrade))
        yield runner, catalogue
        runner.run(catalogue.close())


def test_it_is_sound_after_the_upgrade(catalogue: tuple[asyncio.Runner, Catalogue]) -> None:
    runner, upgraded = catalogue
    assert runner.run(upgraded.database.write(lambda connection: list(integrity.faults(connection)))) == []


def test_a_scope_of_then_has_the_version_of_the_adapter_that_read_it(
    catalogue: tuple[asyncio.Runner, Catalogue],
) -> None:
    runner, upgraded = catalogue
    statement = select(coverage.c.complete, coverage.c.adapter_version, retrieval.c.adapter_version).join(
        retrieval, retrieval.c.key == coverage.c.retrieval
    )
    rows = runner.run(upgraded.database.write(lambda connection: connection.execute(statement).all()))
    assert rows
    assert all(version == (of_reading if complete else None) for complete, version, of_reading in rows)


def test_what_was_published_stays_byte_for_byte(catalogue: tuple[asyncio.Runner, Catalogue], tmp_path: Path) -> None:
    runner, upgraded = catalogue
    load(tmp_path / "then.db", "catalogue")
    then = dict(rows_of(tmp_path / "then.db"))

    def stored(connection: Connection, name: str) -> list[tuple[Any, ...]]:
        table = Table(name, MetaData(), autoload_with=connection)
        columns = [column for column in table.c if column.name != "revision"]
        return sorted(map(tuple, connection.execute(select(*columns))), key=repr)

    assert len(then["disclosed_month"]) == 4 * 12
    for name in ("disclosed_month", "disclosed_count"):
        assert runner.run(upgraded.database.write(partial(stored, name=name))) == sorted(
            map(tuple, then[name]), key=repr
        )


def in_present_terms(answer: dict[str, Any]) -> dict[str, Any]:
    """Summaries say `hasAllCells`. A file of figures vouches for nothing, and so Korea is not covered by Telegram's."""
    if "cells" in answer and "complete" in answer:
        answer["hasAllCells"] = answer.pop("complete")
    return answer | {"state": "NOT_COVERED"} if answer.get("state") == "NOT_REPORTED" else answer


def test_scopes_vouch_for_what_their_names_say(catalogue: tuple[asyncio.Runner, Catalogue]) -> None:
    """Extents follow from the names of stored scopes. The files are of January 2031, and were read before it."""
    runner, upgraded = catalogue
    document = """{ coverage(filter: {
        source: ["uk_police"], agency: ["City of London Police"], period: {start: "2031-01-01", end: "2031-03-01"}
      }) { state gaps { months { start } agencies { id } } } }"""

    def gaps() -> Any:
        caller, documents = public(upgraded.descriptions.values()), DocumentCaches(Limits())
        answer = runner.run(execute_request(upgraded, caller, documents, Request(query=document)))
        assert answer.data is not None
        return json.loads(json.dumps(answer.data["coverage"]))[0]

    force = [{"id": "gb.city-of-london-police"}]
    january, february = {"start": "2031-01-01"}, {"start": "2031-02-01"}
    assert gaps() == {"state": "REPORTED", "gaps": {"months": [january, february], "agencies": force}}
    after = update(coverage).values(last_read_at=datetime(2031, 6, 1, tzinfo=UTC))
    runner.run(upgraded.database.write(lambda connection: connection.execute(after)))
    assert gaps() == {"state": "REPORTED", "gaps": {"months": [february], "agencies": force}}


def test_ids_and_cursors_of_then_answer_as_they_did(catalogue: tuple[asyncio.Runner, Catalogue]) -> None:
    runner, upgraded = catalogue
    descriptions = upgraded.descriptions.values()
    callers = {"public": public(descriptions), "operator": operator(descriptions)}
    documents = DocumentCaches(Limits())
    assert len(ANSWERS) > 40
    for earlier in ANSWERS:
        query = earlier["query"]
        if "Summary" in query:
            query = query.replace("} complete }", "} hasAllCells }")
        request = Request(query=query, variables=earlier["variables"])
        answer = runner.run(execute_request(upgraded, callers[earlier["caller"]], documents, request))
        assert not answer.errors, earlier["query"]
        expected = json.loads(json.dumps(earlier["data"]).replace(UNDATED, DATED), object_hook=in_present_terms)
        assert json.loads(json.dumps(answer.data)) == expected, earlier["query"]


def test_corrected_claims_are_later_versions_of_those_of_then(catalogue: tuple[asyncio.Runner, Catalogue]) -> None:
    """A figure that the project ships and corrects keeps its id: nothing stands beside it or disappears."""
    runner, upgraded = catalogue
    source = PublishedFigures()

    def ask(query: str) -> Any:
        request = Request(query=query)
        caller, documents = public(upgraded.descriptions.values()), DocumentCaches(Limits())
        answer = runner.run(execute_request(upgraded, caller, documents, request))
        assert not answer.errors
        return json.loads(json.dumps(answer.data))

    cursor = ask("{ changes(first: 100) { cursor more } }")["changes"]
    while cursor["more"]:
        cursor = ask(f'{{ changes(first: 100, after: "{cursor["cursor"]}") {{ cursor more }} }}')["changes"]
    runner.run(import_scopes(upgraded.database, source, source.files([])))
    corrected = ask("""{
      node(id: "Statistic:published_figures:knpa-573") { ... on Statistic {
        statedAt period { start end } history { versions { recordedAt endedAt } }
      } }
      reports: statistics(first: 0, filter: {source: ["published_figures"], metric: [REPORTS], agency: ["KNPA"]}) {
        totalCount
      }
      cases: statistics(first: 20, filter: {
        source: ["published_figures"], metric: [CASES], harmCategory: [CSAM_DEEPFAKE], agency: ["KNPA"],
        period: {start: "2024-01-01", end: "2024-09-26"}, periodMatch: WITHIN
      }) { nodes { externalId } }
    }""")
    now = {"statedAt": "2024-12-03", "period": {"start": "2024-01-01", "end": "2024-12-01"}}
    before = {"statedAt": None, "period": {"start": None, "end": None}}
    history = corrected["node"].pop("history")
    assert corrected["node"] == now
    assert [version["endedAt"] is None for version in history["versions"]] == [True, False]
    then = history["versions"][1]["recordedAt"]
    first = f"""node(id: "Statistic:published_figures:knpa-573", asOf: "{then}") {{
      ... on Statistic {{ statedAt period {{ start end }} }} }}"""
    assert ask(f"{{ {first} }}")["node"] == before
    assert corrected["reports"] == {"totalCount": 0}
    parts = ("", "-before-crackdown", "-since-crackdown")
    assert sorted(each["externalId"] for each in corrected["cases"]["nodes"]) == [f"knpa-812{part}" for part in parts]
    page = f'changes(first: 100, after: "{cursor["cursor"]}") {{ more changes {{ kind id }} }}'
    changes = ask(f"{{ {page} }}")["changes"]
    kinds = {change["id"]: change["kind"] for change in changes["changes"]}
    assert (changes["more"], set(kinds.values())) == (False, {"ADDED", "CHANGED"})
    assert kinds["Statistic:published_figures:knpa-573"] == "CHANGED"
    assert kinds["Statistic:published_figures:kcc-2024-reports"] == "ADDED"


def test_a_corrected_category_corrects_the_records_of_then(catalogue: tuple[asyncio.Runner, Catalogue]) -> None:
    """The same bytes, read by the present mapping: the same statements, whose deepfakes need not be sexual."""
    runner, upgraded = catalogue
    dump = STEP_4.parents[1] / "dsa_transparency" / "sor-tiktok-2025-06-30-full-00000-00000.csv"
    query = """{ takedowns(first: 100, filter: {source: ["dsa_transparency"]}) { nodes { id harmCategories } } }"""

    def harms() -> dict[str, Any]:
        caller, documents = public(upgraded.descriptions.values()), DocumentCaches(Limits())
        answer = runner.run(execute_request(upgraded, caller, documents, Request(query=query)))
        assert answer.data is not None
        nodes = json.loads(json.dumps(answer.data))["takedowns"]["nodes"]
        return {node["id"]: node["harmCategories"] for node in nodes}

    before = harms()
    source = DSATransparency()
    runner.run(import_scopes(upgraded.database, source, source.files([dump])))
    corrected = {
        id: [each.replace("NCII_DEEPFAKE", "NON_CONSENSUAL_DEEPFAKE") for each in categories]
        for id, categories in before.items()
    }
    assert harms() == corrected != before
    assert runner.run(upgraded.database.write(lambda connection: list(integrity.faults(connection)))) == []


def test_the_audit_log_of_then_verifies(tmp_path: Path) -> None:
    load(tmp_path / "audit.db", "audit")
    secrets = json.loads((STEP_4 / "keys.json").read_text(encoding="utf-8"))
    keys = audit_keys(secrets["chain"], secrets["signing"])
    heads = read_heads(STEP_4 / "heads.jsonl")

    async def verify() -> list[str]:
        database = connect(f"sqlite:///{tmp_path / 'audit.db'}")
        try:
            return await database.write(lambda each: list(verify_chain(each, heads, keys.chain, keys.verifying)))
        finally:
            await database.close()

    assert len(heads) == 3
    assert asyncio.run(verify()) == []
