"""What is asked of data.police.uk: local days, and one record for a crime that archive and interface both state."""

from pathlib import Path

from adapters.police.uk_police.columns import STOPS, STREET
from adapters.police.uk_police.objects import ROW_OF
from adapters.police.uk_police.sandbox import MONTHS, all_crimes, sandbox
from adapters.police.uk_police.source import UKPolice
from adapters.story import AREA
from gateway.catalogue.write.importing import import_scopes
from tests.adapters.police.uk_police.test_archive import csv_file
from tests.support.catalogue import Shelf
from tests.support.sandboxes import served

JUNE = '{start: "2024-06-01", end: "2024-07-01"}'
ARRESTS = """{
  june: arrests(filter: {period: %s}) { nodes { occurredAt happened { start end timezone } } }
  may: arrests(filter: {period: {start: "2024-05-01", end: "2024-06-01"}}) { totalCount }
  arrestSummary(period: %s, groupBy: [MONTH]) { cells { count period { start } } }
  sources { timezone }
}""" % (JUNE, JUNE)  # noqa: UP031 - the document has braces


def test_an_arrest_after_midnight_in_summer_is_of_june_in_filters_and_summaries(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "2024-06-metropolitan-stop-and-search.csv"
    path.write_bytes(csv_file(STOPS, [{"Date": "2024-05-31T23:30:00+00:00", "Outcome": "Arrest"}]))
    shelf.hold(UKPolice(), path)
    data = shelf.ask(ARRESTS).data
    (arrest,) = data["june"]["nodes"]
    assert arrest["occurredAt"] == "2024-05-31T23:30:00Z"
    assert arrest["happened"] == {"start": "2024-06-01", "end": "2024-06-02", "timezone": "Europe/London"}
    assert data["may"]["totalCount"] == 0
    assert data["arrestSummary"]["cells"] == [{"count": 1, "period": {"start": "2024-06-01"}}]
    assert data["sources"] == [{"timezone": "Europe/London"}]


def read_live(shelf: Shelf, name: str) -> None:
    async def run() -> None:
        async with served(sandbox()) as address:
            source = UKPolice(address)
            try:
                await import_scopes(shelf.database, source, await source.current([name]))
            finally:
                await source.close()

    shelf.run(run())


def test_crimes_without_an_id_count_once_when_archive_and_interface_state_them(shelf: Shelf, tmp_path: Path) -> None:
    read_live(shelf, f"{AREA}/2024-10/street")
    shelf.holdings.sources["uk_police"] = UKPolice()
    count = "{ cases { totalCount } }"
    assert shelf.ask(count).data["cases"]["totalCount"] == 36
    for force, is_transport in (("metropolitan", False), ("btp", True)):
        path = tmp_path / f"2024-10-{force}-street.csv"
        path.write_bytes(csv_file(STREET, archive_rows(is_transport=is_transport)))
        shelf.hold(UKPolice(), path)
    assert shelf.ask(count).data["cases"]["totalCount"] == 36
    read_live(shelf, f"{AREA}/2024-10/street")
    assert shelf.ask(count).data["cases"]["totalCount"] == 36


def archive_rows(*, is_transport: bool) -> list[dict[str, str]]:
    """The rows of the archive for the crimes of the sandbox, either of the transport police or of the other force."""
    rows = map(ROW_OF["street"], all_crimes(MONTHS[-1]))
    return [row | {"LSOA code": "E01000001"} for row in rows if bool(row["Reported by"]) == is_transport]
