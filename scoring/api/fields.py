"""How values look in JSON: the few shapes that every answer of the API uses."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


def points(milli: int | None) -> str | None:
    """Milli-points as a decimal with three places; None stays None and never becomes 0."""
    if milli is None:
        return None
    whole, rest = divmod(abs(milli), 1000)
    return f"{'-' if milli < 0 else ''}{whole}.{rest:03d}"


def share(part: float) -> float:
    """A share from 0 to 1, to four places."""
    return round(float(part), 4)


@extend_schema_field(
    {
        "type": "string",
        "pattern": r"^\d{1,3}\.\d{3}$",
        "example": "31.402",
        "description": "Points from 0.000 (best) to 100.000 (worst).",
    }
)
class Points(serializers.Field[Any, Any, str | None, Any]):
    """Integer milli-points, shown as a decimal with three places."""

    def to_representation(self, value: Any) -> str | None:
        """31402 -> "31.402"."""
        return points(value)


@extend_schema_field(
    {
        "type": "string",
        "pattern": r"^-?\d{1,3}\.\d{3}$",
        "example": "-5.312",
        "description": "A difference in points; below 0 is better.",
    }
)
class Difference(Points):
    """Integer milli-points with a sign."""


@extend_schema_field(
    {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 as hexadecimal."}
)
class Digest(serializers.Field[Any, Any, str, Any]):
    """32 bytes, shown as 64 hexadecimal digits."""

    def to_representation(self, value: Any) -> str:
        """Bytes of any kind -> hexadecimal."""
        return bytes(value).hex()


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 1, "example": 0.87})
class Share(serializers.Field[Any, Any, float, Any]):
    """A share from 0 to 1, to four places."""

    def to_representation(self, value: Any) -> float:
        """0.870041 -> 0.87."""
        return share(value)
