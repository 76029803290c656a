"""Pages by key: the next page starts after the last row seen, however long the table is."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, and the cursors of the pages beside them (None where there is none)."""

    rows: list[M]
    next: str | None
    previous: str | None


def page(
    rows: QuerySet[M],
    *,
    keys: Sequence[str],
    descending: bool = False,
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Page[M]:
    """The page of `rows`, ordered by `keys`, that follows cursor `after` or precedes `before`.

    `keys` are fields of the row that are never null and together unique. A cursor that cannot be
    read leads to the first page.
    """
    start = _read(after or before, len(keys))
    backwards = after is None and start is not None
    down = descending != backwards
    wanted = rows if start is None else rows.filter(_beyond(keys, start, down))
    order = [f"-{key}" if down else key for key in keys]
    try:
        found = list(wanted.order_by(*order)[: size + 1])
    except (ValueError, ValidationError, FieldError):
        return page(rows, keys=keys, descending=descending, size=size)
    more = len(found) > size
    shown = found[:size]
    if backwards:
        shown.reverse()
    if not shown:
        return Page([], None, None)
    has_next = more or backwards
    has_previous = more if backwards else start is not None
    return Page(
        shown,
        _write(shown[-1], keys) if has_next else None,
        _write(shown[0], keys) if has_previous else None,
    )


def is_cursor(text: str, keys: Sequence[str]) -> bool:
    """Whether a page ordered by `keys` may have given this."""
    return _read(text, len(keys)) is not None


def _beyond(keys: Sequence[str], start: Sequence[Any], down: bool) -> Q:
    """Rows past `start`: (a, b) > (x, y) written out, since the fields may differ in kind."""
    step = "lt" if down else "gt"
    condition, same = Q(), Q()
    for key, value in zip(keys, start, strict=True):
        condition |= same & Q(**{f"{key}__{step}": value})
        same &= Q(**{key: value})
    return condition


def _write(row: Model, keys: Sequence[str]) -> str:
    values = json.dumps([getattr(row, key) for key in keys], default=str)
    return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")


def _read(cursor: str | None, length: int) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (RecursionError, binascii.Error, ValueError):
        return None
    is_good = (
        isinstance(values, list)
        and len(values) == length
        and all(isinstance(value, str | int) for value in values)
    )
    return values if is_good else None
