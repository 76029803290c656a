"""The pages of evidence: the list, a document, its versions, and the file as an attachment."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.urls import reverse

from accounts.models import BusinessUnit
from audit import clock
from audit.models import Event
from tests.factories.evidence import make_evidence, office_bytes, pdf_bytes, upload
from tests.personas import Person
from vendors.models import Evidence, Vendor


def page(person: Person, name: str, pk: object, query: str = "") -> str:
    answer = person.browser.get(reverse(f"vendors:{name}", args=[pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(person: Person, name: str, pk: object, **values: Any) -> Any:
    return person.browser.post(reverse(f"vendors:{name}", args=[pk]), values)


def test_several_files_are_added_at_once(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    answer = send(
        procurement,
        "evidence_add",
        vendor.pk,
        unit=unit.pk,
        documents=[upload("one.pdf"), upload("two.txt", b"Words.")],
        kind="policy",
        confidentiality="internal",
        expires_on="2030-01-31",
    )
    assert answer.status_code == 302
    titles = set(Evidence.objects.values_list("title", "kind", "expires_on"))
    assert {title for title, _kind, _day in titles} == {"one", "two"}
    assert "one.pdf" in page(procurement, "vendor_evidence", vendor.pk)


def test_a_refused_file_is_named_and_what_was_typed_stays(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    answer = send(
        procurement,
        "evidence_add",
        vendor.pk,
        unit=unit.pk,
        documents=[upload("bad.pdf", office_bytes())],
        title="Typed title",
        kind="policy",
        confidentiality="internal",
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "bad.pdf: The content of this file is not what its name says" in text
    assert "Typed title" in text
    assert not Evidence.objects.exists()


def test_the_same_file_is_named_and_kept_twice_only_when_asked(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    content = pdf_bytes("twice")
    make_evidence(vendor, unit, file=upload("a.pdf", content), title="Known paper")
    values = {"unit": unit.pk, "kind": "other", "confidentiality": "internal"}
    answer = send(
        procurement, "evidence_add", vendor.pk, documents=[upload("a.pdf", content)], **values
    )
    assert "on record already: “Known paper”" in answer.content.decode()
    assert "Keep it although" in answer.content.decode()
    answer = send(
        procurement,
        "evidence_add",
        vendor.pk,
        documents=[upload("a.pdf", content)],
        offered_again="1",
        again="on",
        **values,
    )
    assert answer.status_code == 302


def test_a_file_is_handed_out_as_an_attachment_and_noted(
    vendor: Vendor, unit: BusinessUnit, auditor: Person
) -> None:
    content = pdf_bytes("x")
    made = make_evidence(vendor, unit, file=upload('Größe "1".pdf', content))
    address = reverse("vendors:evidence_file", args=[made.files.get().pk])
    answer: Any = auditor.browser.get(address)
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Gr%C3%B6")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "application/pdf"
    noted = Event.objects.get(type="evidence.downloaded")
    assert noted.actor_id == str(auditor.user.pk)
    assert "Evidence downloaded" in page(auditor, "evidence", made.pk)


def test_a_strictly_confidential_file_does_not_exist_for_who_may_not_open_it(
    vendor: Vendor, unit: BusinessUnit, auditor: Person, legal: Person
) -> None:
    made = make_evidence(vendor, unit, title="Hidden paper", confidentiality="strict")
    address = reverse("vendors:evidence_file", args=[made.files.get().pk])
    assert auditor.browser.get(address).status_code == 404
    assert "Hidden paper" not in page(auditor, "vendor_evidence", vendor.pk)
    assert legal.browser.get(address).status_code == 200


def test_a_file_that_is_gone_answers_404_with_a_sentence(
    vendor: Vendor, unit: BusinessUnit, auditor: Person, folder: Path
) -> None:
    file = make_evidence(vendor, unit).files.get()
    (folder / file.key).unlink()
    answer = auditor.browser.get(reverse("vendors:evidence_file", args=[file.pk]))
    assert answer.status_code == 404
    assert "not in the storage" in answer.content.decode()


def test_the_list_tells_expired_expiring_and_withdrawn_apart(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    today = clock.today()
    for title, days in (("Old paper", -1), ("Late paper", 10), ("Good paper", 400)):
        make_evidence(vendor, unit, title=title, expires_on=today + timedelta(days=days))
    gone = make_evidence(vendor, unit, title="Gone paper")
    send(procurement, "evidence_withdraw", gone.pk, version=1, reason="Forged.")

    def shown(state: str) -> set[str]:
        text = page(procurement, "vendor_evidence", vendor.pk, f"?state={state}")
        return set(re.findall(r">(\w+) paper<", text))

    assert shown("") == {"Old", "Late", "Good"}
    assert shown("current") == {"Late", "Good"}
    assert shown("expiring") == {"Late"}
    assert shown("expired") == {"Old"}
    assert shown("withdrawn") == {"Gone"}
    assert "Forged." in page(procurement, "evidence", gone.pk)


def test_a_document_is_put_right_and_two_people_see_both_values(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    made = make_evidence(vendor, unit, title="Old")
    values = {"kind": "policy", "confidentiality": "internal"}
    answer = send(procurement, "evidence_edit", made.pk, version=1, title="New", **values)
    assert answer.status_code == 302
    answer = send(procurement, "evidence_edit", made.pk, version=1, title="Newer", **values)
    assert answer.status_code == 409
    assert "Newer" in answer.content.decode()


def test_a_newer_version_is_added(vendor: Vendor, unit: BusinessUnit, procurement: Person) -> None:
    made = make_evidence(vendor, unit)
    answer = send(
        procurement, "evidence_version", made.pk, file=upload("v2.pdf"), expires_on="2031-01-01"
    )
    assert answer.status_code == 302
    assert made.files.count() == 2
    assert "v2.pdf" in page(procurement, "evidence", made.pk)


def test_the_list_takes_a_constant_number_of_queries(
    vendor: Vendor, unit: BusinessUnit, procurement: Person, django_assert_max_num_queries: Any
) -> None:
    for _each in range(12):
        make_evidence(vendor, unit)
    browser = procurement.browser
    with django_assert_max_num_queries(14):
        browser.get(reverse("vendors:vendor_evidence", args=[vendor.pk]))
