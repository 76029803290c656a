"""What browsers are told, asked of the settings of an installation in use: an A+ and more."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.abuse.observatory import Answer, grade_of, points_of
from tests.factories.accounts import PASSWORD, make_user

_HOST = "surety.example"
#: Asks with the settings of production; static files stay where they are, which says nothing here.
_ASK = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.test import Client, override_settings
plain = {**settings.STORAGES, "staticfiles": {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
told = []
# Accounts of a test have a cheap hash.
cheap = ["django.contrib.auth.hashers.MD5PasswordHasher"]
with override_settings(STORAGES=plain, PASSWORD_HASHERS=cheap):
    client = Client(headers={"Host": "surety.example"})
    for method, path, secure, data in json.loads(sys.argv[1]):
        answer = getattr(client, method)(path, data, secure=secure)
        told.append({
            "path": path, "status": answer.status_code, "headers": dict(answer.headers.items()),
            "cookies": [one.OutputString() for one in answer.cookies.values() if one.value],
            "html": b"".join(answer).decode(errors="replace"),
        })
print(json.dumps(told))
"""
_EMAIL = "ana@surety.example"
_SIGN_IN = {"login": _EMAIL, "password": PASSWORD}


@dataclass(frozen=True)
class Site:
    """What an installation in use has answered, by address."""

    told: list[dict[str, Any]]

    def __getitem__(self, path: str) -> dict[str, Any]:
        return next(one for one in self.told if one["path"] == path)


@pytest.fixture
def site(_worker_environment: dict[str, str], transactional_db: None, unit: BusinessUnit) -> Site:
    """The pages of one visit: signing in, a page, one that is not there, the API, the portal."""
    make_user(name="Ana", email=_EMAIL)
    asked = [
        ("get", "/accounts/login/", True, {}),
        ("get", "/portal/fresh/", True, {}),
        ("post", "/accounts/login/", True, _SIGN_IN),
        ("get", "/profile/", True, {}),
        ("get", "/nowhere/", True, {}),
        ("get", "/api/v1/vendors", True, {}),
        ("get", "/healthz", True, {}),
        ("get", "/", False, {}),
        ("get", "/api/v1/scores", False, {}),
        ("post", "/oauth/token", False, {}),
    ]
    environment = {
        **_worker_environment,
        "HTTPS": "true",
        "DEBUG": "false",
        "ALLOWED_HOSTS": _HOST,
        "CSRF_TRUSTED_ORIGINS": f"https://{_HOST}",
    }
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _ASK, json.dumps(asked)],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return Site(json.loads(ran.stdout.splitlines()[-1]))


def _answer(said: dict[str, Any]) -> Answer:
    return Answer(said["headers"], tuple(said["cookies"]), said["html"])


def test_it_gets_the_best_grade_of_the_observatory(site: Site) -> None:
    elsewhere = site["/"]["headers"]["Location"]
    for path in ("/accounts/login/", "/portal/fresh/", "/profile/", "/nowhere/"):
        points = points_of(_answer(site[path]), elsewhere)
        assert min(points.values()) == 0, (path, points)
        assert grade_of(points) == "A+", (path, points)
        assert points["content-security-policy"] == 10, path


def test_a_worse_site_gets_a_worse_grade() -> None:
    bare = points_of(Answer({}, ("sessionid=1; Path=/",), ""), "http://surety.example/")
    assert grade_of(bare) == "F"
    loose = Answer(
        {
            "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'",
            "Strict-Transport-Security": "max-age=31536000",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        },
        (),
        '<script src="https://cdn.example/x.js"></script>',
    )
    points = points_of(loose, "https://surety.example/")
    assert points["content-security-policy"] == -20
    assert points["subresource-integrity"] == -50
    assert points["x-frame-options"] == -20


def test_every_answer_tells_browsers_the_rest_as_well(site: Site) -> None:
    for said in site.told:
        headers, path = said["headers"], said["path"]
        if said["status"] == 301 or path in ("/api/v1/scores", "/oauth/token"):
            continue  # over http: led on, or refused
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "camera=()" in headers["Permissions-Policy"], path
        assert "no-store" in headers["Cache-Control"] or headers["Cache-Control"] == (
            "private, no-cache"
        ), path
        assert headers["Strict-Transport-Security"] == (
            "max-age=31536000; includeSubDomains; preload"
        ), path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "base-uri 'none'" in headers["Content-Security-Policy"], path
        assert "object-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert "Server" not in headers, path


def test_cookies_have_the_strictest_name_and_words_that_they_can_have(site: Site) -> None:
    lines = [line for said in site.told for line in said["cookies"]]
    named = {line.partition("=")[0]: line for line in lines}
    assert {"__Host-sessionid", "__Host-csrftoken"} <= named.keys()
    for name, line in named.items():
        words = {one.strip().lower() for one in line.split(";")[1:]}
        assert {"secure", "samesite=lax"} <= words, line
        assert not any(one.startswith("domain=") for one in words), line
        if name.startswith("__Host-"):
            assert "path=/" in words, line
        else:
            assert name.startswith("__Secure-portal"), line
        if name != "__Host-csrftoken":
            assert "httponly" in words, line


def test_programs_that_ask_without_tls_are_refused_and_not_led_on(site: Site) -> None:
    for path in ("/api/v1/scores", "/oauth/token"):
        assert site[path]["status"] == 403
        problem = json.loads(site[path]["html"])
        assert problem["type"] == "urn:surety:problem:https_only"
        assert "Location" not in site[path]["headers"]
    assert site["/"]["status"] == 301
    assert site["/"]["headers"]["Location"] == f"https://{_HOST}/"


@pytest.mark.django_db
def test_signing_in_makes_a_new_session_and_a_new_token_against_forgery() -> None:
    make_user(email=_EMAIL)
    browser = Client()
    browser.get(reverse("account_login"))
    session = browser.session
    session["before"] = 1
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value
    browser.post(reverse("account_login"), _SIGN_IN)
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key
    assert browser.cookies[settings.CSRF_COOKIE_NAME].value != token


def test_no_other_site_may_read_an_answer(client: Client, db: None) -> None:
    for path in ("/api/v1/vendors", "/accounts/login/", "/openapi.json"):
        for method in ("GET", "OPTIONS"):
            answer = client.generic(method, path, headers={"Origin": "https://evil.example"})
            assert not [name for name in answer.headers if name.startswith("Access-Control")]


@pytest.mark.django_db
def test_trace_sends_nothing_back_of_what_was_sent(client: Client) -> None:
    for path in ("/accounts/login/", "/api/v1/vendors", "/healthz"):
        answer = client.generic("TRACE", path, headers={"X-Private": "Zwq-secret"})
        assert b"Zwq-secret" not in answer.getvalue()


def test_a_host_that_is_not_ours_is_refused_whatever_else_it_is_called(db: None) -> None:
    make_user()
    client = Client()
    with override_settings(ALLOWED_HOSTS=[_HOST]):
        for host in ("evil.example", f"{_HOST}.evil.example", f"evil.example:{_HOST}", "_", "a@b"):
            for path in ("/accounts/login/", "/api/v1/vendors", "/portal/fresh/"):
                answer = client.get(path, headers={"Host": host})
                assert answer.status_code == 400, (host, path)
                assert "evil" not in answer.headers.get("Location", "")
        # A second name, put there for a proxy, is not believed.
        answer = client.get(
            "/accounts/login/", headers={"Host": _HOST, "X-Forwarded-Host": "evil.example"}
        )
        assert answer.status_code == 200
        assert b"evil.example" not in answer.content


def test_links_in_letters_never_name_the_host_that_was_asked(db: None, mailoutbox: Any) -> None:
    from accounts import mail

    with override_settings(ALLOWED_HOSTS=["*"]):
        request = RequestFactory().get("/", headers={"Host": "evil.example"})
        assert request.get_host() == "evil.example"
        assert "evil.example" not in mail.absolute("/portal/")
    assert re.match(r"https?://", mail.absolute("/portal/"))
