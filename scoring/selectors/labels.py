"""The words for questions and answers, and how the engine's sentences are said to a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext

from assessments import schema
from assessments.models import Answer
from assessments.question import Question
from assessments.sheet import State
from assessments.wording import said_words
from scoring.compile import indicator_of
from scoring.engine.batch import Resolved
from scoring.engine.explain import ItemLabel
from scoring.engine.phrases import Language
from scoring.engine.plan import Plan
from scoring.facts.registry import SOURCES


def lang() -> str:
    """The reader's language, as questionnaires name it."""
    return (get_language() or "en").split("-")[0]


def language() -> Language:
    """How the engine's sentences are said to the reader of this moment."""
    return Language(gettext=gettext, ngettext=ngettext, number=_number)


def _number(value: Decimal) -> str:
    return number_format(value, 1)


def text_of(questionnaire: schema.Questionnaire, key: str) -> str:
    """What an item of a plan is called: the question, or the indicator."""
    indicator = indicator_of(key)
    if indicator is None:
        return questionnaire.by_key[key].question.text.text_for(lang())
    return str(SOURCES[indicator].title) if indicator in SOURCES else indicator


def section_of(questionnaire: schema.Questionnaire, key: str) -> str:
    """The section of an item of a plan; an indicator is one of its own."""
    return key if indicator_of(key) else questionnaire.by_key[key].section


def item_labels(
    questionnaire: schema.Questionnaire, answers: Mapping[str, Answer], keys: Iterable[str]
) -> dict[str, ItemLabel]:
    """The words of the questions and of what is answered today, in the reader's language."""
    labels = {}
    for key in keys:
        question = questionnaire.by_key[key].question
        labels[key] = ItemLabel(
            text=question.text.text_for(lang()), answer=_said(question, answers.get(key))
        )
    return labels


def labels_for(
    questionnaire: schema.Questionnaire,
    answers: Mapping[str, Answer],
    plan: Plan,
    resolved: Resolved,
) -> dict[str, ItemLabel]:
    """The same for stored inputs, which hold the risk of an answer and not its words.

    The words are those of the answer today where that carries the risk that was stored, else of
    the one option that does, and otherwise there are none.
    """
    found = {}
    for at, key in enumerate(plan.item_keys):
        if indicator_of(key):
            found[key] = ItemLabel(text=text_of(questionnaire, key))
            continue
        question = questionnaire.by_key[key].question
        said = None
        if resolved.state[at, 0] == State.ANSWERED:
            said = _said_with(question, answers.get(key), int(resolved.pt[at, 0]))
        text = question.text.text_for(lang())
        if _is_silenced(answers.get(key), int(resolved.state[at, 0])):
            text = gettext("%(question)s (overridden in review)") % {"question": text}
        found[key] = ItemLabel(text=text, answer=said)
    return found


def _is_silenced(answer: Answer | None, state: int) -> bool:
    """Whether a reviewer counts it as unknown or not applicable, and the score did so too."""
    return (
        answer is not None
        and answer.is_overridden
        and answer.counted_state == state != State.ANSWERED
    )


def words_of(question: Question, answer: Answer) -> str:
    """The words of the answer that counts; says so where it is a reviewer's."""
    words = said_words(question, State(answer.counted_state), answer.counted_value)
    return _marked(words, answer)


def for_a_file(
    questionnaire: schema.Questionnaire, answers: Mapping[str, Answer], key: str, said: str
) -> str:
    """What `labels_for` says to an item, in a file: days and figures as programs read them."""
    item, answer = questionnaire.by_key.get(key), answers.get(key)
    if item is None or answer is None or said != words_of(item.question, answer):
        return said
    return _marked(schema.describe_value(item.question, answer.counted_value, lang()), answer)


def _marked(words: str, answer: Answer) -> str:
    if not answer.is_overridden:
        return words
    return gettext("%(answer)s (overridden in review)") % {"answer": words}


def _said(question: Question, answer: Answer | None) -> str | None:
    if answer is None or answer.counted_state != State.ANSWERED:
        return None
    return words_of(question, answer)


def _said_with(question: Question, answer: Answer | None, risk: int) -> str | None:
    if answer is not None and answer.counted_state == State.ANSWERED:
        today = schema.resolve_risk(question, answer.counted_value) or 0
        if today == risk:
            return _said(question, answer)
    if question.kind is schema.Kind.MULTIPLE:
        return None
    fitting = [option for option in question.choices if option.risk == risk]
    return fitting[0].label.text_for(lang()) if len(fitting) == 1 else None
