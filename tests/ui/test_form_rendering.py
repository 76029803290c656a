"""Inputs that are written without templates are those that Django's templates write."""

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from accounts.form_rendering import FormRenderer


class Pair(forms.MultiWidget):
    """Two widgets for one field."""

    def decompress(self, value: Any) -> list[Any]:
        """The values, as they are."""
        return list(value or ())


NASTY = "<b>\"&'"
GROUPS = [("", "None"), ("Often", [("EUR", "Euro"), (NASTY, NASTY)]), ("x", mark_safe("<i>x</i>"))]
CASES = [
    (forms.TextInput(attrs={"class": NASTY, "data-on": True, "data-off": False}), NASTY),
    (forms.TextInput(), None),
    (forms.NumberInput(attrs={"min": 1000}), 1234567),
    (forms.DateInput(format="%Y-%m-%d"), date(2026, 1, 31)),
    (forms.HiddenInput(), 0),
    (forms.PasswordInput(), "secret"),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.Textarea(), NASTY),
    (forms.Select(choices=GROUPS), NASTY),
    (forms.Select(choices=GROUPS, attrs={"disabled": True}), None),
    (forms.SelectMultiple(choices=GROUPS), ["EUR", "x"]),
    (forms.RadioSelect(choices=GROUPS), "EUR"),
    (forms.CheckboxSelectMultiple(choices=GROUPS), ["EUR"]),
    (Pair([forms.TextInput(), forms.Select(choices=GROUPS)]), ["a", "EUR"]),
]


def spaced(html: str) -> str:
    """HTML without what only the layout of a template put in."""
    return re.sub(r"\s*\n\s*", "", html).strip()


@pytest.mark.parametrize(("widget", "value"), CASES)
def test_a_widget_is_written_as_its_template_writes_it(widget: forms.Widget, value: object) -> None:
    written = [
        spaced(widget.render("name", value, {"id": "id_name"}, renderer))
        for renderer in (FormRenderer(), DjangoTemplates())
    ]
    assert written[0] == written[1]


@pytest.mark.parametrize("kind", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_a_single_option_is_written_as_its_template_writes_it(
    kind: type[forms.RadioSelect],
) -> None:
    class Form(forms.Form):
        field = forms.ChoiceField(choices=GROUPS[:1] + GROUPS[2:], widget=kind)

    written = [
        [spaced(choice.tag()) for choice in Form(initial={"field": ""}, renderer=renderer)["field"]]
        for renderer in (FormRenderer(), DjangoTemplates())
    ]
    assert written[0] == written[1]
