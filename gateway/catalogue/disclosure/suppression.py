"""Disclosure control: what of a table of counts the public may read, so that no small count can be worked out of it.

A table has two dimensions and the totals of both. Three things are done to it, as statistical offices do:

1. A count under `THRESHOLD` is suppressed, zero too, and so are such totals. No other count is.
2. A total is suppressed too, unless with it every count under the threshold could still be any other one under it,
   and so could every suppressed total of nothing but such counts: for who knows each published count and total to the
   unit, and adds and subtracts all of them.
3. What is published is rounded to the nearest multiple of `BASE`.

The second is no estimate. The counts of a table and its totals are a flow that neither gains nor loses at any row or
column, so what the rest of the table leaves open for one count is found exactly, in whole numbers. Whether a total is
published depends on the counts, so a missing one could tell something of them to who knows this code. The totals are
therefore looked at in an order that does not depend on counts, and as if nothing were rounded. A test goes through all
tables of two rows and three columns with four small counts: of each, that attacker can rule out one value at most.

What this does not protect: somebody who knows some of the records, such as an agency its own, knows more than the
published table says and can subtract them.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import product

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
    suppressed_cells = suppressed(whole)
    return [
        [None if (row, column) in suppressed_cells else rounded(count) for column, count in enumerate(line)]
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
    """The cells of a table with its totals that stay back: the small ones, and the totals that would betray them."""
    flow = _Flow(whole)
    small = {(row, column) for row, line in enumerate(whole) for column, count in enumerate(line) if count < THRESHOLD}
    return {*small, *(total for total in _totals(whole) if total not in small and not flow.publish(total))}


def _totals(whole: Sequence[Sequence[int]]) -> Iterator[Cell]:
    """The total of all, those of the rows and those of the columns."""
    rows, columns = len(whole) - 1, len(whole[0]) - 1
    yield rows, columns
    yield from ((row, columns) for row in range(rows))
    yield from ((rows, column) for column in range(columns))


class _Flow:
    """A table as a flow: from each row to each column its count, and through the totals back.

    Its nodes are the rows and then the columns, of both the totals last. `_slack` holds for each two of them how much
    more could flow from one to the other with nothing published being contradicted. At first those counts are published
    that are not small, and no total.
    """

    def __init__(self, whole: Sequence[Sequence[int]]) -> None:
        self._rows, self._columns = len(whole) - 1, len(whole[0]) - 1
        self._slack: list[dict[int, int]] = [{} for _ in range(self._rows + self._columns + 2)]
        self._counts: dict[Cell, int] = {}
        """Those that must stay open: the small ones, and totals of nothing but small ones, which may be small too."""
        for row, line in enumerate(whole[:-1]):
            for column, count in enumerate(line[:-1]):
                if count < THRESHOLD:
                    self._counts[row, column] = count
                    self._join((row, column), THRESHOLD - 1 - count, count)
        for total in _totals(whole):
            self._join(total, UNBOUNDED, UNBOUNDED)
        for row, column in _totals(whole):
            rows = range(self._rows) if row == self._rows else (row,)
            columns = range(self._columns) if column == self._columns else (column,)
            if all(cell in self._counts for cell in product(rows, columns)):
                self._counts[row, column] = whole[row][column]
        self._alternatives: dict[Cell, set[tuple[int, int]] | None] = dict.fromkeys(self._counts)
        """What had to flow otherwise, from node to node, for each to be the smallest and the largest small count.

        That it could is shown thereby, until a total is published that had to be another one; None: not shown yet.
        """

    def publish(self, total: Cell) -> bool:
        """Lets a total be known to the unit, if all that must stay open then does; whether it does."""
        self._join(total, 0, 0)
        ends = self._ends(total)
        for cell, alternative in self._alternatives.items():
            if alternative is None or ends in alternative or ends[::-1] in alternative:
                other = self._open(cell)
                if other is None:
                    self._join(total, UNBOUNDED, UNBOUNDED)
                    return False
                self._alternatives[cell] = other
        self._alternatives.pop(total, None)
        return True

    def _open(self, cell: Cell) -> set[tuple[int, int]] | None:
        """What has to flow otherwise for a small count to be any other one; None where it cannot be some."""
        start, end = self._ends(cell)
        less = self._carried(start, end, self._counts[cell])
        more = self._carried(end, start, THRESHOLD - 1 - self._counts[cell])
        return None if less is None or more is None else {*less, *more}

    def _join(self, cell: Cell, more: int, less: int) -> None:
        start, end = self._ends(cell)
        self._slack[start][end], self._slack[end][start] = more, less

    def _ends(self, cell: Cell) -> tuple[int, int]:
        """From where to where a cell's count flows: totals of rows, and of columns, flow the other way."""
        row, column = cell
        other = self._rows + 1 + column
        return (other, row) if (row == self._rows) != (column == self._columns) else (row, other)

    def _carried(self, source: int, sink: int, by: int) -> dict[tuple[int, int], int] | None:
        """How so much more could flow from one node of a count to the other, around the count itself, if it could."""
        used: dict[tuple[int, int], int] = {}
        while by > 0:
            came = self._ways(source, sink, used)
            if sink not in came:
                return None
            way, node = [], sink
            while node != source:
                way.append((came[node], node))
                node = came[node]
            amount = min(by, *(self._slack[a][b] - used.get((a, b), 0) for a, b in way))
            for a, b in way:
                used[a, b] = used.get((a, b), 0) + amount
                used[b, a] = used.get((b, a), 0) - amount
            by -= amount
        return used

    def _ways(self, source: int, sink: int, used: dict[tuple[int, int], int]) -> dict[int, int]:
        """The nodes that can be reached around the count, each with the one before it on a shortest way."""
        came, waiting = {source: source}, deque([source])
        while waiting and sink not in came:
            node = waiting.popleft()
            for other, slack in self._slack[node].items():
                if other not in came and slack > used.get((node, other), 0) and {node, other} != {source, sink}:
                    came[other] = node
                    waiting.append(other)
        return came
