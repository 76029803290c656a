"""Workbooks of other layouts that vendors have filled in: read, compared, and taken.

What comes is compared with the assessment of the engagement that is open, or with a blank one that
is opened once the answers are taken. Nothing is taken silently: what matches no question, reads
differently or cannot be read is named with its sheet and cell. The file itself becomes evidence of
the vendor; it proves none of its own answers.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from assessments import own_rule, schema, workflow
from assessments.errors import AlreadyOpen, Frozen
from assessments.events.files import WorkbookTaken
from assessments.exchange import book
from assessments.exchange.foreign import build, given, guessing, rows
from assessments.exchange.foreign.given import Given
from assessments.exchange.foreign.mapping import Mapping as Layout
from assessments.exchange.foreign.mapping import Role
from assessments.exchange.offline_in import Said
from assessments.exchange.problems import Problem
from assessments.models import Assessment, FileStatus, FilledWorkbook, Questionnaire
from assessments.selectors.assessments import schema_of
from assessments.selectors.files import mapping_of
from assessments.services import answers, assessments
from assessments.services.answer_comparison import compare
from assessments.services.answers import AnswerInput
from assessments.services.locking import allow, user_id
from assessments.workflow import Action
from audit import clock
from audit.errors import Invalid, Refused
from audit.record import record
from vendors.master_data import tidy
from vendors.models import Engagement, Evidence
from vendors.services import evidence, evidence_bytes
from vendors.services.evidence import SameFile

#: How many problems and notes a report keeps.
SHOWN: Final = 500
_TAKEN: Final = frozenset({"new", "changed", "conflict"})


class NotReady(Refused):
    """The workbook was taken already, let go of, or no longer fits."""

    code = "not_ready"


def read(
    *,
    engagement: Engagement,
    questionnaire: Questionnaire,
    file_name: str,
    content: bytes,
    by: Principal,
) -> FilledWorkbook:
    """A filled-in workbook, kept with its difference to what is on record; nothing is saved yet.

    Raises Invalid at "file" for what cannot be read and at "questionnaire" for one without a
    mapping; Frozen where the assessment takes no answers now.
    """
    require(by, Permission.OPEN_ASSESSMENTS, engagement.unit_id)
    mapping = mapping_of(questionnaire)
    if mapping is None:
        message = _("This questionnaire was not made from a workbook, so none can be read for it.")
        raise Invalid(message, errors={"questionnaire": [message]})
    evidence_bytes.look_at(ContentFile(content, name=file_name))
    there = _open_one(engagement, questionnaire)
    assessment = there or _blank(engagement, questionnaire)
    allow(assessment, Action.SAVE, by)
    if not workflow.is_editable(assessment.status):
        raise Frozen(assessment, Action.SAVE)
    found = _Reading(content, Layout.from_json(mapping), assessment)
    return FilledWorkbook.objects.create(
        engagement=engagement,
        questionnaire=assessment.questionnaire,
        assessment=there,
        user_id=user_id(by),
        file_name=tidy(file_name)[-200:] or "workbook.xlsx",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        diff={"lines": [asdict(line) for line in found.lines], "notes": []},
        report=found.report(),
        created_at=clock.now(),
    )


def take(*, workbook: FilledWorkbook, choices: Collection[str], by: Principal) -> Assessment:
    """Save the chosen answers, all of them or none, with the file as evidence of the vendor.

    Opens the assessment where there was none. Taken twice changes nothing. Raises NotReady, and
    what `answers.save` raises: Conflict where somebody has answered since, Frozen, Invalid.
    """
    engagement = workbook.engagement
    require(by, Permission.OPEN_ASSESSMENTS, engagement.unit_id)
    if workbook.status == FileStatus.PREVIEW:
        # First, in a transaction of its own: bytes are stored before rows that name them.
        proof = _as_evidence(workbook, by)
    with transaction.atomic():
        locked = _held(workbook)
        if locked.status == FileStatus.DONE and locked.assessment is not None:
            return locked.assessment
        if locked.status != FileStatus.PREVIEW:
            raise NotReady(_("This file was discarded. Upload it again."))
        assessment = locked.assessment or _opened(locked, by)
        values = {
            line["key"]: AnswerInput(**line["given"], version=line["version"])
            for line in locked.diff["lines"]
            if line["key"] in choices and line["kind"] in _TAKEN
        }
        if values:
            answers.save(assessment=assessment, values=values, by=by)
        locked.assessment, locked.evidence = assessment, proof
        locked.diff["taken"] = sorted(values)
        _finish(locked, FileStatus.DONE)
        record(
            WorkbookTaken(
                aggregate_id=assessment.pk,
                unit_id=assessment.unit_id,
                vendor_id=assessment.vendor_id,
                evidence_id=proof.pk,
                sha256=locked.sha256,
                answers=len(values),
                refused=sum(line["kind"] == "refused" for line in locked.diff["lines"]),
                own_rule=str((locked.report["own_rule"] or {}).get("percent") or ""),
                file_name=locked.file_name,
            ),
            by=by,
        )
    return assessment


def discard(*, workbook: FilledWorkbook, by: Principal) -> None:
    """Let go of a workbook without saving anything. Raises NotReady once it was taken."""
    require(by, Permission.OPEN_ASSESSMENTS, workbook.engagement.unit_id)
    with transaction.atomic():
        locked = _held(workbook)
        if locked.status == FileStatus.PREVIEW:
            _finish(locked, FileStatus.DISCARDED)
        elif locked.status == FileStatus.DONE:
            raise NotReady(_("Its answers are taken already."))


def _open_one(engagement: Engagement, questionnaire: Questionnaire) -> Assessment | None:
    """The assessment that is not finished, of any version of the questionnaire."""
    return (
        Assessment.objects.filter(
            engagement=engagement, questionnaire__key=questionnaire.key, status__in=Assessment.OPEN
        )
        .select_related("questionnaire")
        .first()
    )


def _blank(engagement: Engagement, questionnaire: Questionnaire) -> Assessment:
    """What would be opened, to compare with; it is never saved."""
    chosen = assessments.selection_for(engagement, questionnaire)
    return Assessment(
        vendor_id=engagement.vendor_id,
        engagement=engagement,
        unit_id=engagement.unit_id,
        questionnaire=questionnaire,
        sections=list(chosen.section_keys),
        questions=list(chosen.question_keys),
        tier=engagement.tier,
    )


def _opened(workbook: FilledWorkbook, by: Principal) -> Assessment:
    try:
        return assessments.open_assessment(
            engagement=workbook.engagement, questionnaire=workbook.questionnaire, by=by
        )
    except AlreadyOpen as error:
        raise NotReady(
            _("An assessment was opened since. Upload the workbook again to compare it.")
        ) from error


def _as_evidence(workbook: FilledWorkbook, by: Principal) -> Evidence:
    """The file on record of the vendor; the one that is there already, where the bytes are."""
    try:
        return evidence.add(
            vendor=workbook.engagement.vendor,
            unit=workbook.engagement.unit,
            file=ContentFile(bytes(workbook.content), name=workbook.file_name),
            title=_("Filled-in questionnaire: %(title)s") % {"title": workbook.questionnaire.title},
            by=by,
        )
    except SameFile as same:
        return Evidence.objects.get(pk=same.extra["evidence_id"])


def _held(workbook: FilledWorkbook) -> FilledWorkbook:
    return (
        FilledWorkbook.objects.select_for_update(of=("self",))
        .select_related("engagement__vendor", "engagement__unit", "questionnaire", "assessment")
        .get(pk=workbook.pk)
    )


def _finish(workbook: FilledWorkbook, status: FileStatus) -> None:
    """Close it. The bytes have served their purpose: taken, they are evidence."""
    workbook.status, workbook.finished_at, workbook.content = status, clock.now(), b""
    workbook.save()


class _Reading:
    """A workbook beside the questions of an assessment."""

    def __init__(self, content: bytes, layout: Layout, assessment: Assessment) -> None:
        try:
            found = book.read(content)
        except book.Unreadable as error:
            raise Invalid(str(error), errors={"file": [str(error)]}) from error
        layout = _fitted(found, layout)
        wider = guessing.words(found, layout)
        self._content = schema_of(assessment)
        self._built = build.build(rows.read(found, wider), wider)
        if not any(key in self._content.by_key for key in self._built.items):
            message = _("No row of the file has the id of a question of this questionnaire.")
            raise Invalid(message, errors={"file": [message]})
        judged = [one.key for one in self._content.items if one.question.choices]
        self._given = [*given.given(self._built, wider, judged)]
        self._notes = [
            *self._built.notes,
            *_new_words(layout, wider),
            *self._unmatched(assessment),
        ]
        asked = frozenset(assessment.questions)
        self.lines = compare(
            assessment,
            [_said(one) for one in self._given if one.key in asked],
            handed_out=None,
        )

    def report(self) -> dict[str, Any]:
        """What the pages show of it, as JSON values."""
        score = own_rule.score(
            self._content, tuple(self._content.by_key), given.said(self._readable())
        )
        return {
            "problems": [one.as_json() for one in self._built.problems[:SHOWN]],
            "more_problems": max(len(self._built.problems) - SHOWN, 0),
            "notes": [one.as_json() for one in self._notes[:SHOWN]],
            "matched": sum(key in self._content.by_key for key in self._built.items),
            "rows": len(self._built.items),
            "own_rule": score.as_json() if score else None,
        }

    def _readable(self) -> Iterator[Given]:
        """The answers that fit their questions."""
        refused = {line.key for line in self.lines if line.kind == "refused"}
        return (
            one for one in self._given if one.key in self._content.by_key and one.key not in refused
        )

    def _unmatched(self, assessment: Assessment) -> Iterator[Problem]:
        """Rows that are no question here, or read differently; questions without a row."""
        asked = frozenset(assessment.questions)
        for key, item in self._built.items.items():
            known = self._content.by_key.get(key)
            if known is None:
                yield item.problem(Role.ID, _("No question here has this id; the row is left out."))
            elif key not in asked and item.get(Role.ANSWER):
                yield item.problem(
                    Role.ID, _("This assessment does not ask it; the answer is left out.")
                )
            elif not rows.alike(item.get(Role.TEXT), known.question.text.text_for("en")):
                yield item.problem(
                    Role.TEXT,
                    _("The question reads differently here. Is it the same?"),
                )
        missing = [key for key in assessment.questions if not self._is_there(key)]
        if missing:
            said = ngettext(
                "%(count)d question is not in the file and stays as it is here: %(keys)s.",
                "%(count)d questions are not in the file and stay as they are here: %(keys)s.",
                len(missing),
            )
            keys = ", ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
            yield Problem(said % {"count": len(missing), "keys": keys})

    def _is_there(self, key: str) -> bool:
        """Whether the file has it; follow-ups are made of the row of their question."""
        above = self._content.by_key[key].parents
        return key in self._built.items or any(
            key.startswith(f"{parent}_if_") and parent in self._built.items for parent in above
        )


def _fitted(found: book.Book, layout: Layout) -> Layout:
    """The layout with the sheets that are there; where none is, they are looked for."""
    sheets = {
        name: header for name, header in layout.sheets.items() if found.sheet(name) is not None
    }
    return replace(layout, sheets=sheets or guessing.first(found).sheets)


def _new_words(known: Layout, now: Layout) -> Iterator[Problem]:
    """Labels that the mapping does not have, and what they are taken for."""
    for label, meaning in now.answers.items():
        if label not in known.answers:
            yield Problem(
                _("“%(label)s” is not among the answers mapped; it is read as “%(meaning)s”.")
                % {"label": label, "meaning": meaning.replace("_", " ")}
            )


def _said(one: Given) -> Said:
    place = next(iter(one.item.places.values()))
    return Said(
        key=one.key,
        row=place[1],
        cell=one.cell,
        state=one.state,
        value=one.value,
        note=one.note,
        shows=one.shows,
        reason=one.reason,
    )


def titles(content: schema.Questionnaire, language: str) -> Mapping[str, str]:
    """Section key -> title."""
    return {one.key: one.title.text_for(language) for one in content.sections}
