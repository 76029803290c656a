"""Two units with one object of each kind, and a way to ask as anyone without leaving a trace."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from assessments.services.questionnaires import builtin
from audit.models import Event
from tests.access.headers import unprotected
from tests.access.matrix import Line
from tests.access.world import World, make_world
from tests.factories.assessments import small_questionnaire
from tests.personas import Person, Program


@dataclass(frozen=True)
class Worlds:
    """What `unit` has, and what another unit has."""

    here: World
    there: World


@pytest.fixture(autouse=True)
def _no_limit_of_tries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table tries more wrong links, and asks more without a key, than anybody may."""
    monkeypatch.setattr(settings, "PORTAL_RATES", dict.fromkeys(settings.PORTAL_RATES, 100_000))
    monkeypatch.setattr(settings, "API_RATE", "1000000/min")
    # However long the table takes, it asks as somebody who has just signed in.
    monkeypatch.setattr(settings, "STEP_UP_MINUTES", 100_000)
    yield
    # Nor is it counted against whoever asks next from this address.
    cache.clear()


@pytest.fixture
def worlds(unit: BusinessUnit, other_unit: BusinessUnit) -> Worlds:
    """One object of each kind in each of two units."""
    questionnaire = small_questionnaire()
    # Published on first need, like the method: not by whichever page happens to be asked first.
    builtin()
    return Worlds(
        make_world(unit, questionnaire, word="Quillfeather"),
        make_world(other_unit, questionnaire, word="Umbersmith"),
    )


@dataclass(frozen=True)
class Answer:
    """What came back. `status` is "in" where the answer is to sign in first."""

    status: str
    text: str
    events: int
    unprotected: tuple[str, ...]
    """What its headers leave a browser free to do."""


Ask = Callable[..., Answer]


@pytest.fixture
def ask(request: pytest.FixtureRequest) -> Ask:
    """Ask for a line of the table as a persona: `ask("legal", line, world)`.

    Whatever the answer changes is undone, so that every line meets the same world.
    """
    sessions: dict[str, Any] = {}

    def browser(persona: str) -> Client:
        if persona not in sessions:
            sessions[persona] = request.getfixturevalue(persona)
        who = sessions[persona]
        if isinstance(who, Program):
            return Client(headers=who.headers)
        fresh = Client()
        if isinstance(who, Person):
            # Some pages end the session they are asked in.
            name = settings.SESSION_COOKIE_NAME
            fresh.cookies[name] = who.browser.cookies[name].value
        return fresh

    def ask(
        persona: str,
        line: Line,
        world: World,
        *,
        objects: Mapping[str, Any] | None = None,
        method: str = "",
    ) -> Answer:
        client = browser(persona)
        address = reverse(line.name, kwargs=dict(objects or world.named(line)))
        method, body = method or line.method, world.sent(line)
        before = Event.objects.count()
        with transaction.atomic():
            response = _send(client, method, address, line, body)
            text = b"" if response.status_code == 304 else response.getvalue()
            events = Event.objects.count() - before
            transaction.set_rollback(True)
        status = str(response.status_code)
        if status == "302" and response["Location"].startswith(reverse("account_login") + "?"):
            status = "in"
        if status == "401" and line.method == "POST" and b"You are signed out" in text:
            # The same for a form that holds something: with what was typed.
            status = "in"
        # A download need not be text.
        return Answer(status, text.decode(errors="replace"), events, unprotected(response))

    return ask


def _send(client: Client, method: str, address: str, line: Line, body: dict[str, Any]) -> Any:
    if line.is_api and method != "GET":
        return client.generic(method, address, json.dumps(body), "application/json")
    if method == "POST":
        # A form of ours is never empty: it holds at least the token against forgery.
        return client.post(address, {"csrfmiddlewaretoken": "-", **body})
    return client.generic(method, address)
