"""The methods on series that are not ours, against figures that others published."""

import io
import json
import warnings

import numpy as np
import pytest

warnings.simplefilter("ignore")
import libpysal  # noqa: E402
import statsmodels.api as sm  # noqa: E402
from statsmodels.genmod.tests.results.results_glm import Cpunish  # noqa: E402

from riskanalysis.statistics import child  # noqa: E402
from riskanalysis.statistics.hotspots import hot_spots  # noqa: E402
from riskanalysis.statistics.trend import poisson_fit, usual_range  # noqa: E402


def test_the_regression_agrees_with_the_published_executions_of_1997():
    """Gill, Generalized Linear Models (2001), ch. 4: data `cpunish` of statsmodels, whose own tests
    hold the figures that R and Stata give (`results_glm.Cpunish`)."""
    data, published = sm.datasets.cpunish.load(), Cpunish()
    design = np.asarray(data.exog).copy()
    design[:, 3] = np.log(design[:, 3])
    fit = poisson_fit(np.asarray(data.endog), sm.add_constant(design, prepend=False))
    assert fit.params == pytest.approx(np.asarray(published.params), abs=1e-4)
    assert fit.deviance == pytest.approx(published.deviance, abs=1e-4)


def test_the_nile_leaves_its_usual_range_in_the_year_that_is_known():
    """Annual flow at Aswan 1871-1970, data `nile` of statsmodels: it falls for good with the year
    1899 (Cobb, Biometrika 65 (1978) 243-251; `statsmodels.datasets.nile`)."""
    flow = [int(value) for value in sm.datasets.nile.load_pandas().data["volume"]]
    found = {}
    for n in range(26, 34):
        past = [(count, 1.0) for count in flow[:n]]
        usual = usual_range(past, 1.0)
        found[1871 + n] = usual.low <= flow[n] <= usual.high
    assert found[1897]
    assert found[1898]
    assert not found[1899]
    assert not found[1902]


def test_a_range_keeps_to_its_promises():
    dice = np.random.default_rng(7)
    past = [(int(n), 7.0) for n in dice.poisson(6, 200)]
    whole, part = usual_range(past, 7), usual_range(past, 2)
    assert whole.said == "fitted"
    assert whole.season
    assert whole.low < 6 < whole.high < 15
    assert part.mean == pytest.approx(whole.mean * 2 / 7)
    # Weeks without days are no zeros; an outbreak of the past does not become usual.
    holes = [(None, 0.0) if n % 3 == 0 else week for n, week in enumerate(past)]
    assert usual_range(holes, 7).mean == pytest.approx(whole.mean, rel=0.25)
    outbreak = [*past[:150], (60, 7.0), (70, 7.0), *past[152:]]
    assert usual_range(outbreak, 7).high <= whole.high + 4
    inside = sum(
        usual_range(past[:n], 7).low <= past[n][0] <= usual_range(past[:n], 7).high
        for n in range(120, 200)
    )
    assert 70 <= inside <= 80
    assert usual_range(past[:25], 7).said == "short"
    assert usual_range([(0, 7.0)] * 60, 7).said == "few"


@pytest.mark.parametrize(("count", "weeks"), [(1, 26), (2, 52), (3, 130), (100_000, 30)])
def test_weeks_that_never_varied_have_a_usual_range_too(count, weeks):
    found = usual_range([(count, 7)] * weeks, 7)
    assert (found.said, found.dispersion) == ("fitted", 1)
    assert found.low <= count < found.high


def test_a_job_that_fails_is_told_and_the_others_are_answered(monkeypatch, capsys):
    """Almost everything in one week of two years: no regression fits."""
    counts = [0] * 104
    counts[69], counts[86] = 1, 100
    assert usual_range([(n, 7) for n in counts], 7).said == "none"
    series = [[f"week {n}", 2, 7] for n in range(40)]
    whole = {"kind": "trend", "weeks": series, "shown": 1}
    spots = {"kind": "spots", "sections": [30, *[0] * 9], "cells": {"no cell": 1}}
    monkeypatch.setattr(child, "DO", {**child.DO, "nan": lambda job: {"mean": float("nan")}})
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps([spots, {"kind": "nan"}, whole, {}])))
    child.main()
    bad, nan, good, none = json.loads(capsys.readouterr().out)
    assert good["week 39"]["said"] == "fitted"
    assert all(list(one) == ["failed"] for one in (bad, nan, none))
    assert "KeyError" in none["failed"]


def test_gi_star_agrees_with_the_figures_of_esda():
    """`esda.getisord.G_Local`, example of its documentation, binary weights with the place itself:
    Zs of the Gi* of six points."""
    points = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
    weights = libpysal.weights.DistanceBand(points, threshold=15, silence_warnings=True)
    near = {str(n): [str(other) for other in others] for n, others in weights.neighbors.items()}
    counts = dict(zip("012345", (2, 3, 3.2, 5, 8, 7), strict=True))
    found = hot_spots(counts, near, least=0, permutations=99)
    published = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert [spot.score for spot in found] == pytest.approx(published, abs=1e-7)


def test_hot_spots_lie_where_they_are_known_in_north_carolina():
    """Sudden infant deaths of 1974-78 by county, data `sids2` within libpysal: the highest rates
    cluster in the north-east around Northampton and Halifax and in the south around Scotland
    (Cressie and Chan, JASA 84 (1989) 393-401; Getis and Ord, Geogr. Analysis 24 (1992) 189-206)."""
    table = libpysal.io.open(libpysal.examples.get_path("sids2.dbf"))
    weights = libpysal.io.open(libpysal.examples.get_path("sids2.gal")).read()
    names = dict(zip(map(str, weights.id_order), table.by_col("NAME"), strict=True))
    rates = dict(zip(names, table.by_col("SIDR74"), strict=True))
    near = {str(n): [str(other) for other in others] for n, others in weights.neighbors.items()}
    found = hot_spots(rates, near)
    order = [names[spot.place] for spot in sorted(found, key=lambda spot: spot.p)]
    assert {"Northampton", "Bertie", "Halifax"} <= set(order[:6])
    assert found == hot_spots(rates, near)  # the seed is fixed


def test_what_the_counts_cannot_tell_is_not_told():
    line = {str(n): [str(n - 1), str(n + 1)] for n in range(10)}
    assert hot_spots({str(n): 1 for n in range(10)}, line) is None
    assert hot_spots({str(n): 30 for n in range(10)}, line) is None
    one = {str(n): 0 for n in range(10)} | {"4": 300}
    assert not any(spot.hot for spot in hot_spots(one, line) if spot.count == 0 and spot.score < 0)
