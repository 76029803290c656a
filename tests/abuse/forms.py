"""What the forms of a page send."""

import re
from html.parser import HTMLParser

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Fields(HTMLParser):
    """Names and present values of what the forms of a page send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.texts: set[str] = set()
        #: Those in which one chooses a row: a list of choices, or what holds the id of one.
        self.chosen: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        if tag not in {"input", "textarea", "select", "button"} or not name:
            return
        kind = said.get("type") or "text"
        if kind in {"file", "submit", "reset"}:
            return
        self.sent.setdefault(name, said.get("value") or "")
        if tag == "select" or _ID.fullmatch(said.get("value") or ""):
            self.chosen.add(name)
        if tag in {"textarea", "select"} or kind in {"text", "search", "email", "url", "number"}:
            self.texts.add(name)
