"""Ending an engagement: what is asked, who may do what, and what holds the closing up."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.evidence import make_evidence
from tests.factories.ip import make_disclosure
from tests.factories.offboarding import LAST_DAY, end_engagement, start_offboarding, waive_rest
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Offboarding, OffboardingLine
from vendors.selectors.work import SOURCES
from vendors.services import engagements, evidence, vendors
from vendors.services import offboarding as service
from vendors.services import offboarding_lines as lines
from vendors.services.offboarding import LinesOpen, NotInProgress, NotNeeded
from vendors.services.offboarding_lines import LineSettled, SomebodyElseWaives


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Saigon Moulds"), unit, title="Housings")


@pytest.fixture
def started(engagement: Engagement, procurement: Person) -> Offboarding:
    return start_offboarding(engagement, owner=procurement.user, by=procurement.principal)


def line_of(started: Offboarding, key: str) -> OffboardingLine:
    return OffboardingLine.objects.get(offboarding=started, key=key)


def set_status(engagement: Engagement, status: str) -> Engagement:
    engagement.refresh_from_db()
    return engagements.change(
        engagement=engagement, version=engagement.version, values={"status": status}, by=SYSTEM
    )


class TestStarting:
    def test_the_lines_follow_from_what_is_shared_each_with_an_owner_and_a_day(
        self, started: Offboarding, procurement: Person
    ) -> None:
        found = list(OffboardingLine.objects.filter(offboarding=started).order_by("position"))
        assert [line.key for line in found] == [
            "access_systems",
            "access_premises",
            "designs",
            "tooling",
            "stock",
            "subcontractors",
            "registrations",
            "notice",
            "certificate",
            "ordering",
            "accounts",
        ]
        assert {line.owner for line in found} == {procurement.user}
        assert line_of(started, "designs").due_on == LAST_DAY + timedelta(days=14)
        assert line_of(started, "designs").needs_proof
        assert not line_of(started, "notice").needs_proof
        assert Event.objects.get(type="offboarding.started").data["lines"] == 11

    def test_disclosures_and_subcontractors_on_record_are_asked_for(
        self, unit: BusinessUnit
    ) -> None:
        vendor = make_vendor(unit)
        engagement = make_engagement(vendor, unit, intake={"subcontracting": "none"})
        make_disclosure(engagement)
        make_subcontract(vendor, make_company(vendor, "Galvanics"), engagement=engagement)
        started = start_offboarding(engagement)
        keys = set(started.lines.values_list("key", flat=True))
        assert {"disclosures", "subcontractors", "certificate"} <= keys

    def test_it_starts_once(self, started: Offboarding, engagement: Engagement) -> None:
        with pytest.raises(NotNeeded, match="in progress already"):
            start_offboarding(engagement)

    def test_what_has_ended_or_never_began_needs_none(self, unit: BusinessUnit) -> None:
        planned = make_engagement(make_vendor(unit), unit, status="planned")
        with pytest.raises(NotNeeded, match="never began"):
            start_offboarding(planned)
        set_status(planned, "ended")
        with pytest.raises(NotNeeded, match="ended already"):
            start_offboarding(planned)

    @pytest.mark.parametrize(
        ("field", "value"), [("reason", " "), ("last_day", None), ("owner", None)]
    )
    def test_reason_last_day_and_owner_are_needed(
        self, engagement: Engagement, procurement: Person, field: str, value: Any
    ) -> None:
        given = {"reason": "Over", "last_day": LAST_DAY, "owner": procurement.user, field: value}
        with pytest.raises(Invalid) as refused:
            service.start(engagement=engagement, by=SYSTEM, **given)
        assert set(refused.value.extra["errors"]) == {field}

    def test_owner_and_deputy_are_two_people_who_change_engagements_there(
        self, engagement: Engagement, procurement: Person, auditor: Person
    ) -> None:
        for deputy in (procurement.user, auditor.user):
            with pytest.raises(Invalid) as refused:
                start_offboarding(engagement, owner=procurement.user, deputy=deputy)
            assert set(refused.value.extra["errors"]) == {"deputy"}

    def test_an_auditor_starts_none(self, engagement: Engagement, auditor: Person) -> None:
        with pytest.raises(NotAllowed):
            start_offboarding(engagement, by=auditor.principal)


class TestChanging:
    def test_a_new_last_day_and_owner_move_the_open_lines_along(
        self, started: Offboarding, legal: Person, procurement: Person
    ) -> None:
        own = lines.add(
            offboarding=started,
            title="Return the display cabinets",
            owner=procurement.user,
            due_on=LAST_DAY,
            by=procurement.principal,
        )
        settled = line_of(started, "notice")
        lines.done(line=settled, version=1, by=procurement.principal)
        service.change(
            offboarding=started,
            version=1,
            values={"last_day": LAST_DAY + timedelta(days=10), "owner": legal.user},
            by=legal.principal,
        )
        assert line_of(started, "designs").due_on == LAST_DAY + timedelta(days=24)
        assert line_of(started, "designs").owner == legal.user
        assert line_of(started, "notice").due_on == LAST_DAY
        own.refresh_from_db()
        assert (own.due_on, own.owner) == (LAST_DAY, legal.user)

    def test_who_saves_second_is_told(self, started: Offboarding, procurement: Person) -> None:
        values = {"reason": "Another reason"}
        service.change(offboarding=started, version=1, values=values, by=procurement.principal)
        with pytest.raises(OutOfDate):
            service.change(offboarding=started, version=1, values=values, by=procurement.principal)

    def test_cancelled_with_a_reason_the_engagement_goes_on_and_may_end_again(
        self, started: Offboarding, engagement: Engagement, procurement: Person
    ) -> None:
        with pytest.raises(Invalid):
            service.cancel(offboarding=started, version=1, reason=" ", by=procurement.principal)
        service.cancel(offboarding=started, version=1, reason="Renewed", by=procurement.principal)
        engagement.refresh_from_db()
        assert engagement.status == "active"
        with pytest.raises(NotInProgress):
            service.cancel(offboarding=started, version=2, reason="Again", by=SYSTEM)
        assert start_offboarding(engagement).is_open


class TestLines:
    def test_a_line_that_needs_a_document_is_not_done_without(
        self, started: Offboarding, engagement: Engagement, procurement: Person
    ) -> None:
        line = line_of(started, "designs")
        with pytest.raises(Invalid) as refused:
            lines.done(line=line, version=1, note="Shredded", by=procurement.principal)
        assert set(refused.value.extra["errors"]) == {"evidence"}
        document = make_evidence(engagement.vendor, engagement.unit)
        done = lines.done(line=line, version=1, evidence=document, by=procurement.principal)
        assert (done.status, done.settled_by) == ("done", procurement.user)
        assert list(done.evidence.all()) == [document]

    def test_a_document_of_another_vendor_or_unit_or_withdrawn_proves_nothing(
        self, started: Offboarding, unit: BusinessUnit, other_unit: BusinessUnit
    ) -> None:
        vendor = started.engagement.vendor
        vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
        gone = make_evidence(vendor, unit)
        evidence.withdraw(evidence=gone, version=1, reason="Wrong file", by=SYSTEM)
        gone.refresh_from_db()
        for document in (
            make_evidence(make_vendor(unit), unit),
            make_evidence(vendor, other_unit),
            gone,
        ):
            with pytest.raises(Invalid):
                lines.done(
                    line=line_of(started, "designs"), version=1, evidence=document, by=SYSTEM
                )
        assert not line_of(started, "designs").evidence.exists()

    def test_waiving_needs_a_reason_and_somebody_of_legal(
        self, started: Offboarding, legal: Person, procurement: Person
    ) -> None:
        line = line_of(started, "tooling")
        with pytest.raises(NotAllowed):
            lines.waive(line=line, version=1, reason="None there", by=procurement.principal)
        with pytest.raises(Invalid):
            lines.waive(line=line, version=1, reason=" ", by=legal.principal)
        waived = lines.waive(line=line, version=1, reason="None there", by=legal.principal)
        assert (waived.status, waived.note, waived.settled_by) == (
            "waived",
            "None there",
            legal.user,
        )

    def test_who_sees_to_a_line_waives_it_only_where_one_person_is_enough(
        self, engagement: Engagement, legal: Person, settings: Any
    ) -> None:
        started = start_offboarding(engagement, owner=legal.user)
        line = line_of(started, "tooling")
        settings.REQUIRE_SECOND_PERSON = True
        with pytest.raises(SomebodyElseWaives):
            lines.waive(line=line, version=1, reason="None there", by=legal.principal)
        settings.REQUIRE_SECOND_PERSON = False
        assert (
            lines.waive(line=line, version=1, reason="None there", by=legal.principal).settled_by
            == legal.user
        )

    def test_a_settled_line_changes_only_after_it_was_opened_again(
        self, started: Offboarding, procurement: Person
    ) -> None:
        by = procurement.principal
        line = lines.done(line=line_of(started, "notice"), version=1, note="Sent", by=by)
        with pytest.raises(LineSettled):
            lines.plan(line=line, version=2, owner=procurement.user, due_on=LAST_DAY, by=by)
        opened = lines.reopen(line=line, version=2, by=by)
        assert (opened.status, opened.note, opened.settled_by) == ("open", "", None)
        assert lines.reopen(line=line, version=3, by=by).version == 3
        assert lines.done(line=line, version=3, by=by).status == "done"
        hows = [e.data["how"] for e in Event.objects.filter(type="offboarding.line")]
        assert sorted(hows) == ["done", "done", "reopened"]

    def test_two_people_do_not_settle_a_line_over_each_other(
        self, started: Offboarding, procurement: Person
    ) -> None:
        line = line_of(started, "notice")
        lines.plan(
            line=line,
            version=1,
            owner=procurement.user,
            due_on=LAST_DAY - timedelta(days=3),
            by=SYSTEM,
        )
        with pytest.raises(OutOfDate):
            lines.done(line=line, version=1, by=procurement.principal)

    def test_a_document_is_put_beside_an_open_line_and_taken_away(
        self, started: Offboarding
    ) -> None:
        engagement = started.engagement
        line = line_of(started, "designs")
        document = make_evidence(engagement.vendor, engagement.unit)
        for _again in range(2):
            lines.attach(line=line, evidence=document, by=SYSTEM)
        for _again in range(2):
            lines.detach(line=line, evidence=document, by=SYSTEM)
        hows = [e.data["how"] for e in Event.objects.filter(type="offboarding.line")]
        assert sorted(hows) == ["evidence_added", "evidence_removed"]

    def test_own_lines_hold_the_closing_up_like_all_others(
        self, started: Offboarding, procurement: Person
    ) -> None:
        waive_rest(started)
        lines.add(
            offboarding=started,
            title="Return the display cabinets",
            needs_proof=True,
            owner=procurement.user,
            due_on=LAST_DAY,
            by=procurement.principal,
        )
        with pytest.raises(LinesOpen, match="1 line is open: Return the display cabinets"):
            service.close(offboarding=started, version=1, by=procurement.principal)


class TestClosing:
    def test_refused_with_one_sentence_that_names_the_open_lines(
        self, started: Offboarding, procurement: Person
    ) -> None:
        waive_rest(started)
        for key in ("notice", "ordering"):
            lines.reopen(line=line_of(started, key), version=2, by=SYSTEM)
        with pytest.raises(LinesOpen) as refused:
            service.close(offboarding=started, version=1, by=procurement.principal)
        assert refused.value.message == (
            "Not closed: 2 lines are open: End confirmed in writing; Vendor blocked for orders."
        )

    def test_a_document_that_was_withdrawn_since_opens_its_line_again(
        self, started: Offboarding, engagement: Engagement
    ) -> None:
        document = make_evidence(engagement.vendor, engagement.unit)
        lines.done(line=line_of(started, "designs"), version=1, evidence=document, by=SYSTEM)
        waive_rest(started)
        evidence.withdraw(evidence=document, version=1, reason="Forged", by=SYSTEM)
        with pytest.raises(LinesOpen, match="Designs and drawings"):
            service.close(offboarding=started, version=1, by=SYSTEM)

    def test_closed_it_ends_the_engagement_and_keeps_who_when_and_every_hash(
        self, started: Offboarding, engagement: Engagement, legal: Person, procurement: Person
    ) -> None:
        document = make_evidence(engagement.vendor, engagement.unit, title="Shredding record")
        file = document.files.get()
        lines.done(
            line=line_of(started, "designs"),
            version=1,
            evidence=document,
            note="All of them",
            by=procurement.principal,
        )
        waive_rest(started, by=legal.principal)
        closed = service.close(
            offboarding=started, version=1, note="Well done", by=procurement.principal
        )
        engagement.refresh_from_db()
        assert engagement.status == "ended"
        assert closed.closing is not None
        kept = {line["key"]: line for line in closed.closing["lines"]}
        assert kept["designs"]["by"] == "Pia Procurement"
        assert kept["designs"]["evidence"][0]["sha256"] == file.sha256
        assert (kept["tooling"]["status"], kept["tooling"]["by"]) == ("waived", "Leo Legal")
        event = Event.objects.get(type="offboarding.closed")
        assert (event.data["done"], event.data["waived"]) == (1, 10)
        assert event.data["sha256"] == closed.sha256
        assert service.is_whole(closed)
        closed.closing["lines"][0]["note"] = "Forged"
        assert not service.is_whole(closed)

    def test_nothing_changes_after_it_was_closed(
        self, engagement: Engagement, procurement: Person
    ) -> None:
        closed = end_engagement(engagement)
        line = line_of(closed, "notice")
        for late in (
            lambda: lines.reopen(line=line, version=2, by=SYSTEM),
            lambda: service.cancel(offboarding=closed, version=2, reason="No", by=SYSTEM),
            lambda: service.close(offboarding=closed, version=2, by=SYSTEM),
        ):
            with pytest.raises(NotInProgress):
                late()

    def test_an_auditor_closes_nothing(self, started: Offboarding, auditor: Person) -> None:
        waive_rest(started)
        with pytest.raises(NotAllowed):
            service.close(offboarding=started, version=1, by=auditor.principal)


def test_lines_that_are_due_are_the_work_of_their_owner(
    started: Offboarding, legal: Person, procurement: Person
) -> None:

    def waiting(person: Person, key: str) -> int:
        return SOURCES[key].rows(person.principal).count()

    line = line_of(started, "certificate")
    lines.plan(line=line, version=1, owner=legal.user, due_on=LAST_DAY, by=SYSTEM)
    assert (waiting(legal, "offboarding_line"), waiting(procurement, "offboarding_line")) == (1, 10)
    waive_rest(started)
    assert (waiting(legal, "offboarding_line"), waiting(procurement, "offboarding_line")) == (0, 0)
    assert (waiting(legal, "offboarding"), waiting(procurement, "offboarding")) == (0, 1)
    service.close(offboarding=started, version=1, by=SYSTEM)
    assert waiting(procurement, "offboarding") == 0
