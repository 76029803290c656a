"""What if: the score of an assessment with something changed. Reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assessments import schema
from assessments.models import Assessment
from assessments.schema import Tier
from assessments.selectors.assessments import Selected, answers_of, schema_of
from assessments.sheet import EvidenceLevel, State, day_number
from scoring.engine.batch import UNKNOWN, Batch, Resolved, resolve
from scoring.engine.compare import ITEM_FIELDS
from scoring.engine.contributions import Contribution, PartKind, parts_of
from scoring.engine.evaluate import NONE, Result, Status, score
from scoring.engine.methodology import BANDS, DIMENSIONS, FULL
from scoring.engine.plan import Plan
from scoring.models import CurrentScore
from scoring.selectors import facts
from scoring.selectors import scores as reading
from scoring.selectors.scenario import STATES, Base, Said, Scenario, method_of
from vendors.intake import intake, intake_risk

#: Changes whose effect alone is worked out.
ALONE = 60


@dataclass(frozen=True, slots=True)
class Figures:
    """A score in figures: milli-points, shares 0..1. `computed` stands even where not rated.

    `dimensions`: key -> (lo, pt, hi) of those in the score. `added`: key -> what the questions of
    the dimension add, 0 for one that dropped out. `everything` adds up to `computed`; `parts` are
    those of questions.
    """

    points: int | None
    computed: int
    lo: int
    hi: int
    band: str
    status: str
    residual: int
    inherent: int
    tier: int
    control_effectiveness: float
    coverage: float
    confidence: float
    blocked: bool
    unanswered: int
    missing_proofs: int
    worst_dimension: str
    dimensions: Mapping[str, tuple[int, int, int]]
    added: Mapping[str, int]
    base: int
    unrated: int
    uplift: int
    everything: tuple[Contribution, ...]

    @property
    def parts(self) -> tuple[Contribution, ...]:
        return tuple(part for part in self.everything if part.kind in _OF_QUESTIONS)


@dataclass(frozen=True, slots=True)
class Shift:
    """What a question adds before and after, in milli-points; None where it is not in the score."""

    key: str
    before: int | None
    after: int | None

    @property
    def by(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Tried:
    """One change of a scenario, and by how much it alone moves the score."""

    kind: str
    key: str
    scenario: Scenario
    alone: int


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """A score before and after a scenario. `visible`: the questions that are asked in it;
    `revealed`: those that are asked only because of it. `shifts`: the largest first."""

    scenario: Scenario
    before: Figures
    after: Figures
    tried: Sequence[Tried]
    shifts: Sequence[Shift]
    visible: tuple[str, ...]
    revealed: frozenset[str]
    plan: Plan
    resolved: Resolved


def base_of(assessment: Assessment, current: CurrentScore) -> Base:
    """What a scenario for an assessment starts from: its current score and the inputs stored with
    it. The caller has found it, with `questionnaire` and `engagement`, among those visible.

    Raises `scores.NotReproducible`.
    """
    model = reading.model_of(current)
    resolved = reading.resolved_of(current, model)
    return Base(
        assessment=assessment,
        questionnaire=schema_of(assessment),
        answers=answers_of(assessment),
        facts=assessment.engagement.intake,
        plan=model.plan,
        resolved=resolved,
        as_of=current.as_of,
        replaced=facts.replaced(schema_of(assessment), assessment.questions, model.plan, resolved),
    )


def what_if(base: Base, scenario: Scenario) -> Outcome:
    """The score with everything of the scenario changed, beside the score as it is."""
    plan, resolved, visible = applied(base, scenario)
    before = figures(base.plan, base.resolved)
    after = figures(plan, resolved)
    each = list(scenario.each())
    tried = [
        Tried(kind, key, one, _computed(base, one) - before.computed)
        for kind, key, one in each[:ALONE]
    ]
    return Outcome(
        scenario=scenario,
        before=before,
        after=after,
        tried=tried,
        shifts=_shifts(before, after),
        visible=visible,
        revealed=frozenset(visible) - frozenset(_visible(base, Scenario())),
        plan=plan,
        resolved=resolved,
    )


def _computed(base: Base, scenario: Scenario) -> int:
    plan, resolved, _visible_then = applied(base, scenario)
    return int(score(plan, resolved).computed[0])


def applied(base: Base, scenario: Scenario) -> tuple[Plan, Resolved, tuple[str, ...]]:
    """The plan and the inputs of a scenario, and which questions are asked in it."""
    plan = replace(base.plan, methodology=method_of(base, scenario))
    resolved = base.resolved.take(np.zeros(1, dtype=np.intp))
    asked = _visible(base, Scenario())
    visible = _visible(base, scenario)
    told = {key: said for key, said in scenario.answers.items() if key in visible}
    back = [key for key in visible if key not in asked and key not in told]
    fresh = _resolved(base, plan, told, back)
    for key in (*told, *back):
        at = base.at(key)
        for name in ITEM_FIELDS:
            getattr(resolved, name)[at, 0] = getattr(fresh, name)[at, 0]
    for key in frozenset(asked) - frozenset(visible):
        _clear(resolved, base.at(key))
    order = sorted(spec.key for spec in plan.intake)
    for key, value in scenario.intake.items():
        risk = intake_risk(intake().by_key[key], value)
        resolved.intake[order.index(key), 0] = UNKNOWN if risk is None else risk
    return plan, resolved, visible


def _visible(base: Base, scenario: Scenario) -> tuple[str, ...]:
    """The questions that are asked as the gates stand in a scenario, in the questionnaire's order.

    A gate stands as its answer of today where the scenario says nothing of it.
    """
    values: dict[str, object] = {}
    for key in base.assessment.questions:
        said = scenario.answers.get(key)
        value = base.value(key)
        if said is not None:
            value = None if said.state else said.value if said.value is not None else value
        if value is not None:
            values[key] = value
    selected = Selected(tuple(base.assessment.questions))
    found = schema.visible_keys(base.questionnaire, selected, values)
    # Where a fact counts in place of an answer, another answer would change nothing.
    return tuple(key for key in found if key not in base.replaced)


def _resolved(base: Base, plan: Plan, told: Mapping[str, Said], back: Sequence[str]) -> Resolved:
    """What the formulas see of these questions; everything else is blank.

    What is said anew is said on the day of the score. What was answered before its gate was closed
    counts again as it was answered.
    """
    size = len(plan.items)
    risk, state = np.zeros((1, size), np.uint16), np.zeros((1, size), np.uint8)
    evidence, until = np.zeros((1, size), np.uint8), np.zeros((1, size), np.uint16)
    dated = np.zeros((1, size), np.bool_)
    column = {item.key: at for at, item in enumerate(plan.items)}
    tier = Tier(base.assessment.tier)
    for key, said in told.items():
        at, value = column[key], said.value
        if said.state:
            state[0, at] = STATES[said.state]
            continue
        value = base.value(key) if value is None else value
        question = base.question(key)
        state[0, at] = State.ANSWERED
        risk[0, at] = _risk_of(base, key, said)
        evidence[0, at] = said.evidence or EvidenceLevel.SELF_DECLARED
        until[0, at] = day_number(schema.valid_until(question, value, base.as_of, tier))
    for key in back:
        answer, at = base.answers.get(key), column[key]
        if answer is None or answer.counted_state != State.ANSWERED:
            state[0, at] = answer.counted_state if answer is not None else State.BLANK
            continue
        question, value = base.question(key), answer.counted_value
        own = schema.valid_until(question, value, answer.counted_since.date(), tier)
        ends = [end for end in (own, answer.evidence_until) if end is not None]
        state[0, at], evidence[0, at] = State.ANSWERED, answer.evidence
        risk[0, at] = schema.resolve_risk(question, value) or 0
        until[0, at] = day_number(min(ends, default=None))
        dated[0, at] = bool(ends) and answer.evidence_until == min(ends)
    return resolve(
        plan,
        Batch(
            risk=risk,
            state=state,
            evidence=evidence,
            valid_until=until,
            intake=np.full((1, len(plan.intake)), UNKNOWN, dtype=np.uint16),
            signed_off=np.zeros(1, dtype=np.bool_),
            as_of=day_number(base.as_of),
            dated=dated,
        ),
    )


def _risk_of(base: Base, key: str, said: Said) -> int:
    if said.value is not None:
        return schema.resolve_risk(base.question(key), said.value) or 0
    # Only the proof is otherwise: the risk is the one that was scored.
    return int(base.resolved.pt[base.at(key), 0])


def _clear(resolved: Resolved, at: int) -> None:
    for name in ITEM_FIELDS:
        getattr(resolved, name)[at, 0] = 0
    resolved.state[at, 0] = State.HIDDEN


def figures(plan: Plan, resolved: Resolved) -> Figures:
    """The score of resolved inputs in figures."""
    result = score(plan, resolved)
    parts = parts_of(plan, resolved)
    own = {part.kind: part.points for part in parts if part.kind not in _OF_QUESTIONS}
    points, band = int(result.points[0]), int(result.band[0])
    worst = int(result.worst_dimension[0])
    return Figures(
        points=None if points == NONE else points,
        computed=int(result.computed[0]),
        lo=int(result.lo[0]),
        hi=int(result.hi[0]),
        band="not_rated" if band == NONE else BANDS[band],
        status=Status(int(result.status[0])).name.lower(),
        residual=int(result.residual[0]),
        inherent=int(result.inherent[0]),
        tier=int(result.tier[0]),
        control_effectiveness=int(result.effectiveness[0]) / FULL,
        coverage=int(result.coverage[0]) / FULL,
        confidence=int(result.confidence[0]) / FULL,
        blocked=bool(result.blocked[0]),
        unanswered=int(result.unanswered[0]),
        missing_proofs=int(result.proof_outstanding[0]),
        worst_dimension="" if worst == NONE else DIMENSIONS[worst],
        dimensions=_dimensions(result),
        added=_added(plan, parts),
        base=own.get(PartKind.BASE, 0),
        unrated=own.get(PartKind.UNRATED, 0),
        uplift=own.get(PartKind.KNOCK_OUT, 0),
        everything=parts,
    )


_OF_QUESTIONS = frozenset({PartKind.ITEM, PartKind.GATE})


def _dimensions(result: Result) -> dict[str, tuple[int, int, int]]:
    ends = (result.dimension_lo, result.dimension_pt, result.dimension_hi)
    return {
        key: (int(ends[0][0, at]), int(ends[1][0, at]), int(ends[2][0, at]))
        for at, key in enumerate(DIMENSIONS)
        if result.dimension_pt[0, at] != NONE
    }


def _added(plan: Plan, parts: Sequence[Contribution]) -> dict[str, int]:
    of_section = {section.key: section.dimension for section in plan.sections}
    sums = {section.dimension: 0 for section in plan.sections}
    for part in parts:
        if part.kind in _OF_QUESTIONS and part.at is not None:
            sums[of_section[plan.item(part.at).section]] += part.points
    return sums


def _shifts(before: Figures, after: Figures) -> list[Shift]:
    was = {part.key: part.points for part in before.parts if part.key is not None}
    now = {part.key: part.points for part in after.parts if part.key is not None}
    shifts = [Shift(key, was.get(key), now.get(key)) for key in {**was, **now}]
    moved = [one for one in shifts if one.by]
    return sorted(moved, key=lambda one: (-abs(one.by), one.key))
