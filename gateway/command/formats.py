"""The formats of `gateway query`: JSON, a line of JSON per record, or CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import orjson

from gateway.errors import OperatorError


class Format(StrEnum):
    """The value of `--format`."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


class NotTabular(OperatorError):
    """The answer is not one list of records, as `ndjson` and `csv` need it."""


def render(answer: Mapping[str, Any], form: Format) -> str:
    """The answer as text. Raises NotTabular if the format needs one list of records and the answer has none."""
    if form is Format.JSON:
        return orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    records = _records(answer.get("data"))
    if form is Format.NDJSON:
        return "".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE).decode() for record in records)
    return _table([dict(_cells(record)) for record in records])


def _records(data: Any) -> Sequence[Mapping[str, Any]]:
    """The records of the only root field: its `nodes`, those of its `edges`, or the list that it is."""
    if not isinstance(data, Mapping) or len(data) != 1:
        raise NotTabular("ndjson and csv need a query with one root field")
    (field,) = data.values()
    if isinstance(field, Mapping) and "nodes" in field:
        field = field["nodes"]
    elif isinstance(field, Mapping) and "edges" in field:
        field = [edge.get("node") for edge in field["edges"]]
    if not isinstance(field, list) or not all(isinstance(record, Mapping) for record in field):
        raise NotTabular("ndjson and csv need a root field with nodes")
    return field


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _cells(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """A record's values by dotted name; a list is one cell of JSON."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _cells(part, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        yield name, orjson.dumps(value).decode()
    else:
        yield name, "" if value is None else value
