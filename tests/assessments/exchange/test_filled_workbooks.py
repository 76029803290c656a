"""Workbooks that vendors filled in elsewhere: read, compared, taken, and scored by both rules."""

import io
from fractions import Fraction
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.exchange.foreign.mapping import Mapping
from assessments.models import Assessment, FilledWorkbook, Questionnaire, QuestionnaireFile
from assessments.own_rule import Verdict
from assessments.selectors.assessments import answers_of, schema_of
from assessments.selectors.own_rule import own_score
from assessments.services import (
    answers,
    filled_workbooks,
    overrides,
    questionnaire_files,
    questionnaires,
)
from assessments.services import assessments as life
from assessments.services.answers import AnswerInput, Conflict
from assessments.services.filled_workbooks import NotReady
from audit.errors import Invalid
from audit.models import Event
from tests.factories.foreign_workbooks import book_of
from tests.factories.real_layouts import caiq4, every, hecvat4
from tests.factories.scoring import score
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, EvidenceFile

pytestmark = pytest.mark.django_db


def _published(name: str, content: bytes) -> Questionnaire:
    """The questionnaire that a workbook becomes by its guessed mapping."""
    made = questionnaire_files.upload(file_name=name, content=content, by=SYSTEM)
    questionnaire_files.remap(file=made, mapping=Mapping.from_json(made.mapping), by=SYSTEM)
    draft = questionnaire_files.take_foreign(file=made, by=SYSTEM)
    return questionnaires.publish_draft(
        draft=draft, revision=draft.revision, reason="Imported.", by=SYSTEM
    )


def _engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Plain Planning"), unit)


def _read(engagement: Engagement, row: Questionnaire, content: bytes, name: str = "in.xlsx") -> Any:
    return filled_workbooks.read(
        engagement=engagement, questionnaire=row, file_name=name, content=content, by=SYSTEM
    )


def _all_of(made: FilledWorkbook) -> frozenset[str]:
    return frozenset(line["key"] for line in made.diff["lines"])


def _taken(engagement: Engagement, row: Questionnaire, content: bytes) -> Assessment:
    made = _read(engagement, row, content)
    return filled_workbooks.take(workbook=made, choices=_all_of(made), by=SYSTEM)


def _counted_from_cells(content: bytes) -> tuple[Fraction, Fraction]:
    """(earned, possible) as an analyst would count them: cell by cell, by nothing of ours.

    A section that a routing question leaves out counts on neither side.
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    listed = book.get_sheet_by_name("Questions").to_python()
    heads = {str(cell): at for at, cell in enumerate(listed[1])}
    said: dict[str, str] = {}
    for name in book.sheet_names:
        if name in {"Questions", "Values", "Instructions", "Analyst Report"}:
            continue
        for row in book.get_sheet_by_name(name).to_python():
            if len(row) > 2 and str(row[2]).strip():
                said.setdefault(str(row[0]), str(row[2]).strip().upper())
    earned = possible = Fraction()
    for row in listed[2:]:
        weight, wanted = row[heads["Default Weight"]], str(row[heads["Compliant Response"]])
        only_if = str(row[heads["If/Then"]])
        answer = said.get(str(row[0]), "")
        if not weight or answer == "N/A" or (only_if and said[only_if[3:10]] != "YES"):
            continue
        possible += Fraction(str(weight))
        earned += Fraction(str(weight)) if answer == wanted.upper() else 0
    return earned, possible


def test_a_hecvat_workbook_goes_in_and_comes_out_scored_by_both_rules(
    unit: BusinessUnit, procurement: Person
) -> None:
    content = hecvat4()
    row = _published("HECVAT 4.xlsx", content)
    engagement = _engagement(unit)
    place = reverse("assessments:filled-workbook-new", args=[engagement.pk])
    assert procurement.browser.get(place).status_code == 200
    sent = procurement.browser.post(
        place, {"questionnaire": row.pk, "file": SimpleUploadedFile("Plain.xlsx", content)}
    )
    made = FilledWorkbook.objects.get()
    assert sent["Location"] == reverse("assessments:filled-workbook", args=[made.pk])
    assert not Assessment.objects.exists()
    shown = procurement.browser.get(sent["Location"]).content.decode()
    assert "Product!C20" in shown
    assert made.report["problems"] == []
    taken = [line["key"] for line in made.diff["lines"] if line["kind"] == "new"]
    procurement.browser.post(sent["Location"], {"take": taken})
    assessment = Assessment.objects.get()
    stored = answers_of(assessment)
    said = [one for one in every() if one.answer]
    assert len(schema_of(assessment).items) == len(every()) == 290
    assert {one.id.lower().replace("-", "_") for one in said} <= set(stored)
    assert stored["aaai_01"].value == "yes"
    assert str(stored["comp_02"].value).startswith("We were founded")
    own = own_score(assessment)
    assert own is not None
    earned, possible = _counted_from_cells(content)
    assert (own.whole.earned, own.whole.possible) == (earned, possible)
    assert possible > 1_000
    assert score(assessment).assessment_id == assessment.pk
    page = procurement.browser.get(reverse("assessments:assessment", args=[assessment.pk]))
    assert f"HECVAT: {own.whole.percent} of 100" in page.content.decode()
    assert reverse("scoring:score-panel", args=[assessment.pk]) in page.content.decode()
    detail = procurement.browser.get(reverse("assessments:own-score", args=[assessment.pk]))
    assert "Vulnerability Management" in detail.content.decode()


def test_a_caiq_workbook_comes_out_with_its_shares(unit: BusinessUnit) -> None:
    content = caiq4()
    row = _published("CAIQ.xlsx", content)
    assessment = _taken(_engagement(unit), row, content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content))
    said = [
        str(cells[2]).upper() for cells in sheet.get_sheet_by_name("CAIQv4.0.3").to_python()[2:-1]
    ]
    own = own_score(assessment)
    assert own is not None
    assert own.measure == "shares"
    assert [*own.whole.counts.values()] == [
        said.count("YES"), 0, said.count("NO"), said.count(""), said.count("NA"), 0,
    ]  # fmt: skip
    audit = own.parts["audit_assurance"]
    assert audit.possible == 15 - audit.counts[Verdict.NOT_APPLICABLE]


def test_the_file_becomes_evidence_and_the_taking_an_event(unit: BusinessUnit) -> None:
    content = caiq4()
    row = _published("CAIQ.xlsx", content)
    assessment = _taken(_engagement(unit), row, content)
    made = FilledWorkbook.objects.get()
    file = EvidenceFile.objects.get()
    assert file.sha256 == made.sha256
    assert made.evidence_id == file.evidence_id
    assert bytes(made.content) == b""
    event = Event.objects.get(type="assessment.workbook_taken")
    assert event.data["sha256"] == made.sha256
    assert event.data["answers"] == len(made.diff["taken"])
    # It proves none of its own answers.
    assert not any(answer.evidence > 1 for answer in answers_of(assessment).values())


def test_a_newer_file_is_compared_before_it_is_taken(unit: BusinessUnit) -> None:
    row = _published("HECVAT 4.xlsx", hecvat4())
    engagement = _engagement(unit)
    assessment = _taken(engagement, row, hecvat4())
    before = own_score(assessment)
    newer = _read(engagement, row, hecvat4(better=True), "newer.xlsx")
    assert newer.assessment == assessment
    kinds = {line["kind"] for line in newer.diff["lines"]}
    assert kinds == {"changed", "unchanged"}
    changed = {line["key"] for line in newer.diff["lines"] if line["kind"] == "changed"}
    assert answers_of(assessment)[min(changed)].version == 1
    again = filled_workbooks.take(workbook=newer, choices=changed, by=SYSTEM)
    assert again == assessment
    after = own_score(assessment)
    assert before is not None
    assert after is not None
    assert after.whole.earned > before.whole.earned
    assert after.inputs != before.inputs
    assert EvidenceFile.objects.count() == 2


def test_an_answer_that_was_changed_here_meanwhile_is_not_written_over(unit: BusinessUnit) -> None:
    row = _published("CAIQ.xlsx", caiq4())
    engagement = _engagement(unit)
    assessment = _taken(engagement, row, caiq4())
    other = book_of(
        {"S": [["Question ID", "Question", "CSP CAIQ Answer"], ["AIS-01.1", "Is it?", "No"]]}
    )
    made = _read(engagement, row, other)
    [line] = made.diff["lines"]
    answers.save(
        assessment=assessment,
        values={line["key"]: AnswerInput(value="no", note="By telephone.")},
        by=SYSTEM,
    )
    with pytest.raises(Conflict):
        filled_workbooks.take(workbook=made, choices=[line["key"]], by=SYSTEM)


def test_what_does_not_match_is_named_with_its_cell(unit: BusinessUnit) -> None:
    head = ["Question ID", "Question", "CSP CAIQ Answer"]
    rows = [[f"A-{at}", f"Is point {at} of yours in place?", "Yes"] for at in range(1, 5)]
    row = _published("Own.xlsx", book_of({"List": [head, *rows]}))
    filled = book_of(
        {
            "List": [
                head,
                ["A-1", "Is point 1 of yours in place?", "Perhaps"],
                ["A-2", "Which colour do you like best, then?", "Yes"],
                ["A-9", "Is point 9 of yours in place?", "Yes"],
                ["A-3", "Is point 3 of yours in place?", "=1+1"],
            ]
        }
    )
    made = _read(_engagement(unit), row, filled)
    lines = {line["key"]: line for line in made.diff["lines"]}
    assert lines["a_1"]["kind"] == "refused"
    assert lines["a_1"]["cell"] == "List!C2"
    notes = {(one["cell"], one["reason"][:24]) for one in made.report["notes"]}
    assert ("B3", "The question reads diffe") in notes
    assert ("A4", "No question here has thi") in notes
    assert any("a_4" in one["reason"] for one in made.report["notes"])
    [problem] = made.report["problems"]
    assert (problem["sheet"], problem["cell"]) == ("List", "C5")
    assert made.report["matched"] == 3
    assessment = filled_workbooks.take(workbook=made, choices=_all_of(made), by=SYSTEM)
    assert set(answers_of(assessment)) == {"a_2"}


def test_a_file_that_is_none_of_the_questionnaire_is_refused(unit: BusinessUnit) -> None:
    row = _published("CAIQ.xlsx", caiq4())
    wrong = book_of({"Other": [["Question ID", "Question", "CSP CAIQ Answer"], ["X", "Y?", "Yes"]]})
    with pytest.raises(Invalid, match="No row of the file"):
        _read(_engagement(unit), row, wrong)
    with pytest.raises(Invalid, match="not made from a workbook"):
        _read(_engagement(unit), questionnaires.builtin(), caiq4())


def test_discarded_or_overtaken_files_are_not_taken(unit: BusinessUnit) -> None:
    row = _published("CAIQ.xlsx", caiq4())
    engagement = _engagement(unit)
    first, second = _read(engagement, row, caiq4()), _read(engagement, row, caiq4())
    filled_workbooks.discard(workbook=first, by=SYSTEM)
    with pytest.raises(NotReady):
        filled_workbooks.take(workbook=first, choices=(), by=SYSTEM)
    life.open_assessment(engagement=engagement, questionnaire=row, by=SYSTEM)
    with pytest.raises(NotReady, match="opened since"):
        filled_workbooks.take(workbook=second, choices=_all_of(second), by=SYSTEM)


def test_what_a_reviewer_says_counts_and_what_was_said_is_shown_beside_it(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    row = _published("HECVAT 4.xlsx", hecvat4())
    assessment = _taken(_engagement(unit), row, hecvat4())
    life.submit(assessment=assessment, by=SYSTEM)
    assessment = life.take(assessment=assessment, by=legal.principal)
    said = own_score(assessment)
    overrides.override_answer(
        assessment=assessment,
        question_key="aaai_01",
        value="no",
        reason="Seen on site.",
        by=legal.principal,
    )
    counted = own_score(assessment)
    assert said is not None
    assert counted is not None
    assert counted.whole.earned < said.whole.earned
    assert own_score(assessment, as_said=True) == said
    page = procurement.browser.get(reverse("assessments:own-score", args=[assessment.pk]))
    assert "As the vendor answered" in page.content.decode()


def test_how_a_workbook_was_read_is_kept_and_its_bytes_are_not(unit: BusinessUnit) -> None:
    _published("CAIQ.xlsx", caiq4())
    made = QuestionnaireFile.objects.get()
    assert bytes(made.content) == b""
    assert made.mapping["profile"] == "caiq"
