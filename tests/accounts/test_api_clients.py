"""API clients: keys that are shown once, rotated without a gap, and never stored."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import ApiClient, ApiKey, BusinessUnit
from accounts.permissions import SCOPE_PERMISSIONS
from accounts.principal import SYSTEM
from accounts.scope_words import MEANINGS
from accounts.scoping import NotAllowed
from accounts.services import api_clients
from audit import clock
from audit.errors import Invalid
from audit.models import Event
from tests.factories.accounts import make_api_client, make_key
from tests.personas import Person, Program

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)
TODAY = date(2026, 3, 1)


def address(name: str, client: ApiClient, *more: object) -> str:
    return reverse(f"accounts:{name}", args=[client.public_id, *more])


def test_a_client_is_added_and_gets_a_key_that_is_shown_once(
    admin: Person, unit: BusinessUnit
) -> None:
    admin.browser.post(
        reverse("accounts:api_client_add"),
        {"name": "SAP PRD", "scopes": ["scores:read"], "units": [str(unit.pk)]},
    )
    client = ApiClient.objects.get(name="SAP PRD")
    assert list(client.units.all()) == [unit]
    answer = admin.browser.post(
        address("api_key_create", client), {"label": "pilot", "life": "365"}
    )
    found = re.search(r"srt_[\w-]{43}", answer.content.decode())
    assert found
    assert "no-store" in answer["Cache-Control"]
    page = admin.browser.get(address("api_client", client)).content.decode()
    assert found.group()[:12] in page
    assert found.group() not in page


def test_only_the_hash_of_a_key_is_stored_anywhere(api_client: Program) -> None:
    with connection.cursor() as cursor:
        for table in ("accounts_apikey", "audit_event", "audit_eventdetail"):
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",
                [f"%{api_client.key[12:]}%"],
            )
            assert cursor.fetchone() == (0,)
    key = ApiKey.objects.get(client=api_client.client)
    assert bytes(key.hash) == api_clients.hash_of(api_client.key)


def test_keys_are_long_and_random(unit: BusinessUnit) -> None:
    client = make_api_client(unit)
    keys = {make_key(client) for _ in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {47}


def test_a_rotated_key_works_beside_the_new_one_for_a_while(api_client: Program) -> None:
    old = ApiKey.objects.get(client=api_client.client)
    now = clock.now()
    with clock.at(now):
        new = api_clients.rotate_key(
            key=old, overlap=timedelta(days=7), expires_at=now + YEAR, by=SYSTEM
        )
    old.refresh_from_db()
    assert (old.expires_at, old.replaced_by) == (now + timedelta(days=7), new.key)
    assert new.key.expires_at == now + YEAR
    assert new.secret != api_client.key
    with pytest.raises(api_clients.AlreadyReplaced):
        api_clients.rotate_key(key=old, expires_at=now + YEAR, by=SYSTEM)


def test_rotating_never_prolongs_a_key(unit: BusinessUnit) -> None:
    ends = clock.now() + timedelta(days=1)
    key = api_clients.create_key(client=make_api_client(unit), expires_at=ends, by=SYSTEM).key
    api_clients.rotate_key(key=key, overlap=timedelta(days=30), expires_at=None, by=SYSTEM)
    key.refresh_from_db()
    assert key.expires_at == ends


def test_a_key_that_has_ended_is_neither_rotated_nor_revoked_again(api_client: Program) -> None:
    key = ApiKey.objects.get(client=api_client.client)
    api_clients.revoke_key(key=key, by=SYSTEM)
    with pytest.raises(api_clients.AlreadyRevoked):
        api_clients.rotate_key(key=key, expires_at=None, by=SYSTEM)
    with pytest.raises(api_clients.AlreadyRevoked):
        api_clients.revoke_key(key=key, by=SYSTEM)


def test_a_key_cannot_expire_in_the_past(admin: Person, api_client: Program) -> None:
    with pytest.raises(Invalid):
        api_clients.create_key(client=api_client.client, expires_at=clock.now(), by=SYSTEM)
    answer = admin.browser.post(
        address("api_key_create", api_client.client), {"life": "day", "expires_on": "2020-01-01"}
    )
    assert list(answer.context["form"].errors) == ["expires_on"]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({"life": "90"}, 90),
        ({"life": "365"}, 365),
        ({"life": "day", "expires_on": "2031-05-06"}, (date(2031, 5, 6) - TODAY).days),
        ({"life": "none"}, None),
    ],
)
def test_a_key_lives_as_long_as_was_chosen(
    admin: Person, api_client: Program, said: dict[str, str], days: int | None
) -> None:
    with clock.at(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        admin.browser.post(address("api_key_create", api_client.client), {"label": "x", **said})
    ends = ApiKey.objects.get(label="x").expires_at
    assert (ends.date() - TODAY).days == days if ends else days is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "life"),
        ({"life": "day"}, "expires_on"),
        ({"life": "365", "expires_on": "2031-05-06"}, "life"),
    ],
)
def test_a_key_is_never_silently_without_an_end(
    admin: Person, api_client: Program, said: dict[str, str], field: str
) -> None:
    page = address("api_key_create", api_client.client)
    assert admin.browser.get(page).context["form"]["life"].initial == "365"
    answer = admin.browser.post(page, said)
    assert list(answer.context["form"].errors) == [field]
    assert ApiKey.objects.count() == 1


def test_keys_are_rotated_and_revoked_on_their_pages(admin: Person, api_client: Program) -> None:
    key = ApiKey.objects.get(client=api_client.client)
    rotate = address("api_key_rotate", api_client.client, key.pk)
    assert admin.browser.get(rotate).status_code == 200
    answer = admin.browser.post(rotate, {"overlap_days": "1", "life": "365"})
    assert re.search(r"srt_[\w-]{43}", answer.content.decode())
    revoke = address("api_key_revoke", api_client.client, key.pk)
    assert "cannot be undone" in admin.browser.get(revoke).content.decode()
    admin.browser.post(revoke)
    key.refresh_from_db()
    assert key.revoked_at is not None
    types = list(Event.objects.order_by("position").values_list("type", flat=True))
    assert types[-2:] == ["api_client.key_rotated", "api_client.key_revoked"]


def test_a_client_is_switched_off_and_on(admin: Person, api_client: Program) -> None:
    switch = address("api_client_switch", api_client.client)
    assert "Switch off ERP?" in admin.browser.get(switch).content.decode()
    admin.browser.post(switch, {"active": "no"})
    assert not ApiClient.objects.get().is_active
    admin.browser.post(switch, {"active": "yes"})
    assert ApiClient.objects.get().is_active


def test_scopes_units_and_name_are_changed(
    admin: Person, api_client: Program, other_unit: BusinessUnit
) -> None:
    admin.browser.post(
        address("api_client_edit", api_client.client),
        {"name": "ERP 2", "scopes": ["vendors:read"], "units": [str(other_unit.pk)]},
    )
    client = ApiClient.objects.get()
    assert (client.name, client.scopes) == ("ERP 2", ["vendors:read"])
    assert list(client.units.all()) == [other_unit]
    assert Event.objects.get(type="api_client.changed").data["units"] == [str(other_unit.pk)]


def test_an_administrator_of_one_unit_manages_only_clients_that_stay_in_it(
    unit_admin: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    own = make_api_client(unit, name="own")
    make_api_client(other_unit, name="other")
    shared = make_api_client(unit, other_unit, name="shared")
    everywhere = make_api_client(all_units=True, name="everywhere")
    listing = unit_admin.browser.get(reverse("accounts:api_clients"))
    assert [client.name for client in listing.context["page"].rows] == ["own"]
    assert unit_admin.browser.get(address("api_client", own)).status_code == 200
    for client in (shared, everywhere):
        assert unit_admin.browser.get(address("api_client", client)).status_code == 404
        assert unit_admin.browser.post(address("api_key_create", client)).status_code == 404
        with pytest.raises(NotAllowed):
            api_clients.create_key(client=client, expires_at=None, by=unit_admin.principal)
    with pytest.raises(NotAllowed):
        api_clients.add(
            name="x", scopes=["scores:read"], units=[other_unit], by=unit_admin.principal
        )
    with pytest.raises(NotAllowed):
        api_clients.change(
            client=own, name="own", scopes=["scores:read"], all_units=True, by=unit_admin.principal
        )


def test_a_client_without_a_name_scope_or_place_is_refused_at_the_fields(admin: Person) -> None:
    answer = admin.browser.post(reverse("accounts:api_client_add"), {})
    assert set(answer.context["form"].errors) == {"name", "scopes", "units"}
    with pytest.raises(Invalid) as refused:
        api_clients.add(name=" ", scopes=["nonsense"], by=SYSTEM)
    assert set(refused.value.extra["errors"]) == {"name", "scopes", "units"}


def token(client_id: str, secret: str, **more: str) -> tuple[int, dict[str, object]]:
    answer = Client().post(
        reverse("oauth_token"),
        {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
            **more,
        },
    )
    return answer.status_code, answer.json()


def test_client_credentials_give_a_token_with_the_scopes_of_the_client_at_most(
    unit: BusinessUnit,
) -> None:
    client = make_api_client(unit, scopes=["vendors:read"])
    secret = api_clients.create_secret(client=client, by=SYSTEM)
    status, body = token(client.client_id, secret)
    assert (status, body["scope"], body["expires_in"]) == (200, "vendors:read", 3600)
    status, body = token(client.client_id, secret, scope="scores:read")
    assert (status, body["error"]) == (400, "invalid_scope")


def test_a_wrong_secret_a_switched_off_client_or_another_grant_gets_no_token(
    unit: BusinessUnit,
) -> None:
    client = make_api_client(unit)
    secret = api_clients.create_secret(client=client, by=SYSTEM)
    assert token(client.client_id, "wrong")[0] == 401
    assert token(client.client_id, secret, grant_type="password")[0] == 400
    api_clients.switch(client=client, active=False, by=SYSTEM)
    assert token(client.client_id, secret)[0] == 401


def test_a_new_secret_ends_the_one_before_it_and_is_stored_hashed(
    admin: Person, unit: BusinessUnit
) -> None:
    client = make_api_client(unit)
    old = api_clients.create_secret(client=client, by=SYSTEM)
    answer = admin.browser.post(address("api_client_secret", client))
    assert f"curl -u {client.client_id}:" in answer.content.decode()
    new = re.search(r"<code[^>]*>([^<]+)</code>", answer.content.decode())
    assert new
    assert token(client.client_id, old)[0] == 401
    assert token(client.client_id, new.group(1))[0] == 200
    client.refresh_from_db()
    assert new.group(1) not in client.client_secret


def test_no_other_address_of_the_oauth_library_is_served() -> None:
    for path in ("authorize/", "applications/", "revoke_token/", "introspect/", "token/"):
        assert Client().get(f"/oauth/{path}").status_code == 404


@pytest.mark.parametrize("who", ["procurement", "legal", "auditor"])
def test_other_roles_do_not_manage_clients(
    who: str, request: pytest.FixtureRequest, api_client: Program
) -> None:
    person: Person = request.getfixturevalue(who)
    assert person.browser.get(reverse("accounts:api_clients")).status_code == 403
    for name in ("api_client", "api_client_edit", "api_key_create", "api_client_secret"):
        assert person.browser.post(address(name, api_client.client)).status_code in {403, 405}


def test_the_page_says_what_whoever_connects_the_system_has_to_know(
    admin: Person, api_client: Program
) -> None:
    page = admin.browser.get(address("api_client", api_client.client)).content.decode()
    for said in ("/api/v1", "Bearer srt_", "600 requests in 60 seconds", "scores:read", "/docs"):
        assert said in page


def test_a_limit_of_its_own_is_set_shown_and_taken_away(admin: Person, api_client: Program) -> None:
    said = {"name": "ERP", "scopes": ["scores:read"], "units": ["all"]}
    edit = address("api_client_edit", api_client.client)
    admin.browser.post(edit, {**said, "requests_per_minute": "90"})
    page = admin.browser.get(address("api_client", api_client.client)).content.decode()
    assert "At most 90 requests in 60 seconds." in page
    assert Event.objects.get(type="api_client.changed").data["requests_per_minute"] == 90
    admin.browser.post(edit, said)
    assert ApiClient.objects.get().requests_per_minute is None


def test_only_an_administrator_of_all_units_lets_a_client_ask_more_than_others(
    unit_admin: Person, admin: Person, unit: BusinessUnit
) -> None:
    client = make_api_client(unit)
    said = {"name": "ERP", "scopes": ["scores:read"], "units": [str(unit.pk)]}
    edit = address("api_client_edit", client)
    for person, number, refused in ((unit_admin, 601, True), (unit_admin, 600, False)):
        answer = person.browser.post(edit, {**said, "requests_per_minute": str(number)})
        assert (answer.status_code == 200) == refused
    admin.browser.post(edit, {**said, "requests_per_minute": "5000"})
    # What was allowed before may stay.
    assert unit_admin.browser.post(edit, {**said, "requests_per_minute": "5000"}).status_code == 302


def test_the_form_says_of_each_scope_what_it_opens(admin: Person) -> None:
    assert MEANINGS.keys() == SCOPE_PERMISSIONS.keys()
    page = admin.browser.get(reverse("accounts:api_client_add")).content.decode()
    for scope, meaning in MEANINGS.items():
        assert f"{scope}</code>" in page
        assert escape(str(meaning)) in page
