"""What the forms of recorded facts share: rows as form values, joined after a conflict."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.number_fields import DecimalField
from vendors.forms.vendor import BaseForm, Choices, country_choices, currency_choices

#: A choice of three where a box could say only two.
YES_NO: Choices = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]


def flat(value: Any) -> Any:
    """A value as a form holds it and as JSON keeps it, so that two can be compared."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return value
    return str(value).replace("\r\n", "\n").strip()


def truth(value: str) -> bool | None:
    """ "yes", "no" or "" as the services take it."""
    return {"yes": True, "no": False}.get(value)


class FactForm(BaseForm):
    """Base of these forms. `FIELDS` are those of the row; a new row has no `base` to be out of."""

    FIELDS: ClassVar[Sequence[str]] = ()
    #: Fields that hold a yes, a no or nothing.
    TRUTHS: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].required = False
        for name, field in self.fields.items():
            if not isinstance(field, forms.ChoiceField) or field.choices:
                continue
            if name.endswith("currency"):
                field.choices = currency_choices("" if field.required else _("Not given"))
            elif name.endswith("country"):
                field.choices = country_choices(_("Not known"))

    @classmethod
    def of_row(cls, row: Any) -> dict[str, Any]:
        """The row as the form holds it."""
        return {name: flat(getattr(row, name)) for name in cls.FIELDS}

    @classmethod
    def opened_on(cls, row: Any) -> dict[str, Any]:
        """Initial values, with what the row held when it was opened."""
        values = cls.of_row(row)
        return {**values, "base": cls.pack(row.version, values)}

    def clean_base(self) -> Any:
        """The values, if nobody has written into the hidden field; nothing of a new row."""
        return super().clean_base() if self.cleaned_data["base"] else None

    def values(self) -> dict[str, Any]:
        """What was typed, in the shape of `of_row`."""
        return {name: flat(self.cleaned_data[name]) for name in self.FIELDS}

    @classmethod
    def taken(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Form values as the services take them."""
        return {
            name: truth(value) if name in cls.TRUTHS else value for name, value in values.items()
        }


def day(label: Any, *, help_text: Any = "") -> forms.DateField:
    """A day that may be left open."""
    return forms.DateField(label=label, help_text=help_text, required=False, widget=forms.DateInput)


def amount(label: Any, *, required: bool = False, help_text: Any = "") -> DecimalField:
    """An amount of money."""
    return DecimalField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=Decimal(0),
        max_digits=16,
        decimal_places=2,
    )


def prose(label: Any, *, rows: int = 3, required: bool = False, help_text: Any = "") -> Any:
    """Text of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )
