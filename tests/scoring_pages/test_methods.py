"""The pages of the scoring method: list, version, comparison, and the life of a draft."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from audit.models import Event
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


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send if the form on the page were sent as it is."""
    form = page.split("data-method>", 1)[1].split("</form>", 1)[0]
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "checkbox" and " checked" not in tag:
            continue
        if "name" in attributes:
            usual = "on" if attributes.get("type") == "checkbox" else ""
            values[attributes["name"]] = attributes.get("value", usual)
    for name, inner in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        values[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', inner)[0]
    areas = re.compile(r'<textarea name="([^"]+)".*?>\s?(.*?)</textarea>', re.DOTALL)
    return {**values, **dict(areas.findall(form))}


def edited(browser: Client, draft: Methodology, **changes: Any) -> Any:
    """The answer to a form sent with these fields changed (`__` for a hyphen)."""
    values = fields_of(get(browser, at("method_edit", draft)))
    values |= {name.replace("__", "-"): value for name, value in changes.items()}
    return browser.post(at("method_edit", draft), values)


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
    assert 'href="/methods/"' in get(browser, "/")
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
    assert "switched off questionnaire: from a risk of 0.9 at least 80 points, and blocked" in text
    assert "from a risk of 1 at least 90 points questionnaire: no rule" in text
    assert "No published questionnaire has the question “gone”" in text


def test_the_file_of_a_version_can_be_taken_away_and_brought_back(admin: Person) -> None:
    row = make_draft(kappa=0.75)
    answer = admin.browser.get(at("method_yaml", row))
    assert answer["Content-Disposition"] == 'attachment; filename="standard-2.yaml"'
    file = SimpleUploadedFile("standard-2.yaml", answer.content)
    sent = admin.browser.post("/methods/add/", {"file": file})
    made = Methodology.objects.get(version="3")
    assert sent["Location"] == at("method", made)
    assert made.content == {**row.content, "version": 3}


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


def test_a_draft_is_edited_and_its_shares_follow(admin: Person) -> None:
    draft = make_draft()
    page = get(admin.browser, at("method_edit", draft))
    assert ">20%<" in page
    answer = edited(admin.browser, draft, dimensions__liabilities="110", why__kappa="Burglars.")
    assert answer.status_code == 302, text_of(answer.content.decode())
    draft.refresh_from_db()
    assert draft.content["dimensions"]["liabilities"] == 110
    assert draft.content["rationale"]["kappa"] == "Burglars."
    assert ">55%<" in get(admin.browser, at("method_edit", draft))


def test_a_form_sent_as_it_was_opened_changes_nothing(admin: Person) -> None:
    small_questionnaire()
    draft = make_draft(
        decay={"periods": 0.5},
        knock_outs={"assigns": {"at": 0.75, "floor": 70.5, "block": True}, "gone": None},
        rationale={"kappa": "Two\nlines."},
    )
    events = Event.objects.count()
    answer = edited(admin.browser, draft)
    assert answer.status_code == 302, text_of(answer.content.decode())
    after = Methodology.objects.get(pk=draft.pk)
    assert after.content == draft.content
    assert after.revision == draft.revision
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("kappa", "2", "Largest share (kappa): Ensure this value is less than or equal to 1."),
        ("kappa", "", "Largest share (kappa): This field is required."),
        ("kappa", "nan", "Largest share (kappa): Enter a number."),
        ("band_cuts__1", "15", "Moderate begins at: Each cut must lie above the one before it."),
        (
            "evidence__document__credit",
            "0.7",
            "Self-declared, in the score: Stronger evidence must not earn less",
        ),
        ("decay__periods", "0.3", "Further periods: Ensure this value is a multiple of step size"),
        ("valid_days__1", "1.5", "Tier 1, critical: Enter a whole number."),
        ("coverage__final", "0.5", "A final score must not need less coverage"),
        ("p", "3", "Select a valid choice"),
        ("title", "", "Title: This field is required."),
        ("base", "forged", "This page is out of date."),
    ],
)
def test_an_error_is_told_above_and_at_its_field_and_what_was_typed_is_kept(
    admin: Person, field: str, value: str, said: str
) -> None:
    draft = make_draft()
    answer = edited(admin.browser, draft, why__p="Kept as typed.", **{field: value})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in text_of(page)
    assert "Kept as typed." in page
    assert "<title>Error:" in page
    assert Methodology.objects.get(pk=draft.pk).revision == draft.revision


def test_weights_that_are_all_nought_are_refused(admin: Person) -> None:
    draft = make_draft()
    none = {f"dimensions__{key}": "0" for key in draft.content["dimensions"]}
    answer = edited(admin.browser, draft, **none)
    assert "At least one dimension needs a weight above 0." in text_of(answer.content.decode())


def test_knock_outs_are_changed_added_and_switched_off_on_the_form(admin: Person) -> None:
    small_questionnaire()
    draft = make_draft()
    assert "Does the contract assign the results?" in get(admin.browser, at("method_edit", draft))
    answer = edited(
        admin.browser,
        draft,
        knock__0__rule="off",
        knock__1__key="discloses",
        knock__1__rule="set",
        knock__1__at="0.5",
        knock__1__floor="70",
        knock__1__block="on",
    )
    assert answer.status_code == 302, text_of(answer.content.decode())
    draft.refresh_from_db()
    assert draft.content["knock_outs"] == {
        "assigns": None,
        "discloses": {"at": 0.5, "floor": 70.0, "block": True},
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"rule": "set", "at": "0.5", "floor": "70"}, "Name the question."),
        ({"key": "discloses", "rule": "set"}, "Say from which risk on"),
        ({"key": "discloses", "rule": "set", "at": "0", "floor": "1"}, "must be above 0"),
        ({"key": "assigns", "rule": "off"}, "This question has a rule above."),
        ({"key": "Not a key", "rule": "off"}, "begins with a small letter"),
    ],
)
def test_a_knock_out_that_cannot_be_taken_is_told_at_its_row(
    admin: Person, row: dict[str, str], said: str
) -> None:
    small_questionnaire()
    draft = make_draft()
    values = {f"knock__1__{name}": value for name, value in row.items()}
    answer = edited(admin.browser, draft, knock__0__rule="off", **values)
    assert answer.status_code == 200
    assert said in text_of(answer.content.decode())


def test_more_rows_are_there_without_losing_what_was_typed(admin: Person) -> None:
    draft = make_draft()
    answer = edited(
        admin.browser, draft, kappa="0.123", knock__0__key="typed", knock__0__rule="off",
        more_rows="1",
    )  # fmt: skip
    page = answer.content.decode()
    assert 'value="0.123"' in page
    assert 'value="typed"' in page
    assert page.count('class="knock-out"') == 3
    assert "There is" not in page


def test_changes_to_different_values_are_joined(admin: Person) -> None:
    draft = make_draft()
    values = fields_of(get(admin.browser, at("method_edit", draft)))
    content = {**draft.content, "kappa": 0.6}
    methodologies.change(draft=draft, revision=1, content=content, by=SYSTEM)
    answer = admin.browser.post(at("method_edit", draft), {**values, "p": "2"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.content["kappa"], draft.content["p"]) == (0.6, 2)


def test_changes_to_the_same_value_are_both_shown_and_nothing_is_overwritten(
    admin: Person,
) -> None:
    draft = make_draft()
    values = fields_of(get(admin.browser, at("method_edit", draft)))
    content = {**draft.content, "kappa": 0.6}
    methodologies.change(draft=draft, revision=1, content=content, by=SYSTEM)
    answer = admin.browser.post(
        at("method_edit", draft), {**values, "kappa": "0.7", "why-p": "Mine."}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "What controls can take away: Largest share (kappa) 0.7 0.6" in text_of(page)
    assert "Mine." in page
    again = admin.browser.post(at("method_edit", draft), fields_of(page))
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.content["kappa"] == 0.7
    assert draft.content["rationale"]["p"] == "Mine."


def test_a_draft_is_deleted_only_after_asking(admin: Person) -> None:
    draft = make_draft()
    assert "Delete the draft" in get(admin.browser, at("method_delete", draft))
    assert Methodology.objects.filter(pk=draft.pk).exists()
    assert admin.browser.post(at("method_delete", draft))["Location"] == "/methods/"
    assert not Methodology.objects.filter(pk=draft.pk).exists()


def test_publishing_shows_what_differs_and_asks_for_the_reason(admin: Person) -> None:
    draft = make_draft(kappa=0.8)
    page = get(admin.browser, at("method_publish", draft))
    assert "Largest share (kappa)" in page
    revision = {"revision": draft.revision}
    answer = admin.browser.post(at("method_publish", draft), {**revision, "reason": " "})
    assert "Reason: This field is required." in text_of(answer.content.decode())
    admin.browser.post(at("method_publish", draft), {**revision, "reason": "Burglars."})
    row = methodologies.published()
    assert (row.pk, row.reason, row.published_by) == (draft.pk, "Burglars.", admin.user)


def test_a_reason_that_was_left_as_it_was_is_pointed_out_before_publishing(
    admin: Person,
) -> None:
    draft = make_draft(kappa=0.8, p=2, rationale={"p": "So that two failures count."})
    page = text_of(get(admin.browser, at("method_publish", draft)))
    assert "the reason written beside them is the old one" not in page
    draft = make_draft(kappa=0.8, p=2)
    page = text_of(get(admin.browser, at("method_publish", draft)))
    said = "the old one: How much the worst dimension counts, What controls can take away."
    assert said in page


def test_pages_draw_the_bands_and_thresholds_of_the_method_in_force(
    unit: BusinessUnit, auditor: Person
) -> None:
    assessment = scored(unit, name="Aalto Oy")
    assert 'zone--critical" x="320.0"' in get(auditor.browser, "/vendors/")
    row = publish(
        make_draft(band_cuts=[10, 20, 30, 40], coverage={"final": 0.9, "provisional": 0.5})
    )
    scores.rescore_many(assessment_ids=[assessment.pk], cause="methodology.published")
    for path in ("/vendors/", "/", f"/assessments/{assessment.pk}/score/panel/"):
        assert 'zone--critical" x="160.0"' in get(auditor.browser, path), path
    card = get(auditor.browser, f"/assessments/{assessment.pk}/score/")
    assert "(90%)" in card or "(50%)" in card
    assert at("method", row) in card
    assert at("method", row) in get(auditor.browser, f"/vendors/{assessment.vendor_id}/")


def test_a_draft_that_was_changed_since_it_was_looked_at_is_not_published(admin: Person) -> None:
    draft = make_draft(kappa=0.8)
    sent = {"revision": draft.revision - 1, "reason": "Burglars."}
    answer = admin.browser.post(at("method_publish", draft), sent)
    page = answer.content.decode()
    assert "Somebody else has changed this draft" in page
    assert "Burglars." in page
    assert methodologies.published().version == "1"


@pytest.mark.parametrize("name", ["method_edit", "method_delete", "method_publish"])
def test_what_was_published_has_no_page_to_change_it(admin: Person, name: str) -> None:
    answer = admin.browser.get(at(name, in_force()))
    assert answer.status_code == 409
    assert "Copy it to change something." in answer.content.decode()
