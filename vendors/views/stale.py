"""Two people changed the same row: what was typed stays, and both values are shown."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from audit.errors import OutOfDate
from vendors.forms.findings import VersionForm
from vendors.views.vendors import clash_rows


def both(form: VersionForm, refused: OutOfDate, theirs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stands beside what was typed, where they differ. The form goes on from what stands.

    `theirs`: the fields as they stand now, in the shape of the form's own values.
    """
    names = [
        name
        for name, value in form.cleaned_data.items()
        if name in theirs and _plain(value) != _plain(theirs[name])
    ]
    mine = {name: _shown(form.cleaned_data[name]) for name in names}
    rows = clash_rows(form, names, mine, {name: _shown(theirs[name]) for name in names})
    data = form.data.copy() if hasattr(form.data, "copy") else dict(form.data)
    data["version"] = str(refused.extra["version"])
    form.data = data
    same = _("the same")
    return rows or [
        {"label": _("All fields"), "target": "main", "mine": same, "theirs": same},
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return sorted(str(one) for one in value)
    return "" if value is None else str(value)


def _shown(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list | tuple) else value
