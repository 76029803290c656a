"""Drawings of the icons, read once from the Bootstrap Icons sprite.

The sprite holds 2,000 drawings in 1.1 MB. Linked from a page, each page load parses all of them;
written into the page, the few in use cost some hundred bytes each and print and scale the same.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe

logger = logging.getLogger(__name__)

SPRITE: Final = "vendor/bootstrap-icons/bootstrap-icons.svg"
_SYMBOL: Final = re.compile(
    r'<symbol[^>]*\sid="(?P<name>[\w-]+)"[^>]*>(?P<drawing>.*?)</symbol>', re.DOTALL
)


def _sprite() -> Path | None:
    """The file as installed by npm or, where only collected files are shipped, among those."""
    found = finders.find(SPRITE)
    if isinstance(found, str):
        return Path(found)
    collected = Path(settings.STATIC_ROOT) / SPRITE
    return collected if collected.is_file() else None


@cache
def drawings() -> dict[str, str]:
    """Name to the SVG elements of each icon, on a 16 by 16 grid; empty without the package."""
    path = _sprite()
    if path is None:
        logger.error("Icons are missing: run npm ci --ignore-scripts")
        return {}
    return {m["name"]: m["drawing"] for m in _SYMBOL.finditer(path.read_text("utf-8"))}


def drawing(name: str) -> SafeString:
    """The SVG elements of one icon; nothing when there is no icon of that name."""
    # Safe: the text comes from the package whose hash the lock file holds, never from a reader.
    return mark_safe(drawings().get(name, ""))  # noqa: S308
