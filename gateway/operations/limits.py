"""How much one document may ask, counted before it is validated: in one pass over its text and one over its tree.

What a document costs to validate and to run does not follow from its length, because a fragment stands for all that it
holds wherever it is spread. So every count is taken as if the fragments were written out, but each fragment is read
only once. Nothing here calls itself: no document can exhaust the interpreter's stack.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Lexer,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Source,
    TokenKind,
    ValueNode,
    VariableNode,
)
from msgspec import Struct

from schema.errors import ErrorCode, RequestError

OPENING = {TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L}
CLOSING = {TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R}


class Limits(Struct, frozen=True, kw_only=True):
    """The most that a document may hold. Counts are taken with its fragments written out.

    Measured with graphql-core 3.3 on one core of 2026: with these defaults the worst document found that is let through
    (4,000 tokens of literals, in a fragment that 50 operations use) takes 70 ms to scan, parse, count and validate; the
    worst of overlapping fields takes 30 ms, about 5 µs a pair.
    """

    characters: int = 65_536
    """A single token of that length takes 30 ms to read."""
    tokens: int = 4_000
    """Comments count too."""
    depth: int = 16
    """Fields inside fields. The whole introspection query of common tools is 15 deep."""
    nesting: int = 100
    """Brackets inside brackets, and fields and fragments inside each other. graphql-core itself stops at 200."""
    aliases: int = 60
    fields: int = 2_000
    """Fields and uses of fragments, over all operations."""
    operations: int = 50
    fragments: int = 100
    variables: int = 1_000
    """Uses of variables."""
    directives: int = 200
    overlaps: int = 5_000
    """Pairs of fields that would stand at one place of the answer; validation compares each pair."""


class Tally(Struct):
    """What a selection holds with its fragments written out."""

    depth: int = 0
    nesting: int = 0
    aliases: int = 0
    fields: int = 0
    variables: int = 0
    directives: int = 0

    def add(self, below: "Tally", depth: int, nesting: int) -> None:
        """Takes in what stands `depth` fields and `nesting` levels below the top."""
        self.depth = max(self.depth, below.depth + depth)
        self.nesting = max(self.nesting, below.nesting + nesting)
        self.aliases += below.aliases
        self.fields += below.fields
        self.variables += below.variables
        self.directives += below.directives


class Spread(Struct, frozen=True):
    """A place where a fragment is spread, so many fields and levels below the top of its definition."""

    name: str
    depth: int
    nesting: int


class Definition(Struct):
    """What one definition holds itself, and which fragments it spreads where."""

    own: Tally
    spreads: list[Spread]


class Counted(Struct):
    """A document's counts. Where fragments spread themselves or share a name it is not `sound` and they are too low."""

    tally: Tally
    sound: bool


def scan(text: str, limits: Limits) -> int:
    """Reads the tokens of a document and returns their number.

    Raises Refused for too many characters, tokens or brackets, and GraphQLSyntaxError for what is no token.
    """
    if len(text) > limits.characters:
        raise RequestError(ErrorCode.TOO_MANY_TOKENS, f"The document has more than {limits.characters:,} characters.")
    lexer = Lexer(Source(text))
    end = tokens = depth = 0
    while (token := lexer.read_next_token(end)).kind is not TokenKind.EOF:
        end = token.end
        tokens += 1
        if tokens > limits.tokens:
            raise RequestError(ErrorCode.TOO_MANY_TOKENS, f"The document has more than {limits.tokens:,} tokens.")
        if token.kind in OPENING:
            depth += 1
            if depth > limits.nesting:
                raise RequestError(ErrorCode.TOO_DEEP, f"The document nests brackets more than {limits.nesting} deep.")
        elif token.kind in CLOSING:
            depth -= 1
    return tokens


def count(document: DocumentNode, limits: Limits) -> Counted:
    """Counts what a parsed document holds. Raises Refused where that is more than `limits`.

    What is no operation and no fragment is left to validation, and so are fragments that do not exist, that spread
    themselves or that share a name.
    """
    return Count(document, limits).counted()


class Count:
    """One document's counting; `visits` is how many nodes of its tree were looked at so far."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        self._operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        _hold("operations", len(self._operations), limits.operations)
        _hold("fragments", len(fragments), limits.fragments)
        self._fragments = {fragment.name.value: fragment for fragment in fragments}
        self._limits = limits
        self._sound = len(self._fragments) == len(fragments)
        self.visits = 0

    def counted(self) -> Counted:
        definitions = {name: self._definition(fragment) for name, fragment in self._fragments.items()}
        written_out = self._written_out(definitions)
        whole = Tally()
        met: set[str] = set()
        roots: list[SelectionSetNode] = []
        for operation in self._operations:
            definition = self._definition(operation)
            self._add(whole, definition, written_out)
            self._reach(definition, definitions, met)
            roots.append(operation.selection_set)
        for name, fragment in self._fragments.items():
            # No operation uses it, but validation looks into it before it says so.
            if name not in met:
                self._add(whole, definitions[name], written_out)
                met.add(name)
                self._reach(definitions[name], definitions, met)
                roots.append(fragment.selection_set)
        limits = self._limits
        if whole.depth > limits.depth:
            raise RequestError(ErrorCode.TOO_DEEP, f"The document nests fields more than {limits.depth} deep.")
        if whole.nesting > limits.nesting:
            raise RequestError(
                ErrorCode.TOO_DEEP, f"The document nests fields and fragments more than {limits.nesting} deep."
            )
        if whole.aliases > limits.aliases:
            raise RequestError(ErrorCode.TOO_MANY_ALIASES, f"The document gives more than {limits.aliases} aliases.")
        _hold("fields", whole.fields, limits.fields)
        _hold("uses of variables", whole.variables, limits.variables)
        _hold("directives", whole.directives, limits.directives)
        if self._sound:
            overlaps = sum(map(self._overlaps, roots))
            _hold("pairs of fields of the same name at the same place", overlaps, limits.overlaps)
        return Counted(whole, self._sound)

    def _definition(self, node: OperationDefinitionNode | FragmentDefinitionNode) -> Definition:
        own = Tally(directives=len(node.directives or ()))
        spreads: list[Spread] = []
        waiting: list[tuple[SelectionNode, int, int]] = [(each, 1, 1) for each in node.selection_set.selections]
        while waiting:
            selection, depth, nesting = waiting.pop()
            self.visits += 1
            own.fields += 1
            own.nesting = max(own.nesting, nesting)
            below: SelectionSetNode | None = None
            for directive in selection.directives or ():
                own.directives += 1
                own.variables += self._variables([argument.value for argument in directive.arguments or ()])
            match selection:
                case FieldNode():
                    own.depth = max(own.depth, depth)
                    own.aliases += selection.alias is not None
                    own.variables += self._variables([argument.value for argument in selection.arguments or ()])
                    below = selection.selection_set
                    depth += 1
                case InlineFragmentNode():
                    below = selection.selection_set
                case FragmentSpreadNode():
                    # What the fragment holds stands beside the spread, not under it.
                    spreads.append(Spread(selection.name.value, depth - 1, nesting))
            if below is not None:
                waiting += [(each, depth, nesting + 1) for each in below.selections]
        return Definition(own, spreads)

    def _variables(self, values: list[ValueNode]) -> int:
        uses = 0
        while values:
            value = values.pop()
            self.visits += 1
            match value:
                case VariableNode():
                    uses += 1
                case ListValueNode():
                    values += value.values
                case ObjectValueNode():
                    values += [field.value for field in value.fields]
        return uses

    def _written_out(self, definitions: Mapping[str, Definition]) -> dict[str, Tally]:
        """Each fragment with those that it spreads written out: those first on which others stand."""
        done: dict[str, Tally] = {}
        open_: dict[str, Iterator[Spread]] = {}
        for first in definitions:
            path = [] if first in done else [first]
            while path:
                name = path[-1]
                for spread in open_.setdefault(name, iter(definitions[name].spreads)):
                    if spread.name in open_:
                        self._sound = False
                    elif spread.name in definitions and spread.name not in done:
                        path.append(spread.name)
                        break
                else:
                    tally = Tally()
                    self._add(tally, definitions[name], done)
                    done[name] = tally
                    del open_[name]
                    path.pop()
        return done

    def _add(self, whole: Tally, definition: Definition, written_out: Mapping[str, Tally]) -> None:
        whole.add(definition.own, 0, 0)
        for spread in definition.spreads:
            self.visits += 1
            if spread.name in written_out:
                whole.add(written_out[spread.name], spread.depth, spread.nesting)

    @staticmethod
    def _reach(definition: Definition, definitions: Mapping[str, Definition], met: set[str]) -> None:
        waiting = [spread.name for spread in definition.spreads]
        while waiting:
            name = waiting.pop()
            if name in definitions and name not in met:
                met.add(name)
                waiting += [spread.name for spread in definitions[name].spreads]

    def _overlaps(self, root: SelectionSetNode) -> int:
        """Pairs of fields, and pairs of spreads, that meet at one place of the answer.

        It looks at what is written out, of which there is by now a known and bounded amount.
        """
        pairs = 0
        waiting: list[list[SelectionSetNode]] = [[root]]
        while waiting:
            together = waiting.pop()
            fields = spreads = 0
            named: dict[str, list[SelectionSetNode]] = {}
            times: dict[str, int] = {}
            while together:
                for selection in together.pop().selections:
                    self.visits += 1
                    match selection:
                        case FieldNode():
                            name = (selection.alias or selection.name).value
                            times[name] = times.get(name, 0) + 1
                            fields += 1
                            if selection.selection_set is not None:
                                named.setdefault(name, []).append(selection.selection_set)
                        case InlineFragmentNode():
                            together.append(selection.selection_set)
                        case FragmentSpreadNode():
                            spreads += 1
                            fragment = self._fragments.get(selection.name.value)
                            if fragment is not None:
                                together.append(fragment.selection_set)
            pairs += sum(many * (many - 1) // 2 for many in (*times.values(), spreads))
            if pairs > self._limits.overlaps:
                break
            waiting += named.values()
        return pairs


def _hold(what: str, number: int, most: int) -> None:
    if number > most:
        raise RequestError(
            ErrorCode.TOO_COMPLEX, f"With its fragments written out, the document has more than {most:,} {what}."
        )
