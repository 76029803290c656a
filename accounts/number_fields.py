"""Fields for numbers, read and shown with the decimal mark of the reader.

The browser's own number field sends nothing where it cannot read what was typed, so that an amount
was lost without a word. These are fields of text: what cannot be read is refused and still shown.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext as _

from accounts import typed_numbers


def mark() -> str:
    """The decimal mark of the reader's language."""
    return str(formats.get_format("DECIMAL_SEPARATOR"))


def plain(text: str, *, whole: bool = False) -> str:
    """What a reader typed, with a point before the decimals and nothing else between the digits.

    Raises typed_numbers.NoNumber, and ValidationError where the text can be read in two ways.
    """
    try:
        return f"{typed_numbers.read_typed(text, mark(), whole=whole):f}"
    except typed_numbers.TwoWays as doubt:
        raise ValidationError(two_ways(doubt), code="two_ways") from doubt


def two_ways(doubt: typed_numbers.TwoWays) -> str:
    """What to do about a number that can be read in two ways."""
    return _(
        "This can be read as %(large)s or as %(small)s. Write it without a thousands mark."
    ) % {"large": doubt.large, "small": doubt.small}


class _Typed(str):
    """As it was typed, to be shown again as it is."""

    __slots__ = ()


class NumberInput(forms.TextInput):
    """A field of text with the keyboard of numbers."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class _Number(forms.Field):
    widget = NumberInput
    whole = False

    def to_python(self, value: Any) -> Any:
        """The number; Django's own checks follow."""
        if isinstance(value, str) and value.strip():
            try:
                value = plain(value, whole=self.whole)
            except typed_numbers.NoNumber as error:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed."""
        found = super().bound_data(data, initial)
        return _Typed(found) if isinstance(found, str) else found

    def prepare_value(self, value: Any) -> Any:
        """A number of ours as the reader writes it."""
        if value is None or value == "" or isinstance(value, _Typed):
            return value
        return typed_numbers.written(value, mark())


class IntegerField(_Number, forms.IntegerField):
    """A whole number."""

    widget = NumberInput
    whole = True


class DecimalField(_Number, forms.DecimalField):
    """A number kept exactly."""

    widget = NumberInput


class FloatField(_Number, forms.FloatField):
    """A number."""

    widget = NumberInput
