"""Template tags for forms: a field with label, help and error; the summary; the filter bar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.utils import formats
from django.utils.translation import gettext as _

register = template.Library()

#: How many filters stand in a narrow window before they fold away.
_ROOM_FOR = 2


def _kind(widget: forms.Widget) -> str:
    """Which layout a widget needs."""
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, (forms.MultiWidget, forms.SelectDateWidget)):
        return "group"
    return "control"


def _dress(field: BoundField, kind: str, suffix: str) -> None:
    """Give the widget the classes and input types of our look; asking twice changes nothing."""
    widget = field.field.widget
    css = {
        "choices": "form-check-input",
        "checkbox": "form-check-input",
    }.get(kind, "form-select" if isinstance(widget, forms.Select) else "form-control")
    present = widget.attrs.get("class", "").split()
    if css not in present:
        widget.attrs["class"] = " ".join([*present, css])
    if field.errors and "is-invalid" not in widget.attrs["class"]:
        widget.attrs["class"] += " is-invalid"
    if isinstance(widget, forms.DateInput):
        # The browser's own date field speaks ISO only, whatever the language of the page.
        widget.input_type = "date"
        widget.format = "%Y-%m-%d"
    if isinstance(widget, forms.NumberInput):
        widget.attrs.setdefault("inputmode", "decimal")
    if suffix:
        widget.attrs["aria-describedby"] = " ".join(
            part for part in (field.aria_describedby, f"{field.auto_id}_suffix") if part
        )


@register.inclusion_tag("_components/field.html")
def field(
    field: BoundField,
    *,
    width: str = "",
    suffix: str = "",
    optional: bool = True,
    hide_label: bool = False,
    inline: bool = False,
) -> dict[str, Any]:
    """One field of a form with label, help text, error and the links between them.

    ``width``: "" (full), "s", "m" or "l". ``suffix``: a unit after the input ("EUR", "days").
    ``optional=False`` leaves out "(optional)". ``inline`` puts short radio choices on one line.
    """
    kind = _kind(field.field.widget)
    _dress(field, kind, suffix)
    return {
        "field": field,
        "kind": kind,
        "width": width,
        "suffix": suffix,
        "optional": optional and not field.field.required,
        "hide_label": hide_label,
        "inline": inline,
    }


def _first_input(field: BoundField) -> str:
    """The id that a link from the error summary jumps to."""
    if _kind(field.field.widget) in {"choices", "group"}:
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


def _problems(source: Any) -> Iterator[tuple[str, Any]]:
    """(target id or "", message) of each error in a form or formset, in page order."""
    if isinstance(source, forms.BaseFormSet):
        yield from (("", message) for message in source.non_form_errors())
        for form in source.forms:
            yield from _problems(form)
        return
    yield from (("", message) for message in source.non_field_errors())
    for bound in source:
        target = "" if bound.is_hidden else _first_input(bound)
        for message in bound.errors:
            # "This field is required" five times over would not say which five.
            yield target, _named(str(bound.label or ""), message)


def _named(label: str, message: Any) -> Any:
    if not label:
        return message
    if label.endswith(("?", "\uff1f")):
        return f"{label} {message}"
    return _("%(field)s: %(problem)s") % {"field": label, "problem": message}


@register.inclusion_tag("_components/error_summary.html")
def error_summary(*sources: Any) -> dict[str, Any]:
    """What is wrong, on top of the page, each line a link to its field.

    Takes forms and formsets; nothing is printed while they have no errors. Plain pairs of
    (id of the field or "", message) may be given as a list as well, and so may forms.
    """
    problems: list[tuple[str, Any]] = []
    for source in sources:
        if not source:
            continue
        if isinstance(source, (list, tuple)):
            for one in source:
                problems.extend(_problems(one) if isinstance(one, forms.BaseForm) else [one])
        elif source.is_bound:
            problems.extend(_problems(source))
    return {"problems": problems}


# --- filters ------------------------------------------------------------------------------------
def _chosen(bound: BoundField, value: str) -> str:
    """The words for one chosen value of a filter."""
    for group, label in getattr(bound.field, "choices", ()):
        options = label if isinstance(label, (list, tuple)) else [(group, label)]
        for key, text in options:
            if str(key) == value:
                return str(text)
    if isinstance(bound.field, forms.DateField):
        with suppress(forms.ValidationError):
            return formats.date_format(bound.field.clean(value), "DATE_FORMAT")
    return _("yes") if isinstance(bound.field, forms.BooleanField) else value


def _chips(form: forms.Form, query: QueryDict) -> Iterator[dict[str, str]]:
    usual: dict[str, str] = getattr(form, "usual", {})
    for bound in form:
        values = [value for value in query.getlist(bound.html_name) if value]
        if usual.get(bound.html_name) in values:
            continue
        for value in values:
            left = query.copy()
            for name in ("after", "before"):
                left.pop(name, None)
            rest = [other for other in values if other != value]
            left.setlist(bound.html_name, rest)
            yield {
                "label": str(bound.label),
                "value": _chosen(bound, value),
                "href": "?" + left.urlencode(),
            }


@register.inclusion_tag("_components/filter_bar.html", takes_context=True)
def filter_bar(
    context: Context, form: forms.Form, label: str = "", autosubmit: bool = False
) -> dict[str, Any]:
    """Filters as a GET form whose state lives in the address, with a chip for each one in force.

    ``form`` is bound to the query (``filterset.form``). Parameters that are not fields of the form
    (the order, a tab) are carried along; paging starts again. More than two fields fold away where
    the window is narrow.
    """
    request = context.get("request")
    query: QueryDict = request.GET if request is not None else QueryDict()
    fields = list(form)
    for bound in fields:
        _dress(bound, _kind(bound.field.widget), "")
    own = {bound.html_name for bound in fields} | {"after", "before"}
    carried = [(name, value) for name in query if name not in own for value in query.getlist(name)]
    clear = QueryDict(mutable=True)
    for name, value in carried:
        clear.appendlist(name, value)
    return {
        "form": form,
        "fields": [(bound, _kind(bound.field.widget)) for bound in fields],
        "carried": carried,
        "chips": list(_chips(form, query)),
        "clear_url": "?" + clear.urlencode(),
        "label": label or _("Filter"),
        "autosubmit": autosubmit,
        "folds": len(form.visible_fields()) > _ROOM_FOR and not form.errors,
    }
