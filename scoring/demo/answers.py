"""What somebody with a given persona answers; the same every time. Pure: no database, no clock."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, Literal

from assessments.schema import Dimension, Item, Kind, Question, Questionnaire, Respondent
from assessments.values import validate_value
from scoring.demo.cast import Level, Persona, Round, Texts
from vendors.intake import Service
from vendors.question_file import RISK_SCALE

Said = Literal["answered", "dont_know", "declined", "not_applicable"]

#: Bad news of this kind is rare: it comes up only where a persona or a round says so.
_RARE: Final = frozenset(
    {
        "competitor_affiliates",
        "going_concern",
        "insolvency",
        "litigation",
        "marks_registered_by_vendor",
        "past_infringement",
        "sanctions",
    }
)
#: A yes of at most this risk is a fact of the business, not a failing.
_A_FACT: Final = RISK_SCALE * 3 // 10


@dataclass(frozen=True)
class Reply:
    """What is entered for one question."""

    value: Any = None
    said: Said = "answered"
    note: str = ""


@dataclass
class Filler:
    """Fills in one assessment on a day. `seed` makes this vendor's answers its own."""

    questionnaire: Questionnaire
    asked: Collection[str]
    persona: Persona
    round: Round
    texts: Texts
    service: Service
    city: str
    seed: str
    on: date

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        return {**self.persona.answers, **self.round.answers}

    @cached_property
    def _dimensions(self) -> dict[str, Dimension]:
        return {section.key: section.dimension for section in self.questionnaire.sections}

    def fill(self) -> dict[str, Reply]:
        """The reply to each question that comes up; what is left blank is not in it."""
        replies: dict[str, Reply] = {}
        opened: set[str] = set()
        for item in self.questionnaire.items:
            if item.key not in self.asked or (item.parents and item.parents[-1] not in opened):
                continue
            reply = self._reply(item)
            if reply is None:
                continue
            replies[item.key] = reply
            gate = item.question.gate
            if gate and reply.said == "answered" and reply.value in gate.opens_on:
                opened.add(item.key)
        return replies

    def _chance(self, key: str, about: str) -> random.Random:
        return random.Random(f"{self.seed} {key} {about}")

    def _reply(self, item: Item) -> Reply | None:
        key, question = item.key, item.question
        if key in self._fixed:
            value = validate_value(question, self._fixed[key])
            return Reply(value, note=self._remark(key, value))
        if key in self.round.not_applicable:
            return Reply(said="not_applicable", note=self.texts.not_applicable[key])
        luck = self._chance(key, "silence").random()
        if luck < self.persona.blank and not question.mandatory:
            return None
        if luck > 1 - self.persona.unsure and question.kind is not Kind.TEXT:
            vendor = question.respondent is Respondent.VENDOR
            return Reply(said="declined" if vendor and luck * 1000 % 1 < 0.4 else "dont_know")
        quality = self.persona.dimensions.get(self._dimensions[item.section], self.persona.quality)
        value = self._value(question, quality)
        return None if value is None else Reply(value, note=self._remark(key, value))

    def _remark(self, key: str, value: Any) -> str:
        return self.texts.remarks.get(key, {}).get(str(value), "")

    def _value(self, question: Question, quality: float) -> Any:
        """A value about as good as `quality`; None where there is nothing to tell."""
        chance = self._chance(question.key, "value")
        target = min(max(1 - quality + chance.gauss(0, 0.14), 0), 1)
        if question.key in _RARE:
            target *= 0.3
        match question.kind:
            case Kind.SINGLE | Kind.YES_NO:
                if question.kind is Kind.YES_NO and question.worst_risk <= _A_FACT:
                    target = float(chance.random() < 0.5 - 0.35 * quality) * 0.3
                return _nearest_option(question, target)
            case Kind.MULTIPLE:
                return _several(question, quality, chance)
            case Kind.NUMBER:
                return _number(question, target)
            case Kind.DATE:
                return self._date(question, target, chance)
            case Kind.TEXT:
                if question.key == "site_list":
                    return self.texts.sites[self.service].format(city=self.city)
                return self.texts.details.get(question.key)

    def _date(self, question: Question, target: float, chance: random.Random) -> str | None:
        rule = question.date
        if rule and rule.clock == "ends":
            return (self.on + timedelta(days=round(560 - 400 * target))).isoformat()
        if rule and rule.clock == "starts" and target > 0.62 and not question.mandatory:
            return None
        days = 20 + 260 * target + chance.random() * 60
        if not rule or rule.clock == "none":
            days += 500
        return (self.on - timedelta(days=round(days))).isoformat()


def _nearest_option(question: Question, target: float) -> str:
    """The option whose risk is nearest; never one that knocks out, which only stories decide."""
    knock_out = question.knock_out
    options = [one for one in question.choices if not knock_out or one.risk < knock_out.at]
    return min(options, key=lambda one: abs(one.risk - target * RISK_SCALE)).key


def _several(question: Question, quality: float, chance: random.Random) -> list[str]:
    ordinary = [one for one in question.options if not one.exclusive]
    none = [one for one in question.options if one.exclusive]
    likely = quality if question.counts == "missing" else 1 - quality
    chosen = [one.key for one in ordinary if chance.random() < likely]
    return chosen or [one.key for one in none] or [ordinary[0].key]


def _number(question: Question, target: float) -> int:
    """The whole number whose risk on the curve is nearest."""
    curve = question.curve
    if curve is None:
        return 0
    found: list[tuple[float, int]] = []
    for (low, low_risk), (high, high_risk) in zip(curve.points, curve.points[1:], strict=False):
        for step in range(9):
            risk = low_risk + (high_risk - low_risk) * step / 8
            found.append((abs(risk - target * RISK_SCALE), round(low + (high - low) * step / 8)))
    return min(found)[1]


def correct(question: Question, reply: Reply | None, on: date) -> Reply:
    """A better reply after the reviewer asked: the next better option, or done just now."""
    if question.kind is Kind.DATE:
        return Reply((on - timedelta(days=3)).isoformat())
    if question.kind is Kind.MULTIPLE:
        return Reply(_several(question, 1, random.Random(question.key)))
    if not question.choices:
        return reply or Reply(said="dont_know")
    ranked = sorted(question.choices, key=lambda one: one.risk)
    if reply is None or reply.said != "answered":
        return Reply(ranked[(len(ranked) - 1) // 2].key)
    now = next(one.risk for one in ranked if one.key == reply.value)
    better = [one for one in ranked if one.risk < now]
    return Reply(better[-1].key) if better else reply


@dataclass(frozen=True)
class Proof:
    """How well the reviewer finds an answer proved."""

    key: str
    level: Level


def proofs(
    questionnaire: Questionnaire,
    replies: Mapping[str, Reply],
    persona: Persona,
    seed: str,
    most: int,
) -> list[Proof]:
    """At most so many answers that come with proof: weighty ones first, then by chance."""
    chance = random.Random(f"{seed} proofs")
    candidates = [
        item
        for item in questionnaire.items
        if (reply := replies.get(item.key))
        and reply.said == "answered"
        and item.question.evidence_expected
        and item.question.kind is not Kind.TEXT
        and item.question.weight > 0
    ]
    candidates.sort(key=lambda item: (-item.question.weight, chance.random()))
    levels = persona.levels
    return [
        Proof(item.key, levels[index % len(levels)]) for index, item in enumerate(candidates[:most])
    ]


def weakest(
    questionnaire: Questionnaire, replies: Mapping[str, Reply], count: int
) -> Sequence[Item]:
    """The answers a reviewer would ask about first: uncertain ones, then the riskiest choices."""

    def badness(item: Item) -> int:
        reply = replies[item.key]
        if reply.said in ("dont_know", "declined"):
            return RISK_SCALE
        return next((one.risk for one in item.question.choices if one.key == reply.value), 0)

    asked = [item for item in _choices(questionnaire) if item.key in replies]
    return sorted(asked, key=lambda item: -badness(item))[:count]


def _choices(questionnaire: Questionnaire) -> Iterator[Item]:
    return (item for item in questionnaire.items if item.question.choices)
