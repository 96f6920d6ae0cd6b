"""Small numbers in what leaves the portal: who is counted must not be found by subtraction.

A count of one or two people, beside a place and a date, can name somebody. `shielded` hides such
cells, and as many others as it takes that no hidden number follows from the totals and the numbers
that stay, however the reader puts the sums together. A zero is about nobody and stays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 3
Cell = tuple[int, int]


@dataclass(frozen=True)
class Shielded:
    """A table as it may be shown: None stands where a number is hidden.

    `rows` and `columns` are the totals, `total` the sum of all; None where even these would give a
    hidden number away.
    """

    cells: list[list[int | None]]
    rows: list[int | None]
    columns: list[int | None]
    total: int | None


def shielded_line(
    numbers: Sequence[int], *, least: int = LEAST
) -> tuple[list[int | None], int | None]:
    """One line of counts and its total, as they may be shown.

    With every hidden cell of 1 to `least` - 1 at least one larger number is hidden, so which of
    the hidden ones is large stays open; where there is none, the total is hidden.
    """
    _check(numbers)
    hidden = {i for i, n in enumerate(numbers) if 0 < n < least}
    total: int | None = sum(numbers)
    if hidden:
        larger = [i for i, n in enumerate(numbers) if n >= least]
        if larger:
            hidden.add(min(larger, key=lambda i: (numbers[i], i)))
        else:
            total = None
    return [None if i in hidden else n for i, n in enumerate(numbers)], total


def shielded(table: Sequence[Sequence[int]], *, least: int = LEAST) -> Shielded:
    """A table of counts with the totals of its rows and columns, as it may be shown.

    First every cell of 1 to `least` - 1 is hidden; then, smallest first, further ones, until no
    hidden cell is determined by the rest (`determined`). Where that cannot be reached all totals
    are hidden instead. Raises ValueError for negative numbers and rows of different lengths.
    """
    for row in table:
        _check(row)
        if len(row) != len(table[0]):
            raise ValueError("The rows of a table have one length.")
    small = {(r, c) for r, row in enumerate(table) for c, n in enumerate(row) if 0 < n < least}
    hidden = set(small)
    open_totals = True
    while hidden:
        cell = _unprotected(table, hidden, least)
        if cell is None:
            break
        if (more := _companion(table, hidden, cell, least)) is None:
            hidden, open_totals = small, False
            break
        hidden.add(more)
    return Shielded(
        [
            [None if (r, c) in hidden else n for c, n in enumerate(row)]
            for r, row in enumerate(table)
        ],
        [sum(row) if open_totals else None for row in table],
        [sum(column) if open_totals else None for column in zip(*table, strict=True)],
        sum(map(sum, table)) if open_totals else None,
    )


def _check(numbers: Sequence[int]) -> None:
    if any(n < 0 for n in numbers):
        raise ValueError("A count is not negative.")


def _unprotected(table: Sequence[Sequence[int]], hidden: set[Cell], least: int) -> Cell | None:
    """A hidden cell that follows from the rest, or whose line hides small numbers only."""
    lines: dict[tuple[str, int], list[int]] = {}
    for r, c in hidden:
        lines.setdefault(("row", r), []).append(table[r][c])
        lines.setdefault(("column", c), []).append(table[r][c])
    for r, c in sorted(hidden):
        if max(lines["row", r]) < least or max(lines["column", c]) < least:
            return r, c
    return next(iter(sorted(determined(table, hidden))), None)


def _companion(
    table: Sequence[Sequence[int]], hidden: set[Cell], cell: Cell, least: int
) -> Cell | None:
    """The shown number of `least` or more to hide beside `cell`: in a line of it that hides too
    little, else anywhere.

    One whose own row and column hide something already closes a cycle and comes first, then the
    smallest.
    """
    hiding = {r for r, _c in hidden}, {c for _r, c in hidden}
    shown = [
        ((r not in hiding[0]) + (c not in hiding[1]), n, (r, c))
        for r, row in enumerate(table)
        for c, n in enumerate(row)
        if n >= least and (r, c) not in hidden
    ]
    row = [each for each in shown if each[2][0] == cell[0]]
    column = [each for each in shown if each[2][1] == cell[1]]
    for line, mine in ((row, 0), (column, 1)):
        held = [table[r][c] for r, c in hidden if (r, c)[mine] == cell[mine]]
        if max(held) < least or len(held) < 2:
            return min(line)[2] if line else None
    return min(shown)[2] if shown else None


def determined(table: Sequence[Sequence[int]], hidden: set[Cell]) -> set[Cell]:
    """The hidden cells that a reader of all totals can compute.

    The reader knows that a hidden cell is at least 1 (a zero would be shown). A cell may have
    another value exactly if one can be moved around a cycle of hidden cells, so it is looked for
    in the graph whose nodes are rows and columns and whose edges are the hidden cells.
    """
    up: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for r, c in hidden:
        up.setdefault(("row", r), set()).add(("column", c))
        if table[r][c] > 1:
            up.setdefault(("column", c), set()).add(("row", r))
    found = set()
    for r, c in hidden:
        row, column = ("row", r), ("column", c)
        raised = _reaches(up, column, row, (column, row))
        lowered = table[r][c] > 1 and _reaches(up, row, column, (row, column))
        if not raised and not lowered:
            found.add((r, c))
    return found


def _reaches(
    ways: dict[tuple[str, int], set[tuple[str, int]]],
    start: tuple[str, int],
    end: tuple[str, int],
    without: tuple[tuple[str, int], tuple[str, int]],
) -> bool:
    seen, waiting = {start}, deque([start])
    while waiting:
        at = waiting.popleft()
        for step in ways.get(at, ()):
            if (at, step) == without or step in seen:
                continue
            if step == end:
                return True
            seen.add(step)
            waiting.append(step)
    return False
