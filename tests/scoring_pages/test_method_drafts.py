"""The pages on which a draft of the scoring method is changed, deleted and published."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.principal import SYSTEM
from audit.models import Event
from scoring.models import Methodology
from scoring.services import methodologies
from tests.factories.assessments import small_questionnaire
from tests.factories.methods import in_force, make_draft
from tests.personas import Person
from tests.scoring_pages.reading import get, text_of

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


def test_numbers_are_typed_and_shown_as_the_language_writes_them(admin: Person) -> None:
    draft = make_draft(knock_outs={"assigns": {"at": 0.75, "floor": 70.5, "block": True}})
    admin.user.language = "de"
    admin.user.save(update_fields=["language"])
    answer = edited(admin.browser, draft, kappa="0,65", dimensions__liabilities="22.5")
    assert answer.status_code == 302, text_of(answer.content.decode())
    draft.refresh_from_db()
    assert (draft.content["kappa"], draft.content["dimensions"]["liabilities"]) == (0.65, 22.5)
    page = get(admin.browser, at("method_edit", draft))
    for shown in ("0,65", "22,5", "0,75", "70,5"):
        assert f'value="{shown}"' in page
    assert 'type="number"' not in page


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


def test_a_draft_that_was_changed_since_it_was_looked_at_is_not_published(admin: Person) -> None:
    draft = make_draft(kappa=0.8)
    sent = {"revision": draft.revision - 1, "reason": "Burglars."}
    answer = admin.browser.post(at("method_publish", draft), sent)
    page = answer.content.decode()
    assert "Somebody else has changed this draft" in page
    assert "Burglars." in page
    assert methodologies.published().version == "2"


@pytest.mark.parametrize("name", ["method_edit", "method_delete", "method_publish"])
def test_what_was_published_has_no_page_to_change_it(admin: Person, name: str) -> None:
    answer = admin.browser.get(at(name, in_force()))
    assert answer.status_code == 409
    assert "Copy it to change something." in answer.content.decode()
