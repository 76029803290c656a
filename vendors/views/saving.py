"""Saving a form of a recorded fact, also when somebody else has saved the same row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.forms import take_refusal
from audit.errors import Invalid, OutOfDate
from vendors.forms.facts import FactForm
from vendors.merging import merge
from vendors.views.vendors import clash_rows


@dataclass(frozen=True)
class Outcome:
    """What came of it: the row where it was saved, else the form to show again."""

    form: Any
    row: Any = None
    clashes: tuple[dict[str, Any], ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form again."""
        return 409 if self.clashes else 200


def save(
    form: FactForm,
    *,
    write: Callable[[int, Mapping[str, Any]], Any],
    reread: Callable[[], Any],
) -> Outcome:
    """Save a valid form: `write(version, values)` calls the service, `reread` gets the row again.

    What only one of two people changed is joined; what both changed differently is shown.
    """
    opened = form.cleaned_data["base"]
    version, base = opened or (0, {})
    mine = form.values()
    try:
        try:
            return Outcome(form, write(version, form.taken(mine)))
        except OutOfDate:
            there = reread()
            theirs = form.of_row(there)
            merged = merge(base, mine, theirs)
            if merged.clashes:
                again = type(form)(
                    initial={**merged.values, "base": form.pack(there.version, theirs)}
                )
                shown = clash_rows(again, merged.clashes, merged.values, theirs)
                return Outcome(again, clashes=tuple(shown))
            return Outcome(form, write(there.version, form.taken(merged.values)))
    except Invalid as refused:
        take_refusal(form, refused.extra["errors"])
        return Outcome(form)
