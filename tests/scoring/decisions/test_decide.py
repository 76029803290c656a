"""Deciding on an engagement, and what a decision is worth later."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from scoring.models import Decision
from scoring.selectors.decisions import (
    Scope,
    clearing,
    current,
    current_of_many,
    decisions_visible_to,
    history,
)
from scoring.selectors.decisions_due import due
from scoring.services.decisions import (
    Condition,
    EngagementOver,
    PersonDecides,
    RuledOut,
    SecondPersonDecides,
    suggested_expiry,
)
from scoring.verdicts import Clearance, State, Why
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.decisions import make_decision
from tests.factories.scoring import say, score
from tests.factories.screening import decide, listed, make_owner, row
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Finding, Match
from vendors.services import engagements

pytestmark = pytest.mark.django_db


def signed_off(unit: BusinessUnit, by: Person, **answers: object) -> Assessment:
    """An engagement whose assessment is signed off and scored."""
    engagement = make_engagement(make_vendor(unit), unit)
    assessment = make_assessment(unit, engagement=engagement)
    answer_all(assessment)
    if answers:
        say(assessment, **answers)
    assessments.submit(assessment=assessment, by=SYSTEM)
    assessments.take(assessment=assessment, by=SYSTEM)
    assessments.sign_off(assessment=assessment, by=by.principal)
    score(assessment)
    assessment.refresh_from_db()
    return assessment


def end(engagement: Engagement) -> None:
    Engagement.objects.filter(pk=engagement.pk).update(status="ended")
    engagement.refresh_from_db()


def test_a_decision_keeps_the_score_that_was_shown(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = signed_off(unit, legal)
    made = make_decision(assessment.engagement, by=legal.principal)
    shown = current(assessment.engagement).score
    assert shown is not None
    assert (made.score_id, made.band, made.points) == (shown.score_id, shown.band, shown.points)
    assert (made.lo, made.hi) == (shown.lo, shown.hi)
    assert made.coverage == round(shown.coverage * 10_000)
    event = Event.objects.get(type="decision.made")
    assert event.data["verdict"] == "approved"
    assert "As the review says." not in str(event.data)


def test_a_decision_is_never_changed_only_followed(unit: BusinessUnit, legal: Person) -> None:
    engagement = signed_off(unit, legal).engagement
    first = make_decision(engagement, by=legal.principal)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=first.pk).update(verdict="rejected")
    second = make_decision(engagement, "on_hold", by=legal.principal)
    assert [one.number for one in history(engagement)] == [2, 1]
    assert current(engagement).decision == second
    assert current(engagement).state is State.ON_HOLD


def test_only_people_who_may_decide_do(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    engagement = signed_off(unit, legal).engagement
    with pytest.raises(NotAllowed):
        make_decision(engagement, by=procurement.principal)
    with pytest.raises(PersonDecides):
        make_decision(engagement, by=SYSTEM)


def test_whoever_filled_it_in_does_not_decide_where_two_people_are_asked_for(
    unit: BusinessUnit, legal: Person, settings: Settings
) -> None:
    assessment = signed_off(unit, legal)
    Assessment.objects.filter(pk=assessment.pk).update(submitted_by=legal.user)
    settings.REQUIRE_SECOND_PERSON = True
    with pytest.raises(SecondPersonDecides):
        make_decision(assessment.engagement, by=legal.principal)
    settings.REQUIRE_SECOND_PERSON = False
    make_decision(assessment.engagement, by=legal.principal)


def test_a_knock_out_that_blocks_rules_an_approval_out(unit: BusinessUnit, legal: Person) -> None:
    engagement = signed_off(unit, legal, assigns="no").engagement
    for verdict in ("approved", "approved_with_conditions"):
        with pytest.raises(RuledOut):
            make_decision(engagement, verdict, by=legal.principal)
    assert make_decision(engagement, "rejected", by=legal.principal).blocked


def test_an_approval_of_a_score_that_is_not_final_says_why_all_the_same(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = make_assessment(unit, engagement=make_engagement(make_vendor(unit), unit))
    score(assessment)
    engagement = assessment.engagement
    assert current(engagement).caveats == ("not_final",)
    with pytest.raises(Invalid) as refused:
        make_decision(engagement, by=legal.principal, despite=" ")
    assert refused.value.extra["errors"].keys() == {"despite"}
    # Nothing has to be said for a refusal, and nothing is kept of what was.
    assert make_decision(engagement, "on_hold", by=legal.principal, despite="x").despite == ""
    said = "The audit is booked for May."
    assert make_decision(engagement, by=legal.principal, despite=said).despite == said
    event = Event.objects.filter(type="decision.made").latest("position")
    assert said not in str(event.data)


def test_an_approval_of_a_final_score_asks_for_nothing_more(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = signed_off(unit, legal).engagement
    assert current(engagement).caveats == ()
    assert make_decision(engagement, by=legal.principal, despite="").despite == ""


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"verdict": "perhaps"}, "verdict"),
        ({"reason": "  "}, "reason"),
        ({"expires_on": None}, "expires_on"),
        ({"expires_on": clock.today() - timedelta(1)}, "expires_on"),
        ({"expires_on": clock.today() + timedelta(3000)}, "expires_on"),
        ({"verdict": "approved_with_conditions", "conditions": []}, "conditions.0"),
        (
            {
                "verdict": "approved_with_conditions",
                "conditions": [Condition(text="", finding=True)],
            },
            "conditions.0",
        ),
    ],
)
def test_what_cannot_be_decided_is_told_by_field(
    unit: BusinessUnit, legal: Person, values: dict[str, Any], field: str
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    with pytest.raises(Invalid) as refused:
        make_decision(engagement, by=legal.principal, **{"verdict": "approved", **values})
    assert field in refused.value.extra["errors"]


def test_whoever_decides_on_something_that_has_changed_is_told(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = signed_off(unit, legal).engagement
    seen = current(engagement).seen
    with pytest.raises(OutOfDate):
        make_decision(engagement, by=legal.principal, after=1)
    with pytest.raises(OutOfDate):
        make_decision(engagement, by=legal.principal, seen=f"{seen}, moved")
    end(engagement)
    with pytest.raises(EngagementOver):
        make_decision(engagement, by=legal.principal)


def test_a_condition_may_become_a_finding_with_a_day(unit: BusinessUnit, legal: Person) -> None:
    engagement = signed_off(unit, legal).engagement
    day = clock.today() + timedelta(days=20)
    made = make_decision(
        engagement,
        "approved_with_conditions",
        by=legal.principal,
        conditions=[
            Condition(text="Retrieve the moulds", due_on=day, finding=True),
            Condition(text="Tell us of new subcontractors"),
        ],
    )
    finding = Finding.objects.get()
    assert (finding.title, finding.due_on, finding.kind) == (
        "Retrieve the moulds",
        day,
        "decision.condition",
    )
    assert [one["finding"] for one in made.conditions] == [str(finding.pk), None]


def test_a_worse_score_asks_for_a_new_decision(unit: BusinessUnit, legal: Person) -> None:
    assessment = signed_off(unit, legal)
    engagement = assessment.engagement
    make_decision(engagement, by=legal.principal)
    assert current(engagement).clearance == (Clearance.ALLOWED, Why.APPROVED)
    assessments.reopen(assessment=assessment, reason="New facts", by=legal.principal)
    assessments.send_back(assessment=assessment, reason="Again", by=legal.principal)
    score(assessment)
    # The same band, but no longer signed off: an order has conditions.
    assert current(engagement).clearance[0] is Clearance.CONDITIONAL
    say(assessment, assigns="no")
    assert current(engagement).now.behind
    score(assessment)
    known = current(engagement)
    assert known.state is State.OVERTAKEN
    assert known.clearance == (Clearance.BLOCKED, Why.KNOCK_OUT)


def test_what_is_due_is_found_by_its_state(unit: BusinessUnit, legal: Person) -> None:
    def found(state: str = "") -> set[Engagement]:
        return set(due(legal.principal, unit, state))

    assessment = signed_off(unit, legal)
    engagement = assessment.engagement
    assert found() == found("undecided") == {engagement}
    make_decision(engagement, by=legal.principal, expires_on=clock.today() + timedelta(60))
    assert found() == set()
    with clock.at(clock.now() + timedelta(days=40)):
        assert found() == found("expiring") == {engagement}
    with clock.at(clock.now() + timedelta(days=61)):
        assert found() == found("expired") == {engagement}
        assert current(engagement).state is State.EXPIRED
    assessments.reopen(assessment=assessment, reason="New facts", by=legal.principal)
    assessments.send_back(assessment=assessment, reason="Again", by=legal.principal)
    say(assessment, assigns="no")
    score(assessment)
    assert found() == found("overtaken") == {engagement}
    make_decision(engagement, "on_hold", by=legal.principal)
    assert found() == found("on_hold") == {engagement}
    end(engagement)
    assert found() == set()


def test_the_list_of_what_is_due_agrees_with_what_each_engagement_says(
    unit: BusinessUnit, legal: Person
) -> None:
    questionnaire = small_questionnaire()
    for verdict in ("approved", "rejected"):
        for then, now in (("at_once", "never"), ("never", "at_once"), ("at_once", "at_once")):
            assessment = make_assessment(
                unit,
                engagement=make_engagement(make_vendor(unit), unit),
                questionnaire=questionnaire,
            )
            answer_all(assessment)
            say(assessment, discloses=then)
            score(assessment)
            make_decision(assessment.engagement, verdict, by=legal.principal)
            say(assessment, discloses=now)
            score(assessment)
    rows = list(Engagement.objects.all())
    known = current_of_many(rows)
    expected = {pk for pk, one in known.items() if one.state is State.OVERTAKEN}
    assert expected
    assert {one.pk for one in due(legal.principal, unit, "overtaken")} == expected


def test_an_approval_of_who_is_on_a_list_of_sanctions_is_due(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = signed_off(unit, legal).engagement
    make_decision(engagement, by=legal.principal)
    assert not due(legal.principal, unit, "listed").exists()
    # Whether the match is the vendor waits to be decided: on conditions, until then.
    listed(row("1", engagement.vendor.name))
    match = Match.objects.get(vendor=engagement.vendor)
    assert current(engagement).clearance == (Clearance.CONDITIONAL, Why.LISTED_IN_PART)
    assert set(due(legal.principal, unit, "listed")) == {engagement}
    make_decision(engagement, "approved_with_conditions", by=legal.principal)
    assert not due(legal.principal, unit, "listed").exists()
    decide(match, "confirmed")
    assert current(engagement).clearance == (Clearance.BLOCKED, Why.LISTED)
    assert set(due(legal.principal, unit, "listed")) == {engagement}
    make_decision(engagement, "rejected", by=legal.principal)
    assert not due(legal.principal, unit, "listed").exists()


def test_decisions_of_other_units_do_not_exist(
    unit: BusinessUnit, legal: Person, outsider_legal: Person
) -> None:
    engagement = signed_off(unit, legal).engagement
    make_decision(engagement, by=legal.principal)
    assert decisions_visible_to(legal.principal).count() == 1
    assert not decisions_visible_to(outsider_legal.principal).exists()
    with pytest.raises(NotAllowed):
        make_decision(engagement, "rejected", by=outsider_legal.principal)
    assert not due(outsider_legal.principal, None).exists()


def test_the_engagement_that_names_most_of_the_order_decides(
    unit: BusinessUnit, legal: Person
) -> None:
    vendor = make_vendor(unit)
    general = make_engagement(vendor, unit)
    own = make_engagement(vendor, unit, purchasing_org="1000", category="Moulds")
    make_decision(general, by=legal.principal)
    make_decision(own, "rejected", by=legal.principal)

    def cleared(**scope: str) -> tuple[Engagement, Clearance]:
        found = clearing(legal.principal, vendor.pk, Scope(**scope))
        assert found is not None
        return found.engagement, found.clearance[0]

    assert cleared(purchasing_org="1000", category="moulds") == (own, Clearance.BLOCKED)
    assert cleared(purchasing_org="2000") == (general, Clearance.ALLOWED)
    # Asked for nothing in particular, the one that allows least speaks.
    assert cleared() == (own, Clearance.BLOCKED)
    engagements.change(engagement=general, version=1, values={"purchasing_org": "3000"}, by=SYSTEM)
    assert clearing(legal.principal, vendor.pk, Scope(purchasing_org="2000")) is None


def test_many_engagements_are_read_in_as_many_queries_as_one(
    unit: BusinessUnit, legal: Person
) -> None:
    rows = [make_engagement(make_vendor(unit), unit) for _number in range(4)]
    for one in rows:
        make_owner(one.vendor)
        make_decision(one, by=legal.principal)
    counts = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(connection) as queries:
            current_of_many(some)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_the_more_exposed_an_engagement_the_sooner_its_approval_ends() -> None:
    today = clock.today()
    days = [suggested_expiry(tier, today) for tier in ("critical", "high", "moderate", "low")]
    assert days == sorted(days)
    assert days[0] > today
