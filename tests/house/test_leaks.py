"""The plugin that looks for secrets in the logs of this run (`tests/leaks.py`) can find some."""

import logging
import secrets
from pathlib import Path

import pytest
import structlog
from django.contrib.sessions.backends.db import SessionStore

from accounts.services import api_clients
from tests.factories.accounts import PASSWORD, make_api_client, make_key, make_user
from tests.leaks import WATCH, Secrets, Watch, shapes_in


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Watch:
    """The one of this run, with what it knows."""
    return request.config.stash[WATCH]


def _kinds(watch: Watch, text: str) -> set[str]:
    return set(watch.secrets.kinds_in(text))


@pytest.mark.django_db
def test_what_the_run_makes_is_known_from_then_on(watch: Watch) -> None:
    client = make_api_client(all_units=True)
    assert _kinds(watch, f"GET with {make_key(client)} ok") == {"key, token or link"}
    from accounts.principal import SYSTEM

    secret = api_clients.create_secret(client=client, by=SYSTEM)
    assert _kinds(watch, secret) == {"OAuth2 secret"}
    make_user()
    assert _kinds(watch, f"tried “{PASSWORD}”") == {"password"}
    store = SessionStore()
    store.create()
    assert _kinds(watch, f"session {store.session_key}.") == {"session"}
    assert _kinds(watch, secrets.token_urlsafe(32)) == {"key, token or link"}
    assert _kinds(watch, "nothing in here, however long it may be") == set()


def test_what_goes_to_the_log_is_taken_down_as_production_writes_it(watch: Watch) -> None:
    root = logging.getLogger()
    assert watch in root.handlers
    assert root.isEnabledFor(logging.INFO)
    before = len(watch._lines)
    structlog.get_logger("surety.test").info("something.said", password="hunter2", number=3)
    [line] = watch._lines[before:]
    assert '"number": 3' in line
    assert "hunter2" not in line


def test_a_find_is_told_with_the_test_and_the_kind(tmp_path: Path) -> None:
    known = Secrets()
    known.learn("password", "correct horse battery")
    known.learn("password", "short")
    other = Watch(known)
    other.setFormatter(logging.Formatter("%(message)s"))
    for said in ("all is well", "failed with correct horse battery: no", "a short line"):
        other.emit(logging.LogRecord("x", logging.INFO, "", 0, said, (), None))
    other.look("tests/x.py::test_y")
    assert other.found == ["the log of tests/x.py::test_y holds a secret: password"]
    (tmp_path / "worker.log").write_text("GET /portal/enter/" + "0" * 36 + "/" + "t" * 43)
    (tmp_path / "web.txt").write_text("correct horse battery")
    other.look_into(tmp_path)
    (tmp_path / "worker.log").unlink()  # at the end of the run all logs are looked through
    assert len(other.found) == 2
    assert "link into the portal" in other.found[1]


@pytest.mark.parametrize(
    "text",
    [
        "srt_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
        "whsec_AbCdEfGhIjKlMnOpQrStUvWxYz01+/456789",
        "/accounts/password/reset/key/3abc-c9z8y7-0123456789/",
        "Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345",
        "postgresql://surety:hunter2hunter2@db:5432/surety",
    ],
)
def test_shapes_of_secrets_are_known_and_what_was_hidden_is_none(text: str) -> None:
    from config.logs import hide_secrets

    assert list(shapes_in(text))
    hidden = hide_secrets(None, "info", {"event": text})["event"]
    assert list(shapes_in(hidden)) == []
