"""What `gateway import` does with a folder or an archive in which not every file is the source's."""

import io
import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.press.published_figures.source import SHIPPED
from gateway.command.main import app

EXAMPLES = Path(__file__).parents[2] / "examples"

OWN_FILES = {
    "dsa_harmonised_reports": "*.csv",
    "dsa_transparency": "sor-tiktok-*.csv",
    "github_transparency": "*.json",
    "google_government_requests": "*.csv",
    "korea_law": "*.json",
    "korea_open_data": "*.csv",
    "korea_platform_requests": "*.json",
    "lumen": "*.json",
    "meta_enforcement_reports": "*.csv",
    "meta_government_requests": "*.csv",
    "ncmec_reports": "*.csv",
    "published_figures": "*.toml",
    "socrata_arrests": "*.csv",
    "telegram_transparency": "dataset.json",
    "tiktok_enforcement_reports": "*.csv",
    "uk_police": "*/*.csv",
    "x_government_requests": "*.csv",
}
"""Each source of files that ships → its examples."""

FOREIGN = {".csv": "colour,taste\nred,sweet\n", ".json": '{"colour": "red"}', ".toml": 'colour = "red"\n'}


@pytest.fixture(autouse=True)
def _catalogue(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", database_url)


def gateway(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def counts(result: Result) -> tuple[int, int, int]:
    """The rows that an import read, merged and rejected."""
    summary = json.loads(result.stdout)
    return summary["read"], summary["merged"], summary["rejected"]


def own_files(source: str) -> Sequence[Path]:
    return sorted((EXAMPLES / source).glob(OWN_FILES[source])) or [SHIPPED]


@pytest.mark.parametrize("source", OWN_FILES)
def test_a_folder_is_read_without_its_sidecars_and_empty_and_foreign_files(source: str, tmp_path: Path) -> None:
    """A sidecar is no word; an empty and a foreign file are one line each, without a path, and exit code 1."""
    files = own_files(source)
    suffix = files[0].suffix
    for file in files:
        shutil.copy(file, tmp_path)
    own = gateway("import", source, tmp_path, "--json")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / f"inner{suffix}").write_text("\0")
    (tmp_path / f"._{files[0].name}").write_text("\0")
    with_sidecars = gateway("import", source, tmp_path, "--json")
    assert (counts(with_sidecars), with_sidecars.stderr) == (counts(own), own.stderr)
    assert with_sidecars.exit_code == own.exit_code

    (tmp_path / "more").mkdir()
    (tmp_path / "more" / f"0-empty{suffix}").touch()
    (tmp_path / "more" / f"0-lookup{suffix}").write_text(FOREIGN[suffix])
    result = gateway("import", source, tmp_path, "--json")
    assert (result.exit_code, counts(result)) == (1, counts(own))
    lines = sorted(set(result.stderr.splitlines()) - set(own.stderr.splitlines()))
    assert [line.split(": ")[:3] for line in lines] == [
        ["gateway", source, f"skipped 0-empty{suffix}"],
        ["gateway", source, f"skipped 0-lookup{suffix}"],
    ]
    skipped = [line.partition("skipped ")[2] for line in result.stderr.splitlines() if "skipped " in line]
    assert json.loads(result.stdout)["skipped"] == skipped
    assert str(tmp_path) not in result.output


@pytest.mark.parametrize("source", OWN_FILES)
@pytest.mark.parametrize("content", ["", None], ids=["empty", "foreign"])
def test_a_single_file_that_is_not_the_sources_is_refused(source: str, content: str | None, tmp_path: Path) -> None:
    suffix = own_files(source)[0].suffix
    (file := tmp_path / f"0-lookup{suffix}").write_text(FOREIGN[suffix] if content is None else content)
    result = gateway("import", source, file, "--json")
    summary = json.loads(result.stdout)
    (failure,) = summary["failures"]
    assert (result.exit_code, summary["read"], failure["scope"]) == (2, 0, None)
    assert failure["code"] in {"UNREADABLE", "UNEXPECTED_SHAPE"}
    (line,) = result.stderr.splitlines()
    assert line == f"gateway: {failure['message']}"
    assert line.startswith(f"gateway: {file.name}: ")
    assert gateway("import", source, file).stdout == ""


def test_an_archive_is_read_without_its_sidecars_and_empty_and_foreign_members(tmp_path: Path) -> None:
    """As in a folder: a sidecar is no word, an empty and a foreign member are one line each, and exit code 1."""
    (table,) = own_files("dsa_transparency")
    own = gateway("import", "dsa_transparency", table, "--json")
    (path := tmp_path / "sor-tiktok-2025-06-30-full.zip").write_bytes(
        archive(
            {
                "__MACOSX/._part-0.csv.zip": b"\0",
                "__MACOSX/inner.csv": FOREIGN[".csv"].encode(),
                "._part-0.csv": b"\0",
                "lookup.csv": FOREIGN[".csv"].encode(),
                "part-0.csv.zip": archive(
                    {
                        **{"__MACOSX/._a.csv": b"\0", "._a.csv": b"\0", "a.csv": b"", "b.csv": table.read_bytes()},
                        **{"c.csv": b'\xff\0"', "d.txt": b"read me", "folder/": b""},
                    }
                ),
                "part-1.csv.zip": b"",
            }
        )
    )
    result = gateway("import", "dsa_transparency", path, "--json")
    assert (result.exit_code, counts(result)) == (1, counts(own))
    assert result.stderr.splitlines() == [
        f"gateway: dsa_transparency: skipped {path.name}/{line}"
        for line in (
            "lookup.csv: does not have the columns of a dump",
            "part-0.csv.zip/a.csv: is empty",
            "part-0.csv.zip/c.csv: does not have the columns of a dump",
            "part-0.csv.zip/d.txt: is not a .csv file",
            "part-1.csv.zip: is empty",
        )
    ]


def test_options_say_what_the_name_of_a_file_has_lost(tmp_path: Path) -> None:
    """The records are those of the file under its own name, so that importing both adds nothing."""
    original = EXAMPLES / "meta_government_requests" / "PRPL-Facebook-Government-Report-2031_H1.csv"
    path = tmp_path / "download (3).csv"
    shutil.copyfile(original, path)
    unnamed = gateway("import", "meta_government_requests", path)
    assert unnamed.exit_code == 2
    assert unnamed.stderr == (
        "gateway: download (3).csv: has the columns of user-data-requests. --period is missing: the name "
        "PRPL-Facebook-Government-Report-{year}_H{half}.csv contains it\n"
    )
    named = gateway("import", "meta_government_requests", path, "--period", "2031-H1", "--json")
    assert (named.exit_code, json.loads(named.stdout)["added"] > 0) == (0, True)
    again = gateway("import", "meta_government_requests", original, "--json")
    assert json.loads(again.stdout)["added"] == 0


@pytest.mark.parametrize(
    ("source", "option", "value", "message"),
    [
        (
            "meta_government_requests",
            "--platform",
            "meta",
            "--platform does not apply: the file's name says what it is",
        ),
        ("uk_police", "--release", "2024-Q4", "uk_police: --release does not apply"),
    ],
)
def test_an_option_that_does_not_apply_is_refused(source: str, option: str, value: str, message: str) -> None:
    result = gateway("import", source, own_files(source)[0], option, value)
    assert result.exit_code == 2
    assert message in result.stderr


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()
