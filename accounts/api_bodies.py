"""What bodies may hold: fields that take what the description says they take, and nothing else.

The fields of the framework guess: 7 for a text, "no" for false, 1e3 for an amount. A program that
sends such a thing has a fault, and is told so. Every shape that a request takes is made of these
(tests/api/test_bodies.py).
"""

import re
from typing import Any, ClassVar, Final

from drf_spectacular.drainage import set_override
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

#: How days, times and ids are written, in bodies and in parameters.
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
ID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Text(serializers.CharField):
    """Text and nothing else: a number is not taken for its digits, since 007 and 7 are two ids."""

    def run_validation(self, data: Any = empty) -> Any:
        """ValidationError for more than `max_length` characters, blanks around them counted."""
        if isinstance(data, str) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        """ValidationError for a number."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Email(Text, serializers.EmailField):
    """An e-mail address, without blanks around it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(trim_whitespace=False, **more)


class Flag(serializers.BooleanField):
    """true or false; not 1, and no word for it."""

    def to_internal_value(self, data: Any) -> bool:
        """ValidationError for anything else."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A number without decimals; not in quotes."""

    def to_internal_value(self, data: Any) -> int:
        """ValidationError for text and truth values."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Number(serializers.FloatField):
    """A number of which no digit is counted, such as a weight; not in quotes."""

    def to_internal_value(self, data: Any) -> float:
        """ValidationError for text and truth values."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return float(super().to_internal_value(data))


class Amount(serializers.DecimalField):
    """A decimal whose digits count, as text: many programs read a JSON number as a binary one."""

    default_error_messages: ClassVar = {"invalid": 'Give a number as text, such as "12.50".'}

    def __init__(self, max_digits: int, decimal_places: int, **more: Any) -> None:
        super().__init__(max_digits, decimal_places, **more)
        sign = "" if self.min_value is not None and self.min_value >= 0 else "-?"
        whole = max_digits - decimal_places
        self._form = f"{sign}[0-9]{{1,{whole}}}(\\.[0-9]{{1,{decimal_places}}})?"
        said = {"type": "string", "format": "decimal", "pattern": f"^{self._form}$"}
        set_override(self, "field", said)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Nothing is null or left out, not an empty text."""
        return serializers.Field.validate_empty_values(self, data)

    def to_internal_value(self, data: Any) -> Any:
        """A Decimal. ValidationError for a JSON number, an exponent, or too many digits."""
        if not isinstance(data, str):
            self.fail("invalid")
        value = super().to_internal_value(data)
        if not re.fullmatch(self._form, data):
            self.fail("invalid")
        return value


class Day(serializers.DateField):
    """A day as YYYY-MM-DD."""

    def to_internal_value(self, data: Any) -> Any:
        """A date. ValidationError for other spellings of one."""
        if not isinstance(data, str) or not DAY.fullmatch(data):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(data)


class Instant(serializers.DateTimeField):
    """A time with its zone (RFC 3339)."""

    default_error_messages: ClassVar = {"invalid": "Give a time as 2026-01-31T12:00:00Z."}

    def to_internal_value(self, data: Any) -> Any:
        """A datetime. ValidationError for a time without a zone, which would be guessed."""
        if not isinstance(data, str) or not INSTANT.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data.upper())


class Id(serializers.UUIDField):
    """A UUID with its hyphens."""

    def to_internal_value(self, data: Any) -> Any:
        """A UUID. ValidationError for other spellings of one."""
        if not isinstance(data, str) or not ID.fullmatch(data):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of a few values, each in its own type."""

    def to_internal_value(self, data: Any) -> Any:
        """ValidationError for a number in quotes, or a text without."""
        if isinstance(data, bool) or not isinstance(data, str | int):
            self.fail("invalid_choice", input=data)
        value = super().to_internal_value(data)
        if value != data:
            self.fail("invalid_choice", input=data)
        return value


@extend_schema_field(OpenApiTypes.BINARY)
class Upload(serializers.FileField):
    """The bytes of a file, in a form of several parts."""
