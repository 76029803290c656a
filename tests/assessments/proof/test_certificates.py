"""Certificates answer what they cover, and a reviewer confirms that they do."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.certified import proposals, supported
from assessments.models import Answer, Assessment, Questionnaire
from assessments.schema import validate_value
from assessments.selectors.assessments import schema_of_version
from assessments.selectors.certificates import held, offers
from assessments.selectors.proof import from_certificates
from assessments.services import answers, assessments, certificates, sheets
from assessments.services.answers import AnswerInput
from assessments.services.questionnaires import builtin
from assessments.sheet import EvidenceLevel
from audit import clock
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.evidence import make_evidence
from tests.factories.ip import make_site
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Certificate, Site
from vendors.services import certificates as descriptions
from vendors.services import evidence as documents

SCOPE = "Development and production of moulds and moulded parts."


@pytest.fixture
def questionnaire(db: None) -> Questionnaire:
    """The built-in one, which the mapping is for."""
    return builtin()


@pytest.fixture
def assessment(unit: BusinessUnit, questionnaire: Questionnaire) -> Assessment:
    """One of the built-in questionnaire, for an engagement at one site."""
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit)
    made = make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
    make_site(vendor, "VN", engagement, name="Works 1")
    return made


def certificate(assessment: Assessment, **changed: Any) -> Certificate:
    sites = list(Site.objects.filter(vendor=assessment.vendor))
    dates = {
        "issued_on": changed.pop("issued_on", None),
        "expires_on": changed.pop("expires_on", clock.today() + timedelta(days=400)),
    }
    document = make_evidence(
        assessment.vendor, assessment.unit, kind="certificate", title="ISO certificate", **dates
    )
    values = {
        "standard": "iso_27001",
        "issuer": "Rhenus Certification",
        "scope": SCOPE,
        "services": ["contract_manufacturing"],
        "sites": sites,
        **changed,
    }
    return descriptions.describe(evidence=document, version=1, values=values, by=SYSTEM)


def level(assessment: Assessment, key: str) -> tuple[int, date | None]:
    row = Answer.objects.get(assessment=assessment, question_key=key)
    return row.evidence, row.evidence_until


def test_every_answer_of_the_mapping_belongs_to_the_questionnaire(
    questionnaire: Questionnaire,
) -> None:
    by_key = schema_of_version(questionnaire).by_key
    assert supported("ip-outsourcing")
    for one in supported("ip-outsourcing"):
        value = one.answer if one.date is None else "2026-05-01"
        assert validate_value(by_key[one.question].question, value, clock.today()) is not None
    assert supported("no-such-questionnaire") == ()


def test_a_certificate_in_force_for_the_service_and_the_sites_answers_what_it_supports(
    assessment: Assessment, procurement: Person
) -> None:
    made = certificate(assessment)
    (offer,) = offers(assessment, procurement.principal)
    assert offer.why_not == ()
    keys = [one.question for one in offer.answers if one.question in assessment.questions]
    assert {"security_certificate", "certificate_scope", "certificate_ends"} <= set(keys)
    given = certificates.answer_from(
        assessment=assessment, certificate=made, keys=keys, by=procurement.principal
    )
    assert given == keys
    assert level(assessment, "security_certificate") == (
        EvidenceLevel.DOCUMENT,
        made.evidence.expires_on,
    )
    assert set(from_certificates(assessment)) == set(keys)
    ends = Answer.objects.get(assessment=assessment, question_key="certificate_ends")
    assert ends.value == str(made.evidence.expires_on)
    assert all(not differs for _pk, differs in sheets.check_all())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"expires_on": date(2026, 1, 1), "issued_on": date(2023, 1, 1)}, "It has expired."),
        ({"services": ["cloud_hosting"]}, "does not name the kind of service"),
        ({"sites": []}, "It does not cover: Works 1."),
    ],
)
def test_a_certificate_that_does_not_match_says_why_and_answers_nothing(
    assessment: Assessment, procurement: Person, changed: dict[str, Any], why: str
) -> None:
    made = certificate(assessment, **changed)
    (offer,) = offers(assessment, procurement.principal)
    assert why in " ".join(offer.why_not)
    with pytest.raises(certificates.NotCovered, match=why):
        certificates.answer_from(
            assessment=assessment,
            certificate=made,
            keys=["security_certificate"],
            by=procurement.principal,
        )
    assert not Answer.objects.filter(assessment=assessment).exists()


def test_a_withdrawn_certificate_and_an_engagement_without_a_site_answer_nothing(
    assessment: Assessment, procurement: Person
) -> None:
    made = certificate(assessment)
    documents.withdraw(
        evidence=made.evidence, version=2, reason="Revoked.", by=procurement.principal
    )
    Site.objects.filter(vendor=assessment.vendor).update(closed_on=clock.today())
    (offer,) = offers(assessment, procurement.principal)
    assert len(offer.why_not) == 2


def test_the_level_and_the_parts_of_a_standard_decide_what_it_supports(
    assessment: Assessment, procurement: Person
) -> None:
    def keys(**changed: Any) -> set[str]:
        made = certificate(assessment, standard="tisax", **changed)
        found = next(
            one
            for one in offers(assessment, procurement.principal)
            if one.certificate.pk == made.pk
        )
        return {one.question for one in found.answers}

    assert keys(level="AL1") == set()
    assert "multi_factor" not in keys(level="AL2", covers=["confidential"])
    assert "multi_factor" in keys(level="AL3", covers=["strictly_confidential"])


def test_the_reviewer_confirms_and_the_answer_is_proved_by_an_independent_body(
    assessment: Assessment, procurement: Person, legal: Person
) -> None:
    made = certificate(assessment)
    certificates.answer_from(
        assessment=assessment,
        certificate=made,
        keys=["security_certificate"],
        by=procurement.principal,
    )
    answer_all(assessment)
    assessments.submit(assessment=assessment, by=SYSTEM)
    assessments.take(assessment=assessment, by=legal.principal)
    address = reverse("assessments:certificates", args=[assessment.pk])
    assert "The certificate says so" in legal.browser.get(address).content.decode()
    answer = legal.browser.post(address + "confirm/", {"keys": ["security_certificate"]})
    assert answer.status_code == 302
    assert level(assessment, "security_certificate") == (
        EvidenceLevel.INDEPENDENT,
        made.evidence.expires_on,
    )
    assert from_certificates(assessment) == {}


def taken_from(made: Certificate, assessment: Assessment, procurement: Person) -> None:
    """The assessment, handed in with one answer from the certificate."""
    certificates.answer_from(
        assessment=assessment,
        certificate=made,
        keys=["security_certificate"],
        by=procurement.principal,
    )
    answer_all(assessment)
    assessments.submit(assessment=assessment, by=SYSTEM)


@pytest.mark.parametrize("page", ["review", "review-one"])
def test_the_review_proposes_the_proof_that_a_certificate_gives_with_what_it_covers(
    assessment: Assessment, procurement: Person, legal: Person, page: str
) -> None:
    taken_from(certificate(assessment), assessment, procurement)
    assessments.take(assessment=assessment, by=legal.principal)
    asked = {"q": "security_certificate", "section": schema_section(assessment)}
    shown = legal.browser.get(reverse(f"assessments:{page}", args=[assessment.pk]), asked)
    words = shown.content.decode()
    assert "Answered from a certificate:" in words
    assert SCOPE in words
    assert "Contract manufacturing" in words
    assert "Works 1" in words
    level = EvidenceLevel.INDEPENDENT.value
    ticked = f'name="evidence" value="{level}" id="e-security_certificate-{level}" checked'
    assert ticked in words


def test_a_certificate_that_has_ended_by_the_review_is_not_proposed_and_not_confirmed(
    assessment: Assessment, procurement: Person, legal: Person
) -> None:
    made = certificate(assessment)
    taken_from(made, assessment, procurement)
    assessments.take(assessment=assessment, by=legal.principal)
    # It lasted longer when it answered.
    documents.change(
        evidence=made.evidence,
        version=2,
        values={"expires_on": clock.today() - timedelta(days=1)},
        by=procurement.principal,
    )
    one = reverse("assessments:review-one", args=[assessment.pk])
    words = legal.browser.get(one, {"q": "security_certificate"}).content.decode()
    assert "It has expired." in words
    level = EvidenceLevel.INDEPENDENT.value
    assert f'id="e-security_certificate-{level}" checked' not in words
    assert (
        certificates.confirm(
            assessment=assessment, keys=["security_certificate"], by=legal.principal
        )
        == []
    )


def schema_section(assessment: Assessment) -> str:
    items = schema_of_version(assessment.questionnaire).by_key
    return items["security_certificate"].section


def test_somebodys_own_answer_is_none_of_the_certificate_any_more(
    assessment: Assessment, procurement: Person
) -> None:
    made = certificate(assessment)
    by = procurement.principal
    certificates.answer_from(
        assessment=assessment, certificate=made, keys=["security_certificate"], by=by
    )
    answers.save(assessment=assessment, values={"security_certificate": AnswerInput("no")}, by=by)
    assert from_certificates(assessment) == {}


def test_the_page_offers_answers_to_be_ticked_and_takes_them(
    assessment: Assessment, procurement: Person
) -> None:
    made = certificate(assessment)
    address = reverse("assessments:certificates", args=[assessment.pk])
    page = procurement.browser.get(address).content.decode()
    assert "Rhenus Certification" in page
    assert SCOPE in page
    sent = {"certificate": str(made.pk), "keys": ["security_certificate", "certificate_scope"]}
    assert procurement.browser.post(address, sent).status_code == 302
    assert set(from_certificates(assessment)) == {"security_certificate", "certificate_scope"}
    nothing = procurement.browser.post(address, {"certificate": str(made.pk)})
    assert nothing.status_code == 422


def test_what_a_certificate_says_is_recorded_on_a_page(
    assessment: Assessment, procurement: Person
) -> None:
    document = make_evidence(assessment.vendor, assessment.unit, kind="certificate")
    site = Site.objects.get(vendor=assessment.vendor)
    address = reverse("vendors:evidence_certificate", args=[document.pk])
    values = {
        "version": 1,
        "standard": "tisax",
        "level": "Type 2",
        "issuer": "ENX",
        "scope": SCOPE,
        "covers": ["confidential"],
        "services": ["tooling"],
        "sites": [str(site.pk)],
    }
    answer = procurement.browser.post(address, values)
    assert answer.status_code == 422
    assert "no such level" in answer.content.decode()
    assert procurement.browser.post(address, {**values, "level": "AL3"}).status_code == 302
    page = procurement.browser.get(reverse("vendors:evidence", args=[document.pk]))
    assert "TISAX, AL3" in page.content.decode()
    assert "Works 1" in page.content.decode()


def test_of_several_mappings_of_a_question_the_first_that_fits_counts(
    assessment: Assessment,
) -> None:
    made = certificate(assessment, standard="tisax", level="AL3", covers=["proto_parts"])
    found = {
        one.question: one.value
        for one in proposals("ip-outsourcing", held(made), ["site_protection"])
    }
    assert found == {"site_protection": ["entry", "zones", "alarm", "records"]}
