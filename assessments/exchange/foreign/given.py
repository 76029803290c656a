"""The answers that a foreign workbook holds, as inputs for an assessment."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments import own_rule
from assessments.exchange.foreign.build import Built
from assessments.exchange.foreign.mapping import Mapping, Meaning, Role, plain
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

    @property
    def shows(self) -> str:
        """The answer as it is written in the workbook."""
        return self.item.get(Role.ANSWER)

    @property
    def cell(self) -> str:
        """Where it stands, as a spreadsheet writes it: Product!C21."""
        place = self.item.places.get(Role.ANSWER.value)
        if place is None:
            place = next(iter(self.item.places.values()))
        sheet, row, cell, _heading = place
        return f"{sheet}!{cell or row}"


def given(built: Built, mapping: Mapping, judged: Collection[str] | None = None) -> Iterator[Given]:
    """Every answer in the workbook; blanks are left out.

    `judged`: the keys of the questions whose answers are labels; as the workbook reads by default.
    """
    judged = _judged(built) if judged is None else judged
    for key, item in built.items.items():
        said, info = item.get(Role.ANSWER), item.get(Role.INFO)
        if not said:
            if _closed(key, built, mapping) and not built.conditions[key].same_section:
                parent = built.items[built.conditions[key].key]
                note = _("Not asked, because of the answer to %(id)s.") % {"id": parent.id}
                yield Given(key, item, "not_applicable", None, note)
            continue
        if key not in judged:
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


def said(answers: Iterable[Given]) -> dict[str, own_rule.Said]:
    """The answers that can be read, for the own rule."""
    return {one.key: own_rule.Said(one.state, one.value) for one in answers if not one.reason}


def own_score(built: Built, mapping: Mapping) -> own_rule.Score | None:
    """The score of the workbook by its own rule, from its cells alone."""
    if built.content is None:
        return None
    return own_rule.score(built.content, tuple(built.content.by_key), said(given(built, mapping)))


def _judged(built: Built) -> frozenset[str]:
    if built.content is None:
        return frozenset(built.compliant)
    return frozenset(item.key for item in built.content.items if item.question.choices)


def _closed(key: str, built: Built, mapping: Mapping) -> bool:
    """Whether an if/then says that the question is not asked."""
    condition = built.conditions.get(key)
    if condition is None:
        return False
    said = mapping.answers.get(plain(built.items[condition.key].get(Role.ANSWER)))
    if said in {None, Meaning.BLANK.value}:
        return _closed(condition.key, built, mapping)
    return said != condition.answer or _closed(condition.key, built, mapping)
