"""The usual range of a week's count, out of the weeks before it.

A quasi-Poisson regression with a trend, and from two years on with a season, in which weeks that
were extraordinary themselves count less: Farrington et al., J. R. Statist. Soc. A 159 (1996)
547-563, as improved by Noufaily et al., Statistics in Medicine 32 (2013) 1206-1222. The range
holds 95 of 100 weeks: quantiles of the negative binomial distribution with the fitted mean and
dispersion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import statsmodels.api as sm
from scipy import stats

LEAST_WEEKS, LEAST_CASES = 26, 10
SEASON_FROM, YEAR = 104, 52.1775
# An Anscombe residual from which on a week of the past counts less (Noufaily et al.).
EXTRAORDINARY = 2.58
TAIL = 0.025
SHORT, FEW, NONE, FITTED = "short", "few", "none", "fitted"


@dataclass(frozen=True)
class Range:
    """`said`: `fitted`, or why there is none: `short` history, too `few` cases in it, or `none`
    that the cases admit."""

    said: str
    weeks: int
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0
    dispersion: float = 1.0
    season: bool = False
    trend: bool = False


def poisson_fit(counts: Any, design: Any, exposure: Any = None, weights: Any = None) -> Any:
    """The regression itself, with the dispersion out of Pearson's chi-squared; counts that do not
    vary at all have none, and are fitted as Poisson. Raises ValueError where nothing fits."""
    model = sm.GLM(
        np.asarray(counts, float), np.asarray(design, float), family=sm.families.Poisson(),
        offset=None if exposure is None else np.log(np.asarray(exposure, float)),
        var_weights=weights,
    )  # fmt: skip
    try:
        return model.fit(scale="X2")
    except ValueError:
        return model.fit()


def usual_range(past: Sequence[tuple[int | None, float]], days: float) -> Range:
    """The range of a week of which `days` days count. `past` are the weeks before it, the oldest
    first, without a gap: (count, days that counted); None where none did."""
    known = [(n, count, seen) for n, (count, seen) in enumerate(past) if count is not None and seen]
    if len(known) < LEAST_WEEKS or days <= 0:
        return Range(SHORT, len(known))
    times = np.array([n for n, _count, _days in known], float)
    counts = np.array([count for _n, count, _days in known], float)
    seen = np.array([each for _n, _count, each in known], float)
    if counts.sum() < LEAST_CASES:
        return Range(FEW, len(known))
    season = len(known) >= SEASON_FROM
    fit: Any = None
    rate = 0.0
    for trend in (True, False):
        try:
            fit = _robust(counts, _design(times, len(past), season, trend), seen)
        except ValueError:
            return Range(NONE, len(known))
        rate = float(fit.predict(_design(np.array([float(len(past))]), len(past), season, trend),
                                 offset=[0.0])[0])  # fmt: skip
        # No trend leads above everything that ever was (Farrington et al.).
        if trend is False or rate <= (counts / seen).max():
            break
    mean, spread = rate * days, max(1.0, float(fit.scale))
    low, high = _quantiles(mean, spread)
    if not np.isfinite([low, high, mean, spread]).all():
        return Range(NONE, len(known))
    return Range(FITTED, len(known), low, high, mean, spread, season, trend)


def _design(times: Any, length: int, season: bool, trend: bool) -> Any:
    columns = [np.ones_like(times)]
    if trend:
        columns.append((times - length) / 52.0)
    if season:
        angle = 2 * np.pi * times / YEAR
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns)


def _robust(counts: Any, design: Any, seen: Any) -> Any:
    """Fitted twice: the second time weeks far above the first fit count less. Where nothing is left
    to fit by then, the first stands."""
    first = poisson_fit(counts, design, seen)
    leverage = first.get_influence().hat_matrix_diag
    residual = first.resid_anscombe_scaled / np.sqrt(np.clip(1 - leverage, 1e-6, None))
    weights = np.where(residual > EXTRAORDINARY, 1 / np.maximum(residual, 1) ** 2, 1.0)
    if (weights == 1).all():
        return first
    try:
        return poisson_fit(counts, design, seen, weights * len(weights) / weights.sum())
    except ValueError:
        return first


def _quantiles(mean: float, dispersion: float) -> tuple[float, float]:
    if mean <= 0:
        return 0.0, 0.0
    if dispersion < 1.0001:
        found = stats.poisson.ppf([TAIL, 1 - TAIL], mean)
    else:
        found = stats.nbinom.ppf([TAIL, 1 - TAIL], mean / (dispersion - 1), 1 / dispersion)
    return float(found[0]), float(found[1])
