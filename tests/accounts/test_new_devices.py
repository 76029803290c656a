"""A sign-in from a device that was not seen before is told by letter; nobody's first one is."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import KnownDevice, User
from accounts.principal import SYSTEM
from accounts.selectors.held import held_about
from accounts.services import delivery, erasing, members
from assessments.services import retention
from audit import clock
from tests.accounts.test_sessions import FIREFOX, IPHONE
from tests.factories.accounts import PASSWORD, make_user
from tests.personas import Person

pytestmark = pytest.mark.django_db
TOLD = "A sign-in to your account from a new device"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def ana() -> User:
    return make_user(name="Ana", email="ana@example.com")


def comes_in(agent: str = FIREFOX, address: str = "192.0.2.7", password: str = PASSWORD) -> None:
    browser = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    browser.post(reverse("account_login"), {"login": "ana@example.com", "password": password})


def letters() -> list[str]:
    """The texts of what was mailed since this was last asked."""
    delivery.deliver()
    found = [str(one.body) for one in mail.outbox if one.subject == TOLD]
    mail.outbox.clear()
    return found


@pytest.mark.usefixtures("ana")
def test_the_first_sign_in_ever_and_those_from_the_same_device_are_not_told() -> None:
    comes_in()
    comes_in()
    # The same place, and a newer browser.
    comes_in(FIREFOX.replace("143", "144"), "192.0.2.200")
    assert letters() == []


@pytest.mark.usefixtures("ana")
def test_another_browser_and_another_network_are_told_once_with_what_one_needs_to_know() -> None:
    comes_in()
    comes_in(IPHONE)
    (text,) = letters()
    assert "Hello Ana," in text
    assert "Safari on iPhone" in text
    assert "192.0.2.7" in text
    assert str(clock.today().year) in text
    assert reverse("accounts:sessions") in text
    comes_in(FIREFOX, "2001:db8:1::5")
    assert "2001:db8:1::5" in letters()[0]
    comes_in(IPHONE)
    comes_in(FIREFOX, "2001:db8:1:77::6")
    assert letters() == []


@pytest.mark.usefixtures("ana")
def test_a_network_of_the_older_kind_is_the_same_however_its_addresses_are_written() -> None:
    comes_in(FIREFOX, "203.0.113.5")
    comes_in(FIREFOX, "::ffff:203.0.113.6")
    assert letters() == []
    comes_in(FIREFOX, "::ffff:198.51.100.5")
    assert "198.51.100.5" in letters()[0]
    found = KnownDevice.objects.order_by("first_seen_at").values_list("network", flat=True)
    assert list(found) == ["203.0.113.0/24", "198.51.100.0/24"]


def test_whoever_signed_in_last_before_devices_were_kept_is_told_from_their_second_one_on(
    ana: User,
) -> None:
    User.objects.filter(pk=ana.pk).update(last_login=clock.now() - timedelta(days=30))
    comes_in()
    assert letters() == []
    comes_in(IPHONE)
    assert len(letters()) == 1


@pytest.mark.usefixtures("ana")
def test_a_wrong_password_from_elsewhere_is_not_told() -> None:
    comes_in()
    comes_in(IPHONE, password="wrong")
    assert letters() == []
    assert KnownDevice.objects.count() == 1


def test_the_letter_is_in_the_language_of_its_reader(ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(language="de")
    comes_in()
    comes_in(IPHONE)
    delivery.deliver()
    assert mail.outbox[-1].subject == "Eine Anmeldung an Ihrem Konto von einem neuen Gerät"
    assert "Safari unter iPhone" in str(mail.outbox[-1].body)


@pytest.mark.usefixtures("ana")
def test_what_is_kept_says_no_address_and_goes_after_its_time() -> None:
    comes_in(FIREFOX, "203.0.113.77")
    row = KnownDevice.objects.get()
    assert (row.browser, row.system, row.network) == ("Firefox", "Windows", "203.0.113.0/24")
    days = {"letters": 30, "notifications": 0, "visits": 0, "devices": 365, "workbooks": 0}
    with override_settings(RETENTION={**days, "evidence": 0, "log_details": 0}):
        assert retention.apply()["devices"] == 0
        with time_machine.travel(clock.now() + timedelta(days=366), tick=False):
            assert retention.apply()["devices"] == 1
            # And whoever comes back after that long is told of it.
            comes_in(FIREFOX, "203.0.113.77")
            assert len(letters()) == 1


def test_it_is_handed_out_with_what_is_held_and_erased_with_the_person(
    ana: User, admin: Person
) -> None:
    comes_in()
    assert [one["network"] for one in held_about(ana)["devices"]] == ["192.0.2.0/24"]
    members.deactivate(user=ana, by=SYSTEM)
    ana.refresh_from_db()
    erasing.erase_member(user=ana, by=admin.principal)
    assert not KnownDevice.objects.exists()
