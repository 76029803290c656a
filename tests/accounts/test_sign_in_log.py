"""Each sign-in and each one that failed is a line of the log that says who, how and from where, and
never what was typed."""

import json
import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.log import sentence
from accounts.models import User
from accounts.principal import SYSTEM
from accounts.services import members
from audit.models import Event
from config import logs
from tests.accounts.factors import grow_stale, signed_in, with_app
from tests.factories.accounts import PASSWORD, make_user
from tests.personas import Person

pytestmark = pytest.mark.django_db
EMAIL = "ana.typed@example.com"
START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
LOGIN = "/accounts/login/"
_SAID = {"type": "webauthn.get", "challenge": "AAAA", "origin": "https://example.com"}
#: As a browser sends it: well formed, and of no key that is known.
UNKNOWN_KEY = json.dumps(
    {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {
            "clientDataJSON": urlsafe_b64encode(json.dumps(_SAID).encode()).decode().rstrip("="),
            "authenticatorData": "A" * 50,
            "signature": "AAAA",
            "userHandle": urlsafe_b64encode(b"0" * 32).decode().rstrip("="),
        },
    }
)
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def ana() -> User:
    return make_user(email=EMAIL)


@pytest.fixture
def lines() -> Generator[Lines]:
    """The lines about signing in and proving, as in production; and nothing typed in any line."""
    written: list[str] = []
    made = dict(logs.configuration(level="INFO", readable=False)["formatters"]["lines"])
    formatter = made.pop("()")(**made)

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(formatter.format(record))

    handler, root = Keep(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)

    def read() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in written]
        return [one for one in found if one["event"].startswith(("sign_in.", "proof."))]

    yield read
    root.removeHandler(handler)
    root.setLevel(level)
    said = "".join(written).lower()
    for typed in (EMAIL, "typed@", PASSWORD.lower(), "not-my-password"):
        assert typed not in said


def tried(browser: Client, password: str, login: str = EMAIL, **more: Any) -> Any:
    return browser.post(LOGIN, {"login": login, "password": password}, **more)


def only(lines: Lines, event: str) -> dict[str, Any]:
    found = [one for one in lines() if one["event"] == event]
    assert len(found) == 1, lines()
    return found[0]


def test_a_sign_in_is_one_line_with_its_request_address_and_person(ana: User, lines: Lines) -> None:
    answer = tried(Client(), PASSWORD, REMOTE_ADDR="203.0.113.7")
    line = only(lines, "sign_in.done")
    assert line["user_id"] == str(ana.pk)
    assert line["by"] == ["password"]
    assert line["ip"] == "203.0.113.7"
    assert line["request_id"] == answer["X-Request-Id"]
    assert line["level"] == "info"


def test_a_wrong_password_is_one_line_and_names_the_account_where_there_is_one(
    ana: User, lines: Lines
) -> None:
    answer = tried(Client(), "not-my-password")
    line = only(lines, "sign_in.failed")
    assert (line["user_id"], line["by"], line["reason"]) == (str(ana.pk), ["password"], "wrong")
    assert (line["level"], line["request_id"]) == ("warning", answer["X-Request-Id"])
    tried(Client(), "not-my-password", "somebody.typed@example.com")
    assert [one["user_id"] for one in lines()] == [str(ana.pk), None]


def test_a_locked_account_is_a_line_for_each_try_and_once_in_the_record(
    ana: User, lines: Lines
) -> None:
    for _time in range(4):
        tried(Client(), "not-my-password")
    assert not Event.objects.filter(type="member.locked").exists()
    for _time in range(3):
        tried(Client(), "not-my-password")
    assert [one["reason"] for one in lines()] == ["wrong"] * 5 + ["too_many_tries"] * 2
    event = Event.objects.get(type="member.locked")
    assert (event.aggregate_id, event.data) == (ana.pk, {"by": "password"})
    assert "too many wrong tries: Password" in sentence(event)


def test_an_address_that_nobody_has_is_locked_without_an_event(lines: Lines) -> None:
    for _time in range(6):
        tried(Client(), "not-my-password", "somebody.typed@example.com")
    assert lines()[-1]["reason"] == "too_many_tries"
    assert not Event.objects.filter(type="member.locked").exists()


def test_a_wrong_code_and_a_right_one_are_lines_and_five_wrong_ones_lock(
    ana: User, lines: Lines
) -> None:
    app, browser = with_app(ana), Client()
    tried(browser, PASSWORD)
    assert lines() == []
    code = reverse("mfa_authenticate")
    browser.post(code, {"code": "000000"})
    line = only(lines, "sign_in.failed")
    assert (line["user_id"], line["by"], line["reason"]) == (str(ana.pk), ["code"], "wrong")
    browser.post(code, {"code": app.code()})
    assert only(lines, "sign_in.done")["by"] == ["password", "totp"]
    cache.clear()
    other = Client()
    tried(other, PASSWORD)
    for _time in range(6):
        other.post(code, {"code": "000000"})
    assert lines()[-1]["reason"] == "too_many_tries"
    assert Event.objects.get(type="member.locked").data == {"by": "code"}


def test_nothing_sent_is_no_try_and_while_locked_nothing_more_goes_on_record(
    ana: User, lines: Lines
) -> None:
    with_app(ana)
    browser, code = Client(), reverse("mfa_authenticate")
    tried(browser, PASSWORD)
    keys = [{"credential": one} for one in ("", "{", "{}", "[1]", '{"id": "x"}')]
    nothing = ({"code": ""}, {"code": "\0"}, {}, *keys)
    for sent in nothing:
        assert browser.post(code, sent).status_code == 200
    assert Client().post(reverse("mfa_login_webauthn"), keys[-1]).status_code == 302
    assert lines() == []
    for _time in range(5):
        browser.post(code, {"code": "000000"})
    for sent in (*nothing, {"credential": UNKNOWN_KEY}) * 2:
        assert browser.post(code, sent).status_code == 200
    assert Event.objects.filter(type="member.locked").count() == 1


def test_one_try_after_another_as_each_before_is_forgotten_is_one_lock(ana: User) -> None:
    for minute in range(0, 28, 3):
        with time_machine.travel(START + timedelta(minutes=minute), tick=False):
            tried(Client(), "not-my-password")
    event = Event.objects.get(type="member.locked")
    assert (event.aggregate_id, event.data) == (ana.pk, {"by": "password"})


def test_a_lock_after_a_new_password_is_on_record_again(ana: User) -> None:
    for locks in (1, 2):
        for _time in range(5):
            tried(Client(), "not-my-password")
        assert Event.objects.filter(type="member.locked").count() == locks
        request = RequestFactory().post("/")
        request.session = Client().session
        with context.request_context(request):
            get_adapter(request).set_password(ana, PASSWORD)


@pytest.mark.parametrize("name", ["mfa_authenticate", "mfa_login_webauthn"])
def test_a_key_that_is_not_known_is_a_line(ana: User, lines: Lines, name: str) -> None:
    with_app(ana)
    browser = Client()
    known = name == "mfa_authenticate"
    if known:
        tried(browser, PASSWORD)
    refused = browser.post(reverse(name), {"credential": UNKNOWN_KEY})
    assert not known or "<title>Error: " in refused.content.decode()
    line = only(lines, "sign_in.failed")
    assert line["by"] == ["key" if known else "passkey"]
    assert line["user_id"] == (str(ana.pk) if known else None)


def test_a_right_password_of_an_account_that_is_off_is_a_line(ana: User, lines: Lines) -> None:
    members.deactivate(user=ana, by=SYSTEM)
    tried(Client(), PASSWORD)
    line = only(lines, "sign_in.failed")
    assert (line["user_id"], line["reason"]) == (str(ana.pk), "switched_off")


def test_proofs_before_what_matters_are_lines_of_their_own(admin: Person, lines: Lines) -> None:
    browser = signed_in(admin.user)
    grow_stale(browser)
    add = reverse("accounts:api_client_add")
    browser.post(add, {"name": "x", "proof-password": "not-my-password"})
    line = only(lines, "proof.failed")
    assert (line["user_id"], line["by"]) == (str(admin.user.pk), ["password"])
    browser.post(add, {"name": "x", "proof-password": PASSWORD})
    assert only(lines, "proof.done")["by"] == ["password"]


def test_the_address_of_a_line_cannot_be_made_up(
    ana: User, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = {"X-Forwarded-For": "198.51.100.9", "X-Real-Ip": "198.51.100.9"}
    tried(Client(headers=made_up), PASSWORD, REMOTE_ADDR="203.0.113.7")
    monkeypatch.setattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 1)
    proxied = {"X-Forwarded-For": "198.51.100.9, 203.0.113.8"}
    tried(Client(headers=proxied), PASSWORD, REMOTE_ADDR="10.0.0.1")
    assert [one["ip"] for one in lines()] == ["203.0.113.7", "203.0.113.8"]
