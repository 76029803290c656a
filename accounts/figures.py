"""Figures as the reader writes them."""

from decimal import Decimal

from django.utils.formats import number_format


def figure(value: Decimal | float, places: int | None = None) -> str:
    """A figure with so many places, or with those that say something; thousands set apart."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if places is None:
        exact = exact.normalize()
        places = max(-int(exact.as_tuple().exponent), 0)
    return number_format(round(exact, places), places, force_grouping=True)
