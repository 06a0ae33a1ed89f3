"""Valid documents written at random: pages inside pages, aliases, fragments, `@skip` and `@include`."""

from collections.abc import Sequence

from hypothesis import strategies as st

from adapters.vocabulary.enums import RecordType

RELATIONS = {
    "cases": RecordType.CASE,
    "statusEvents": RecordType.STATUS_EVENT,
    "takedowns": RecordType.TAKEDOWN,
    "arrests": RecordType.ARREST,
    "informationRequests": RecordType.INFORMATION_REQUEST,
    "cooperationRequests": RecordType.COOPERATION_REQUEST,
    "reports": RecordType.REPORT,
}


class Writing:
    """Writes one valid document at random, with each response name standing for one thing."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._names = 0
        self._fragments: dict[str, str] = {}

    def document(self) -> str:
        fields = " ".join(
            f"{self._named()}: {name}{self._arguments(required=True)} {self._directives()} {{ {self._page(name, 3)} }}"
            for name in self._some(["cases", "arrests", "informationRequests", "cooperationRequests"], least=1)
        )
        operation = f"query($a: Boolean!, $b: Boolean!) {{ __typename @include(if: $a) @skip(if: $b) {fields} }}"
        return " ".join([operation, *self._fragments.values()])

    def _some(self, choices: Sequence[str], least: int = 0) -> list[str]:
        return self._draw(st.lists(st.sampled_from(choices), min_size=least, max_size=3))

    def _named(self) -> str:
        self._names += 1
        return f"r{self._names}"

    def _directives(self) -> str:
        directives = ["@include(if: $a)", "@skip(if: $b)", "@include(if: true)", "@skip(if: $b) @include(if: $a)"]
        return self._draw(st.sampled_from(["", "", "", *directives]))

    def _arguments(self, *, required: bool = False) -> str:
        window = self._draw(st.sampled_from(["first: 0", "first: 1", "first: 2", "last: 1", "last: 2", "first: 100"]))
        order = self._draw(st.sampled_from(["", "orderBy: {descending: false}", "orderBy: {}"]))
        bare = not required and self._draw(st.booleans())
        return "" if bare else f"({window} {order})"

    def _page(self, name: str, depth: int) -> str:
        chosen = [
            self._page_field(name, what, depth) for what in self._some(["nodes", "edges", "totalCount", "pageInfo"])
        ]
        return " ".join(chosen or ["totalCount"])

    def _page_field(self, name: str, what: str, depth: int) -> str:
        alias = f"{self._named()}: " if self._draw(st.booleans()) else ""
        match what:
            case "nodes":
                return f"{alias}nodes {self._directives()} {{ {self._record(name, depth)} }}"
            case "edges":
                inner = f"{self._named()}: " if self._draw(st.booleans()) else ""
                return f"{alias}edges {{ {inner}node {{ {self._record(name, depth)} }} }}"
            case "pageInfo":
                return "pageInfo { hasNextPage hasPreviousPage }"
            case _:
                return f"{alias}{what}"

    def _record(self, name: str, depth: int) -> str:
        kind = RELATIONS[name].value
        choices = ["id", "externalId", "references { value scheme }", "... on"]
        if depth:
            choices += ["relation", "relation", "relation", "fragment"]
        chosen = []
        for what in self._some(choices):
            if what == "relation":
                to = self._draw(st.sampled_from(list(RELATIONS)))
                arguments = self._arguments()
                alias = f"{self._named()}: " if arguments else ""
                chosen.append(f"{alias}{to}{arguments} {self._directives()} {{ {self._page(to, depth - 1)} }}")
            elif what == "fragment":
                fragment = f"On{kind}{depth}"
                if fragment not in self._fragments:
                    self._fragments[fragment] = ""
                    self._fragments[fragment] = f"fragment {fragment} on {kind} {{ {self._record(name, depth - 1)} }}"
                chosen.append(f"...{fragment} {self._directives()}")
            elif what == "... on":
                condition = self._draw(st.sampled_from(["", f"on {kind}", "on Record", "on Node"]))
                inner = "id" if condition == "on Node" else self._inner(condition, name, depth)
                chosen.append(f"... {condition} {self._directives()} {{ {inner} }}")
            else:
                chosen.append(what)
        return " ".join(chosen or ["id"])

    def _inner(self, condition: str, name: str, depth: int) -> str:
        if condition == "on Record" or not depth:
            return "id externalId"
        return self._record(name, depth - 1)


@st.composite
def documents(draw: st.DrawFn) -> str:
    return Writing(draw).document()
