"""A plan: one questionnaire's structure compiled with one methodology, ready to evaluate.

Everything that does not depend on the answers is worked out here once: who opens whom, which items
stand at the top of which section, in which order things are added up.

Sums are always taken in the order of the keys, whatever order the caller lists items in. Floating
point addition depends on order, so this is what makes a score independent of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from assessments.sheet import RISK_SCALE
from scoring.engine.aggregate import Floats, Groups, Rows
from scoring.engine.methodology import DIMENSIONS, FULL, WEIGHT_MAX, WEIGHT_MIN, Methodology

ItemKind = Literal["question", "indicator"]
ITEM_KINDS: Final = ("question", "indicator")


class PlanError(ValueError):
    """The structure cannot be scored; each problem names the item or section."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class KnockOut:
    """A risk `at` (1/10,000) or above lifts the score to at least `floor` (milli-points)."""

    at: int
    floor: int
    block: bool = False


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One question or indicator. `parent` is the key of the gate that opens it.

    `valid_days` is how long an answer holds, and the measure of how long its proof then takes to
    fade; 0: it does not age.
    """

    key: str
    section: str
    weight: float
    parent: str | None = None
    valid_days: int = 0
    mandatory: bool = False
    knock_out: KnockOut | None = None
    kind: ItemKind = "question"


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A section of a dimension."""

    key: str
    dimension: str
    weight: float


@dataclass(frozen=True, slots=True)
class IntakeSpec:
    """One question of the buyer's intake, from which inherent risk is taken."""

    key: str
    weight: float


@dataclass(frozen=True, eq=False)
class GateLevel:
    """The gates that lie equally deep: `gates` [G], and what they open.

    `children` [C] are the items below them, `openers` [C] the position in `gates` of each one's.
    """

    gates: Rows
    children: Rows
    openers: Rows
    groups: Groups


@dataclass(frozen=True, eq=False)
class KnockOuts:
    """The knock-outs of a plan as arrays [Q] in the order of `Plan.knock_outs`."""

    items: Rows
    at: npt.NDArray[np.uint16]
    floor: npt.NDArray[np.int64]
    block: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Plan:
    """A compiled questionnaire with M items, S sections and K intake questions.

    `items`, `sections` and `intake` stand in the caller's order, which is the order of the columns
    of a Batch. All other fields are in canonical order, that is sorted by key.
    """

    methodology: Methodology
    items: tuple[ItemSpec, ...]
    sections: tuple[SectionSpec, ...]
    intake: tuple[IntakeSpec, ...]
    #: [M] column of the caller for each canonical item; [K] the same for intake.
    item_columns: npt.NDArray[np.intp]
    intake_columns: npt.NDArray[np.intp]
    item_keys: tuple[str, ...]
    weights: tuple[float, ...]
    intake_weights: tuple[float, ...]
    #: [M] canonical index of the gate, -1 at the top of a section.
    parents: tuple[int, ...]
    #: Canonical indexes of the items with a gate, outer ones first.
    nested: tuple[int, ...]
    #: Gates with their children, inner ones first.
    gate_levels: tuple[GateLevel, ...]
    #: Items at the top of each section, sections of each dimension.
    section_groups: Groups
    dimension_groups: Groups
    #: Per canonical section: index of its dimension, and its weight [S, 1].
    section_dimensions: Rows
    section_weights: Floats
    #: [M] index of each item's section.
    item_sections: Rows
    #: [M, 1]
    weight_column: Floats
    #: Canonical indexes of the items whose risk may be a range.
    ranged: Rows
    valid_days: npt.NDArray[np.int64]
    is_indicator: npt.NDArray[np.bool_]
    #: Mandatory items and knock-outs, without an answer to which no score is final.
    required: Rows
    #: [M, 1] has a weight; has a weight or is required, so that its age can change a result.
    has_weight: npt.NDArray[np.bool_]
    decides: npt.NDArray[np.bool_]
    #: Canonical indexes of the knock-out items.
    knock_outs: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.items)

    @cached_property
    def knock_out_table(self) -> KnockOuts:
        found = [rule for at in self.knock_outs if (rule := self.item(at).knock_out) is not None]
        return KnockOuts(
            items=np.array(self.knock_outs, dtype=np.intp),
            at=np.array([rule.at for rule in found], dtype=np.uint16),
            floor=np.array([rule.floor for rule in found], dtype=np.int64),
            block=np.array([rule.block for rule in found], dtype=np.bool_),
        )

    def item(self, canonical: int) -> ItemSpec:
        return self.items[int(self.item_columns[canonical])]

    @classmethod
    def compile(
        cls,
        items: Sequence[ItemSpec],
        sections: Sequence[SectionSpec],
        methodology: Methodology,
        intake: Sequence[IntakeSpec] = (),
    ) -> Plan:
        """Check the structure and work out the indexes. Raises PlanError naming each problem."""
        problems = _problems(items, sections, intake)
        if problems:
            raise PlanError(problems)
        columns = sorted(range(len(items)), key=lambda at: items[at].key)
        ordered = [items[at] for at in columns]
        index = {item.key: at for at, item in enumerate(ordered)}
        parents = [-1 if item.parent is None else index[item.parent] for item in ordered]
        intake_columns = sorted(range(len(intake)), key=lambda at: intake[at].key)
        in_order = sorted(sections, key=lambda section: section.key)
        places = {section.key: at for at, section in enumerate(in_order)}
        tops: list[list[int]] = [[] for _ in in_order]
        for at, item in enumerate(ordered):
            if item.parent is None:
                tops[places[item.section]].append(at)
        dimensions = [DIMENSIONS.index(section.dimension) for section in in_order]
        required = [item.mandatory or item.knock_out is not None for item in ordered]
        weights = _column([item.weight for item in ordered])
        indicators = [item.kind == "indicator" for item in ordered]
        return cls(
            methodology=methodology,
            items=tuple(items),
            sections=tuple(sections),
            intake=tuple(intake),
            item_columns=np.array(columns, dtype=np.intp),
            intake_columns=np.array(intake_columns, dtype=np.intp),
            item_keys=tuple(item.key for item in ordered),
            weights=tuple(float(item.weight) for item in ordered),
            intake_weights=tuple(float(intake[at].weight) for at in intake_columns),
            parents=tuple(parents),
            nested=tuple(
                sorted(
                    (at for at, parent in enumerate(parents) if parent >= 0),
                    key=lambda at: _depth(at, parents),
                )
            ),
            gate_levels=_gate_levels(parents),
            section_groups=Groups.of(tops),
            dimension_groups=Groups.of(
                [
                    [at for at, found in enumerate(dimensions) if found == dimension]
                    for dimension in range(len(DIMENSIONS))
                ]
            ),
            section_dimensions=np.array(dimensions, dtype=np.intp),
            section_weights=_column([section.weight for section in in_order]),
            item_sections=np.array([places[item.section] for item in ordered], dtype=np.intp),
            weight_column=weights,
            ranged=np.flatnonzero(indicators),
            valid_days=np.array([item.valid_days for item in ordered], dtype=np.int64),
            is_indicator=np.array(indicators, dtype=np.bool_),
            required=np.flatnonzero(required),
            has_weight=weights > 0,
            decides=(weights > 0) | np.array(required, dtype=np.bool_).reshape(-1, 1),
            knock_outs=tuple(at for at, item in enumerate(ordered) if item.knock_out is not None),
        )


def _column(numbers: Sequence[float]) -> Floats:
    return np.array(numbers, dtype=np.float64).reshape(-1, 1)


def _gate_levels(parents: Sequence[int]) -> tuple[GateLevel, ...]:
    children: dict[int, list[int]] = {}
    for at, parent in enumerate(parents):
        if parent >= 0:
            children.setdefault(parent, []).append(at)
    levels: dict[int, list[int]] = {}
    for gate in sorted(children):
        levels.setdefault(_depth(gate, parents), []).append(gate)
    return tuple(
        GateLevel(
            gates=np.array(gates, dtype=np.intp),
            children=np.array([at for gate in gates for at in children[gate]], dtype=np.intp),
            openers=np.repeat(np.arange(len(gates)), [len(children[gate]) for gate in gates]),
            groups=Groups.of([children[gate] for gate in gates]),
        )
        for _, gates in sorted(levels.items(), reverse=True)
    )


def _depth(at: int, parents: Sequence[int]) -> int:
    depth = 0
    while parents[at] >= 0:
        at, depth = parents[at], depth + 1
    return depth


def _problems(
    items: Sequence[ItemSpec], sections: Sequence[SectionSpec], intake: Sequence[IntakeSpec]
) -> list[str]:
    problems: list[str] = []
    for noun, keys in (
        ("item", [item.key for item in items]),
        ("section", [section.key for section in sections]),
        ("intake question", [question.key for question in intake]),
    ):
        problems += [f"{noun} '{key}' is listed twice" for key in _repeated(keys)]
        problems += [f"{noun} without a key" for key in keys if not key]
    for noun, weighted in (("item", items), ("section", sections), ("intake question", intake)):
        problems += [
            f"{noun} '{one.key}': weight {one.weight} is neither 0 nor within "
            f"{WEIGHT_MIN} to {WEIGHT_MAX:.0f}"
            for one in weighted
            if not _usable(one.weight)
        ]
    problems += [
        f"section '{section.key}': there is no dimension '{section.dimension}'"
        for section in sections
        if section.dimension not in DIMENSIONS
    ]
    problems += _weightless(items, sections, intake)
    known = {section.key for section in sections}
    by_key = {item.key: item for item in items}
    for item in items:
        problems += [f"item '{item.key}': {problem}" for problem in _item(item, by_key, known)]
    return problems


def _weightless(
    items: Sequence[ItemSpec], sections: Sequence[SectionSpec], intake: Sequence[IntakeSpec]
) -> Iterable[str]:
    """A weight of 0 is 0, and a section in which nothing counts drops out like an empty one; but
    where nothing at all counts there is nothing to score."""
    weights = {section.key: section.weight for section in sections}
    tops = [item for item in items if item.parent is None]
    if tops and not any(item.weight and weights.get(item.section) for item in tops):
        yield "no item counts: the weights of all items at the top, or of their sections, are 0"
    if intake and not any(question.weight for question in intake):
        yield "no intake question counts: the weights of all of them are 0"


def _item(item: ItemSpec, by_key: dict[str, ItemSpec], sections: set[str]) -> Iterable[str]:
    if item.section not in sections:
        yield f"there is no section '{item.section}'"
    if item.kind not in ITEM_KINDS:
        yield f"kind '{item.kind}' is neither question nor indicator"
    if not _whole(item.valid_days, 0, 0xFFFF):
        yield f"valid_days {item.valid_days} is not within 0 to 65,535"
    if item.knock_out is not None:
        if not _whole(item.knock_out.at, 1, RISK_SCALE):
            yield f"a knock-out at {item.knock_out.at} is not within 1 to 10,000"
        if not _whole(item.knock_out.floor, 0, FULL):
            yield f"a knock-out floor of {item.knock_out.floor} is not within 0 to 100,000"
    if item.parent is not None:
        yield from _gate(item, item.parent, by_key)


def _gate(item: ItemSpec, parent: str, by_key: dict[str, ItemSpec]) -> Iterable[str]:
    gate = by_key.get(parent)
    if gate is None:
        yield f"there is no gate '{parent}'"
        return
    if gate.kind == "indicator":
        yield f"its gate '{gate.key}' is an indicator; only a question opens others"
    if gate.section != item.section:
        yield f"its gate '{gate.key}' is in another section, '{gate.section}'"
    seen = {item.key}
    above: ItemSpec | None = gate
    while above is not None:
        if above.key in seen:
            yield "its gates form a circle"
            return
        seen.add(above.key)
        above = by_key.get(above.parent) if above.parent is not None else None


def _whole(number: float, least: int, most: int) -> bool:
    return least <= number <= most and number == int(number)


def _usable(weight: float) -> bool:
    return weight == 0 or (math.isfinite(weight) and WEIGHT_MIN <= weight <= WEIGHT_MAX)


def _repeated(keys: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for key in keys:
        (twice if key in seen else seen).add(key)
    return sorted(twice)
