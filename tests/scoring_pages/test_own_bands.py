"""Scores under a method with band cuts of its own: every page draws them in its bands."""

import re

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.factories.assessments import small_questionnaire
from tests.factories.methods import go_through, make_draft, published
from tests.factories.scoring import scored
from tests.personas import Person
from tests.scoring_pages.reading import get

pytestmark = pytest.mark.django_db
#: Cuts in points, and where on the drawing of 400 units a band begins.
OWN = [10, 20, 45, 90]
BEGIN = [0.0, 40.0, 80.0, 180.0, 360.0]


def drawn(page: str) -> list[list[float]]:
    """Where the bands begin in each interval that the page draws."""
    return [
        [float(x) for x in re.findall(r'class="zone[^"]*" x="([\d.]+)"', bar)]
        for bar in re.findall(r'<svg class="interval-bar".*?</svg>', page, re.DOTALL)
    ]


def test_every_page_of_a_score_draws_it_in_the_bands_of_its_method(
    unit: BusinessUnit, admin: Person, legal: Person
) -> None:
    assessment = scored(unit, small_questionnaire())
    go_through(published(make_draft(band_cuts=OWN)))
    pages = {
        "vendor": reverse("scoring:vendor", args=[assessment.vendor_id]),
        "scorecard": reverse("scoring:scorecard", args=[assessment.pk]),
        "decide": reverse("scoring:decide", args=[assessment.engagement_id]),
        "what if": reverse("scoring:what_if", args=[assessment.pk]),
    }
    for name, path in pages.items():
        found = drawn(get(legal.browser, path))
        assert found, name
        assert all(one == BEGIN for one in found), name
    weights = reverse("scoring:draft_sensitivity", args=[assessment.pk])
    assert drawn(legal.browser.post(weights, follow=True).text) == [BEGIN]


def test_the_page_of_a_vendor_says_how_much_of_the_score_is_covered(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = scored(unit, small_questionnaire())
    page = get(procurement.browser, reverse("scoring:vendor", args=[assessment.vendor_id]))
    assert 'class="coverage' in page
