"""Who decides is told before an approval ends, and when it has."""

from datetime import timedelta

import pytest

from accounts.models import BusinessUnit, Notification
from audit import clock
from scoring.services.notices import tell_of_expiring
from tests.factories.decisions import make_decision
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person

pytestmark = pytest.mark.django_db


def test_an_approval_is_told_of_once_before_its_last_day_and_once_after(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    make_decision(engagement, by=legal.principal, expires_on=clock.today() + timedelta(days=60))
    for days, told in ((29, 0), (31, 1), (60, 1), (61, 2), (70, 2)):
        with clock.at(clock.now() + timedelta(days=days)):
            tell_of_expiring()
        rows = Notification.objects.filter(user=legal.user, kind="decision_expiring")
        assert rows.count() == told, days
    assert "Orders are blocked" in rows.latest("created_at").title
    assert rows.latest("created_at").url == f"/engagements/{engagement.pk}/decisions/"
    assert not Notification.objects.filter(user=procurement.user).exists()


def test_an_approval_that_was_renewed_in_time_is_not_told_of_again(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    make_decision(engagement, by=legal.principal, expires_on=clock.today() + timedelta(days=60))
    make_decision(engagement, by=legal.principal, expires_on=clock.today() + timedelta(days=300))
    with clock.at(clock.now() + timedelta(days=61)):
        tell_of_expiring()
    assert not Notification.objects.filter(kind="decision_expiring").exists()
