"""A questionnaire made from a workbook of another layout, and answers that came in one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from assessments.exchange.foreign import mapping as layouts
from assessments.schema import Dimension
from assessments.selectors.files import questionnaires_with_mapping
from assessments.services import (
    assessments,
    filled_workbooks,
    overrides,
    questionnaire_files,
    questionnaires,
)
from audit.workbooks import new_workbook
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene


class Checklist(Part):
    """The empty workbook. `rows`: (id, section, question, expected answer, importance);
    `dimensions`: section -> what it counts towards; `rule`: what its own score is called."""

    weeks: Ago
    file: str
    title: str
    rule: str
    reason: str
    dimensions: dict[str, Dimension]
    rows: tuple[tuple[str, str, str, str, str], ...]


class Otherwise(Part):
    """What the reviewer found instead of an answer."""

    question: str
    value: str
    reason: str


class Filled(Part):
    """The workbook filled in for an engagement. `answers`: id -> (answer, remark)."""

    deal: str
    weeks: Ago
    file: str
    answers: dict[str, tuple[str, str]]
    otherwise: Otherwise


class Workbooks(Part):
    """The checklist, and one that came back."""

    checklist: Checklist
    filled: Filled


def stories(scene: Scene, told: Workbooks) -> Iterator[Story]:
    """The checklist's story, and that of the answers."""
    yield _checklist(scene, told.checklist)
    if scene.has(told.filled.deal):
        yield _filled(scene, told)


def _checklist(scene: Scene, told: Checklist) -> Story:
    yield scene.early(told.weeks, 30)
    by = scene.administrator
    made = questionnaire_files.upload(file_name=told.file, content=workbook(told, {}), by=by)
    mapping = replace(
        layouts.Mapping.from_json(made.mapping),
        title=told.title,
        rule=told.rule,
        dimensions={layouts.plain(title): one.value for title, one in told.dimensions.items()},
    )
    questionnaire_files.remap(file=made, mapping=mapping, by=by)
    yield scene.early(told.weeks, 40)
    draft = questionnaire_files.take_foreign(file=made, by=by)
    questionnaires.publish_draft(draft=draft, revision=draft.revision, reason=told.reason, by=by)


def _filled(scene: Scene, told: Workbooks) -> Story:
    said = told.filled
    moment = scene.at(said.weeks, said.file)
    yield moment
    deal = scene.deal(said.deal)
    buyer, legal = scene.buyer(deal.unit), scene.legal(deal.unit)
    read = filled_workbooks.read(
        engagement=deal,
        questionnaire=questionnaires_with_mapping().get(title=told.checklist.title),
        file_name=said.file,
        content=workbook(told.checklist, said.answers),
        by=buyer,
    )
    yield moment + timedelta(minutes=10)
    found = frozenset(line["key"] for line in read.diff["lines"])
    assessment = filled_workbooks.take(workbook=read, choices=found, by=buyer)
    yield moment + timedelta(minutes=20)
    assessments.submit(assessment=assessment, by=buyer)
    yield moment + timedelta(days=1)
    assessment = assessments.take(assessment=assessment, by=legal)
    overrides.override_answer(
        assessment=assessment,
        question_key=said.otherwise.question,
        value=said.otherwise.value,
        reason=said.otherwise.reason,
        by=legal,
    )


def workbook(told: Checklist, answers: Mapping[str, tuple[str, str]]) -> bytes:
    """The checklist as an .xlsx file, with these answers."""
    stream = io.BytesIO()
    book = new_workbook(stream)
    sheet = book.add_worksheet("Checklist")
    sheet.write(0, 0, told.title)
    sheet.write_row(
        2,
        0,
        ("ID", "Topic", "Question", "Expected answer", "Importance", "Vendor answers", "Remarks"),
    )
    for line, row in enumerate(told.rows, 3):
        sheet.write_row(line, 0, (*row, *answers.get(row[0], ("", ""))))
    book.close()
    return stream.getvalue()
