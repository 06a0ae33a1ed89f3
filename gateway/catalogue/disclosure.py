"""Disclosure control: what of a table of counts the public may read, so that no small count can be worked out of it.

A table has two dimensions and the totals of both. Three things are done to it, as statistical offices do:

1. A count under `THRESHOLD` is suppressed, zero too, and so are such totals.
2. What is published is rounded to the nearest multiple of `BASE`.
3. More is suppressed, the smallest first, until every suppressed count under the threshold could as well be any other
   count under it: whoever only adds and subtracts what is published learns nothing but that it is small.

The third is no estimate. The counts of a table and its totals are a flow that neither gains nor loses at any row or
column, so what the rest of the table leaves open for one count is found exactly, in whole numbers.

What this does not protect: somebody who knows some of the records, such as an agency its own, knows more than the
published table says and can subtract them. And what is suppressed in the third step depends on the counts, so that to
who knows this code it tells something of them: that what stands beside is small and, in some tables, how small.
"""

from collections import deque
from collections.abc import Sequence

THRESHOLD = 10
"""The smallest count that is published."""

BASE = 5
"""What published counts are multiples of."""

Counts = Sequence[Sequence[int]]
"""A row of counts for each value of one dimension, in it one for each value of the other; no totals."""

Disclosed = list[list[int | None]]
"""The same with one more row and one more column for the totals; None where suppressed."""

Cell = tuple[int, int]

UNBOUNDED = 1 << 62


def disclosed(counts: Counts) -> Disclosed:
    """What the public may read of a table and its totals. Every row has as many counts, and there are some."""
    whole = with_totals(counts)
    hidden = suppressed(whole)
    return [
        [None if (row, column) in hidden else rounded(count) for column, count in enumerate(line)]
        for row, line in enumerate(whole)
    ]


def with_totals(counts: Counts) -> list[list[int]]:
    """The table with the totals of its rows as last column, and those of its columns as last row."""
    lines = [[*line, sum(line)] for line in counts]
    return [*lines, [sum(column) for column in zip(*lines, strict=True)]]


def rounded(count: int) -> int:
    """The nearest multiple of the base, which is odd: no count lies in the middle."""
    return (count + BASE // 2) // BASE * BASE


def suppressed(whole: Sequence[Sequence[int]]) -> set[Cell]:
    """The cells of a table with its totals that stay back: the small ones, and what would betray them."""
    every = {(row, column) for row, line in enumerate(whole) for column in range(len(line))}
    if whole[-1][-1] < THRESHOLD:
        return every
    small = sorted(cell for cell in every if whole[cell[0]][cell[1]] < THRESHOLD)
    flow = _Flow(whole, set(small))
    for cell in small:
        # What is suppressed later only leaves more open, so nothing has to be looked at twice.
        count = whole[cell[0]][cell[1]]
        flow.open(cell, more=True, by=THRESHOLD - 1 - count)
        flow.open(cell, more=False, by=count)
    return flow.hidden


class _Flow:
    """A table as a flow: from each row to each column its count, and through the totals back.

    Its nodes are the rows and then the columns, of both the totals last. `_slack` holds for each two of them how much
    more could flow from one to the other with nothing published being contradicted.
    """

    def __init__(self, whole: Sequence[Sequence[int]], hidden: set[Cell]) -> None:
        self._whole = whole
        self._rows, self._columns = len(whole), len(whole[0])
        self.hidden = set(hidden)
        self._slack: list[dict[int, int]] = [{} for _ in range(self._rows + self._columns)]
        for row in range(self._rows):
            for column in range(self._columns):
                self._bound((row, column))

    def open(self, cell: Cell, *, more: bool, by: int) -> None:
        """Suppresses what stands in the way until the count could be larger or smaller by so much."""
        while (stopped := self._stopped(cell, more=more, by=by)) is not None:
            smallest = min(stopped, key=lambda each: (self._whole[each[0]][each[1]], each))
            self.hidden.add(smallest)
            self._bound(smallest)

    def _bound(self, cell: Cell) -> None:
        start, end = self._ends(cell)
        count = self._whole[cell[0]][cell[1]]
        if cell in self.hidden:
            least, most = 0, UNBOUNDED
        else:
            least, most = max(THRESHOLD, rounded(count) - BASE // 2), rounded(count) + BASE // 2
        self._slack[start][end] = most - count
        self._slack[end][start] = count - least

    def _ends(self, cell: Cell) -> tuple[int, int]:
        """From where to where a cell's count flows: totals of rows, and of columns, flow the other way."""
        row, column = cell
        back = (row == self._rows - 1) != (column == self._columns - 1)
        return (self._rows + column, row) if back else (row, self._rows + column)

    def _stopped(self, cell: Cell, *, more: bool, by: int) -> list[Cell] | None:
        """The published cells that keep the count from being so much larger or smaller; None where nothing does.

        There always are some: where all is suppressed every count can grow, and its totals with it, and fall to zero.
        """
        start, end = self._ends(cell)
        source, sink = (end, start) if more else (start, end)
        used: dict[tuple[int, int], int] = {}
        while by > 0:
            came = self._ways(source, sink, used)
            if sink not in came:
                return self._around(set(came), {source, sink})
            way, node = [], sink
            while node != source:
                way.append((came[node], node))
                node = came[node]
            amount = min(by, *(self._slack[a][b] - used.get((a, b), 0) for a, b in way))
            for a, b in way:
                used[a, b] = used.get((a, b), 0) + amount
                used[b, a] = used.get((b, a), 0) - amount
            by -= amount
        return None

    def _ways(self, source: int, sink: int, used: dict[tuple[int, int], int]) -> dict[int, int]:
        """The nodes that can be reached around the cell itself, each with the one before it on a shortest way."""
        came, waiting = {source: source}, deque([source])
        while waiting and sink not in came:
            node = waiting.popleft()
            for other, slack in self._slack[node].items():
                if other not in came and slack > used.get((node, other), 0) and {node, other} != {source, sink}:
                    came[other] = node
                    waiting.append(other)
        return came

    def _around(self, reached: set[int], own: set[int]) -> list[Cell]:
        """The published cells between the nodes that were reached and the others, but for the cell itself."""
        return [
            (row, column)
            for row in range(self._rows)
            for column in range(self._columns)
            if ((row in reached) != (self._rows + column in reached))
            and {row, self._rows + column} != own
            and (row, column) not in self.hidden
        ]
