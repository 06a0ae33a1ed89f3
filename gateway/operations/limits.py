"""Limits of documents, checked before validation: one pass over the text and one over the tree.

The work that a document causes does not follow from its length, because a fragment stands for all that it contains
wherever it is spread. So counts are those of the document with its fragments written out, but each fragment is visited
only once. Nothing here is recursive: no document can exhaust the interpreter's stack.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from graphql import (
    ArgumentNode,
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
    """The most that a document may contain, with its fragments written out.

    Measured with graphql-core 3.3 on one core of 2026: with these defaults the worst document that passes (4,000 tokens
    of literals, in a fragment that 50 operations use) takes 70 ms to scan, parse, count and validate; the worst of
    overlapping fields takes 30 ms, about 5 µs a pair.
    """

    characters: int = 65_536
    """A single token of that length takes 30 ms to scan."""
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
    """The counts of a selection with its fragments written out."""

    depth: int = 0
    nesting: int = 0
    aliases: int = 0
    fields: int = 0
    variables: int = 0
    directives: int = 0

    def add(self, other: "Tally", depth: int = 0, nesting: int = 0) -> None:
        """Adds a selection that stands so many fields and levels below the top."""
        self.depth = max(self.depth, other.depth + depth)
        self.nesting = max(self.nesting, other.nesting + nesting)
        self.aliases += other.aliases
        self.fields += other.fields
        self.variables += other.variables
        self.directives += other.directives


class Spread(Struct, frozen=True):
    """A fragment spread, so many fields and levels below the top of its definition."""

    name: str
    depth: int
    nesting: int


class Definition(Struct):
    """The counts of an operation or fragment without the fragments that it spreads, and these spreads."""

    tally: Tally
    spreads: list[Spread]


class DocumentCount(Struct):
    """The counts of a document. They are too low where it is not sound: a fragment spreads itself or shares a name."""

    tally: Tally
    overlaps: int
    is_sound: bool


def scan_tokens(text: str, limits: Limits) -> int:
    """The number of tokens in a document.

    Raises RequestError for too many characters, tokens or nested brackets, and GraphQLSyntaxError for an invalid token.
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


def count_document(document: DocumentNode, limits: Limits) -> DocumentCount:
    """Counts what a parsed document contains. Raises RequestError where that is more than `limits`.

    What is neither an operation nor a fragment is left to validation, and so are fragments that do not exist, spread
    themselves or share a name.
    """
    return DocumentCounter(document, limits).count()


class DocumentCounter:
    """Counts one document. `visits` is the number of nodes visited so far."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        self._operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        _check("operations", len(self._operations), limits.operations)
        _check("fragments", len(fragments), limits.fragments)
        self._fragments = {fragment.name.value: fragment for fragment in fragments}
        self._limits = limits
        self._is_sound = len(self._fragments) == len(fragments)
        self.visits = 0

    def count(self) -> DocumentCount:
        """Counts the document. Raises RequestError where it exceeds a limit."""
        definitions = {name: self._definition(fragment) for name, fragment in self._fragments.items()}
        fragment_tallies = self._fragment_tallies(definitions)
        tally = Tally()
        reachable: set[str] = set()
        roots: list[SelectionSetNode] = []
        for operation in self._operations:
            definition = self._definition(operation)
            self._add(tally, definition, fragment_tallies)
            self._reach(definition, definitions, reachable)
            roots.append(operation.selection_set)
        for name, fragment in self._fragments.items():
            # No operation uses it, but validation visits it before it says so.
            if name not in reachable:
                self._add(tally, definitions[name], fragment_tallies)
                reachable.add(name)
                self._reach(definitions[name], definitions, reachable)
                roots.append(fragment.selection_set)
        self._check_tally(tally)
        overlaps = 0
        if self._is_sound:
            overlaps = sum(map(self._overlaps, roots))
            _check("pairs of fields of the same name at the same place", overlaps, self._limits.overlaps)
        return DocumentCount(tally, overlaps, self._is_sound)

    def _check_tally(self, tally: Tally) -> None:
        limits = self._limits
        if tally.depth > limits.depth:
            raise RequestError(ErrorCode.TOO_DEEP, f"The document nests fields more than {limits.depth} deep.")
        if tally.nesting > limits.nesting:
            raise RequestError(
                ErrorCode.TOO_DEEP, f"The document nests fields and fragments more than {limits.nesting} deep."
            )
        if tally.aliases > limits.aliases:
            raise RequestError(ErrorCode.TOO_MANY_ALIASES, f"The document has more than {limits.aliases} aliases.")
        _check("fields", tally.fields, limits.fields)
        _check("uses of variables", tally.variables, limits.variables)
        _check("directives", tally.directives, limits.directives)

    def _definition(self, node: OperationDefinitionNode | FragmentDefinitionNode) -> Definition:
        tally = Tally(directives=len(node.directives or ()))
        spreads: list[Spread] = []
        stack: list[tuple[SelectionNode, int, int]] = [(child, 1, 1) for child in node.selection_set.selections]
        while stack:
            selection, depth, nesting = stack.pop()
            self.visits += 1
            tally.fields += 1
            tally.nesting = max(tally.nesting, nesting)
            for directive in selection.directives or ():
                tally.directives += 1
                tally.variables += self._variables(directive.arguments)
            children: SelectionSetNode | None = None
            match selection:
                case FieldNode():
                    tally.depth = max(tally.depth, depth)
                    tally.aliases += selection.alias is not None
                    tally.variables += self._variables(selection.arguments)
                    children = selection.selection_set
                    depth += 1
                case InlineFragmentNode():
                    children = selection.selection_set
                case FragmentSpreadNode():
                    # The fields of the fragment stand beside the spread, not below it.
                    spreads.append(Spread(selection.name.value, depth - 1, nesting))
            if children is not None:
                stack += [(child, depth, nesting + 1) for child in children.selections]
        return Definition(tally, spreads)

    def _variables(self, arguments: Collection[ArgumentNode] | None) -> int:
        """How often arguments use variables."""
        uses = 0
        stack: list[ValueNode] = [argument.value for argument in arguments or ()]
        while stack:
            value = stack.pop()
            self.visits += 1
            match value:
                case VariableNode():
                    uses += 1
                case ListValueNode():
                    stack += value.values
                case ObjectValueNode():
                    stack += [field.value for field in value.fields]
        return uses

    def _fragment_tallies(self, definitions: Mapping[str, Definition]) -> dict[str, Tally]:
        """The tally of each fragment with those that it spreads written out, innermost first."""
        tallies: dict[str, Tally] = {}
        open_: dict[str, Iterator[Spread]] = {}
        for first in definitions:
            path = [] if first in tallies else [first]
            while path:
                name = path[-1]
                for spread in open_.setdefault(name, iter(definitions[name].spreads)):
                    if spread.name in open_:
                        self._is_sound = False
                    elif spread.name in definitions and spread.name not in tallies:
                        path.append(spread.name)
                        break
                else:
                    tallies[name] = Tally()
                    self._add(tallies[name], definitions[name], tallies)
                    del open_[name]
                    path.pop()
        return tallies

    def _add(self, tally: Tally, definition: Definition, fragment_tallies: Mapping[str, Tally]) -> None:
        tally.add(definition.tally)
        for spread in definition.spreads:
            self.visits += 1
            if spread.name in fragment_tallies:
                tally.add(fragment_tallies[spread.name], spread.depth, spread.nesting)

    @staticmethod
    def _reach(definition: Definition, definitions: Mapping[str, Definition], reachable: set[str]) -> None:
        """Adds the fragments that a definition spreads, directly or through others."""
        stack = [spread.name for spread in definition.spreads]
        while stack:
            name = stack.pop()
            if name in definitions and name not in reachable:
                reachable.add(name)
                stack += [spread.name for spread in definitions[name].spreads]

    def _overlaps(self, root: SelectionSetNode) -> int:
        """Pairs of fields, and pairs of spreads, that share a place of the answer.

        It visits the document with its fragments written out, the size of which is checked before.
        """
        pairs = 0
        stack: list[list[SelectionSetNode]] = [[root]]
        while stack:
            fields, children = self._merge(stack.pop())
            pairs += sum(number * (number - 1) // 2 for number in fields)
            if pairs > self._limits.overlaps:
                break
            stack += children
        return pairs

    def _merge(self, selection_sets: list[SelectionSetNode]) -> tuple[list[int], list[list[SelectionSetNode]]]:
        """Selection sets at one place of the answer: how many fields share each name, and what stands below each.

        The last number is that of spreads.
        """
        spreads = 0
        counts: Counter[str] = Counter()
        children: dict[str, list[SelectionSetNode]] = {}
        while selection_sets:
            for selection in selection_sets.pop().selections:
                self.visits += 1
                match selection:
                    case FieldNode():
                        name = (selection.alias or selection.name).value
                        counts[name] += 1
                        if selection.selection_set is not None:
                            children.setdefault(name, []).append(selection.selection_set)
                    case InlineFragmentNode():
                        selection_sets.append(selection.selection_set)
                    case FragmentSpreadNode():
                        spreads += 1
                        fragment = self._fragments.get(selection.name.value)
                        if fragment is not None:
                            selection_sets.append(fragment.selection_set)
        return [*counts.values(), spreads], list(children.values())


def _check(name: str, number: int, limit: int) -> None:
    if number > limit:
        raise RequestError(
            ErrorCode.TOO_COMPLEX, f"With its fragments written out, the document has more than {limit:,} {name}."
        )
