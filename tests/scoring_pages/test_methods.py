"""The pages of the scoring method: list, version, comparison, and the life of a draft."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from scoring.engine.method_file import write
from scoring.models import Methodology
from scoring.services import methodologies, scores
from tests.factories.accounts import make_user
from tests.factories.assessments import small_questionnaire
from tests.factories.methods import in_force, make_draft, publish
from tests.factories.scoring import scored
from tests.personas import Person
from tests.scoring_pages.reading import get, rows_of, text_of

pytestmark = pytest.mark.django_db


def at(name: str, row: Methodology) -> str:
    """The address of a page about a version."""
    return reverse(f"scoring:{name}", args=[row.pk])


def test_the_list_says_of_each_version_what_it_is_and_what_was_made_with_it(
    unit: BusinessUnit, admin: Person, auditor: Person
) -> None:
    scored(unit)
    publish(make_draft(by=admin.principal, kappa=0.8), by=admin.principal)
    make_draft(by=admin.principal)
    rows = rows_of(get(auditor.browser, "/methods/"))
    assert ["Draft" in rows[0], "In force" in rows[1], "Retired" in rows[2]] == [True] * 3
    assert "Ada Admin" in rows[1]
    assert "The board has decided so." in rows[1]
    assert "Came with Surety" in rows[2]
    assert "New draft" not in get(auditor.browser, "/methods/")
    assert "New draft" in get(admin.browser, "/methods/")


def test_where_there_is_only_the_shipped_method_the_list_says_what_to_do_next(
    admin: Person,
) -> None:
    page = get(admin.browser, "/methods/")
    assert "Only the method that comes with Surety so far" in page
    assert at("method_copy", in_force()) in page


@pytest.mark.parametrize("persona", ["procurement", "legal", "auditor", "unit_admin"])
def test_everyone_who_looks_at_scores_finds_the_method_and_cannot_change_it(
    persona: str, request: pytest.FixtureRequest
) -> None:
    browser = request.getfixturevalue(persona).browser
    assert 'href="/methods/"' in get(browser, "/dashboard/")
    page = get(browser, at("method", make_draft()))
    assert "Expert judgement" in page
    for word in ("/edit/", "/publish/", "/delete/"):
        assert word not in page


def test_legal_reviewers_of_all_units_make_drafts(unit: BusinessUnit) -> None:
    browser = Person(make_user(Role.LEGAL)).browser
    answer = browser.post(at("method_copy", in_force()))
    draft = Methodology.objects.get(status="draft")
    assert answer["Location"] == at("method_edit", draft)
    assert "/edit/" in get(browser, at("method", draft))


def test_a_version_says_every_parameter_in_words_with_its_reason(auditor: Person) -> None:
    page = text_of(get(auditor.browser, at("method", in_force())))
    for said in (
        "The best controls take away 90% of the inherent risk; 10% stay whatever is done.",
        "makes 61.5 of 100 here; in a plain mean it would be 14.3.",
        "IP law and compliance 20 20%",
        "Self-declared 0.8 0.4",
        "Low below 20, Moderate below 40, Elevated below 60, High below 80, otherwise Critical",
        "Tier 1, critical 365 days",
        "worth half after 182 more days, and nothing after 365",
        "Why: Nine tenths, because a vendor that does everything right can still be burgled",
        "No reason was written down. Expert judgement.",
        "kappa: 0.9",
    ):
        assert said in page, said


def test_a_version_lists_the_knock_outs_that_hold_and_who_sets_them(auditor: Person) -> None:
    small_questionnaire()
    row = make_draft(
        knock_outs={"assigns": None, "discloses": {"at": 1, "floor": 90}, "gone": None}
    )
    page = get(auditor.browser, at("method", row))
    text = text_of(page)
    assert (
        "switched off questionnaire: from a risk of 0.9 on, at least 80 points, and blocked" in text
    )
    assert "from a risk of 1 on, at least 90 points questionnaire: no rule" in text
    assert "No published questionnaire has the question “gone”" in text


def test_the_file_of_a_version_can_be_taken_away_and_brought_back(admin: Person) -> None:
    row = make_draft(kappa=0.75)
    answer = admin.browser.get(at("method_yaml", row))
    assert answer["Content-Disposition"] == 'attachment; filename="standard-3.yaml"'
    file = SimpleUploadedFile("standard-3.yaml", answer.content)
    sent = admin.browser.post("/methods/add/", {"file": file})
    made = Methodology.objects.get(version="4")
    assert sent["Location"] == at("method", made)
    assert made.content == {**row.content, "version": 4}


def test_a_wrong_file_is_answered_with_lines_and_keeps_the_text(admin: Person) -> None:
    text = write(in_force().content).replace("kappa: 0.9", "kappa: 9\nluck: 1")
    page = text_of(admin.browser.post("/methods/add/", {"text": text}).content.decode())
    assert "There are 2 problems in the file" in page
    line = text.splitlines().index("kappa: 9") + 1
    assert f"Line {line}: kappa must be at most 1" in page
    assert f"Line {line + 1}: luck is not known here" in page
    assert "kappa: 9 luck: 1" in page
    assert not Methodology.objects.filter(status="draft").exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file, or paste its text below."),
        ({"text": "a: [\x00"}, "Null characters are not allowed."),
        ({"text": "a: ["}, "not readable as YAML"),
        ({"file": SimpleUploadedFile("x.yaml", b"\xff\xfe\x00")}, "no text in UTF-8"),
        ({"file": SimpleUploadedFile("x.yaml", b"a" * 400_001)}, "too large"),
        ({"file": SimpleUploadedFile("x.yaml", b"")}, "must hold a mapping"),
    ],
)
def test_what_is_no_method_file_is_refused_in_a_sentence(
    admin: Person, sent: dict[str, Any], said: str
) -> None:
    answer = admin.browser.post("/methods/add/", sent)
    assert answer.status_code == 200
    assert said in text_of(answer.content.decode())


def test_two_versions_are_compared_by_what_differs(auditor: Person) -> None:
    one = in_force()
    weights = {**one.content["dimensions"], "liabilities": 30}
    other = make_draft(
        kappa=0.8, dimensions=weights, rationale={"kappa": "Burglars."}, knock_outs={"a": None}
    )
    page = get(auditor.browser, at("method_compare", other), other=str(one.pk))
    rows = rows_of(page.split("What differs", 1)[1])
    assert any("Liabilities 10 (10%) 30 (25%)" in row for row in rows)
    assert any("Largest share (kappa) 0.9 0.8" in row for row in rows)
    assert any("Knock-outs a as the questionnaire says switched off" in row for row in rows)
    assert any("Reason Nine tenths" in row and "Burglars." in row for row in rows)
    assert not any("Bands" in row and "Reason" not in row for row in rows)
    same = methodologies.copy(source=other, by=SYSTEM)
    page = get(auditor.browser, at("method_compare", other), other=str(same.pk))
    assert "Nothing: both say the same." in page
    page = get(auditor.browser, at("method_compare", other), other="not-a-version")
    assert "Select a valid choice" in page


def test_pages_draw_the_bands_and_thresholds_of_the_method_in_force(
    unit: BusinessUnit, auditor: Person
) -> None:
    assessment = scored(unit, name="Aalto Oy")
    assert 'zone--critical" x="320.0"' in get(auditor.browser, "/vendors/")
    row = publish(
        make_draft(band_cuts=[10, 20, 30, 40], coverage={"final": 0.9, "provisional": 0.5})
    )
    scores.rescore_many(assessment_ids=[assessment.pk], cause="methodology.published")
    for path in ("/vendors/", "/dashboard/", f"/assessments/{assessment.pk}/score/panel/"):
        assert 'zone--critical" x="160.0"' in get(auditor.browser, path), path
    card = get(auditor.browser, f"/assessments/{assessment.pk}/score/")
    assert "(90%)" in card or "(50%)" in card
    assert at("method", row) in card
    assert at("method", row) in get(auditor.browser, f"/vendors/{assessment.vendor_id}/")
