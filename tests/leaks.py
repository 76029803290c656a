"""Pytest plugin: no secret of a run stands in any of its logs.

It knows the secrets that the run makes, since it stands where they are made: passwords, API keys,
OAuth2 secrets and tokens, links, setup tokens, secrets of webhooks, sessions, seeds of second
factors; and the keys and passwords of the installation. It reads what goes to the log of this
process, written as in production, and at the end the log files of every process that a test has
started, and those of the private servers. In files it also looks for the shapes of secrets, as the
processes that wrote them have made some of their own.

A find fails the run and says in which test's log, or in which file, a secret of which kind is. With
parallel workers each looks through its own, and the one that started them fails.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, Final

import pytest

#: So many characters are looked up at once; no shorter secret is known.
_AT_ONCE: Final = 10
_SHAPES: Final = {
    "API key": re.compile(r"srt_[\w-]{20,}"),
    "secret of a webhook": re.compile(r"whsec_[\w+/-]{20,}"),
    "link into the portal": re.compile(r"/portal/enter/[0-9a-f-]{36}/[\w-]{20,}"),
    "link to set a password": re.compile(r"/password/reset/key/\w+-\w{6,}"),
    "address of a calendar": re.compile(r"/calendar/[\w-]{20,}"),
    "link that stops letters": re.compile(r"/notifications/stop/[\w:.-]{20,}"),
    "bearer token": re.compile(r"[Bb]earer\s+[\w.~+/-]{20,}"),
    "password in an address": re.compile(r"\w+://[^:/\s\"']*:(?!\[hidden\])[^@/\s\"']{6,}@"),
}


class Secrets:
    """The secrets that are known, and whether a text holds one."""

    def __init__(self) -> None:
        self._by_start: dict[str, dict[str, str]] = {}

    def learn(self, kind: str, secret: object) -> None:
        """Know this one from now on. What is too short to be told from a word is let go."""
        text = secret.decode(errors="replace") if isinstance(secret, bytes) else str(secret or "")
        if len(text) >= _AT_ONCE:
            self._by_start.setdefault(text[:_AT_ONCE], {})[text] = kind

    def kinds_in(self, text: str) -> Iterator[str]:
        """The kind of each secret that stands in a text."""
        known = self._by_start
        for at in range(len(text) - _AT_ONCE + 1):
            for secret, kind in known.get(text[at : at + _AT_ONCE], {}).items():
                if text.startswith(secret, at):
                    yield kind


def shapes_in(text: str) -> Iterator[str]:
    """The kind of whatever looks like a secret in a text."""
    for kind, shape in _SHAPES.items():
        if shape.search(text):
            yield kind


class Watch(logging.Handler):
    """Takes down what goes to the log, as in production, and what was found in it."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self.secrets, self.found = secrets, list[str]()
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        self._lines.append(self.format(record))

    def look(self, where: str) -> None:
        """Look through what was said since the last time."""
        text, self._lines = "\n".join(self._lines), []
        kinds = {*self.secrets.kinds_in(text), *shapes_in(text)}
        self.found += [f"the log of {where} holds a secret: {kind}" for kind in sorted(kinds)]

    def look_into(self, *folders: Path) -> None:
        """Look through the log files below these folders."""
        for folder in folders:
            for file in sorted(folder.rglob("*.log")):
                text = file.read_text(errors="replace")
                kinds = {*self.secrets.kinds_in(text), *shapes_in(text)}
                self.found += [f"{file} holds a secret: {kind}" for kind in sorted(kinds)]


WATCH: Final = pytest.StashKey[Watch]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to learn and to listen."""
    from config import logs

    secrets = Secrets()
    watch = Watch(secrets)
    lines = dict(logs.configuration(level="INFO", readable=False)["formatters"]["lines"])
    watch.setFormatter(lines.pop("()")(**lines))
    _listen(watch)
    session.config.stash[WATCH] = watch
    _stand_where_secrets_are_made(secrets)


def _listen(watch: Watch) -> None:
    root = logging.getLogger()
    for handler in root.handlers:
        # What a test run shows stays what it was; what is looked through is what production says.
        handler.setLevel(max(handler.level, root.level))
    root.setLevel(min(root.level, logging.INFO))
    root.addHandler(watch)


def _stand_where_secrets_are_made(secrets: Secrets) -> None:
    import secrets as chance

    import oauthlib.common  # type: ignore[import-untyped]
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal import auth as totp
    from django.conf import settings
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.tokens import PasswordResetTokenGenerator
    from django.contrib.sessions.backends.base import SessionBase
    from oauth2_provider.generators import ClientSecretGenerator

    from webhooks import signing

    made: list[tuple[str, Any, str]] = [
        ("key, token or link", chance, "token_urlsafe"),
        ("secret of a webhook", signing, "secret_of"),
        ("OAuth2 secret", ClientSecretGenerator, "hash"),
        ("OAuth2 token", oauthlib.common, "generate_token"),
        ("link to set a password", PasswordResetTokenGenerator, "make_token"),
        ("session", SessionBase, "_get_new_session_key"),
        ("seed of a second factor", totp, "generate_totp_secret"),
        ("seed of recovery codes", RecoveryCodes, "generate_seed"),
    ]
    for kind, owner, name in made:
        setattr(owner, name, _told(secrets, kind, getattr(owner, name)))
    given = AbstractBaseUser.set_password

    @wraps(given)
    def set_password(user: AbstractBaseUser, raw_password: str | None) -> None:
        secrets.learn("password", raw_password)
        given(user, raw_password)

    AbstractBaseUser.set_password = set_password  # type: ignore[assignment, method-assign]
    for name in ("SECRET_KEY", "AUDIT_KEY", "METRICS_TOKEN", "EMAIL_HOST_PASSWORD"):
        secrets.learn(name, getattr(settings, name))
    for name in ("DATABASE_URL", "REDIS_URL"):
        secrets.learn(f"password in {name}", _password(os.environ.get(name, "")))


def _told(secrets: Secrets, kind: str, make: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(make)
    def make_and_tell(*args: Any, **options: Any) -> Any:
        made = make(*args, **options)
        secrets.learn(kind, made)
        return made

    return make_and_tell


def _password(address: str) -> str:
    return address.partition("://")[2].rpartition("@")[0].partition(":")[2]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Listen again where the test before has set logging up anew, which forgets who listened."""
    watch = item.config.stash.get(WATCH, None)
    if watch is not None and watch not in logging.getLogger().handlers:
        _listen(watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """After a test with all that belongs to it, look through what it said."""
    yield
    if (watch := item.config.stash.get(WATCH, None)) is not None:
        watch.look(item.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look through the files, and fail the run where something was found."""
    config = session.config
    watch = config.stash.get(WATCH, None)
    if watch is None:
        return
    folders = [config._tmp_path_factory.getbasetemp()]  # type: ignore[attr-defined]
    if "SURETY_TEST_FOLDER" in os.environ:
        folders.append(Path(os.environ["SURETY_TEST_FOLDER"]))
    watch.look_into(*folders)
    if hasattr(config, "workeroutput"):
        config.workeroutput["leaks"] = watch.found
    elif watch.found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A parallel worker has ended: what it found is found."""
    watch = node.config.stash.get(WATCH, None)
    if watch is not None:
        watch.found += getattr(node, "workeroutput", {}).get("leaks", ())


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was found."""
    watch = config.stash.get(WATCH, None)
    if watch is not None and watch.found:
        terminalreporter.section("secrets in logs", red=True)
        for line in dict.fromkeys(watch.found):
            terminalreporter.line(line)
