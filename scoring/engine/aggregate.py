"""Weighted means: how many values become one, in the engine (formulas 2 and 3) and on their own.

A mean has an *order*: 1 is the weighted arithmetic mean, 0 the geometric (the limit), -1 the
harmonic; the larger the order, the more the largest value counts.

    M = ( Σ w x^p / Σ w )^(1/p)

- `arithmetic`, `geometric`, `power_mean`: one mean of arrays [..., n] over their last axis
- `goalposts`: a value as its place between two bounds, as indices do before they average
- `composite`: a tree of means of any depth (`Node`), for any number of units at once
- `Groups`, `grouped_means`: the same arithmetic for many groups at once, which the engine uses

What is missing (NaN or None) leaves both sums, so the other weights grow in proportion; where
nothing is left the mean is missing too. What has weight 0 is not looked at. Errors name the node.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
#: Numbers, one or many; None and NaN are missing.
Numbers = npt.ArrayLike | Sequence[Any] | None

ARITHMETIC: Final = 1.0
GEOMETRIC: Final = 0.0
HARMONIC: Final = -1.0


class AggregateError(ValueError):
    """The values cannot be averaged; each problem begins with the path of the node."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


# Means of arrays


def arithmetic(values: Numbers, weights: Numbers | None = None) -> Floats:
    """Return the weighted arithmetic mean over the last axis: see `power_mean`."""
    return power_mean(values, weights, ARITHMETIC)


def geometric(values: Numbers, weights: Numbers | None = None) -> Floats:
    """Return the weighted geometric mean over the last axis: see `power_mean`."""
    return power_mean(values, weights, GEOMETRIC)


def power_mean(values: Numbers, weights: Numbers | None, order: float) -> Floats:
    """Return the weighted power mean of [..., n] over the last axis, shape [...].

    `weights` has the shape [n], or one that fits `values` where they differ from unit to unit.
    None: all count the same. `order` is any finite number. A mean of an order other than 1 is only
    defined for values of 0 and more; at an order of 0 or below, a value of 0 makes it 0. Raises
    AggregateError.
    """
    numbers = _numbers("values", values)
    if not numbers.ndim:
        raise AggregateError(["values: a mean needs an axis to be taken over"])
    given = (
        np.ones(numbers.shape[-1:])
        if weights is None
        else _numbers("weights", weights, bounded=False)
    )
    try:
        shape = np.broadcast_shapes(numbers.shape, given.shape)
    except ValueError:
        problem = f"weights: shape {given.shape} does not fit the values' {numbers.shape}"
        raise AggregateError([problem]) from None
    problems = [*_order_problems("mean", order), *_weight_problems("mean", given)]
    if given.size and not given.any():
        problems.append("mean: the weights are all 0")
    _refuse(problems)
    count = shape[-1]
    rows = np.broadcast_to(numbers, shape).reshape(-1, count).T
    weighted = np.broadcast_to(given, shape).reshape(-1, count).T
    return _mean("mean", rows, weighted, order)[0].reshape(shape[:-1])


def goalposts(
    values: Numbers, worst: float, best: float, *, log: bool = False, cap: bool = True
) -> Floats:
    """Return where values stand between two bounds: 0 at `worst`, 1 at `best`, any shape.

    `worst` may be the larger one. `log`: on a logarithmic scale. `cap`: what lies beyond a bound
    counts as the bound; without it the result leaves 0..1. Raises AggregateError.
    """
    numbers = _numbers("values", values)
    if not (math.isfinite(worst) and math.isfinite(best)) or worst == best:
        raise AggregateError([f"goalposts: {worst} and {best} are no two different numbers"])
    if log and min(worst, best) <= 0:
        raise AggregateError([f"goalposts: {min(worst, best)} has no logarithm"])
    if cap:
        numbers = np.clip(numbers, min(worst, best), max(worst, best))
    if log:
        if np.any(numbers <= 0):
            raise AggregateError([f"values: {np.nanmin(numbers)} has no logarithm"])
        numbers, worst, best = np.log(numbers), math.log(worst), math.log(best)
    return (numbers - worst) / (best - worst)


# Trees of means


@dataclass(frozen=True, slots=True)
class Node:
    """A value that is given (no children), or the mean of its children.

    - `weight`: what it counts for among its siblings; only the proportions matter
    - `order`: of the mean over the children
    - `needs`: the share of the children's weight, 0 to 1, without which the node itself is missing
    """

    key: str
    children: tuple[Node, ...] = ()
    weight: float = 1.0
    order: float = ARITHMETIC
    needs: float = 0.0

    @property
    def leaves(self) -> tuple[str, ...]:
        """The keys of the values to be given, from left to right."""
        if not self.children:
            return (self.key,)
        return tuple(key for child in self.children for key in child.leaves)


def composite(
    root: Node,
    values: Mapping[str, Numbers] | Floats,
    weights: Mapping[str, Numbers] | None = None,
) -> dict[str, Floats]:
    """Return the value at every node by key, each of the shape that the given values have.

    `values`: by the key of the leaf, one number per unit (they are broadcast against each other);
    or one array [..., n] whose last axis runs over `root.leaves`. `weights` by key take the place
    of a node's own, one number or one per unit. Raises AggregateError before anything is computed,
    except for a mean that is not defined for the values it meets.
    """
    _refuse(_tree_problems(root))
    if not isinstance(values, Mapping):
        values = _by_leaf(root, values)
    given = {key: _numbers(key, value) for key, value in values.items()}
    paths = dict(_paths(root))
    other = {key: _numbers(key, one, bounded=False) for key, one in (weights or {}).items()}
    problems = [f"{key}: there is no such node" for key in other if key not in paths]
    for key, weight in other.items():
        problems += _weight_problems(paths.get(key, key), weight)
    problems += [
        f"{paths.get(key, key)}: a value is given, but it is no leaf"
        for key in given
        if key not in root.leaves
    ]
    problems += [f"{paths[key]}: no value is given" for key in root.leaves if key not in given]
    _refuse(problems)
    try:
        shape = np.broadcast_shapes(*(one.shape for one in (*given.values(), *other.values())))
    except ValueError:
        shapes = ", ".join(f"{key} {one.shape}" for key, one in (given | other).items())
        raise AggregateError([f"{root.key}: shapes do not fit: {shapes}"]) from None
    flat = {key: np.broadcast_to(one, shape).reshape(-1) for key, one in given.items()}
    known = {key: np.broadcast_to(one, shape).reshape(-1) for key, one in other.items()}
    found: dict[str, Floats] = {}
    _value(root, root.key, flat, known, found)
    return {key: value.reshape(shape) for key, value in found.items()}


def _value(
    node: Node,
    path: str,
    given: Mapping[str, Floats],
    weights: Mapping[str, Floats],
    found: dict[str, Floats],
) -> Floats:
    if node.children:
        rows = np.stack(
            [_value(one, f"{path}/{one.key}", given, weights, found) for one in node.children]
        )
        weighted = np.stack(
            [
                np.broadcast_to(weights.get(one.key, np.float64(one.weight)), rows.shape[1:])
                for one in node.children
            ]
        )
        mean, present = _mean(path, rows, weighted, node.order)
        whole = weighted.sum(axis=0)
        enough = present >= node.needs * whole * (1 - _ROUNDING)
        found[node.key] = np.where(enough, mean, np.nan)
    else:
        found[node.key] = given[node.key]
    return found[node.key]


#: Room for the rounding of sums, where a share is compared.
_ROUNDING: Final = 1e-12


def _by_leaf(root: Node, values: Floats) -> dict[str, Numbers]:
    table = _numbers(root.key, values)
    if not table.ndim or table.shape[-1] != len(root.leaves):
        problem = f"the last axis of {table.shape} does not run over {len(root.leaves)} leaves"
        raise AggregateError([f"{root.key}: {problem}"])
    return {key: table[..., at] for at, key in enumerate(root.leaves)}


def _paths(node: Node, above: str = "") -> Iterator[tuple[str, str]]:
    path = f"{above}/{node.key}" if above else node.key
    yield node.key, path
    for child in node.children:
        yield from _paths(child, path)


def _tree_problems(root: Node) -> list[str]:
    seen: dict[str, str] = {}
    problems = []
    for key, path in _paths(root):
        if not key:
            problems.append(f"{path}: a node without a key")
        elif key in seen:
            problems.append(f"{path}: the key stands at {seen[key]} too")
        seen.setdefault(key, path)
    return [*problems, *_node_problems(root, root.key)]


def _node_problems(node: Node, path: str) -> Iterator[str]:
    yield from _weight_problems(path, np.float64(node.weight))
    if not node.children:
        return
    yield from _order_problems(path, node.order)
    if not 0 <= node.needs <= 1:
        yield f"{path}: needs {node.needs} is not within 0 to 1"
    if all(child.weight == 0 for child in node.children):
        yield f"{path}: the weights of its children are all 0"
    for child in node.children:
        yield from _node_problems(child, f"{path}/{child.key}")


def _weight_problems(path: str, weights: Floats | np.float64) -> Iterator[str]:
    wrong = ~np.isfinite(weights) | (weights < 0)
    if np.any(wrong):
        first = np.asarray(weights)[np.asarray(wrong)].flat[0]
        yield f"{path}: weight {first} is not a number of 0 or more"


def _order_problems(path: str, order: float) -> Iterator[str]:
    if not math.isfinite(order):
        yield f"{path}: order {order} is not a finite number"


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise AggregateError(problems)


def _numbers(path: str, values: Numbers, *, bounded: bool = True) -> Floats:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise AggregateError([f"{path}: not all of it is numbers"]) from None
    if bounded and np.any(np.isinf(numbers)):
        raise AggregateError([f"{path}: a value is infinite"])
    return numbers


def _mean(path: str, rows: Floats, weights: Floats, order: float) -> tuple[Floats, Floats]:
    """The mean [u] of rows [n, u], NaN where nothing is left, and the weight [u] that is left."""
    counts = ~np.isnan(rows) & (weights > 0)
    kept = np.where(counts, rows, 0.0)
    if order != ARITHMETIC and np.any(kept < 0):
        row, unit = np.argwhere(kept < 0)[0]
        found = f"{kept[row, unit]:g} (child {row}, unit {unit})"
        raise AggregateError([f"{path}: a mean of order {order:g} of a negative number, {found}"])
    # A power of two changes no digit, and keeps powers of any order within what a float can hold.
    largest = np.max(kept, axis=0, initial=0.0)
    if order < 0:
        largest = np.min(np.where(counts & (kept > 0), kept, np.inf), axis=0, initial=np.inf)
    exponent = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1]
    if order in {ARITHMETIC, GEOMETRIC}:
        exponent[:] = 0
    scaled = np.where(counts, np.ldexp(kept, -exponent), 1.0)
    used = np.where(counts, weights, 0.0)
    total, mean = grouped_means(together(len(rows)), used, scaled[:, None], order)
    present = total[0]
    return np.where(present > 0, np.ldexp(mean[0, 0], exponent), np.nan), present


# The same for many groups


@dataclass(frozen=True, eq=False)
class Groups:
    """Which rows are averaged together, for G means that are taken at once.

    Step k holds the k-th member of every group that has so many, so each group is added up in the
    order in which it names its members, whatever the other groups are and however many columns
    there are. No matrix product and no `np.sum` can promise that.
    """

    members: tuple[tuple[int, ...], ...]
    #: [G] place of each group of the caller in the order of the steps, longest first.
    places: Rows
    steps: tuple[Rows, ...]

    @classmethod
    def of(cls, members: Sequence[Sequence[int]]) -> Groups:
        """`members`: the rows of each group."""
        order = sorted(range(len(members)), key=lambda at: -len(members[at]))
        places = np.empty(len(members), dtype=np.intp)
        places[order] = np.arange(len(members))
        longest = max(map(len, members), default=0)
        steps = tuple(
            np.array([members[at][step] for at in order if len(members[at]) > step], dtype=np.intp)
            for step in range(longest)
        )
        return cls(tuple(map(tuple, members)), places, steps)


@lru_cache(maxsize=256)
def together(count: int) -> Groups:
    """Return the groups that average all of so many rows."""
    return Groups.of([range(count)])


def grouped_means(
    groups: Groups, weights: Floats, values: Floats, order: float = ARITHMETIC
) -> tuple[Floats, Floats]:
    """Return Σw [G, n] and the means [G, C, n] of weights [R, n] and values [R, C, n] or [R, C, 1].

    Orders 1, 2, 4 and 8 take products and square roots alone, whose last bit IEEE 754 fixes: they
    give the same result on every machine. Where no weight is left the mean says nothing.
    """
    roots = _SQUARE_ROOTS.get(order)
    if roots is not None:
        total, mean = _sums(groups, weights, raised(values, 1 << roots))
        for _ in range(roots):
            mean = np.sqrt(mean)
        return total, mean
    with np.errstate(divide="ignore"):
        if order == GEOMETRIC:
            total, mean = _sums(groups, weights, np.log(values))
            return total, np.exp(mean)
        total, mean = _sums(groups, weights, np.power(values, order))
        return total, np.power(mean, 1 / order)


#: Orders of which the root is so many square roots of square roots.
_SQUARE_ROOTS: Final = {1.0: 0, 2.0: 1, 4.0: 2, 8.0: 3}


def raised(values: Floats, power: int) -> Floats:
    """Return values to a whole power >= 0 by multiplication alone."""
    if power == 1:
        return values
    result = np.ones_like(values)
    while power:
        if power & 1:
            result = result * values
        values = values * values
        power >>= 1
    return result


#: Columns from which it is quicker to go through the members one by one.
_MANY: Final = 200


def _sums(groups: Groups, weights: Floats, values: Floats) -> tuple[Floats, Floats]:
    total = np.zeros((len(groups.places), weights.shape[1]))
    means = np.zeros((len(groups.places), values.shape[1], weights.shape[1]))
    # Both ways add up each group in the same order.
    if weights.shape[1] >= _MANY:
        part = np.empty(means.shape[1:])
        for at, members in enumerate(groups.members):
            for row in members:
                total[at] += weights[row]
                np.multiply(weights[row], values[row], out=part)
                means[at] += part
        means /= np.where(total > 0, total, 1.0)[:, None]
        return total, means
    for step in groups.steps:
        weight = weights[step]
        total[: len(step)] += weight
        means[: len(step)] += weight[:, None] * values[step]
    means /= np.where(total > 0, total, 1.0)[:, None]
    return total[groups.places], means[groups.places]
