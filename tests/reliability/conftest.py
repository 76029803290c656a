"""Installations of a test's own, on servers that the test may harm; and what flows have."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench import stack
from tests import migrated
from tests.contract.asking import Answer, ask
from tests.contract.conftest import start_web  # noqa: F401 - a fixture
from tests.flows.conftest import beat, queue  # noqa: F401 - fixtures
from tests.web import Web


@dataclass
class Installation:
    """A Surety with data of its own: a unit, people, programs, assessments to fill in."""

    settings: Mapping[str, str]
    known: Mapping[str, Any]
    web: Web

    @property
    def key(self) -> str:
        """Of a program that may write."""
        key: str = self.known["keys"][0]
        return key

    @property
    def assessment(self) -> str:
        """One that can be filled in."""
        pk: str = self.known["assessments"][0]
        return pk

    def call(self, method: str, path: str, body: str | None = None) -> Answer:
        """What a program is answered."""
        return ask(self.web.address, f"/api/v1{path}", key=self.key, method=method, body=body)

    def open(self, path: str) -> Answer:
        """A page, as somebody who may see everything gets it."""
        return ask(self.web.address, path, headers={"Cookie": self.known["cookie"]})


Install = Callable[..., Installation]


@pytest.fixture
def install(django_db_setup: None, tmp_path: Path) -> Generator[Install]:
    """Put an installation on a private PostgreSQL and Valkey, and start its web process."""
    started: list[Web] = []

    def put(database_url: str, redis_url: str, **more: str) -> Installation:
        migrated.copy_to(database_url, tmp_path)
        settings = {
            **settings_of(database_url, redis_url, tmp_path),
            **more,
        }
        known = stack.loaded("chaos.load", "http://127.0.0.1:1/hooks", settings=settings)
        web = Web.start(environment=settings, log=tmp_path / "web.log", processes=1)
        started.append(web)
        return Installation(settings, known, web)

    yield put
    for web in started:
        web.stop()


def settings_of(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """What a process needs to run on these servers, with its files in a folder."""
    (folder / "static").mkdir(exist_ok=True)
    return {
        **stack.environment(database_url, redis_url),
        "AUDIT_ANCHOR_FILE": str(folder / "anchor" / "anchor.jsonl"),
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "RUN_FOLDER": str(folder),
        "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32",
        "DJANGO_SETTINGS_MODULE": "chaos.settings",
        "LOG_LEVEL": "INFO",
    }
