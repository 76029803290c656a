"""Signing in, staying out, and passwords."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.principal import SYSTEM
from accounts.services import delivery, members
from tests.factories.accounts import PASSWORD, make_user
from tests.personas import Person

pytestmark = pytest.mark.django_db
NEW = "a quite different pass phrase"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def sign_in(browser: Client, email: str, password: str = PASSWORD) -> str:
    """Try to; what the answer says."""
    answer = browser.post(reverse("account_login"), {"login": email, "password": password})
    return answer.content.decode()


def errors_of(browser: Client, email: str) -> object:
    login = reverse("account_login")
    return browser.post(login, {"login": email, "password": "wrong"}).context["form"].errors


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_someone_signs_in_with_their_e_mail_address_in_any_case(visitor: Client) -> None:
    make_user(email="ana@example.com")
    sign_in(visitor, "Ana@Example.COM")
    assert is_signed_in(visitor)


def test_after_signing_in_one_lands_where_one_wanted_to_go(visitor: Client) -> None:
    make_user(email="ana@example.com")
    profile = reverse("accounts:profile")
    login = visitor.get(profile)["Location"]
    assert "next=" in login
    answer = visitor.post(login, {"login": "ana@example.com", "password": PASSWORD})
    assert answer["Location"] == profile


def test_a_wrong_password_is_refused_without_telling_whether_the_address_exists(
    visitor: Client,
) -> None:
    make_user(email="ana@example.com")
    known = errors_of(visitor, "ana@example.com")
    unknown = errors_of(visitor, "nobody@example.com")
    assert known == unknown
    assert not is_signed_in(visitor)


def test_five_wrong_passwords_lock_the_address_even_for_the_right_one(visitor: Client) -> None:
    make_user(email="ana@example.com")
    make_user(email="bea@example.com")
    for _ in range(5):
        sign_in(visitor, "ana@example.com", "wrong")
    said = sign_in(visitor, "ana@example.com")
    assert not is_signed_in(visitor)
    assert "Too many tries. Wait 15 minutes" in said
    sign_in(visitor, "bea@example.com")
    assert is_signed_in(visitor)


def test_a_reset_password_ends_the_lockout(visitor: Client) -> None:
    make_user(email="ana@example.com")
    for _ in range(5):
        sign_in(visitor, "ana@example.com", "wrong")
    visitor.post(reverse("account_reset_password"), {"email": "ana@example.com"})
    set_password_by(visitor, link_in_mail())
    sign_in(visitor, "ana@example.com", NEW)
    assert is_signed_in(visitor)


def link_in_mail() -> str:
    delivery.deliver()
    found = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert found
    return found.group(1)


def set_password_by(browser: Client, link: str, password: str = NEW) -> None:
    form = browser.get(link, follow=True)
    answer = browser.post(
        form.context["action_url"], {"password1": password, "password2": password}, follow=True
    )
    assert "Your password is set" in answer.content.decode()


def test_a_forgotten_password_is_reset_by_a_link_that_works_once(visitor: Client) -> None:
    make_user(email="ana@example.com")
    visitor.post(reverse("account_reset_password"), {"email": "ana@example.com"})
    link = link_in_mail()
    assert mail.outbox[0].subject == "Set a new password for Surety"
    set_password_by(visitor, link)
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()
    sign_in(visitor, "ana@example.com", NEW)
    assert is_signed_in(visitor)


def test_a_reset_for_an_unknown_address_looks_the_same_and_mails_nobody(visitor: Client) -> None:
    answer = visitor.post(
        reverse("account_reset_password"), {"email": "nobody@example.com"}, follow=True
    )
    assert "Look at your mail" in answer.content.decode()
    assert delivery.deliver() == 0
    assert mail.outbox == []


def test_a_changed_password_ends_every_other_session(visitor: Client) -> None:
    make_user(email="ana@example.com")
    elsewhere = Client()
    sign_in(visitor, "ana@example.com")
    sign_in(elsewhere, "ana@example.com")
    answer = visitor.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        follow=True,
    )
    assert "Your password is changed." in answer.content.decode()
    assert visitor.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302


def test_a_short_or_common_password_is_refused(visitor: Client) -> None:
    make_user(email="ana@example.com")
    sign_in(visitor, "ana@example.com")
    for bad in ("short", "password1234"):
        answer = visitor.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": bad, "password2": bad},
        )
        assert answer.context["form"].errors


def test_a_deactivated_member_is_signed_out_at_once_and_cannot_come_back(
    admin: Person, visitor: Client
) -> None:
    ana = make_user(email="ana@example.com")
    sign_in(visitor, "ana@example.com")
    members.deactivate(user=ana, by=SYSTEM)
    assert visitor.get(reverse("accounts:profile")).status_code == 302
    answer = visitor.post(
        reverse("account_login"), {"login": "ana@example.com", "password": PASSWORD}, follow=True
    )
    assert "This account is switched off" in answer.content.decode()
    assert visitor.get(reverse("accounts:profile")).status_code == 302


def test_signing_out_asks_by_post_only(visitor: Client) -> None:
    make_user(email="ana@example.com")
    sign_in(visitor, "ana@example.com")
    visitor.get(reverse("account_logout"))
    assert is_signed_in(visitor)
    visitor.post(reverse("account_logout"))
    assert not is_signed_in(visitor)


def test_signing_out_has_the_browser_forget_its_pages_and_nothing_of_others(
    visitor: Client,
) -> None:
    make_user(email="ana@example.com")
    sign_in(visitor, "ana@example.com")
    asked = visitor.get(reverse("account_logout"))
    assert "Clear-Site-Data" not in asked
    assert asked.content.decode().count("data-sign-out=") == 2
    assert visitor.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache"'
    # The next page, and only that one, tells the script that they are out.
    told = [visitor.get(reverse("account_login")).content.decode() for _time in range(2)]
    assert [page.count("data-session-over") for page in told] == [1, 0]


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "login/code/",
        "login/code/confirm/",
        "password/set/",
        "reauthenticate/",
        "3rdparty/",
        "3rdparty/signup/",
        "social/signup/",
        "2fa/",
        "sessions/",
        "",
    ],
)
def test_what_sign_in_could_serve_but_is_not_used_does_not_exist(path: str, admin: Person) -> None:
    for browser in (Client(), admin.browser):
        assert browser.get(f"/accounts/{path}").status_code == 404
        assert browser.post(f"/accounts/{path}", {"email": "x@example.com"}).status_code == 404


def test_every_page_of_signing_in_can_be_drawn(visitor: Client, admin: Person) -> None:
    for name in (
        "account_login",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ):
        assert visitor.get(reverse(name)).status_code == 200, name
    for name in ("account_logout", "account_change_password", "accounts:profile"):
        assert admin.browser.get(reverse(name)).status_code == 200, name


def test_a_part_of_a_page_is_no_place_to_sign_in(visitor: Client) -> None:
    part = reverse("scoring:work_count")
    assert visitor.get(part, headers={"HX-Request": "true"}).status_code == 401
    assert visitor.get(part).status_code == 302
