"""The answers that a foreign workbook holds, as inputs for an assessment."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.exchange.foreign.build import Built
from assessments.exchange.foreign.mapping import Mapping, Meaning, Role, plain
from assessments.exchange.foreign.own_rule import Answered
from assessments.exchange.foreign.rows import Item

#: Meaning -> (state, value) of `answers.AnswerInput`.
_SAID = {
    Meaning.YES: ("answered", "yes"),
    Meaning.NO: ("answered", "no"),
    Meaning.PARTIAL: ("answered", "partial"),
    Meaning.NOT_APPLICABLE: ("not_applicable", None),
    Meaning.DONT_KNOW: ("dont_know", None),
    Meaning.DECLINED: ("declined", None),
}


@dataclass(frozen=True)
class Given:
    """What the workbook says to one question; `reason`: why that cannot be taken."""

    key: str
    item: Item
    state: str
    value: str | None
    note: str
    reason: str = ""


def given(built: Built, mapping: Mapping) -> Iterator[Given]:
    """Every answer in the workbook; blanks are left out."""
    for key, item in built.items.items():
        said, info = item.get(Role.ANSWER), item.get(Role.INFO)
        if not said:
            if _closed(key, built, mapping) and not built.conditions[key].same_section:
                parent = built.items[built.conditions[key].key]
                note = _("Not asked, because of the answer to %(id)s.") % {"id": parent.id}
                yield Given(key, item, "not_applicable", None, note)
            continue
        if key not in built.compliant:
            yield Given(key, item, "answered", said, info)
            continue
        meaning = mapping.answers.get(plain(said))
        if not meaning or meaning not in {one.value for one in _SAID}:
            reason = _("This answer is not mapped. Say what it means, on the step of answers.")
            yield Given(key, item, "answered", None, info, reason)
            continue
        state, value = _SAID[Meaning(meaning)]
        if state == "not_applicable" and not info:
            info = _("“%(answer)s” in the workbook, without a reason.") % {"answer": said}
        yield Given(key, item, state, value, info)


def by_own_rule(built: Built, mapping: Mapping) -> Iterator[Answered]:
    """Each scored question of the workbook for `own_rule.score`, from its cells alone."""
    sections = {
        question["key"]: section["title"]
        for section in built.data["sections"]
        for question in _walk(section["questions"])
    }
    for key, weight in built.scored.items():
        meaning = mapping.answers.get(plain(built.items[key].get(Role.ANSWER)))
        earned = 1.0 if meaning == built.compliant[key] else 0.0
        if meaning == Meaning.PARTIAL:
            earned = 0.5
        asked = meaning != Meaning.NOT_APPLICABLE and not _closed(key, built, mapping)
        yield Answered(sections[key], weight, earned, asked)


def _walk(questions: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for question in questions:
        yield question
        gate = question.get("gate")
        if isinstance(gate, dict):
            yield from _walk(gate["children"])


def _closed(key: str, built: Built, mapping: Mapping) -> bool:
    """Whether an if/then says that the question is not asked."""
    condition = built.conditions.get(key)
    if condition is None:
        return False
    said = mapping.answers.get(plain(built.items[condition.key].get(Role.ANSWER)))
    return said != condition.answer or _closed(condition.key, built, mapping)
