"""Adding and changing engagements."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.vendors import (
    MILD_INTAKE,
    USUAL_INTAKE,
    WORST_INTAKE,
    make_engagement,
    make_vendor,
)
from tests.personas import Person
from vendors import exposure
from vendors.intake import intake
from vendors.models import Engagement
from vendors.services import engagements


def test_risk_tier_and_kinds_of_ip_follow_from_the_intake(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit, by=procurement.principal)
    assert engagement.ip_kinds == ["designs", "moulds_tooling"]
    assert engagement.tier == "high"
    assert engagement.inherent_risk == exposure.inherent_risk(USUAL_INTAKE)
    event = Event.objects.get(aggregate_id=engagement.pk)
    assert event.type == "engagement.created"
    assert event.unit_id == unit.pk


@pytest.mark.parametrize(
    ("answers", "tier"), [(MILD_INTAKE, "low"), (WORST_INTAKE, "critical"), ({}, "critical")]
)
def test_mild_answers_make_a_low_tier_and_unknown_counts_as_the_worst(
    unit: BusinessUnit, answers: dict[str, object], tier: str
) -> None:
    assert make_engagement(make_vendor(unit), unit, intake=answers).tier == tier


@pytest.mark.parametrize(
    ("inherent", "tier"),
    [(100, "low"), (2_499, "low"), (2_500, "moderate"), (5_000, "high"), (7_500, "critical")],
)
def test_a_tier_begins_at_its_cut(inherent: int, tier: str) -> None:
    assert exposure.tier_of(inherent) == tier


answered = st.fixed_dictionaries(
    {},
    optional={
        q.key: (
            st.sampled_from([o.key for o in q.options])
            if q.kind == "single"
            else st.sampled_from([[o.key] for o in q.options])
        )
        for q in intake().questions
    },
)


@given(answered)
def test_the_drivers_add_up_to_the_inherent_risk(answers: dict[str, object]) -> None:
    total = sum(driver.points for driver in exposure.drivers(answers)) * 100
    assert exposure.inherent_risk(answers) == max(exposure.LEAST, round(total))


@given(answered, st.sampled_from([q.key for q in intake().questions]))
def test_forgetting_an_answer_never_lowers_the_risk(answers: dict[str, object], key: str) -> None:
    without = {name: value for name, value in answers.items() if name != key}
    assert exposure.inherent_risk(without) >= exposure.inherent_risk(answers)


def test_a_vendor_of_another_unit_has_to_be_linked_first(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person
) -> None:
    with pytest.raises(engagements.NotLinked):
        make_engagement(make_vendor(other_unit), unit, by=procurement.principal)


def test_every_wrong_value_is_named_with_its_question(
    unit: BusinessUnit, procurement: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        make_engagement(
            make_vendor(unit),
            unit,
            title=" ",
            service="magic",
            made_in=["XX"],
            annual_spend=Decimal(-1),
            currency="ABC",
            intake={"harm_if_lost": "gigantic"},
            by=procurement.principal,
        )
    assert set(refused.value.extra["errors"]) == {
        "title",
        "service",
        "made_in",
        "annual_spend",
        "currency",
        "intake.harm_if_lost",
    }
    assert not Engagement.objects.exists()


def test_a_changed_intake_moves_the_tier_and_is_on_record(
    unit: BusinessUnit, legal: Person
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    changed = engagements.change(
        engagement=engagement, version=1, values={"intake": MILD_INTAKE}, by=legal.principal
    )
    assert (changed.tier, changed.version) == ("low", 2)
    event = Event.objects.filter(aggregate_id=engagement.pk).latest("position")
    assert event.type == "engagement.changed"
    assert "intake" in event.data["fields"]
    assert "ip_entrusted" not in str(event.data)


def test_saving_the_same_engagement_again_records_nothing(unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit), unit, made_in=["VN", "CN", "VN"])
    assert engagement.made_in == ["CN", "VN"]
    engagements.change(
        engagement=engagement,
        version=1,
        values={"made_in": ["VN", "CN"], "intake": dict(reversed(USUAL_INTAKE.items()))},
        by=SYSTEM,
    )
    assert Event.objects.filter(aggregate_id=engagement.pk).count() == 1


def test_the_second_of_two_savers_is_told_what_stands(
    unit: BusinessUnit, procurement: Person
) -> None:
    engagement = make_engagement(make_vendor(unit), unit, title="Housings")
    by = procurement.principal
    engagements.change(engagement=engagement, version=1, values={"title": "Hinges"}, by=by)
    with pytest.raises(OutOfDate) as refused:
        engagements.change(engagement=engagement, version=1, values={"title": "Lids"}, by=by)
    assert refused.value.extra["current"]["title"] == "Hinges"
    assert refused.value.extra["version"] == 2


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement", "outsider_legal"])
def test_others_cannot_change_the_engagement(
    request: pytest.FixtureRequest, unit: BusinessUnit, who: str
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    person: Person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        engagements.change(
            engagement=engagement, version=1, values={"title": "X"}, by=person.principal
        )
