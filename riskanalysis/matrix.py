"""The matrix as it is drawn: every cell with its score and band, and the risks that stand in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .models import MatrixVersion, Risk, matrix_in_force
from .register import Row, View, last_month_ended, register
from .scales import RULES, Band, Level, band_of, bands, levels, size


@dataclass(frozen=True)
class Chip:
    """A risk in a cell. `side` where the sides put it into different cells, "" where one place is
    all there is; `last` where it stood when last month ended."""

    risk: Risk
    side: str = ""
    last: bool = False


@dataclass
class Cell:
    row: int
    column: int
    score: int
    band: Band
    chips: list[Chip] = field(default_factory=list)

    @property
    def level(self) -> int:
        return self.band.level


@dataclass
class Matrix:
    """`rows` from the highest down, each with its level and cells; `older` are views that were made
    by other scales and do not fit into these, `otherwise` those that fit and were made so."""

    version: MatrixVersion
    rows: list[tuple[Level, list[Cell]]]
    columns: list[Level]
    bands: list[Band]
    row_title: str
    older: list[tuple[Risk, View]]
    otherwise: list[tuple[Risk, View]]
    unassessed: list[Risk]

    @property
    def cells(self) -> list[Cell]:
        return [cell for _level, cells in self.rows for cell in cells]


def matrix_of(version: MatrixVersion, rows: Iterable[Row] = ()) -> Matrix:
    """The matrix of a version with these risks in it."""
    content, steps = version.content, size(version.content)
    named = {band.code: band for band in bands(content)}
    grid = {
        (row, column): Cell(row, column, row * column, named[band_of(content, row * column)])
        for row in range(1, steps + 1)
        for column in range(1, steps + 1)
    }
    rule = RULES[content["rule"]]
    made = Matrix(
        version=version,
        rows=[
            (level, [grid[level.value, column] for column in range(1, steps + 1)])
            for level in reversed(levels(content, rule.rows))
        ],
        columns=levels(content, "impact"),
        bands=list(named.values()),
        row_title=_("Likelihood") if rule.rows == "likelihood" else _("Threat and vulnerability"),
        older=[],
        otherwise=[],
        unassessed=[],
    )
    for row in sorted(rows, key=lambda row: row.risk.number or 1_000_000):
        _put(made, grid, row, steps)
    return made


def _put(made: Matrix, grid: dict[tuple[int, int], Cell], row: Row, steps: int) -> None:
    if not row.views:
        made.unassessed.append(row.risk)
        return
    shown = []
    for view in row.views:
        if view.now.matrix_id != made.version.pk:
            fits = max(view.now.row, view.now.column) <= steps
            (made.otherwise if fits else made.older).append((row.risk, view))
            if not fits:
                continue
        shown.append(view)
    places = {(view.now.row, view.now.column) for view in shown}
    now = {(view.now.row, view.now.column, view.side if len(places) > 1 else "") for view in shown}
    for at, column, side in sorted(now):
        grid[at, column].chips.append(Chip(row.risk, side))
    before = set()
    for view in shown:
        old = view.before
        if old is None or max(old.row, old.column) > steps:
            continue
        if (old.row, old.column) != (view.now.row, view.now.column):
            before.add((old.row, old.column, view.side if len(places) > 1 else ""))
    for at, column, side in sorted(before):
        grid[at, column].chips.insert(0, Chip(row.risk, side, last=True))


def matrix_part(user: Any, rows: list[Row] | None = None) -> dict[str, Any]:
    """Names for `riskanalysis/_matrix.html`: `matrix`, None before any scales are loaded."""
    version = matrix_in_force()
    if version is None:
        return {"matrix": None}
    return {"matrix": matrix_of(version, register(user) if rows is None else rows)}


def top_risks_part(user: Any, rows: list[Row] | None = None, most: int = 5) -> dict[str, Any]:
    """Names for `riskanalysis/_top_risks.html`: `top_risks` (Row), `risk_count`, `since` (when last
    month ended)."""
    found = register(user) if rows is None else rows
    found = [row for row in found if row.views]
    return {"top_risks": found[:most], "risk_count": len(found), "since": last_month_ended(user)}
