"""Where everybody lands, and the first steps to a score."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from scoring.models import CurrentScore
from tests.factories.accounts import make_user
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.scoring import score, scored
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from tests.scoring_pages.reading import get

pytestmark = pytest.mark.django_db
HOME = "/"


def next_step(person: Person) -> tuple[int, str]:
    """How many steps are done, and where the next one leads."""
    steps = person.browser.get(HOME).context["steps"]
    return sum(one.done for one in steps), next(one.url for one in steps if not one.done)


def test_the_first_steps_lead_from_nothing_to_a_score_and_are_gone_then(
    unit: BusinessUnit, procurement: Person
) -> None:
    assert next_step(procurement) == (0, reverse("vendors:add"))
    vendor = make_vendor(unit)
    assert next_step(procurement) == (1, reverse("vendors:engagement_add", args=[vendor.pk]))
    engagement = make_engagement(vendor, unit)
    assert next_step(procurement) == (2, reverse("assessments:open", args=[engagement.pk]))
    assessment = make_assessment(unit, engagement=engagement, questionnaire=small_questionnaire())
    opened = reverse("assessments:assessment", args=[assessment.pk])
    assert next_step(procurement) == (2, opened)
    scored(unit)
    # A draft has a score, too; the way ends with the first one that was submitted.
    assert next_step(procurement)[0] == 2
    one = CurrentScore.objects.exclude(status="not_rated").get().assessment
    one.submitted_at, one.status = one.opened_at, "submitted"
    one.save()
    score(one)
    assert procurement.browser.get(HOME).status_code == 302


def test_whoever_puts_the_first_steps_away_sees_them_no_more(
    procurement: Person, unit_admin: Person
) -> None:
    assert "To the first score" in get(procurement.browser, HOME)
    procurement.browser.post(reverse("scoring:first_steps_hide"))
    assert procurement.browser.get(HOME).status_code == 302
    # Of others they are not gone.
    assert "To the first score" in get(unit_admin.browser, HOME)


def test_each_role_lands_where_its_day_begins(
    unit: BusinessUnit, legal: Person, auditor: Person, procurement: Person
) -> None:
    procurement.browser.post(reverse("scoring:first_steps_hide"))
    for person, page in (
        (legal, "scoring:dashboard"),
        (auditor, "scoring:dashboard"),
        (procurement, "scoring:purchasing"),
    ):
        assert person.browser.get(HOME)["Location"] == reverse(page)
    assert legal.browser.get("/?tier=high")["Location"] == "/dashboard/?tier=high"
    asking = Client()
    asking.force_login(make_user(Role.REQUESTER, unit))
    assert asking.get(HOME)["Location"] == reverse("assessments:requests")
