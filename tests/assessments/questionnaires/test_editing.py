"""Changing a draft on pages: answers, kinds, order, weights, translations, and two people at it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.principal import SYSTEM
from assessments import drafting
from assessments.models import Questionnaire
from assessments.services import drafts
from tests.factories.drafts import change, put_in_use, small_draft
from tests.personas import Person

pytestmark = pytest.mark.django_db


def at(name: str, row: Questionnaire, *more: str) -> str:
    return reverse(f"assessments:{name}", args=[row.pk, *more])


def _is_sent(value: object) -> bool:
    return value is not None and value is not False and value != ""


def shown(person: Person, address: str) -> dict[str, Any]:
    """What the form of a page holds, as a browser would send it."""
    form = person.browser.get(address).context["form"]
    data = {one.html_name: one.value() for one in form}
    hidden = {"rows": getattr(form, "rows", "")}
    return hidden | {name: value for name, value in data.items() if _is_sent(value)}


def sent(person: Person, address: str, **data: object) -> Any:
    return person.browser.post(address, shown(person, address) | data)


def node(row: Questionnaire, key: str) -> dict[str, Any]:
    row.refresh_from_db()
    return drafting.place(row.content, key).node


def labels(row: Questionnaire) -> list[str]:
    return [drafting.said(one["label"]) for one in node(row, "discloses")["options"]]


def with_german(row: Questionnaire) -> Questionnaire:
    """The draft with German texts of one question."""
    options = [
        {**one, "label": {"en": one["label"], "de": f"{one['label']} (deutsch)"}}
        for one in node(row, "discloses")["options"]
    ]
    row = drafts.edit(
        draft=row, change=drafting.set_about({"languages": ["en", "de"]}), did="about", by=SYSTEM
    )
    words = {"en": "How fast are inventions disclosed?", "de": "Wie schnell?"}
    return change(row, "discloses", options=options, text=words)


def test_saving_a_question_as_it_is_changes_nothing(admin: Person) -> None:
    row = small_draft()
    for one in drafting.places(row.content):
        assert sent(admin, at("draft-question", row, one.node["key"])).status_code == 302
    for section in drafting.sections(row.content):
        assert sent(admin, at("draft-section", row, section["key"])).status_code == 302
    before = row.content
    row.refresh_from_db()
    assert row.content == before
    assert row.revision == 1


def test_notes_of_authors_and_translations_survive_a_change_on_the_page(admin: Person) -> None:
    row = change(with_german(small_draft()), "discloses", comment="From the audit of 2023.")
    page = at("draft-question", row, "discloses")
    assert sent(admin, page, why="Late is lost, and early is cheap.").status_code == 302
    after = node(row, "discloses")
    assert after["comment"] == "From the audit of 2023."
    assert after["text"]["de"] == "Wie schnell?"
    assert after["options"][0]["label"]["de"] == "At once (deutsch)"


def test_answers_change_places_before_anything_is_saved(admin: Person) -> None:
    row = with_german(small_draft())
    page = at("draft-question", row, "discloses")
    typed = shown(admin, page) | {"o0_label": "Immediately", "rows_do": "down 0"}
    answer = admin.browser.post(page, typed)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert [form[f"o{n}_label"].value() for n in range(3)] == [
        "Once a year", "Immediately", "Never",
    ]  # fmt: skip
    assert form["o1_label.de"].value() == "At once (deutsch)"
    assert labels(row) == ["At once", "Once a year", "Never"]
    again = {one.html_name: one.value() for one in form if _is_sent(one.value())}
    assert admin.browser.post(page, again | {"rows": "3"}).status_code == 302
    assert labels(row) == ["Once a year", "Immediately", "Never"]
    assert [one["key"] for one in node(row, "discloses")["options"]][1] == "at_once"


def test_one_more_answer_keeps_what_was_typed(admin: Person) -> None:
    row = small_draft()
    page = at("draft-question", row, "discloses")
    answer = sent(admin, page, text="How soon?", rows_do="more")
    assert answer.status_code == 200
    form = answer.context["form"]
    assert (form.rows, form["text"].value()) == (4, "How soon?")


def test_an_answer_that_gets_another_key_keeps_its_translation(admin: Person) -> None:
    row = with_german(small_draft())
    sent(admin, at("draft-question", row, "discloses"), o0_key="promptly")
    option = node(row, "discloses")["options"][0]
    assert (option["key"], option["label"]["de"]) == ("promptly", "At once (deutsch)")


def test_a_translation_is_typed_on_the_form_and_marked_when_english_moves_on(
    admin: Person,
) -> None:
    row = put_in_use(with_german(small_draft()))
    draft = drafts.copy(source=row, by=SYSTEM)
    page = at("draft-question", draft, "discloses")
    sent(admin, page, text="How quickly are inventions disclosed?")
    answer = admin.browser.get(page)
    (german,) = answer.context["form"].in_languages()
    assert (german.missing, german.outdated) == (2, 1)
    assert "Outdated: English has changed since" in answer.content.decode()
    assert (
        "The translation into German is older"
        in admin.browser.get(at("questionnaire-check", draft)).content.decode()
    )
    sent(admin, page, **{"text.de": "Wie rasch?", "why.de": "Spät ist verloren."})
    (german,) = admin.browser.get(page).context["form"].in_languages()
    assert (german.missing, german.outdated) == (1, 0)
    assert node(draft, "discloses")["why"] == {"en": "Late is lost.", "de": "Spät ist verloren."}


def test_another_kind_is_taken_only_after_its_losses_were_read(admin: Person) -> None:
    row = small_draft()
    page = at("draft-kind", row, "discloses")
    asked = admin.browser.post(page, {"kind": "number"})
    assert asked.status_code == 200
    assert "Answers with their risks and translations: 3" in asked.content.decode()
    assert node(row, "discloses")["kind"] == "single"
    done = admin.browser.post(page, {"kind": "number", "sure": "on"})
    assert done.headers["Location"] == at("draft-question", row, "discloses")
    assert node(row, "discloses")["kind"] == "number"


def test_another_kind_that_loses_nothing_needs_no_second_word(admin: Person) -> None:
    row = small_draft()
    admin.browser.post(at("draft-kind", row, "assigns"), {"kind": "single"})
    assert [one["key"] for one in node(row, "assigns")["options"]] == ["yes", "no"]


def test_a_question_is_moved_up_copied_and_put_behind_another(admin: Person) -> None:
    row = small_draft()
    browser = admin.browser
    browser.post(at("draft-arrange", row, "discloses"), {"do": "up"})
    browser.post(at("draft-arrange", row, "discloses"), {"do": "copy"})
    row.refresh_from_db()
    first = [one["key"] for one in row.content["sections"][0]["questions"]]
    assert first == ["discloses", "discloses_2", "assigns"]
    browser.post(at("draft-arrange", row, "discloses_2"), {"to": "q subcontracts"})
    row.refresh_from_db()
    assert drafting.place(row.content, "discloses_2").parents[-1]["key"] == "subcontracts"


def test_a_step_on_an_order_that_somebody_changed_meanwhile_shows_both_and_does_nothing(
    admin: Person,
) -> None:
    row = small_draft()
    seen = row.revision
    drafts.edit(draft=row, change=drafting.shift_question("staff", -1), did="shifted", by=SYSTEM)
    page = at("draft-arrange", row, "staff")
    answer = admin.browser.post(page, {"do": "up", "revision": seen})
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "On your screen" in words
    ((name, before, after),) = answer.context["rows"]
    assert name == "Order"
    assert before != after
    row.refresh_from_db()
    again = {"revision": row.revision, **dict(answer.context["sent"])}
    assert admin.browser.post(page, again).status_code == 302


def test_a_step_elsewhere_does_not_get_in_the_way(admin: Person) -> None:
    row = small_draft()
    seen = row.revision
    change(row, "assigns", weight=9)
    page = at("draft-arrange", row, "staff")
    assert admin.browser.post(page, {"do": "up", "revision": seen}).status_code == 302


def test_nothing_is_deleted_that_somebody_else_has_changed_since(admin: Person) -> None:
    row = small_draft()
    page = at("draft-remove", row, "subcontracts")
    assert "2 questions in it are deleted, too." in admin.browser.get(page).content.decode()
    seen = row.revision
    change(row, "bound", text="Is every subcontractor bound in writing?")
    answer = admin.browser.post(page, {"revision": seen})
    assert answer.status_code == 409
    assert "Is every subcontractor bound in writing?" in answer.content.decode()
    row.refresh_from_db()
    assert admin.browser.post(page, {"revision": row.revision}).status_code == 302
    row.refresh_from_db()
    assert "bound" not in drafting.keys(row.content)
    admin.browser.post(at("questionnaire-undo", row), {"revision": row.revision})
    row.refresh_from_db()
    assert "bound" in drafting.keys(row.content)


def test_weights_of_a_section_are_set_side_by_side(admin: Person) -> None:
    row = small_draft()
    page = at("draft-section-weights", row, "secrets")
    groups = admin.browser.get(page).context["groups"]
    assert [len(one.rows) for one in groups] == [4, 1, 1]
    assert sent(admin, page, staff="3", revision=row.revision).status_code == 302
    assert node(row, "staff")["weight"] == 3
    assert "weight" not in node(row, "measures")
    refused = sent(admin, page, staff="-1")
    assert refused.status_code == 200
    assert node(row, "staff")["weight"] == 3
    assert sent(admin, at("draft-weights", row), secrets="4").status_code == 302
    row.refresh_from_db()
    assert drafting.section(row.content, "secrets")["weight"] == 4


def test_two_translators_of_one_text_see_both_words(admin: Person) -> None:
    row = with_german(small_draft())
    page = at("draft-translate", row, "de") + "?section=ownership"
    place = next(
        one for one in admin.browser.get(page).context["places"]
        if one["english"] == "Late is lost."
    )  # fmt: skip
    typed = {
        f"en.{place['name']}": "Late is lost.", f"was.{place['name']}": "",
        place["name"]: "Zu spät",
    }  # fmt: skip
    change(row, "discloses", why={"en": "Late is lost.", "de": "Spät"})
    answer = admin.browser.post(page, typed)
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "Zu spät" in words
    assert "Spät" in words
    assert node(row, "discloses")["why"]["de"] == "Spät"
    again = {**typed, f"was.{place['name']}": "Spät"}
    assert admin.browser.post(page, again).status_code == 302
    assert node(row, "discloses")["why"]["de"] == "Zu spät"


def test_an_empty_draft_can_be_looked_at_from_every_side(admin: Person) -> None:
    row = drafts.start(key="light", title="Light", languages=["en", "de"], by=SYSTEM)
    for name in ("questionnaire", "questionnaire-check", "questionnaire-preview", "draft-weights"):
        assert admin.browser.get(at(name, row)).status_code == 200
    assert admin.browser.get(at("draft-translate", row, "de")).status_code == 200
    check = admin.browser.get(at("questionnaire-check", row)).content.decode()
    assert at("draft-section-add", row) in check


def test_the_check_leads_to_the_field_that_is_to_be_mended(admin: Person) -> None:
    row = small_draft()
    row = change(row, "discloses", options=[{"key": "a", "label": "A"}, {"key": "b", "risk": 0}])
    row = change(row, "watched", applies={"tiers": ["low"]})
    row = drafts.edit(
        draft=row, change=drafting.set_weights({"ownership": 0}), did="weights", by=SYSTEM
    )
    page = admin.browser.get(at("questionnaire-check", row)).content.decode()
    assert "Answer 1, Risk: is missing" in page
    assert at("draft-question", row, "discloses") + "#answers" in page
    assert at("draft-question", row, "watched") + "#asked" in page
    assert "The section weighs nothing" in page
    assert at("draft-section", row, "ownership") + "#id_weight" in page


@pytest.mark.parametrize("name", ["questionnaire", "questionnaire-check", "questionnaire-preview"])
def test_long_questionnaires_take_no_more_queries_than_short_ones(admin: Person, name: str) -> None:
    row = small_draft()

    def longer(content: drafting.Content) -> drafting.Node:
        for number in range(400):
            one = {
                "key": f"more_{number}", "kind": "yes_no", "text": f"And {number}?", "why": "So.",
                "good_evidence": "That.", "respondent": "vendor", "risk": {"yes": 0, "no": 1},
            }  # fmt: skip
            node = drafting.section(content, "secrets")
            node["questions"].append(one)
        return dict(content)

    admin.browser.get(at(name, row))
    with CaptureQueriesContext(connection) as short:
        admin.browser.get(at(name, row) + "?side=reviewer")
    row = drafts.edit(
        draft=row,
        change=lambda content: longer(drafting.edited(content)),
        did="question_added",
        by=SYSTEM,
    )
    with CaptureQueriesContext(connection) as long:
        page = admin.browser.get(at(name, row) + "?side=reviewer")
    assert len(long) <= len(short) + 1
    assert "And 399?" in page.content.decode() or name == "questionnaire-check"


def test_a_draft_goes_back_to_before_one_of_its_changes(admin: Person) -> None:
    row = small_draft()
    admin.browser.post(at("draft-remove", row, "secrets"))
    row.refresh_from_db()
    row = change(row, "assigns", weight=7)
    page = admin.browser.get(at("draft-changes", row))
    words = page.content.decode()
    assert "Section deleted" in words
    assert "Question changed" in words
    (_changed, deleted) = page.context["states"]
    admin.browser.post(at("draft-changes", row), {"state": deleted[0].pk})
    row.refresh_from_db()
    assert "subcontracts" in drafting.keys(row.content)
