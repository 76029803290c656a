"""Stages: who sees to them, and how long they take."""

from datetime import date, timedelta

import pytest
import time_machine

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Stage, StageTime
from assessments.selectors.stages import lasting, turnarounds
from assessments.services import assessments, requests, stages
from assessments.services.stages import TARGET_DAYS
from audit import clock
from audit.errors import Invalid
from audit.models import Event
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.requests import asked
from tests.personas import Person

pytestmark = pytest.mark.django_db


def test_only_who_may_do_the_work_can_own_a_stage(
    unit: BusinessUnit, unit_admin: Person, legal: Person, procurement: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        stages.set_rule(
            unit=unit,
            stage="review",
            owner=procurement.user,
            deputy=None,
            away_until=date(2026, 4, 1),
            target_days=400,
            by=unit_admin.principal,
        )
    assert set(refused.value.extra["errors"]) == {"owner", "deputy", "target_days"}
    stages.set_rule(
        unit=unit,
        stage="review",
        owner=legal.user,
        deputy=None,
        away_until=None,
        target_days=4,
        by=unit_admin.principal,
    )
    assert stages.responsible(unit.pk, Stage.REVIEW) == legal.user


def test_the_deputy_stands_in_while_the_owner_is_away(
    unit: BusinessUnit, unit_admin: Person, procurement: Person
) -> None:
    stages.set_rule(
        unit=unit,
        stage="filling_in",
        owner=procurement.user,
        deputy=unit_admin.user,
        away_until=date(2026, 4, 10),
        target_days=10,
        by=unit_admin.principal,
    )
    with time_machine.travel("2026-04-10 12:00Z", tick=False):
        assert stages.responsible(unit.pk, Stage.FILLING_IN) == unit_admin.user
    with time_machine.travel("2026-04-11 12:00Z", tick=False):
        assert stages.responsible(unit.pk, Stage.FILLING_IN) == procurement.user


def test_stays_are_worked_out_from_the_record_and_twice_gives_the_same(
    unit: BusinessUnit, legal: Person
) -> None:
    with time_machine.travel("2026-03-02 10:00Z", tick=False) as clock_:
        one = make_assessment(unit)
        answer_all(one)
        clock_.shift(timedelta(days=4))
        assessments.submit(assessment=one, by=SYSTEM)
        assessments.take(assessment=one, by=legal.principal)
        clock_.shift(timedelta(days=2))
        assessments.sign_off(assessment=one, by=legal.principal)
        for event in Event.objects.filter(aggregate_id=one.pk):
            stages.measure_after(event_id=event.id)
        stages.measure(assessment_id=one.pk)
    told = [
        (row.stage, row.ended_at and row.ended_at - row.began_at)
        for row in StageTime.objects.filter(subject=one.pk).order_by("began_at")
    ]
    assert told == [
        ("filling_in", timedelta(days=4)),
        ("review", timedelta(days=2)),
        ("decision", None),
    ]


def test_the_page_of_stages_counts_what_ended_and_what_is_late(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    with time_machine.travel("2026-03-02 10:00Z", tick=False) as clock_:
        for days in (2, 4, 30):
            one = make_assessment(unit)
            answer_all(one)
            with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
                assessments.submit(assessment=one, by=SYSTEM)
            stages.measure(assessment_id=one.pk)
        clock_.shift(timedelta(days=31))
        rows = {
            row.stage: row
            for row in turnarounds(
                legal.principal,
                unit,
                targets=TARGET_DAYS,
                since=clock.now() - timedelta(days=365),
            )
        }
        filling, review = rows[Stage.FILLING_IN], rows[Stage.REVIEW]
        assert (filling.ended, filling.median, filling.kept) == (3, 4.0, 67)
        assert (review.now, review.late, review.median) == (3, 2, None)
        first = lasting(procurement.principal, unit, targets=TARGET_DAYS)[0]
        assert (first.stage, first.late) == (Stage.REVIEW, True)


def test_triage_lasts_from_the_request_to_the_decision(
    unit: BusinessUnit, procurement: Person
) -> None:
    with time_machine.travel("2026-03-02 10:00Z", tick=False) as clock_:
        one = asked(unit, procurement.principal)
        stages.measure_request(request_id=one.pk)
        assert StageTime.objects.get().ended_at is None
        clock_.shift(timedelta(days=1))
        requests.decide(request=one, version=1, depth="full", reason="", by=procurement.principal)
        stages.measure_request(request_id=one.pk)
    row = StageTime.objects.get()
    assert row.ended_at is not None
    assert row.ended_at - row.began_at == timedelta(days=1)
