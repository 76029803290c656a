"""The statements of the demo."""

from datetime import UTC, datetime

import pytest

from scoring.demo.loading import load
from scoring.models import IndicatorValue
from vendors.models import Statement


@pytest.mark.django_db
def test_statements_are_loaded_and_reach_the_indicators() -> None:
    load(password="", most=3, now=datetime(2026, 11, 28, 9, tzinfo=UTC))
    assert set(Statement.objects.values_list("fiscal_year", flat=True)) == set(range(2021, 2026))
    assert IndicatorValue.objects.filter(key="financial").exists()
