"""One question of a questionnaire file: its kinds, its parts, and what holds among them.

Pure: no Django, no clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from vendors.intake import IpKind, Service
from vendors.question_file import (
    RISK_SCALE,
    Comment,
    Counts,
    Frozen,
    Key,
    Loc,
    Option,
    Problems,
    ResolveRule,
    Risk,
    Text,
    option_problems,
)


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    YES_NO = "yes_no"
    MULTIPLE = "multiple"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


class Respondent(StrEnum):
    """Who answers. Only the vendor's questions ever reach the vendor."""

    VENDOR = "vendor"
    BUYER = "buyer"
    LEGAL = "legal"
    FINANCE = "finance"


class Tier(StrEnum):
    """Inherent-risk tier of the engagement, least first."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return 0 for low up to 3 for critical."""
        return list(Tier).index(self)


#: How long an answer holds, in months, where the question does not say.
DEFAULT_VALID_MONTHS: Final[Mapping[Tier, int]] = {
    Tier.LOW: 36,
    Tier.MODERATE: 36,
    Tier.HIGH: 24,
    Tier.CRITICAL: 12,
}
#: The largest whole number that JSON readers keep exactly.
_LARGEST_NUMBER: Final = 2**53
YES: Final = "yes"
NO: Final = "no"
_YES_LABEL: Final = Text({"en": "Yes", "de": "Ja", "zh-hans": "是", "vi": "Có"})
_NO_LABEL: Final = Text({"en": "No", "de": "Nein", "zh-hans": "否", "vi": "Không"})


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("must be a number")
    if abs(value) > _LARGEST_NUMBER:
        raise ValueError("is too large for a number of a questionnaire")
    return value


def _months(value: object) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if value not in (None, "none") and not (is_number and 1 <= int(str(value)) <= 120):
        raise ValueError("must be 'none' or a number of months from 1 to 120")
    return value


Number = Annotated[int | float, BeforeValidator(_number)]
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


def _rising(points: tuple[tuple[Number, int], ...]) -> tuple[tuple[Number, int], ...]:
    values = [value for value, _ in points]
    if values != sorted(set(values)):
        raise ValueError("the values must rise from point to point")
    return points


class Curve(Frozen):
    """Piecewise-linear risk of a number: [value, risk] points, level before and after them."""

    points: Annotated[tuple[tuple[Number, Risk], ...], Field(min_length=2), AfterValidator(_rising)]
    unit: Text | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    whole: bool = False


class DateRule(Frozen):
    """What a date means: a given date carries ``risk``; it may also set how long the answer holds.

    ``clock`` "starts": the answer holds for ``valid_for`` months from this date (a test, a review).
    ``clock`` "ends": the answer holds until this date (a policy, a certificate). The risk itself
    never moves with the calendar; age costs proof, and the engine takes it from the date.
    ``past_only`` refuses a date that has not come yet.
    """

    risk: Risk = 0
    clock: Literal["none", "starts", "ends"] = "none"
    past_only: bool = False


class YesNoRisk(Frozen):
    """The risks of "yes" and of "no"."""

    yes: Risk
    no: Risk


class KnockOut(Frozen):
    """From risk ``at`` the score is at least ``floor`` (0-100); ``block`` is a separate flag."""

    at: Annotated[Risk, Field(gt=0)]
    floor: Annotated[int, Field(ge=0, le=100)]
    block: bool = False
    reason: Text


class Applies(Frozen):
    """Which engagements something is for. An empty list means all of that sort."""

    ip_kinds: tuple[IpKind, ...] = ()
    services: tuple[Service, ...] = ()
    tiers: tuple[Tier, ...] = ()


class Gate(Frozen):
    """Children that are asked only while one of the ``opens_on`` answers is chosen."""

    opens_on: Annotated[tuple[Key, ...], Field(min_length=1)]
    children: Annotated[tuple[Question, ...], Field(min_length=1)]


class Own(Frozen):
    """What an answer earns by the questionnaire's own rule (`assessments.own_rule`).

    An answer in ``compliant`` earns the whole ``weight``, one in ``half`` half of it.
    """

    weight: Weight = 1
    compliant: Annotated[tuple[Key, ...], Field(min_length=1)]
    half: tuple[Key, ...] = ()


class Question(Frozen):
    """One question. Weights are relative to its neighbours; texts are never scored."""

    key: Key
    kind: Kind
    text: Text
    why: Text
    good_evidence: Text
    help: Text | None = None
    respondent: Respondent
    weight: Weight = 1
    mandatory: bool = False
    evidence_expected: bool = True
    allow_not_applicable: bool = False
    min_tier: Tier = Tier.LOW
    applies: Applies = Applies()
    options: tuple[Option, ...] = ()
    risk: YesNoRisk | None = None
    curve: Curve | None = None
    date: DateRule | None = None
    resolve: ResolveRule | None = None
    counts: Counts = "chosen"
    max_length: Annotated[int, Field(ge=1, le=20_000)] = 4_000
    knock_out: KnockOut | None = None
    valid_for: Annotated[int | Literal["none"] | None, BeforeValidator(_months)] = None
    gate: Gate | None = None
    own: Own | None = None
    comment: Comment = ""

    @model_validator(mode="before")
    @classmethod
    def _a_text_weighs_nothing(cls, data: object) -> object:
        if isinstance(data, Mapping) and data.get("kind") == Kind.TEXT:
            return {"weight": 0, **data}
        return data

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        found = [*_question_problems(self)]
        if found:
            raise Problems(found)
        return self

    @property
    def choices(self) -> tuple[Option, ...]:
        """Return what can be chosen: the options, or yes and no; empty for other kinds."""
        if self.risk is None:
            return self.options
        return (
            Option.model_construct(key=YES, label=_YES_LABEL, risk=self.risk.yes, exclusive=False),
            Option.model_construct(key=NO, label=_NO_LABEL, risk=self.risk.no, exclusive=False),
        )

    @property
    def children(self) -> tuple[Question, ...]:
        """Return the questions behind this one's gate."""
        return self.gate.children if self.gate else ()

    @property
    def worst_risk(self) -> int:
        """Return the largest risk an answer can carry, in 1/10,000."""
        risks = [option.risk for option in self.choices]
        if self.curve:
            risks += [risk for _, risk in self.curve.points]
        if self.date:
            risks.append(self.date.risk)
        if self.kind is Kind.MULTIPLE and self.resolve == "capped_sum":
            risks.append(min(RISK_SCALE, sum(o.risk for o in self.options if not o.exclusive)))
        return max(risks, default=0)


#: Fields that belong to some kinds only.
_NEEDED: Final[Mapping[str, frozenset[Kind]]] = {
    "options": frozenset({Kind.SINGLE, Kind.MULTIPLE}),
    "risk": frozenset({Kind.YES_NO}),
    "curve": frozenset({Kind.NUMBER}),
    "date": frozenset({Kind.DATE}),
    "resolve": frozenset({Kind.MULTIPLE}),
}


def _question_problems(question: Question) -> Iterator[tuple[Loc, str]]:
    kind = question.kind
    for field, kinds in _NEEDED.items():
        if kind in kinds and not getattr(question, field):
            yield (field,), f"is needed for a question of kind '{kind}'"
        if kind not in kinds and getattr(question, field):
            yield (field,), f"does not belong to a question of kind '{kind}'"
    if question.options and len(question.options) < 2:
        yield ("options",), "needs at least two options"
    yield from _choice_problems(question)
    if question.counts == "missing" and (kind is not Kind.MULTIPLE or question.resolve == "mean"):
        yield (
            ("counts",),
            "'missing' goes with a multiple choice resolved by max or capped_sum",
        )
    if kind is Kind.TEXT and question.weight:
        yield ("weight",), "is 0 for a text, which cannot be scored"
    if question.date and question.date.clock == "ends" and question.valid_for is not None:
        yield ("valid_for",), "cannot be given where the date itself is the end"
    if question.knock_out and question.knock_out.at > question.worst_risk:
        yield ("knock_out", "at"), "can never be reached by an answer"
    if question.own:
        yield from _own_problems(question, question.own)
    if question.gate:
        yield from _gate_problems(question, question.gate)


def _choice_problems(question: Question) -> Iterator[tuple[Loc, str]]:
    yield from option_problems(question.options)
    for index, option in enumerate(question.options):
        if option.exclusive and question.kind is Kind.SINGLE:
            yield (
                ("options", index, "exclusive"),
                "means nothing where only one answer can be chosen",
            )


def _own_problems(question: Question, own: Own) -> Iterator[tuple[Loc, str]]:
    if question.kind not in {Kind.SINGLE, Kind.YES_NO}:
        yield ("own",), f"does not belong to a question of kind '{question.kind}'"
        return
    keys = {option.key for option in question.choices}
    for name, listed in (("compliant", own.compliant), ("half", own.half)):
        for index, key in enumerate(listed):
            if key not in keys:
                yield ("own", name, index), f"'{key}' is not one of the answers"
    for index, key in enumerate(own.half):
        if key in own.compliant:
            yield ("own", "half", index), f"'{key}' is compliant already"


def _gate_problems(question: Question, gate: Gate) -> Iterator[tuple[Loc, str]]:
    keys = {option.key for option in question.choices}
    if not keys:
        yield ("gate",), f"cannot be opened by a question of kind '{question.kind}'"
    for index, key in enumerate(gate.opens_on):
        if keys and key not in keys:
            yield ("gate", "opens_on", index), f"'{key}' is not one of the answers"
    for index, child in enumerate(gate.children):
        at: Loc = ("gate", "children", index)
        if child.respondent is Respondent.VENDOR and question.respondent is not Respondent.VENDOR:
            yield (
                (*at, "respondent"),
                "is the vendor, who would learn what was answered inside the house",
            )
        if child.min_tier.rank < question.min_tier.rank:
            yield (*at, "min_tier"), f"is below its gate's, '{question.min_tier}'"
