"""What is wrong with a questionnaire that is being written, and what could be better.

Pure: no Django, no clock. Errors stand in the way of publishing; advice does not. Each finding has
a code, for words in the reader's language, and the place to put it right.
"""

from __future__ import annotations

import copy
import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import ValidationError

from assessments import drafting, schema
from assessments.draft_texts import languages, named, outdated, progress, texts
from assessments.drafting import Content, Node
from assessments.question import Applies, Gate, Kind, Question, Respondent, Tier
from assessments.schema import Item, QuestionFileInvalid, Questionnaire
from assessments.selection import Facts, select
from vendors.question_file import RISK_SCALE, Loc

Level = Literal["error", "advice"]

#: The most characters that are read with ease, by field.
LONGEST: Final = {
    "text": 300, "why": 400, "good_evidence": 400, "help": 1000, "label": 160, "intro": 500,
    "title": 120, "reason": 200, "unit": 30,
}  # fmt: skip
#: Above this share of its section one question decides nearly alone.
DOMINANT: Final = 0.6


@dataclass(frozen=True)
class Problem:
    """One finding. `params` fills the words that `code` stands for."""

    code: str
    level: Level
    section: str = ""
    question: str = ""
    field: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether it stands in the way of publishing."""
        return self.level == "error"


@dataclass(frozen=True)
class Checked:
    """`questionnaire`: the whole, where it can be read. `usable`: what can be shown of it, which
    leaves out the questions in `left_out`; None where nothing can."""

    questionnaire: Questionnaire | None
    usable: Questionnaire | None
    left_out: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        """What stands in the way of publishing."""
        return [one for one in self.problems if one.is_error]

    @property
    def advice(self) -> list[Problem]:
        """What could be better."""
        return [one for one in self.problems if not one.is_error]


def check(content: Content, before: Content | None = None) -> Checked:
    """Look a draft through, whatever state it is in.

    before: the version it comes from, to tell translations of words that have changed since.
    """
    found: list[Problem] = []
    whole: Questionnaire | None = None
    try:
        whole = schema.parse(content)
    except QuestionFileInvalid as error:
        found += [_placed(content, where, message) for where, message in error.errors]
    usable, left_out = (whole, ()) if whole else readable(content)
    if usable is not None:
        found += _of_whole(usable)
        for section in usable.sections:
            found += _of_section(section)
        for item in usable.items:
            found += _of_question(usable, item)
        found += _repeated(usable)
    found += _of_texts(content)
    found += _left_behind(content, before)
    order = _order(content)
    found.sort(key=lambda one: (not one.is_error, order(one)))
    return Checked(whole, usable, left_out, tuple(found))


# --- reading what is not whole ------------------------------------------------------------------
def readable(content: Content) -> tuple[Questionnaire | None, tuple[str, ...]]:
    """Return what can be read of a draft, and the keys of the questions that had to stay out."""
    made = copy.deepcopy(dict(content))
    left_out: list[str] = []
    sections = []
    for section in drafting.sections(made):
        questions = _whole_ones(section.get("questions") or [], left_out)
        if questions:
            missing = {"title": "…", "intro": "…", "reviewer": "procurement"}
            dimension = {"dimension": next(iter(schema.Dimension)).value}
            sections.append({**missing, **dimension, **section, "questions": questions})
    made["sections"] = sections
    made["title"] = made.get("title") or "…"
    used = {lang for one in texts(made) if isinstance(one.text, dict) for lang in one.text}
    made["languages"] = list(dict.fromkeys([*languages(made), *sorted(used)]))
    try:
        return schema.parse(made), tuple(left_out)
    except QuestionFileInvalid:
        return None, tuple(left_out)


def _whole_ones(questions: list[Node], left_out: list[str]) -> list[Node]:
    found = []
    for question in questions:
        gate = question.get("gate")
        if gate:
            behind = _whole_ones(gate.get("children") or [], left_out)
            if behind and gate.get("opens_on"):
                question["gate"] = {**gate, "children": behind}
            else:
                question.pop("gate")
                left_out += _keys(behind)
        try:
            Question.model_validate(question)
        except ValidationError:
            left_out += _keys([question])
        else:
            found.append(question)
    return found


def _keys(questions: list[Node]) -> list[str]:
    return [
        key for one in questions for key in (str(one.get("key")), *_keys(drafting.children(one)))
    ]


def _loc(where: str) -> Loc:
    return tuple(
        int(number) if number else word
        for word, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", where.replace("[", ".["))
        if word or number
    )


def _placed(content: Content, where: str, message: str) -> Problem:
    """A problem of the file format, with the section and question it is in."""
    section = question = ""
    node: Any = content
    rest: list[str] = []
    for part in _loc(where):
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            node = None
        if isinstance(part, int) and isinstance(node, dict):
            if rest[-1:] == ["sections"]:
                section, rest = str(node.get("key") or ""), []
                continue
            if rest[-1:] in (["questions"], ["children"]):
                question, rest = str(node.get("key") or ""), []
                continue
        rest.append(str(part) if isinstance(part, str) else str(part + 1))
    return Problem(
        "format", "error", section, question, " ".join(rest), {"message": message, "at": where}
    )


# --- the whole ----------------------------------------------------------------------------------
def _of_whole(questionnaire: Questionnaire) -> Iterator[Problem]:
    if all(item.question.respondent is not Respondent.VENDOR for item in questionnaire.items):
        yield Problem("nothing_for_vendor", "advice")
    for tier in Tier:
        if not select(questionnaire, Facts(tier=tier)).question_keys:
            yield Problem("nothing_at_tier", "advice", params={"tier": tier.value})


def _of_section(section: schema.Section) -> Iterator[Problem]:
    if not section.weight:
        yield Problem("section_without_weight", "advice", section.key, field="weight")
    elif not any(question.weight for question in section.questions):
        yield Problem("section_not_scored", "advice", section.key)
    every = [*_below(section.questions)]
    if not any(question.mandatory for question in every):
        yield Problem("nothing_mandatory", "advice", section.key)
    total = sum(question.weight for question in section.questions)
    for question in section.questions:
        scored = sum(bool(one.weight) for one in section.questions)
        if scored > 2 and question.weight > DOMINANT * total:
            share = round(100 * question.weight / total)
            yield Problem(
                "dominates", "advice", section.key, question.key, "weight", {"share": share}
            )


def _below(questions: tuple[Question, ...]) -> Iterator[Question]:
    for question in questions:
        yield question
        yield from _below(question.children)


# --- one question -------------------------------------------------------------------------------
def _of_question(questionnaire: Questionnaire, item: Item) -> Iterator[Problem]:
    question, at = item.question, (item.section, item.key)
    section = next(one for one in questionnaire.sections if one.key == item.section)
    gates = [questionnaire.by_key[key].question for key in item.parents]
    line = [section.applies, *(gate.applies for gate in gates), question.applies]
    if not _tiers(line, [*gates, question]):
        yield Problem("never_asked_tier", "error", *at, "applies")
    elif not _common(line):
        yield Problem("never_asked_service", "error", *at, "applies")
    risks = _risks(question)
    if question.weight and risks and len(set(risks)) == 1 and question.kind is not Kind.DATE:
        yield Problem("same_risk", "advice", *at, "risk", {"risk": risks[0] / RISK_SCALE})
    elif question.weight and risks and min(risks):
        yield Problem("no_good_answer", "advice", *at, "risk", {"risk": min(risks) / RISK_SCALE})
    rule = question.knock_out
    if rule is not None and risks and min(risks) >= rule.at:
        yield Problem("always_knocked_out", "error", *at, "knock_out")
    if question.gate is not None:
        yield from _of_gate(question, question.gate, at)


def _of_gate(question: Question, gate: Gate, at: tuple[str, str]) -> Iterator[Problem]:
    opening = [one for one in question.choices if one.key in gate.opens_on]
    closing = [one for one in question.choices if one.key not in gate.opens_on]
    if not closing:
        yield Problem("always_open", "advice", *at, "gate")
    elif question.kind is not Kind.MULTIPLE and question.weight:
        best = min(one.risk for one in opening)
        if best < max(one.risk for one in closing):
            yield Problem("opening_pays", "advice", *at, "gate")
    if question.weight and not any(child.weight for child in question.children):
        yield Problem("gate_not_scored", "advice", *at, "gate")


def _tiers(line: list[Applies], questions: list[Question]) -> set[Tier]:
    lowest = max(question.min_tier.rank for question in questions)
    allowed = {tier for tier in Tier if tier.rank >= lowest}
    for applies in line:
        if applies.tiers:
            allowed &= set(applies.tiers)
    return allowed


def _common(line: list[Applies]) -> bool:
    """Whether one service meets all of them; an engagement has one, but several kinds of IP."""
    named = [set(applies.services) for applies in line if applies.services]
    return not named or bool(set.intersection(*named))


def _risks(question: Question) -> list[int]:
    if question.curve:
        return [risk for _at, risk in question.curve.points]
    if question.kind is Kind.MULTIPLE and question.counts == "missing":
        # All of them chosen costs nothing; none of them costs the worst.
        return [0, question.worst_risk]
    if question.date:
        return [question.date.risk]
    return [one.risk for one in question.choices]


# --- texts --------------------------------------------------------------------------------------
def _repeated(questionnaire: Questionnaire) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for item in questionnaire.items:
        words = " ".join(str(item.question.text).lower().split()).rstrip("?.!")
        if words in first:
            params = {"other": first[words]}
            yield Problem("repeated", "advice", item.section, item.key, "text", params)
        else:
            first[words] = item.key


def _of_texts(content: Content) -> Iterator[Problem]:
    for one in texts(content):
        most = LONGEST.get(one.field)
        for lang in languages(content):
            length = len(one.said(lang))
            if most and length > most:
                params = {"length": length, "most": most, "lang": lang}
                yield Problem("too_long", "advice", one.section, one.question, one.field, params)
    for lang in languages(content)[1:]:
        for section, how in progress(content, lang).items():
            if how.missing and section:
                params = {"lang": lang, "missing": how.missing, "total": how.total}
                yield Problem("not_translated", "advice", section, params=params)


def _left_behind(content: Content, before: Content | None) -> Iterator[Problem]:
    for lang in languages(content)[1:]:
        late = outdated(content, before, lang)
        for one in texts(content):
            if named(one) in late:
                params = {"lang": lang}
                yield Problem("outdated", "advice", one.section, one.question, one.field, params)


def _order(content: Content) -> Any:
    """Where a problem stands, for problems in the order of the questionnaire."""
    at = {"": -1}
    for section in drafting.sections(content):
        at.setdefault(str(section.get("key")), len(at))
        for one in drafting.places({"sections": [section]}):
            at.setdefault(str(one.node.get("key")), len(at))

    def place(problem: Problem) -> int:
        return at.get(problem.question or problem.section, len(at))

    return place
