"""The operations of the API as its document describes them, and what they cannot be sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker

PROBLEM = "application/problem+json"
SCOPES = list(settings.OAUTH2_PROVIDER["SCOPES"])


@dataclass(frozen=True)
class Operation:
    """An operation as the document describes it."""

    name: str
    method: str
    path: str
    said: Mapping[str, Any]

    @property
    def scopes(self) -> set[str]:
        """Those of which one is enough."""
        return {scope for one in self.said["security"] for scope in one.get("oauth2", ())}

    @property
    def parts(self) -> list[str]:
        """The parameters of its path, from left to right."""
        return re.findall(r"{(\w+)}", self.path)

    def parameters(self, where: str) -> dict[str, Mapping[str, Any]]:
        """Name -> schema of its parameters in `where` ("query", "header")."""
        given = self.said.get("parameters", ())
        return {one["name"]: one["schema"] for one in given if one["in"] == where}

    @property
    def takes(self) -> Mapping[str, Any]:
        """Content type -> what it says of the body."""
        found: Mapping[str, Any] = self.said.get("requestBody", {}).get("content", {})
        return found

    def at(self, objects: Mapping[str, str]) -> str:
        """Its address with these rows in it."""
        return self.path.format(**objects)


def operations_of(document: Any) -> Iterator[Operation]:
    """All that the document names."""
    for path, item in document["paths"].items():
        for method, said in item.items():
            yield Operation(said["operationId"], method, path, said)


def differs(document: Mapping[str, Any], one: Operation, answer: Any) -> str:
    """Where an answer (`rows.Read`) is not what the document describes; "" when it is."""
    content = one.said["responses"][str(answer.status)].get("content", {})
    if not content:
        return str(answer.text)
    if answer.kind not in content:
        return f"{answer.kind} is not described"
    if answer.kind != "application/json":
        return ""
    schema = {**content[answer.kind]["schema"], "components": document["components"]}
    errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(answer.said)
    return "; ".join(f"{error.json_path}: {error.message}" for error in errors)


def bad_parameters(one: Operation) -> Iterator[tuple[str, str]]:
    """Each typed parameter of a query with what it cannot be."""
    for name, schema in one.parameters("query").items():
        if schema.get("type") == "integer":
            yield name, "0"
            yield name, "many"
        elif "enum" in schema or schema.get("format"):
            yield name, "no-such"


def bad_members(one: Operation, schemas: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each member of a JSON body with what it cannot be."""
    for content, said in one.takes.items():
        found = schemas[said["schema"]["$ref"].rpartition("/")[2]]
        for name, schema in found["properties"].items():
            if content == "application/json":
                several = schema.get("type") in ("array", "object") or "$ref" in schema
                yield name, "no-such" if several else {}
            elif schema.get("format") == "date":
                yield name, "no-such"
