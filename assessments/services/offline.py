"""Answering without a connection: a workbook out, filled in, and back in after a look at it.

A vendor's people get their own questions only, in their language, and no risk, weight, score or
note of the house. What comes back is compared with what was handed out and with what is on record;
nothing is saved before somebody has chosen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.principal import Principal
from assessments import schema, workflow
from assessments.errors import Frozen
from assessments.exchange import book, offline_in, offline_out
from assessments.exchange.offline_out import Asked
from assessments.models import Answer, AnswerFile, Assessment, FileStatus
from assessments.question import Respondent
from assessments.schema import Item
from assessments.selectors import portal
from assessments.selectors.assessments import answers_of, questions_for, schema_of
from assessments.services import answers, respondents
from assessments.services.answer_comparison import Line, compare, digest, on_record, word_of
from assessments.services.answers import AnswerInput
from assessments.services.locking import allow, contact_id, user_id
from assessments.wording import RESPONDENTS
from assessments.workflow import Action
from audit import clock
from audit.errors import Invalid, Refused
from vendors.master_data import tidy

_SALT: Final = "assessments.offline"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NotReady(Refused):
    """The file is not for this person to take."""

    code = "not_ready"


def export(
    *,
    assessment: Assessment,
    vendor_side: bool,
    language: str,
    sections: Collection[str] | None = None,
) -> bytes:
    """The workbook (.xlsx): for the vendor only the vendor's questions; `sections`: only those."""
    content, stored = schema_of(assessment), answers_of(assessment)
    items = _items(assessment, content, vendor_side, sections)
    titles = {one.key: one.title.text_for(language) for one in content.sections}
    with override(language):
        asked = [
            Asked(
                question=item.question,
                section=titles[item.section],
                state=word_of(stored.get(item.key)),
                value=stored[item.key].value if item.key in stored else None,
                note=stored[item.key].note if item.key in stored else "",
                only_if=_only_if(content, item, language, vendor_side),
                answered_by="" if vendor_side else str(RESPONDENTS[item.question.respondent]),
            )
            for item in items
        ]
        return offline_out.write(
            asked,
            content=content,
            language=language,
            lead=f"{assessment.vendor} \u00b7 {assessment.engagement}",
            stamp=_stamp(assessment, vendor_side, language, items, stored),
        )


def read(
    *,
    assessment: Assessment,
    file_name: str,
    content: bytes,
    vendor_side: bool,
    by: Principal,
) -> AnswerFile:
    """A filled-in workbook, kept with its difference to what is on record; nothing is saved yet.

    Of a vendor's contact only the questions are read that their invitation covers. Raises
    NotAllowed without one, Invalid (field "file") for a file that is none of ours, or of another
    assessment, another version of the questionnaire or another side; Frozen where nothing may be
    changed.
    """
    allow(assessment, Action.SAVE, by)
    if not workflow.is_editable(assessment.status):
        raise Frozen(assessment, Action.SAVE)
    sections = _sections_of(by, assessment)
    try:
        found = book.read(content)
    except book.Unreadable as error:
        raise unusable(str(error)) from error
    stamp = _unstamped(offline_in.stamp_of(found), assessment, vendor_side)
    items = _items(assessment, schema_of(assessment), vendor_side, sections)
    questions = {item.key: item.question for item in items if item.key in stamp["k"]}
    said, notes = offline_in.read(found, questions, {stamp["l"]: stamp["l"]})
    if not said:
        raise unusable(notes[0] if notes else _("The file holds no question of yours."))
    lines = compare(assessment, said, handed_out=stamp["k"])
    return keep(
        assessment=assessment,
        source=AnswerFile.Source.OFFLINE,
        file_name=file_name,
        lines=lines,
        notes=notes,
        vendor_side=vendor_side,
        by=by,
    )


def take(
    *,
    file: AnswerFile,
    choices: Collection[str],
    by: Principal,
) -> AnswerFile:
    """Save the answers of the chosen questions, all of them or none; again changes nothing.

    Raises NotReady where somebody else has uploaded it, and what `answers.save` raises: Conflict
    where somebody has answered since the file was looked at, Frozen, Invalid.
    """
    with transaction.atomic():
        locked = _held(file, by)
        if locked.status != FileStatus.PREVIEW:
            return locked
        values = {
            line["key"]: AnswerInput(**line["given"], version=line["version"])
            for line in locked.diff["lines"]
            if line["key"] in choices and line["kind"] in {"new", "changed", "conflict"}
        }
        if values:
            answers.save(assessment=locked.assessment, values=values, by=by)
        locked.diff["taken"] = sorted(values)
        _finish(locked, FileStatus.DONE)
    return locked


def discard(*, file: AnswerFile, by: Principal) -> None:
    """Let go of a file without saving anything. Raises NotReady once it was taken."""
    with transaction.atomic():
        locked = _held(file, by)
        if locked.status == FileStatus.PREVIEW:
            _finish(locked, FileStatus.DISCARDED)
        elif locked.status == FileStatus.DONE:
            raise NotReady(_("Its answers are taken already."))


def keep(
    *,
    assessment: Assessment,
    source: str,
    file_name: str,
    lines: Sequence[Line],
    notes: Sequence[str],
    vendor_side: bool,
    by: Principal,
) -> AnswerFile:
    """The file's answers, kept until they are taken or let go of."""
    return AnswerFile.objects.create(
        assessment=assessment,
        source=source,
        vendor_side=vendor_side,
        user_id=user_id(by),
        contact_id=contact_id(by),
        file_name=tidy(file_name)[-200:] or "answers.xlsx",
        diff={"lines": [asdict(line) for line in lines], "notes": list(notes)[:200]},
        created_at=clock.now(),
    )


def unusable(message: str) -> Invalid:
    """A file that is refused as a whole."""
    return Invalid(message, errors={"file": [message]})


def _sections_of(by: Principal, assessment: Assessment) -> Collection[str] | None:
    """The sections that are theirs to answer; None: no limit. NotAllowed, Frozen for a contact."""
    if by.kind != "contact":
        return None
    scope = portal.scope_of(respondents.invitation_of(by, assessment))
    if not portal.held_by_vendor(assessment):
        raise Frozen(assessment, Action.SAVE)
    return None if scope.whole else scope.sections


def name(assessment: Assessment) -> str:
    """What the workbook of an assessment is called."""
    return f"{slugify(f'{assessment.vendor} {assessment.questionnaire.key}') or 'answers'}.xlsx"


# What is handed out


def _items(
    assessment: Assessment,
    content: schema.Questionnaire,
    vendor_side: bool,
    sections: Collection[str] | None,
) -> list[Item]:
    found = questions_for(content, assessment.questions, Respondent.VENDOR if vendor_side else None)
    return [item for item in found if sections is None or item.section in sections]


def _only_if(content: schema.Questionnaire, item: Item, language: str, vendor_side: bool) -> str:
    """Which answer opens the question; "" for one that is always asked, and for the vendor where a
    question of the house opens it."""
    if not item.parents:
        return ""
    parent = content.by_key[item.parents[-1]].question
    if vendor_side and parent.respondent is not Respondent.VENDOR:
        return ""
    opens = parent.gate.opens_on if parent.gate else ()
    words = [one.label.text_for(language) for one in parent.choices if one.key in opens]
    return _("“%(question)s” is answered with: %(answers)s") % {
        "question": parent.text.text_for(language),
        "answers": _(" or ").join(words),
    }


def _stamp(
    assessment: Assessment,
    vendor_side: bool,
    language: str,
    items: Iterable[Item],
    stored: Mapping[str, Answer],
) -> str:
    data = {
        "a": str(assessment.pk),
        "h": assessment.questionnaire.content_hash,
        "v": vendor_side,
        "l": language,
        "d": clock.now().isoformat(timespec="seconds"),
        "k": {
            item.key: [
                stored[item.key].version if item.key in stored else 0,
                digest(*on_record(stored.get(item.key))),
            ]
            for item in items
        },
    }
    return signing.Signer(salt=_SALT).sign_object(data, compress=True)


def _unstamped(stamp: str, assessment: Assessment, vendor_side: bool) -> dict[str, Any]:
    if not stamp:
        raise unusable(
            _("This is no workbook from here. Download the workbook, fill it in, and upload it.")
        )
    try:
        data: dict[str, Any] = signing.Signer(salt=_SALT).unsign_object(stamp)
    except (signing.BadSignature, ValueError) as error:
        raise unusable(
            _("The hidden part of the workbook was changed. Download a new one.")
        ) from error
    if data["a"] != str(assessment.pk):
        raise unusable(_("This workbook belongs to another assessment."))
    if data["h"] != assessment.questionnaire.content_hash:
        raise unusable(
            _("The questions have changed since this workbook was made. Download a new one.")
        )
    if vendor_side and not data["v"]:
        raise unusable(_("This workbook was made for other people. Download your own."))
    return data


def _held(file: AnswerFile, by: Principal) -> AnswerFile:
    """The file, locked. Only who uploaded it may take it."""
    locked = (
        AnswerFile.objects.select_for_update(of=("self",))
        .select_related("assessment")
        .get(pk=file.pk)
    )
    allow(locked.assessment, Action.SAVE, by)
    mine: UUID | None = contact_id(by)
    if locked.contact_id != mine:
        raise NotReady(_("Somebody else has uploaded this file."))
    return locked


def _finish(file: AnswerFile, status: FileStatus) -> None:
    file.status, file.finished_at = status, clock.now()
    file.save(update_fields=["status", "finished_at", "diff"])


def groups(lines: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Kind -> its lines, in the order of the file; without those that change nothing."""
    kinds = ("conflict", "refused", "changed", "new")
    return {kind: [line for line in lines if line["kind"] == kind] for kind in kinds}
