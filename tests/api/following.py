"""Reading the change feed as a program does: one page, or all that follow a token."""

from typing import Any
from urllib.parse import urlencode

from tests.personas import Program


def asked(program: Program, **query: Any) -> dict[str, Any]:
    """An answer of the feed."""
    response = program.browser.get(f"/api/v1/changes?{urlencode(query)}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def followed(program: Program, after: str = "", limit: int = 500) -> list[dict[str, Any]]:
    """All changes from a token on, page by page."""
    items: list[dict[str, Any]] = []
    for _ in range(200):
        page = asked(program, after=after, limit=limit)
        items += page["items"]
        after = page["next"]
        if not page["more"]:
            return items
    raise AssertionError("The feed does not end.")
