"""Notifications: whom they reach, how, when; and that nobody is told twice."""

import re
from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import BusinessUnit, Digest, Letter, Membership, Notification
from accounts.notification_kinds import KINDS
from accounts.permissions import Role
from accounts.selectors.notifications import channels_of, unsubscribe_token
from accounts.services import delivery, notifications
from accounts.services.notifications import latest_moment
from audit import clock
from tests.factories.accounts import make_user
from tests.factories.letters import tell_somebody
from tests.personas import Person

db = pytest.mark.django_db
SITE = override_settings(CSRF_TRUSTED_ORIGINS=["https://surety.example"])
MORNING = datetime(2026, 6, 1, 3, tzinfo=UTC)


def choices(person: Person, **changed: str) -> dict[str, str]:
    now = {key: str(channel) for key, channel in channels_of(person.user).items()}
    return {**now, "hour": "7", "weekday": "0", "language": "en-gb", **changed}


@db
def test_the_bell_counts_what_is_not_read_and_following_one_reads_it(legal: Person) -> None:
    told = tell_somebody(user=legal.user, title="A match", url="/screening/")
    tell_somebody(user=legal.user, title="Another", about=told.pk)
    page = legal.browser.get(reverse("accounts:notifications")).content.decode()
    assert re.search(r'bell__count">2<', page)
    answer = legal.browser.post(reverse("accounts:notification_open", args=[told.pk]))
    assert answer["Location"] == "/screening/"
    unread = legal.browser.get(reverse("accounts:notifications"), {"show": "unread"})
    assert [one.title for one in unread.context["page"].rows] == ["Another"]
    legal.browser.post(reverse("accounts:notifications_read"))
    assert "bell__count" not in legal.browser.get("/profile/").content.decode()
    legal.browser.post(reverse("accounts:notifications_read"), {"again": str(told.pk)})
    assert re.search(r'bell__count">1<', legal.browser.get("/profile/").content.decode())


@db
def test_a_link_to_another_site_is_not_followed(legal: Person) -> None:
    told = tell_somebody(user=legal.user, url="//evil.example/")
    answer = legal.browser.post(reverse("accounts:notification_open", args=[told.pk]))
    assert answer["Location"] == reverse("accounts:notifications")


@db
def test_nobody_is_told_twice_of_one_thing_on_one_occasion(legal: Person) -> None:
    told = tell_somebody(user=legal.user)

    def again(occasion: str = "") -> object:
        return notifications.tell(user=legal.user, kind="other", title="Again", occasion=occasion)

    assert again() is None
    assert again(occasion="the next event") is not None
    with clock.at(told.created_at + timedelta(days=1)):
        assert again() is not None


@db
def test_the_switched_off_and_those_without_a_role_there_are_told_nothing(
    legal: Person, other_unit: BusinessUnit, member_of_nothing: Person
) -> None:
    def tell(person: Person, unit_id: UUID | None = None) -> object:
        return notifications.tell(user=person.user, kind="other", title="Look", unit_id=unit_id)

    assert tell(member_of_nothing) is None
    assert tell(legal, unit_id=other_unit.pk) is None
    legal.user.is_active = False
    assert tell(legal) is None


@db
def test_what_belongs_to_a_unit_that_was_lost_is_shown_no_more(
    legal: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    tell_somebody(user=legal.user, unit_id=unit.pk, title="Of the old unit")
    Membership.objects.filter(user=legal.user).update(unit=other_unit)
    page = legal.browser.get(reverse("accounts:notifications")).content.decode()
    assert "Of the old unit" not in page


@db
def test_each_kind_comes_by_the_channel_that_was_chosen(legal: Person) -> None:
    settings = reverse("accounts:notification_settings")
    legal.browser.post(settings, choices(legal, match_found="app", date_due="at_once"))
    tell_somebody(user=legal.user, kind="match_found")
    assert not Letter.objects.exists()
    tell_somebody(user=legal.user, kind="date_due")
    assert delivery.deliver() == 1
    tell_somebody(user=legal.user, kind="band_changed")
    assert Notification.objects.get(kind="band_changed").waits_for == "daily"


@db
@SITE
def test_the_digest_comes_once_a_day_at_the_hour_of_the_reader(legal: Person) -> None:
    legal.user.time_zone = "Europe/Berlin"
    legal.user.save(update_fields=["time_zone"])
    with clock.at(MORNING):
        for number in range(3):
            tell_somebody(
                user=legal.user, kind="band_changed", title=f"Band {number}", occasion=str(number)
            )
        assert notifications.digest_due() == 0
    with clock.at(datetime(2026, 6, 1, 5, 1, tzinfo=UTC)):
        assert notifications.digest_due() == 1
        assert notifications.digest_due() == 0
    delivery.deliver()
    letter = mail.outbox[0]
    assert letter.subject == "3 things since the last digest"
    assert all(f"Band {number}" in letter.body for number in range(3))
    assert letter.extra_headers["List-Unsubscribe"].startswith("<https://surety.example/")


@db
def test_days_without_workers_end_in_one_digest_with_all_of_it(legal: Person) -> None:
    with clock.at(MORNING):
        tell_somebody(user=legal.user, kind="band_changed", title="First")
    with clock.at(MORNING + timedelta(days=1)):
        tell_somebody(user=legal.user, kind="band_changed", title="Second")
    with clock.at(MORNING + timedelta(days=3)):
        assert notifications.digest_due() == 1
    assert Digest.objects.get().count == 2


@db
def test_what_was_read_or_lost_with_a_role_is_not_in_the_digest(
    legal: Person, unit: BusinessUnit
) -> None:
    with clock.at(MORNING):
        tell_somebody(user=legal.user, kind="band_changed", unit_id=unit.pk)
    Membership.objects.filter(user=legal.user).delete()
    with clock.at(MORNING + timedelta(days=1)):
        assert notifications.digest_due() == 0
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_digest() -> None:
    user = make_user(Role.LEGAL)
    with clock.at(MORNING):
        tell_somebody(user=user, kind="band_changed")

    def work() -> None:
        try:
            with clock.at(MORNING + timedelta(days=1)):
                notifications.digest_due()
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Letter.objects.count() == 1


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: MORNING + timedelta(minutes=minutes)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Ho_Chi_Minh", "Pacific/Apia"]),
    st.integers(0, 23),
    st.integers(0, 6),
    st.sampled_from(["daily", "weekly"]),
)
def test_a_digest_is_due_within_its_period_whatever_the_clocks_do(
    now: datetime, zone: str, hour: int, weekday: int, rhythm: str
) -> None:
    day, moment = latest_moment(now, zone_name=zone, rhythm=rhythm, hour=hour, weekday=weekday)
    gone = now.timestamp() - moment.timestamp()
    # An hour more or less where summer time begins or ends.
    longest = (7 if rhythm == "weekly" else 1) * 86_400 + 3600
    assert 0 <= gone <= longest
    assert moment.astimezone(ZoneInfo(zone)).date() == day
    assert rhythm == "daily" or day.weekday() == weekday
    later = latest_moment(
        now + timedelta(minutes=5), zone_name=zone, rhythm=rhythm, hour=hour, weekday=weekday
    )
    assert later[0] >= day


@db
def test_the_link_in_a_letter_stops_its_kind_only_and_opening_it_changes_nothing(
    legal: Person,
) -> None:
    link = reverse("accounts:unsubscribe", args=[unsubscribe_token(legal.user, "match_found")])
    stranger = Client(enforce_csrf_checks=True)
    assert "Stop these letters" in stranger.get(link).content.decode()
    assert channels_of(legal.user)["match_found"] == "at_once"
    answer = stranger.post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    after = channels_of(legal.user)
    assert after["match_found"] == "app"
    assert all(after[key] == kind.channel for key, kind in KINDS.items() if key != "match_found")
    assert stranger.post(link[:-4] + "xyz/").status_code == 404


@db
def test_a_digest_can_be_stopped_as_a_whole(legal: Person) -> None:
    token = unsubscribe_token(legal.user, "digest:daily")
    Client().post(reverse("accounts:unsubscribe", args=[token]))
    assert "daily" not in set(channels_of(legal.user).values())


@db
def test_a_wrong_choice_is_refused_and_nothing_is_changed(legal: Person) -> None:
    settings = reverse("accounts:notification_settings")
    answer = legal.browser.post(settings, choices(legal, match_found="pigeon"))
    assert "match_found" in answer.context["form"].errors
    assert channels_of(legal.user)["match_found"] == "at_once"


@db
def test_what_was_read_long_ago_is_forgotten(legal: Person) -> None:
    with clock.at(datetime(2026, 1, 1, tzinfo=UTC)):
        told = tell_somebody(user=legal.user)
        notifications.mark_read(by=legal.principal)
    with clock.at(datetime(2026, 5, 1, tzinfo=UTC)):
        assert notifications.forget_old() == 0
    with clock.at(datetime(2026, 8, 1, tzinfo=UTC)):
        assert notifications.forget_old() == 1
    assert not Notification.objects.filter(pk=told.pk).exists()
