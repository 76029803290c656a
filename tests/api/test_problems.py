"""Errors of the API: problem documents, whatever goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.personas import Program

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


@contextmanager
def database_down() -> Iterator[None]:
    """Every query fails as it does when the server has gone away."""

    def gone(*_args: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(gone):
        yield


def test_without_a_key_the_answer_is_401_and_says_how_to_authenticate(visitor: Client) -> None:
    response = visitor.get("/api/v1/vendors")

    assert response.status_code == 401
    assert response.headers["Content-Type"] == PROBLEM
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_address_that_does_not_exist_is_a_problem_document_and_no_page(
    api_client: Program,
) -> None:
    response = api_client.browser.get("/api/v1/nothing-here")

    assert response.status_code == 404
    assert response.headers["Content-Type"] == PROBLEM
    assert response.json()["status"] == 404


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{not json", "application/json", 400),
        ("<a/>", "application/xml", 415),
        ('{"items": []}', "application/json", 400),
        ('{"items": [{"system": "erp"}]}', "application/json", 400),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_with_a_problem_document(
    api_client: Program, body: str, content_type: str, status: int
) -> None:
    response = api_client.browser.post("/api/v1/scores/lookup", body, content_type=content_type)

    assert response.status_code == status
    assert response.headers["Content-Type"] == PROBLEM


def test_an_error_in_a_list_points_at_its_item(api_client: Program) -> None:
    response = api_client.browser.post(
        "/api/v1/scores/lookup",
        {"items": [{"system": "erp", "id": "1"}, {"system": "erp"}]},
        content_type="application/json",
    )

    assert response.json()["errors"] == [
        {"pointer": "/items/1/id", "detail": "This field is required."}
    ]


def test_a_method_that_an_address_does_not_know_is_405(api_client: Program) -> None:
    response = api_client.browser.delete("/api/v1/scores")

    assert response.status_code == 405
    assert response.headers["Content-Type"] == PROBLEM


def test_a_database_that_is_down_is_503_and_says_when_to_come_back(api_client: Program) -> None:
    browser = api_client.browser
    with database_down():
        response = browser.get("/api/v1/vendors")

    assert response.status_code == 503
    assert response.headers["Content-Type"] == PROBLEM
    assert int(response.headers["Retry-After"]) > 0
