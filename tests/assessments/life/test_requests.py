"""Requests for suppliers: asking, triage, and what is made of them."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.scoping import NotAllowed
from assessments.models import SupplierRequest
from assessments.selectors.requests import requests_visible_to
from assessments.services import requests
from assessments.services.questionnaires import builtin
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.accounts import make_user
from tests.factories.requests import asked
from tests.personas import Person
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def requester(unit: BusinessUnit) -> Person:
    return Person(make_user(Role.REQUESTER, unit, name="Rita Requester"))


def test_what_is_not_known_yet_counts_as_the_highest_risk(
    unit: BusinessUnit, requester: Person
) -> None:
    one = asked(unit, requester.principal)
    assert one.tier == "critical"
    assert requests.suggestion(one).depth == "full"


def test_each_field_that_is_wrong_is_named(unit: BusinessUnit, requester: Person) -> None:
    with pytest.raises(Invalid) as refused:
        requests.ask(
            unit=unit,
            values={"title": " ", "vendor_name": "x" * 201, "country": "XX", "service": "magic"},
            by=requester.principal,
        )
    assert set(refused.value.extra["errors"]) == {"title", "vendor_name", "country", "service"}


def test_a_requester_sees_their_own_requests_only(
    unit: BusinessUnit, requester: Person, procurement: Person
) -> None:
    mine = asked(unit, requester.principal)
    asked(unit, procurement.principal)
    assert list(requests_visible_to(requester.principal)) == [mine]
    assert requests_visible_to(procurement.principal).count() == 2


def test_another_unit_sees_none(
    unit: BusinessUnit, requester: Person, outsider_procurement: Person
) -> None:
    asked(unit, requester.principal)
    assert not requests_visible_to(outsider_procurement.principal).exists()


def test_a_requester_does_not_triage(unit: BusinessUnit, requester: Person) -> None:
    one = asked(unit, requester.principal)
    with pytest.raises(NotAllowed):
        requests.decide(request=one, version=1, depth="none", reason="", by=requester.principal)


def test_less_than_suggested_needs_a_reason(
    unit: BusinessUnit, requester: Person, procurement: Person
) -> None:
    one = asked(unit, requester.principal)
    with pytest.raises(Invalid) as refused:
        requests.decide(request=one, version=1, depth="light", reason="", by=procurement.principal)
    assert set(refused.value.extra["errors"]) == {"reason"}
    done = requests.decide(
        request=one, version=1, depth="light", reason="A trial order.", by=procurement.principal
    )
    assert (done.status, done.depth, done.triaged_by) == ("triaged", "light", procurement.user)


def test_two_who_triage_at_once_do_not_overwrite_each_other(
    unit: BusinessUnit, requester: Person, procurement: Person
) -> None:
    one = asked(unit, requester.principal)
    requests.decide(request=one, version=1, depth="full", reason="", by=procurement.principal)
    with pytest.raises(OutOfDate):
        requests.decide(request=one, version=1, depth="light", reason="x", by=procurement.principal)


class TestStarting:
    """Vendor, engagement and assessment out of one request."""

    def triaged(
        self, unit: BusinessUnit, requester: Person, procurement: Person, depth: str, **said: Any
    ) -> SupplierRequest:
        one = asked(unit, requester.principal, **said)
        return requests.decide(
            request=one, version=1, depth=depth, reason="A trial.", by=procurement.principal
        )

    def test_a_full_one_asks_everything(
        self, unit: BusinessUnit, requester: Person, procurement: Person
    ) -> None:
        builtin()
        one = self.triaged(unit, requester, procurement, "full")
        made = requests.start(request=one, version=2, by=procurement.principal)
        assert made.vendor.name == "Bolt and Sons Ltd"
        assert (made.engagement.tier, made.engagement.status) == ("critical", "planned")
        assert made.assessment is not None
        light = self.triaged(unit, requester, procurement, "light", title="A second one")
        less = requests.start(
            request=light, version=2, vendor=made.vendor, by=procurement.principal
        )
        assert less.vendor == made.vendor
        assert less.assessment is not None
        assert 0 < len(less.assessment.questions) < len(made.assessment.questions)
        # What is asked is less; what is at stake is not.
        assert less.assessment.tier == "critical"

    def test_none_makes_no_assessment(
        self, unit: BusinessUnit, requester: Person, procurement: Person
    ) -> None:
        one = self.triaged(unit, requester, procurement, "none")
        made = requests.start(request=one, version=2, by=procurement.principal)
        assert made.assessment is None
        one.refresh_from_db()
        assert (one.status, one.engagement) == ("started", made.engagement)

    def test_it_cannot_be_started_before_triage_or_twice(
        self, unit: BusinessUnit, requester: Person, procurement: Person
    ) -> None:
        waiting = asked(unit, requester.principal)
        with pytest.raises(requests.RequestSettled):
            requests.start(request=waiting, version=1, by=procurement.principal)
        one = self.triaged(unit, requester, procurement, "none")
        requests.start(request=one, version=2, by=procurement.principal)
        with pytest.raises(requests.RequestSettled):
            requests.start(request=one, version=3, by=procurement.principal)
        assert Vendor.objects.filter(name="Bolt and Sons Ltd").count() == 1


def test_whoever_asked_withdraws_and_nobody_else_who_only_asks(
    unit: BusinessUnit, requester: Person
) -> None:
    one = asked(unit, requester.principal)
    other = Person(make_user(Role.REQUESTER, unit, name="Otto Other"))
    with pytest.raises(NotAllowed):
        requests.withdraw(request=one, version=1, by=other.principal)
    assert requests.withdraw(request=one, version=1, by=requester.principal).status == "withdrawn"


def test_names_and_words_stay_out_of_the_record_itself(
    unit: BusinessUnit, requester: Person
) -> None:
    asked(unit, requester.principal, description="Secret plans")
    said = Event.objects.get(type="request.asked").data
    assert "Bolt" not in str(said)
    assert "Secret" not in str(said)
