"""Somebody who works with the keyboard alone: Tab, Space, arrows, Enter and letters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

_HERE = """() => {
  const el = document.activeElement;
  if (!el || el === document.body) return null;
  const group = el.type === "radio"
    ? [...el.form.querySelectorAll(`input[type=radio][name="${CSS.escape(el.name)}"]`)]
        .map((one) => one.value) : [];
  // Nothing that sticks to an edge may hide where the focus is.
  const shown = [el, ...(el.labels || [])];
  const box = (el.labels && el.labels[0] && el.offsetWidth < 4 ? el.labels[0] : el)
    .getBoundingClientRect();
  const seen = [0.1, 0.5, 0.9].some((x) => [0.1, 0.5, 0.9].some((y) => {
    const at = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return at && shown.some((one) => one.contains(at));
  }));
  // Of a date, the browser marks the part that is typed; of a tile, the whole tile is marked.
  const marked = el.type === "date" || [null, "::after"].some((part) => {
    const look = getComputedStyle(el, part);
    return look.outlineStyle !== "none" || look.boxShadow !== "none";
  });
  return {
    seen, marked,
    tag: el.tagName.toLowerCase(), type: el.type || "", name: el.name || "",
    value: el.value || "", checked: Boolean(el.checked), group,
    text: (el.innerText || "").replace(/\\s+/g, " ").trim(),
  };
}"""

Wanted = Mapping[str, str | list[str]]


@dataclass
class Typist:
    """Goes through pages stop by stop; counts the fields filled in and what was pressed."""

    page: Page
    fields: int = 0
    presses: int = 0
    pages: list[str] = field(default_factory=list)

    def go(self, until: str, wanted: Wanted | None = None, *, tag: str = "") -> None:
        """As `reach`, and on to the page that Enter leads to."""
        self.reach(until, wanted, tag=tag)
        with self.page.expect_navigation():
            self._press("Enter")

    def press(self, until: str, wanted: Wanted | None = None, *, tag: str = "") -> None:
        """As `reach`, and Enter, which changes the page that is open."""
        self.reach(until, wanted, tag=tag)
        self._press("Enter")

    def reach(self, until: str, wanted: Wanted | None = None, *, tag: str = "") -> None:
        """Fill in what is wanted on the way, and stop on the link or button `until`. Every stop on
        the way can be seen, and shows that the focus is there.

        wanted: name of a field -> the text, the value of a radio button, the label in a list, or
        the values of checkboxes. `tag`: "a" or "button", where both carry the same words.
        """
        left, last = dict(wanted or {}), ""
        for _stop in range(600):
            self._press("Tab")
            here: dict[str, Any] | None = self.page.evaluate(_HERE)
            if here is None:
                continue
            assert here["seen"], f"focus is hidden: {here} on {self.page.url}"
            assert here["marked"], f"focus does not show: {here} on {self.page.url}"
            name = here["name"]
            if here["tag"] in {"a", "button", "summary"}:
                if here["text"].startswith(until) and (not tag or here["tag"] == tag) and not left:
                    self.pages.append(until)
                    return
            elif name in left and name != last:
                self._fill(here, left.pop(name), left)
            last = name
        raise AssertionError(f"never came to {until!r}; not filled in: {sorted(left)}")

    def _fill(self, here: dict[str, Any], value: str | list[str], left: dict[str, Any]) -> None:
        if here["type"] == "checkbox":
            values = value if isinstance(value, list) else [value]
            if here["value"] in values:
                self._press("Space")
                self.fields += 1
                values = [one for one in values if one != here["value"]]
            if values:
                # Another box of the same name comes next.
                left[here["name"]] = values
                self._next_box(here["name"], left)
            return
        self.fields += 1
        if here["type"] == "radio":
            # Tab comes to the button that is chosen, or to the first where none is.
            steps = here["group"].index(value) - here["group"].index(here["value"])
            for _step in range(abs(steps)):
                self._press("ArrowDown" if steps > 0 else "ArrowUp")
            if steps == 0:
                self._press("Space")
        else:
            self.page.keyboard.type(str(value))

    def _next_box(self, name: str, left: dict[str, Any]) -> None:
        for _stop in range(30):
            self._press("Tab")
            here = self.page.evaluate(_HERE)
            if here and here["name"] == name:
                self._fill(here, left.pop(name), left)
                return
        raise AssertionError(f"no more boxes of {name}")

    def _press(self, key: str) -> None:
        self.presses += 1
        self.page.keyboard.press(key)
