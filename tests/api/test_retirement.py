"""Operations that are going away say so in each answer and in the description."""

from datetime import date

import pytest
from django.test import Client
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import Permission
from accounts.retirement import going_away
from config.urls import urlpatterns as real_urls
from tests.personas import Program

LINK = '<http://testserver/docs>; rel="deprecation"'
GONE_SOON = going_away(
    since=date(2026, 1, 1), gone=date(2026, 8, 1), instead="Ask `get_vendor_score` instead."
)


class Old(APIView):
    """Something from before."""

    required_permission = Permission.READ_SCORES

    @GONE_SOON
    @extend_schema(operation_id="get_old", tags=["Scores"], responses={200: None})
    def get(self, request: Request) -> Response:
        """Get what was there"""
        return Response({}, headers={"Link": '</more>; rel="next"'})

    @extend_schema(operation_id="make_old", tags=["Scores"], request=None, responses={200: None})
    def post(self, request: Request) -> Response:
        """Make something"""
        return Response({})


urlpatterns = [path("api/v1/old", Old.as_view()), *real_urls]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def test_its_answers_say_since_when_until_when_and_where_to_read_more(api_client: Program) -> None:
    told = ("@1767225600", "Sat, 01 Aug 2026 00:00:00 GMT")
    answer = api_client.browser.get("/api/v1/old")
    assert (answer["Deprecation"], answer["Sunset"]) == told
    assert answer["Link"] == f'</more>; rel="next", {LINK}'
    # Whoever is refused is told, too.
    refused = Client().get("/api/v1/old")
    assert (refused.status_code, refused["Sunset"], refused["Link"]) == (401, told[1], LINK)


def test_other_methods_and_addresses_say_nothing_of_it(api_client: Program) -> None:
    for answer in (
        api_client.browser.post("/api/v1/old"),
        api_client.browser.get("/api/v1/vendors"),
        api_client.browser.get("/api/v1/nowhere"),
    ):
        assert not {"Deprecation", "Sunset"} & set(answer.headers)


def test_the_description_calls_it_deprecated() -> None:
    paths = Client().get("/openapi.json").json()["paths"]
    old, kept = paths["/api/v1/old"]["get"], paths["/api/v1/old"]["post"]
    assert old["deprecated"] is True
    assert "gone from 2026-08-01 on. Ask `get_vendor_score` instead." in old["description"]
    assert {"Deprecation", "Sunset"} <= old["responses"]["401"]["headers"].keys()
    assert "deprecated" not in kept


def test_nothing_goes_away_sooner_than_was_promised() -> None:
    with pytest.raises(ValueError, match="notice"):
        going_away(since=date(2026, 1, 1), gone=date(2026, 5, 1), instead="")
