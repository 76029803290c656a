"""Published composite indices, computed again with the engine's own means.

The figures are facts from the tables named with each test. A published table is rounded, so each
comparison states by how much: half a unit of the last digit of the result, plus what the rounding
of its inputs can move. That is worked out by computing the index with every input at either end of
what was rounded to the printed figure; all of these indices rise with each input, so the true value
lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from scoring.engine.aggregate import (
    GEOMETRIC,
    HARMONIC,
    Floats,
    Node,
    arithmetic,
    composite,
    geometric,
    goalposts,
)

Columns = Mapping[str, Floats]
NAN = float("nan")


def columns(table: Mapping[Any, tuple[float, ...]], *names: str) -> Columns:
    rows = np.array(list(table.values()), dtype=float)
    assert rows.shape[1] == len(names)
    return dict(zip(names, rows.T, strict=True))


def within(
    index: Callable[[Columns], Floats],
    given: Columns,
    rounded_to: Mapping[str, float],
    published: Floats,
    digit: float,
) -> None:
    """The published value lies where the rounding of the inputs and of itself allows."""
    low = index({key: value - rounded_to.get(key, 0) / 2 for key, value in given.items()})
    high = index({key: value + rounded_to.get(key, 0) / 2 for key, value in given.items()})
    assert np.all(low - digit / 2 <= published + 1e-9)
    assert np.all(published - 1e-9 <= high + digit / 2)
    # And the band is narrow: this is a reproduction, not a coincidence.
    assert np.max(high - low) < 6 * digit


# Human Development Index, since 2010: geometric mean of three, one of them an arithmetic mean.
# Technical note 1: life expectancy 20 to 85 years, expected schooling 0 to 18, mean schooling 0 to
# 15, income per head 100 to 75,000 international dollars on a logarithmic scale, each capped.

HDI = Node(
    "hdi",
    (
        Node("health"),
        Node("education", (Node("expected"), Node("mean")), needs=1),
        Node("income"),
    ),
    order=GEOMETRIC,
    needs=1,
)


def hdi(given: Columns) -> Floats:
    return hdi_parts(given)["hdi"]


def hdi_parts(given: Columns) -> Columns:
    return composite(
        HDI,
        {
            "health": goalposts(given["life"], 20, 85),
            "expected": goalposts(given["expected"], 0, 18),
            "mean": goalposts(given["mean"], 0, 15),
            "income": goalposts(given["income"], 100, 75_000, log=True),
        },
    )


#: UNDP, Human Development Report 2015, table 1 (values for 2014): HDI, life expectancy at birth,
#: expected and mean years of schooling, gross national income per head (2011 PPP $).
HDR_2015 = {
    "Norway": (0.944, 81.6, 17.5, 12.6, 64_992),
    "Australia": (0.935, 82.4, 20.2, 13.0, 42_261),
    "Switzerland": (0.930, 83.0, 15.8, 12.8, 56_431),
    "Denmark": (0.923, 80.2, 18.7, 12.7, 44_025),
    "Netherlands": (0.922, 81.6, 17.9, 11.9, 45_435),
    "Germany": (0.916, 80.9, 16.5, 13.1, 43_919),
    "Ireland": (0.916, 80.9, 18.6, 12.2, 39_568),
    "United States": (0.915, 79.1, 16.5, 12.9, 52_947),
    "Canada": (0.913, 82.0, 15.9, 13.0, 42_155),
    "New Zealand": (0.913, 81.8, 19.2, 12.5, 32_689),
    "Singapore": (0.912, 83.0, 15.4, 10.6, 76_628),
    "Hong Kong": (0.910, 84.0, 15.6, 11.2, 53_959),
    "Liechtenstein": (0.908, 80.0, 15.0, 11.8, 79_851),
    "Sweden": (0.907, 82.2, 15.8, 12.1, 45_636),
    "United Kingdom": (0.907, 80.7, 16.2, 13.1, 39_267),
    "Iceland": (0.899, 82.6, 19.0, 10.6, 35_182),
    "Korea": (0.898, 81.9, 16.9, 11.9, 33_890),
    "Israel": (0.894, 82.4, 16.0, 12.5, 30_676),
    "Luxembourg": (0.892, 81.7, 13.9, 11.7, 58_711),
    "Japan": (0.891, 83.5, 15.3, 11.5, 36_927),
}


def test_the_human_development_index_of_twenty_countries_in_2014() -> None:
    given = dict(columns(HDR_2015, "hdi", "life", "expected", "mean", "income"))
    published = given.pop("hdi")
    rounded_to = {"life": 0.1, "expected": 0.1, "mean": 0.1, "income": 1}
    within(hdi, given, rounded_to, published, digit=0.001)


#: UNDP, Human Development Report 2021/22, complete time series of its composite indices, with
#: unrounded inputs: HDI, life expectancy, expected and mean schooling, income (2017 PPP $).
HDR_2022 = {
    ("Afghanistan", 1990): (0.273, 45.9672, 2.504050016, 0.97112539, 2684.550019),
    ("Afghanistan", 2000): (0.335, 55.2978, 5.529050112, 1.407805934, 984.9974338),
    ("Afghanistan", 2010): (0.448, 60.8508, 9.002689838, 2.105191281, 1938.315627),
    ("Afghanistan", 2021): (0.478, 61.9824, 10.26384398, 2.98506999, 1824.190915),
    ("Bhutan", 1990): (NAN, 55.9679, 4.638173857, NAN, 2698.831813),
    ("Bhutan", 2021): (0.666, 71.815, 13.22500478, 5.170262283, 9437.541512),
    ("Brunei Darussalam", 1990): (0.770, 71.6563, 11.82485347, 7.51, 71470.70351),
    ("Brunei Darussalam", 2021): (0.829, 74.6424, 13.95178032, 9.18, 64489.53954),
    ("Gambia", 2021): (0.500, 62.083, 9.418626299, 4.637487411, 2172.207664),
    ("Guinea", 2021): (0.465, 58.8922, 9.805297465, 2.202125952, 2480.887182),
    ("Peru", 2021): (0.762, 72.3769, 15.38773354, 9.885518863, 12245.89366),
    ("Philippines", 2021): (0.699, 69.2664, 13.12656975, 8.969099998, 8920.428468),
}


def test_the_human_development_index_from_unrounded_inputs_to_its_last_digit() -> None:
    given = dict(columns(HDR_2022, "hdi", "life", "expected", "mean", "income"))
    published = given.pop("hdi")
    # Where years of schooling are not known there is no index, in the report as here.
    assert hdi(given).round(3).tolist() == pytest.approx(published.tolist(), nan_ok=True, abs=1e-9)


def test_the_index_adjusted_for_inequality_and_the_coefficient_of_inequality() -> None:
    """The same report: IHDI, coefficient, and inequality in life, education and income in %."""
    table = {
        ("Guinea", 2021): (0.299, 34.33844766, 35.05346298, 50.12411, 17.83777),
        ("Peru", 2021): (0.635, 16.42213438, 8.638419151, 14.32733, 26.300654),
    }
    published, coefficient, *unequal = columns(table, "ihdi", "c", "life", "edu", "inc").values()
    rows = {key: HDR_2022[key][1:] for key in table}
    parts = hdi_parts(columns(rows, "life", "expected", "mean", "income"))
    adjusted = [
        parts[key] * (1 - share / 100)
        for key, share in zip(("health", "education", "income"), unequal, strict=True)
    ]
    assert geometric(np.stack(adjusted, axis=-1)).round(3).tolist() == published.tolist()
    found = arithmetic(np.stack(unequal, axis=-1))
    assert found.tolist() == pytest.approx(coefficient.tolist(), abs=1e-6)


# Gender Inequality Index: geometric means within each gender, their harmonic mean, and that against
# the geometric mean of the arithmetic means. Technical note 4: maternal mortality is capped at 10
# and 1,000 per 100,000 births; men stand at 1 in reproductive health.

GENDER = {
    key: Node(
        key,
        (
            Node(
                f"{key} health", tuple(Node(f"{key} {one}") for one in ("birth", "teens")), order=0
            ),
            Node(
                f"{key} power", tuple(Node(f"{key} {one}") for one in ("seats", "school")), order=0
            ),
            Node(f"{key} work"),
        ),
        order=GEOMETRIC,
    )
    for key in ("women", "men")
}
EQUAL = Node("equal", (GENDER["women"], GENDER["men"]), order=HARMONIC)


def gender_inequality(given: Columns) -> Floats:
    mortality = np.clip(given["mortality"], 10, 1000)
    found = composite(
        EQUAL,
        {
            "women birth": 10 / mortality,
            "women teens": 1 / given["teens"],
            "men birth": 1,
            "men teens": 1,
            **{
                f"{who} {what}": given[f"{what} {who}"] / 100
                for who in ("women", "men")
                for what in ("seats", "school", "work")
            },
        },
    )
    both = [arithmetic(np.stack([found[f"{who} {what}"] for who in GENDER], axis=-1))
            for what in ("health", "power", "work")]  # fmt: skip
    return 1 - found["equal"] / geometric(np.stack(both, axis=-1))


#: UNDP, Human Development Report 2021/22, the same series for 2021: GII, maternal mortality, births
#: to adolescents, and of women and men in %: secondary education, seats in parliament, work.
GII_2022 = {
    "Barbados": (0.268, 27, 42.297, 95.38591214, 86.00105471, 29.41176471, 70.58823529, 56.055,
                 63.727),
    "Brunei Darussalam": (0.259, 31, 9.978, 70.44, 71.2, 9.090909091, 90.90909091, 54.069, 72.339),
    "Ghana": (0.529, 308, 64.176, 57.9802799, 73.21096064, 14.54545455, 85.45454545, 64.527,
              72.234),
    "Guinea": (0.621, 576, 114.829, 7.151153164, 19.66277119, 16.66666667, 83.33333333, 62.061,
               62.188),
    "Panama": (0.392, 52, 69.912, 70.17552185, 68.69452667, 22.53521127, 77.46478873, 50.39,
               72.572),
    "Peru": (0.380, 88, 56.756, 59.31188046, 69.93792068, 40, 60, 66.069, 81.875),
}  # fmt: skip


def test_the_gender_inequality_index_with_means_of_three_orders() -> None:
    given = dict(
        columns(
            GII_2022,
            *("gii", "mortality", "teens", "school women", "school men"),
            *("seats women", "seats men", "work women", "work men"),
        )
    )
    published = given.pop("gii")
    assert gender_inequality(given).round(3).tolist() == published.tolist()


# Human Poverty Index for selected OECD countries (HPI-2): a power mean of order 3 of four shares.

POVERTY = Node("hpi", tuple(Node(key) for key in ("early", "reading", "jobless", "poor")), order=3)


def poverty(given: Columns) -> Floats:
    return composite(POVERTY, dict(given))["hpi"]


#: UNDP, Human Development Report 2007/2008, table 4: HPI-2, and in % those not expected to reach
#: the age of 60, adults lacking functional literacy, long-term unemployed, those below half the
#: median income. The countries for which all four are printed.
HPI_2008 = {
    "Sweden": (6.3, 6.7, 7.5, 1.1, 6.5),
    "Norway": (6.8, 7.9, 7.9, 0.5, 6.4),
    "Netherlands": (8.1, 8.3, 10.5, 1.8, 7.3),
    "Finland": (8.1, 9.4, 10.4, 1.8, 5.4),
    "Denmark": (8.2, 10.3, 9.6, 0.8, 5.6),
    "Germany": (10.3, 8.6, 14.4, 5.8, 8.4),
    "Switzerland": (10.7, 7.2, 15.9, 1.5, 7.6),
    "Canada": (10.9, 8.1, 14.6, 0.5, 11.4),
    "Australia": (12.1, 7.3, 17.0, 0.9, 12.2),
    "Belgium": (12.4, 9.3, 18.4, 4.6, 8.0),
    "United Kingdom": (14.8, 8.7, 21.8, 1.2, 12.5),
    "Ireland": (16.0, 8.7, 22.6, 1.5, 16.2),
    "Italy": (29.8, 7.7, 47.0, 3.4, 12.7),
}


def test_the_human_poverty_index_is_a_power_mean_of_order_three() -> None:
    given = dict(columns(HPI_2008, "hpi", "early", "reading", "jobless", "poor"))
    published = given.pop("hpi")
    within(poverty, given, dict.fromkeys(given, 0.1), published, digit=0.1)


# Human Development Index until 2009: arithmetic means on two levels with weights of 2 to 1.
# Technical note 1: life expectancy 25 to 85 years, literacy and enrolment 0 to 100 %, income per
# head 100 to 40,000 dollars on a logarithmic scale, each capped; literacy counts as 99 % where it
# is not printed.

FORMER_HDI = Node(
    "hdi",
    (
        Node("life"),
        Node("education", (Node("literacy", weight=2), Node("enrolment", weight=1))),
        Node("income"),
    ),
)


def former_hdi(given: Columns) -> Columns:
    return composite(
        FORMER_HDI,
        {
            "life": goalposts(given["life"], 25, 85),
            "literacy": goalposts(given["literacy"], 0, 100),
            "enrolment": goalposts(given["enrolment"], 0, 100),
            "income": goalposts(given["income"], 100, 40_000, log=True),
        },
    )


#: UNDP, Human Development Report 2009, table H (values for 2007): HDI, indices of life expectancy,
#: education and income; life expectancy, adult literacy, gross enrolment, GDP per head (PPP US$).
HDR_2009 = {
    "Norway": (0.971, 0.925, 0.989, 1.000, 80.5, 99.0, 98.6, 53_433),
    "Australia": (0.970, 0.940, 0.993, 0.977, 81.4, 99.0, 114.2, 34_923),
    "Iceland": (0.969, 0.946, 0.980, 0.981, 81.7, 99.0, 96.0, 35_742),
    "Ireland": (0.965, 0.911, 0.985, 1.000, 79.7, 99.0, 97.6, 44_613),
    "Netherlands": (0.964, 0.914, 0.985, 0.994, 79.8, 99.0, 97.5, 38_694),
    "France": (0.961, 0.933, 0.978, 0.971, 81.0, 99.0, 95.4, 33_674),
    "Japan": (0.960, 0.961, 0.949, 0.971, 82.7, 99.0, 86.6, 33_632),
    "United States": (0.956, 0.902, 0.968, 1.000, 79.1, 99.0, 92.4, 45_592),
    "Spain": (0.955, 0.929, 0.975, 0.960, 80.7, 97.9, 96.5, 31_560),
    "Italy": (0.951, 0.935, 0.965, 0.954, 81.1, 98.9, 91.8, 30_353),
    "New Zealand": (0.950, 0.919, 0.993, 0.936, 80.1, 99.0, 107.5, 27_336),
    "Greece": (0.942, 0.902, 0.981, 0.944, 79.1, 97.1, 101.6, 28_517),
}


def test_the_former_human_development_index_and_its_parts_on_two_levels() -> None:
    names = ("hdi", "life index", "education index", "income index")
    given = columns(HDR_2009, *names, "life", "literacy", "enrolment", "income")
    inputs = {key: given[key] for key in ("life", "literacy", "enrolment", "income")}
    rounded_to = {"life": 0.1, "literacy": 0.1, "enrolment": 0.1, "income": 1}
    for node, published in zip(("hdi", "life", "education", "income"), names, strict=True):

        def one(values: Columns, node: str = node) -> Floats:
            return former_hdi(values)[node]

        within(one, inputs, rounded_to, given[published], digit=0.001)
