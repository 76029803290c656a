"""What requests and answers look like: one story through the whole description of the API.

An example is kept under the name of its shape, and stands wherever that shape is taken or given.
Pages are made of their items. Where one operation shows something else, its example is kept under
`operation_id` for its answers, `operation_id 201` for one of them, `operation_id text/csv` for one
media type, `operation_id takes` for what is sent. tests/api/test_examples.py holds each to its
schema.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

from config.examples import (
    assessments,
    engagements,
    facts,
    leaving,
    reports,
    rules,
    scores,
    vendors,
)

_GROUPS: Final = (assessments, engagements, facts, leaving, reports, rules, scores, vendors)
#: Name of a shape, or of an operation -> what it looks like.
EXAMPLES: Final[dict[str, Any]] = dict(
    chain.from_iterable(group.EXAMPLES.items() for group in _GROUPS)
)


def attach(operation: Mapping[str, Any], shapes: Mapping[str, Any]) -> None:
    """Put the examples beside the bodies of an operation. `shapes` are the document's schemas."""
    for names, body in _bodies(operation):
        if (example := _example(names, body["schema"], shapes)) is not None:
            body["example"] = example


def names_of(operation: Mapping[str, Any]) -> Iterator[str]:
    """Each name under which examples of an operation may be kept."""
    for names, body in _bodies(operation):
        yield from names
        yield _shape(body["schema"])


def _bodies(operation: Mapping[str, Any]) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """What is sent and what comes back when all is well, each with names of its own."""
    name = operation["operationId"]
    for body in operation.get("requestBody", {}).get("content", {}).values():
        yield [f"{name} takes"], body
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            for media_type, body in response.get("content", {}).items():
                yield [f"{name} {status}", f"{name} {media_type}", name], body


def _example(names: list[str], schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> Any:
    shape = _shape(schema)
    for name in (*names, shape):
        if name in EXAMPLES:
            return EXAMPLES[name]
    members = shapes.get(shape, {}).get("properties", {})
    if set(members) == {"items", "next"}:
        return {"items": [EXAMPLES[_shape(members["items"]["items"])]], "next": None}
    return None


def _shape(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
