"""The pages of decisions: deciding, what was decided, what is due."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import BusinessUnit
from audit import clock
from scoring.models import Decision
from scoring.selectors.decisions import current
from scoring.services.decisions import Condition
from tests.factories.decisions import make_decision
from tests.factories.findings import make_finding
from tests.factories.scoring import scored
from tests.personas import Person
from tests.scoring_pages.reading import text_of
from vendors.models import Engagement, Finding
from vendors.services import findings

pytestmark = pytest.mark.django_db
DUE = "/decisions/"


def decide_page(engagement: Engagement) -> str:
    return reverse("scoring:decide", args=[engagement.pk])


def typed(engagement: Engagement, **values: object) -> dict[str, object]:
    known = current(engagement)
    return {
        "after": known.number,
        "seen": known.seen,
        "verdict": "approved",
        "reason": "The controls hold.",
        "despite": "The audit is booked.",
        "expires_on": clock.today() + timedelta(days=100),
        **values,
    }


def test_what_is_known_stands_beside_the_form(unit: BusinessUnit, legal: Person) -> None:
    engagement = scored(unit, worst=True).engagement
    make_finding(unit, vendor=engagement.vendor, engagement=engagement, title="An open share")
    html = legal.browser.get(decide_page(engagement)).content.decode()
    assert "An open share" in html
    assert "cannot be approved as it stands" in html
    assert "None was set off." not in html


def test_a_decision_with_conditions_is_made_and_shown_beside_the_score(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = scored(unit)
    engagement = assessment.engagement
    answer = legal.browser.post(
        decide_page(engagement),
        typed(
            engagement,
            verdict="approved_with_conditions",
            text_0="Retrieve the moulds",
            due_0=clock.today() + timedelta(days=30),
            finding_0="on",
            text_1="",
        ),
    )
    assert answer.status_code == 302
    page = procurement.browser.get(answer.headers["Location"]).content.decode()
    assert "Approved with conditions" in page
    assert "Retrieve the moulds" in page
    assert "The controls hold." in page
    card = procurement.browser.get(reverse("scoring:scorecard", args=[assessment.pk]))
    assert "Approved with conditions" in card.content.decode()
    vendor = procurement.browser.get(reverse("scoring:vendor", args=[engagement.vendor_id]))
    assert "Approved with conditions" in vendor.content.decode()
    assert decide_page(engagement) not in vendor.content.decode()


def test_an_approval_of_what_is_not_final_warns_and_keeps_why_it_is_given_all_the_same(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = scored(unit).engagement
    page = decide_page(engagement)
    assert "The score is not final" in legal.browser.get(page).content.decode()
    refused = legal.browser.post(page, typed(engagement, despite=" "))
    assert refused.status_code == 200
    assert "Say why it is approved all the same." in refused.content.decode()
    assert not Decision.objects.exists()
    answer = legal.browser.post(page, typed(engagement))
    shown = legal.browser.get(answer.headers["Location"]).content.decode()
    assert "The audit is booked." in shown


def test_a_condition_shows_how_far_it_has_come_and_that_it_is_late(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = scored(unit).engagement
    past = clock.now() - timedelta(days=30)
    with clock.at(past):
        day = clock.today() + timedelta(days=5)
        said = [
            Condition(text="Retrieve the moulds", due_on=day, finding=True),
            Condition(text="Bring us the licence", due_on=day),
        ]
        make_decision(engagement, "approved_with_conditions", conditions=said)
    address = reverse("scoring:decisions_of", args=[engagement.pk])
    assert legal.browser.get(address).content.decode().count("Overdue") == 2
    finding = Finding.objects.get()
    findings.close(
        finding=finding,
        version=finding.version,
        reason="They are here.",
        verified_by=legal.user,
        by=legal.principal,
    )
    shown = legal.browser.get(address).content.decode()
    assert shown.count("Overdue") == 1
    assert "Met" in shown


def test_what_was_typed_is_shown_again_when_it_is_refused(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = scored(unit).engagement
    refused = legal.browser.post(
        decide_page(engagement),
        typed(engagement, verdict="approved_with_conditions", reason="Kept words", text_0=""),
    )
    html = refused.content.decode()
    assert "Kept words" in html
    assert "Name at least one condition." in html
    assert not Decision.objects.exists()


def test_more_lines_for_conditions_keep_what_was_typed(unit: BusinessUnit, legal: Person) -> None:
    engagement = scored(unit).engagement
    again = legal.browser.post(
        decide_page(engagement), {**typed(engagement, text_0="First"), "text_1": "", "text_2": "",
                                  "more_lines": "1"},
    )  # fmt: skip
    html = again.content.decode()
    assert 'name="text_4"' in html
    assert "First" in html
    assert "There is a problem" not in html


def test_whoever_decides_second_is_told_and_keeps_the_text(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = scored(unit).engagement
    mine = typed(engagement, reason="My long text")
    make_decision(engagement, "on_hold")
    refused = legal.browser.post(decide_page(engagement), mine)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Somebody else has decided" in html
    assert "My long text" in html
    assert 'name="after" value="1"' in html


def test_what_is_due_is_listed_and_downloaded(unit: BusinessUnit, legal: Person) -> None:
    engagement = scored(unit).engagement
    assert "No decision is due" in legal.browser.get(DUE).content.decode()
    make_decision(engagement, expires_on=clock.today() + timedelta(days=9))
    html = legal.browser.get(DUE, {"state": "expiring"}).content.decode()
    assert engagement.title in html
    assert decide_page(engagement) in html
    file = legal.browser.get(f"{DUE}csv/").getvalue()
    assert engagement.title.encode() in file
    none = legal.browser.get(DUE, {"state": "on_hold"}).content.decode()
    assert "Nothing is due for this reason" in none


def test_the_score_of_today_stands_with_its_coverage_day_and_method(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = scored(unit)
    address = reverse("scoring:decisions_of", args=[assessment.engagement_id])
    page = text_of(legal.browser.get(address).content.decode())
    assert f"100% covered · as of {date_format(clock.today())} · method " in page
    assert "See how it is made up" in page
