"""What a reading of a source came to, as `gateway import` and `sync` print it: lines of text, or one line of JSON."""

import json
import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

import typer
from msgspec import Struct, structs
from strawberry.utils.str_converters import to_camel_case

from gateway.catalogue.counts import RowCounts
from gateway.catalogue.write.holds import PendingHold
from gateway.catalogue.write.leases import Pause
from gateway.catalogue.write.refresh import ReadFailure

DIGEST_DIGITS = 12
"""Hexadecimal digits of a digest that are printed: enough to name one reading of a scope."""


class ReadingReport(Struct, frozen=True, kw_only=True):
    """What became of one reading's rows, and what could not be read; `seconds` is how long it took."""

    source: str
    counts: RowCounts
    seconds: float
    unknown_codes: Sequence[Mapping[str, Any]] = ()
    failed: Mapping[str, ReadFailure] = {}
    """Scope → failure; "" for the source as a whole, and for the files of an import."""
    pauses: Mapping[str, Pause] = {}
    skipped: Sequence[str] = ()
    holds: Sequence[PendingHold] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everything was read."""
        return not (self.failed or self.pauses or self.holds or self.skipped)

    def print_failures(self) -> None:
        """Prints why scopes were not read."""
        for scope, failure in self.failed.items():
            subject = scope or "its list of scopes"
            self._print_line(f"{subject} could not be read ({failure.code}): {failure.message}")
        for scope, pause in self.pauses.items():
            # In whole minutes, and not before the end.
            until = f"{pause.until.astimezone(UTC) + timedelta(minutes=1):%Y-%m-%d %H:%M} UTC"
            self._print_line(f"{scope} rests until {until} because of {pause.reason}; --now reads it")

    def print_skipped(self) -> None:
        """Prints which files or parts of them were skipped, and why."""
        for reason in self.skipped:
            self._print_line(f"skipped {reason}")

    def print_counts(self, *, as_json: bool) -> None:
        """Prints what became of the rows: in JSON one line with everything of the report, on standard output."""
        summary = {to_camel_case(key): value for key, value in structs.asdict(self.counts).items()}
        summary["seconds"] = round(self.seconds, 3)
        if self.counts.rejected:
            self._print_line(f"rejected rows: {self.counts.rejected:,}. To list them: gateway rejections {self.source}")
        if as_json:
            line = {"source": self.source, **summary, "unknownCodes": self.unknown_codes, **self._problems()}
            typer.echo(json.dumps(line, ensure_ascii=False))
            return
        typer.echo(f"{self.source}: " + ", ".join(f"{key} {value:,}" for key, value in summary.items()))
        for code in self.unknown_codes:
            typer.echo(f"unknown {code['field']}: {code['code']!r}, {code['count']:,} times", err=True)

    def print_holds(self) -> None:
        """Prints the readings on hold."""
        print_holds(self.holds)

    def _problems(self) -> dict[str, list[Any]]:
        return {
            "failures": [
                {"scope": scope or None, "code": failure.code, "message": failure.message}
                for scope, failure in self.failed.items()
            ],
            "resting": [
                {"scope": scope, "until": pause.until.astimezone(UTC).isoformat(), "code": pause.reason}
                for scope, pause in self.pauses.items()
            ],
            "skipped": [*self.skipped],
            "holds": [hold_row(each) for each in self.holds],
        }

    def _print_line(self, text: str) -> None:
        typer.echo(f"gateway: {self.source}: {text}", err=True)


def print_holds(pending: Sequence[PendingHold], *, err: bool = True) -> None:
    """Prints readings on hold, each with the command that accepts it."""
    for hold in pending:
        command = shlex.join(("gateway", "sources", "accept", hold.source, hold.scope, hold.digest[:DIGEST_DIGITS]))
        typer.echo(
            f"gateway: {hold.source}: {hold.scope}: the reading lacks {hold.missing:,} of {hold.total:,} records; none "
            f"is withdrawn. If they are to go: {command}",
            err=err,
        )


def hold_row(hold: PendingHold) -> dict[str, Any]:
    """A reading on hold in JSON."""
    return {
        "scope": hold.scope,
        "digest": hold.digest,
        "missing": hold.missing,
        "total": hold.total,
        "readings": hold.readings,
        "since": hold.began_at.isoformat(),
    }
