"""Second factors in tests: an app that shows codes, and people who have set one up."""

import time
from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.selectors import principal_for_user
from accounts.services import second_factor
from tests.factories.accounts import PASSWORD

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


@dataclass(frozen=True)
class App:
    """What a telephone holds."""

    secret: str
    codes: list[str]

    def code(self, *, steps: int = 0) -> str:
        """The code of now, or of so many half minutes later."""
        return str(format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + steps)))


def with_app(user: User) -> App:
    """The person has set up an app, and has the recovery codes that came with it."""
    secret = str(generate_totp_secret())
    codes = second_factor.add_app(
        user=user, secret=secret, keep=None, agent=AGENT, by=principal_for_user(user)
    )
    return App(secret, codes)


def signed_in(user: User, app: App | None = None) -> Client:
    """A browser in which they have signed in on the page, with their app where they have one."""
    browser = Client(headers={"User-Agent": AGENT})
    answer = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    if app is not None:
        answer = browser.post(reverse("mfa_authenticate"), {"code": app.code()})
        assert answer.status_code == 302, answer.content.decode()
        # The same code may be wanted by the test itself.
        cache.clear()
    return browser


def grow_stale(browser: Client) -> None:
    """They have signed in, and proved who they are, long ago."""
    session = browser.session
    session["signed_in_at"] = session["proved_at"] = time.time() - 3 * 3600
    session.save()
