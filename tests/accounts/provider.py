"""A provider by OpenID Connect on this machine, and people who go through it with a browser."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import oidc_provider_mock
import requests
import werkzeug.serving
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.single_sign_on import oidc_app

CLIENT_ID, SECRET = "surety", "s3cret-of-the-client"


@dataclass
class Provider:
    """Where it listens, who has an account there, and what it was asked for."""

    address: str
    calls_itself: str = ""
    challenges: dict[str, str] = field(default_factory=dict)
    tokens: list[dict[str, Any]] = field(default_factory=list)

    def has(self, sub: str, **claims: Any) -> None:
        """Somebody has an account there, of whom it says this."""
        put = requests.put(f"{self.address}/users/{sub}", json=claims, timeout=10)
        assert put.status_code in {200, 204}, put.text

    def come_in(self, browser: Client, sub: str, **asked: str) -> Any:
        """Press the button, sign in there, and come back; what we answer."""
        return browser.get(self.way_back(browser, sub, **asked))

    def way_back(self, browser: Client, sub: str, **asked: str) -> str:
        """The address on which somebody comes back to us, with the provider's code."""
        begun = browser.get(reverse("openid_connect_login", kwargs={"provider_id": "oidc"}), asked)
        assert begun.status_code == 302, begun.content.decode()
        there = begun["Location"]
        answer = requests.post(there, data={"sub": sub}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"].removeprefix("http://testserver")


@contextmanager
def running() -> Iterator[Provider]:
    """The provider on a free port of the loopback. It holds us to our PKCE challenge."""
    app: flask.Flask = oidc_provider_mock.app()
    provider = Provider("")

    @app.before_request
    def watch() -> Any:
        path = flask.request.path
        if path.endswith("/authorize") and flask.request.method == "POST":
            flask.g.challenge = flask.request.args.get("code_challenge", "")
            assert flask.request.args.get("code_challenge_method") == "S256"
        if path.endswith("/token"):
            sent = flask.request.form.to_dict()
            provider.tokens.append(sent)
            digest = sha256(sent.get("code_verifier", "").encode()).digest()
            made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if provider.challenges.get(sent.get("code", "")) != made:
                return flask.jsonify({"error": "invalid_grant"}), 400
        return None

    @app.after_request
    def remember(response: flask.Response) -> flask.Response:
        if provider.calls_itself and flask.request.path.startswith("/.well-known/"):
            told = flask.json.loads(response.get_data())
            response.set_data(flask.json.dumps(told | {"issuer": provider.calls_itself}))
        challenge = flask.g.get("challenge")
        if challenge and response.status_code == 302:
            code = parse_qs(urlsplit(response.headers["Location"]).query).get("code", [""])[0]
            provider.challenges[code] = challenge
        return response

    server = werkzeug.serving.make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    provider.address = f"http://localhost:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def configure(settings_fixture: Any, provider: Provider, **changed: Any) -> None:
    """This installation lets its members in by that provider."""
    app = oidc_app(
        issuer=changed.pop("issuer", provider.address),
        client_id=CLIENT_ID,
        secret=SECRET,
        name="Example ID",
    )
    settings_fixture.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    settings_fixture.SIGN_ON = {
        "oidc": {"name": "Example ID", "domains": [], "mfa": ["mfa"], **changed}
    }
    assert settings.SIGN_ON
