"""A catalogue in which every value is a canary, and a model of who may see which of them.

The model is written from the words of the design, not from the gateway's code: a caller sees the sources that are open
to everybody and the records that its agreement names; of sensitive fields those of classes that the agreement grants
for that record; and all that its own agency sent.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from graphql import get_named_type
from msgspec import Struct, structs
from sqlalchemy import Connection, select

from adapters.document import ReadResult
from adapters.records import RECORD_TYPES, Dimension, NativeTerm, Record, Reference
from adapters.source import About, Scope
from adapters.vocabulary.enums import Audience, FieldClass, Metric, Qualifier, RecordType, Unit, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction, parse_jurisdiction
from adapters.vocabulary.names import AGENCIES, PLATFORMS
from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.audit.log import AuditLog
from gateway.access.callers import Caller, operator, public
from gateway.access.keyring import Keyring
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.tables import RECORD_TABLES, redaction, retrieval, revision, scope
from gateway.catalogue.write.redaction import redact
from tests.support.catalogue import Shelf
from tests.support.fake_source import FakeSource
from tests.support.schema_declarations import is_relation, marks, records, whole

PEPPERS = {1: b"a pepper of these tests, and of them alone"}
OURS, OTHERS, GUEST = "kr.knpa", "gb.nca", "us.fbi"
"""An agency that sends records and asks, one that only sends, and one that only asks."""

FRANCE, JAPAN, ENGLAND = map(parse_jurisdiction, ("FR", "JP", "GB-ENG"))
LIES_IN = {FRANCE: {"FR"}, JAPAN: {"JP"}, ENGLAND: {"GB-ENG", "GB"}}
"""Each place, and those in which a record lies that holds there."""

CANARY = re.compile(r"~([^~]+)~")
SOURCE = re.compile(r"\bsource_[a-z]+")


class Stands(NamedTuple):
    """What a source is: for whom, whose, whether made up, and the slots of its records."""

    audience: Audience
    owner: str | None
    synthetic: bool
    slots: str


SLOTS: dict[str, Sequence[tuple[Jurisdiction, ...] | None]] = {
    "france": [(FRANCE,)],
    "japan": [(JAPAN,)],
    "both": [(FRANCE, JAPAN)],
    "england": [(ENGLAND,)],
    "nowhere": [()],
    "came": [(JAPAN,), (FRANCE,)],
    "left": [(FRANCE,), (JAPAN,)],
    "gone": [(FRANCE,), None],
    "erased": [(FRANCE,)],
}
"""Where a record holds in the first reading and, where that is another, in the second; None: it is withdrawn."""

OPEN, SHARED, SENT, KEPT, INNER, TRIAL, DRILL, COURSE = (
    f"source_{name}" for name in ("open", "shared", "sent", "kept", "inner", "trial", "drill", "course")
)
SOURCES = {
    OPEN: Stands(Audience.PUBLIC, None, False, "france japan came gone erased"),
    SHARED: Stands(Audience.PARTNER, OTHERS, False, " ".join(SLOTS)),
    SENT: Stands(Audience.PARTNER, OURS, False, "france japan nowhere left"),
    KEPT: Stands(Audience.PARTNER, OTHERS, False, "france came erased"),
    INNER: Stands(Audience.OPERATOR, None, False, "france"),
    TRIAL: Stands(Audience.PUBLIC, None, True, "france"),
    DRILL: Stands(Audience.PARTNER, OURS, True, "japan"),
    COURSE: Stands(Audience.PARTNER, OTHERS, True, "france japan"),
}


class Opening(NamedTuple):
    """Records that are opened to somebody, and which classes of sensitive fields of them; None stands for all."""

    sources: frozenset[str]
    types: frozenset[RecordType] | None = None
    places: frozenset[str] | None = None
    classes: frozenset[FieldClass] = frozenset()

    def holds(self, telling: "Telling") -> bool:
        lies_in = {wide for place in telling.record.jurisdictions for wide in LIES_IN[place]}
        return (
            telling.record.source in self.sources
            and (self.types is None or telling.kind in self.types)
            and (self.places is None or not lies_in.isdisjoint(self.places))
        )


class Profile(NamedTuple):
    """Somebody who asks: what is declared for them. `agreed` is None for whoever has no agreement."""

    name: str
    audience: Audience
    agreed: Opening | None = None
    agency: str = GUEST
    live: bool = True
    nothing: bool = False

    @property
    def open(self) -> frozenset[str]:
        """The sources that are open to this caller whole."""
        if self.nothing or self.audience is Audience.OPERATOR:
            return frozenset() if self.nothing else frozenset(SOURCES)
        return frozenset(name for name, each in SOURCES.items() if each.audience is Audience.PUBLIC and self._met(each))

    @property
    def openings(self) -> list[Opening]:
        """All that is opened beyond."""
        return _openings(self)

    def _opened(self) -> list[Opening]:
        if self.audience is Audience.OPERATOR:
            return [Opening(frozenset(SOURCES), classes=frozenset(FieldClass))]
        if self.agreed is None:
            return []
        met = frozenset(name for name, each in SOURCES.items() if self._met(each))
        own = frozenset(name for name in met if SOURCES[name].owner == self.agency)
        opened = [self.agreed._replace(sources=self.agreed.sources & met), Opening(own, classes=frozenset(FieldClass))]
        return [each for each in opened if each.sources]

    def _met(self, source: Stands) -> bool:
        return self.live or source.synthetic

    @property
    def sources(self) -> frozenset[str]:
        """Every source of which this caller may be told."""
        return self.open.union(*(each.sources for each in self.openings))

    @property
    def classes(self) -> frozenset[FieldClass]:
        return frozenset[FieldClass]().union(*(each.classes for each in self.openings))

    def sees(self, telling: "Telling") -> bool:
        """Whether the record, as it is told, exists for this caller."""
        return telling.record.source in self.open or any(each.holds(telling) for each in self.openings)

    def names(self, field: str) -> bool:
        """Whether `Type.field` exists for this caller."""
        return marks()[field].names(self.audience, self.classes)

    def opens(self, telling: "Telling", field: str) -> bool:
        """Whether the caller may see what the field of this record says."""
        classed = marks()[f"{telling.kind.value}.{field}"].field_class
        return classed is None or any(classed in each.classes and each.holds(telling) for each in self.openings)


@cache
def _openings(profile: Profile) -> list[Opening]:
    return profile._opened()


def _partner(name: str, *sources: str, agency: str = GUEST, live: bool = True, **terms: Any) -> Profile:
    agreed = Opening(frozenset(sources or (SHARED,)), **{key: frozenset(said) for key, said in terms.items()})
    return Profile(name, Audience.PARTNER, agreed, agency, live)


PERSONAL, LOCATION, OPERATIONAL = FieldClass.PERSONAL, FieldClass.CONTENT_LOCATION, FieldClass.OPERATIONAL
PROFILES = [
    Profile("anybody", Audience.PUBLIC),
    Profile("nobody", Audience.PUBLIC, nothing=True),
    _partner("without classes", SHARED, KEPT),
    _partner("personal", classes=[PERSONAL]),
    _partner("locations", classes=[LOCATION]),
    _partner("operational", classes=[OPERATIONAL]),
    _partner("personal and locations", classes=[PERSONAL, LOCATION]),
    _partner("personal and operational", classes=[PERSONAL, OPERATIONAL]),
    _partner("locations and operational", classes=[LOCATION, OPERATIONAL]),
    _partner("all classes", classes=FieldClass),
    _partner("some types", types=[RecordType.ARREST, RecordType.CASE], classes=[PERSONAL, LOCATION]),
    _partner("other types", types=[RecordType.TAKEDOWN, RecordType.STATISTIC, RecordType.REPORT], classes=FieldClass),
    _partner("France", places=["FR"], classes=[PERSONAL, LOCATION]),
    _partner("Great Britain and Japan", places=["GB", "JP"], classes=[PERSONAL]),
    _partner("types in France", types=[RecordType.ARREST], places=["FR"], classes=[PERSONAL]),
    _partner("persons of the open source in France", OPEN, places=["FR"], classes=[PERSONAL]),
    _partner("owner", agency=OURS),
    _partner("owner, and persons in France", SHARED, KEPT, agency=OURS, places=["FR"], classes=[PERSONAL]),
    _partner("test key", SHARED, COURSE, agency=OURS, live=False, classes=[LOCATION]),
    Profile("operator", Audience.OPERATOR),
]


class Telling(Struct, frozen=True, kw_only=True):
    """What a source told of a record for a time: from one revision of the catalogue to another."""

    number: int
    slot: str
    record: Record
    redacted: bool = False
    erased_at: int | None = None
    begins: int = 0
    ends: int | None = None
    began: datetime | None = None
    ended: datetime | None = None
    provenance: Mapping[str, Any] = {}

    @property
    def kind(self) -> RecordType:
        return self.record.type

    @property
    def id(self) -> str:
        """The record's global id."""
        return f"{self.kind.value}:{self.record.id}"

    def holds_at(self, number: int | None) -> bool:
        """Whether it is what holds at a revision; None: at the latest."""
        if number is None:
            return self.ends is None
        return self.begins <= number and (self.ends is None or self.ends > number)


# Values.


def _canary(annotation: Any, number: int, path: str, slots: Iterator[int]) -> Any:
    """A value that stands nowhere else, as far as its type has so many."""
    if get_origin(annotation) is Annotated:
        return _canary(get_args(annotation)[0], number, path, slots)
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not NoneType)
        return _canary(inner, number, path, slots)
    if get_origin(annotation) is tuple:
        return (_canary(get_args(annotation)[0], number, path, slots),)
    slot = next(slots)
    day = date(2000, 1, 1) + timedelta(days=slot * 1000 + number)
    if isinstance(annotation, type) and issubclass(annotation, Vocabulary):
        return list(annotation)[(number + slot) % len(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        hints = get_type_hints(annotation, include_extras=True)
        return annotation(**{name: _canary(hint, number, f"{path}.{name}", slots) for name, hint in hints.items()})
    plain: dict[Any, Any] = {
        str: f"~{number}.{path}~",
        Jurisdiction: [FRANCE, JAPAN, ENGLAND][number % 3],
        bool: True,
        int: 7_000_000_000 + slot * 1000 + number,
        date: day,
        datetime: datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        Decimal: Decimal(f"7{slot:03}{number:03}.5"),
    }
    return plain[annotation]


def canary_record(kind: RecordType, source: str, slot: str, number: int, places: tuple[Jurisdiction, ...]) -> Record:
    """A record whose every value is a canary. All records share one reference, so that each is related to all."""
    record: Any = RECORD_TYPES[kind]
    hints = get_type_hints(record, include_extras=True)
    shown: Any = whole().type_map[kind.value]
    slots = iter(range(100))
    said = {
        name: _canary(hints[name], number, name, slots)
        for name in (field.name for field in structs.fields(record))
        if name not in {"source", "external_id", "references", "jurisdictions", "native"}
    }
    for name in said:
        named = get_named_type(shown.fields[_camel(name)].type).name
        if named in {"Agency", "Platform"}:
            known = sorted(AGENCIES if named == "Agency" else PLATFORMS)
            said[name] = known[number % len(known)]
        elif named == "URL":
            said[name] = f"https://example.org/{said[name]}"
    if kind is RecordType.STATISTIC:
        figures = {"metric": Metric.ARRESTS, "unit": Unit.CASES, "qualifier": Qualifier.EXACT, "event": None}
        dimensions = (Dimension("axis", f"~{number}.dimensions~"),) if slot in {"both", "japan"} else ()
        said |= {**figures, "dimensions": dimensions, "cumulative": True}
    return record(  # type: ignore[no-any-return]  # a record
        source=source,
        # The id outlives what is told: it names no version.
        external_id=f"~{kind.value.lower()}.{source}.{slot}~",
        references=(Reference("shared", "all"), Reference("~shared~", f"~{number}.reference~")),
        jurisdictions=places,
        # Of a sensitive field nobody is told what the publisher wrote for it.
        native=(*(_native(number, kind, name) for name in SENSITIVE[kind]), NativeTerm("status", f"~{number}.native~")),
        **said,
    )


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()


SENSITIVE = {
    kind: [
        _snake(field)
        for name, mark in marks().items()
        for type_, _, field in [name.partition(".")]
        if type_ == kind.value and mark.field_class is not None
    ]
    for kind in RecordType
}
"""The attributes of each type that have a field class."""


def _native(number: int, kind: RecordType, name: str) -> NativeTerm:
    return NativeTerm(name, f"~{number}.native.{name}~")


GROUPS: dict[str, tuple[Jurisdiction, ...] | None] = {"french": (FRANCE,), "japanese": (JAPAN,), "any": None}
"""The scopes of each source, and of where they say that they speak."""


def group_of(kind: RecordType) -> str:
    """The scope that holds the records of a type."""
    return list(GROUPS)[list(RecordType).index(kind) % len(GROUPS)]


def _scope_name(source: str, group: str) -> str:
    return f"~{source}.{group}~"


class _Canaries(FakeSource):
    """A source whose scopes say of which types and places they speak."""

    def scope(self, name: str) -> Scope:
        group = next(each for each in GROUPS if name == _scope_name(self.about.name, each))
        kinds = frozenset(kind for kind in RecordType if group_of(kind) == group)
        return structs.replace(super().scope(name), records=kinds, jurisdictions=GROUPS[group])


def _source(name: str, records: Sequence[Record]) -> _Canaries:
    stands = SOURCES[name]
    told = {
        _scope_name(name, group): ReadResult(rows=len(kept), records=kept)
        for group in GROUPS
        for kept in [[record for record in records if group_of(record.type) == group]]
    }
    said: dict[str, Any] = {key: f"~{name}.{key}~" for key in ("title", "publisher", "licence", "attribution")}
    return _Canaries(told, name=name, audience=stands.audience, owner=stands.owner, notes=(f"~{name}.notes~",), **said)


class Stage:
    """The catalogue, what it was told, and everybody who asks. `then` is the moment between the two readings."""

    def __init__(self, shelf: Shelf, log: AuditLog) -> None:
        self.shelf = shelf
        self.log = log
        shelf.holdings = Catalogue(shelf.database, (), [name for name, each in SOURCES.items() if each.synthetic])
        self.tellings: list[Telling] = []
        readings: list[dict[str, list[Record]]] = [{name: [] for name in SOURCES} for _ in range(2)]
        number = 0
        for name, stands in SOURCES.items():
            for kind in RecordType:
                for slot in stands.slots.split():
                    for time, places in enumerate(SLOTS[slot]):
                        if places is not None:
                            record = canary_record(kind, name, slot, number, places)
                            self.tellings.append(Telling(number=number, slot=slot, record=record))
                            for later in readings[time:] if len(SLOTS[slot]) == 1 else readings[time:][:1]:
                                later[name].append(record)
                            number += 1
        first, second = readings
        for name, told in first.items():
            shelf.hold(_source(name, told))
        self.then, self.number_then = self._moment()
        for name, told in second.items():
            shelf.hold(_source(name, told))
        erased = [each.record for each in self.tellings if each.slot == "erased"]
        for record in erased:
            shelf.run(shelf.database.write(partial(redact, kind=record.type, identity=record.id)))
        self.tellings = self._dated(erased)
        self.keys: dict[str, str] = {}
        for agency in (OURS, GUEST):
            shelf.run(
                shelf.database.write(
                    partial(agreements.add_agency, identity=agency, name=agency, now=datetime.now(UTC))
                )
            )
        self.callers: dict[str, Caller] = {}
        for profile in PROFILES:
            if profile.agreed is not None:
                self._agree(profile, profile.agreed)
            self.call(profile)

    def _moment(self) -> tuple[datetime, int]:
        row = self._rows(select(revision).order_by(revision.c.number.desc()).limit(1))[0]
        return row.committed_at, row.number

    def _rows(self, statement: Any) -> Sequence[Any]:
        return self.shelf.run(self.shelf.database.write(lambda connection: connection.execute(statement).all()))

    def _dated(self, erased: Sequence[Record]) -> list[Telling]:
        """The tellings, with when each held and where it was read."""
        committed = {row.number: row.committed_at for row in self._rows(select(revision))}
        read = {row.key: row for row in self._rows(select(retrieval))}
        scopes = {row.key: row for row in self._rows(select(scope))}
        gone = {(row.record_type, row.record): row.revision for row in self._rows(select(redaction))}
        dated = []
        for kind, held in RECORD_TABLES.items():
            versions = held.table.c
            rows = self._rows(
                select(versions.id, versions.from_revision, versions.to_revision, versions.retrieval).order_by(
                    versions.id, versions.from_revision
                )
            )
            told = sorted(
                (each for each in self.tellings if each.kind is kind), key=lambda each: (each.record.id, each.number)
            )
            assert [row.id for row in rows] == [each.record.id for each in told]
            for row, each in zip(rows, told, strict=True):
                record = each.record
                about = self.shelf.holdings.descriptions[record.source]
                where = read[row.retrieval]
                current = (
                    type(record)(source=record.source, external_id=record.external_id) if record in erased else record
                )
                dated.append(
                    structs.replace(
                        each,
                        record=current,
                        redacted=record in erased,
                        erased_at=gone.get((kind.value, record.id)),
                        begins=row.from_revision,
                        ends=row.to_revision,
                        began=committed[row.from_revision],
                        ended=committed.get(row.to_revision),
                        provenance=_provenance(about, current, where, scopes[where.scope]),
                    )
                )
        return dated

    def call(self, profile: Profile) -> None:
        """Has the gateway tell anew whom it takes somebody for: partners by their key."""
        descriptions = self.shelf.holdings.descriptions
        if profile.audience is Audience.OPERATOR:
            caller = operator(descriptions.values())
        elif profile.agreed is None:
            caller = Caller(Audience.PUBLIC) if profile.nothing else public(descriptions.values())
        else:
            ring = Keyring(self.shelf.holdings, PEPPERS)
            caller = self.shelf.run(ring.authenticate(self.keys[profile.name], None))
        self.callers[profile.name] = caller

    def _agree(self, profile: Profile, agreed: Opening) -> None:
        """Makes the agreement, and a key under it."""
        now = datetime.now(UTC)
        terms = AgreementTerms(
            agency=profile.agency,
            purpose="tests",
            sources=tuple(sorted(agreed.sources)),
            record_types=tuple(sorted(agreed.types or ())),
            jurisdictions=tuple(sorted(map(parse_jurisdiction, agreed.places or ()))),
            classes=tuple(sorted(agreed.classes)),
        )

        def agree(connection: Connection) -> str:
            agreements.add_agreement(connection, profile.name, terms, now)
            return agreements.add_key(connection, profile.name, PEPPERS, now, live=profile.live).text

        self.keys[profile.name] = self.shelf.run(self.shelf.database.write(agree))

    def seen(self, profile: Profile, kind: str | None = None, at: int | None = None) -> list[Telling]:
        """What holds at a revision (None: the latest) and exists for somebody."""
        return [
            each
            for each in self.tellings
            if kind in (None, each.kind.value) and each.holds_at(at) and profile.sees(each)
        ]

    def canaries(self, profile: Profile) -> set[str]:
        """Every canary that may ever be told to somebody."""
        allowed = {label for source in profile.sources for label in _labels(self.shelf.holdings.descriptions[source])}
        for opening in [Opening(profile.open), *profile.openings]:
            for source in opening.sources:
                allowed |= {f"{source}.{group}" for group in GROUPS}
        for each in filter(profile.sees, self.tellings):
            for name, value in structs.asdict(each.record).items():
                field = _camel(name)
                if name == "native":
                    value = value[len(SENSITIVE[each.kind]) :]
                if name == "source" or profile.opens(each, field):
                    allowed |= set(CANARY.findall(str(value)))
        return allowed


def _labels(value: Any) -> set[str]:
    return set(CANARY.findall(repr(value)))


def _provenance(about: About, record: Record, where: Any, within: Any) -> dict[str, Any]:
    claim = getattr(record, "citation", None)
    return {
        "source": about.name,
        "publisher": about.publisher,
        "licence": about.licence,
        "attribution": about.attribution,
        "channel": within.channel,
        "scope": within.name,
        "location": where.location,
        "retrievedAt": _said(where.retrieved_at),
        "status": where.status,
        "bytes": where.bytes,
        "sha256": where.sha256,
        "adapterVersion": where.adapter_version,
        "citation": f"{claim}. "
        * bool(claim)
        + f"{about.publisher}: {about.title}, {where.location}, read {where.retrieved_at:%Y-%m-%d}. "
        f"{about.attribution}",
    }


# What an answer says of a record.


def _said(value: Any) -> Any:
    """A value as an answer writes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Struct):
        return {_camel(name): _said(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_said(each) for each in value]
    return value


def _known(value: Any) -> Any:
    return None if value is None else {**_said(value), "name": value.name}


def _lasts(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return "PT" + f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{rest}S" * bool(rest)


def said_of(telling: Telling) -> dict[str, Any]:
    """By field, what an answer says of a record as it is told, to whom every field of it is open; no relations."""
    record, kind = telling.record, records(whole())[telling.kind.value]
    told: dict[str, Any] = {}
    for name, field in kind.fields.items():
        named = get_named_type(field.type).name
        value: Any = getattr(record, _snake(name), None)
        if is_relation(kind, field) or name == "history":
            continue
        if name in FOUND:
            told[name] = FOUND[name](telling)
        elif named in {"Agency", "Platform"}:
            told[name] = _known((AGENCIES if named == "Agency" else PLATFORMS).get(value))
        elif named == "Duration":
            told[name] = _lasts(value)
        elif name == "native":
            told[name] = _said(value[len(SENSITIVE[telling.kind]) :])
        else:
            told[name] = _said(value)
    return told


FOUND: dict[str, Callable[[Telling], Any]] = {
    "id": lambda telling: telling.id,
    "recordedAt": lambda telling: _said(telling.began),
    "redacted": lambda telling: telling.redacted,
    "provenance": lambda telling: telling.provenance,
    "qualityNotes": lambda telling: [],
}
"""Fields that show no attribute of the record."""


def told_to(profile: Profile, telling: Telling, said: Mapping[str, Any]) -> dict[str, Any]:
    """What of `said` somebody is told: fields that do not exist are left out, what is not open is empty."""
    return {
        name: value if profile.opens(telling, name) else ([] if isinstance(value, list) else None)
        for name, value in said.items()
        if profile.names(f"{telling.kind.value}.{name}")
    }


def history_of(profile: Profile, tellings: Iterable[Telling], id: str, at: int | None = None) -> dict[str, Any]:
    """The versions of a record that exist for somebody, as they were known at a revision, the latest first."""
    versions = [each for each in tellings if each.id == id and profile.sees(each) and (at is None or each.begins <= at)]
    return {
        "complete": True,
        "versions": [
            {
                "recordedAt": _said(each.began),
                "endedAt": _said(each.ended) if at is None or (each.ends or 0) <= at else None,
                "redacted": each.redacted,
                "provenance": each.provenance,
            }
            for each in sorted(versions, key=lambda each: -each.begins)
        ],
    }
