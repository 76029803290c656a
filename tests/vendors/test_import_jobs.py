"""Long lists of vendors: looked through and written by workers, watched, cancelled, taken up."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.personas import Person
from tests.scoring.test_runs_together import closing
from vendors.models import Vendor, VendorImport
from vendors.services import file_jobs, import_jobs, imports

pytestmark = pytest.mark.django_db
ROWS = 1_200
LONG = "name,country,city\n" + "".join(
    f"Works number {n} of the very long name,DE,Stadt {n}\n" for n in range(ROWS)
)


def uploaded(person: Person, unit: BusinessUnit, content: str = LONG) -> VendorImport:
    file = SimpleUploadedFile("All vendors.csv", content.encode())
    person.browser.post(
        reverse("vendors:import_new"), {"file": file, "unit": str(unit.pk), "system": "erp"}
    )
    return VendorImport.objects.latest("pk")


def test_a_long_list_is_looked_through_cancelled_and_written_in_the_background(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = uploaded(procurement, unit)
    url = reverse("vendors:import", args=[made.pk])
    watched = procurement.browser.get(url).text
    assert "Rows looked through" in watched
    assert f'href="{url}?cancel=1"' in watched
    assert "nothing will be" in procurement.browser.get(f"{url}?cancel=1").text
    import_jobs.go_on(import_id=made.pk)
    ended = procurement.browser.get(url, headers={"HX-Request": "true"})
    assert ended["HX-Refresh"] == "true"
    assert "Nothing has been written yet" in procurement.browser.get(url).text

    procurement.browser.post(url, {"run": "1"})
    assert "Vendors written" in procurement.browser.get(url).text
    # A second click is no cancelling, and begins nothing anew.
    procurement.browser.post(url, {"run": "1"})
    assert VendorImport.objects.get().status == "writing"
    procurement.browser.post(f"{url}?cancel=1")
    import_jobs.go_on(import_id=made.pk)
    assert not Vendor.objects.exists()
    assert "The import was cancelled." in procurement.browser.get(url).text

    procurement.browser.post(url, {"run": "1"})
    import_jobs.go_on(import_id=made.pk)
    import_jobs.go_on(import_id=made.pk)
    assert Vendor.objects.count() == ROWS
    for address, sent in ((f"{url}?cancel=1", {}), (url, {"discard": "1"})):
        late = procurement.browser.post(address, sent)
        assert (late.status_code, "Nothing was imported" in late.text) == (409, False)
    assert "1,200 vendors were added." in procurement.browser.get(url).text


def test_a_list_that_cannot_be_read_says_why_and_one_that_never_ends_waits_again(
    unit: BusinessUnit, procurement: Person
) -> None:
    broken = uploaded(procurement, unit, "city\n" + "Berlin\n" * 10_000)
    import_jobs.go_on(import_id=broken.pk)
    broken.refresh_from_db()
    assert broken.status == "failed"
    page = procurement.browser.get(reverse("vendors:import", args=[broken.pk])).text
    assert "Give it the heading" in broken.reason
    assert "Give it the heading" in page
    assert "Could not be read" in procurement.browser.get(reverse("vendors:imports")).text
    refused = procurement.browser.post(
        reverse("vendors:import", args=[broken.pk]), {"run": "1"}, follow=True
    )
    assert refused.status_code in {200, 409}
    assert "does not wait to be confirmed" in refused.text

    made = uploaded(procurement, unit)
    import_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    import_jobs.confirm(vendor_import=made, by=procurement.principal)
    VendorImport.objects.filter(pk=made.pk).update(tries=file_jobs.TRIES)
    import_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    assert (made.status, Vendor.objects.count()) == ("preview", 0)
    assert "never came to its end" in made.reason


def test_a_list_of_somebody_who_was_switched_off_meanwhile_is_not_read(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = uploaded(procurement, unit)
    procurement.user.is_active = False
    procurement.user.save()
    import_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    assert made.status == "failed"
    assert "was switched off" in made.reason


@pytest.mark.django_db(transaction=True)
def test_the_row_of_a_list_is_not_locked_while_a_worker_writes_it(
    unit: BusinessUnit, procurement: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = uploaded(procurement, unit)
    import_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    import_jobs.confirm(vendor_import=made, by=procurement.principal)
    free: list[bool] = []

    def locks_it() -> bool:
        with transaction.atomic():
            rows = VendorImport.objects.select_for_update(nowait=True)
            return rows.filter(pk=made.pk).exists()

    real = imports._record

    def recorded(*args: Any, **options: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            free.append(pool.submit(closing, locks_it).result(timeout=60))
        return real(*args, **options)

    monkeypatch.setattr(imports, "_record", recorded)
    import_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    assert (made.status, set(free)) == ("done", {True})


def test_a_long_list_in_which_little_is_new_is_read_by_workers_all_the_same(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = uploaded(procurement, unit)
    import_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    made.report["counts"] |= {"new": 1, "unchanged": ROWS - 1}
    made.save()
    procurement.browser.post(reverse("vendors:import", args=[made.pk]), {"run": "1"})
    made.refresh_from_db()
    assert made.status == "writing"


def test_a_list_that_workers_are_at_is_not_written_beside_them(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = uploaded(procurement, unit)
    assert imports.run(vendor_import=made, by=procurement.principal).status == "reading"
    assert not Vendor.objects.exists()
