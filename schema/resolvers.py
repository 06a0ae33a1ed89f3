"""The resolvers that follow from the declarations: a root field asks one question, every field below it only shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from graphql import FieldNode, GraphQLObjectType, GraphQLResolveInfo, get_named_type

from adapters.vocabulary.enums import RecordType
from schema.context import ById, Catalogue, Order, Page, Records, Row, Window
from schema.declarations import Attribute, Listing, Lookup, Reads, Related, declared
from schema.errors import ErrorCode, Refused
from schema.inputs import conditions, recordable
from schema.selection import Selected, Selection

MOST = 100
"""Records on one page."""

DEFAULT = 20

TOTAL = ("totalCount", "totalCountQualifier")

Place = tuple[str, ...]
"""Where a field stands in an answer: the response names from the root to it. Positions in lists do not count."""


def resolver(reads: Reads) -> Any:
    """The resolver of a field that declares what it reads."""
    match reads:
        case Attribute((name,), None):
            return lambda source, info: getattr(source, name)
        case Attribute(names, shown) if shown is not None:
            return lambda source, info: shown(*(getattr(source, name) for name in names))
        case Related():
            return lambda source, info, **arguments: source.related[place(info)]
        case Listing(record):
            return _listing(record)
        case Lookup(record):
            return _lookup(record)
    raise AssertionError(reads)


def _listing(record: RecordType) -> Any:
    async def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        reading = Reading(info)
        question = reading.records(record, info.parent_type, info.field_nodes, arguments, place(info))
        return connection(await catalogue(info).read(question))

    return resolve


def _lookup(record: RecordType) -> Any:
    async def resolve(source: Any, info: GraphQLResolveInfo[Any], id: str, asOf: Any = None) -> Any:
        (found,) = await by_ids(info, [id], {record}, asOf)
        return found

    return resolve


def place(info: GraphQLResolveInfo[Any]) -> Place:
    """Where in the answer a running field stands."""
    return tuple(key for key in info.path.as_list() if isinstance(key, str))


def catalogue(info: Any) -> Catalogue:
    """Who holds the data of this request."""
    return info.context.catalogue  # type: ignore[no-any-return]  # the context is whatever the edge made


async def by_ids(
    info: GraphQLResolveInfo[Any], ids: Sequence[str], types: Iterable[RecordType] = RecordType, as_of: Any = None
) -> list[Row | None]:
    """The records with these global ids, in their order; None for an id that names nothing that the caller sees."""
    if len(ids) > MOST:
        raise Refused(ErrorCode.BAD_INPUT, f"At most {MOST} ids can be asked for at once.")
    wanted: dict[RecordType, list[str]] = {}
    parted = [identity.partition(":") for identity in ids]
    for kind, _, identity in parted:
        if kind in set(types) and recordable(identity):
            wanted.setdefault(RecordType(kind), []).append(identity)
    reading = Reading(info)
    found: dict[tuple[str, str], Row] = {}
    for kind, identities in wanted.items():
        attributes, related = reading.needed(kind, {place(info): info.field_nodes})
        question = ById(record=kind, ids=tuple(identities), attributes=attributes, related=related, as_of=as_of)
        for identity, row in (await catalogue(info).read(question)).items():
            show(row)
            found[kind.value, identity] = row
    return [found.get((kind, identity)) for kind, _, identity in parted]


class Reading:
    """Turns what an operation selects below a root field into questions: only what is asked for, all levels at once."""

    def __init__(self, info: GraphQLResolveInfo[Any]) -> None:
        self._types = info.schema.type_map
        self._selection = Selection(info)

    def records(
        self,
        record: RecordType,
        parent: GraphQLObjectType,
        nodes: Sequence[FieldNode],
        arguments: Mapping[str, Any],
        at: Place,
    ) -> Records:
        """The question for a page whose field stands in the document as `nodes`, and in the answer at `at`."""
        field = parent.fields[nodes[0].name.value]
        page: Any = get_named_type(field.type)
        chosen = self._selection.below(page, nodes)
        attributes, related = self.needed(record, dict(self._listed(page, chosen, at)))
        filtered: Any = get_named_type(field.args["filter"].type)
        return Records(
            record=record,
            attributes=attributes,
            related=related,
            conditions=conditions(filtered, arguments.get("filter") or {}),
            order=_order(arguments.get("orderBy")),
            window=_window(arguments),
            total=any(same[0].name.value in TOTAL for same in chosen.values()),
            as_of=arguments.get("asOf"),
        )

    def needed(
        self, record: RecordType, selected: Mapping[Place, Sequence[FieldNode]]
    ) -> tuple[frozenset[str], dict[Place, Records]]:
        """What is selected of records of one type: their attributes, and related pages by their place in the answer.

        One record can stand at several places, such as `nodes` and `edges { node }`, with other selections at each.
        """
        kind: Any = self._types[record.value]
        attributes: set[str] = set()
        related: dict[Place, Records] = {}
        for at, nodes in selected.items():
            for name, same in self._selection.below(kind, nodes).items():
                field = kind.fields.get(same[0].name.value)
                reads = None if field is None else declared(field)
                if isinstance(reads, Attribute):
                    attributes.update(reads.names)
                elif isinstance(reads, Related):
                    arguments = self._selection.arguments(kind, same[0])
                    related[*at, name] = self.records(reads.record, kind, same, arguments, (*at, name))
        return frozenset(attributes), related

    def _listed(
        self, page: GraphQLObjectType, chosen: Selected, at: Place
    ) -> Iterator[tuple[Place, Sequence[FieldNode]]]:
        """Every place at which a page shows its records, with the fields of the document that ask for them there."""
        for name, same in chosen.items():
            if same[0].name.value == "nodes":
                yield (*at, name), same
            elif same[0].name.value == "edges":
                edge: Any = get_named_type(page.fields["edges"].type)
                for inner, nodes in self._selection.below(edge, same).items():
                    if nodes[0].name.value == "node":
                        yield (*at, name, inner), nodes


def connection(page: Page) -> Any:
    """A page as its connection shows it."""
    for row in page.nodes:
        show(row)
    return SimpleNamespace(
        nodes=page.nodes,
        edges=[
            SimpleNamespace(node=node, cursor=cursor) for node, cursor in zip(page.nodes, page.cursors, strict=True)
        ],
        page_info=SimpleNamespace(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        ),
        total_count=page.total,
        total_count_qualifier=page.total_qualifier,
        sources=page.sources,
    )


def show(row: Row) -> None:
    """Makes the pages below a record into what their connections show."""
    row.related = {key: connection(page) for key, page in row.related.items()}


def _order(given: Mapping[str, Any] | None) -> Order:
    return Order() if given is None else Order(given["by"], given["descending"])


def _window(arguments: Mapping[str, Any]) -> Window:
    """Raises Refused where the arguments ask for two pages at once, for none, or for too much."""
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    if (first is not None or after is not None) and (last is not None or before is not None):
        raise Refused(ErrorCode.BAD_INPUT, "A page goes forward (first, after) or backward (last, before), not both.")
    if before is not None and last is None:
        raise Refused(ErrorCode.BAD_INPUT, "`before` needs `last`.")
    backward = last is not None
    size: int = last if last is not None else DEFAULT if first is None else first
    if not 0 <= size <= MOST:
        raise Refused(ErrorCode.BAD_INPUT, f"A page has at least 0 and at most {MOST} records.")
    return Window(size, before if backward else after, backward)
