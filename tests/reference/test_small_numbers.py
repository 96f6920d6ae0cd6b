"""Small numbers: hidden, and not found again by subtraction."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercoop.reference.small_numbers import LEAST, determined, shielded, shielded_line

counts = st.integers(min_value=0, max_value=9)
lines = st.lists(counts, min_size=1, max_size=8)
tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda size: st.lists(
        st.lists(counts, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def test_a_cell_under_three_is_hidden_and_a_second_one_with_it():
    assert shielded_line([12, 1, 7, 30]) == ([12, None, None, 30], 50)


def test_numbers_of_three_and_more_stay():
    assert shielded_line([3, 4, 5]) == ([3, 4, 5], 12)


def test_a_zero_is_about_nobody_and_stays():
    assert shielded_line([0, 5, 8]) == ([0, 5, 8], 13)


@pytest.mark.parametrize("line", [[1], [2, 0], [1, 1], [2, 2, 2]])
def test_where_nothing_large_stands_beside_it_the_total_goes_too(line):
    shown, total = shielded_line(line)
    assert total is None
    assert shown == [n if n == 0 else None for n in line]


def test_a_table_hides_in_the_row_and_in_the_column():
    shown = shielded([[1, 9, 8], [7, 6, 5], [4, 3, 9]])
    hidden = {(r, c) for r, row in enumerate(shown.cells) for c, n in enumerate(row) if n is None}
    assert (0, 0) in hidden
    assert len(hidden) == 4  # the smallest cycle: two rows, two columns
    assert shown.rows == [18, 18, 16]
    assert shown.total == 52


def test_a_table_without_small_numbers_is_left_alone():
    assert shielded([[3, 4], [0, 6]]).cells == [[3, 4], [0, 6]]


def test_two_cells_of_one_line_are_not_enough_when_the_columns_give_them_away():
    table = [[1, 5], [8, 8]]
    assert determined(table, {(0, 0), (0, 1)}) == {(0, 0), (0, 1)}
    assert determined(table, {(0, 0), (0, 1), (1, 0), (1, 1)}) == set()


def test_a_table_that_cannot_be_protected_keeps_its_totals():
    shown = shielded([[1, 0], [0, 5]])
    assert (shown.rows, shown.columns, shown.total) == ([None, None], [None, None], None)
    assert shown.cells == [[None, 0], [0, 5]]


@pytest.mark.parametrize("wrong", [[[1, -1]], [[1, 2], [3]]])
def test_what_is_no_table_of_counts_is_refused(wrong):
    with pytest.raises(ValueError):
        shielded(wrong)


def test_an_empty_table_stays_empty():
    shown = shielded([])
    assert (shown.cells, shown.rows, shown.columns, shown.total) == ([], [], [], 0)


@given(lines)
def test_no_small_number_of_a_line_is_shown_or_left_over(line):
    shown, total = shielded_line(line)
    assert all(n is None or n == 0 or n >= LEAST for n in shown)
    assert all(n is None or n == line[i] for i, n in enumerate(shown))
    hidden = [line[i] for i, n in enumerate(shown) if n is None]
    if not hidden or total is None:
        return
    # Which of the hidden is small stays open: another order gives the same page.
    assert len(hidden) >= 2
    assert len(set(hidden)) > 1


@settings(max_examples=200)
@given(tables)
def test_no_small_number_of_a_table_is_shown_and_none_can_be_computed(table):
    shown = shielded(table)
    assert all(n is None or n == 0 or n >= LEAST for row in shown.cells for n in row)
    hidden = {(r, c) for r, row in enumerate(shown.cells) for c, n in enumerate(row) if n is None}
    if shown.total is not None:
        assert determined(table, hidden) == set()
        for r, c in hidden:
            assert any(table[r][k] >= LEAST for k in range(len(table[0])) if (r, k) in hidden)
            assert any(table[k][c] >= LEAST for k in range(len(table)) if (k, c) in hidden)


small = st.integers(min_value=0, max_value=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(small, min_size=3, max_size=3), min_size=2, max_size=2))
def test_what_can_be_computed_is_what_trying_every_table_says(table):
    hidden = {(r, c) for r, row in enumerate(table) for c, n in enumerate(row) if n}
    order = sorted(hidden)
    rows, columns = [sum(row) for row in table], [sum(each) for each in zip(*table, strict=True)]
    values = {cell: set() for cell in order}
    for guess in product(range(1, 13), repeat=len(order)) if len(order) < 4 else _fitting(table):
        tried = [[0] * 3, [0] * 3]
        for (r, c), n in zip(order, guess, strict=True):
            tried[r][c] = n
        if [sum(row) for row in tried] == rows and [
            sum(each) for each in zip(*tried, strict=True)
        ] == columns:
            for cell, n in zip(order, guess, strict=True):
                values[cell].add(n)
    assert determined(table, hidden) == {cell for cell, seen in values.items() if len(seen) == 1}


def _fitting(table):
    """Guesses for the hidden cells of two rows: the second row follows from the columns."""
    columns = [sum(each) for each in zip(*table, strict=True)]
    for first in product(range(9), repeat=3):
        second = [total - n for total, n in zip(columns, first, strict=True)]
        cells = [*first, *second]
        flat = [n for row in table for n in row]
        if all((n > 0) == (true > 0) and n >= 0 for n, true in zip(cells, flat, strict=True)):
            yield tuple(n for n in cells if n)
