"""Addresses that people have given, as links."""

from typing import Final
from urllib.parse import urlsplit

from django import template

register = template.Library()

_SCHEMES: Final = frozenset({"http", "https"})


@register.filter
def web_address(value: str) -> str:
    """The address, if it leads to a page of the web; "" for what a browser would run instead.

    Services refuse others when they are given. This holds for what got in some other way.
    """
    try:
        scheme = urlsplit(value.strip()).scheme.lower()
    except ValueError:
        return ""
    return value if scheme in _SCHEMES else ""
