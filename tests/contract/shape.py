"""What clients rely on, as sorted lines: operations, parameters, and members of bodies.

`tests/contract/shape.txt` is the contract: lines may be added, none may go. After adding to the
API, write it anew by `.venv/bin/python -m tests.contract.shape` (with the settings of any
installation in the environment) and look at what changed.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("shape.txt")
_DEEPEST: Final = 6


def lines(document: Mapping[str, Any]) -> list[str]:
    """One line per thing that a client may rely on."""
    return sorted({line for path in document["paths"].items() for line in _path(document, *path)})


def promised() -> list[str]:
    """The lines as they are checked in."""
    return FILE.read_text(encoding="utf-8").splitlines()


def _path(document: Mapping[str, Any], path: str, item: Mapping[str, Any]) -> Iterator[str]:
    for method, operation in item.items():
        name = operation["operationId"]
        yield f"{name} = {method.upper()} {path}"
        for one in operation.get("parameters", ()):
            need = " required" if one.get("required") and one["in"] != "path" else ""
            yield f"{name} {one['in']} {one['name']}{need}"
        for body in operation.get("requestBody", {}).get("content", {}).values():
            for member in _members(document, body["schema"]):
                yield f"{name} takes {member}"
        for status, response in operation["responses"].items():
            if status < "400":
                yield f"{name} answers {status}"
                for body in response.get("content", {}).values():
                    for member in _members(document, body["schema"]):
                        yield f"{name} {status} {member}"


def _members(
    document: Mapping[str, Any], schema: Mapping[str, Any], at: str = "", depth: int = 0
) -> Iterator[str]:
    """Each member as a path such as `items[].rating.score: string`."""
    if depth > _DEEPEST:
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _members(document, document["components"]["schemas"][name], at, depth)
        return
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _members(document, part, at, depth)
    if "items" in schema:
        yield from _members(document, schema["items"], f"{at}[]", depth + 1)
    for name, inner in schema.get("properties", {}).items():
        here = f"{at}.{name}" if at else name
        yield here
        yield from _members(document, inner, here, depth + 1)


if __name__ == "__main__":
    import django

    django.setup()
    from drf_spectacular.generators import SchemaGenerator

    found = lines(SchemaGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]
    FILE.write_text("\n".join(found) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} lines\n")
