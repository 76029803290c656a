"""Reports by the calendar: made when due, told with a link, stopped by whom it concerns."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from accounts.models import BusinessUnit, Letter, Membership, Notification, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.services import members
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from reports import words
from reports.models import Report, Schedule
from reports.rhythm import next_day
from reports.services import making, reports, schedules
from tests.factories.accounts import make_user
from tests.factories.scoring import scored
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import Vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def weekly(vendor: Vendor, unit: BusinessUnit, by: Person, *readers: Person) -> Schedule:
    """A report on a vendor, every week, of which some people are told."""
    return schedules.add(
        vendor=vendor,
        unit=unit,
        rhythm="weekly",
        readers=[one.user.pk for one in readers],
        by=by.principal,
    )


def run_due(schedule: Schedule) -> list[Report]:
    """What the calendar has made on the day that is due."""
    with clock.at(clock.now() + timedelta(days=8)):
        schedules.make_due()
        schedules.make_due()
        made = list(Report.objects.filter(schedule=schedule))
        for report in made:
            making.make(report_id=report.pk)
    return made


@pytest.mark.parametrize(
    ("rhythm", "after", "day"),
    [
        ("weekly", date(2026, 11, 28), date(2026, 11, 30)),
        ("weekly", date(2026, 11, 30), date(2026, 12, 7)),
        ("monthly", date(2026, 11, 28), date(2026, 12, 1)),
        ("monthly", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_it_is_due_on_mondays_or_on_the_first(rhythm: str, after: date, day: date) -> None:
    assert next_day(rhythm, after) == day


def test_readers_are_told_with_a_link_and_never_get_the_file(
    unit: BusinessUnit, legal: Person, auditor: Person
) -> None:
    schedule = weekly(scored(unit, name="Danang Castings").vendor, unit, legal, auditor)
    [report] = run_due(schedule)
    report.refresh_from_db()

    assert report.status == Report.Status.READY
    assert report.maker == legal.user
    told = Notification.objects.get(kind="report_ready")
    assert told.user == auditor.user
    assert told.url == reverse("reports:report", args=[report.pk])
    letter = Letter.objects.get(to=auditor.user.email)
    assert told.url in letter.text
    assert letter.unsubscribe
    assert not mail.outbox or not mail.outbox[0].attachments
    schedule.refresh_from_db()
    assert schedule.next_on > clock.today() + timedelta(days=7)


def test_it_stops_by_itself_once_its_owner_may_not_see_it(
    unit: BusinessUnit, legal: Person, auditor: Person, admin: Person
) -> None:
    schedule = weekly(make_vendor(unit), unit, legal, auditor)
    for membership in legal.user.memberships.all():
        members.take_role(membership=membership, by=admin.principal)

    assert run_due(schedule) == []
    schedule.refresh_from_db()
    assert not schedule.is_active
    assert "may not read" in schedule.reason
    assert Event.objects.filter(type="report_schedule.switched").exists()


def test_why_it_stopped_is_kept_in_the_language_of_its_owner(
    unit: BusinessUnit, legal: Person, auditor: Person, admin: Person
) -> None:
    vendor = make_vendor(unit)
    schedule = weekly(vendor, unit, legal, auditor)
    with translation.override("de"):
        report = reports.ask(vendor=vendor, unit=unit, by=legal.principal)
    User.objects.filter(pk=legal.user.pk).update(language="de")
    for membership in legal.user.memberships.all():
        members.take_role(membership=membership, by=admin.principal)
    run_due(schedule)
    making.make(report_id=report.pk)
    for stopped in (schedule, report):
        stopped.refresh_from_db()
        assert "nicht mehr lesen" in stopped.reason


def test_a_reader_who_may_not_see_it_any_more_is_told_nothing(
    unit: BusinessUnit, legal: Person, auditor: Person, admin: Person
) -> None:
    schedule = weekly(make_vendor(unit), unit, legal, auditor, legal)
    for membership in auditor.user.memberships.all():
        members.take_role(membership=membership, by=admin.principal)
    run_due(schedule)
    told = Notification.objects.filter(kind="report_ready")
    assert [one.user for one in told] == [legal.user]


def test_only_members_who_may_read_all_of_it_are_readers(
    unit: BusinessUnit, legal: Person, outsider_legal: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        weekly(make_vendor(unit), unit, legal, outsider_legal)
    assert outsider_legal.user.name in refused.value.message


def test_a_reader_stops_it_on_the_page(
    unit: BusinessUnit, legal: Person, auditor: Person, procurement: Person
) -> None:
    schedule = weekly(make_vendor(unit), unit, legal, auditor, legal)
    there = reverse("reports:schedule_leave", args=[schedule.pk])
    assert procurement.browser.post(there).status_code == 404
    assert auditor.browser.post(there).status_code == 302
    assert [one.pk for one in schedule.readers.all()] == [legal.user.pk]
    assert run_due(schedule)
    assert {one.user for one in Notification.objects.all()} == {legal.user}


def test_with_the_last_reader_it_ends_and_its_owner_is_told(
    unit: BusinessUnit, legal: Person, auditor: Person
) -> None:
    schedule = weekly(make_vendor(unit), unit, legal, auditor)
    there = reverse("reports:schedule_leave", args=[schedule.pk])
    assert "You are the last reader" in auditor.browser.get(there).content.decode()
    auditor.browser.post(there)
    schedule.refresh_from_db()
    assert not schedule.is_active
    assert run_due(schedule) == []
    told = Notification.objects.get()
    assert (told.user, "last reader has left" in told.text) == (legal.user, True)


def test_of_all_units_of_its_owner_those_are_told_who_read_each_of_them(
    unit: BusinessUnit, other_unit: BusinessUnit, legal: Person, auditor: Person, admin: Person
) -> None:
    Membership.objects.create(user=legal.user, unit=other_unit, role=Role.LEGAL)
    vendor = make_vendor(unit)
    vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
    there = reverse("reports:schedule_vendor", args=[vendor.pk])
    values = {"rhythm": "weekly", "unit": "all", "readers": [str(legal.user.pk)]}
    assert legal.browser.post(there, values).status_code == 302
    schedule = Schedule.objects.get()
    assert words.scope(schedule) == f"All units of {legal.user}"
    with pytest.raises(Invalid) as refused:
        schedules.add(
            vendor=vendor, unit=None, rhythm="weekly", by=legal.principal,
            readers=[legal.user.pk, admin.user.pk, auditor.user.pk],
        )  # fmt: skip
    assert auditor.user.name in refused.value.message
    assert admin.user.name not in refused.value.message


def test_what_its_owner_may_not_have_made_is_said_in_the_form(
    unit: BusinessUnit, other_unit: BusinessUnit, legal: Person, admin: Person
) -> None:
    vendor = make_vendor(unit)
    vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
    schedule = weekly(vendor, unit, legal, legal)
    answer = admin.browser.post(
        reverse("reports:schedule", args=[schedule.pk]),
        {
            "rhythm": "weekly", "unit": str(other_unit.pk), "readers": [str(legal.user.pk)],
            "version": "1",
        },
    )  # fmt: skip
    assert answer.status_code == 200
    assert "Your role does not allow this" in answer.content.decode()


def test_who_only_reads_it_is_not_asked_whether_to_switch_it_off(
    unit: BusinessUnit, legal: Person, auditor: Person
) -> None:
    schedule = weekly(make_vendor(unit), unit, legal, auditor)
    there = reverse("reports:schedule_switch", args=[schedule.pk])
    assert auditor.browser.get(there).status_code == 403
    assert legal.browser.get(there).status_code == 200


def test_its_owner_changes_it_and_two_at_once_lose_nothing(
    unit: BusinessUnit, legal: Person, auditor: Person
) -> None:
    schedule = weekly(make_vendor(unit), unit, legal, auditor)
    there = reverse("reports:schedule", args=[schedule.pk])
    values = {
        "rhythm": "monthly", "unit": str(unit.pk), "readers": [str(legal.user.pk)], "version": "1",
    }  # fmt: skip
    assert auditor.browser.get(there).status_code == 200
    assert auditor.browser.post(there, values).status_code == 403
    assert legal.browser.post(there, values).status_code == 302
    late = legal.browser.post(there, {**values, "rhythm": "weekly"})
    assert late.status_code == 409
    assert "Stored now: Every month, on the first" in late.content.decode()
    schedule.refresh_from_db()
    assert (schedule.rhythm, schedule.next_on.day) == ("monthly", 1)
    assert [one.pk for one in User.objects.filter(pk__in=schedule.readers.all())] == [
        UUID(legal.principal.id)
    ]
    # Seen, it can be saved over.
    again = {**values, "version": late.context["form"]["version"].value()}
    assert legal.browser.post(there, again).status_code == 302
    with pytest.raises(OutOfDate):
        schedules.change(
            schedule=schedule, version=1, unit=unit, rhythm="weekly", readers=[legal.user.pk],
            by=legal.principal,
        )  # fmt: skip


def test_who_looks_for_people_keeps_what_they_unticked(unit: BusinessUnit, legal: Person) -> None:
    schedule = schedules.add(
        vendor=make_vendor(unit), unit=unit, rhythm="weekly", readers=[legal.user.pk],
        with_strict=True, by=legal.principal,
    )  # fmt: skip
    there = reverse("reports:schedule", args=[schedule.pk])
    typed = {"rhythm": "weekly", "unit": str(unit.pk), "readers": [str(legal.user.pk)]}
    for ticked in ({}, {"with_strict": "on"}):
        found = legal.browser.post(there, {**typed, **ticked, "find": "zimmer", "look": "yes"})
        assert found.context["form"]["with_strict"].value() == bool(ticked)


def test_only_units_that_work_with_the_vendor_are_offered(
    unit: BusinessUnit, other_unit: BusinessUnit, admin: Person
) -> None:
    there = reverse("reports:schedule_vendor", args=[make_vendor(unit).pk])
    form = admin.browser.get(there).context["form"]
    assert form.fields["unit"].choices == [(str(unit.pk), unit.name)]


def test_who_lost_the_vendor_does_not_read_its_name_any_more(
    unit: BusinessUnit, other_unit: BusinessUnit, legal: Person, auditor: Person
) -> None:
    vendor = make_vendor(unit, name="Danang Castings")
    schedule = weekly(vendor, unit, legal, auditor)
    Membership.objects.filter(user=auditor.user).update(unit=other_unit)
    listed = auditor.browser.get(reverse("reports:schedules"))
    assert "Danang Castings" not in listed.content.decode()
    for name in ("schedule", "schedule_leave"):
        there = reverse(f"reports:{name}", args=[schedule.pk])
        assert auditor.browser.get(there).status_code == 404


def test_of_many_people_some_are_offered_and_the_others_are_found_by_name(
    unit: BusinessUnit, legal: Person
) -> None:
    for at in range(25):
        make_user(Role.AUDITOR, unit, name=f"Auditor {at:02}")
    wanted = make_user(Role.AUDITOR, unit, name="Zoë Zimmermann")
    there = reverse("reports:schedule_vendor", args=[make_vendor(unit).pk])
    page = legal.browser.get(there)
    assert len(page.context["form"].fields["readers"].choices) == 21
    assert "Zoë Zimmermann" not in page.content.decode()
    typed = {"rhythm": "monthly", "unit": str(unit.pk), "readers": [str(legal.user.pk)]}
    found = legal.browser.post(there, {**typed, "find": "\0zimmer", "look": "yes"})
    form = found.context["form"]
    assert [name for _pk, name in form.fields["readers"].choices] == [
        str(legal.user), "Zoë Zimmermann",
    ]  # fmt: skip
    assert form["rhythm"].value() == "monthly"
    assert not Schedule.objects.exists()
    both = [str(legal.user.pk), str(wanted.pk)]
    assert legal.browser.post(there, {**typed, "readers": both}).status_code == 302
    assert Schedule.objects.get().readers.count() == 2
