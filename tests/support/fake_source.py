"""A source beside the real ones, whose scopes and what stands in them are given as data; and records of every kind.

Nothing here is random by itself: the same data make the same scopes, batches and checkpoints.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from msgspec import Struct, structs

from adapters.document import ReadResult
from adapters.errors import SourceError
from adapters.records import RECORD_TYPES, Record
from adapters.source import ARCHIVE, About, Batch, FileSource, Origin, Scope, Skip, ignore
from adapters.vocabulary.enums import Audience, RecordType, SourceKind, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction

NAME = "fake"
READ_AT = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)


class Interrupted(SourceError):
    """The source fell silent in the middle of a scope."""

    code = "INTERRUPTED"


def about(**overrides: Any) -> About:
    """What a fake source is: open to all, withdrawing, of every record type, unless `overrides` say otherwise."""
    said: dict[str, Any] = {
        "name": NAME,
        "title": "A source made of data",
        "kind": SourceKind.POLICE,
        "publisher": "Nobody",
        "url": None,
        "licence": "CC0",
        "licence_url": None,
        "attribution": "Nobody, for tests",
        "cadence": timedelta(days=1),
        "audience": Audience.PUBLIC,
        "records": frozenset(RecordType),
        "jurisdictions": None,
        "timezone": None,
        "withdraws": True,
    }
    return About(**said | overrides)


class FakeSource(FileSource):
    """A source whose scopes are given by name.

    A scope is a sequence of records or a `Reading`, which become batches of `size` records by the code of the real
    sources, or a sequence of `Batch`es, which are handed on as they are (the broken ones too) from the one that
    continues the checkpoint. With `cut`, the source raises `interruption` after that many batches of each reading.
    Further keywords change what the source is (`about`).
    """

    def __init__(
        self,
        scopes: Mapping[str, ReadResult | Sequence[Record] | Sequence[Batch]],
        *,
        size: int = 1000,
        cut: int | None = None,
        interruption: Exception | None = None,
        channel: str = ARCHIVE,
        read_at: datetime = READ_AT,
        **overrides: Any,
    ) -> None:
        self.about = about(**overrides)
        self.cut = cut
        self._contents = dict(scopes)
        self._size = size
        self._interruption = interruption or Interrupted("the fake source was told to stop")
        self._channel = channel
        self._read_at = read_at

    def scope(self, name: str) -> Scope:
        """The scope of this name."""
        return Scope(source=self.about.name, channel=self._channel, name=name, records=self.about.records)

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterator[Scope]:
        """Every scope; the fake has no files."""
        return map(self.scope, self._contents)

    async def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        yielded = 0
        for batch in self.batches(scope.name, since):
            if yielded == self.cut:
                raise self._interruption
            yield batch
            yielded += 1
        if yielded == self.cut:
            raise self._interruption

    def batches(self, name: str, since: str | None = None) -> Iterator[Batch]:
        """What reading the scope `name` from checkpoint `since` on yields."""
        content = self._contents[name]
        if not isinstance(content, ReadResult):
            given = [part for part in content if isinstance(part, Batch)]
            if given:
                begins = next((number for number, batch in enumerate(given) if since and batch.since == since), 0)
                return iter(given[begins:])
            records = [part for part in content if isinstance(part, Record)]
            content = ReadResult(rows=len(records), records=records)
        return content.batches(origin_of(content, name, self._read_at), since, self._size)


def origin_of(content: Any, location: str = "scope", read_at: datetime = READ_AT) -> Origin:
    """Where a batch comes from whose publisher's bytes are `content`, whatever that is."""
    told = repr(content).encode()
    return Origin(location=location, retrieved_at=read_at, bytes=len(told), sha256=sha256(told).hexdigest())


def batch(records: Sequence[Record] = (), **said: Any) -> Batch:
    """A batch of one reading that accounts for its rows, unless `said` says otherwise."""
    others = said.get("merged", 0) + said.get("out_of_scope", 0) + len(said.get("rejections", ()))
    return Batch(**{"origin": origin_of("the same bytes"), "rows": len(records) + others, "records": records} | said)


# Records. Strategies are derived from the record types, so that a new attribute is tested the day it is added.

WORDS = ("", "딥페이크 성범죄", "تقرير الشرطة", "Straße n° 5", "𝔘𝔫𝔦 🙂", "'; DROP TABLE x; --", 'a "b" \\u0000', "%_*")
NUMBERS = (0, -1, 2**31, 2**53 + 1, 7_123_456_789_012_345_678, 2**63 - 1, -(2**63))
DECIMALS = (Decimal("0"), Decimal("0.10"), Decimal("-52.487810"), Decimal("1E+3"), Decimal("96000.00"), Decimal("1E-9"))
CODES = ("EU", "FR", "GB", "GB-ENG", "GB-NIR", "KR", "KR-11", "US")

texts = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
)
"""Any text that a publisher may write: all of Unicode but NUL, which PostgreSQL cannot keep, and half surrogates."""

times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    Jurisdiction: st.sampled_from(CODES),
    bool: st.booleans(),
    int: st.sampled_from(NUMBERS) | st.integers(-(2**63), 2**63 - 1),
    date: st.dates(date(1900, 1, 1)),
    datetime: times,
    Decimal: st.sampled_from(DECIMALS) | st.decimals(allow_nan=False, allow_infinity=False, places=6),
}

ids = st.one_of(
    st.sampled_from(("7123456789012345678", "2024-09/사건/1", "a:b:c")), st.text("abc123-/:", min_size=1, max_size=12)
)
"""What a publisher calls a record."""


def records(kind: RecordType | None = None, source: str = NAME) -> st.SearchStrategy[Record]:
    """Records of one kind, or of any, with any combination of values stated and left out."""
    if kind is None:
        return st.one_of(*(records(each, source) for each in RecordType))
    return _made(RECORD_TYPES[kind]).map(lambda record: structs.replace(record, source=source))


def distinct(source: str = NAME, max_size: int = 12) -> st.SearchStrategy[list[Record]]:
    """Records of any kind, none of which stands twice."""
    return st.lists(records(source=source), max_size=max_size, unique_by=lambda record: (record.type, record.id))


def _made(record: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(record, include_extras=True)
    fields = {field.name: field for field in structs.fields(record)}
    optional = {name: _values(hints[name]) for name, field in fields.items() if not field.required}
    return st.fixed_dictionaries({"source": st.just(NAME), "external_id": ids}, optional=optional).map(
        lambda said: record(**said)
    )


def _values(annotation: Any) -> st.SearchStrategy[Any]:
    if get_origin(annotation) is Annotated:
        return _values(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not NoneType)
        return st.none() | _values(inner)
    if get_origin(annotation) is tuple:
        member = get_args(annotation)[0]
        if member is Jurisdiction or (isinstance(member, type) and issubclass(member, Vocabulary)):
            return st.frozensets(_values(member), max_size=4).map(lambda members: tuple(sorted(members)))
        return st.lists(_values(member), max_size=3).map(tuple)
    if isinstance(annotation, type) and issubclass(annotation, Vocabulary):
        return st.sampled_from(list(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return _value(annotation)
    return SCALARS[annotation]


def _value(struct: type[Struct]) -> st.SearchStrategy[Any]:
    """A value of parts; one of which nothing was stated is None, never a value without parts."""
    hints = get_type_hints(struct, include_extras=True)
    required = {field.name: _values(hints[field.name]) for field in structs.fields(struct) if field.required}
    optional = {name: _values(hint) for name, hint in hints.items() if name not in required}
    made = st.fixed_dictionaries(required, optional=optional).map(lambda said: struct(**said))
    return made.map(lambda value: None if all(part is None for part in structs.astuple(value)) else value)
