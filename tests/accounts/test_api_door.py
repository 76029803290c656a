"""Who gets into the API: keys, tokens, scopes and how often."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import path, reverse
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.models import ApiClient, ApiKey, BusinessUnit
from accounts.permissions import Permission
from accounts.principal import SYSTEM
from accounts.services import api_clients
from audit import clock
from config.urls import urlpatterns as real_urls
from tests.factories.accounts import make_api_client, make_key
from tests.personas import Person, Program


class Whoami(APIView):
    required_permission = Permission.READ_SCORES

    def get(self, request: Request) -> Response:
        asked = principal_of(request)
        return Response(
            {
                "kind": asked.kind,
                "id": asked.id,
                "units": sorted(str(one) for one in asked.units(Permission.READ_SCORES) or ()),
            }
        )


class Write(APIView):
    required_permission = {"POST": Permission.EDIT_VENDORS}

    def post(self, request: Request) -> Response:
        return Response({})

    def get(self, request: Request) -> Response:
        return Response({})


class Undeclared(APIView):
    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [
    path("api/who", Whoami.as_view()),
    path("api/write", Write.as_view()),
    path("api/undeclared", Undeclared.as_view()),
    *real_urls,
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def token_of(client: ApiClient) -> str:
    """An OAuth2 access token of the client."""
    secret = api_clients.create_secret(client=client, by=SYSTEM)
    answer = Client().post(
        reverse("oauth_token"),
        {
            "grant_type": "client_credentials",
            "client_id": client.client_id,
            "client_secret": secret,
        },
    )
    return str(answer.json()["access_token"])


def bearer(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}"})


def test_a_key_opens_the_api_within_the_units_of_its_client(api_client: Program) -> None:
    answer = api_client.browser.get("/api/who")
    assert answer.status_code == 200
    assert answer.json() == {
        "kind": "client",
        "id": str(api_client.client.public_id),
        "units": [str(unit.pk) for unit in api_client.client.units.all()],
    }


def test_the_key_may_also_come_in_its_own_header(api_client: Program) -> None:
    assert Client(headers={"X-Api-Key": api_client.key}).get("/api/who").status_code == 200


def test_a_key_costs_one_query_while_it_was_used_within_the_minute(
    api_client: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    api_client.browser.get("/api/who")
    with django_assert_num_queries(1):
        api_client.browser.get("/api/who")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer srt_wrong"},
        {"Authorization": "Bearer neither-key-nor-token"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"X-Api-Key": "srt_"},
        {"X-Api-Key": "schlüssel"},
    ],
)
def test_without_a_good_key_the_answer_is_401_and_says_how_to_ask(
    headers: dict[str, str], db: None
) -> None:
    answer = Client(headers=headers).get("/api/who")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_the_right_beginning_with_a_wrong_end_is_no_key(api_client: Program) -> None:
    forged = api_client.key[:-1] + ("A" if api_client.key[-1] != "A" else "B")
    assert bearer(forged).get("/api/who").status_code == 401


def test_a_signed_in_browser_is_nobody_to_the_api(admin: Person) -> None:
    assert admin.browser.get("/api/who").status_code == 401


def test_a_revoked_key_is_refused_at_once(api_client: Program) -> None:
    key = ApiKey.objects.get(client=api_client.client)
    api_clients.revoke_key(key=key, by=SYSTEM)
    answer = api_client.browser.get("/api/who")
    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]


def test_an_expired_key_is_refused_and_says_so(unit: BusinessUnit) -> None:
    client = make_api_client(unit)
    with clock.at(clock.now() - timedelta(days=10)):
        key = api_clients.create_key(
            client=client, expires_at=clock.now() + timedelta(days=1), by=SYSTEM
        )
    answer = bearer(key.secret).get("/api/who")
    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]


def test_a_switched_off_client_is_refused(api_client: Program) -> None:
    api_clients.switch(client=api_client.client, active=False, by=SYSTEM)
    assert api_client.browser.get("/api/who").status_code == 401


def test_a_scope_that_the_client_lacks_is_403(unit: BusinessUnit) -> None:
    key = make_key(make_api_client(unit, scopes=["vendors:read"]))
    assert bearer(key).get("/api/who").status_code == 403


def test_a_view_that_names_no_permission_is_closed(api_client: Program) -> None:
    assert api_client.browser.get("/api/undeclared").status_code == 403


def test_a_permission_may_differ_by_method_and_a_method_without_one_is_closed(
    unit: BusinessUnit,
) -> None:
    key = make_key(make_api_client(unit, scopes=["vendors:write"]))
    assert bearer(key).post("/api/write").status_code == 200
    assert bearer(key).get("/api/write").status_code == 403


def test_last_use_is_noted_at_most_once_a_minute(api_client: Program) -> None:
    start = clock.now()
    for seconds in (0, 20, 59, 61):
        with clock.at(start + timedelta(seconds=seconds)):
            api_client.browser.get("/api/who")
        noted = ApiKey.objects.get(client=api_client.client).last_used_at
        assert noted == start + timedelta(seconds=61 if seconds == 61 else 0)


def test_the_rate_is_told_with_every_answer_and_enforced(
    api_client: Program, settings: Settings
) -> None:
    settings.API_RATE = "3/hour"
    left = [api_client.browser.get("/api/who")["RateLimit"] for _ in range(3)]
    assert [one.partition(";t=")[0] for one in left] == [f'"client";r={n}' for n in (2, 1, 0)]
    answer = api_client.browser.get("/api/who")
    assert answer.status_code == 429
    assert answer["RateLimit-Policy"] == '"client";q=3;w=3600'
    assert 0 < int(answer["Retry-After"]) <= 3601


def test_a_client_with_a_limit_of_its_own_is_held_to_it_with_keys_and_tokens(
    api_client: Program, settings: Settings
) -> None:
    settings.API_RATE = "100/hour"
    ApiClient.objects.update(requests_per_minute=2)
    answers = [api_client.browser.get("/api/who") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1]["RateLimit-Policy"] == '"client";q=2;w=60'
    assert bearer(token_of(api_client.client)).get("/api/who").status_code == 429


def test_one_client_does_not_use_up_the_rate_of_another(
    api_client: Program, outsider_client: Program, settings: Settings
) -> None:
    settings.API_RATE = "1/hour"
    assert api_client.browser.get("/api/who").status_code == 200
    assert api_client.browser.get("/api/who").status_code == 429
    assert outsider_client.browser.get("/api/who").status_code == 200
