"""What could be got back: the working on the page, the simulation, the file."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.factories.contracts import make_contract, make_exposure, make_policy
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement

RATES: dict[str, Any] = {"per_year_low": "0.1", "per_year_likely": "0.2", "per_year_high": "0.5"}


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Nam Long JSC"), unit, title="Housings")


def test_without_an_estimate_the_page_says_what_to_do(
    engagement: Engagement, legal: Person
) -> None:
    html = legal.browser.get(reverse("scoring:liability", args=[engagement.pk])).content.decode()
    assert "No estimate yet" in html
    assert reverse("vendors:exposure", args=[engagement.pk]) in html


def test_the_calculation_is_shown_line_by_line_and_adds_up(
    engagement: Engagement, legal: Person
) -> None:
    make_exposure(engagement)
    make_policy(engagement.vendor, eroded="250000.25", deductible="50000")
    make_contract(engagement, cap_kind="uncapped", carve_outs=[])
    html = legal.browser.get(reverse("scoring:liability", args=[engagement.pk])).content.decode()
    assert "699,999.75" in html  # 1,000,000 - 250,000.25 - 50,000
    assert "1,300,000.25" in html  # what stays of 2,000,000
    assert "no limit" in html
    assert "65.0%" in html
    assert "many years are played through here" in html


def test_the_simulation_has_a_chart_a_table_and_a_file_with_the_same_numbers(
    engagement: Engagement, legal: Person
) -> None:
    make_exposure(engagement, **RATES)
    html = legal.browser.get(reverse("scoring:liability", args=[engagement.pk])).content.decode()
    assert "Standard error of that mean" in html
    assert 'data-chart="trend"' in html
    response = legal.browser.get(reverse("scoring:liability_csv", args=[engagement.pk]))
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "More than,Currency,Share of years"
    assert lines[1].startswith("0.00,EUR,0.")
    again = legal.browser.get(reverse("scoring:liability", args=[engagement.pk])).content.decode()
    assert html.partition("How a year might go")[2] == again.partition("How a year might go")[2]


def test_the_file_is_not_there_without_a_simulation(engagement: Engagement, legal: Person) -> None:
    make_exposure(engagement)
    response = legal.browser.get(reverse("scoring:liability_csv", args=[engagement.pk]))
    assert response.status_code == 404
