"""Vendors, with their other names and owners, are compared with lists; people decide."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.screening import (
    decide,
    import_list,
    list_csv,
    listed,
    make_list,
    make_owner,
    make_upload,
    row,
)
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import (
    ListEntry,
    ListUpload,
    Match,
    MatchStep,
    Screening,
    ScreeningDue,
    ScreeningRun,
    Vendor,
)
from vendors.selectors.matches import covered
from vendors.services import aliases, list_runs, list_uploads, matches, screening, vendors
from vendors.services.held_lists import NotReady
from vendors.services.matches import NothingToDecide

QUILLON = row("1", "Quillon Metallwerke GmbH", at="Germany")
TARVANT = row("2", "Ilja Tarvanski", kind="person", aliases="aka:The Tarvant|Low:Tarvi")


def found() -> list[str]:
    return sorted(Match.objects.filter(status="open").values_list("our_name", flat=True))


def test_a_new_list_is_compared_with_every_vendor(unit: BusinessUnit) -> None:
    make_vendor(unit, name="QUILLON METALLWERKE", country="DE")
    make_vendor(unit, name="Brandis Optik GmbH")
    make_vendor(unit, name="Ltd")
    watch_list = listed(QUILLON, TARVANT)
    match = Match.objects.get()
    assert (match.our_name, match.listed_name) == ("QUILLON METALLWERKE", QUILLON[1])
    assert match.score == 10_000
    assert match.why["countries"] == "same"
    assert match.side == "vendor"
    run = ScreeningRun.objects.get(list_version__watch_list=watch_list)
    assert (run.status, run.done, run.total, run.found) == ("done", 3, 3, 1)
    event = Event.objects.get(type="screening.match")
    assert event.data["facts_of"] == str(match.vendor_id)
    assert event.data["match_id"] == str(match.pk)
    assert QUILLON[1] not in str(event.data)


def test_a_new_or_renamed_vendor_is_compared_with_every_list(unit: BusinessUnit) -> None:
    watch_list = listed(QUILLON)
    vendor = make_vendor(unit, name="Brandis Optik")
    screening.screen(vendor_ids=[vendor.pk])
    assert found() == []
    vendors.change(vendor=vendor, version=1, values={"name": "Quillon Metallwerke"}, by=SYSTEM)
    screening.screen(vendor_ids=[vendor.pk])
    assert found() == ["Quillon Metallwerke"]
    noted = Screening.objects.filter(vendor=vendor).latest("pk")
    assert noted.versions == [watch_list.versions.get().pk]
    assert (noted.names, noted.candidates) == (1, 1)


def test_a_vendor_that_may_be_a_person_is_compared_with_people(unit: BusinessUnit) -> None:
    make_vendor(unit, name="Tarvanski Ilja")
    make_vendor(unit, name="Tarvanski Ilja Trading Ltd")
    listed(TARVANT)
    assert found() == ["Tarvanski Ilja"]


def test_aliases_and_owners_are_compared_too(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Brandis Optik")
    aliases.add(vendor=vendor, name="Quillon Metallwerke", kind="former", by=SYSTEM)
    make_owner(vendor, "Ilja Tarvanski", kind="person", percent=20)
    make_owner(vendor, "Ilja Tarvanski Holding", percent=20)
    listed(QUILLON, TARVANT)
    sides = set(Match.objects.values_list("side", "our_name"))
    assert sides == {("alias", "Quillon Metallwerke"), ("owner", "Ilja Tarvanski")}


def test_a_name_that_the_publisher_calls_weak_alerts_nobody(unit: BusinessUnit) -> None:
    make_vendor(unit, name="Tarvi")
    listed(TARVANT)
    assert found() == []


def test_a_new_version_is_compared_only_by_what_it_brings(unit: BusinessUnit) -> None:
    make_vendor(unit, name="Quillon Metallwerke")
    make_vendor(unit, name="Brandis Optik")
    watch_list = listed(QUILLON)
    first = Match.objects.get()
    decide(first, "dismissed")
    version = import_list(watch_list, QUILLON, row("3", "Brandis Optik AG"))
    list_runs.go_through(version_id=version.pk)
    assert found() == ["Brandis Optik"]
    first.refresh_from_db()
    assert first.status == "dismissed"
    assert MatchStep.objects.filter(match=first).count() == 2
    run = ScreeningRun.objects.get(list_version=version)
    assert (run.done, run.found, run.closed) == (2, 1, 0)
    assert (version.number, version.new, version.changed, version.gone) == (2, 1, 0, 0)


def test_who_has_gone_from_a_list_leaves_the_queue_with_that_reason(unit: BusinessUnit) -> None:
    make_vendor(unit, name="Quillon Metallwerke")
    watch_list = listed(QUILLON, row("9", "Someone Else"))
    version = import_list(watch_list, row("9", "Someone Else"))
    list_runs.go_through(version_id=version.pk)
    match = Match.objects.get()
    assert (match.status, match.delisted) == ("closed", True)
    step = match.steps.latest("pk")
    assert (step.action, step.reason, step.list_version) == ("closed", "gone", version)
    assert Event.objects.get(type="match.closed").data["why"] == "gone"


def test_what_was_confirmed_stays_so_when_it_is_no_longer_listed(unit: BusinessUnit) -> None:
    """A person decides that it is over; until then it is only marked."""
    make_vendor(unit, name="Quillon Metallwerke")
    watch_list = listed(QUILLON, row("9", "Someone Else"))
    decide(Match.objects.get(), "confirmed", "Same address.")
    list_runs.go_through(version_id=import_list(watch_list, row("9", "Someone Else")).pk)
    match = Match.objects.get()
    assert (match.status, match.delisted) == ("confirmed", True)


def test_a_dismissed_match_stays_dismissed_while_neither_side_changes(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    watch_list = listed(QUILLON)
    match = decide(Match.objects.get(), "dismissed")
    screening.screen(vendor_ids=[vendor.pk])
    vendors.change(vendor=vendor, version=1, values={"city": "Bern"}, by=SYSTEM)
    screening.screen(vendor_ids=[vendor.pk])
    list_runs.go_through(version_id=import_list(watch_list, QUILLON, TARVANT).pk)
    match.refresh_from_db()
    assert match.status == "dismissed"


def test_a_dismissed_match_opens_again_when_our_side_changes(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Quillon Metallwerke", country="")
    listed(QUILLON)
    match = decide(Match.objects.get(), "dismissed")
    vendors.change(vendor=vendor, version=1, values={"country": "DE"}, by=SYSTEM)
    screening.screen(vendor_ids=[vendor.pk])
    match.refresh_from_db()
    assert match.status == "open"
    assert [step.action for step in match.steps.order_by("pk")] == [
        "found",
        "dismissed",
        "reopened",
    ]
    assert Event.objects.filter(type="screening.match", data__again=True).count() == 1


def test_a_dismissed_match_opens_again_when_the_entry_changes(unit: BusinessUnit) -> None:
    make_vendor(unit, name="Quillon Metallwerke")
    watch_list = listed(QUILLON)
    match = decide(Match.objects.get(), "dismissed")
    changed = row("1", QUILLON[1], aliases="aka:QMW", at="Germany")
    version = import_list(watch_list, changed)
    list_runs.go_through(version_id=version.pk)
    match.refresh_from_db()
    assert match.status == "open"
    assert match.entry.aliases == ["QMW"]
    assert version.changed == 1


def test_a_confirmed_match_stays_confirmed_when_the_entry_changes(unit: BusinessUnit) -> None:
    make_vendor(unit, name="Quillon Metallwerke")
    watch_list = listed(QUILLON)
    match = decide(Match.objects.get(), "confirmed")
    version = import_list(watch_list, row("1", QUILLON[1], aliases="aka:QMW"))
    list_runs.go_through(version_id=version.pk)
    match.refresh_from_db()
    assert match.status == "confirmed"
    assert match.entry.aliases == ["QMW"]


def test_what_is_no_longer_alike_leaves_the_queue(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    listed(QUILLON)
    vendors.change(vendor=vendor, version=1, values={"name": "Brandis Optik"}, by=SYSTEM)
    screening.screen(vendor_ids=[vendor.pk])
    match = Match.objects.get()
    assert match.status == "closed"
    assert match.steps.latest("pk").reason == "not_alike"
    with pytest.raises(NothingToDecide):
        decide(match, "confirmed")


def test_a_decision_needs_a_reason_the_role_and_the_present_state(
    unit: BusinessUnit, legal: Person, procurement: Person, outsider_legal: Person
) -> None:
    make_vendor(unit, name="Quillon Metallwerke")
    listed(QUILLON)
    match = Match.objects.get()

    def say(reason: str, by: Person, version: int = 1, verdict: str = "confirmed") -> Match:
        return matches.decide(
            match=match, version=version, verdict=verdict, reason=reason, by=by.principal
        )

    with pytest.raises(Invalid):
        say("  ", legal)
    with pytest.raises(Invalid):
        say("Same address.", legal, verdict="closed")
    for person in (procurement, outsider_legal):
        with pytest.raises(NotAllowed):
            say("Same address.", person)
    decided = say("Same address.", legal)
    step = match.steps.latest("pk")
    assert (decided.status, step.user, step.reason) == ("confirmed", legal.user, "Same address.")
    event = Event.objects.get(type="match.decided")
    assert event.data["facts_of"] == str(match.vendor_id)
    assert "Same address." not in str(event.data)
    with pytest.raises(OutOfDate):
        say("No, another.", legal, verdict="dismissed")


def test_screening_twice_finds_nothing_more(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    watch_list = listed(QUILLON)
    list_runs.go_through(version_id=watch_list.versions.get().pk)
    screening.screen(vendor_ids=[vendor.pk])
    screening.screen(vendor_ids=[vendor.pk])
    assert MatchStep.objects.count() == 1


def test_archived_vendors_are_left_out_until_they_are_restored(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    vendors.archive(vendor=vendor, by=SYSTEM)
    listed(QUILLON)
    assert found() == []
    vendors.restore(vendor=vendor, by=SYSTEM)
    screening.screen(vendor_ids=[vendor.pk])
    assert found() == ["Quillon Metallwerke"]


def test_what_has_changed_is_compared_even_when_the_queue_was_lost(unit: BusinessUnit) -> None:
    watch_list = make_list()
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    version = import_list(watch_list, QUILLON)
    assert list_runs.nudge() == 0
    assert screening.sweep() == 0
    ScreeningRun.objects.update(touched_at=timezone.now() - timedelta(minutes=1))
    assert list_runs.nudge() == 1
    assert found() == ["Quillon Metallwerke"]
    aliases.add(vendor=vendor, name="Tarvant, Ilja", kind="trading", by=SYSTEM)
    ScreeningDue.objects.update(due_at=Now() - timedelta(seconds=1))
    assert screening.sweep() == 1
    assert not ScreeningDue.objects.exists()
    assert list_runs.nudge() == 0
    assert ScreeningRun.objects.get(list_version=version).status == "done"


def test_comparing_is_held_and_goes_on_where_it_stopped(
    unit: BusinessUnit, admin: Person, legal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_runs, "CHUNK", 1)
    for name in ("Brandis Optik", "Quillon Metallwerke"):
        make_vendor(unit, name=name)
    watch_list = make_list()
    version = import_list(watch_list, QUILLON)
    run = ScreeningRun.objects.get(list_version=version)
    with pytest.raises(NotAllowed):
        list_runs.pause(run=run, by=legal.principal)
    page, held = f"/screening/lists/{watch_list.pk}/", f"{version.number}/hold/"
    assert held in admin.browser.get(page).content.decode()
    for status in (302, 409):
        # A second click holds it no less.
        answer = admin.browser.post(f"{page}versions/{held}", {"on": "no"})
        assert answer.status_code == status
    list_runs.go_through(version_id=version.pk)
    ScreeningRun.objects.update(touched_at=timezone.now() - timedelta(minutes=1))
    assert list_runs.nudge() == 0
    assert found() == []
    assert "is held: 0 of" in admin.browser.get(page).content.decode()
    assert not covered(Vendor.objects.earliest("pk"))[0].running
    assert 'name="on" value="yes"' in admin.browser.get(f"{page}versions/{held}").content.decode()
    assert admin.browser.post(f"{page}versions/{held}", {"on": "yes"}).status_code == 302
    list_runs.go_through(version_id=version.pk)
    assert found() == ["Quillon Metallwerke"]
    assert ScreeningRun.objects.get().status == "done"
    told = Event.objects.filter(type__startswith="watch_list.").order_by("position")
    assert [one.type for one in told][-3:] == [
        "watch_list.paused",
        "watch_list.resumed",
        "watch_list.screened",
    ]


def test_the_time_that_comparing_was_held_does_not_count_in_its_rate(admin: Person) -> None:
    watch_list = make_list()
    import_list(watch_list, QUILLON)
    began = timezone.now() - timedelta(hours=2)
    ScreeningRun.objects.update(status="running", started_at=began, done=100, total=200)
    run = ScreeningRun.objects.get()
    with clock.at(began + timedelta(seconds=50)):
        list_runs.pause(run=run, by=admin.principal)
    with clock.at(began + timedelta(hours=1)):
        list_runs.resume(run=run, by=admin.principal)
    with clock.at(began + timedelta(hours=1, seconds=50)):
        page = admin.browser.get(f"/screening/lists/{watch_list.pk}/").content.decode()
    assert "1.0 a second, about 2 minutes left" in page


def test_versions_share_the_entries_that_stay_the_same(unit: BusinessUnit) -> None:
    watch_list = make_list()
    import_list(watch_list, QUILLON, TARVANT)
    import_list(watch_list, QUILLON, TARVANT, row("3", "Brandis"))
    assert ListEntry.objects.count() == 3


def test_the_same_file_again_is_refused(unit: BusinessUnit) -> None:
    watch_list = make_list()
    import_list(watch_list, QUILLON)
    with pytest.raises(Invalid, match="same file as version 1"):
        make_upload(watch_list, list_csv([QUILLON]))


def test_two_uploads_side_by_side_do_not_overwrite_each_other(unit: BusinessUnit) -> None:
    watch_list = make_list()
    one = make_upload(watch_list, list_csv([QUILLON]))
    other = make_upload(watch_list, list_csv([TARVANT]))
    version = list_uploads.confirm(upload=one, by=SYSTEM)
    assert list_uploads.confirm(upload=one, by=SYSTEM) == version
    with pytest.raises(list_uploads.NewerThere):
        list_uploads.confirm(upload=other, by=SYSTEM)
    list_uploads.discard(upload=other, by=SYSTEM)
    with pytest.raises(NotReady):
        list_uploads.confirm(upload=other, by=SYSTEM)
    assert ListUpload.objects.get(pk=other.pk).content == b""


def test_only_who_manages_lists_for_all_units_may_import(unit: BusinessUnit, legal: Person) -> None:
    watch_list = make_list()
    upload = make_upload(watch_list, list_csv([QUILLON]))
    with pytest.raises(NotAllowed):
        list_uploads.confirm(upload=upload, by=legal.principal)
