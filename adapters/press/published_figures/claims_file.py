"""A claims file, TOML or JSON: a list of claims, each of which becomes a record."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats.json import read_json
from adapters.press.published_figures.claims import AnyClaim, FigureClaim, parse_claim
from adapters.press.published_figures.records import build_record
from adapters.toml import ProfileError, read_toml

ClaimsById = dict[str, dict[int, AnyClaim]]
"""By id, the claims with their positions in the file."""


def read_file(name: str, content: bytes) -> ReadResult:
    """The claims of one file, TOML or JSON by its name.

    Raises Unreadable where it is neither, UnexpectedShape where it is not one list `claim` that holds something.
    """
    tables = read_json(name, content) if name.lower().endswith(".json") else _read_tables(name, content)
    if not isinstance(tables, dict) or set(tables) != {"claim"}:
        raise UnexpectedShape(f"{name}: must hold claims and nothing else, each a table [[claim]]")
    rows = tables["claim"]
    if not isinstance(rows, list) or not rows:
        raise UnexpectedShape(f"{name}: holds no list of claims")
    return read_claims(rows)


def _read_tables(name: str, content: bytes) -> dict[str, Any]:
    try:
        return read_toml(name, content, dict[str, Any])
    except ProfileError as exc:
        raise Unreadable(str(exc)) from exc


def read_claims(rows: Sequence[object]) -> ReadResult:
    """One record per claim, in order of id. Equal claims are merged; different claims with one id are rejected."""
    result = ReadResult(rows=len(rows))
    by_id = _parse_claims(rows, result)
    claims = _unambiguous_claims(by_id, result)
    wholes = {claim.part_of for claim in claims.values() if isinstance(claim, FigureClaim)}
    for id, claim in sorted(claims.items()):
        try:
            result.records.append(build_record(claim, claims, is_whole=id in wholes))
        except RowError as exc:
            for position in by_id[id]:
                result.reject(position, exc)
        else:
            result.merged += len(by_id[id]) - 1
    result.rejections.sort(key=lambda rejection: rejection.position)
    return result


def _parse_claims(rows: Sequence[object], result: ReadResult) -> ClaimsById:
    by_id: ClaimsById = defaultdict(dict)
    for position, row in enumerate(rows, 1):
        try:
            claim = parse_claim(row)
        except RowError as exc:
            result.reject(position, exc)
        else:
            by_id[claim.id][position] = claim
    return by_id


def _unambiguous_claims(by_id: ClaimsById, result: ReadResult) -> dict[str, AnyClaim]:
    """The claims whose id no different claim has; rejects the others."""
    claims: dict[str, AnyClaim] = {}
    for id, versions in by_id.items():
        first, *others = versions.values()
        if all(other == first for other in others):
            claims[id] = first
        else:
            for position in versions:
                result.reject(position, RowError("another claim has the same id", "id"))
    return claims
