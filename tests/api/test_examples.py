"""The examples in the description: one for whatever is sent or comes back, each as it says."""

import csv
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from accounts.models import BusinessUnit
from config import examples
from tests.api import exporting
from tests.personas import Program

pytestmark = pytest.mark.django_db

JSON = "application/json"
AN_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


@pytest.fixture
def document(visitor: Client) -> Any:
    """What the API says of itself."""
    return visitor.get("/openapi.json").json()


def operations(document: Any) -> Iterator[Any]:
    """All of them."""
    return (operation for path in document["paths"].values() for operation in path.values())


def bodies(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Whose it is, its media type, and the body: of requests, and of answers without trouble."""
    for operation in operations(document):
        name = operation["operationId"]
        for media_type, body in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} takes", media_type, body
        for status, response in operation["responses"].items():
            if status < "300":
                for media_type, body in response.get("content", {}).items():
                    yield f"{name} {status}", media_type, body


def test_whatever_is_sent_or_comes_back_has_an_example(document: Any) -> None:
    without = [
        name
        for name, media_type, body in bodies(document)
        if not media_type.endswith(("sheet", "/pdf")) and "example" not in body
    ]

    assert without == []


def test_each_example_is_as_its_schema_says(document: Any) -> None:
    wrong = [
        f"{name}: {error.json_path}: {error.message}"
        for name, media_type, body in bodies(document)
        if "example" in body and media_type == JSON
        for error in Draft202012Validator(
            {**body["schema"], "components": document["components"]},
            format_checker=FormatChecker(),
        ).iter_errors(body["example"])
    ]

    assert wrong == []


def test_an_example_shows_no_member_that_its_schema_does_not_know(document: Any) -> None:
    shapes = document["components"]["schemas"]
    unknown = {
        f"{name}: {member}"
        for name, _media_type, body in bodies(document)
        if "$ref" in body["schema"]
        for member in set(body["example"])
        - set(shapes[body["schema"]["$ref"].rpartition("/")[2]]["properties"])
    }

    assert unknown == set()


def test_the_rows_of_an_export_have_the_members_and_columns_of_a_real_one(
    document: Any, api_client: Program, unit: BusinessUnit
) -> None:
    exporting.known(unit, "Aalto")
    shown = {
        media_type: body["example"]
        for name, media_type, body in bodies(document)
        if name == "get_export_content 200" and "example" in body
    }
    [row] = exporting.lines(api_client)
    table = exporting.content(api_client, exporting.made(api_client, format="csv")).decode()

    assert list(json.loads(shown["application/x-ndjson"])) == list(row)
    head, cells = csv.reader(shown["text/csv"].splitlines())
    assert head == next(csv.reader(table.splitlines()))
    assert len(cells) == len(head)


def test_no_example_is_kept_for_what_is_gone(document: Any) -> None:
    items = {
        members["items"]["items"].get("$ref", "").rpartition("/")[2]
        for shape in document["components"]["schemas"].values()
        if "items" in (members := shape.get("properties", {}))
    }
    used = {name for one in operations(document) for name in examples.names_of(one)}

    assert set(examples.EXAMPLES) - used - items == set()


def test_ids_in_examples_are_of_version_7_as_ours_are(document: Any) -> None:
    shown = AN_ID.findall(str([body.get("example") for _name, _type, body in bodies(document)]))

    assert {UUID(one).version for one in shown} == {7}


def test_every_tag_says_what_it_is_about(document: Any) -> None:
    assert [tag["name"] for tag in document["tags"] if not tag.get("description")] == []
