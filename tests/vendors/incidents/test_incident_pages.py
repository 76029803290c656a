"""The pages of incidents: reporting, reading, putting right, ending."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.incidents import make_incident, make_subcontract
from tests.factories.subcontracts import make_company
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Incident, IncidentMeasure, VendorUnit
from vendors.services import incident_parts, incidents


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, title="Housings")


def typed(**values: Any) -> dict[str, Any]:
    return {
        "title": "Copied housings",
        "found_how": "test_purchase",
        "found_on": "2026-01-15",
        "severity": "severe",
        "ip_kinds": ["designs"],
        **values,
    }


#: The steps from a confirmed incident, the likeliest first.
ENDING = ("remedying", "closed", "unfounded", "investigating")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def at(name: str, *args: UUID | str) -> str:
    return reverse(f"vendors:{name}", args=args)


def html(person: Person, address: str) -> str:
    response = person.browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_an_incident_is_reported_for_an_engagement_or_all_of_a_unit(
    engagement: Engagement, unit: BusinessUnit, procurement: Person
) -> None:
    address = at("incident_add", engagement.vendor_id)
    page = html(procurement, address)
    assert "Housings (Machine tools)" in page
    assert "All that the vendor does for Machine tools" in page
    for place, title in ((engagement.pk, "First"), (unit.pk, "Second")):
        sent = typed(place=str(place), title=title)
        response = procurement.browser.post(address, sent, follow=True)
        assert "The incident is on record" in response.content.decode()
    first, second = Incident.objects.order_by("pk")
    assert (first.engagement, first.unit) == (engagement, unit)
    assert (second.engagement, second.unit) == (None, unit)


def test_what_was_typed_is_still_there_when_it_is_refused(
    engagement: Engagement, procurement: Person
) -> None:
    sent = typed(
        place=str(engagement.pk), found_on="2026-02-30", description="At the fair in Hanoi"
    )
    response = procurement.browser.post(at("incident_add", engagement.vendor_id), sent)
    page = response.content.decode()
    assert "At the fair in Hanoi" in page
    assert "There is 1 problem" in page
    assert not Incident.objects.exists()


def test_the_page_of_an_incident_offers_each_role_what_it_may_do(
    engagement: Engagement, procurement: Person, legal: Person, auditor: Person
) -> None:
    incident = make_incident(engagement, status="confirmed", by=procurement.principal)
    address = at("incident", incident.pk)
    close = at("incident_step", incident.pk, "closed")
    page = html(legal, address)
    steps = [page.index(at("incident_step", incident.pk, one)) for one in ENDING]
    assert steps == sorted(steps)
    page = html(procurement, address)
    assert close not in page
    assert at("incident_step", incident.pk, "remedying") in page
    assert "You reported it, so somebody else closes it." in page
    page = html(auditor, address)
    assert "/to/" not in page
    assert "Add the note" not in page


def test_closing_asks_why_and_says_which_measures_are_open(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    incident = make_incident(engagement, status="confirmed", by=procurement.principal)
    measure = incident_parts.add_measure(
        incident=incident, what="Return the tools", owner="Vendor", due_on=date(2026, 5, 1),
        by=SYSTEM,
    )  # fmt: skip
    address = at("incident_step", incident.pk, "closed")
    assert procurement.browser.get(address).status_code == 403
    page = legal.browser.post(address, {"version": "2", "reason": ""}).content.decode()
    assert "Why: This field is required." in page
    response = legal.browser.post(address, {"version": "2", "reason": "Settled"})
    assert response.status_code == 409
    assert "neither done nor explained: Return the tools" in response.content.decode()
    done = {"done_on": date(2026, 2, 1)}
    incident_parts.change_measure(measure=measure, version=1, values=done, by=SYSTEM)
    response = legal.browser.post(address, {"version": "2", "reason": "Settled"}, follow=True)
    assert "Settled" in response.content.decode()
    incident.refresh_from_db()
    assert incident.status == "closed"


def test_whoever_comes_second_keeps_the_reason_they_typed(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    incident = make_incident(engagement, status="confirmed", by=procurement.principal)
    incidents.change(incident=incident, version=2, values={"severity": "minor"}, by=SYSTEM)
    address = at("incident_step", incident.pk, "closed")
    response = legal.browser.post(address, {"version": "2", "reason": "Tools are back"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Tools are back" in page
    assert hidden(page, "version") == "3"
    sent = {"version": "3", "reason": "Tools are back"}
    assert legal.browser.post(address, sent).status_code == 302


def test_a_step_that_does_not_exist_is_no_page(engagement: Engagement, legal: Person) -> None:
    incident = make_incident(engagement)
    assert legal.browser.get(at("incident_step", incident.pk, "gone")).status_code == 404
    response = legal.browser.post(
        at("incident_step", incident.pk, "remedying"), {"version": "1", "reason": ""}
    )
    assert response.status_code == 409
    assert "cannot become" in response.content.decode()


def test_two_people_who_change_the_same_field_see_both_values(
    engagement: Engagement, procurement: Person
) -> None:
    incident = make_incident(engagement, title="Copies")
    address = at("incident_edit", incident.pk)
    base = hidden(html(procurement, address), "base")
    changed = {"title": "Fakes", "assets": "Mould M-1"}
    incidents.change(incident=incident, version=1, values=changed, by=SYSTEM)
    sent = typed(
        title="Counterfeits", severity="serious", ip_kinds=[], engagement_id=str(engagement.pk),
        base=base,
    )  # fmt: skip
    response = procurement.browser.post(address, sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Fakes" in page
    assert "Counterfeits" in page
    assert "Mould M-1" in page
    sent |= {"base": hidden(page, "base"), "assets": "Mould M-1"}
    assert procurement.browser.post(address, sent).status_code == 302
    incident.refresh_from_db()
    assert (incident.title, incident.assets) == ("Counterfeits", "Mould M-1")


def test_changes_of_different_fields_are_joined(
    engagement: Engagement, procurement: Person
) -> None:
    incident = make_incident(engagement, title="Copies", found_on=date(2026, 1, 15))
    address = at("incident_edit", incident.pk)
    base = hidden(html(procurement, address), "base")
    incidents.change(incident=incident, version=1, values={"assets": "Mould M-1"}, by=SYSTEM)
    sent = typed(
        title="Copies of housings", severity="serious", ip_kinds=[],
        engagement_id=str(engagement.pk), base=base,
    )  # fmt: skip
    assert procurement.browser.post(address, sent).status_code == 302
    incident.refresh_from_db()
    assert (incident.title, incident.assets) == ("Copies of housings", "Mould M-1")


def test_a_measure_is_added_done_and_verified(engagement: Engagement, procurement: Person) -> None:
    incident = make_incident(engagement)
    sent = {"what": "Return the tools", "owner": "Vendor", "due_on": "2026-05-01"}
    procurement.browser.post(at("measure_add", incident.pk), sent)
    measure = IncidentMeasure.objects.get()
    address = at("measure_edit", incident.pk, measure.pk)
    base = hidden(html(procurement, address), "base")
    procurement.browser.post(address, {**sent, "done_on": "2026-02-01", "base": base})
    verify = at("measure_verify", incident.pk, measure.pk)
    page = procurement.browser.post(verify, {"version": "2"}, follow=True).content.decode()
    assert "verified on" in page
    assert "Pia Procurement" in page


def test_evidence_is_added_and_taken_off_after_asking(
    engagement: Engagement, procurement: Person
) -> None:
    incident = make_incident(engagement)
    sent = {"title": "Sample", "kept_at": "Safe 3", "dated": "2026-01-20", "note": ""}
    page = procurement.browser.post(
        at("incident_evidence_add", incident.pk), sent, follow=True
    ).content.decode()
    assert "Safe 3" in page
    address = at("incident_evidence_remove", incident.pk, incident.evidence.get().pk)
    assert "Remove “Sample”?" in html(procurement, address)
    assert incident.evidence.exists()
    procurement.browser.post(address)
    assert not incident.evidence.exists()


def test_a_note_and_what_the_vendor_says_are_shown(
    engagement: Engagement, procurement: Person
) -> None:
    incident = make_incident(engagement)
    note = at("incident_note", incident.pk)
    assert "There is 1 problem" in procurement.browser.post(note, {"text": ""}).content.decode()
    procurement.browser.post(note, {"text": "Called their counsel"})
    sent = {"version": "1", "statement": "Sold with your permission"}
    procurement.browser.post(at("incident_dispute", incident.pk), sent)
    page = html(procurement, at("incident", incident.pk))
    assert "Called their counsel" in page
    assert "Disputed by the vendor" in page
    assert "Sold with your permission" in page


def test_another_unit_sees_what_is_shared_and_nothing_else(
    engagement: Engagement, other_unit: BusinessUnit, outsider_procurement: Person
) -> None:
    VendorUnit.objects.create(vendor=engagement.vendor, unit=other_unit)
    own = make_incident(engagement, title="Kept to ourselves")
    shared = make_incident(engagement, title="Known to all", shared=True)
    incidents.note(incident=shared, text="Talked to counsel", by=SYSTEM)
    incident_parts.add_evidence(incident=shared, title="Sample", kept_at="Safe 3", by=SYSTEM)
    page = html(outsider_procurement, at("incidents", engagement.vendor_id))
    assert "Known to all" in page
    assert "Kept to ourselves" not in page
    assert outsider_procurement.browser.get(at("incident", own.pk)).status_code == 404
    page = html(outsider_procurement, at("incident", shared.pk))
    for hidden_text in ("Talked to counsel", "Safe 3", "Housings", "Add a measure"):
        assert hidden_text not in page
    assert outsider_procurement.browser.get(at("incident_edit", shared.pk)).status_code == 404
    assert "Known to all" in html(outsider_procurement, at("all_incidents"))


def test_incidents_of_fourth_parties_stand_below_with_the_way_to_them(
    engagement: Engagement, unit: BusinessUnit, procurement: Person
) -> None:
    middle, bottom = make_vendor(unit, name="Middle Ltd"), make_vendor(unit, name="Bottom Ltd")
    make_subcontract(engagement.vendor, middle)
    make_subcontract(middle, bottom)
    make_incident(make_engagement(bottom, unit), title="Far away")
    page = html(procurement, at("incidents", engagement.vendor_id))
    assert "Far away" in page
    assert "Middle Ltd → Bottom Ltd" in page
    assert "2 steps down" in page


def test_the_list_is_filtered_by_its_address_and_comes_as_a_file(
    engagement: Engagement, procurement: Person
) -> None:
    make_incident(engagement, title="Open one")
    make_incident(engagement, title="Closed one", status="closed", severity="minor")
    make_incident(engagement, title="=HYPERLINK(1)", severity="critical")
    page = html(procurement, at("all_incidents"))
    assert "Open one" in page
    assert "Closed one" not in page
    page = html(procurement, at("all_incidents") + "?state=ended")
    assert "Closed one" in page
    page = html(procurement, at("all_incidents") + "?state=all&severity=critical&q=hyper")
    assert "HYPERLINK" in page
    assert "Open one" not in page
    assert "No incident matches" in html(procurement, at("all_incidents") + "?q=nothing+such")
    response = procurement.browser.get(at("incidents_csv") + "?state=all")
    text = response.getvalue().decode()
    assert text.count("\n") == 4
    assert "'=HYPERLINK(1)" in text
    of_vendor = procurement.browser.get(at("vendor_incidents_csv", engagement.vendor_id))
    assert of_vendor.getvalue().decode().count("\n") == 4


@pytest.mark.parametrize("name", ["all_incidents", "incidents"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(
    engagement: Engagement, procurement: Person, name: str
) -> None:
    address = at(name) if name == "all_incidents" else at(name, engagement.vendor_id)
    make_incident(engagement)
    html(procurement, address)
    with CaptureQueriesContext(connection) as few:
        html(procurement, address)
    for _number in range(5):
        make_incident(engagement)
    with CaptureQueriesContext(connection) as many:
        html(procurement, address)
    assert len(many) == len(few)


def test_an_incident_of_a_fourth_party_is_reported_from_the_vendor_above(
    engagement: Engagement, unit: BusinessUnit, procurement: Person
) -> None:
    below = make_company(engagement.vendor, "Anvil Galvanics")
    make_subcontract(engagement.vendor, below)
    address = at("incident_add", engagement.vendor_id)
    assert "Anvil Galvanics" in html(procurement, address)
    sent = typed(place=str(engagement.pk), whose=str(below.pk))
    page = procurement.browser.post(address, sent, follow=True).content.decode()
    assert "a fourth party" in page
    incident = Incident.objects.get()
    assert (incident.vendor, incident.unit, incident.engagement) == (below, unit, None)
    assert "Copied housings" in html(procurement, at("incidents", engagement.vendor_id))
    assert "a fourth party" in html(procurement, at("all_incidents"))
    for name in ("incident_edit", "measure_add"):
        assert at("incidents", below.pk) not in html(procurement, at(name, incident.pk))
