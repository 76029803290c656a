"""The explained score, today's and one of the past, as a person at a browser meets them."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.question import Kind
from assessments.selectors.assessments import schema_of
from assessments.services import answers, assessments, review
from assessments.services.answers import AnswerInput
from assessments.services.questionnaires import builtin
from assessments.sheet import EvidenceLevel
from audit import clock
from scoring.services.scores import AGEING
from tests.browser.conftest import Look
from tests.factories.scoring import say, score, scored
from tests.personas import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def page(wide_page: Page, live_server: LiveServer, procurement: Person) -> Page:
    """A wide page on which procurement is signed in."""
    name = settings.SESSION_COOKIE_NAME
    cookie = procurement.browser.cookies[name].value
    wide_page.context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    return wide_page


@pytest.fixture
def aged(unit: BusinessUnit, legal: Person) -> Assessment:
    """Submitted long ago with something bad and something unknown in it; aged since."""
    with clock.at(datetime(2025, 3, 17, 9, tzinfo=UTC)):
        made = scored(unit, name="Zhang Moulds", country="CN")
        say(made, discloses="yearly", subcontracts="yes", measures=["locks"])
        say(made, bound="yes", signed_on="2024-11-01")
        unknown = AnswerInput(None, state="dont_know")
        answers.save(assessment=made, values={"assigns": unknown, "staff": unknown}, by=SYSTEM)
        made = assessments.submit(assessment=made, by=SYSTEM)
        score(made, "assessment.submitted")
        assessments.take(assessment=made, by=legal.principal)
        for key in ("discloses", "measures"):
            review.review_answer(
                assessment=made,
                question_key=key,
                verdict="accepted",
                evidence=EvidenceLevel.INDEPENDENT,
                by=legal.principal,
            )
        score(made, "assessment.reviewed")
    for month in (5, 9):
        with clock.at(datetime(2027, month, 1, 9, tzinfo=UTC)):
            score(made, AGEING)
    return made


def test_a_score_is_explained_today_and_as_it_stood(
    page: Page, aged: Assessment, look: Look
) -> None:
    page.goto(f"/assessments/{aged.pk}/score/")
    expect(page.get_by_role("heading", name="What is not known")).to_be_visible()
    look(page, "explained")
    page.locator("section[aria-labelledby=s-history]").get_by_role("link").nth(0).click()
    expect(page.get_by_role("heading", name="Why it moved")).to_be_visible()
    look(page, "score-on-record")


def test_a_score_is_tried_under_other_weights(page: Page, unit: BusinessUnit, look: Look) -> None:
    made = scored(unit, builtin(), name="Aalto Oy", country="FI")
    asked = schema_of(made)
    worst = {
        key: max(question.choices, key=lambda option: option.risk).key
        for key in made.questions
        if (question := asked.by_key[key].question).kind in {Kind.SINGLE, Kind.YES_NO}
        and not asked.by_key[key].parents
        and question.knock_out is None
    }
    for key, value in list(worst.items())[::3]:
        say(made, **{key: value})
    score(made)
    page.goto(f"/assessments/{made.pk}/score/sensitivity/")
    page.get_by_role("button", name="Try the score under other weights").click()
    expect(page.get_by_text("The band holds in").first).to_be_visible()
    expect(page.locator("#tornado svg")).to_be_visible()
    look(page, "sensitivity")


def test_the_trend_of_a_vendor_shows_what_aged(
    page: Page, unit: BusinessUnit, legal: Person, look: Look
) -> None:
    with clock.at(datetime(2024, 3, 17, 9, tzinfo=UTC)):
        made = assessments.submit(assessment=scored(unit, name="Aalto Oy"), by=SYSTEM)
        score(made, "assessment.submitted")
        assessments.take(assessment=made, by=legal.principal)
    with clock.at(datetime(2024, 6, 2, 9, tzinfo=UTC)):
        for key in ("assigns", "discloses", "measures", "staff", "watched"):
            review.review_answer(
                assessment=made,
                question_key=key,
                verdict="accepted",
                evidence=EvidenceLevel.INDEPENDENT,
                by=legal.principal,
            )
        score(made, "assessment.reviewed")
    for month in range(4, 11, 2):
        with clock.at(datetime(2026, month, 1, 9, tzinfo=UTC)):
            score(made, AGEING)
    with clock.at(datetime(2026, 10, 15, 9, tzinfo=UTC)):
        page.goto(f"/vendors/{made.vendor_id}/")
        expect(page.locator("#history svg")).to_be_visible()
        page.get_by_text("Show as a table").last.click()
        look(page, "vendor-aged")
        page.locator("figure", has=page.locator("#history")).get_by_role("link").last.click()
        expect(page.get_by_role("heading", name="What aged")).to_be_visible()
        look(page, "score-aged")
