"""Whatever a request may hold is read as the description says, and nothing else is taken for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework import serializers

pytestmark = pytest.mark.django_db

#: What lenient readers take for something else.
GUESSED: list[Any] = [
    None, True, False, 0, 1, 7, -1, 12.0, 1.5, 10**400, [], {}, ["x"], [7], {"x": 1},
    "", " ", "x", "0", "1", "7", "1000", "-1", "1.5", "1e3", "1_000", " 7 ", "\u0661\u0662", ".5",
    "5.", "+5", "NaN", "Infinity", "true", "on", "no", "null", "None",
    "20260105", "2026-1-5", "2026-W01-1", "2026-01-05", "2026-01-05T00:00:00",
    "2026-01-05T00:00Z", "2026-01-05 00:00:00Z", "2026-01-05T00:00:00Z",
    "019a21cd5e927a38b04f96c1d7083e5a", "{019a21cd-5e92-7a38-b04f-96c1d7083e5a}",
    "urn:uuid:019a21cd-5e92-7a38-b04f-96c1d7083e5a", "019a21cd-5e92-7a38-b04f-96c1d7083e5a",
]  # fmt: skip


@pytest.fixture
def document(visitor: Client) -> Any:
    """What the API says of itself."""
    return visitor.get("/openapi.json").json()


def test_no_request_takes_what_its_schema_refuses(document: Any) -> None:
    taken = {
        f"{path} takes {value!r:.60}"
        for path, field, schema in members_of_requests(document)
        for value in (*GUESSED, *around(whole(schema, document)))
        if takes(field, value)
        and not Draft202012Validator(
            {**schema, "components": document["components"]}, format_checker=FormatChecker()
        ).is_valid(value)
    }

    assert taken == set()


def takes(field: Any, value: Any) -> bool:
    """Whether the field reads this value."""
    try:
        field.run_validation(value)
    except serializers.ValidationError:
        return False
    return True


def around(schema: Any) -> Iterator[Any]:
    """What is just past the bounds that a schema names, and choices in another type."""
    if most := schema.get("maxLength"):
        yield from ("x" * (most + 1), " " * (most + 1), "x" + " " * most)
    for choice in schema.get("enum", ()):
        yield str(choice).upper()
        yield str(choice) if isinstance(choice, int) else f" {choice} "
    for bound, step in (("minimum", -1), ("maximum", 1)):
        if bound in schema:
            yield schema[bound] + step
            yield str(schema[bound])


def members_of_requests(document: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each member of each JSON body, at any depth: its path, its field and its schema."""
    shapes = {shape.__name__: shape for shape in _below(serializers.Serializer)}
    for path in document["paths"].values():
        for operation in path.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                shape = shapes[schema["$ref"].rpartition("/")[2]]
                yield from _members(operation["operationId"], shape(), schema, document)


def _below(shape: Any) -> Iterator[Any]:
    for one in shape.__subclasses__():
        yield one
        yield from _below(one)


def _members(path: str, field: Any, schema: Any, document: Any) -> Iterator[tuple[str, Any, Any]]:
    yield path, field, schema
    inner = whole(schema, document)
    if isinstance(field, serializers.Serializer):
        for name, one in field.fields.items():
            yield from _members(f"{path}/{name}", one, inner["properties"][name], document)
    elif isinstance(field, serializers.ListField):
        yield from _members(f"{path}/0", field.child, inner["items"], document)
    elif isinstance(field, serializers.DictField) and "additionalProperties" in inner:
        values = inner["additionalProperties"]
        yield from _members(f"{path}/*", field.child, values, document)


def whole(schema: Any, document: Any) -> Any:
    """The schema that a reference leads to, also where null may stand instead."""
    for one in (schema, *schema.get("allOf", ()), *schema.get("oneOf", ())):
        if "$ref" in one:
            return document["components"]["schemas"][one["$ref"].rpartition("/")[2]]
    return schema
