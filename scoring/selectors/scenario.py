"""A scenario: other answers, proof, facts or weights than those of a score, read and checked.

A scenario is asked for by entries, which come from the address of a page or from the body of an API
call. What says nothing new is dropped, so equal scenarios are equal, however they were asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments import schema
from assessments.models import Answer, Assessment
from assessments.question import Kind, Question
from assessments.sheet import EvidenceLevel, State
from scoring.engine.batch import FRESH, Resolved
from scoring.engine.methodology import (
    DIMENSIONS,
    WEIGHT_MAX,
    WEIGHT_MIN,
    Methodology,
    parse_methodology,
)
from scoring.engine.plan import Plan
from vendors.intake import IntakeValue, intake, validate_intake_value

#: What may be said instead of an answer.
STATES: Final[Mapping[str, State]] = {
    "blank": State.BLANK,
    "dont_know": State.DONT_KNOW,
    "declined": State.DECLINED,
    "na_pending": State.NA_PENDING,
    "na_approved": State.NA_APPROVED,
}
LEVELS: Final[Mapping[str, EvidenceLevel]] = {level.name.lower(): level for level in EvidenceLevel}
ORDERS: Final = (1, 2, 4, 8)
#: An intake question that the buyer cannot answer.
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was asked for. `kind`: answer, state, proof, intake, weight, kappa or p;
    `where` names it for whoever asked: a parameter, or a JSON pointer."""

    kind: str
    key: str
    value: Any
    where: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an entry was refused."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a question: another answer, a state instead of one, or another proof.

    `evidence` None: for another answer none at all, as for any answer that was just given.
    """

    value: schema.Value | None = None
    state: str = ""
    evidence: EvidenceLevel | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is otherwise; empty where everything is as it is. An intake value None: not known."""

    answers: Mapping[str, Said] = field(default_factory=dict)
    intake: Mapping[str, IntakeValue | None] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    kappa: float | None = None
    p: int | None = None

    def __bool__(self) -> bool:
        return bool(self.answers or self.intake or self.weights or self.method)

    @property
    def method(self) -> dict[str, float]:
        """The parameters that are otherwise, but for the weights."""
        found = {"kappa": self.kappa, "p": self.p}
        return {name: value for name, value in found.items() if value is not None}

    def each(self) -> Iterator[tuple[str, str, Scenario]]:
        """Every change as a scenario of its own, with its kind and key."""
        for key, said in self.answers.items():
            yield "answer", key, Scenario(answers={key: said})
        for key, value in self.intake.items():
            yield "intake", key, Scenario(intake={key: value})
        for key, weight in self.weights.items():
            yield "weight", key, Scenario(weights={key: weight})
        if self.kappa is not None:
            yield "kappa", "", Scenario(kappa=self.kappa)
        if self.p is not None:
            yield "p", "", Scenario(p=self.p)

    def pairs(self) -> list[tuple[str, str]]:
        """The scenario as parameters of an address, in a fixed order."""
        found: list[tuple[str, str]] = []
        for key, said in self.answers.items():
            if said.value is not None:
                values = said.value if isinstance(said.value, list) else [said.value]
                found += [(f"answer.{key}", str(value)) for value in values]
            if said.state:
                found.append((f"state.{key}", said.state))
            if said.evidence is not None:
                found.append((f"proof.{key}", said.evidence.name.lower()))
        for key, answer in self.intake.items():
            values = answer if isinstance(answer, list) else [answer or UNKNOWN]
            found += [(f"intake.{key}", str(value)) for value in values]
        found += [(f"weight.{key}", f"{weight:.10g}") for key, weight in self.weights.items()]
        found += [(name, f"{value:.10g}") for name, value in self.method.items()]
        return found


@dataclass(frozen=True, eq=False, slots=True)
class Base:
    """What a scenario starts from: a score, its inputs, and the words behind them."""

    assessment: Assessment
    questionnaire: schema.Questionnaire
    answers: Mapping[str, Answer]
    facts: Mapping[str, Any]
    plan: Plan
    resolved: Resolved
    as_of: date
    #: Question -> the indicator that counts in its place.
    replaced: Mapping[str, str]

    @property
    def method(self) -> Methodology:
        return self.plan.methodology

    def question(self, key: str) -> Question:
        return self.questionnaire.by_key[key].question

    def at(self, key: str) -> int:
        """The canonical index of a question."""
        return self.plan.item_keys.index(key)

    def value(self, key: str) -> schema.Value | None:
        """What is answered today; None where nothing is."""
        answer = self.answers.get(key)
        return answer.counted_value if answer is not None else None

    def is_answered(self, key: str) -> bool:
        return bool(self.resolved.state[self.at(key), 0] == State.ANSWERED)


def read(base: Base, entries: Iterable[Entry]) -> tuple[Scenario, list[Problem]]:
    """Return the scenario, and what could not be read; that is left out of it."""
    problems: list[Problem] = []
    grouped: dict[str, dict[str, list[Entry]]] = {}
    for entry in entries:
        grouped.setdefault(entry.kind, {}).setdefault(entry.key, []).append(entry)

    def tell(where: str, message: str) -> None:
        problems.append(Problem(where, message))

    answers: dict[str, Said] = {}
    asked = [key for kind in ("answer", "state", "proof") for key in grouped.get(kind, {})]
    for key in _in_order(asked, base.assessment.questions):
        given = {kind: grouped.get(kind, {}).get(key, []) for kind in ("answer", "state", "proof")}
        said = _said(base, key, given, tell)
        if said is not None:
            answers[key] = said
    facts = _facts(base, grouped.get("intake", {}), tell)
    scenario = _method(base, grouped, tell)
    return replace(scenario, answers=answers, intake=facts), problems


def _in_order(keys: Sequence[str], order: Sequence[str]) -> list[str]:
    place = {key: at for at, key in enumerate(order)}
    return sorted(dict.fromkeys(keys), key=lambda key: place.get(key, len(place)))


def _said(base: Base, key: str, given: Mapping[str, list[Entry]], tell: Any) -> Said | None:
    where = next(entry.where for entries in given.values() for entry in entries)
    if key not in base.assessment.questions:
        tell(where, _("This assessment asks no question “%(key)s”.") % {"key": key})
        return None
    if key in base.replaced:
        tell(where, _("A recorded fact counts here in place of the answer."))
        return None
    question = base.question(key)
    if question.kind is Kind.TEXT:
        tell(where, _("An answer in words is not scored, so nothing would change."))
        return None
    value, refused = _value(base, question, given["answer"], tell)
    state = _choice(given["state"], STATES, tell)
    level = _choice(given["proof"], LEVELS, tell)
    if refused:
        return None
    if value is not None and state:
        tell(where, _("Give an answer or say why there is none, not both."))
        return None
    if state.startswith("na_") and not question.allow_not_applicable:
        tell(where, _("“Not applicable” cannot be said of this question."))
        return None
    if level and (state or (value is None and not base.is_answered(key))):
        tell(given["proof"][0].where, _("Only an answer can be proved; choose one as well."))
        return None
    return _news(base, key, value, state, LEVELS[level] if level else None)


def _value(
    base: Base, question: Question, entries: Sequence[Entry], tell: Any
) -> tuple[schema.Value | None, bool]:
    """The answer that was given, None for none; and whether one was refused."""
    if not entries:
        return None, False
    given: Any = entries[0].value if len(entries) == 1 else [entry.value for entry in entries]
    try:
        return schema.validate_value(question, given, base.as_of), False
    except ValueError as error:
        tell(entries[0].where, str(error))
        return None, True


def _choice(entries: Sequence[Entry], known: Mapping[str, Any], tell: Any) -> str:
    """The one that was chosen; "" where none is given, or another one than there are."""
    if not entries:
        return ""
    if len(entries) > 1 or entries[0].value not in known:
        tell(entries[0].where, _("Give one of: %(known)s.") % {"known": ", ".join(known)})
        return ""
    return str(entries[0].value)


def _news(
    base: Base, key: str, value: schema.Value | None, state: str, level: EvidenceLevel | None
) -> Said | None:
    """What is said anew; None where it is as it is."""
    at, seen = base.at(key), base.resolved
    if state:
        return None if seen.state[at, 0] == STATES[state] else Said(state=state)
    if value is not None and (not base.is_answered(key) or value != base.value(key)):
        return Said(value=value, evidence=level or None)
    if level is None:
        return None
    fresh = seen.fade[at, 0] == FRESH and not seen.lapsed[at, 0]
    return None if fresh and seen.evidence[at, 0] == level else Said(evidence=level)


def _facts(
    base: Base, given: Mapping[str, list[Entry]], tell: Any
) -> dict[str, IntakeValue | None]:
    known = intake().by_key
    found: dict[str, IntakeValue | None] = {}
    for key in _in_order(list(given), list(known)):
        where = given[key][0].where
        if key not in known:
            tell(where, _("The engagement has no fact “%(key)s”.") % {"key": key})
            continue
        values = [entry.value for entry in given[key]]
        one = values[0] if len(values) == 1 else values
        value: IntakeValue | None = None
        if one is not None and one != UNKNOWN:
            try:
                value = validate_intake_value(known[key], one)
            except ValueError as error:
                tell(where, str(error))
                continue
        if value != (base.facts.get(key) or None):
            found[key] = value
    return found


def _method(base: Base, grouped: Mapping[str, Mapping[str, list[Entry]]], tell: Any) -> Scenario:
    own = base.method
    weights: dict[str, float] = {}
    for key in _in_order(list(grouped.get("weight", {})), DIMENSIONS):
        entry = grouped["weight"][key][-1]
        if key not in DIMENSIONS:
            tell(entry.where, _("There is no dimension “%(key)s”.") % {"key": key})
            continue
        weight = _number(entry, 0, WEIGHT_MAX, tell)
        if weight is None or weight == getattr(own.dimensions, key):
            continue
        if 0 < weight < WEIGHT_MIN:
            tell(entry.where, _("Enter 0 or a larger number."))
            continue
        weights[key] = weight
    if weights and not any({**own.dimensions.model_dump(), **weights}.values()):
        where = grouped["weight"][next(iter(weights))][-1].where
        tell(where, _("At least one dimension needs a weight above 0."))
        weights = {}
    kappa = _parameter(grouped, "kappa", 1, tell)
    order = _parameter(grouped, "p", max(ORDERS), tell)
    if order is not None and order not in ORDERS:
        tell(grouped["p"][""][-1].where, _("Give one of: %(known)s.") % {"known": "1, 2, 4, 8"})
        order = None
    return Scenario(
        weights=weights,
        kappa=None if kappa == own.kappa else kappa,
        p=None if order is None or order == own.p else int(order),
    )


def _parameter(
    grouped: Mapping[str, Mapping[str, list[Entry]]], name: str, most: float, tell: Any
) -> float | None:
    entries = grouped.get(name, {}).get("", [])
    return _number(entries[-1], 0, most, tell) if entries else None


def _number(entry: Entry, least: float, most: float, tell: Any) -> float | None:
    try:
        if isinstance(entry.value, bool):
            raise TypeError
        number = float(str(entry.value).strip())
    except (TypeError, ValueError):
        tell(entry.where, _("Enter a number in figures, such as 12 or 12.5."))
        return None
    if not least <= number <= most:
        tell(
            entry.where,
            _("Enter a number from %(least)g to %(most)g.") % {"least": least, "most": most},
        )
        return None
    return number


def method_of(base: Base, scenario: Scenario) -> Methodology:
    """The method of the score with the weights and parameters of the scenario."""
    if not scenario.weights and not scenario.method:
        return base.method
    content = base.method.content
    content["dimensions"] = {**content["dimensions"], **scenario.weights}
    return parse_methodology({**content, **scenario.method})
