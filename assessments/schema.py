"""The questionnaire file: its format, its rules, and what an answer means.

Pure: no Django, no clock. A questionnaire is data (YAML or JSON); ``load`` reads one or says with
paths what is wrong with it. The questions themselves are in ``assessments.question`` and the rules
for their values in ``assessments.values``; both can be had from here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Protocol, Self

import rfc8785
from pydantic import ConfigDict, Field, ValidationError, model_validator

from assessments.question import (
    DEFAULT_VALID_MONTHS,
    NO,
    YES,
    Applies,
    Curve,
    DateRule,
    Gate,
    Kind,
    KnockOut,
    Own,
    Question,
    Respondent,
    Tier,
    Weight,
    YesNoRisk,
)
from assessments.values import (
    Value,
    describe_value,
    is_open,
    resolve_risk,
    valid_until,
    validate_value,
)
from vendors.question_file import (
    Comment,
    Frozen,
    Key,
    Loc,
    Option,
    Problems,
    QuestionFileInvalid,
    Text,
    problems_of,
    read_yaml,
)

__all__ = [
    "DEFAULT_VALID_MONTHS",
    "NO",
    "YES",
    "Applies",
    "Curve",
    "DateRule",
    "Dimension",
    "Gate",
    "HasQuestionKeys",
    "Item",
    "Kind",
    "KnockOut",
    "Option",
    "Own",
    "OwnRule",
    "Question",
    "QuestionFileInvalid",
    "Questionnaire",
    "Respondent",
    "Section",
    "Text",
    "Tier",
    "Value",
    "YesNoRisk",
    "describe_value",
    "is_open",
    "load",
    "parse",
    "resolve_risk",
    "valid_until",
    "validate_value",
    "visible_keys",
]


class Dimension(StrEnum):
    """The seven dimensions of the scoring method."""

    IP_LAW_COMPLIANCE = "ip_law_compliance"
    FINANCIAL_STABILITY = "financial_stability"
    LIABILITIES = "liabilities"
    CONTRACT_TERMS = "contract_terms"
    MONITORING_ENFORCEMENT = "monitoring_enforcement"
    TECHNOLOGY_PROTECTION = "technology_protection"
    TRAINING_AWARENESS = "training_awareness"


class Section(Frozen):
    """A page of questions of one dimension, reviewed by one role."""

    key: Key
    title: Text
    intro: Text
    dimension: Dimension
    weight: Weight = 1
    reviewer: Literal["procurement", "legal"]
    applies: Applies = Applies()
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    comment: Comment = ""


class OwnRule(Frozen):
    """The questionnaire scores itself: which rule its publisher counts by, and under what name.

    ``weighted``: weight of compliant answers over weight asked, as HECVAT does. ``shares``: how
    many answers are yes, no and "not applicable", as CAIQ is read. The questions' part is ``own``.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    measure: Literal["weighted", "shares"] = "weighted"


class Item(Frozen):
    """A question in its place: ``parents`` are the keys of its gates, outermost first."""

    question: Question
    section: Key
    parents: tuple[Key, ...]

    @property
    def key(self) -> str:
        """Return the question's key."""
        return self.question.key


class HasQuestionKeys(Protocol):
    """A stored selection of questions."""

    @property
    def question_keys(self) -> Collection[str]:
        """Return the keys of the questions chosen for an assessment."""


class Questionnaire(Frozen):
    """A whole questionnaire file. ``version`` is the author's; ``content_hash`` is the proof."""

    model_config = ConfigDict(ignored_types=(cached_property,))

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    version: Annotated[str, Field(min_length=1, max_length=30)]
    title: Text
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("en",)
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    own_rule: OwnRule | None = None
    comment: Comment = ""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        found = [*_file_problems(self)]
        if found:
            raise Problems(found)
        return self

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Return every question in file order, a gate before its children."""
        return tuple(
            Item.model_construct(question=question, section=section.key, parents=parents)
            for section in self.sections
            for question, parents, _ in _walk(section.questions)
        )

    def flatten(self) -> tuple[Item, ...]:
        """Return every question in file order, a gate before its children, with its parents."""
        return self.items

    @cached_property
    def by_key(self) -> Mapping[str, Item]:
        """Return the items by their question's key."""
        return {item.key: item for item in self.items}

    @cached_property
    def content_hash(self) -> str:
        """Return SHA-256 (hex) over the RFC 8785 form of ``to_data`` without the comments."""
        return hashlib.sha256(rfc8785.dumps(_without_comments(self.to_data()))).hexdigest()

    def to_data(self) -> dict[str, Any]:
        """Return the questionnaire as JSON data without defaults; ``parse`` gives it back."""
        return self.model_dump(mode="json", exclude_defaults=True)


def load(source: str | bytes) -> Questionnaire:
    """Return the questionnaire written in a YAML or JSON ``source``.

    Raises QuestionFileInvalid with one (path, message) for each reason.
    """
    return parse(read_yaml(source))


def parse(data: object) -> Questionnaire:
    """Return the questionnaire held by plain data, such as stored JSON.

    Raises QuestionFileInvalid with one (path, message) for each reason.
    """
    try:
        return Questionnaire.model_validate(data)
    except ValidationError as error:
        raise QuestionFileInvalid(problems_of(error)) from error


def _without_comments(node: Any) -> Any:
    """The same data without what authors note: at the file, its sections, questions and options."""
    kept = {name: value for name, value in node.items() if name != "comment"}
    for below in ("sections", "questions", "children", "options"):
        if below in kept:
            kept[below] = [_without_comments(part) for part in kept[below]]
    if "gate" in kept:
        kept["gate"] = _without_comments(kept["gate"])
    return kept


def visible_keys(
    questionnaire: Questionnaire,
    selection: HasQuestionKeys,
    values: Mapping[str, object],
) -> tuple[str, ...]:
    """Return the keys of the selected questions whose gates are all open, in file order.

    ``values`` holds the stored values of the questions that are answered; a gate without one, or
    with "don't know" in its place, is closed.
    """
    selected = frozenset(selection.question_keys)
    visible: set[str] = set()
    for item in questionnaire.items:
        if item.key not in selected:
            continue
        parent = item.parents[-1] if item.parents else None
        if parent is None or (
            parent in visible and is_open(questionnaire.by_key[parent].question, values.get(parent))
        ):
            visible.add(item.key)
    return tuple(item.key for item in questionnaire.items if item.key in visible)


def _walk(
    questions: Sequence[Question],
    parents: tuple[str, ...] = (),
    at: Loc = ("questions",),
) -> Iterator[tuple[Question, tuple[str, ...], Loc]]:
    for index, question in enumerate(questions):
        here: Loc = (*at, index)
        yield question, parents, here
        yield from _walk(question.children, (*parents, question.key), (*here, "gate", "children"))


def _file_problems(questionnaire: Questionnaire) -> Iterator[tuple[Loc, str]]:
    seen: dict[str, str] = {}
    for index, section in enumerate(questionnaire.sections):
        if section.key in seen:
            yield ("sections", index, "key"), f"'{section.key}' is used twice"
        seen[section.key] = section.key
    for index, section in enumerate(questionnaire.sections):
        for question, _, at in _walk(section.questions):
            if question.key in seen:
                yield ("sections", index, *at, "key"), f"'{question.key}' is used twice"
            seen[question.key] = question.key
    if not any(
        section.weight and any(question.weight for question in section.questions)
        for section in questionnaire.sections
    ):
        yield ("sections",), "no question counts: all weights, or those of their sections, are 0"
    if questionnaire.own_rule and all(item.question.own is None for item in questionnaire.items):
        yield ("own_rule",), "needs a question that says which answer is compliant"
    used = {lang for text in _texts(questionnaire) for lang in text.languages}
    for lang in sorted(used - set(questionnaire.languages)):
        yield ("languages",), f"'{lang}' is used in a text but not listed"


def _texts(node: object) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
    elif isinstance(node, Frozen):
        for field in type(node).model_fields:
            yield from _texts(getattr(node, field))
    elif isinstance(node, tuple):
        for part in node:
            yield from _texts(part)
