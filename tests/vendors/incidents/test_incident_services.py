"""Recording incidents, putting them right, and taking them to their end."""

from datetime import date, timedelta

import pytest

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from accounts.selectors import principal_for_user
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.accounts import make_user
from tests.factories.incidents import make_incident
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person, Program
from vendors.models import Engagement, Incident
from vendors.services import incident_parts, incidents
from vendors.services.engagements import NotLinked
from vendors.services.incident_parts import IncidentEnded, NotDone
from vendors.services.incidents import MeasuresOpen, NotThisStep, OwnReport


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def last_event(incident: Incident) -> Event:
    return Event.objects.filter(aggregate_id=incident.pk).latest("position")


def test_a_report_is_on_record_without_what_people_wrote(
    engagement: Engagement, procurement: Person
) -> None:
    incident = make_incident(
        engagement,
        by=procurement.principal,
        title="Copied housings",
        description="Seen at the fair",
        ip_kinds=["moulds_tooling", "designs"],
    )
    assert incident.status == "reported"
    assert incident.ip_kinds == ["designs", "moulds_tooling"]
    assert incident.reported_by == procurement.user
    assert incident.notes.get().status == "reported"
    event = last_event(incident)
    assert event.type == "incident.reported"
    assert event.data["facts_of"] == str(engagement.vendor_id)
    assert event.unit_id == engagement.unit_id
    assert "fair" not in str(event.data)
    assert event.detail.data == {"title": "Copied housings", "description": "Seen at the fair"}


def test_every_wrong_value_is_named_at_once(engagement: Engagement) -> None:
    with pytest.raises(Invalid) as refused:
        make_incident(
            engagement,
            title=" ",
            found_how="magic",
            found_on=clock.today() + timedelta(days=1),
            severity="worst",
            ip_kinds=["gold"],
            happened_from="2026-02-30",
        )
    assert set(refused.value.extra["errors"]) == {
        "title", "found_how", "found_on", "severity", "ip_kinds", "happened_from",
    }  # fmt: skip
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (date(2026, 1, 10), date(2026, 1, 9), "happened_until"),
        (date(2026, 1, 16), None, "happened_from"),
    ],
)
def test_the_days_of_an_incident_come_one_after_the_other(
    engagement: Engagement, start: date, end: date | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_incident(engagement, happened_from=start, happened_until=end)
    assert set(refused.value.extra["errors"]) == {field}


def test_an_engagement_of_another_unit_or_vendor_cannot_be_named(
    engagement: Engagement, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    other = make_engagement(make_vendor(other_unit), other_unit)
    with pytest.raises(Invalid):
        make_incident(engagement, engagement=other)
    with pytest.raises(NotLinked):
        make_incident(engagement, engagement=None, vendor=other.vendor)


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement", "outsider_legal"])
def test_others_cannot_report_here(
    request: pytest.FixtureRequest, engagement: Engagement, who: str
) -> None:
    person: Person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        make_incident(engagement, by=person.principal)


def test_a_changed_description_is_on_record_and_the_same_again_is_not(
    engagement: Engagement, procurement: Person
) -> None:
    incident = make_incident(engagement)
    by = procurement.principal
    changed = incidents.change(
        incident=incident, version=1, values={"severity": "critical", "shared": True}, by=by
    )
    assert (changed.severity, changed.version) == ("critical", 2)
    assert last_event(incident).data["fields"] == ["severity", "shared"]
    incidents.change(incident=incident, version=2, values={"severity": "critical"}, by=by)
    assert Event.objects.filter(aggregate_id=incident.pk).count() == 2


def test_the_second_of_two_savers_is_told_what_stands(engagement: Engagement) -> None:
    incident = make_incident(engagement)
    incidents.change(incident=incident, version=1, values={"title": "Copies"}, by=SYSTEM)
    with pytest.raises(OutOfDate) as refused:
        incidents.change(incident=incident, version=1, values={"title": "Fakes"}, by=SYSTEM)
    assert refused.value.extra["current"]["title"] == "Copies"


def test_closing_is_for_a_reviewer_and_begins_the_fading(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    incident = make_incident(engagement, status="confirmed", by=procurement.principal)
    with pytest.raises(NotAllowed):
        incidents.move(
            incident=incident, version=2, status="closed", reason="Done", by=procurement.principal
        )
    with pytest.raises(Invalid) as refused:
        incidents.move(incident=incident, version=2, status="closed", by=legal.principal)
    assert set(refused.value.extra["errors"]) == {"reason"}
    closed = incidents.move(
        incident=incident, version=2, status="closed", reason="Tools returned", by=legal.principal
    )
    assert (closed.closed_on, closed.decided_by) == (clock.today(), legal.user)
    assert closed.decision == "Tools returned"
    assert closed.notes.latest("pk").status == "closed"
    assert last_event(incident).data["decided"] is True


def test_whoever_reported_it_does_not_decide_about_its_end(
    engagement: Engagement, unit: BusinessUnit, legal: Person
) -> None:
    incident = make_incident(engagement, status="confirmed", by=legal.principal)
    for end in ("closed", "unfounded"):
        with pytest.raises(OwnReport):
            incidents.move(
                incident=incident, version=2, status=end, reason="Fine", by=legal.principal
            )
    other = principal_for_user(make_user(Role.LEGAL, unit))
    incidents.move(incident=incident, version=2, status="unfounded", reason="Ours", by=other)


def test_an_administrator_and_a_program_cannot_close(
    engagement: Engagement, admin: Person, api_client: Program
) -> None:
    api_client.client.scopes = ["vendors:read", "vendors:write"]
    incident = make_incident(engagement, status="confirmed")
    for who in (admin.principal, api_client.principal):
        with pytest.raises(NotAllowed):
            incidents.move(incident=incident, version=2, status="closed", reason="x", by=who)


@pytest.mark.parametrize("status", ["reported", "investigating"])
def test_what_is_not_confirmed_cannot_be_closed(
    engagement: Engagement, legal: Person, status: str
) -> None:
    incident = make_incident(engagement, status=status)
    with pytest.raises(NotThisStep):
        incidents.move(
            incident=incident,
            version=incident.version,
            status="closed",
            reason="Done",
            by=legal.principal,
        )


def test_measures_have_to_be_done_or_explained_before_closing(
    engagement: Engagement, legal: Person
) -> None:
    incident = make_incident(engagement, status="confirmed")
    first, second = (
        incident_parts.add_measure(
            incident=incident, what=what, owner="Vendor", due_on=date(2026, 5, 1), by=SYSTEM
        )
        for what in ("Return the tools", "Audit the site")
    )
    with pytest.raises(MeasuresOpen) as refused:
        incidents.move(
            incident=incident, version=2, status="closed", reason="Done", by=legal.principal
        )
    assert refused.value.extra["measures"] == ["Return the tools", "Audit the site"]
    incident_parts.change_measure(
        measure=first, version=1, values={"done_on": date(2026, 3, 1)}, by=SYSTEM
    )
    incident_parts.change_measure(
        measure=second, version=1, values={"explanation": "The site was given up"}, by=SYSTEM
    )
    closed = incidents.move(
        incident=incident, version=2, status="closed", reason="Done", by=legal.principal
    )
    assert closed.status == "closed"


def test_a_closed_incident_is_opened_again_with_a_reason_only(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    incident = make_incident(engagement, status="closed")
    with pytest.raises(NotAllowed):
        incidents.move(
            incident=incident, version=3, status="confirmed", reason="x", by=procurement.principal
        )
    with pytest.raises(Invalid):
        incidents.move(incident=incident, version=3, status="confirmed", by=legal.principal)
    opened = incidents.move(
        incident=incident, version=3, status="confirmed", reason="Seen again", by=legal.principal
    )
    assert (opened.status, opened.closed_on, opened.decision) == ("confirmed", None, "")


def test_an_ended_incident_takes_no_measures_and_no_evidence(engagement: Engagement) -> None:
    incident = make_incident(engagement, status="closed")
    with pytest.raises(IncidentEnded):
        incident_parts.add_measure(
            incident=incident, what="More", owner="Us", due_on=date(2026, 5, 1), by=SYSTEM
        )
    with pytest.raises(IncidentEnded):
        incident_parts.add_evidence(incident=incident, title="Box", kept_at="Safe", by=SYSTEM)


def test_a_measure_is_verified_once_it_is_done_and_anew_when_the_day_changes(
    engagement: Engagement, legal: Person
) -> None:
    incident = make_incident(engagement)
    measure = incident_parts.add_measure(
        incident=incident, what="Audit", owner="QA", due_on=date(2026, 5, 1), by=SYSTEM
    )
    with pytest.raises(NotDone):
        incident_parts.verify_measure(measure=measure, version=1, by=legal.principal)
    incident_parts.change_measure(
        measure=measure, version=1, values={"done_on": date(2026, 2, 1)}, by=SYSTEM
    )
    seen = incident_parts.verify_measure(measure=measure, version=2, by=legal.principal)
    assert (seen.verified_by, seen.verified_on) == (legal.user, clock.today())
    again = incident_parts.change_measure(
        measure=measure, version=3, values={"done_on": date(2026, 2, 2)}, by=SYSTEM
    )
    assert again.verified_on is None


def test_evidence_is_added_and_taken_off_and_both_stay_on_record(engagement: Engagement) -> None:
    incident = make_incident(engagement)
    row = incident_parts.add_evidence(
        incident=incident, title="Sample bought", kept_at="Safe 3", dated=date(2026, 1, 20),
        by=SYSTEM,
    )  # fmt: skip
    incident_parts.remove_evidence(evidence=row, by=SYSTEM)
    assert not incident.evidence.exists()
    removed = [
        event.data["removed"]
        for event in Event.objects.filter(type="incident.evidence_changed").order_by("position")
    ]
    assert removed == [False, True]


def test_the_vendor_disputes_and_the_mark_can_be_taken_away(engagement: Engagement) -> None:
    incident = make_incident(engagement)
    marked = incidents.dispute(
        incident=incident, version=1, statement="Sold with permission", by=SYSTEM
    )
    assert marked.disputed_on == clock.today()
    cleared = incidents.dispute(incident=incident, version=2, statement="", by=SYSTEM)
    assert (cleared.disputed_on, cleared.dispute) == (None, "")


def test_a_note_is_part_of_the_timeline(engagement: Engagement, procurement: Person) -> None:
    incident = make_incident(engagement)
    entry = incidents.note(incident=incident, text="Called them", by=procurement.principal)
    assert entry.author == procurement.user
    assert last_event(incident).type == "incident.noted"
    with pytest.raises(Invalid):
        incidents.note(incident=incident, text="  ", by=procurement.principal)
