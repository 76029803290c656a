"""What other units hear of an incident or a subcontract: what is shared with them, no more."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.api.following import asked, followed
from tests.audit.sample import seal_now
from tests.factories.incidents import make_incident
from tests.factories.subcontracts import make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.services import incidents, subcontracts, vendors

pytestmark = pytest.mark.django_db(transaction=True)


def told(program: Program, start: str) -> list[dict[str, Any]]:
    """What is told of incidents and subcontracts since then."""
    seal_now()
    kinds = ("incident.", "subcontract.")
    return [one for one in followed(program, start) if one["type"].startswith(kinds)]


@pytest.fixture
def start(unit: BusinessUnit, other_unit: BusinessUnit, outsider_client: Program) -> str:
    """The place in the feed behind a vendor with whom both units work."""
    seal_now()
    return str(asked(outsider_client, after="now")["next"])


def test_of_an_incident_while_it_is_shared_and_when_it_no_longer_is(
    unit: BusinessUnit, other_unit: BusinessUnit, outsider_client: Program, start: str
) -> None:
    vendor = make_vendor(unit)
    vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
    engagement = make_engagement(vendor, unit)
    make_incident(engagement)
    shared = make_incident(engagement, shared=True)
    [reported] = told(outsider_client, start)
    assert (reported["type"], reported["subject"]["id"]) == ("incident.reported", str(shared.pk))
    assert reported["business_unit_id"] is None
    assert "engagement_id" not in reported["details"]
    for title in ("Copied lids", "Copied hinges"):
        shared.refresh_from_db()
        values = {"title": title, "shared": False}
        incidents.change(incident=shared, version=shared.version, values=values, by=SYSTEM)
    types = [one["type"] for one in told(outsider_client, start)]
    # That it is shared no longer is the last that they hear.
    assert types == ["incident.reported", "incident.changed"]


def test_of_a_subcontract_that_serves_no_engagement_in_particular(
    unit: BusinessUnit, other_unit: BusinessUnit, outsider_client: Program, start: str
) -> None:
    vendor = make_vendor(unit)
    vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
    make_subcontract(vendor, make_vendor(unit), engagement=make_engagement(vendor, unit))
    row = make_subcontract(vendor, make_vendor(unit))
    subcontracts.end(subcontract=row, by=SYSTEM)
    heard = told(outsider_client, start)
    assert [one["type"] for one in heard] == ["subcontract.added", "subcontract.ended"]
    assert {one["details"]["subcontract_id"] for one in heard} == {str(row.pk)}
