"""Every address, every role: the table of `matrix.txt` against what really happens."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.permissions import Role
from tests.access.conftest import Ask, Worlds
from tests.access.matrix import HERE, NOT_OBJECTS, REFUSED_BEFORE_LOOKING, lines, routes
from tests.access.world import texts
from tests.factories.accounts import make_user
from tests.personas import Person

LINES = lines()
#: Reading that is itself noted in the record: who was given which file.
NOTED = {"vendors:evidence_file", "accounts:log_bundle"}


def test_every_address_is_in_the_table_and_the_table_holds_no_other() -> None:
    served = {route.name for route in routes()}
    assert {line.name for line in LINES} == served
    assert "" not in served


def test_every_address_has_one_line_for_reading_and_one_for_writing() -> None:
    expected = sorted((route.name, method) for route in routes() for method in ("GET", "POST"))
    assert sorted((line.name, line.method) for line in LINES) == expected


def test_every_line_names_the_objects_of_its_address() -> None:
    parameters = {route.name: route.parameters for route in routes()}
    for line in LINES:
        assert set(line.objects) == parameters[line.name], line
        hides = bool(set(line.objects.values()) - NOT_OBJECTS)
        assert line.far == ("404" if hides else "-"), line


@pytest.mark.parametrize("column", HERE)
def test_each_role_gets_what_the_table_says(column: str, worlds: Worlds, ask: Ask) -> None:
    wrong: list[str] = []
    for line in LINES:
        answer = ask(HERE[column], line, worlds.here)
        if answer.status != line.expected[column]:
            wrong.append(f"{line}: {answer.status}, not {line.expected[column]}")
        if answer.unprotected:
            wrong.append(f"{line}: {answer.unprotected}")
        if answer.events and line.method == "GET" and line.name not in NOTED:
            wrong.append(f"{line}: reading wrote {answer.events} events")
        if answer.events and answer.status in REFUSED_BEFORE_LOOKING:
            wrong.append(f"{line}: refused, and {answer.events} events were written")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("persona", ["admin", "outsider_admin", "visitor"])
def test_no_other_method_is_a_way_in(persona: str, worlds: Worlds, ask: Ask) -> None:
    """Methods that no page is made for write nothing, and read at most what GET reads."""
    for line in (one for one in LINES if one.method == "GET"):
        for method in ("PUT", "PATCH", "DELETE"):
            objects = worlds.here.named(line)
            answer = ask(persona, line, worlds.here, method=method)
            assert answer.status in {"200", "302", "in", "400", "401", "403", "404", "405"}, line
            assert answer.events == 0, line
            if persona != "admin":
                kept_back = worlds.here.kept_back() - texts(objects)
                assert not any(one in answer.text for one in kept_back), line


def test_whoever_lost_every_role_reads_nothing_with_the_session_they_had(
    worlds: Worlds, ask: Ask, procurement: Person
) -> None:
    Membership.objects.filter(user=procurement.user).delete()
    for line in LINES:
        answer = ask("procurement", line, worlds.here)
        assert answer.status == line.expected["none"], line


def test_an_account_that_was_switched_off_is_a_visitor_at_once(
    worlds: Worlds, ask: Ask, procurement: Person
) -> None:
    procurement.browser.get("/")  # signed in while the account was on
    procurement.user.is_active = False
    procurement.user.save(update_fields=["is_active"])
    for line in LINES:
        answer = ask("procurement", line, worlds.here)
        assert answer.status == line.expected["visitor"], line


def test_a_client_without_scopes_or_switched_off_gets_nothing(
    worlds: Worlds, ask: Ask, request: pytest.FixtureRequest
) -> None:
    program = request.getfixturevalue("api_client")
    guarded = [one for one in LINES if one.is_api and one.expected["client"] != "405"]
    program.client.scopes = []
    program.client.save(update_fields=["scopes"])
    for line in guarded:
        assert ask("api_client", line, worlds.here).status == "403", line
    program.client.is_active = False
    program.client.save(update_fields=["is_active"])
    for line in guarded:
        assert ask("api_client", line, worlds.here).status == "401", line


def test_a_post_from_another_site_is_refused_on_every_page(worlds: Worlds, admin: Person) -> None:
    """Without the token of one of our own pages nothing is done for a signed-in browser."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user(Role.ADMINISTRATOR))
    for line in LINES:
        # Mail programs stop letters by a POST of their own: the signed token is the proof. Below
        # the API there is nothing, whoever asks and from where. A provider posts to its own address
        # with a signature, to us or, where there is none, to nobody.
        if line.name in {
            "oauth_token",
            "accounts:unsubscribe",
            "api_nothing_here",
            "saml_acs",
        }:
            continue
        if line.method != "POST" or line.is_api:
            continue
        response = browser.post(reverse(line.name, kwargs=worlds.here.named(line)))
        assert response.status_code in (403, 405), line
