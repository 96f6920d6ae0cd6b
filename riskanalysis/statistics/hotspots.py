"""Where along the border incidents lie closer together than chance would put them.

Getis-Ord Gi* (Getis and Ord, Geographical Analysis 24 (1992) 189-206; Ord and Getis, 27 (1995)
286-306) by esda, its p-values by conditional permutation with a fixed seed (one-sided, ties
count as extreme), and the false discovery
rate held at 5 of 100 (Benjamini and Yekutieli 2001, `esda.fdr`; Castro and Singer 2006).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from esda import fdr
    from esda.getisord import G_Local
    from esda.significance import calculate_significance
    from libpysal.weights import W

SEED, PERMUTATIONS, ALPHA = 20211, 9_999, 0.05
LEAST_CASES = 20


@dataclass(frozen=True)
class Spot:
    """One place: its count, that of it and its neighbours (`around`), Gi* as a standard score, and
    how seldom chance alone puts as much there or more. `hot` where that stays significant among all
    places tested.

    No place is called cold: with counts this small nothing at all is what chance mostly brings.
    """

    place: str
    count: int
    around: int
    score: float
    p: float
    hot: bool


def hot_spots(
    counts: Mapping[str, float],
    neighbours: Mapping[str, Sequence[str]],
    *,
    permutations: int = PERMUTATIONS,
    least: float = LEAST_CASES,
) -> list[Spot] | None:
    """Every place with its score, in the order given. None where the counts cannot tell: too few
    together, or the same everywhere."""
    places = list(counts)
    values = np.array([counts[place] for place in places], float)
    if len(places) < 3 or values.sum() < least or (values == values[0]).all():
        return None
    near = {place: [one for one in neighbours[place] if one in counts] for place in places}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = W(near, id_order=places, silence_warnings=True)
        found = G_Local(
            values, weights, transform="B", star=True, permutations=permutations,
            keep_simulations=True, n_jobs=1, seed=SEED,
        )  # fmt: skip
        p = calculate_significance(found.Gs, found.sim.T, alternative="greater")
    line = fdr(p, ALPHA)
    return [
        Spot(
            place, int(counts[place]), int(sum(counts[each] for each in (place, *near[place]))),
            float(score), float(one), bool(one <= line and score > 0),
        )
        for place, score, one in zip(places, found.Zs, p, strict=True)
    ]  # fmt: skip
