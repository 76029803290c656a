"""Weighted means of any order, missing values, and trees of them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.aggregate import (
    GEOMETRIC,
    HARMONIC,
    AggregateError,
    Groups,
    Node,
    arithmetic,
    composite,
    geometric,
    goalposts,
    grouped_means,
    power_mean,
)

NAN = float("nan")
positive = st.floats(0.001, 1000)
weight = st.sampled_from([0.1, 0.5, 1, 2, 3, 8])
orders = st.sampled_from([-3, -1, -0.5, 0, 0.5, 1, 2, 3, 4, 7.5, 8])
lists = st.lists(st.tuples(positive, weight), min_size=1, max_size=8)


def plain(pairs: list[tuple[float, float]], order: float) -> float:
    total = sum(w for _, w in pairs)
    if order == 0:
        return math.exp(sum(w * math.log(x) for x, w in pairs) / total)
    return float((sum(w * x**order for x, w in pairs) / total) ** (1 / order))


@settings(max_examples=300)
@given(pairs=lists, order=orders)
def test_every_order_gives_what_its_formula_says(
    pairs: list[tuple[float, float]], order: float
) -> None:
    values, weights = zip(*pairs, strict=True)
    assert float(power_mean(values, weights, order)) == pytest.approx(plain(pairs, order), rel=1e-9)


@settings(max_examples=100)
@given(pairs=lists)
def test_the_arithmetic_mean_agrees_with_exact_fractions(pairs: list[tuple[float, float]]) -> None:
    exact = sum(Fraction(x) * Fraction(w) for x, w in pairs) / sum(Fraction(w) for _, w in pairs)
    values, weights = zip(*pairs, strict=True)
    assert float(arithmetic(values, weights)) == pytest.approx(float(exact), rel=1e-12)


@settings(max_examples=100)
@given(pairs=lists, order=orders, by=st.sampled_from([0.1, 3, 1e6]))
def test_only_the_proportions_of_the_weights_matter(
    pairs: list[tuple[float, float]], order: float, by: float
) -> None:
    values, weights = map(np.array, zip(*pairs, strict=True))
    scaled = power_mean(values, weights * by, order)
    assert float(scaled) == pytest.approx(float(power_mean(values, weights, order)), rel=1e-12)


@settings(max_examples=100)
@given(pairs=lists)
def test_a_mean_grows_with_its_order_and_stays_among_its_values(
    pairs: list[tuple[float, float]],
) -> None:
    values, weights = zip(*pairs, strict=True)
    means = [float(power_mean(values, weights, order)) for order in (-8, -1, 0, 1, 2, 3.3, 8)]
    for less, more in zip([min(values), *means], [*means, max(values)], strict=True):
        assert less <= more * (1 + 1e-9)


@settings(max_examples=100)
@given(pairs=lists, order=orders, at=st.integers(0, 8))
def test_what_is_missing_leaves_both_sums(
    pairs: list[tuple[float, float]], order: float, at: int
) -> None:
    values, weights = (list(column) for column in zip(*pairs, strict=True))
    with_gap = [*values[:at], None, *values[at:]]
    weights_too = [*weights[:at], 5.0, *weights[at:]]
    assert power_mean(with_gap, weights_too, order) == power_mean(values, weights, order)


def test_a_value_of_weight_0_is_not_looked_at() -> None:
    assert float(geometric([4, -1, 9], [1, 0, 1])) == pytest.approx(6)
    assert float(power_mean([0, 2], [0, 3], HARMONIC)) == 2


@pytest.mark.parametrize("order", [-1, 0, 1, 2, 3])
def test_all_missing_is_missing(order: float) -> None:
    found = power_mean([[NAN, None], [1, NAN], [NAN, 7]], [1, 0], order)
    assert np.isnan(found).tolist() == [True, False, True]
    assert found[1] == pytest.approx(1)


def test_a_value_of_0_takes_a_mean_of_order_0_or_below_to_0() -> None:
    assert [float(power_mean([0, 8], None, order)) for order in (0, -1, -2.5)] == [0, 0, 0]


def test_neither_large_nor_small_values_break_a_high_order() -> None:
    for factor in (1e-200, 1e200):
        for order in (8, 20, -8, -20):
            found = float(power_mean([factor, 3 * factor], None, order)) / factor
            assert found == pytest.approx(plain([(1, 1), (3, 1)], order), rel=1e-9)


def test_many_units_are_averaged_at_once_over_the_last_axis() -> None:
    table = np.arange(24, dtype=float).reshape(2, 3, 4)
    assert arithmetic(table).tolist() == table.mean(axis=-1).tolist()
    own = np.array([[1, 0, 0, 0], [0, 0, 0, 1], [1, 1, 1, 1]])
    assert arithmetic(table, own)[1].tolist() == [12, 19, 21.5]
    assert arithmetic([2, 4]).shape == ()


def test_each_unit_is_averaged_as_it_is_alone() -> None:
    table = np.random.default_rng(5).random((500, 37))
    for order in (1, 0, 3, 4):
        together = power_mean(table, None, order)
        alone = [float(power_mean(row, None, order)) for row in table[:20]]
        assert together[:20].tolist() == alone


def test_groups_are_added_up_in_the_order_in_which_they_name_their_members() -> None:
    values = np.array([1e16, 1.0, -1e16, 5.0])[:, None, None]
    groups = Groups.of([[3], [0, 1, 2], [0, 2, 1], []])
    total, means = grouped_means(groups, np.ones((4, 1)), values)
    assert total[:, 0].tolist() == [1, 3, 3, 0]
    assert (means[:, 0, 0] * [1, 3, 3, 1]).tolist() == [5, 0, 1, 0]


@pytest.mark.parametrize(
    ("values", "weights", "order", "reason"),
    [
        ([1, 2], [1, -1], 1, "mean: weight -1.0 is not a number of 0 or more"),
        ([1, 2], [1, NAN], 1, "mean: weight nan"),
        ([1, 2], [1, math.inf], 1, "mean: weight inf"),
        ([1, 2], [0, 0], 1, "mean: the weights are all 0"),
        ([1, 2], [1, 2, 3], 1, "weights: shape (3,) does not fit the values' (2,)"),
        ([1, math.inf], None, 1, "values: a value is infinite"),
        ([1, "two"], None, 1, "values: not all of it is numbers"),
        (7, None, 1, "values: a mean needs an axis"),
        ([1, 2], None, NAN, "mean: order nan"),
        ([1, -2], None, 0, "mean: a mean of order 0 of a negative number, -2 (child 1, unit 0)"),
        ([1, -2], None, 2, "mean: a mean of order 2 of a negative number"),
    ],
)
def test_what_cannot_be_averaged_is_refused_with_the_reason(
    values: list[float], weights: list[float] | None, order: float, reason: str
) -> None:
    with pytest.raises(AggregateError) as refused:
        power_mean(values, weights, order)
    assert reason in str(refused.value)


TREE = Node(
    "index",
    (
        Node("health", (Node("life"), Node("doctors", weight=3)), weight=2),
        Node("school", (Node("years"), Node("skill", (Node("reading"), Node("sums")))), order=0),
    ),
    order=2,
)


def test_a_tree_gives_the_value_at_each_node() -> None:
    given = {"life": [0.2], "doctors": [0.6], "years": [0.9], "reading": [0.3], "sums": [0.5]}
    found = {key: float(value[0]) for key, value in composite(TREE, given).items()}
    assert found["health"] == pytest.approx(0.5)
    assert found["skill"] == pytest.approx(0.4)
    assert found["school"] == pytest.approx(0.6)
    assert found["index"] == pytest.approx(math.sqrt((2 * 0.25 + 0.36) / 3))
    assert set(found) == {*given, "health", "skill", "school", "index"}


def test_a_table_with_a_column_per_leaf_does_as_well() -> None:
    assert TREE.leaves == ("life", "doctors", "years", "reading", "sums")
    table = np.random.default_rng(1).random((4, 6, 5))
    by_key = {key: table[..., at] for at, key in enumerate(TREE.leaves)}
    one, other = composite(TREE, table), composite(TREE, by_key)
    assert one["index"].shape == (4, 6)
    assert all(np.array_equal(one[key], other[key]) for key in one)


def test_a_gap_in_a_tree_is_filled_by_its_siblings_at_that_level_alone() -> None:
    given: dict[str, Any] = {
        "life": [NAN, NAN],
        "doctors": [0.6, NAN],
        "years": 0.9,
        "reading": 0.4,
        "sums": None,
    }
    found = composite(TREE, given)
    assert found["health"].tolist() == pytest.approx([0.6, NAN], nan_ok=True)
    assert found["index"][1] == pytest.approx(found["school"][1])


def test_a_node_that_needs_more_than_it_has_is_missing() -> None:
    half = Node("mean", (Node("a", weight=1), Node("b", weight=2), Node("c", weight=1)), needs=0.5)
    given = {"a": [1, 1, NAN], "b": [NAN, 1, 5], "c": [NAN, 4, NAN]}
    assert composite(half, given)["mean"].tolist() == pytest.approx([NAN, 1.75, 5], nan_ok=True)
    every = Node("mean", half.children, needs=1)
    assert np.isnan(composite(every, given)["mean"]).tolist() == [True, False, True]
    thirds = Node("mean", tuple(Node(key, weight=0.1) for key in "abc"), needs=1)
    assert float(composite(thirds, dict.fromkeys("abc", 1))["mean"]) == 1


def test_weights_may_differ_from_unit_to_unit() -> None:
    pair = Node("both", (Node("women"), Node("men")), order=HARMONIC)
    shares = {"women": [0.5, 0.25], "men": [0.5, 0.75]}
    found = composite(pair, {"women": 0.5, "men": 1.0}, weights=shares)["both"]
    assert found.tolist() == pytest.approx([1 / 1.5, 1 / 1.25])


@pytest.mark.parametrize(
    ("tree", "given", "reason"),
    [
        (Node("i", (Node("a", weight=-1),)), {"a": 1}, "i/a: weight -1.0"),
        (Node("i", (Node("a", weight=NAN),)), {"a": 1}, "i/a: weight nan"),
        (Node("i", (Node("a", weight=math.inf),)), {"a": 1}, "i/a: weight inf"),
        (
            Node("i", (Node("d", (Node("a", weight=0), Node("b", weight=0))),)),
            {"a": 1, "b": 1},
            "i/d: the weights of its children are all 0",
        ),
        (Node("i", (Node("a"), Node("d", (Node("a"),)))), {"a": 1}, "i/d/a: the key stands at i/a"),
        (Node("i", (Node(""),)), {"": 1}, "a node without a key"),
        (Node("i", (Node("a"),), order=NAN), {"a": 1}, "i: order nan"),
        (Node("i", (Node("a"),), needs=1.5), {"a": 1}, "i: needs 1.5"),
        (Node("i", (Node("a"),)), {"b": 1, "a": 1}, "b: a value is given, but it is no leaf"),
        (Node("i", (Node("d", (Node("a"),)),)), {"d": 1, "a": 1}, "i/d: a value is given, but"),
        (Node("i", (Node("d", (Node("a"),)),)), {}, "i/d/a: no value is given"),
        (Node("i", (Node("a"),)), {"a": math.inf}, "a: a value is infinite"),
        (Node("i", (Node("a"),)), {"a": "x"}, "a: not all of it is numbers"),
        (Node("i", (Node("a"), Node("b"))), {"a": [1, 2], "b": [1, 2, 3]}, "i: shapes do not fit"),
        (
            Node("i", (Node("d", (Node("a"), Node("b")), order=GEOMETRIC),)),
            {"a": [1, 1], "b": [1, -0.5]},
            "i/d: a mean of order 0 of a negative number, -0.5 (child 1, unit 1)",
        ),
    ],
)
def test_a_tree_that_cannot_be_computed_is_refused_by_the_path_of_the_node(
    tree: Node, given: dict[str, float], reason: str
) -> None:
    with pytest.raises(AggregateError) as refused:
        composite(tree, given)
    assert any(reason in problem for problem in refused.value.problems)


def test_all_problems_of_a_tree_are_told_at_once() -> None:
    tree = Node("i", (Node("a", weight=-1), Node("b", weight=NAN), Node("a")), needs=2)
    with pytest.raises(AggregateError) as refused:
        composite(tree, {"a": 1, "b": 1})
    assert len(refused.value.problems) == 4


def test_weights_and_tables_for_other_nodes_are_refused() -> None:
    pair = Node("i", (Node("a"), Node("b")))
    with pytest.raises(AggregateError, match="c: there is no such node"):
        composite(pair, {"a": 1, "b": 1}, weights={"c": 1})
    with pytest.raises(AggregateError, match=r"i/a: weight -2\.0"):
        composite(pair, {"a": 1, "b": 1}, weights={"a": [1, -2]})
    with pytest.raises(AggregateError, match="does not run over 2 leaves"):
        composite(pair, np.ones((4, 3)))


def test_goalposts_place_a_value_between_the_worst_and_the_best() -> None:
    assert goalposts([20, 52.5, 85, 90, 0], 20, 85).tolist() == [0, 0.5, 1, 1, 0]
    assert goalposts([20, 90], 20, 85, cap=False).tolist() == pytest.approx([0, 70 / 65])
    assert goalposts([0, 25, 100], worst=100, best=0).tolist() == [1, 0.75, 0]
    assert goalposts([10, 1000, 1], 10, 1000, log=True).tolist() == [0, 1, 0]
    assert float(goalposts(100, 10, 1000, log=True)) == pytest.approx(0.5)
    assert np.isnan(goalposts([None], 0, 1)).all()


@pytest.mark.parametrize(
    ("value", "worst", "best", "log", "reason"),
    [
        (1, 5, 5, False, "no two different numbers"),
        (1, NAN, 5, False, "no two different numbers"),
        (1, 0, 5, True, "0 has no logarithm"),
        (0, 1, 5, True, r"values: 0\.0 has no logarithm"),
    ],
)
def test_goalposts_that_make_no_scale_are_refused(
    value: float, worst: float, best: float, log: bool, reason: str
) -> None:
    with pytest.raises(AggregateError, match=reason):
        goalposts(value, worst, best, log=log, cap=False)
