"""From a questionnaire file and a stored selection to what the engine evaluates. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assessments.question import Question, Tier
from assessments.schema import Questionnaire
from scoring.engine.methodology import MILLI, TIERS, Methodology
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
    questions: tuple[str, ...]


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
        found = Compiled(plan=plan, model_hash=model_hash(plan), questions=key.questions)
        if len(_compiled) >= _KEPT:
            _compiled.pop(next(iter(_compiled)), None)
        _compiled[key] = found
    return found


def compile_plan(
    questionnaire: Questionnaire, questions: Sequence[str], tier: str, method: Methodology
) -> Plan:
    """Return the engine's plan; its columns are `questions`, in that order.

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
        ],
        sections=[
            SectionSpec(key=section.key, dimension=section.dimension.value, weight=section.weight)
            for section in questionnaire.sections
            if section.key in used
        ],
        methodology=method,
        intake=intake_specs(),
    )


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
        changed = method.knock_outs[question.key]
        if changed is None:
            return None
        return KnockOut(at=changed.at_steps, floor=changed.floor_milli, block=changed.block)
    rule = question.knock_out
    if rule is None:
        return None
    return KnockOut(at=rule.at, floor=rule.floor * MILLI, block=rule.block)
