"""Answers from a file beside those on record: new, changed, in conflict, refused, unchanged."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments import schema
from assessments.exchange.offline_in import Said
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import answers_of, schema_of
from assessments.selectors.rework import changeable_keys
from assessments.services import answers
from assessments.sheet import State
from assessments.wording import language, said_words
from audit import clock

#: State -> the word for it in inputs and files.
WORDS: Final[Mapping[int, str]] = {
    State.BLANK: "blank",
    State.ANSWERED: "answered",
    State.DONT_KNOW: "dont_know",
    State.DECLINED: "declined",
    State.NA_PENDING: "not_applicable",
    State.NA_APPROVED: "not_applicable",
}
_STATES: Final = {word: state for state, word in WORDS.items() if state != State.NA_APPROVED}


@dataclass(frozen=True)
class Line:
    """One question of the file beside what is on record.

    kind: "new", "changed", "conflict" (answered here since the file was handed out), "refused"
    (`reason` says why) or "unchanged". `given` is what `answers.save` would be told; `version` is
    that of the answer on record it was compared with.
    """

    key: str
    kind: str
    text: str
    section: str
    cell: str
    before: str
    after: str
    note_before: str
    note_after: str
    given: dict[str, Any]
    version: int
    reason: str = ""


def compare(
    assessment: Assessment,
    said: Iterable[Said],
    handed_out: Mapping[str, Sequence[Any]] | None,
) -> list[Line]:
    """Each question of a file beside what is on record.

    `handed_out`: key -> (version, digest) when the file was made; None where it was not made here:
    then blanks say nothing.
    """
    content, stored = schema_of(assessment), answers_of(assessment)
    changeable = changeable_keys(assessment, stored)
    lang = language()
    titles = {one.key: one.title.text_for(lang) for one in content.sections}
    lines = []
    for one in said:
        if handed_out is None and one.state == "blank" and not one.reason:
            continue
        item = content.by_key[one.key]
        checked = _checked(item.question, one)
        there = stored.get(one.key)
        reason = one.reason or checked.reason
        kind = "refused" if reason else _kind(one, there, (handed_out or {}).get(one.key))
        if kind in {"new", "changed", "conflict"} and one.key not in changeable:
            kind, reason = "refused", _("This answer is settled and cannot be changed now.")
        lines.append(
            Line(
                key=one.key,
                kind=kind,
                text=item.question.text.text_for(lang),
                section=titles[item.section],
                cell=one.cell,
                before=_words(item.question, word_of(there), there.value if there else None),
                after=one.shows if reason else _words(item.question, one.state, one.value),
                note_before=there.note if there else "",
                note_after=one.note,
                given={"state": one.state, "value": one.value, "note": one.note},
                version=there.version if there else 0,
                reason=reason,
            )
        )
    return lines


@dataclass(frozen=True)
class _Checked:
    reason: str = ""


def _checked(question: schema.Question, one: Said) -> _Checked:
    """Brings the value into its stored form; or says why it cannot be taken."""
    if one.reason:
        return _Checked(one.reason)
    try:
        if one.state == "answered":
            one.value = schema.validate_value(question, one.value, clock.today())
    except ValueError as error:
        return _Checked(str(error))
    if one.state == "not_applicable" and not question.allow_not_applicable:
        return _Checked(_("This question applies to everyone. Choose another answer."))
    if one.state == "not_applicable" and not one.note:
        return _Checked(_("Say why this does not apply. A reviewer has to agree."))
    if len(one.note) > answers.MAX_NOTE:
        most = answers.MAX_NOTE
        return _Checked(_("Shorten the note to %(most)d characters.") % {"most": most})
    return _Checked()


def _kind(one: Said, there: Answer | None, handed_out: Sequence[Any] | None) -> str:
    now = (one.state, one.value, one.note)
    if now == on_record(there):
        return "unchanged"
    version = there.version if there else 0
    if handed_out is not None:
        was_version, was_digest = handed_out
        if digest(*now) == was_digest:
            # Not touched in the file: whatever was answered here since stays.
            return "unchanged"
        if version != was_version:
            return "conflict"
    return "new" if word_of(there) == "blank" else "changed"


def on_record(there: Answer | None) -> tuple[str, Any, str]:
    return (word_of(there), there.value, there.note) if there else ("blank", None, "")


def word_of(there: Answer | None) -> str:
    return WORDS[there.state] if there else "blank"


def _words(question: schema.Question, state: str, value: Any) -> str:
    if state == "blank":
        return ""
    return said_words(question, State(_STATES[state]), value)


def digest(state: str, value: Any, note: str) -> str:
    written = json.dumps([state, value, note], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:12]
