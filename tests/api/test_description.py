"""The description of the API: valid, complete, open to read."""

import pytest
from django.test import Client
from django.urls import get_resolver
from openapi_spec_validator import validate

from config import api

pytestmark = pytest.mark.django_db


def test_the_openapi_document_is_valid_and_of_version_3_1(visitor: Client) -> None:
    document = visitor.get("/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_address_of_the_api_is_described_with_a_stable_operation_id(visitor: Client) -> None:
    document = visitor.get("/openapi.json").json()
    operations = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    ]

    assert len(document["paths"]) == len(api.v1)
    assert len(set(operations)) == len(operations)
    assert "get_vendor_score" in operations


def test_the_documentation_page_loads_only_our_own_files(visitor: Client) -> None:
    page = visitor.get("/docs")

    assert page.status_code == 200
    assert "//cdn" not in page.content.decode()
    assert get_resolver().resolve("/docs").url_name == "api-docs"
