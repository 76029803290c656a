"""From a questionnaire file and a stored selection to what the engine evaluates. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assessments.question import Question, Tier
from assessments.schema import Questionnaire
from scoring.engine.methodology import MILLI, TIERS, Indicator, KnockOutRule, Methodology
from scoring.engine.plan import IntakeSpec, ItemSpec, KnockOut, Plan, SectionSpec
from scoring.engine.provenance import model_hash
from vendors.intake import intake

#: Plans kept per process: a selection differs by tier, service and kind of IP, not by vendor.
_KEPT: Final = 512


class SelectionUnknown(ValueError):
    """A stored selection names questions that its questionnaire does not have."""


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """A plan, and the hash (32 bytes) of everything in it that decides a score."""

    plan: Plan
    model_hash: bytes
    #: The columns of the plan: questions, then indicators.
    questions: tuple[str, ...]
    indicators: tuple[str, ...] = ()
    #: Per indicator the columns of the questions that it replaces, and of all that these open.
    replaced: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Key:
    questionnaire: str
    questions: tuple[str, ...]
    tier: str
    method: str


_compiled: dict[_Key, Compiled] = {}


def compiled(
    questionnaire: Questionnaire,
    questions: Sequence[str],
    tier: str,
    method: Methodology,
    *,
    content_hash: str,
    method_hash: str,
) -> Compiled:
    """Return the plan for the chosen `questions` (in questionnaire order), from memory if known.

    The two hashes name `questionnaire` and `method`, so that equal content is compiled once.
    """
    key = _Key(content_hash, tuple(questions), tier, method_hash)
    found = _compiled.get(key)
    if found is None:
        plan = compile_plan(questionnaire, questions, tier, method)
        found = Compiled(
            plan=plan,
            model_hash=model_hash(plan),
            questions=key.questions,
            indicators=method.counted,
            replaced=tuple(_replaced(questionnaire, questions, method)),
        )
        if len(_compiled) >= _KEPT:
            _compiled.pop(next(iter(_compiled)), None)
        _compiled[key] = found
    return found


def compile_plan(
    questionnaire: Questionnaire, questions: Sequence[str], tier: str, method: Methodology
) -> Plan:
    """Return the engine's plan; its columns are `questions` and then the method's indicators.

    Raises SelectionUnknown, or PlanError where the structure cannot be scored.
    """
    unknown = [key for key in questions if key not in questionnaire.by_key]
    if unknown:
        raise SelectionUnknown(f"The questionnaire has no question {', '.join(unknown)}.")
    items = [questionnaire.by_key[key] for key in questions]
    used = {item.section for item in items}
    return Plan.compile(
        items=[
            ItemSpec(
                key=item.key,
                section=item.section,
                weight=item.question.weight,
                parent=item.parents[-1] if item.parents else None,
                valid_days=valid_days(item.question, tier, method),
                mandatory=item.question.mandatory,
                knock_out=knock_out(item.question, method),
            )
            for item in items
        ]
        + [_indicator(key, method) for key in method.counted],
        sections=[
            SectionSpec(key=section.key, dimension=section.dimension.value, weight=section.weight)
            for section in questionnaire.sections
            if section.key in used
        ]
        + [
            SectionSpec(
                key=item_key(key),
                dimension=method.indicators[key].dimension,
                weight=method.indicators[key].weight,
            )
            for key in method.counted
        ],
        methodology=method,
        intake=intake_specs(),
    )


#: What the keys of items begin with that are indicators; keys of questions have no point.
INDICATOR: Final = "indicator."


def item_key(indicator: str) -> str:
    """Return the key of an indicator as an item, and as a section, of a plan."""
    return INDICATOR + indicator


def indicator_of(key: str) -> str | None:
    """Return the indicator that an item's key stands for, None for a question."""
    return key.removeprefix(INDICATOR) if key.startswith(INDICATOR) else None


def _indicator(key: Indicator, method: Methodology) -> ItemSpec:
    rule = method.indicators[key]
    return ItemSpec(
        key=item_key(key),
        section=item_key(key),
        weight=1,
        valid_days=rule.valid_days,
        knock_out=_rule(rule.knock_out),
        kind="indicator",
    )


def _replaced(
    questionnaire: Questionnaire, questions: Sequence[str], method: Methodology
) -> Iterator[tuple[int, ...]]:
    for key in method.counted:
        replaces = set(method.indicators[key].replaces)
        yield tuple(
            at
            for at, question in enumerate(questions)
            if replaces & {question, *questionnaire.by_key[question].parents}
        )


def _rule(rule: KnockOutRule | None) -> KnockOut | None:
    if rule is None:
        return None
    return KnockOut(at=rule.at_steps, floor=rule.floor_milli, block=rule.block)


def valid_days(question: Question, tier: str, method: Methodology) -> int:
    """Return how many days an answer holds before it begins to fade; 0 where it does not age."""
    if question.valid_for == "none":
        return 0
    if question.valid_for is None:
        return method.valid_days.for_tier(tier_number(tier))
    return int(question.valid_for) * 365 // 12


def tier_number(tier: str) -> int:
    """Return the method's number of a tier: 1 for critical to 4 for low."""
    return TIERS.index(Tier(tier).value) + 1


@lru_cache(maxsize=1)
def intake_specs() -> tuple[IntakeSpec, ...]:
    """Return the intake questions with their weights, in the order of the file."""
    return tuple(IntakeSpec(key=key, weight=weight) for key, weight in intake().weights.items())


def knock_out(question: Question, method: Methodology) -> KnockOut | None:
    """Return the rule of the method for this question or, where it has none, the question's own."""
    if question.key in method.knock_outs:
        return _rule(method.knock_outs[question.key])
    rule = question.knock_out
    if rule is None:
        return None
    return KnockOut(at=rule.at, floor=rule.floor * MILLI, block=rule.block)
