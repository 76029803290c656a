"""The incidents, monitoring plans and trainings of the demo."""

from datetime import UTC, datetime

import pytest

from scoring.demo import facts_incidents
from scoring.demo.cast import cast
from scoring.demo.loading import load
from scoring.models import IndicatorValue
from vendors.models import Incident, MonitoringCheck, TrainingPerson


@pytest.mark.parametrize("vendor", sorted(facts_incidents.vendors()))
def test_every_vendor_of_which_something_is_told_is_one_of_the_demo(vendor: str) -> None:
    assert vendor in {one.name for one in cast().companies}


@pytest.mark.django_db
def test_they_are_loaded_and_reach_the_indicators() -> None:
    load(password="", most=6, now=datetime(2026, 11, 28, 9, tzinfo=UTC))
    assert set(Incident.objects.values_list("status", flat=True)) >= {"remedying", "investigating"}
    assert MonitoringCheck.objects.filter(finding="suspicious", incident=None).exists()
    assert TrainingPerson.objects.filter(records=None).exists()
    for key in ("incidents", "monitoring", "training"):
        assert IndicatorValue.objects.filter(key=key).exists(), key
