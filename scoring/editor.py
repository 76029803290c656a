"""What a person can change on the what-if page: sections of controls, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import number_fields, typed_numbers
from accounts.figures import figure
from accounts.templatetags.ui import EVIDENCE, EVIDENCE_BY_NUMBER
from assessments.question import Kind, Question
from assessments.sheet import State
from assessments.wording import said_words
from scoring import words
from scoring.selectors.labels import lang
from scoring.selectors.scenario import ORDERS, UNKNOWN, Base, Said, Scenario
from scoring.selectors.whatif import Outcome
from vendors.intake import intake
from vendors.plain_text import plain

#: Names of the two sections that are not the questionnaire's; no key of a section has a hyphen.
ENGAGEMENT: Final = "the-engagement"
METHOD: Final = "the-method"
#: Questions shown at once by a search.
FOUND: Final = 25
#: Marks a state among the answers of a select.
MARK: Final = "!"
#: Begins the name of what is read by the decimal mark of the reader; without it, the address has
#: plain numbers, which are the same for everybody.
TYPED: Final = "typed."
NARROWING: Final = (
    ("", lazy("All questions")),
    ("unknown", lazy("Only what is not known")),
    ("worst", lazy("Only those that add most")),
    ("changed", lazy("Only what is changed here")),
)
_STATES: Final = (
    ("blank", lazy("No answer")),
    ("dont_know", lazy("Don't know")),
    ("declined", lazy("Declined to say")),
    ("na_pending", lazy("Not applicable, awaiting a reviewer")),
    ("na_approved", lazy("Not applicable, approved")),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a control."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One question with its inputs. `kind`: select, several, number or date.

    `now`: what it is without the scenario. `error`: why what was typed is refused.
    """

    key: str
    text: str
    now: str
    kind: str
    name: str
    value: str
    choices: Sequence[Choice]
    states: Sequence[Choice]
    proofs: Sequence[Choice]
    unit: str
    changed: bool
    revealed: bool
    adds: int | None
    error: str

    @property
    def typed_name(self) -> str:
        """The name under which it is sent as the reader types it."""
        return f"{TYPED}{self.name}"


@dataclass(frozen=True, slots=True)
class Group:
    """A section that can be opened: how many of its questions are changed."""

    key: str
    title: str
    changed: int
    url: str
    opened: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with the address: parameter -> its values, and parameter -> why it is refused."""

    given: Mapping[str, Sequence[str]]
    problems: Mapping[str, str]

    def error(self, *names: str) -> str:
        return next((self.problems[name] for name in names if name in self.problems), "")


def controls(base: Base, outcome: Outcome, keys: Sequence[str], typed: Typed) -> list[Control]:
    """The controls of some questions."""
    adds = {part.key: part.points for part in outcome.after.parts}
    return [_control(base, outcome, key, typed, adds.get(key)) for key in keys]


def asked(base: Base, outcome: Outcome, section: str) -> list[str]:
    """The questions of a section that are asked and scored, in their order."""
    found = (key for key in outcome.visible if base.questionnaire.by_key[key].section == section)
    return [key for key in found if base.question(key).kind is not Kind.TEXT]


def matching(base: Base, outcome: Outcome, text: str, only: str) -> list[str]:
    """The questions that fit a search, the largest parts first where those are asked for."""
    keys = [key for key in outcome.visible if base.question(key).kind is not Kind.TEXT]
    if only == "unknown":
        keys = [key for key in keys if _is_unknown(base, outcome, key)]
    elif only == "changed":
        keys = [key for key in keys if key in outcome.scenario.answers]
    elif only == "worst":
        adds = {part.key: part.points for part in outcome.after.parts}
        keys = sorted((key for key in keys if adds.get(key)), key=lambda key: -adds[key])
    sought = plain(text).split()
    if sought:
        keys = [
            key
            for key in keys
            if all(
                word in plain(base.question(key).text.text_for(lang())) or word in key
                for word in sought
            )
        ]
    return keys


def _is_unknown(base: Base, outcome: Outcome, key: str) -> bool:
    at = base.at(key)
    return not outcome.resolved.covered[at, 0]


def _control(
    base: Base,
    outcome: Outcome,
    key: str,
    typed: Typed,
    adds: int | None,
) -> Control:
    question = base.question(key)
    said = outcome.scenario.answers.get(key, Said())
    name = f"answer.{key}"
    wrong = typed.error(name, f"state.{key}", f"proof.{key}")
    kind = _kind(question)
    value = said.value if said.value is not None else "" if said.state else base.value(key)
    if wrong and typed.given.get(name):
        value = list(typed.given[name]) if kind == "several" else typed.given[name][-1]
    elif isinstance(value, int | float):
        value = written(value)
    now = said_now(base, key)
    return Control(
        key=key,
        text=question.text.text_for(lang()),
        now=now,
        kind=kind,
        name=name,
        value="" if kind in {"select", "several"} or value is None else str(value),
        choices=list(_choices(question, kind, value, said, now)),
        states=[] if kind == "select" else list(_states(question, said)),
        proofs=list(_proofs(base, key, said)),
        unit=question.curve.unit.text_for(lang()) if question.curve and question.curve.unit else "",
        changed=key in outcome.scenario.answers,
        revealed=key in outcome.revealed,
        adds=adds,
        error=wrong,
    )


def _kind(question: Question) -> str:
    if question.kind in {Kind.SINGLE, Kind.YES_NO}:
        return "select"
    return {Kind.MULTIPLE: "several", Kind.NUMBER: "number", Kind.DATE: "date"}[question.kind]


def written(number: float) -> str:
    """A number as the reader writes it; a whole one without decimals."""
    short = int(number) if number == int(number) else number
    return typed_numbers.written(short, number_fields.mark())


def said_now(base: Base, key: str) -> str:
    """What is said of a question without the scenario, in words."""
    at = base.at(key)
    state = State(int(base.resolved.state[at, 0]))
    if state is State.ANSWERED:
        level = level_word(int(base.resolved.evidence[at, 0]))
        value = base.value(key)
        said = said_words(base.question(key), state, value) if value is not None else ""
        return f"{said or _('Answered')} ({level})"
    return str(words.STATE_WORDS[state.name.lower()])


def state_word(state: str) -> str:
    """What is said instead of an answer, in words."""
    return str(dict(_STATES)[state])


def level_word(number: int) -> str:
    """A level of evidence in words."""
    return str(EVIDENCE[EVIDENCE_BY_NUMBER[number]].word)


def _choices(
    question: Question, kind: str, value: object, said: Said, now: str
) -> Iterator[Choice]:
    if kind == "select":
        chosen = (
            said.value if said.value is not None else f"{MARK}{said.state}" if said.state else ""
        )
        yield Choice("", _("As it is: %(now)s") % {"now": now}, chosen == "")
        for option in question.choices:
            yield Choice(option.key, option.label.text_for(lang()), chosen == option.key)
        for state, label in _allowed(question):
            yield Choice(f"{MARK}{state}", label, chosen == f"{MARK}{state}")
    elif kind == "several":
        picked = value if isinstance(value, list) else []
        for option in question.options:
            yield Choice(option.key, option.label.text_for(lang()), option.key in picked)


def _states(question: Question, said: Said) -> Iterator[Choice]:
    yield Choice("", _("As answered"), not said.state)
    for state, label in _allowed(question):
        yield Choice(state, label, said.state == state)


def _allowed(question: Question) -> Iterator[tuple[str, str]]:
    for state, label in _STATES:
        if question.allow_not_applicable or not state.startswith("na_"):
            yield state, str(label)


def _proofs(base: Base, key: str, said: Said) -> Iterator[Choice]:
    if said.value is not None or not base.is_answered(key):
        unchanged = _("None yet")
    else:
        at = base.at(key)
        unchanged = _("As it is: %(now)s") % {"now": level_word(int(base.resolved.evidence[at, 0]))}
    yield Choice("", unchanged, said.evidence is None)
    for number, name in enumerate(EVIDENCE_BY_NUMBER):
        yield Choice(name, str(EVIDENCE[name].word), said.evidence == number)


def facts(base: Base, scenario: Scenario, typed: Typed) -> list[Control]:
    """The facts of the engagement as controls."""
    return [_fact(base, scenario, question.key, typed) for question in intake().questions]


def _fact(base: Base, scenario: Scenario, key: str, typed: Typed) -> Control:
    question = intake().by_key[key]
    name = f"intake.{key}"
    changed = key in scenario.intake
    value = scenario.intake[key] if changed else base.facts.get(key)
    now = fact_words(key, base.facts.get(key))
    several = question.kind == "multiple"
    picked = [value] if isinstance(value, str) else list(value or ())
    if typed.error(name):
        picked = list(typed.given.get(name, ()))
    choices = [
        Choice(option.key, option.label.text_for(lang()), option.key in picked)
        for option in question.options
    ]
    if not several:
        unchanged = _("As it is: %(now)s") % {"now": now}
        choices = [
            Choice("", unchanged, not changed),
            *(Choice(one.value, one.label, changed and one.chosen) for one in choices),
            Choice(UNKNOWN, _("Not known"), changed and value is None),
        ]
    return Control(
        key=key,
        text=question.text.text_for(lang()),
        now=now,
        kind="several" if several else "select",
        name=name,
        value="",
        choices=choices,
        states=(),
        proofs=(),
        unit="",
        changed=changed,
        revealed=False,
        adds=None,
        error=typed.error(name),
    )


def fact_words(key: str, value: object) -> str:
    """An answer of the intake in words."""
    if not value:
        return _("Not known")
    picked = [value] if isinstance(value, str) else value
    labels = {one.key: one.label.text_for(lang()) for one in intake().by_key[key].options}
    return (
        "; ".join(labels.get(str(one), str(one)) for one in picked)
        if isinstance(picked, list)
        else ""
    )


def method(base: Base, scenario: Scenario, typed: Typed) -> list[Control]:
    """The weights of the dimensions, kappa and the order of the mean as controls."""
    own = base.method
    total = sum({**own.dimensions.model_dump(), **scenario.weights}.values())
    found = []
    for key, title in words.dimensions():
        weight = scenario.weights.get(key, getattr(own.dimensions, key))
        found.append(
            _parameter(
                f"weight.{key}",
                _("Weight: %(dimension)s") % {"dimension": title},
                _("%(share)s %% of all weights; %(now)s in the method")
                % {
                    "share": figure(100 * weight / total, 0),
                    "now": written(getattr(own.dimensions, key)),
                },
                weight,
                typed,
            )
        )
    found.append(
        _parameter(
            "kappa",
            _("κ: how much controls can take away at best, 0 to 1"),
            _("%(now)s in the method") % {"now": written(own.kappa)},
            own.kappa if scenario.kappa is None else scenario.kappa,
            typed,
        )
    )
    order = own.p if scenario.p is None else scenario.p
    found.append(
        Control(
            key="p",
            text=_("p: how much the worst dimension counts; 1 is the plain mean"),
            now=str(own.p),
            kind="select",
            name="p",
            value="",
            choices=[Choice(str(one), str(one), one == order) for one in ORDERS],
            states=(),
            proofs=(),
            unit="",
            changed=scenario.p is not None,
            revealed=False,
            adds=None,
            error=typed.error("p"),
        )
    )
    return found


def _parameter(name: str, text: str, now: str, value: float, typed: Typed) -> Control:
    shown = written(value)
    if typed.error(name) and typed.given.get(name):
        shown = typed.given[name][-1]
    return Control(
        key=name,
        text=text,
        now=now,
        kind="number",
        name=name,
        value=shown,
        choices=(),
        states=(),
        proofs=(),
        unit="",
        changed=False,
        revealed=False,
        adds=None,
        error=typed.error(name),
    )
