"""The page of a vendor: can we work with them, and what to do next."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import BusinessUnit, Membership
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.templatetags.ui import NONE, points
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from scoring.models import CurrentScore, Standing
from scoring.services import standings
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.scoring import say, score, scored
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from tests.scoring_pages.reading import chart_data, file_of, get, table_of, text_of
from vendors.models import Engagement, Vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def address(vendor: Vendor) -> str:
    """The page of a vendor."""
    return reverse("scoring:vendor", args=[vendor.pk])


def steps(person: Person, vendor: Vendor) -> list[str]:
    """What the page says can be done next."""
    cards = person.browser.get(address(vendor)).context["engagements"]
    return [str(step.label) for card in cards for step in card.steps]


class TestRating:
    def test_it_stands_with_band_interval_and_the_engagement_that_makes_it(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit, worst=True)
        said = text_of(get(procurement.browser, address(assessment.vendor)))
        assert "Critical" in said
        assert "Blocked by a knock-out" in said
        assert assessment.engagement.title in said
        assert reverse("scoring:scorecard", args=[assessment.pk]) in get(
            procurement.browser, address(assessment.vendor)
        )

    def test_inherent_control_and_residual_stand_together(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        said = text_of(get(procurement.browser, address(assessment.vendor)))
        found = CurrentScore.objects.get(assessment=assessment)
        at = [said.index(word) for word in ("Inherent risk", "Control effectiveness", "Residual")]
        assert at == sorted(at)
        assert f"{found.residual // 100 / 10:.1f}" in said

    def test_without_an_engagement_it_says_what_to_do(
        self, unit: BusinessUnit, procurement: Person, auditor: Person
    ) -> None:
        vendor = make_vendor(unit)
        standings.restand(vendor_id=vendor.pk)
        page = get(procurement.browser, address(vendor))
        assert "No engagement yet" in page
        assert reverse("vendors:engagement_add", args=[vendor.pk]) in page
        assert "Not rated" in page
        assert reverse("vendors:engagement_add", args=[vendor.pk]) not in get(
            auditor.browser, address(vendor)
        )

    def test_a_vendor_whose_standing_is_still_to_come_can_be_opened(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assert "Not rated" in get(procurement.browser, address(make_vendor(unit)))


class TestNextStep:
    def test_an_engagement_without_an_assessment_gets_one(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        vendor = make_vendor(unit)
        make_engagement(vendor, unit)
        assert steps(procurement, vendor) == ["Open an assessment"]
        assert steps(legal, vendor) == []

    def test_a_draft_is_continued_by_those_who_answer(
        self, unit: BusinessUnit, procurement: Person, auditor: Person
    ) -> None:
        vendor = scored(unit).vendor
        assert steps(procurement, vendor)[0] == "Continue the assessment"
        assert "Continue the assessment" not in steps(auditor, vendor)

    def test_what_was_submitted_is_reviewed_by_legal(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        assessment = scored(unit)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assert steps(legal, assessment.vendor)[0] == "Start the review"
        assert "Start the review" not in steps(procurement, assessment.vendor)

    def test_what_is_signed_off_shows_its_score_and_can_be_assessed_again(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        assessment = scored(unit)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessments.take(assessment=assessment, by=legal.principal)
        assessment = assessments.sign_off(assessment=assessment, by=legal.principal)
        assert assessment.status == Assessment.Status.APPROVED
        assert steps(procurement, assessment.vendor) == ["See the score", "Assess again"]


class TestOtherUnits:
    @pytest.fixture
    def shared(self, unit: BusinessUnit, other_unit: BusinessUnit) -> Vendor:
        """A vendor that both units work with; the other one found it critical."""
        good = scored(unit)
        vendors.link_unit(vendor=good.vendor, unit=other_unit, by=SYSTEM)
        engagement = make_engagement(good.vendor, other_unit, title="A secret project")
        bad = make_assessment(
            other_unit, engagement=engagement, questionnaire=small_questionnaire()
        )
        score(bad)
        standings.restand(vendor_id=good.vendor_id)
        return good.vendor

    def test_what_another_unit_does_is_not_shown_but_that_it_is_left_out_is_said(
        self, shared: Vendor, procurement: Person
    ) -> None:
        page = get(procurement.browser, address(shared))
        assert "A secret project" not in page
        assert "Medical devices" not in page
        assert "Other business units also work with this vendor" in page

    def test_who_sees_all_units_sees_both(self, shared: Vendor, admin: Person) -> None:
        page = get(admin.browser, address(shared))
        assert "A secret project" in page
        assert "not counted here" not in page

    def test_who_could_switch_is_told_to_which_unit(
        self, shared: Vendor, admin: Person, unit: BusinessUnit
    ) -> None:
        admin.browser.post(reverse("accounts:unit"), {"unit": str(unit.pk), "next": "/"})
        page = get(admin.browser, address(shared))
        assert "A secret project" not in page
        assert "also works with Medical devices" in text_of(page)

    def test_for_a_unit_without_a_link_the_vendor_does_not_exist(
        self, unit: BusinessUnit, outsider_procurement: Person
    ) -> None:
        vendor = scored(unit).vendor
        assert outsider_procurement.browser.get(address(vendor)).status_code == 404
        history = reverse("scoring:vendor_history_csv", args=[vendor.pk])
        assert outsider_procurement.browser.get(history).status_code == 404


class TestFigures:
    def test_the_history_is_drawn_as_its_table_and_its_file_say(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        page = get(procurement.browser, address(assessment.vendor))
        data = chart_data(page, "history")
        drawn = [
            [
                date_format(date.fromisoformat(day), "DATE_FORMAT"),
                *(NONE if value is None else f"{value // 100 / 10:.1f}" for value in values),
            ]
            for day, *values in zip(
                data["x"], *(series["values"] for series in data["series"]), strict=True
            )
        ]
        assert [row[:4] for row in table_of(page, "history")] == drawn
        assert data["until"] == clock.today().isoformat()
        path = reverse("scoring:vendor_history_csv", args=[assessment.vendor_id])
        stood = Standing.objects.filter(vendor=assessment.vendor, unit=unit).order_by("valid_from")
        assert [row[0] for row in file_of(procurement.browser, path)[1:]] == [
            row.valid_from.isoformat() for row in stood
        ]

    def test_ids_and_registration_are_there(self, unit: BusinessUnit, procurement: Person) -> None:
        vendor = make_vendor(unit, registration_number="HRB 4711")
        vendors.set_external_id(vendor=vendor, system="sap", value="0000100042", by=SYSTEM)
        said = text_of(get(procurement.browser, address(vendor)))
        assert "HRB 4711" in said
        assert "0000100042" in said

    def test_an_engagement_says_what_the_vendor_does(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        vendor = make_vendor(unit)
        engagement = make_engagement(vendor, unit)
        Engagement.objects.filter(pk=engagement.pk).update(description="Mills the housings.")
        assert "Mills the housings." in text_of(get(procurement.browser, address(vendor)))


class TestEvents:
    def test_a_score_that_stays_in_its_band_is_told_by_its_points(
        self, unit: BusinessUnit, auditor: Person
    ) -> None:
        assessment = scored(unit)
        before = CurrentScore.objects.get(assessment=assessment)
        say(assessment, staff=10)
        after = score(assessment)
        assert before.points != after.points
        assert before.band == after.band
        said = text_of(get(auditor.browser, address(assessment.vendor)))
        assert (
            f"Score changed: {points(before.points)} to {points(after.points)} points, "
            f"still {after.band}"
        ) in said

    def test_all_who_see_the_vendor_read_its_log_and_auditors_every_entry(
        self, unit: BusinessUnit, auditor: Person, procurement: Person, outsider_legal: Person
    ) -> None:
        assessment = scored(unit)
        vendor, log = assessment.vendor, reverse("scoring:vendor_log", args=[assessment.vendor_id])
        assessments.plan(assessment=assessment, due_on=clock.today(), assigned_to=None, by=SYSTEM)
        assert "Latest events" in get(procurement.browser, address(vendor))
        read, whole = get(procurement.browser, log), get(auditor.browser, log)
        assert "Answers saved" in read
        assert "Answers saved" in whole
        # A step of work inside is told to nobody but who may read the log.
        assert "Assignee or due date changed" in whole
        assert "Assignee or due date changed" not in read
        assert "/log/0" in whole
        assert "/log/0" not in read
        assert outsider_legal.browser.get(log).status_code == 404

    def test_who_reads_the_log_of_another_unit_is_led_to_no_event_of_this_one(
        self, unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person
    ) -> None:
        vendor = scored(unit).vendor
        Membership.objects.create(user=procurement.user, unit=other_unit, role=Role.AUDITOR)
        for page in (address(vendor), reverse("scoring:vendor_log", args=[vendor.pk])):
            assert '"/log/0' not in get(procurement.browser, page)


class TestVerdict:
    """One sentence on top: can we work with them, and what to do."""

    def said(self, person: Person, vendor: Vendor) -> tuple[str, str, bool]:
        found = person.browser.get(address(vendor)).context["verdict"]
        return found.answer, found.todo, bool(found.url)

    def test_it_leads_each_reader_to_their_next_step(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        vendor = make_vendor(unit)
        todo = "Say what this vendor does for you"
        assert self.said(procurement, vendor) == ("Not known yet", todo, True)
        engagement = make_engagement(vendor, unit)
        assert self.said(procurement, vendor) == ("Not as it stands", "Open an assessment", True)
        # What is another's to do is said without a link.
        assert self.said(legal, vendor) == ("Not as it stands", "Open an assessment", False)
        make_assessment(unit, engagement=engagement)
        todo = "Answer the questions and submit them"
        assert self.said(procurement, vendor) == ("Not as it stands", todo, True)
        assert self.said(legal, vendor) == ("Not as it stands", todo, False)

    def test_what_adds_most_stands_with_answer_and_evidence(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = scored(unit, worst=True)
        page = legal.browser.get(address(assessment.vendor))
        apart = page.context["apart"]
        assert sum(one.points for one in apart.card.parts) + apart.card.base + (
            apart.card.uplift
        ) == (apart.card.total)
        assert apart.largest[0].part.text in page.content.decode()
        assert [one.key for one in page.context["records"]] == [
            "findings",
            "matches",
            "incidents",
            "contracts",
            "insurance",
            "finances",
            "fourth",
            "people",
            "documents",
        ]


def test_the_number_of_queries_does_not_grow_with_the_engagements(
    unit: BusinessUnit, unit_admin: Person
) -> None:
    vendor = make_vendor(unit)
    questionnaire = small_questionnaire()
    get(unit_admin.browser, address(vendor))
    counts = []
    for more in (3, 30):
        for _ in range(more):
            engagement = make_engagement(vendor, unit)
            make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
        standings.restand(vendor_id=vendor.pk)
        with CaptureQueriesContext(connection) as queries:
            get(unit_admin.browser, address(vendor))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 18
