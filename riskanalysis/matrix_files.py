"""The matrix with its data as a table for other programs."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.tables.writing import csv_pieces

from .matrix import Matrix


def matrix_csv(matrix: Matrix) -> bytes:
    """Every cell with its score and band, and a row for each risk that stands or stood in it."""
    labels = [
        matrix.row_title, _("Impact"), _("Score"), pgettext("risk", "Band"), _("Risk"),
        _("What may happen"), _("Side"), _("When"),
    ]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        for cell in matrix.cells:
            place = [cell.row, cell.column, cell.score, str(cell.band.name)]
            if not cell.chips:
                yield [*place, "", "", "", ""]
            for chip in cell.chips:
                when = _("last month") if chip.last else pgettext("risk matrix", "now")
                yield [*place, chip.risk.code, str(chip.risk.name), chip.side, when]

    head = [(_("List"), _("Risk matrix")), (_("Scales, version"), str(matrix.version.number))]
    return b"".join(csv_pieces(head, labels, rows()))
