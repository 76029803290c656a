"""A year of losses: the distributions, and what stays after recovery."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.indicators.loss import Frequency, Size, lognormal, pert, simulate

OFTEN = Frequency(0.5, 1, 2)
LARGE = Size(100_000, 1_000_000)


def test_equal_seeds_give_equal_numbers() -> None:
    first = simulate(OFTEN, LARGE, recoverable=0, seed=7)
    assert first == simulate(OFTEN, LARGE, recoverable=0, seed=7)
    assert first != simulate(OFTEN, LARGE, recoverable=0, seed=8)


def test_nine_in_ten_losses_lie_in_the_range_given() -> None:
    mu, sigma = lognormal(LARGE)
    drawn = np.random.default_rng(1).lognormal(mu, sigma, 100_000)
    assert np.mean((drawn >= LARGE.low) & (drawn <= LARGE.high)) == pytest.approx(0.9, abs=0.005)


def test_rates_follow_the_pert_distribution() -> None:
    drawn = pert(OFTEN, 100_000, np.random.default_rng(2))
    assert drawn.min() >= 0.5
    assert drawn.max() <= 2
    assert drawn.mean() == pytest.approx((0.5 + 4 * 1 + 2) / 6, abs=0.01)


def test_the_mean_agrees_with_the_formula_within_its_standard_error() -> None:
    found = simulate(OFTEN, LARGE, recoverable=0, seed=3, draws=50_000)
    mu, sigma = lognormal(LARGE)
    expected = (0.5 + 4 + 2) / 6 * math.exp(mu + sigma**2 / 2)
    assert abs(found.mean - expected) < 5 * found.standard_error


def test_what_is_recovered_does_not_stay_with_us() -> None:
    none = simulate(OFTEN, LARGE, recoverable=0, seed=4)
    some = simulate(OFTEN, LARGE, recoverable=300_000, seed=4)
    everything = simulate(OFTEN, LARGE, recoverable=math.inf, seed=4)
    assert none.mean == none.gross_mean == some.gross_mean
    assert everything.mean == 0 < some.mean < none.mean
    assert some.p95 <= none.p95


def test_years_without_a_loss_cost_nothing() -> None:
    found = simulate(Frequency(0, 0, 0), LARGE, recoverable=0, seed=5)
    assert (found.mean, found.p95, found.any_loss) == (0, 0, 0)


@pytest.mark.parametrize("rates", [(1, 0.5, 2), (-1, 0, 1), (0, 1, 51)])
def test_rates_that_do_not_rise_or_are_too_many_are_refused(
    rates: tuple[float, float, float],
) -> None:
    with pytest.raises(ValueError, match="Losses a year"):
        Frequency(*rates)


@settings(max_examples=40)
@given(
    st.lists(st.floats(0, 5), min_size=3, max_size=3).map(sorted),
    st.lists(st.floats(1, 1e9), min_size=2, max_size=2).map(sorted),
    st.floats(0, 1e9),
    st.integers(0, 2**32),
)
def test_the_curve_falls_and_starts_at_the_years_that_cost_anything(
    rates: list[float], sizes: list[float], recoverable: float, seed: int
) -> None:
    found = simulate(Frequency(*rates), Size(*sizes), recoverable=recoverable, seed=seed, draws=500)
    amounts = [amount for amount, _share in found.curve]
    shares = [share for _amount, share in found.curve]
    assert amounts == sorted(amounts)
    assert shares == sorted(shares, reverse=True)
    assert amounts[0] == 0
    assert shares[0] <= found.any_loss
    assert 0 <= found.mean <= found.gross_mean
