"""An engagement that is limited to named people: who sees it, who may name, and nobody is locked
out. That no address shows it is asked in `tests/access/test_limited.py`."""

from uuid import UUID, uuid4

import pytest

from accounts.log import visible_to as events_visible_to
from accounts.models import BusinessUnit, Notification
from accounts.permissions import Role
from accounts.principal import SYSTEM, Principal
from accounts.scoping import NotAllowed
from accounts.services import notifications
from assessments.selectors.assessments import visible_to as assessments_visible_to
from assessments.services import proof
from audit import feed, seal
from audit.errors import Invalid
from audit.models import Event
from reports.selectors import engagements_told, reports_visible_to
from reports.services import reports
from scoring.selectors.changes import changes
from scoring.selectors.decisions import decisions_visible_to
from scoring.selectors.scores import scores_visible_to
from scoring.selectors.telling import may_hear, told
from scoring.selectors.vendor import vendor_page
from search.selectors.everything import all_kinds
from search.words import read
from tests.factories.accounts import make_user
from tests.factories.assessments import make_assessment
from tests.factories.contracts import make_contract
from tests.factories.evidence import make_evidence
from tests.factories.findings import make_finding
from tests.factories.incidents import make_incident
from tests.factories.ip import make_asset, make_disclosure
from tests.factories.scoring import score
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person, Program
from vendors.models import Engagement, Evidence, Vendor
from vendors.selectors import engagements_visible_to
from vendors.selectors.contracts import contracts_visible_to
from vendors.selectors.evidence import evidence_visible_to, files_visible_to
from vendors.selectors.findings import findings_visible_to
from vendors.selectors.fourth_parties import below
from vendors.selectors.incidents import incidents_visible_to
from vendors.selectors.ip import assets_visible_to, disclosures_visible_to
from vendors.selectors.limits import limited_engagements, some_hidden
from vendors.selectors.subcontracts import subcontracts_visible_to
from vendors.services import limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit, name="Halden Castings")


@pytest.fixture
def engagement(vendor: Vendor, unit: BusinessUnit) -> Engagement:
    return make_engagement(vendor, unit, title="Project Osprey")


def limited(engagement: Engagement, *people: Person, clients: tuple[UUID, ...] = ()) -> None:
    limits.limit(
        engagement=engagement, users=[one.user.pk for one in people], clients=clients, by=SYSTEM
    )
    engagement.refresh_from_db()


def test_every_kind_of_object_is_there_for_who_is_named_and_for_nobody_else(
    vendor: Vendor,
    engagement: Engagement,
    unit: BusinessUnit,
    legal: Person,
    procurement: Person,
    admin: Person,
) -> None:
    assessment = make_assessment(unit, engagement=engagement)
    score(assessment)
    document = make_evidence(vendor, unit, title="Osprey drawing policy")
    proof.attach(assessment=assessment, question_key="staff", evidence=document, by=SYSTEM)
    make_contract(engagement)
    make_finding(unit, vendor=vendor, engagement=engagement)
    make_incident(engagement)
    asset = make_asset(engagement)
    make_disclosure(engagement, asset)
    make_subcontract(vendor, make_company(vendor, "Osprey Galvanics"), engagement=engagement)

    def seen(principal: Principal) -> dict[str, int]:
        kinds = {
            "engagements": engagements_visible_to(principal),
            "assessments": assessments_visible_to(principal),
            "evidence": evidence_visible_to(principal),
            "files": files_visible_to(principal),
            "contracts": contracts_visible_to(principal),
            "findings": findings_visible_to(principal),
            "incidents": incidents_visible_to(principal),
            "assets": assets_visible_to(principal),
            "disclosures": disclosures_visible_to(principal),
            "subcontracts": subcontracts_visible_to(principal),
        }
        return {kind: rows.count() for kind, rows in kinds.items()}

    before = seen(procurement.principal)
    assert min(before.values()) >= 1
    assert below([vendor.pk], procurement.principal)
    limited(engagement, legal)
    assert seen(legal.principal) == before
    assert below([vendor.pk], legal.principal)
    for other in (procurement, admin):
        assert set(seen(other.principal).values()) == {0}
        assert not below([vendor.pk], other.principal)
    assert decisions_visible_to(procurement.principal).count() == 0
    assert not scores_visible_to(procurement.principal).exists()

    limits.lift(engagement=engagement, by=legal.principal)
    assert seen(procurement.principal) == before


def test_a_document_goes_with_the_engagement_that_alone_uses_it_and_stays_with_it(
    vendor: Vendor, engagement: Engagement, unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    other = make_assessment(unit, engagement=make_engagement(vendor, unit))
    assessment = make_assessment(unit, engagement=engagement)
    shared = make_evidence(vendor, unit, title="Shared")
    for one in (other, assessment):
        proof.attach(assessment=one, question_key="staff", evidence=shared, by=SYSTEM)
    limited(engagement, legal)
    late = make_evidence(vendor, unit, title="Late")
    proof.attach(assessment=assessment, question_key="staff", evidence=late, by=SYSTEM)

    titles = evidence_visible_to(procurement.principal).values_list("title", flat=True)
    assert list(titles) == ["Shared"]
    proof.detach(assessment=assessment, question_key="staff", evidence=late, by=SYSTEM)
    assert not evidence_visible_to(procurement.principal).filter(pk=late.pk).exists()
    assert Evidence.objects.get(pk=late.pk).engagement_id == engagement.pk


def test_at_least_one_person_who_can_open_it_has_to_be_named(
    engagement: Engagement, legal: Person, outsider_legal: Person
) -> None:
    for users in ([], [outsider_legal.user.pk], [uuid4()]):
        with pytest.raises(Invalid):
            limits.limit(engagement=engagement, users=users, by=legal.principal)
    engagement.refresh_from_db()
    assert not engagement.limited


def test_procurement_and_auditors_do_not_limit(
    engagement: Engagement, procurement: Person, auditor: Person, legal: Person
) -> None:
    for one in (procurement, auditor):
        with pytest.raises(NotAllowed):
            limits.limit(engagement=engagement, users=[legal.user.pk], by=one.principal)


def test_a_program_sees_it_only_where_it_is_named(
    engagement: Engagement, legal: Person, api_client: Program
) -> None:
    limited(engagement, legal)
    assert not engagements_visible_to(api_client.principal).exists()
    limited(engagement, legal, clients=(api_client.client.public_id,))
    assert engagements_visible_to(api_client.principal).get() == engagement


@pytest.mark.django_db(transaction=True)
def test_neither_feed_nor_webhooks_tell_programs_that_are_not_named(
    engagement: Engagement, unit: BusinessUnit, legal: Person, api_client: Program
) -> None:
    limited(engagement, legal)
    assessment = make_assessment(unit, engagement=engagement)
    score(assessment)
    seal.seal()

    def heard() -> set[UUID]:
        principal = api_client.principal
        page = changes(principal, after="", limit=500)
        entries = feed.entries(
            after=feed.START, types=[*Event.objects.values_list("type", flat=True)],
            units=None, limit=500,
        ).entries  # fmt: skip
        return {one.subject_id for one in (*page.items, *told(principal, entries))}

    secret = {engagement.pk, assessment.pk}
    assert not heard() & secret

    def may() -> bool:
        return may_hear(
            api_client.principal,
            event_type="assessment.submitted",
            subject_id=assessment.pk,
            vendor_id=None,
            unit_id=unit.pk,
        )

    assert not may()
    limited(engagement, legal, clients=(api_client.client.public_id,))
    assert heard() & secret
    assert may()


def test_the_log_is_silent_for_who_is_not_named(
    engagement: Engagement, unit: BusinessUnit, legal: Person, auditor: Person
) -> None:
    assessment = make_assessment(unit, engagement=engagement)
    make_contract(engagement)
    about = [engagement.pk, assessment.pk]
    assert events_visible_to(auditor.principal).filter(aggregate_id__in=about).exists()
    limited(engagement, legal)
    seen = events_visible_to(auditor.principal)
    assert not seen.filter(aggregate_id__in=about).exists()
    assert str(engagement.pk) not in str(list(seen.values_list("data", flat=True)))
    assert seen.exists()
    limited(engagement, legal, auditor)
    assert events_visible_to(auditor.principal).filter(aggregate_id__in=about).exists()


def test_what_others_were_told_goes_and_nobody_else_is_told_any_more(
    engagement: Engagement, unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = make_assessment(unit, engagement=engagement)

    def tell(occasion: str) -> None:
        for one in (legal, procurement):
            notifications.tell(
                user=one.user,
                kind="assessment_to_answer",
                title="Osprey",
                unit_id=unit.pk,
                about=assessment.pk,
                occasion=occasion,
            )

    tell("before")
    limited(engagement, legal)
    tell("after")
    rows = Notification.objects.filter(about=assessment.pk)
    assert set(rows.values_list("user", "occasion")) == {
        (legal.user.pk, "before"),
        (legal.user.pk, "after"),
    }


def test_search_finds_nothing_of_it(
    vendor: Vendor, engagement: Engagement, unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    make_finding(unit, vendor=vendor, engagement=engagement, title="Osprey plans on a share")
    query = read("Osprey")
    assert all_kinds(procurement.principal, query).groups
    limited(engagement, legal)
    found = all_kinds(procurement.principal, query)
    assert "Osprey" not in str(found.groups)
    assert all_kinds(legal.principal, query).groups


def test_the_page_of_the_vendor_says_that_something_is_left_out(
    vendor: Vendor, engagement: Engagement, legal: Person, procurement: Person
) -> None:
    limited(engagement, legal)
    html = procurement.browser.get(f"/vendors/{vendor.pk}/").content.decode()
    assert "Something is left out here" in html
    assert "Project Osprey" not in html
    page = legal.browser.get(f"/vendors/{vendor.pk}/").content.decode()
    assert "Project Osprey" in page
    assert "Limited to named people" in page
    assert "Something is left out here" not in page
    assert some_hidden(procurement.principal, vendor.pk)


def test_the_rating_goes_on_counting_it(
    vendor: Vendor, engagement: Engagement, unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = make_assessment(unit, engagement=engagement)
    score(assessment)
    before = vendor_page(vendor, procurement.principal, unit).standing
    limited(engagement, legal)
    after = vendor_page(vendor, procurement.principal, unit)
    assert before is not None
    assert after.standing == before
    assert after.engagements == []


def test_a_report_that_may_tell_of_it_is_for_those_who_are_named(
    vendor: Vendor, engagement: Engagement, unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    report = reports.ask(vendor=vendor, unit=unit, by=legal.principal)
    report.engagements = engagements_told(report, legal.principal)
    report.save(update_fields=["engagements"])
    assert reports_visible_to(procurement.principal).filter(pk=report.pk).exists()
    limited(engagement, legal)
    assert not reports_visible_to(procurement.principal).filter(pk=report.pk).exists()
    assert reports_visible_to(legal.principal).filter(pk=report.pk).exists()


def test_nobody_is_locked_out_for_good_and_looking_up_is_in_the_record(
    engagement: Engagement, unit: BusinessUnit, legal: Person, admin: Person, unit_admin: Person
) -> None:
    limited(engagement, legal)
    legal.user.is_active = False
    legal.user.save(update_fields=["is_active"])
    assert limited_engagements(admin.principal).get().named == 0  # type: ignore[attr-defined]
    assert not limited_engagements(unit_admin.principal).exists()
    page = f"/engagements/{engagement.pk}/people/"
    assert "Leo Legal" not in admin.browser.get(page).content.decode()
    for wrong in ({"reason": ""}, {"user": ""}):
        refused = admin.browser.post(page, wrong)
        assert refused.status_code == 422
        assert "<title>Error: " in refused.content.decode()
        assert "Leo Legal" not in refused.content.decode()
    shown = admin.browser.post(page, {"reason": "Leo has left"}).content.decode()
    assert "Leo Legal" in shown
    assert "Project Osprey" not in shown
    event = Event.objects.get(type="engagement.people_read")
    assert (event.actor_id, event.aggregate_id) == (str(admin.user.pk), engagement.pk)
    assert event.detail.data == {"reason": "Leo has left"}
    newcomer = make_user(Role.LEGAL, unit, name="Nora New")
    admin.browser.post(page, {"user": str(newcomer.pk)})
    assert engagements_visible_to(Person(newcomer).principal).get() == engagement
    assert not engagements_visible_to(admin.principal).exists()


def test_the_form_limits_and_the_confirmation_ends_it(
    engagement: Engagement, legal: Person, procurement: Person
) -> None:
    page = f"/engagements/{engagement.pk}/limit/"
    assert "Leo Legal" in legal.browser.get(page).content.decode()
    refused = legal.browser.post(page, {})
    assert "Name at least one person" in refused.content.decode()
    legal.browser.post(page, {"users": [str(legal.user.pk)]})
    assert procurement.browser.get(f"/engagements/{engagement.pk}/edit/").status_code == 404
    assert legal.browser.get(f"/engagements/{engagement.pk}/edit/").status_code == 200
    legal.browser.post(f"{page}end/")
    assert procurement.browser.get(f"/engagements/{engagement.pk}/edit/").status_code == 200
