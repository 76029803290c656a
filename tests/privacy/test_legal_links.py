"""The legal page is linked from what a note can be about, for those who may read there."""

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.factories.assessments import in_review, make_assessment
from tests.factories.findings import make_finding
from tests.personas import Person
from vendors.models import LegalNote
from vendors.services import legal_notes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["assessment", "finding", "engagement"])
def test_reviewers_are_led_there_and_others_only_to_a_note_that_is_theirs_to_read(
    unit: BusinessUnit, legal: Person, auditor: Person, kind: str
) -> None:
    assessment = make_assessment(unit)
    engagement = assessment.engagement
    finding = make_finding(unit, vendor=engagement.vendor, engagement=engagement)
    name, about = {
        "assessment": ("assessments:assessment", assessment),
        "finding": ("vendors:finding", finding),
        "engagement": ("scoring:decisions_of", engagement),
    }[kind]
    page = reverse(name, args=[about.pk])
    link = f'href="{reverse("scoring:legal", args=[engagement.vendor_id])}"'

    def is_led_there(person: Person) -> bool:
        answer = person.browser.get(page)
        assert answer.status_code == 200
        return link in answer.content.decode()

    assert is_led_there(legal)
    assert not is_led_there(auditor)
    note = legal_notes.write(
        vendor=engagement.vendor, unit=unit, about=kind, about_id=about.pk,
        text="Counsel thinks so", privileged=True, by=legal.principal,
    )  # fmt: skip
    assert not is_led_there(auditor)
    LegalNote.objects.filter(pk=note.pk).update(privileged=False)
    assert is_led_there(auditor)


def test_whoever_reviews_is_led_there_from_the_review(
    unit: BusinessUnit, legal: Person, auditor: Person
) -> None:
    assessment = in_review(unit)
    page = reverse("assessments:review", args=[assessment.pk])
    answer = legal.browser.get(page)
    assert answer.status_code == 200
    link = reverse("scoring:legal", args=[assessment.engagement.vendor_id])
    assert f'href="{link}"' in answer.content.decode()
    assert auditor.browser.get(page).status_code == 403
