"""Writes the inputs of forms without a template each.

Django renders every option of a select through a template of its own, and its attributes through
another one. A page with three lists of countries spends most of its time there. What is written
is the same; widgets that are not known here go to Django's templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_FOLDER: Final = "django/forms/widgets/"
_INPUTS: Final = frozenset(
    f"{_FOLDER}{name}.html"
    for name in (
        "checkbox", "date", "email", "hidden", "input", "number", "password", "text", "url",
    )
)  # fmt: skip
_OPTIONS: Final = frozenset({f"{_FOLDER}checkbox_option.html", f"{_FOLDER}radio_option.html"})
_SELECT: Final = f"{_FOLDER}select.html"
_SEVERAL: Final = f"{_FOLDER}multiwidget.html"


class FormRenderer(DjangoTemplates):
    """Django's own renderer, quicker for what pages hold most of."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """The HTML of a widget, or of whatever else is asked for by the name of its template."""
        widget = context.get("widget")
        if widget is not None:
            if template_name in _INPUTS:
                return mark_safe(_input(widget))  # noqa: S308 - every value in it is escaped
            if template_name in _OPTIONS and not widget.get("wrap_label"):
                return mark_safe(_input(widget))  # noqa: S308
            if template_name == _SELECT:
                return mark_safe(_select(widget))  # noqa: S308
            if template_name == _SEVERAL:
                parts = (
                    self.render(part["template_name"], {"widget": part}, request)
                    for part in widget["subwidgets"]
                )
                return mark_safe("".join(parts))  # noqa: S308
        return mark_safe(super().render(template_name, context, request))  # noqa: S308


def _text(value: object) -> str:
    """A value as text for HTML; numbers and dates as Python writes them, not as the reader does."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    kind, name = _text(widget["type"]), _text(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _select(widget: Mapping[str, Any]) -> str:
    lines = [f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            lines.append(f'  <optgroup label="{_text(group)}">')
        lines += [
            f'  <option value="{_text(option["value"])}"{_attributes(option["attrs"])}>'
            f"{_text(option['label'])}</option>"
            for option in options
        ]
        if group:
            lines.append("  </optgroup>")
    lines.append("</select>")
    return "\n".join(lines)
