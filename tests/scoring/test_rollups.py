"""The roll-ups are always what counting the standings would give, whatever happened before."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from assessments.workflow import is_editable
from audit import clock
from scoring.models import Standing
from tests.factories.accounts import make_unit
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.scoring import band_sums, catch_up, recount, rolled_up, say
from tests.factories.vendors import (
    MILD_INTAKE,
    WORST_INTAKE,
    archived_before,
    make_engagement,
    make_vendor,
)
from vendors.models import Vendor
from vendors.services import engagements, vendors

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
VENDORS = 3
STEP = st.tuples(
    st.sampled_from(
        ["worsen", "better", "submit", "cancel", "archive", "restore", "move", "intake", "link"]
    ),
    st.integers(0, VENDORS - 1),
    st.integers(0, 3),
    st.booleans(),
)


class Story:
    """Some vendors of two units, and things that happen to them."""

    def __init__(self) -> None:
        self.units = [make_unit(), make_unit()]
        questionnaire = small_questionnaire()
        self.vendors = [make_vendor(self.units[at % 2]) for at in range(VENDORS)]
        self.assessments: list[Assessment] = []
        for at, vendor in enumerate(self.vendors):
            unit = self.units[at % 2]
            one = make_assessment(
                unit, engagement=make_engagement(vendor, unit), questionnaire=questionnaire
            )
            answer_all(one)
            self.assessments.append(one)

    def happens(self, what: str, at: int) -> None:
        """One step; what is not possible in the present state does not happen."""
        vendor = Vendor.objects.get(pk=self.vendors[at].pk)
        one = Assessment.objects.get(pk=self.assessments[at].pk)
        editable = is_editable(one.status)
        archived = vendor.status == Vendor.Status.ARCHIVED
        match what:
            case "worsen" if editable:
                say(one, assigns="no", discloses="never")
            case "better" if editable:
                say(one, assigns="yes", discloses="at_once")
            case "submit" if editable:
                assessments.submit(assessment=one, by=SYSTEM)
            case "cancel" if one.status not in {"closed", "approved"}:
                assessments.cancel(assessment=one, reason="No longer needed", by=SYSTEM)
            case "archive" if not archived:
                archived_before(vendor)
            case "restore" if archived:
                vendors.restore(vendor=vendor, by=SYSTEM)
            case "move" if not archived:
                country = "CN" if str(vendor.country) == "VN" else "VN"
                vendors.change(
                    vendor=vendor, version=vendor.version, values={"country": country}, by=SYSTEM
                )
            case "intake":
                engagement = one.engagement
                intake = MILD_INTAKE if engagement.intake == WORST_INTAKE else WORST_INTAKE
                engagements.change(
                    engagement=engagement,
                    version=engagement.version,
                    values={"intake": intake},
                    by=SYSTEM,
                )
            case "link" if not archived:
                vendors.link_unit(vendor=vendor, unit=self.units[(at + 1) % 2], by=SYSTEM)


def counted() -> dict[object, int]:
    """Vendors per unit and band, counted from the standings."""
    present = Standing.objects.filter(valid_to__isnull=True, archived=False)
    return dict(Counter(present.values_list("unit_id", "band")))


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=2, max_size=8))
def test_roll_ups_equal_a_recount_whatever_happened(
    db: None, steps: list[tuple[str, int, int, bool]]
) -> None:
    with transaction.atomic():
        moment = START
        with clock.at(moment):
            story = Story()
            catch_up()
        for what, at, days, now in steps:
            moment += timedelta(days=days, minutes=1)
            with clock.at(moment):
                story.happens(what, at)
                if now:
                    catch_up()
        with clock.at(moment):
            catch_up()
            assert rolled_up() == recount()
            assert band_sums() == counted()
        per_day = Counter(Standing.objects.values_list("vendor_id", "unit_id", "valid_from"))
        assert set(per_day.values()) == {1}
        transaction.set_rollback(True)
