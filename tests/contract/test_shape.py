"""The API changes by growing: what a client may rely on stays."""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from tests.contract import shape

AGAIN = "Write tests/contract/shape.txt anew (tests/contract/shape.py says how)."


@pytest.fixture
def document(db: None) -> Any:
    """What the API says of itself."""
    return Client().get("/openapi.json").json()


def test_nothing_that_was_promised_is_gone(document: Any) -> None:
    assert set(shape.promised()) - set(shape.lines(document)) == set(), (
        "Changes only add. Operation ids, parameters and members are for good."
    )


def test_what_is_new_is_promised_from_now_on(document: Any) -> None:
    assert set(shape.lines(document)) - set(shape.promised()) == set(), AGAIN


def test_every_operation_says_what_it_does_for_whom_and_how_it_can_fail(document: Any) -> None:
    schemes = set(document["components"]["securitySchemes"])
    scopes = document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            where = f"{method.upper()} {path}"
            assert operation["summary"], where
            assert operation["tags"], where
            assert {name for one in operation["security"] for name in one} == schemes, where
            needed = [one["oauth2"] for one in operation["security"] if "oauth2" in one]
            assert needed, where
            assert all(set(one) <= set(scopes["scopes"]) for one in needed), where
            for status, response in operation["responses"].items():
                assert response["description"], f"{where} {status}"
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], where
            assert {"400", "401", "403", "406", "414", "429", "503"} <= set(
                operation["responses"]
            ), where


def test_every_example_is_one_of_its_schema(document: Any) -> None:
    tried = 0
    for where, schema, example in examples(document, document["paths"], ""):
        whole = {**schema, "components": document["components"]}
        problems = list(Draft202012Validator(whole).iter_errors(example))
        assert not problems, f"{where}: {problems[0].message}"
        tried += 1
    for name, schema in document["components"]["schemas"].items():
        for member, inner in schema.get("properties", {}).items():
            if "example" in inner:
                whole = {**inner, "components": document["components"]}
                problems = list(Draft202012Validator(whole).iter_errors(inner["example"]))
                assert not problems, f"{name}.{member}: {problems[0].message}"
                tried += 1
    assert tried > 500


def examples(document: Any, node: Any, where: str) -> Any:
    """(place, schema, example) of every media type and parameter that has one."""
    if isinstance(node, list):
        for index, inner in enumerate(node):
            yield from examples(document, inner, f"{where}/{index}")
    elif isinstance(node, dict):
        if "schema" in node:
            if "example" in node:
                yield where, node["schema"], node["example"]
            elif "example" in node["schema"]:
                yield where, node["schema"], node["schema"]["example"]
            for name, one in node.get("examples", {}).items():
                yield f"{where}/{name}", node["schema"], one["value"]
        for key, inner in node.items():
            yield from examples(document, inner, f"{where}/{key}")
