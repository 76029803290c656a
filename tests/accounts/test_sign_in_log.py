"""Each sign-in and each one that failed is a line of the log that says who, how and from where, and
never what was typed."""

import json
import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from fido2.utils import websafe_encode

from accounts.log import sentence
from accounts.models import User
from accounts.principal import SYSTEM
from accounts.selectors.second_factor import factors_of
from accounts.services import members
from audit.models import Event
from config import logs
from tests.accounts.factors import grow_stale, signed_in, with_app
from tests.accounts.keys import NO_KEYS, NO_NEW_KEYS, signed_in_by_key, with_key
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
NOT_RIGHT = "This code is not right"
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
    codes: list[dict[str, str]] = [{"code": ""}, {"code": "\0"}, {}]
    nothing = [*codes, {"credential": ""}, {"credential": "{}"}]
    for sent in nothing:
        assert browser.post(code, sent).status_code == 200
    assert Client().post(reverse("mfa_login_webauthn"), nothing[-1]).status_code == 302
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


@pytest.mark.parametrize("made_up", NO_KEYS)
def test_what_no_key_can_have_made_is_refused_with_a_message_and_a_line(
    ana: User, lines: Lines, made_up: str
) -> None:
    with_key(ana)
    visitor, second = Client(), Client()
    answer = visitor.post(reverse("mfa_login_webauthn"), {"credential": made_up})
    assert answer["Location"] == LOGIN
    assert NOT_RIGHT in visitor.get(LOGIN).content.decode()
    tried(second, PASSWORD)
    answer = second.post(reverse("mfa_authenticate"), {"credential": made_up})
    assert answer.status_code == 200
    assert NOT_RIGHT in answer.content.decode()
    assert 'id="use-key"' in answer.content.decode()
    said = [(one["event"], one["by"], one["reason"], one["user_id"]) for one in lines()]
    assert said == [
        ("sign_in.failed", ["passkey"], "unreadable", None),
        ("sign_in.failed", ["key"], "unreadable", str(ana.pk)),
    ]
    assert not Event.objects.filter(type="member.locked").exists()


@pytest.mark.parametrize("made_up", NO_KEYS)
def test_what_no_key_can_have_made_proves_nothing_and_keeps_what_was_typed(
    admin: Person, lines: Lines, made_up: str
) -> None:
    browser = signed_in_by_key(admin.user, with_key(admin.user))
    grow_stale(browser)
    add = reverse("accounts:api_client_add")
    answer = browser.post(add, {"name": "Typed name", "proof-credential": made_up})
    assert answer.status_code == 403
    assert NOT_RIGHT in answer.content.decode()
    assert "Typed name" in answer.content.decode()
    assert only(lines, "proof.failed")["reason"] == "unreadable"


@pytest.mark.parametrize("made_up", [*NO_KEYS, *NO_NEW_KEYS])
def test_what_no_key_can_have_made_is_not_set_up(ana: User, made_up: str) -> None:
    browser = signed_in(ana)
    add = reverse("accounts:factor_key_add")
    browser.get(add)
    answer = browser.post(add, {"name": "Typed name", "credential": made_up})
    assert answer.status_code == 200
    assert NOT_RIGHT in answer.content.decode()
    assert "Typed name" in answer.content.decode()
    assert not factors_of(ana).any


@pytest.mark.parametrize("said", [{"origin": 1}, {"origin": ["https://testserver"]}, {"type": {}}])
def test_a_key_that_says_of_itself_what_none_says_is_refused(
    ana: User, lines: Lines, said: dict[str, Any]
) -> None:
    key, browser = with_key(ana), Client()
    tried(browser, PASSWORD)
    browser.get(reverse("mfa_authenticate"))
    sent = {"credential": key.proof(browser, **said)}
    assert browser.post(reverse("mfa_authenticate"), sent).status_code == 200
    assert only(lines, "sign_in.failed")["by"] == ["key"]
    sent = {"credential": key.proof(browser)}
    assert browser.post(reverse("mfa_authenticate"), sent).status_code == 302
    assert only(lines, "sign_in.done")["by"] == ["password", "webauthn"]


@pytest.mark.usefixtures("ana")
def test_a_passkey_of_nobody_is_a_line(lines: Lines) -> None:
    whose = json.loads(UNKNOWN_KEY)
    whose["response"]["userHandle"] = websafe_encode(b"nobody")
    browser = Client()
    browser.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(whose)})
    assert NOT_RIGHT in browser.get(LOGIN).content.decode()
    assert only(lines, "sign_in.failed")["by"] == ["passkey"]


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


def test_a_key_has_one_name_in_the_lines_whether_it_proves_who_is_there_or_not(
    admin: Person, lines: Lines
) -> None:
    key = with_key(admin.user)
    browser = signed_in_by_key(admin.user, key)
    grow_stale(browser)
    add = reverse("accounts:api_client_add")
    browser.post(add, {"name": "x", "proof-credential": UNKNOWN_KEY})
    assert only(lines, "proof.failed")["by"] == ["key"]
    browser.post(add, {"name": "x", "proof-credential": key.proof(browser)})
    assert only(lines, "proof.done")["by"] == ["key"]


def test_the_address_of_a_line_cannot_be_made_up(
    ana: User, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = {"X-Forwarded-For": "198.51.100.9", "X-Real-Ip": "198.51.100.9"}
    tried(Client(headers=made_up), PASSWORD, REMOTE_ADDR="203.0.113.7")
    monkeypatch.setattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 1)
    proxied = {"X-Forwarded-For": "198.51.100.9, 203.0.113.8"}
    tried(Client(headers=proxied), PASSWORD, REMOTE_ADDR="10.0.0.1")
    assert [one["ip"] for one in lines()] == ["203.0.113.7", "203.0.113.8"]


@pytest.mark.parametrize(
    ("name", "by", "most"),
    [("account_login", "password", 60), ("mfa_login_webauthn", "passkey", 10)],
)
def test_a_try_that_is_one_too_many_from_an_address_is_a_line(
    lines: Lines, name: str, by: str, most: int
) -> None:
    for _time in range(most):
        assert Client().post(reverse(name)).status_code != 429
    assert lines() == []
    assert Client().post(reverse(name)).status_code == 429
    line = only(lines, "sign_in.failed")
    assert (line["by"], line["reason"]) == ([by], "too_many_requests")


def test_addresses_of_the_older_kind_are_counted_one_by_one_however_they_are_written(
    ana: User, lines: Lines
) -> None:
    for time in range(20):
        tried(Client(), "not-my-password", f"{time}.{EMAIL}", REMOTE_ADDR="::ffff:203.0.113.7")
    tried(Client(), PASSWORD, REMOTE_ADDR="203.0.113.7")
    assert lines()[-1]["reason"] == "too_many_tries"
    tried(Client(), PASSWORD, REMOTE_ADDR="::ffff:203.0.113.8")
    assert only(lines, "sign_in.done")["ip"] == "203.0.113.8"
    assert {one["ip"] for one in lines()} == {"203.0.113.7", "203.0.113.8"}


@pytest.mark.parametrize(
    "asked",
    [{"headers": {"X-Forwarded-For": "203.0.113.8"}}, {"REMOTE_ADDR": ""}],
    ids=["fewer proxies than were set", "a socket"],
)
def test_who_asks_from_nowhere_sees_pages_and_is_refused_where_tries_are_counted(
    ana: User, lines: Lines, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    browser = signed_in(ana)
    monkeypatch.setattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 2)
    assert browser.get(reverse("accounts:profile"), **asked).status_code == 200
    assert Client().get(LOGIN, **asked).status_code == 200
    answer = tried(Client(), PASSWORD, **asked)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "cannot tell where this request comes from" in page
    assert PASSWORD not in page
    line = only(lines, "sign_in.failed")
    assert (line["by"], line["reason"], line["ip"]) == (["password"], "no_address", None)
    for name, sent in (("mfa_login_webauthn", "credential"), ("account_reset_password", "email")):
        assert Client().post(reverse(name), {sent: EMAIL}, **asked).status_code == 403
    door = reverse("portal:enter", args=[uuid4(), "made-up"])
    assert Client().get(door, **asked).status_code == 403
