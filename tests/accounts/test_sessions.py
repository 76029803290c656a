"""Where somebody is signed in: to be seen, and to be ended."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session, User
from accounts.principal import SYSTEM
from accounts.services import delivery, members, sessions
from audit.models import Event
from tests.factories.accounts import PASSWORD, make_user
from tests.personas import Person

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)
PAGE = "accounts:sessions"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def signed_in(
    agent: str = FIREFOX, *, remember: bool = False, address: str = "192.0.2.7"
) -> Client:
    """One more browser in which Ana is signed in."""
    browser = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    said = {"login": "ana@example.com", "password": PASSWORD}
    answer = browser.post(reverse("account_login"), said | ({"remember": "on"} if remember else {}))
    assert answer.status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:profile")).status_code == 200


def let_pass(time: timedelta) -> None:
    """Nobody was seen for so long."""
    Session.objects.update(seen_at=F("seen_at") - time)


@pytest.fixture
def ana() -> None:
    make_user(email="ana@example.com")


@pytest.mark.usefixtures("ana")
def test_the_page_shows_each_session_with_device_and_address_and_says_which_is_this() -> None:
    here, _there = signed_in(), signed_in(IPHONE, address="2001:db8::5")
    found = here.get(reverse(PAGE)).context["sessions"]
    assert [(one.device, one.ip, one.current) for one in found] == [
        ("Firefox on Windows", "192.0.2.7", True),
        ("Safari on iPhone", "2001:db8::5", False),
    ]


@pytest.mark.usefixtures("ana")
def test_one_session_is_ended_and_no_other_and_the_log_has_it() -> None:
    here, there, third = signed_in(), signed_in(IPHONE), signed_in(IPHONE)
    found = here.get(reverse(PAGE)).context["sessions"]
    mark = next(one.mark for one in found if not one.current)
    here.post(reverse(PAGE), {"end": mark})
    assert sorted([is_in(there), is_in(third)]) == [False, True]
    assert is_in(here)
    assert Event.objects.get(type="member.sessions_ended").data == {"count": 1}


@pytest.mark.usefixtures("ana")
def test_all_others_are_ended_at_once_and_this_one_stays() -> None:
    here, there, third = signed_in(), signed_in(IPHONE), signed_in()
    answer = here.post(reverse(PAGE), {"end": "others"}, follow=True)
    assert "2 other sessions were ended." in answer.content.decode()
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(third)


@pytest.mark.usefixtures("ana")
def test_nobody_ends_or_sees_the_session_of_somebody_else(procurement: Person) -> None:
    hers = signed_in()
    mark = hers.get(reverse(PAGE)).context["sessions"][0].mark
    answer = procurement.browser.post(reverse(PAGE), {"end": mark})
    assert answer.status_code == 409
    assert is_in(hers)
    page = procurement.browser.get(reverse(PAGE)).content.decode()
    assert mark not in page
    key = hers.session.session_key
    assert key is not None
    assert key not in hers.get(reverse(PAGE)).content.decode()


@pytest.mark.usefixtures("ana")
def test_a_changed_password_ends_the_rows_of_all_others_and_tells_by_letter() -> None:
    here, _there = signed_in(), signed_in(IPHONE)
    new = "several words of my own"
    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert len(here.get(reverse(PAGE)).context["sessions"]) == 1
    assert Event.objects.filter(type="member.password_changed").count() == 1
    delivery.deliver()
    # The first of them tells of the sign-in from the telephone.
    letter = mail.outbox[-1]
    assert len(mail.outbox) == 2
    assert letter.subject == "Your password for Surety was changed"
    assert "Firefox on Windows" in str(letter.body)
    assert new not in str(letter.body)


@pytest.mark.usefixtures("ana")
def test_sessions_from_before_a_switch_off_do_not_come_back_with_the_account() -> None:
    here = signed_in()
    user = User.objects.get(email="ana@example.com")
    members.deactivate(user=user, by=SYSTEM)
    members.reactivate(user=user, by=SYSTEM)
    assert not is_in(here)


@pytest.mark.usefixtures("ana")
def test_a_session_left_open_ends_after_half_a_day_unless_it_was_to_stay() -> None:
    left, kept = signed_in(), signed_in(remember=True)
    let_pass(timedelta(hours=11))
    assert is_in(left)
    let_pass(timedelta(hours=13))
    assert not is_in(left)
    assert is_in(kept)


@pytest.mark.usefixtures("ana")
def test_being_seen_is_written_now_and_then_and_not_in_between() -> None:
    here = signed_in()
    row = Session.objects.get(user__email="ana@example.com")
    let_pass(timedelta(minutes=6))
    here.get(reverse("accounts:profile"), REMOTE_ADDR="198.51.100.9")
    noted = Session.objects.get(pk=row.pk)
    assert noted.ip == "198.51.100.9"
    assert timezone.now() - noted.seen_at < timedelta(minutes=1)
    here.get(reverse("accounts:profile"))
    assert Session.objects.get(pk=row.pk).seen_at == noted.seen_at


def test_sessions_that_are_over_are_removed(visitor: Client) -> None:
    visitor.get(reverse("account_login"))
    make_user(email="ana@example.com")
    signed_in()
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    count = Session.objects.count()
    assert sessions.forget_expired() == count
    assert not Session.objects.exists()


def test_the_cookie_of_a_session_is_out_of_reach_for_scripts_and_other_sites() -> None:
    make_user(email="ana@example.com")
    cookie = signed_in().cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
