"""Long forms whose buttons stay in sight, with the keyboard alone: every stop of Tab can be seen on
the way, and the button is reached and does what it says."""

import pytest
from playwright.sync_api import Locator, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments import drafting
from assessments.models import Questionnaire
from assessments.services import drafts
from tests.browser.conftest import OpenPage
from tests.browser.test_score_pages import sign_in
from tests.browser.test_screening_pages import matched
from tests.browser.typing import Typist
from tests.factories.drafts import small_draft
from tests.personas import Person

pytestmark = pytest.mark.browser

#: Low enough for the bar to lie over the form; and as wide as a telephone.
SIZES = pytest.mark.parametrize(("width", "height"), [(1280, 600), (400, 700)])


def name_of(field: Locator) -> str:
    """The name under which the first of these is sent."""
    return field.first.get_attribute("name") or ""


def draft() -> Questionnaire:
    """A draft in two languages; nothing of it is translated."""
    return drafts.edit(
        draft=small_draft(),
        change=drafting.set_about({"languages": ["en", "de"]}),
        did="about",
        place="",
        by=SYSTEM,
    )


@SIZES
def test_a_question_its_weights_and_its_translation_are_saved(
    open_page: OpenPage, live_server: LiveServer, admin: Person, width: int, height: int
) -> None:
    row = draft()
    page = open_page(width=width, height=height)
    sign_in(page, admin, live_server)
    typist = Typist(page)
    edit = f"/questionnaires/{row.pk}"

    page.goto(f"{edit}/questions/staff/")
    typist.go("Save", {"weight": "7"}, tag="button")
    row.refresh_from_db()
    assert drafting.place(row.content, "staff").node["weight"] == 7

    page.goto(f"{edit}/weights/")
    weight = name_of(page.locator(".weight-line input"))
    typist.go("Save", {weight: "3"}, tag="button")
    page.goto(f"{edit}/weights/")
    expect(page.locator(f'[name="{weight}"]')).to_have_value("3")

    page.goto(f"{edit}/translate/de/")
    text = name_of(page.locator(".translation textarea"))
    typist.go("Save", {text: "Eigentum"}, tag="button")
    expect(page.locator(f'[name="{text}"]')).to_have_value("Eigentum")


@SIZES
def test_a_match_is_decided(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    legal: Person,
    width: int,
    height: int,
) -> None:
    *_others, last = matched(unit)
    page = open_page(width=width, height=height)
    sign_in(page, legal, live_server)
    page.goto("/screening/")
    decide = page.locator(f"#m-{last.pk} .decide")
    verdict, reason = (name_of(decide.locator(kind)) for kind in ("[type=radio]", "textarea"))
    said = {verdict: "dismissed", reason: "Another place of birth"}
    Typist(page).go("Save decisions", said, tag="button")
    expect(page.get_by_text("1 match was decided.")).to_be_visible()
    last.refresh_from_db()
    assert last.status == "dismissed"
