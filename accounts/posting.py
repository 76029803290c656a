"""Views that answer POST alone, and where to go back to from their addresses."""

from collections.abc import Callable
from typing import Final, TypeVar

from django.http import HttpResponseBase
from django.urls import Resolver404, get_script_prefix, resolve
from django.views.decorators.http import require_POST

from accounts.marks import Mark

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
_POST_ONLY: Final = Mark[bool]("post_only")


def post_only(view: V) -> V:
    """The view answers POST alone: nobody can open, reload or be sent back to its address."""
    return _POST_ONLY.put(require_POST(view), value=True)


def page_at(path: str) -> str:
    """The page at a path of ours, or, where none can be opened there, the nearest one above it; ""
    where only the start page is left."""
    if _can_be_opened(path):
        return path
    above = path.rstrip("/").rpartition("/")[0] + "/"
    while above != "/":
        if _can_be_opened(above):
            return above
        above = above.rstrip("/").rpartition("/")[0] + "/"
    return ""


def _can_be_opened(path: str) -> bool:
    try:
        found = resolve(f"/{path.removeprefix(get_script_prefix())}")
    except Resolver404:
        return False
    return not _POST_ONLY.of(found.func)
