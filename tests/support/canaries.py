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
from sqlalchemy import Connection, insert, select

from adapters.document import ReadResult
from adapters.records import RECORD_TYPES, Dimension, NativeTerm, Period, Record, Reference
from adapters.source import LIVE, About, Scope
from adapters.vocabulary.enums import Audience, FieldClass, Metric, Qualifier, RecordType, Unit, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction, parse_jurisdiction
from adapters.vocabulary.names import AGENCIES, PLATFORMS
from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.audit.log import AuditLog
from gateway.access.callers import Caller, operator, public
from gateway.access.keyring import Keyring
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.tables import RECORD_TABLES, failure, redaction, rejection, retrieval, revision, scope
from gateway.catalogue.write.redaction import redact
from tests.support.catalogue import Shelf
from tests.support.fake_source import FakeSource
from tests.support.schema_declarations import is_relation, marks, records, whole

PEPPERS = {1: b"a pepper of these tests, and of them alone"}
ASKING_OWNER, OTHER_OWNER, GUEST = "kr.knpa", "gb.nca", "us.fbi"
"""An agency that sends records and queries, one that only sends, and one that only queries."""

FRANCE, JAPAN, ENGLAND = map(parse_jurisdiction, ("FR", "JP", "GB-ENG"))
ENCLOSING = {FRANCE: {"FR"}, JAPAN: {"JP"}, ENGLAND: {"GB-ENG", "GB"}}
"""Each place, and the places that contain it."""

CANARY = re.compile(r"~([^~]+)~")
SOURCE = re.compile(r"\bsource_[a-z]+")


class SourceTraits(NamedTuple):
    """The audience and owner of a source, whether it is synthetic, and the slots of its records."""

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
"""The places of a record in the first reading and, if they differ, in the second; None: it is withdrawn."""

OPEN, SHARED, SENT, KEPT, INNER, TRIAL, DRILL, COURSE = (
    f"source_{name}" for name in ("open", "shared", "sent", "kept", "inner", "trial", "drill", "course")
)
SOURCES = {
    OPEN: SourceTraits(Audience.PUBLIC, None, False, "france japan came gone erased"),
    SHARED: SourceTraits(Audience.PARTNER, OTHER_OWNER, False, " ".join(SLOTS)),
    SENT: SourceTraits(Audience.PARTNER, ASKING_OWNER, False, "france japan nowhere left"),
    KEPT: SourceTraits(Audience.PARTNER, OTHER_OWNER, False, "france came erased"),
    INNER: SourceTraits(Audience.OPERATOR, None, False, "france"),
    TRIAL: SourceTraits(Audience.PUBLIC, None, True, "france"),
    DRILL: SourceTraits(Audience.PARTNER, ASKING_OWNER, True, "japan"),
    COURSE: SourceTraits(Audience.PARTNER, OTHER_OWNER, True, "france japan"),
}


class Permission(NamedTuple):
    """Records that a caller may see, and the classes of sensitive fields in them; None means all."""

    sources: frozenset[str]
    types: frozenset[RecordType] | None = None
    places: frozenset[str] | None = None
    classes: frozenset[FieldClass] = frozenset()

    def covers(self, version: "RecordVersion") -> bool:
        places = {wide for place in version.record.jurisdictions for wide in ENCLOSING[place]}
        return (
            version.record.source in self.sources
            and (self.types is None or version.kind in self.types)
            and (self.places is None or not places.isdisjoint(self.places))
        )


class Profile(NamedTuple):
    """A caller, and what is declared for it. `agreement` is None without one."""

    name: str
    audience: Audience
    agreement: Permission | None = None
    agency: str = GUEST
    live: bool = True
    nothing: bool = False

    @property
    def open(self) -> frozenset[str]:
        """The sources whose records the caller sees without an agreement."""
        if self.nothing or self.audience is Audience.OPERATOR:
            return frozenset() if self.nothing else frozenset(SOURCES)
        return frozenset(
            name for name, each in SOURCES.items() if each.audience is Audience.PUBLIC and self._admits(each)
        )

    @property
    def permissions(self) -> list[Permission]:
        """What the caller may see beyond its open sources."""
        return _permissions(self)

    def _list_permissions(self) -> list[Permission]:
        if self.audience is Audience.OPERATOR:
            return [Permission(frozenset(SOURCES), classes=frozenset(FieldClass))]
        if self.agreement is None:
            return []
        admitted = frozenset(name for name, each in SOURCES.items() if self._admits(each))
        own = frozenset(name for name in admitted if SOURCES[name].owner == self.agency)
        permissions = [
            self.agreement._replace(sources=self.agreement.sources & admitted),
            Permission(own, classes=frozenset(FieldClass)),
        ]
        return [each for each in permissions if each.sources]

    def _admits(self, source: SourceTraits) -> bool:
        return self.live or source.synthetic

    @property
    def sources(self) -> frozenset[str]:
        """Every source that the caller may see."""
        return self.open.union(*(each.sources for each in self.permissions))

    @property
    def classes(self) -> frozenset[FieldClass]:
        return frozenset[FieldClass]().union(*(each.classes for each in self.permissions))

    def sees(self, version: "RecordVersion") -> bool:
        """Whether the version exists for the caller."""
        return version.record.source in self.open or any(each.covers(version) for each in self.permissions)

    def names(self, field: str) -> bool:
        """Whether `Type.field` exists for this caller."""
        return marks()[field].names(self.audience, self.classes)

    def permits(self, version: "RecordVersion", field: str) -> bool:
        """Whether the caller may see the value of the field in this version."""
        classed = marks()[f"{version.kind.value}.{field}"].field_class
        return classed is None or any(classed in each.classes and each.covers(version) for each in self.permissions)


@cache
def _permissions(profile: Profile) -> list[Permission]:
    return profile._list_permissions()


def _partner(name: str, *sources: str, agency: str = GUEST, live: bool = True, **terms: Any) -> Profile:
    agreement = Permission(frozenset(sources or (SHARED,)), **{key: frozenset(values) for key, values in terms.items()})
    return Profile(name, Audience.PARTNER, agreement, agency, live)


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
    _partner("owner", agency=ASKING_OWNER),
    _partner("owner, and persons in France", SHARED, KEPT, agency=ASKING_OWNER, places=["FR"], classes=[PERSONAL]),
    _partner("test key", SHARED, COURSE, agency=ASKING_OWNER, live=False, classes=[LOCATION]),
    Profile("operator", Audience.OPERATOR),
]


class RecordVersion(Struct, frozen=True, kw_only=True):
    """What a source states of a record from one revision of the catalogue to another."""

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
        """Whether this is the version at a revision; None means the latest."""
        if number is None:
            return self.ends is None
        return self.begins <= number and (self.ends is None or self.ends > number)


# Values.


def _canary(annotation: Any, number: int, path: str, slots: Iterator[int]) -> Any:
    """A value that occurs nowhere else, as far as its type has enough values."""
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
    object_type: Any = whole().type_map[kind.value]
    slots = iter(range(100))
    values = {
        name: _canary(hints[name], number, name, slots)
        for name in (field.name for field in structs.fields(record))
        if name not in {"source", "external_id", "references", "jurisdictions", "native"}
    }
    for name in values:
        type_name = get_named_type(object_type.fields[_camel(name)].type).name
        if type_name in {"Agency", "Platform"}:
            ids = sorted(AGENCIES if type_name == "Agency" else PLATFORMS)
            values[name] = ids[number % len(ids)]
        elif type_name == "URL":
            values[name] = f"https://example.org/{values[name]}"
    if kind is RecordType.STATISTIC:
        figures = {"metric": Metric.ARRESTS, "unit": Unit.CASES, "qualifier": Qualifier.EXACT, "event": None}
        dimensions = (Dimension("axis", f"~{number}.dimensions~"),) if slot in {"both", "japan"} else ()
        values |= {**figures, "dimensions": dimensions, "cumulative": True}
    return record(  # type: ignore[no-any-return]  # a record
        source=source,
        # The id outlives the version, so it names none.
        external_id=f"~{kind.value.lower()}.{source}.{slot}~",
        references=(Reference("shared", "all"), Reference("~shared~", f"~{number}.reference~")),
        jurisdictions=places,
        # Native terms of sensitive fields are in no answer.
        native=(*(_native(number, kind, name) for name in SENSITIVE[kind]), NativeTerm("status", f"~{number}.native~")),
        **values,
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
"""The scopes of each source, and the places that they state."""


def group_of(kind: RecordType) -> str:
    """The scope that holds the records of a type."""
    return list(GROUPS)[list(RecordType).index(kind) % len(GROUPS)]


def _scope_name(source: str, group: str) -> str:
    return f"~{source}.{group}~"


class _Canaries(FakeSource):
    """A source whose scopes state their types and places."""

    def scope(self, name: str) -> Scope:
        group = next(each for each in GROUPS if name == _scope_name(self.about.name, each))
        kinds = frozenset(kind for kind in RecordType if group_of(kind) == group)
        return structs.replace(super().scope(name), records=kinds, jurisdictions=GROUPS[group])


def _source(name: str, records: Sequence[Record]) -> _Canaries:
    traits = SOURCES[name]
    scopes = {
        _scope_name(name, group): ReadResult(rows=len(in_group), records=in_group)
        for group in GROUPS
        for in_group in [[record for record in records if group_of(record.type) == group]]
    }
    labels: dict[str, Any] = {key: f"~{name}.{key}~" for key in ("title", "publisher", "licence", "attribution")}
    return _Canaries(
        scopes, name=name, audience=traits.audience, owner=traits.owner, notes=(f"~{name}.notes~",), **labels
    )


def _add_faults(connection: Connection) -> None:
    """Gives each scope a rejected row, and each source a scope that was never read because it failed."""
    for row in connection.execute(select(scope)).all():
        connection.execute(insert(rejection).values(scope=row.key, position=1, reason="is not a day"))
    for name in SOURCES:
        fault = {"source": name, "channel": LIVE, "name": f"~{name}.failure~", "code": "TIMEOUT"}
        connection.execute(insert(failure).values(**fault, failed_at=datetime.now(UTC)))


class CanaryCatalogue:
    """The catalogue after two readings, and the callers. `midpoint` is the moment between the readings."""

    def __init__(self, shelf: Shelf, log: AuditLog) -> None:
        self.shelf = shelf
        self.log = log
        shelf.holdings = Catalogue(shelf.database, (), [name for name, each in SOURCES.items() if each.synthetic])
        self.versions: list[RecordVersion] = []
        readings: list[dict[str, list[Record]]] = [{name: [] for name in SOURCES} for _ in range(2)]
        number = 0
        for name, traits in SOURCES.items():
            for kind in RecordType:
                for slot in traits.slots.split():
                    for time, places in enumerate(SLOTS[slot]):
                        if places is not None:
                            record = canary_record(kind, name, slot, number, places)
                            self.versions.append(RecordVersion(number=number, slot=slot, record=record))
                            for later in readings[time:] if len(SLOTS[slot]) == 1 else readings[time:][:1]:
                                later[name].append(record)
                            number += 1
        first, second = readings
        for name, contents in first.items():
            shelf.hold(_source(name, contents))
        self.midpoint, self.midpoint_revision = self._moment()
        for name, contents in second.items():
            shelf.hold(_source(name, contents))
        to_erase = [each.record for each in self.versions if each.slot == "erased"]
        for record in to_erase:
            shelf.run(shelf.database.write(partial(redact, kind=record.type, identity=record.id)))
        self.versions = self._dated_versions(to_erase)
        shelf.run(shelf.database.write(_add_faults))
        self.keys: dict[str, str] = {}
        for agency in (ASKING_OWNER, GUEST):
            shelf.run(
                shelf.database.write(
                    partial(agreements.add_agency, identity=agency, name=agency, now=datetime.now(UTC))
                )
            )
        self.callers: dict[str, Caller] = {}
        for profile in PROFILES:
            if profile.agreement is not None:
                self._agree(profile, profile.agreement)
            self.call(profile)

    def _moment(self) -> tuple[datetime, int]:
        row = self._rows(select(revision).order_by(revision.c.number.desc()).limit(1))[0]
        return row.committed_at, row.number

    def _rows(self, statement: Any) -> Sequence[Any]:
        return self.shelf.run(self.shelf.database.write(lambda connection: connection.execute(statement).all()))

    def _dated_versions(self, erasures: Sequence[Record]) -> list[RecordVersion]:
        """The versions, each with its revisions and its provenance."""
        committed = {row.number: row.committed_at for row in self._rows(select(revision))}
        retrievals = {row.key: row for row in self._rows(select(retrieval))}
        scopes = {row.key: row for row in self._rows(select(scope))}
        redactions = {(row.record_type, row.record): row.revision for row in self._rows(select(redaction))}
        results = []
        for kind, record_table in RECORD_TABLES.items():
            table = record_table.table.c
            rows = self._rows(
                select(table.id, table.from_revision, table.to_revision, table.retrieval).order_by(
                    table.id, table.from_revision
                )
            )
            versions = sorted(
                (each for each in self.versions if each.kind is kind), key=lambda each: (each.record.id, each.number)
            )
            assert [row.id for row in rows] == [each.record.id for each in versions]
            for row, each in zip(rows, versions, strict=True):
                record = each.record
                about = self.shelf.holdings.descriptions[record.source]
                where = retrievals[row.retrieval]
                current = (
                    type(record)(source=record.source, external_id=record.external_id) if record in erasures else record
                )
                results.append(
                    structs.replace(
                        each,
                        record=current,
                        redacted=record in erasures,
                        erased_at=redactions.get((kind.value, record.id)),
                        begins=row.from_revision,
                        ends=row.to_revision,
                        began=committed[row.from_revision],
                        ended=committed.get(row.to_revision),
                        provenance=_provenance(about, current, where, scopes[where.scope]),
                    )
                )
        return results

    def call(self, profile: Profile) -> None:
        """Resolves the caller of a profile again; partners authenticate with their key."""
        descriptions = self.shelf.holdings.descriptions
        if profile.audience is Audience.OPERATOR:
            caller = operator(descriptions.values())
        elif profile.agreement is None:
            caller = Caller(Audience.PUBLIC) if profile.nothing else public(descriptions.values())
        else:
            ring = Keyring(self.shelf.holdings, PEPPERS)
            caller = self.shelf.run(ring.authenticate(self.keys[profile.name], None))
        self.callers[profile.name] = caller

    def _agree(self, profile: Profile, agreement: Permission) -> None:
        """Makes the agreement, and a key under it."""
        now = datetime.now(UTC)
        terms = AgreementTerms(
            agency=profile.agency,
            purpose="tests",
            sources=tuple(sorted(agreement.sources)),
            record_types=tuple(sorted(agreement.types or ())),
            jurisdictions=tuple(sorted(map(parse_jurisdiction, agreement.places or ()))),
            classes=tuple(sorted(agreement.classes)),
        )

        def agree(connection: Connection) -> str:
            agreements.add_agreement(connection, profile.name, terms, now)
            return agreements.add_key(connection, profile.name, PEPPERS, now, live=profile.live).text

        self.keys[profile.name] = self.shelf.run(self.shelf.database.write(agree))

    def visible(self, profile: Profile, kind: str | None = None, at: int | None = None) -> list[RecordVersion]:
        """The versions at a revision (None: the latest) that the profile may see."""
        return [
            each
            for each in self.versions
            if kind in (None, each.kind.value) and each.holds_at(at) and profile.sees(each)
        ]

    def canaries(self, profile: Profile) -> set[str]:
        """Every canary that an answer to the profile may contain."""
        allowed = {label for source in profile.sources for label in _labels(self.shelf.holdings.descriptions[source])}
        for permission in [Permission(profile.open), *profile.permissions]:
            for source in permission.sources:
                allowed |= {f"{source}.{group}" for group in GROUPS}
        for each in filter(profile.sees, self.versions):
            for name, value in structs.asdict(each.record).items():
                field = _camel(name)
                if name == "native":
                    value = value[len(SENSITIVE[each.kind]) :]
                if name == "source" or profile.permits(each, field):
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
        "retrievedAt": _json_value(where.retrieved_at),
        "status": where.status,
        "bytes": where.bytes,
        "sha256": where.sha256,
        "adapterVersion": where.adapter_version,
        "citation": f"{claim}. "
        * bool(claim)
        + f"{about.publisher}: {about.title}, {where.location}, read {where.retrieved_at:%Y-%m-%d}. "
        f"{about.attribution}",
    }


# The records in an answer.


def _json_value(value: Any) -> Any:
    """A value as an answer writes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Struct):
        return {_camel(name): _json_value(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_json_value(each) for each in value]
    return value


def _vocabulary_entry(value: Any) -> Any:
    return None if value is None else {**_json_value(value), "name": value.name}


def _duration(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return "PT" + f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{rest}S" * bool(rest)


def full_node(version: RecordVersion) -> dict[str, Any]:
    """The fields of a version in an answer to a caller who may see all of them, without relations."""
    record, kind = version.record, records(whole())[version.kind.value]
    node: dict[str, Any] = {}
    for name, field in kind.fields.items():
        type_name = get_named_type(field.type).name
        value: Any = getattr(record, _snake(name), None)
        if is_relation(kind, field) or name == "history":
            continue
        if name in COMPUTED_FIELDS:
            node[name] = COMPUTED_FIELDS[name](version)
        elif type_name in {"Agency", "Platform"}:
            node[name] = _vocabulary_entry((AGENCIES if type_name == "Agency" else PLATFORMS).get(value))
        elif type_name == "Duration":
            node[name] = _duration(value)
        elif name == "native":
            node[name] = _json_value(value[len(SENSITIVE[version.kind]) :])
        else:
            node[name] = _json_value(value)
    return node


def _own_period(record: Record) -> tuple[str | None, Period | None]:
    """The period by which a record is ordered and filtered, and which of its dates that is."""
    for name in record.period_attributes:
        period: Period | None = getattr(record, name)
        if period is not None and (period.start or period.end):
            return name.upper(), period
    return None, None


COMPUTED_FIELDS: dict[str, Callable[[RecordVersion], Any]] = {
    "id": lambda version: version.id,
    "recordedAt": lambda version: _json_value(version.began),
    "redacted": lambda version: version.redacted,
    "provenance": lambda version: version.provenance,
    "qualityNotes": lambda version: [],
    "period": lambda version: _json_value(_own_period(version.record)[1]),
    "periodBasis": lambda version: _own_period(version.record)[0],
}
"""Fields that are no attribute of the record."""


def visible_node(profile: Profile, version: RecordVersion, node: Mapping[str, Any]) -> dict[str, Any]:
    """What of `node` the profile gets: fields outside its schema are absent, values that it may not see are empty."""
    return {
        name: value if profile.permits(version, name) else ([] if isinstance(value, list) else None)
        for name, value in node.items()
        if profile.names(f"{version.kind.value}.{name}")
    }


def visible_history(
    profile: Profile, all_versions: Iterable[RecordVersion], id: str, at: int | None = None
) -> dict[str, Any]:
    """The history of a record for a profile, as of a revision (None: the latest), newest version first."""
    versions = [
        each for each in all_versions if each.id == id and profile.sees(each) and (at is None or each.begins <= at)
    ]
    return {
        "complete": True,
        "versions": [
            {
                "recordedAt": _json_value(each.began),
                "endedAt": _json_value(each.ended) if at is None or (each.ends or 0) <= at else None,
                "redacted": each.redacted,
                "provenance": each.provenance,
            }
            for each in sorted(versions, key=lambda each: -each.begins)
        ],
    }
