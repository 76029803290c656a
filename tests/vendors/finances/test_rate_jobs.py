"""Long lists of exchange rates: looked through and written by workers, watched, cancelled."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.personas import Person
from vendors.models import ExchangeRate, FinanceImport
from vendors.services import file_jobs, rate_jobs, rates

pytestmark = pytest.mark.django_db
DAYS = rate_jobs.AT_ONCE_RATES + 1
LONG = "currency,date,rate\n" + "".join(
    f"{'USD' if n % 2 else 'CHF'},{date(2015, 1, 1) + timedelta(days=n // 2)},1.{n:06}0000000\n"
    for n in range(DAYS)
)


def uploaded(person: Person, content: str = LONG) -> FinanceImport:
    file = SimpleUploadedFile("rates.csv", content.encode())
    sent = {"file": file, "base": "EUR", "source": "Central bank"}
    person.browser.post(reverse("vendors:rate_import_new"), sent)
    return FinanceImport.objects.latest("pk")


def test_a_long_list_of_rates_is_looked_through_cancelled_and_written_in_the_background(
    admin: Person,
) -> None:
    assert len(LONG) > rate_jobs.AT_ONCE_BYTES
    made = uploaded(admin)
    url = reverse("vendors:rate_import", args=[made.pk])
    assert "Rows looked through" in admin.browser.get(url).text
    assert "Being looked through" in admin.browser.get(reverse("vendors:rate_import_new")).text
    # Nobody writes what was not looked through.
    admin.browser.post(url, {"run": "1"})
    assert FinanceImport.objects.get().status == "reading"
    rate_jobs.go_on(import_id=made.pk)
    assert admin.browser.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "Nothing has been written yet" in admin.browser.get(url).text

    admin.browser.post(url, {"run": "1"})
    assert "Rates written" in admin.browser.get(url).text
    assert "nothing will be" in admin.browser.get(f"{url}?cancel=1").text
    admin.browser.post(f"{url}?cancel=1")
    rate_jobs.go_on(import_id=made.pk)
    assert not ExchangeRate.objects.exists()
    assert "The import was cancelled." in admin.browser.get(url).text

    admin.browser.post(url, {"run": "1"})
    rate_jobs.go_on(import_id=made.pk)
    rate_jobs.go_on(import_id=made.pk)
    assert ExchangeRate.objects.count() == DAYS
    assert "rates were imported" in admin.browser.get(url).text


def test_a_list_of_rates_that_cannot_be_read_says_why(admin: Person) -> None:
    made = uploaded(admin, "city\n" + "Berlin\n" * 10_000)
    rate_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    url = reverse("vendors:rate_import", args=[made.pk])
    page = admin.browser.get(url).text
    assert (made.status, bool(made.reason)) == ("failed", True)
    assert "Nothing was imported." in page
    assert "Could not be read" in page
    assert admin.browser.post(url, {"run": "1"}).status_code == 409


def test_writing_rates_that_never_ends_is_given_up_and_taken_back(admin: Person) -> None:
    made = uploaded(admin)
    rate_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    rate_jobs.confirm(made=made, by=admin.principal)
    FinanceImport.objects.update(tries=file_jobs.TRIES)
    rate_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    assert (made.status, ExchangeRate.objects.count()) == ("preview", 0)
    assert "never came to its end" in made.reason


def test_rates_of_somebody_who_may_no_longer_import_them_are_not_written(admin: Person) -> None:
    made = uploaded(admin)
    rate_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    rate_jobs.confirm(made=made, by=admin.principal)
    admin.user.memberships.all().delete()
    rate_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    assert (made.status, ExchangeRate.objects.count()) == ("preview", 0)


def test_a_long_list_in_which_little_is_new_is_read_by_workers_all_the_same(admin: Person) -> None:
    for expected in (DAYS, 0):
        made = uploaded(admin)
        rate_jobs.go_on(import_id=made.pk)
        made.refresh_from_db()
        assert made.report["counts"]["new"] == expected
        url = reverse("vendors:rate_import", args=[made.pk])
        admin.browser.post(url, {"run": "1"})
        made.refresh_from_db()
        assert made.status == "writing"
        rate_jobs.go_on(import_id=made.pk)
        made.refresh_from_db()
        assert made.status == "done"


def test_a_list_that_workers_are_at_is_neither_written_beside_them_nor_let_go_of(
    admin: Person,
) -> None:
    made = uploaded(admin)
    assert rates.run(made=made, by=admin.principal).status == "reading"
    url = reverse("vendors:rate_import", args=[made.pk])
    answer = admin.browser.post(url, {"discard": "1"})
    assert answer.status_code == 409
    assert "It is being looked through." in answer.text
    rate_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    rate_jobs.confirm(made=made, by=admin.principal)
    assert rates.run(made=made, by=admin.principal).status == "writing"
    assert not ExchangeRate.objects.exists()
