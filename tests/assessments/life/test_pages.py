"""The pages of requests, renewals and stages as people use them."""

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit, Notification
from accounts.permissions import Role
from accounts.principal import SYSTEM
from assessments.models import Assessment, Renewal, StageRule, SupplierRequest
from assessments.selectors.assessments import answers_of
from assessments.services import assessments, renewals
from tests.factories.accounts import make_user
from tests.factories.assessments import answer_all, make_assessment, make_engagement
from tests.factories.requests import asked
from tests.personas import Person

pytestmark = pytest.mark.django_db


def signed_off(unit: BusinessUnit, legal: Person) -> Assessment:
    one = make_assessment(unit)
    answer_all(one)
    assessments.submit(assessment=one, by=SYSTEM)
    assessments.take(assessment=one, by=legal.principal)
    assessments.sign_off(assessment=one, by=legal.principal)
    renewals.ensure(assessment_id=one.pk)
    return one


class TestRequests:
    """Asking for a supplier until it is started."""

    def test_a_request_goes_in_and_is_shown_to_whoever_asked(self, unit: BusinessUnit) -> None:
        rita = Person(make_user(Role.REQUESTER, unit, name="Rita Requester"))
        answer = rita.browser.post(
            reverse("assessments:request-new"),
            {"title": "Housings", "vendor_name": "Bolt Ltd", "service": "tooling",
             "unit": str(unit.pk)},
            follow=True,
        )  # fmt: skip
        assert b"Your request is in" in answer.content
        assert b"Bolt Ltd" in rita.browser.get(reverse("assessments:requests")).content

    def test_what_was_typed_is_still_there_when_it_is_refused(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        answer = procurement.browser.post(
            reverse("assessments:request-new"),
            {"title": "", "vendor_name": "Bolt Ltd", "description": "Forty pieces",
             "unit": str(unit.pk)},
        )  # fmt: skip
        text = answer.content.decode()
        assert "Forty pieces" in text
        assert "Bolt Ltd" in text
        assert not SupplierRequest.objects.exists()

    def test_triage_and_start_lead_to_the_assessment(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        one = asked(unit, procurement.principal)
        here = reverse("assessments:request", args=[one.pk])
        assert b"Suggested" in procurement.browser.get(here).content
        refused = procurement.browser.post(here, {"depth": "light", "version": 1})
        assert b"Less than suggested" in refused.content
        procurement.browser.post(here, {"depth": "full", "version": 1})
        answer = procurement.browser.post(
            reverse("assessments:request-start", args=[one.pk]), {"version": 2}
        )
        made = Assessment.objects.get()
        assert answer["Location"] == reverse("assessments:assessment", args=[made.pk])
        assert made.vendor.name == one.vendor_name

    def test_a_vendor_that_looks_like_it_is_offered_first(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        there = make_engagement(unit, vendor="Bolt and Sons Ltd").vendor
        one = asked(unit, procurement.principal, country="DE")
        here = reverse("assessments:request", args=[one.pk])
        procurement.browser.post(here, {"depth": "full", "version": 1})
        start = reverse("assessments:request-start", args=[one.pk])
        assert str(there.pk) in procurement.browser.get(start).content.decode()
        procurement.browser.post(start, {"version": 2, "vendor": str(there.pk)})
        assert Assessment.objects.get().vendor == there


class TestRenewals:
    """What is due again, and starting several at once."""

    def test_the_ticked_ones_are_started(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        ones = [signed_off(unit, legal) for _ in range(3)]
        rows = [Renewal.objects.get(assessment=one).pk for one in ones[:2]]
        here = reverse("assessments:renewals")
        answer = procurement.browser.post(here, {"rows": [str(pk) for pk in rows]}, follow=True)
        assert b"2 done." in answer.content
        assert Renewal.objects.filter(started=None).count() == 1

    def test_nothing_ticked_is_said(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        signed_off(unit, legal)
        answer = procurement.browser.post(reverse("assessments:renewals"))
        assert (answer.status_code, b"Choose at least one" in answer.content) == (422, True)

    def test_one_click_says_a_section_again(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        renewal = Renewal.objects.get(assessment=signed_off(unit, legal))
        made = renewals.start(renewal=renewal, by=SYSTEM)
        here = reverse("assessments:section", args=[made.pk, "secrets"])
        shown = procurement.browser.get(here).content.decode()
        assert "Last time:" in shown
        procurement.browser.post(here, {"confirm": "*", "q-staff-version": "0"})
        assert set(answers_of(made)) >= {"subcontracts", "measures", "staff"}
        assert "As last time." in procurement.browser.get(here).content.decode()

    def test_what_was_typed_elsewhere_is_saved_with_what_is_confirmed(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        renewal = Renewal.objects.get(assessment=signed_off(unit, legal))
        made = renewals.start(renewal=renewal, by=SYSTEM)
        here = reverse("assessments:section", args=[made.pk, "secrets"])
        procurement.browser.post(
            here,
            {"confirm": "subcontracts", "q-staff": "7", "q-staff-state": "answered",
             "q-staff-version": "0"},
        )  # fmt: skip
        there = answers_of(made)
        assert there["staff"].value == 7
        assert there["subcontracts"].value == "no"

    def test_what_was_typed_stands_where_a_section_is_said_again(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        renewal = Renewal.objects.get(assessment=signed_off(unit, legal))
        made = renewals.start(renewal=renewal, by=SYSTEM)
        here = reverse("assessments:section", args=[made.pk, "secrets"])
        procurement.browser.post(
            here,
            {"confirm": "*", "q-staff": "9", "q-staff-state": "answered", "q-staff-version": "0"},
        )
        there = answers_of(made)
        assert there["staff"].value == 9
        assert there["subcontracts"].value == "no"

    def test_the_cadence_of_a_unit_is_set_on_a_page(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        one = signed_off(unit, legal)
        before = Renewal.objects.get(assessment=one).due_on
        legal.browser.post(
            reverse("assessments:cadence"),
            {"low": 36, "moderate": 24, "high": 6, "critical": 6},
        )
        assert Renewal.objects.get(assessment=one).due_on < before


class TestTogether:
    """Several at once."""

    def test_several_engagements_get_their_assessment_and_an_owner(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        rows = [make_engagement(unit) for _ in range(3)]
        answer = procurement.browser.post(
            reverse("assessments:to-open"),
            {"rows": [str(row.pk) for row in rows], "assigned_to": str(procurement.user.pk)},
            follow=True,
        )
        assert b"3 done." in answer.content
        assert Assessment.objects.filter(assigned_to=procurement.user).count() == 3

    def test_those_who_have_to_answer_are_reminded_and_where_nobody_has_it_is_said(
        self, unit: BusinessUnit, procurement: Person, unit_admin: Person
    ) -> None:
        mine, nobodys = make_assessment(unit), make_assessment(unit)
        assessments.plan(
            assessment=mine, due_on=None, assigned_to=unit_admin.user, by=procurement.principal
        )
        here = reverse("assessments:chase")
        rows = [str(mine.pk), str(nobodys.pk)]
        assert b"2 assessments" in procurement.browser.post(here, {"rows": rows}).content
        answer = procurement.browser.post(here, {"rows": rows, "confirmed": "1"}, follow=True)
        assert b"1 done." in answer.content
        assert b"Nobody is asked to answer." in answer.content
        told = Notification.objects.get(user=unit_admin.user)
        assert mine.vendor.name in told.title

    def test_several_assessments_are_handed_over_after_a_look(
        self, unit: BusinessUnit, procurement: Person, unit_admin: Person
    ) -> None:
        rows = [str(make_assessment(unit).pk) for _ in range(2)]
        here = reverse("assessments:hand-over")
        assert b"2 assessments" in procurement.browser.post(here, {"rows": rows}).content
        procurement.browser.post(
            here, {"rows": rows, "confirmed": "1", "assigned_to": str(unit_admin.user.pk)}
        )
        assert Assessment.objects.filter(assigned_to=unit_admin.user).count() == 2


def test_the_owner_of_a_stage_is_chosen_on_a_page(
    unit: BusinessUnit, unit_admin: Person, legal: Person
) -> None:
    unit_admin.browser.post(
        reverse("assessments:stage", args=["review"]),
        {"owner": str(legal.user.pk), "target_days": 4},
    )
    assert StageRule.objects.get().owner == legal.user
    page = unit_admin.browser.get(reverse("assessments:stages")).content.decode()
    assert "Leo Legal" in page
    csv = unit_admin.browser.get(reverse("assessments:stages"), {"format": "csv"})
    assert b"review,4" in csv.getvalue()
