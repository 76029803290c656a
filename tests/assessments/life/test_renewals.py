"""Renewal: when an assessment is due again, what brings it forward, what is offered."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.events.assessments import AssessmentEvent
from assessments.models import Answer, Assessment, Renewal
from assessments.selectors.assessments import answers_of
from assessments.selectors.renewals import due_again, offers
from assessments.services import answers as answer_service
from assessments.services import assessments, bulk, renewals
from assessments.services.answers import AnswerInput
from assessments.services.offers import confirmed
from assessments.sheet import State
from audit import clock
from audit.errors import Invalid
from audit.models import Event
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.contracts import make_contract
from tests.factories.incidents import make_incident
from tests.factories.portal import make_contact
from tests.personas import Person

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def signed_off(unit: BusinessUnit, legal: Person, **made: Any) -> Assessment:
    with time_machine.travel(f"{DAY} 10:00Z", tick=False):
        one = make_assessment(unit, **made)
        answer_all(one)
        assessments.submit(assessment=one, by=SYSTEM)
        assessments.take(assessment=one, by=legal.principal)
        return assessments.sign_off(assessment=one, by=legal.principal)


def renewal_of(one: Assessment) -> Renewal:
    found = renewals.ensure(assessment_id=one.pk)
    assert found is not None
    return found


def last(event_type: str) -> UUID:
    return Event.objects.filter(type=event_type).latest("position").id


def test_a_signed_off_assessment_is_due_again_after_the_months_of_its_tier(
    unit: BusinessUnit, legal: Person
) -> None:
    one = signed_off(unit, legal)
    assert renewal_of(one).due_on == date(2027, 3, 2)
    assert Renewal.objects.count() == 1
    assert renewal_of(one).because == "cadence"


def test_what_is_not_signed_off_has_no_renewal(unit: BusinessUnit) -> None:
    assert renewals.ensure(assessment_id=make_assessment(unit).pk) is None


def test_an_incident_brings_it_forward_once(unit: BusinessUnit, legal: Person) -> None:
    one = signed_off(unit, legal)
    renewal_of(one)
    with time_machine.travel("2026-06-01 10:00Z", tick=False):
        make_incident(one.engagement, severity="serious")
        event = last("incident.reported")
        assert renewals.call_after(event_id=event) == 1
        assert renewals.call_after(event_id=event) == 0
    renewal = Renewal.objects.get()
    assert (renewal.due_on, renewal.because) == (date(2026, 7, 1), "incident")
    assert renewal.event == event


def test_a_minor_incident_calls_for_nothing(unit: BusinessUnit, legal: Person) -> None:
    one = signed_off(unit, legal)
    renewal_of(one)
    make_incident(one.engagement, severity="minor")
    assert renewals.call_after(event_id=last("incident.reported")) == 0


def test_a_changed_contract_concerns_its_engagement_alone(
    unit: BusinessUnit, legal: Person
) -> None:
    one, other = signed_off(unit, legal), signed_off(unit, legal)
    for row in (one, other):
        renewal_of(row)
    with time_machine.travel("2026-05-01 10:00Z", tick=False):
        make_contract(one.engagement, title="Supply agreement")
        renewals.call_after(event_id=last("contract.changed"))
    assert Renewal.objects.get(assessment=one).because == "contract"
    assert Renewal.objects.get(assessment=other).because == "cadence"


def test_it_can_be_put_off_with_a_reason_only(unit: BusinessUnit, legal: Person) -> None:
    renewal = renewal_of(signed_off(unit, legal))
    with time_machine.travel("2026-12-01 10:00Z", tick=False):
        with pytest.raises(Invalid) as refused:
            renewals.move(
                renewal=renewal,
                version=renewal.version,
                due_on=date(2026, 11, 1),
                reason=" ",
                by=legal.principal,
            )
        assert set(refused.value.extra["errors"]) == {"due_on", "reason"}
        renewals.move(
            renewal=renewal,
            version=renewal.version,
            due_on=date(2027, 6, 1),
            reason="The plant moves in May.",
            by=legal.principal,
        )
    renewal.refresh_from_db()
    assert (renewal.due_on, renewal.because) == (date(2027, 6, 1), "postponed")


def test_another_cadence_moves_what_follows_it_and_nothing_else(
    unit: BusinessUnit, legal: Person
) -> None:
    one, called = signed_off(unit, legal), signed_off(unit, legal)
    for row in (one, called):
        renewal_of(row)
    with time_machine.travel("2026-06-01 10:00Z", tick=False):
        make_incident(called.engagement, severity="serious")
        renewals.call_after(event_id=last("incident.reported"))
        renewals.set_cadence(unit=unit, months={"high": 6}, by=legal.principal)
    assert Renewal.objects.get(assessment=one).due_on == date(2026, 9, 2)
    assert Renewal.objects.get(assessment=called).due_on == date(2026, 7, 1)


class TestStarting:
    """The next round, with what was said in the last."""

    def started(self, unit: BusinessUnit, legal: Person) -> Assessment:
        renewal = renewal_of(signed_off(unit, legal))
        return renewals.start(renewal=renewal, by=SYSTEM)

    def test_last_times_answers_are_offered_and_nothing_is_answered_yet(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        made = self.started(unit, legal)
        found = offers(made, answers_of(made))
        assert found["discloses"].answer.value == "at_once"
        assert all(offer.kept is None for offer in found.values())
        assert made.answered == 0

    def test_the_vendor_is_offered_neither_answers_nor_notes_of_the_house(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        made = self.started(unit, legal)
        Answer.objects.exclude(assessment=made).update(note="For us only.")
        assert offers(made, {})["discloses"].note == "For us only."
        found = offers(made, {}, vendor_side=True)
        assert {offer.question.respondent for offer in found.values()} == {"vendor"}
        assert {offer.note for offer in found.values()} == {""}

    def test_the_vendor_is_offered_the_notes_of_its_own_people(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        made = self.started(unit, legal)
        theirs = make_contact(made.vendor)
        Answer.objects.filter(question_key="discloses").update(
            note="Ours.", answered_by_contact=theirs, answered_by=None
        )
        assert offers(made, {}, vendor_side=True)["discloses"].note == "Ours."

    def test_does_not_apply_is_not_offered_without_its_reason(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        made = self.started(unit, legal)
        Answer.objects.filter(question_key="discloses").update(
            state=State.NA_APPROVED, value=None, note="For us only."
        )
        assert offers(made, {})["discloses"].note == "For us only."
        assert "discloses" not in offers(made, {}, vendor_side=True)

    def test_confirmed_answers_are_this_years_answers(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        made = self.started(unit, legal)
        again = confirmed(made, (), section="secrets")
        answer_service.save(assessment=made, values=again, by=procurement.principal)
        there = answers_of(made)
        assert "discloses" not in there
        assert there["staff"].answered_by == procurement.user
        assert offers(made, there)["staff"].kept is True

    def test_a_different_answer_is_marked_as_changed(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        made = self.started(unit, legal)
        answer_service.save(assessment=made, values={"discloses": AnswerInput("never")}, by=SYSTEM)
        assert offers(made, answers_of(made))["discloses"].kept is False

    def test_one_that_was_opened_by_hand_renews_what_waits(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        one = signed_off(unit, legal)
        renewal_of(one)
        made = make_assessment(unit, engagement=one.engagement)
        renewals.follow(assessment_id=made.pk)
        renewals.follow(assessment_id=made.pk)
        assert Renewal.objects.get().started == made
        assert offers(made, {})

    def test_a_cancelled_one_renews_nothing_and_it_waits_again(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        made = self.started(unit, legal)
        assessments.cancel(assessment=made, reason="Started by mistake.", by=SYSTEM)
        renewals.follow(assessment_id=made.pk)
        assert len(due_again(procurement.principal, unit).rows) == 1

    def test_a_renewal_that_was_started_is_not_due_any_more(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        self.started(unit, legal)
        assert due_again(procurement.principal, unit).rows == []

    def test_when_the_new_one_is_signed_off_it_is_due_again(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        made = self.started(unit, legal)
        answer_all(made)
        assessments.submit(assessment=made, by=SYSTEM)
        assessments.take(assessment=made, by=legal.principal)
        assessments.sign_off(assessment=made, by=legal.principal)
        assert renewal_of(made).due_on > clock.today() + timedelta(days=300)

    def test_several_are_started_at_once_and_the_refused_ones_are_named(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        rows = [renewal_of(signed_off(unit, legal)) for _ in range(3)]
        renewals.start(renewal=rows[0], by=SYSTEM)
        outcome = bulk.do(kind="renew", rows=rows, by=procurement.principal)
        assert len(outcome.done) == 2
        assert [why for _name, why in outcome.refused] == ["This renewal was started already."]


def test_the_events_say_which_assessment_they_are_about(unit: BusinessUnit, legal: Person) -> None:
    one = signed_off(unit, legal)
    renewal_of(one)
    event = Event.objects.get(type="renewal.set")
    assert event.aggregate_id == one.pk
    assert AssessmentEvent.aggregate_type == event.aggregate_type
