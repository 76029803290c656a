"""Guessing and trying again: links, passwords, keys, tokens; and what their comparison tells."""

import ast
import hmac
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import ApiKey, BusinessUnit, Installation
from accounts.services import api_clients, setup
from assessments.models import PortalLink, PortalSession
from audit import clock
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.assessments import make_assessment
from tests.factories.portal import browser, invited, new_link
from tests.house.code import APPS, files, text, tree
from tests.personas import Program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> Any:
    cache.clear()
    yield
    cache.clear()


def _enter(path: str) -> int:
    return Client().post(path).status_code


def test_a_link_that_was_used_opens_nothing_a_second_time(unit: BusinessUnit) -> None:
    link = new_link(invited(make_assessment(unit)))
    assert _enter(link.path) == 302
    assert _enter(link.path) == 410
    assert PortalSession.objects.count() == 1


def test_reading_a_link_as_mail_scanners_do_does_not_spend_it(unit: BusinessUnit) -> None:
    link = new_link(invited(make_assessment(unit)))
    for method in ("get", "head", "options"):
        getattr(Client(), method)(link.path)
    assert _enter(link.path) == 302


def test_a_link_that_is_out_of_date_opens_nothing(unit: BusinessUnit) -> None:
    link = new_link(invited(make_assessment(unit)))
    with clock.at(clock.now() + timedelta(hours=settings.PORTAL_LINK_HOURS, seconds=1)):
        assert _enter(link.path) == 410


def test_guessing_a_link_ends_after_five_tries_and_for_an_address_after_thirty(
    unit: BusinessUnit,
) -> None:
    link = new_link(invited(make_assessment(unit)))
    guess = link.path[:-4] + "AAA/"
    said = [_enter(guess) for _one in range(6)]
    assert said == [404, 404, 404, 404, 423, 423]
    assert _enter(link.path) == 423
    others = [f"/portal/enter/00000000-0000-7000-8000-{number:012}/x/" for number in range(40)]
    assert _enter(others[0]) == 404
    assert 429 in {_enter(one) for one in others}


def test_a_session_of_the_portal_is_worth_nothing_elsewhere_or_after_leaving(
    unit: BusinessUnit,
) -> None:
    one, other = invited(make_assessment(unit)), invited(make_assessment(unit))
    visit = browser(one)
    assert visit.get(reverse("portal:start", args=[one.pk])).status_code == 200
    assert visit.get(reverse("portal:start", args=[other.pk])).status_code == 401
    token = visit.cookies[settings.PORTAL_COOKIE].value
    visit.post(reverse("portal:leave", args=[one.pk]))
    again = Client()
    again.cookies[settings.PORTAL_COOKIE] = token
    assert again.get(reverse("portal:start", args=[one.pk])).status_code == 401


def test_passwords_are_guessed_five_times_for_one_account_and_twenty_for_one_address() -> None:
    make_user(email="ana@example.com")
    path = reverse("account_login")

    def tried(email: str, password: str = "wrong password here") -> str:
        answer = Client().post(path, {"login": email, "password": password})
        return "in" if answer.status_code == 302 else answer.content.decode()

    for _one in range(5):
        tried("ana@example.com")
    assert tried("ana@example.com", PASSWORD) != "in"
    said = [tried(f"nobody-{number}@example.com") for number in range(25)]
    assert len(set(map(_sentence, said))) >= 2, "after so many, something else is said"
    # An account that is there and one that is not are told in the same words.
    cache.clear()
    make_user(email="leo@example.com")
    assert _sentence(tried("leo@example.com")) == _sentence(tried("no-such@example.com"))


def _sentence(html: str) -> str:
    summary = html.partition('class="error-summary"')[2].partition("</div>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", summary.partition(">")[2]).split())


def test_guessing_keys_is_counted_by_address_whatever_is_sent(settings: Any) -> None:
    settings.API_RATE = "5/min"
    said = [
        Client(headers={"Authorization": f"Bearer srt_{number:043}"}).get("/api/v1/vendors")
        for number in range(8)
    ]
    assert [one.status_code for one in said] == [401] * 5 + [429] * 3
    assert int(said[-1].headers["Retry-After"]) > 0
    assert Client().post("/oauth/token", {"grant_type": "client_credentials"}).status_code == 429


def test_a_key_is_not_found_by_a_part_of_it(api_client: Program) -> None:
    key = api_client.key
    for part in (key[:-1], key[:12], key + "A", key.swapcase(), key[4:], f"{key} ", "srt_%"):
        answer = Client(headers={"X-Api-Key": part}).get("/api/v1/vendors")
        wanted = 200 if part.strip() == key else 401
        assert answer.status_code == wanted, part


def test_keys_links_and_tokens_are_random_and_kept_as_hashes(
    unit: BusinessUnit, api_client: Program
) -> None:
    """192 bits and more, so that guessing is out of the question; none to be read in a backup."""
    assert api_clients._SECRET_BYTES >= 32
    assert setup._TOKEN_BYTES >= 24
    link = new_link(invited(make_assessment(unit)))
    assert len(link.token) >= 43
    [key] = ApiKey.objects.filter(client=api_client.client)
    kept = PortalLink.objects.get(pk=link.link.pk)
    for row, secret in ((key, api_client.key), (kept, link.token)):
        said = str({one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields})
        assert secret not in said
    token = setup.new_token() if not Installation.objects.exists() else None
    if token:
        assert token not in str(list(Installation.objects.values()))


#: Where something that was sent is compared with something secret.
COMPARES = {
    "accounts/api.py", "accounts/services/setup.py", "assessments/services/entering.py",
    "audit/verify.py", "config/metrics.py",
}  # fmt: skip


def _compared_plainly(name: str) -> list[str]:
    """`==` between what is called a secret and something that is no constant."""
    found = []
    for node in ast.walk(tree(name)):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            continue
        sides = [node.left, *node.comparators]
        if any(isinstance(one, ast.Constant) for one in sides):
            continue
        called = {
            one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in sides
        }
        if called & {"token", "secret", "signature", "token_hash", "password"}:
            found.append(f"{name}:{node.lineno}")
    return found


def test_secrets_are_compared_in_a_time_that_tells_nothing() -> None:
    for name in COMPARES:
        assert "compare_digest(" in text(name) or "constant_time_compare(" in text(name), name
    plainly = [
        one
        for name in files(".py", under=(*APPS, "config"))
        # The demo compares a password of its own with the one it is told, on one machine.
        if "/migrations/" not in name and name != "config/demo_data.py"
        for one in _compared_plainly(name)
    ]
    assert plainly == []


def test_an_unknown_key_is_hashed_and_compared_like_a_known_one(
    api_client: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way through is one: no early answer tells that the beginning of a key exists."""
    compared: list[int] = []

    def noted(one: bytes, other: bytes) -> bool:
        compared.append(len(other))
        return hmac.compare_digest(one, other)

    monkeypatch.setattr("accounts.api.compare_digest", noted)
    for key in (api_client.key[:-4] + "AAAA", "srt_" + "B" * 43):
        assert Client(headers={"X-Api-Key": key}).get("/api/v1/vendors").status_code == 401
    assert compared == [32, 32]
