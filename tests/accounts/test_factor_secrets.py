"""What signs somebody in: how long and how random it is, and that no way leads around it."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.factors import with_app
from tests.accounts.test_sign_in import is_signed_in, link_in_mail, set_password_by, sign_in
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
#: Blanks around it, capitals, signs of several scripts, and 150 of them.
LONG = "  Ångström & “Wörter”, 漢字 " + "a Long Sentence of my own " * 5
NEW = "a quite different pass phrase"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def ana() -> User:
    return make_user(email="ana@example.com")


def test_seeds_have_160_bits_and_recovery_codes_26_and_none_is_made_twice() -> None:
    apps = [with_app(make_user()) for _person in range(5)]
    assert len({app.secret for app in apps}) == 5
    assert all(re.fullmatch(r"[A-Z2-7]{32}", app.secret) for app in apps)
    codes = [code for app in apps for code in app.codes]
    assert all(re.fullmatch(r"\d{8}", code) for code in codes)
    # Of 50 such codes, two are the same once in 80,000 runs.
    assert len(set(codes)) == 50


def test_a_reset_password_does_not_lead_around_the_second_factor(ana: User) -> None:
    app, browser = with_app(ana), Client()
    browser.post(reverse("account_reset_password"), {"email": ana.email})
    set_password_by(browser, link_in_mail(), NEW)
    assert not is_signed_in(browser)
    sign_in(browser, ana.email, NEW)
    assert not is_signed_in(browser)
    browser.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert is_signed_in(browser)


def test_a_long_password_counts_as_it_was_typed_to_its_last_sign(ana: User) -> None:
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": ana.email})
    set_password_by(browser, link_in_mail(), LONG)
    for other in (LONG.strip(), LONG.lower(), LONG[:-2], LONG[:72]):
        sign_in(browser, ana.email, other)
        assert not is_signed_in(browser)
    cache.clear()
    sign_in(browser, ana.email, LONG)
    assert is_signed_in(browser)
