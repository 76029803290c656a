"""The score by a questionnaire's own rule: what its publisher makes of the answers.

Pure and exact: sums of fractions, rounded once, for showing. Sources: HECVAT (EDUCAUSE), analyst
report: a question earns its weight when its answer is the compliant one, and the score is what was
earned over what could be. CAIQ (Cloud Security Alliance) has no score; it is read by how many
answers are yes, no and "not applicable".

Under either measure a blank, "don't know" or "prefer not to say" earns nothing and counts; what
does not apply, or is not asked as the answers stand, counts on neither side.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

import rfc8785

from assessments import schema
from assessments.schema import Item

#: Rises when the same answers would come to another score.
VERSION: Final = 1


class Verdict(StrEnum):
    """What an answer is by the own rule."""

    COMPLIANT = "compliant"
    HALF = "half"
    OTHER = "other"
    OPEN = "open"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"


_EARNED: Final = {Verdict.COMPLIANT: Fraction(1), Verdict.HALF: Fraction(1, 2)}
_LEFT_OUT: Final = frozenset({Verdict.NOT_APPLICABLE, Verdict.NOT_ASKED})


@dataclass(frozen=True)
class Said:
    """An answer: the word for its state ("answered", "not_applicable" …) and the chosen key."""

    state: str
    value: Any = None


@dataclass(frozen=True)
class Part:
    """A section, or all of it. earned, possible: weight; counts: how many answers are what."""

    earned: Fraction
    possible: Fraction
    counts: Mapping[Verdict, int]

    @property
    def percent(self) -> Decimal | None:
        """0 to 100 with one decimal, halves to even; None where nothing counts."""
        if not self.possible:
            return None
        return Decimal(round(1000 * self.earned / self.possible)).scaleb(-1)

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values, weights written out exactly."""
        return {
            "earned": _written(self.earned),
            "possible": _written(self.possible),
            "percent": None if self.percent is None else str(self.percent),
            "counts": {one.value: self.counts.get(one, 0) for one in Verdict},
        }


@dataclass(frozen=True)
class Score:
    """The score by the rule of the questionnaire, and by section, keys in its order.

    `inputs` is SHA-256 (hex) over the version of this rule, the questionnaire's content and the
    answers that decide it: equal inputs give an equal score.
    """

    name: str
    measure: str
    whole: Part
    parts: Mapping[str, Part]
    inputs: str

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "name": self.name,
            "measure": self.measure,
            "version": VERSION,
            "inputs": self.inputs,
            **self.whole.as_json(),
            "parts": {key: part.as_json() for key, part in self.parts.items()},
        }


@dataclass(frozen=True)
class _Chosen:
    question_keys: Collection[str]


def score(
    content: schema.Questionnaire, chosen: Collection[str], said: Mapping[str, Said]
) -> Score | None:
    """The score of the `chosen` questions as answered; None for a questionnaire without a rule."""
    rule = content.own_rule
    if rule is None:
        return None
    values = {key: one.value for key, one in said.items() if one.state == "answered"}
    asked = frozenset(schema.visible_keys(content, _Chosen(chosen), values))
    chosen = frozenset(chosen)
    verdicts = {
        item.key: _verdict(item, item.key in asked, said.get(item.key))
        for item in content.items
        if item.question.own is not None and item.key in chosen
    }
    parts = {
        section.key: part
        for section in content.sections
        if (part := _part(content, verdicts, section.key)) is not None
    }
    return Score(
        name=rule.name,
        measure=rule.measure,
        whole=_sum(parts.values()),
        parts=parts,
        inputs=_inputs(content, chosen, said),
    )


def _verdict(item: Item, asked: bool, said: Said | None) -> Verdict:
    own = item.question.own
    if not asked or own is None:
        return Verdict.NOT_ASKED
    if said is None or said.state != "answered":
        is_out = said is not None and said.state == "not_applicable"
        return Verdict.NOT_APPLICABLE if is_out else Verdict.OPEN
    if said.value in own.compliant:
        return Verdict.COMPLIANT
    return Verdict.HALF if said.value in own.half else Verdict.OTHER


def _part(
    content: schema.Questionnaire, verdicts: Mapping[str, Verdict], section: str
) -> Part | None:
    earned = possible = Fraction()
    counts = dict.fromkeys(Verdict, 0)
    for key, verdict in verdicts.items():
        item = content.by_key[key]
        if item.section != section or item.question.own is None:
            continue
        counts[verdict] += 1
        if verdict not in _LEFT_OUT:
            weight = Fraction(str(item.question.own.weight))
            possible += weight
            earned += weight * _EARNED.get(verdict, 0)
    return Part(earned, possible, counts) if any(counts.values()) else None


def _sum(parts: Iterable[Part]) -> Part:
    parts = list(parts)
    return Part(
        sum((part.earned for part in parts), Fraction()),
        sum((part.possible for part in parts), Fraction()),
        {one: sum(part.counts[one] for part in parts) for one in Verdict},
    )


def _inputs(
    content: schema.Questionnaire, chosen: Collection[str], said: Mapping[str, Said]
) -> str:
    """Gates that hide a scored question are among what decides, so every choice is written."""
    decides = {
        item.key: [said[item.key].state, said[item.key].value]
        for item in content.items
        if item.key in said and item.key in chosen and item.question.choices
    }
    written = rfc8785.dumps(
        {
            "rule": VERSION,
            "questionnaire": content.content_hash,
            "chosen": sorted(chosen),
            "said": decides,
        }
    )
    return hashlib.sha256(written).hexdigest()


def _written(weight: Fraction) -> str:
    """A sum of weights and halves of them as a decimal, exactly: 1204.5."""
    exact = Decimal(weight.numerator) / Decimal(weight.denominator)
    return f"{exact.normalize():f}"
