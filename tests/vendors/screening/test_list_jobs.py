"""Long files of watch-lists: looked through and written by workers, watched, cancelled."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.screening import list_csv, make_list, row
from tests.personas import Person
from vendors.models import ListEntry, ListUpload, ListVersion, WatchList
from vendors.services import file_jobs, list_jobs, list_uploads
from vendors.services.held_lists import NotReady

pytestmark = pytest.mark.django_db
ENTRIES = 2_100
LONG = list_csv(
    [row(str(n), f"Quillon Moulding Works {n}", aliases="Q" * 220) for n in range(ENTRIES)]
)


def uploaded(person: Person, watch_list: WatchList, content: bytes = LONG) -> ListUpload:
    assert len(content) > list_jobs.AT_ONCE_BYTES
    answer = person.browser.post(
        reverse("vendors:list_import", args=[watch_list.pk]),
        {"file": SimpleUploadedFile("list.csv", content), "as_of": "2026-01-31"},
    )
    made = ListUpload.objects.latest("pk")
    assert answer["Location"] == reverse("vendors:list_upload", args=[made.pk])
    return made


def test_a_long_file_is_looked_through_cancelled_and_written_in_the_background(
    admin: Person,
) -> None:
    watch_list = make_list()
    made = uploaded(admin, watch_list)
    assert (made.status, made.as_of) == ("reading", date(2026, 1, 31))
    url = reverse("vendors:list_upload", args=[made.pk])
    watched = admin.browser.get(url).text
    assert "Rows looked through" in watched
    assert f'href="{url}?cancel=1"' in watched
    of_list = reverse("vendors:watch_list", args=[watch_list.pk])
    assert url in admin.browser.get(of_list).text, "Whoever closes the page finds it again."
    assert "nothing will be" in admin.browser.get(f"{url}?cancel=1").text
    list_jobs.go_on(upload_id=made.pk)
    assert admin.browser.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = admin.browser.get(url).text
    assert "Nothing has been written yet" in page
    assert "2,100" in page

    admin.browser.post(url, {"import": "1"})
    assert "Entries written" in admin.browser.get(url).text
    # A second click begins nothing anew, and does not wait for all of it.
    assert admin.browser.post(url, {"import": "1"})["Location"] == url
    admin.browser.post(f"{url}?cancel=1")
    list_jobs.go_on(upload_id=made.pk)
    assert not ListEntry.objects.exists()
    assert "The import was cancelled." in admin.browser.get(url).text

    admin.browser.post(url, {"import": "1"})
    list_jobs.go_on(upload_id=made.pk)
    list_jobs.go_on(upload_id=made.pk)
    assert ListEntry.objects.count() == ENTRIES
    version = ListVersion.objects.get()
    assert (version.watch_list, version.entries, version.imported_by) == (
        watch_list,
        ENTRIES,
        admin.user,
    )
    assert "pill--done" in admin.browser.get(url).text


def test_a_long_file_that_cannot_be_read_says_why_and_one_that_never_ends_is_given_up(
    admin: Person,
) -> None:
    watch_list = make_list()
    broken = uploaded(admin, watch_list, LONG.replace(b"reference,name", b"city,trade"))
    list_jobs.go_on(upload_id=broken.pk)
    broken.refresh_from_db()
    assert (broken.status, bytes(broken.content)) == ("failed", b"")
    page = admin.browser.get(reverse("vendors:list_upload", args=[broken.pk])).text
    assert "is missing" in page
    assert "Could not be read" in page
    assert "Import this version" not in page
    endless = uploaded(admin, watch_list)
    ListUpload.objects.filter(pk=endless.pk).update(tries=file_jobs.TRIES)
    list_jobs.go_on(upload_id=endless.pk)
    endless.refresh_from_db()
    assert endless.status == "failed"
    assert "never came to its end" in endless.reason


def test_what_is_cancelled_while_it_is_written_leaves_nothing_behind(admin: Person) -> None:
    made = uploaded(admin, make_list())
    list_jobs.go_on(upload_id=made.pk)
    list_jobs.confirm(upload=ListUpload.objects.get(pk=made.pk), by=admin.principal)
    writing = ListUpload.objects.get(pk=made.pk)

    def cancelled(_done: int, _total: int) -> None:
        list_jobs.cancel(upload=writing, by=admin.principal)

    with pytest.raises(NotReady):
        list_uploads.confirm(upload=writing, by=admin.principal, watch=cancelled)
    assert not ListEntry.objects.exists()
    assert not ListVersion.objects.exists()


def test_a_long_file_in_which_little_is_new_is_read_by_workers_all_the_same(
    admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = uploaded(admin, make_list())
    list_jobs.go_on(upload_id=made.pk)
    made.refresh_from_db()
    made.report["counts"] |= {"new": 1, "changed": 0, "gone": 0}
    made.save()
    # What is kept of a file is packed, and these entries are much alike.
    monkeypatch.setattr(list_jobs, "AT_ONCE_BYTES", 1_000)
    admin.browser.post(reverse("vendors:list_upload", args=[made.pk]), {"import": "1"})
    made.refresh_from_db()
    assert made.status == "writing"
