"""Every answer of every assessment that counts, and the list of evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.templatetags.ui import EVIDENCE, EVIDENCE_BY_NUMBER
from assessments.models import Answer
from assessments.schema import Item
from assessments.selectors.assessments import answers_of, schema_of, visible_questions
from assessments.selectors.proof import evidence_of
from assessments.sheet import State
from assessments.wording import language, said_words
from reports.content.vendor.rating import reviewer
from reports.content.vendor.seen import Assessed, Seen
from reports.document import Column, Facts, Kind, Section, Table, Words
from vendors.selectors.evidence import files_of


def chapter(seen: Seen) -> Iterator[Section]:
    """The assessments, each with all that was asked."""
    if not seen.assessed:
        yield Section(_("Answers"), [Words([_("No assessment is on record.")])])
        return
    yield Section(
        _("Answers"),
        [
            Words(
                [
                    _(
                        "All that was asked and what was answered. Where a reviewer's word counts "
                        "instead, both stand here. Points: what the answer adds to the score."
                    )
                ]
            )
        ],
    )
    for one in seen.assessed:
        yield Section(one.engagement.title, list(_assessment(one, seen)), level=2)


def _assessment(one: Assessed, seen: Seen) -> Iterator[Facts | Table]:
    assessment = one.assessment
    asked = assessment.questionnaire
    yield Facts(
        [
            (_("Questionnaire"), f"{asked.title}, {_('version')} {asked.version}"),
            (_("Status"), assessment.get_status_display()),
            (_("Reviewed by"), reviewer(one)),
        ]
    )
    yield Table(
        title="",
        sheet=_("Answers"),
        group=0,
        below=7,
        columns=[
            Column(_("Section")),
            Column(_("Key"), Kind.TEXT, width=0),
            Column(_("Question"), width=3.2),
            Column(_("Answer"), width=2.6),
            Column(_("Proof"), width=1.5),
            Column(_("Review"), width=1.1),
            Column(_("Points"), Kind.EXACT, width=0.8),
            Column(_("Note"), width=0),
            Column(_("Valid until"), Kind.DAY, width=0),
            Column(_("Answered on"), Kind.DAY, width=0),
        ],
        rows=list(_rows(one, seen)),
    )


def _rows(one: Assessed, seen: Seen) -> Iterator[tuple[Any, ...]]:
    assessment = one.assessment
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    added = {part.key: part.points for part in one.card.parts} if one.card else {}
    documents = {
        key: [seen.names[row.pk] for row in rows if row.pk in seen.names]
        for key, rows in evidence_of(assessment).items()
    }
    titles = {part.key: part.title.text_for(language()) for part in questionnaire.sections}
    for key in visible_questions(questionnaire, assessment, answers):
        item, answer = questionnaire.by_key[key], answers.get(key)
        yield (
            titles[item.section],
            item.key,
            item.question.text.text_for(language()),
            _said(item, answer),
            _proof(answer, documents.get(item.key, [])),
            answer.get_review_display() if answer else "",
            added.get(item.key),
            answer.note if answer else "",
            answer.evidence_until if answer else None,
            timezone.localdate(answer.answered_at) if answer else None,
        )


def _said(item: Item, answer: Answer | None) -> str:
    """What was said, and what counts instead."""
    if answer is None:
        return _("Not answered")
    said = said_words(item.question, State(answer.state), answer.value) or _("Not answered")
    if answer.is_overridden:
        counts = said_words(item.question, State(answer.counted_state), answer.counted_value)
        said += "\n" + _("The reviewer: %(answer)s (%(reason)s)") % {
            "answer": counts,
            "reason": answer.override_reason,
        }
    return said


def _proof(answer: Answer | None, titles: list[str]) -> str:
    if answer is None or answer.counted_state != State.ANSWERED:
        return ""
    said = str(EVIDENCE[EVIDENCE_BY_NUMBER[answer.evidence]].word)
    if answer.evidence_until:
        said += " " + _("until %(day)s") % {
            "day": date_format(answer.evidence_until, "SHORT_DATE_FORMAT")
        }
    return "\n".join([said, *titles])


def evidence(seen: Seen) -> Iterator[Section]:
    """Every document, each version of it with its hash."""
    used = _used(seen)
    yield Section(
        _("Evidence"),
        [
            Words(
                [
                    _("The SHA-256 of each file proves that it is the one that was looked at."),
                    *(
                        [
                            _("Not named here: %(count)s strictly confidential.")
                            % {"count": seen.left_out}
                        ]
                        if seen.left_out
                        else []
                    ),
                ]
            ),
            Table(
                title="",
                sheet=_("Evidence"),
                columns=[
                    Column(_("Document"), width=1.5),
                    Column(_("File and SHA-256"), width=3.4),
                    Column(_("Valid until"), Kind.DAY, width=0.9),
                    Column(_("Kind"), width=0),
                    Column(_("Confidentiality"), width=0),
                    Column(_("File"), width=0),
                    Column(_("Version"), Kind.COUNT, width=0),
                    Column(_("Bytes"), Kind.COUNT, width=0),
                    Column(_("SHA-256"), Kind.CODE, width=0),
                    Column(_("Proves"), width=0),
                    Column(_("State"), width=0),
                ],
                rows=[
                    (
                        one.title,
                        f"{file.name}, {filesizeformat(file.size)}\n{file.sha256}",
                        one.expires_on,
                        one.get_kind_display(),
                        one.get_confidentiality_display(),
                        file.name,
                        file.number,
                        file.size,
                        file.sha256,
                        ", ".join(used.get(one.pk, [])),
                        _("Withdrawn") if one.withdrawn_at else "",
                    )
                    for one in seen.documents
                    for file in files_of(one)
                ],
                empty=_("No document is on record."),
            ),
        ],
    )


def _used(seen: Seen) -> Mapping[Any, list[str]]:
    """Document -> keys of the questions that it stands beside."""
    found: dict[Any, list[str]] = {}
    for one in seen.assessed:
        for key, rows in evidence_of(one.assessment).items():
            for row in rows:
                found.setdefault(row.pk, []).append(key)
    return found
