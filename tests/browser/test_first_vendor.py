"""From an empty database to a scored vendor, with the keyboard alone; and again without scripts."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.services import setup
from assessments.models import Assessment
from assessments.schema import Kind
from assessments.selectors.assessments import schema_of_version
from assessments.services.questionnaires import builtin
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_the_pipe import LITTLE_AT_STAKE, PATIENCE
from tests.browser.typing import Typist, Wanted
from tests.factories.accounts import PASSWORD
from tests.factories.assessments import good_value
from tests.personas import Person
from tests.workers import Worker

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def wanted_of(page: Page) -> Wanted:
    """Good answers to the questions that this page shows."""
    questionnaire = schema_of_version(builtin())
    found: dict[str, Any] = {}
    for block in page.locator("[data-question]:not([hidden])").all():
        question = questionnaire.by_key[block.get_attribute("data-question") or ""].question
        value: Any = good_value(question)
        several = question.kind is Kind.MULTIPLE
        found[f"q-{question.key}"] = [*value] if several else str(value)
    return found


def add_engage_answer_submit(page: Page, typist: Typist) -> None:
    """Procurement's main task, from the page on which a vendor is added to the receipt."""
    typist.go("Add vendor", {"name": "Lumen Translations"}, tag="button")
    expect(page.get_by_role("heading", name="Lumen Translations")).to_be_visible()
    typist.go("Add engagement", tag="a")
    expect(page.get_by_label("Title")).to_be_visible()
    stake = {f"intake_{key}": value for key, value in LITTLE_AT_STAKE.items()}
    told = {"title": "Manuals for the X200", "service": "Professional", **stake}
    typist.go("Add engagement", {**told, "intake_ip_entrusted": ["copyright_works"]}, tag="button")
    typist.go("Open an assessment", tag="a")
    expect(page.get_by_role("button", name="Open the assessment")).to_be_visible()
    typist.go("Open the assessment", tag="button")
    expect(page.get_by_text("Not started").first).to_be_visible()
    typist.go("Start", tag="a")
    expect(page).to_have_url(re.compile("/sections/"))
    while "/sections/" in (here := page.url):
        expect(page.locator("[data-question]:not([hidden])").first).to_be_visible()
        typist.go("Save and continue", wanted_of(page), tag="button")
        expect(page).not_to_have_url(here)
    typist.go("Check and submit", tag="a")
    expect(page.get_by_role("link", name="Submit", exact=True)).to_be_visible()
    typist.go("Submit", tag="a")
    expect(page.get_by_role("button", name="Submit", exact=True)).to_be_visible()
    typist.go("Submit", tag="button")
    expect(page.get_by_text("answers about Lumen Translations have been submitted")).to_be_visible()


@pytest.mark.worker
def test_an_empty_house_comes_to_its_first_score_without_a_mouse(
    open_page: OpenPage,
    live_server: LiveServer,
    celery_worker_process: Worker,
    look: Look,
) -> None:
    builtin()
    token = setup.new_token() or ""
    page = open_page()
    page.goto("/")
    expect(page).to_have_url(re.compile(reverse("accounts:setup")))
    look(page, "first-1-setup")
    typist = Typist(page)
    typist.go(
        "Set up and sign in",
        {
            "token": token,
            "organisation": "Northwind Tools",
            "unit_names": "Machine tools",
            "name": "Astrid Lindqvist",
            "email": "astrid@northwind.example",
            "password": PASSWORD,
            "again": PASSWORD,
        },
    )
    expect(page.get_by_role("heading", name="To the first score")).to_be_visible()
    look(page, "first-2-steps")
    typist.go("Add a vendor", tag="a")
    expect(page.get_by_role("heading", name="Add a vendor")).to_be_visible()
    add_engage_answer_submit(page, typist)
    card = reverse("scoring:scorecard", args=[Assessment.objects.get().pk])
    typist.go("See the score", tag="a")
    expect(page).to_have_url(re.compile(card))
    expect(page.get_by_role("heading", name="Part by part")).to_be_visible(timeout=PATIENCE)
    look(page, "first-3-score")
    assert len(typist.pages) <= 24
    assert typist.fields <= 48
    page.goto(reverse("accounts:setup"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("not")


def test_buyers_do_their_main_task_with_the_keyboard_and_without_scripts(
    open_page: OpenPage, live_server: LiveServer, procurement: Person
) -> None:
    builtin()
    page = open_page(java_script_enabled=False)
    page.goto(reverse("vendors:add"))
    typist = Typist(page)
    typist.go("Sign in", {"login": procurement.user.email, "password": PASSWORD}, tag="button")
    expect(page.get_by_role("heading", name="Add a vendor")).to_be_visible()
    add_engage_answer_submit(page, typist)
