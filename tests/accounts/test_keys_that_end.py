"""Keys that end: who is told, when, how often, and what the pages say of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import ApiClient, ApiKey, BusinessUnit, Letter, Notification
from accounts.principal import SYSTEM
from accounts.services import api_clients, key_notices
from audit import clock
from tests.factories.accounts import make_api_client
from tests.personas import Person

pytestmark = pytest.mark.django_db

MADE = datetime(2026, 1, 1, 9, tzinfo=UTC)
ENDS = datetime(2026, 12, 31, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def make_ending(client: ApiClient, *, made: datetime = MADE, ends: datetime = ENDS) -> ApiKey:
    with clock.at(made):
        return api_clients.create_key(client=client, label="prod", expires_at=ends, by=SYSTEM).key


def tell_at(moment: datetime) -> int:
    with clock.at(moment):
        return key_notices.tell_ending()


def replaced(key: ApiKey, at: datetime) -> ApiKey:
    with clock.at(at):
        return api_clients.rotate_key(key=key, overlap=7 * DAY, expires_at=None, by=SYSTEM).key


def test_administrators_are_told_30_and_7_days_before_once_each(
    admin: Person, unit_admin: Person, legal: Person, unit: BusinessUnit
) -> None:
    key = make_ending(make_api_client(unit, name="SAP PRD"))
    told = {days: tell_at(ENDS - days * DAY) for days in (31, 30, 29, 8, 7, 6, 1)}
    assert told == {31: 0, 30: 2, 29: 0, 8: 0, 7: 2, 6: 0, 1: 0}
    assert set(Notification.objects.values_list("user__name", "kind")) == {
        (person.user.name, "api_key_ending") for person in (admin, unit_admin)
    }
    one = Notification.objects.filter(user=admin.user)[0]
    assert one.title == "An API key of SAP PRD ends on 31 Dec 2026"
    assert f"{key} (prod)" in one.text
    assert one.url == reverse("accounts:api_client", args=[key.client.public_id])
    assert Letter.objects.count() == 4


def test_who_was_not_reached_in_time_is_told_the_nearest_notice_only(
    admin: Person, unit: BusinessUnit
) -> None:
    make_ending(make_api_client(unit))
    assert tell_at(ENDS - 2 * DAY) == 1
    assert tell_at(ENDS + DAY) == 0


def test_a_key_that_was_made_for_a_few_days_is_told_of_no_earlier_than_it_was_made(
    admin: Person, unit: BusinessUnit
) -> None:
    make_ending(make_api_client(unit), made=ENDS - 10 * DAY)
    assert [tell_at(ENDS - days * DAY) for days in (9, 7)] == [0, 1]
    make_ending(make_api_client(unit), made=ENDS - 3 * DAY)
    assert tell_at(ENDS - 2 * DAY) == 0


def test_a_key_that_was_replaced_is_told_of_on_the_last_day_if_it_is_still_used(
    admin: Person, unit: BusinessUnit
) -> None:
    key = make_ending(make_api_client(unit))
    replaced(key, MADE + 100 * DAY)
    ends = MADE + 107 * DAY
    assert tell_at(ends - timedelta(hours=20)) == 0
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=ends - DAY)
    assert [tell_at(ends - timedelta(hours=hours)) for hours in (30, 20, 1)] == [0, 1, 0]
    assert "still asks with it" in Notification.objects.get().text


def test_nobody_is_told_of_keys_that_were_revoked_or_whose_client_is_off(
    admin: Person, unit: BusinessUnit
) -> None:
    api_clients.revoke_key(key=make_ending(make_api_client(unit)), by=SYSTEM)
    off = make_ending(make_api_client(unit)).client
    api_clients.switch(client=off, active=False, by=SYSTEM)
    assert tell_at(ENDS - 7 * DAY) == 0


def test_list_and_client_say_which_keys_end_soon_and_how_a_change_stands(
    unit_admin: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    key = make_ending(make_api_client(unit, name="SAP PRD"))
    make_ending(make_api_client(other_unit, name="elsewhere"))
    own = reverse("accounts:api_client", args=[key.client.public_id])

    def see(address: str, at: datetime = ENDS - 6 * DAY) -> str:
        with clock.at(at):
            return unit_admin.browser.get(address).content.decode()

    listing = see(reverse("accounts:api_clients"))
    assert "Key ends soon" in listing
    assert "elsewhere" not in listing
    assert "Replace it" in see(own)
    assert "Keys that end soon" not in see(own, ENDS - 40 * DAY)

    new = replaced(key, ENDS - 6 * DAY)
    page = see(own, ENDS - 5 * DAY)
    assert f"Changing over from {key} to {new}" in page
    assert "has not asked with the new key yet" in page
    ApiKey.objects.update(last_used_at=ENDS - 5 * DAY)
    page = see(own, ENDS - 4 * DAY)
    assert "The system asks with the new key." in page
    assert "still asks with" in page
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=ENDS - 7 * DAY)
    page = see(own, ENDS - 4 * DAY)
    assert "was not used since" in page
    assert "Keys that end soon" not in page
