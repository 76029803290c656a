"""What closing a finding would be worth, on its page and on the score card."""

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.services import assessments, rules
from scoring.selectors.worth import worth_of
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.findings import make_finding
from tests.factories.scoring import say, score
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Finding

pytestmark = pytest.mark.django_db


def test_closing_a_finding_is_worth_what_the_answer_at_best_would_save(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit, engagement=make_engagement(make_vendor(unit), unit))
    answer_all(assessment)
    say(assessment, discloses="never", measures=["nothing"])
    assessments.submit(assessment=assessment, by=SYSTEM)
    before = score(assessment)
    rules.check(engagement_id=assessment.engagement_id)
    finding = Finding.objects.get(cause__endswith=":measures")
    found = worth_of(finding)
    assert found is not None
    worth = found[0]
    assert worth.points > 0
    assert worth.to == (before.points or before.residual) - worth.points
    address = reverse("scoring:finding_worth", args=[finding.pk])
    part = procurement.browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Closing it alone would move the score by" in part
    assert "<html" not in part
    assert (
        address
        in procurement.browser.get(reverse("vendors:finding", args=[finding.pk])).content.decode()
    )
    card = procurement.browser.get(reverse("scoring:scorecard", args=[assessment.pk]))
    html = card.content.decode()
    assert "Open findings, by what closing them is worth" in html
    assert finding.title in html


def test_a_finding_raised_by_hand_is_worth_nothing_in_points(unit: BusinessUnit) -> None:
    assert worth_of(make_finding(unit)) is None
