"""Saving an edited row where two people may have changed it: joined, or shown side by side."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

from audit.errors import OutOfDate
from vendors.merging import merge
from vendors.views.vendors import clash_rows


class Row(Protocol):
    """A row that counts its changes."""

    version: int

    def refresh_from_db(self) -> None: ...


@dataclass
class Outcome:
    """`clashes`: what two people set differently; the form to go on with then holds both."""

    form: Any
    clashes: list[dict[str, Any]] = field(default_factory=list)


def plain(value: Any) -> Any:
    """A value of a field, a row or a form, as plain JSON, so that it can be compared."""
    if value is None:
        return ""
    return value if isinstance(value, str | int | bool | list) else str(value)


def values_of(row: Any, names: Collection[str]) -> dict[str, Any]:
    """What the row holds, as forms carry it."""
    return {name: plain(getattr(row, name)) for name in names}


def opened(row: Any, names: Collection[str], form: Any) -> dict[str, Any]:
    """What a form about the row starts with; `form` is its class."""
    values = values_of(row, names)
    return {**values, "base": form.pack(row.version, values)}


def save(
    row: Row,
    form: Any,
    *,
    names: Collection[str],
    again: Callable[[dict[str, Any]], Any],
    change: Callable[[int, dict[str, Any]], Any],
) -> Outcome:
    """Save a valid form about `row`.

    `change` takes the version and the values; `again` makes a form with these initial values.
    What `change` refuses otherwise is passed on.
    """
    version, base = form.opened()
    mine = {name: plain(form.cleaned_data[name]) for name in names if name in form.cleaned_data}
    touched = {name: value for name, value in mine.items() if value != base.get(name)}
    try:
        change(version, touched)
    except OutOfDate:
        row.refresh_from_db()
        theirs = values_of(row, names)
        merged = merge(base, mine, theirs)
        if merged.clashes:
            fresh = again({**merged.values, "base": form.pack(row.version, theirs)})
            return Outcome(fresh, clash_rows(fresh, merged.clashes, merged.values, theirs))
        change(row.version, merged.values)
    return Outcome(form)


def typed_again(form: Any, refused: OutOfDate, said: str) -> Any:
    """A form of a step as it was typed, for the version that stands now."""
    form.data = {
        **{name: form.data[name] for name in form.data},
        "version": refused.extra["version"],
    }
    form.add_error(None, said)
    return form
