"""Saving an edited row where two people may have changed it: joined, or shown side by side."""

from collections.abc import Callable, Collection
from typing import Any, Protocol

from accounts.forms import take_refusal
from audit.errors import Invalid, OutOfDate
from vendors.merging import merge
from vendors.views.saving import Outcome
from vendors.views.vendors import clash_rows


class Row(Protocol):
    """A row that counts its changes."""

    version: int

    def refresh_from_db(self) -> None: ...


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
    """
    version, base = form.opened()
    mine = {name: plain(form.cleaned_data[name]) for name in names if name in form.cleaned_data}
    touched = {name: value for name, value in mine.items() if value != base.get(name)}
    try:
        try:
            change(version, touched)
        except OutOfDate:
            row.refresh_from_db()
            theirs = values_of(row, names)
            merged = merge(base, mine, theirs)
            if merged.clashes:
                fresh = again({**merged.values, "base": form.pack(row.version, theirs)})
                shown = clash_rows(fresh, merged.clashes, merged.values, theirs)
                return Outcome(fresh, clashes=tuple(shown))
            change(row.version, merged.values)
    except Invalid as refused:
        take_refusal(form, refused.extra["errors"])
        return Outcome(form)
    return Outcome(form, row)


def typed_again(form: Any, refused: OutOfDate, said: str) -> Any:
    """A form of a step as it was typed, for the version that stands now."""
    form.data = {
        **{name: form.data[name] for name in form.data},
        "version": refused.extra["version"],
    }
    form.add_error(None, said)
    return form
