"""What is held about a person as one file to hand out: for programs, and to read."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise

#: Name of a part -> its rows, each a name -> plain values.
Parts = Mapping[str, Sequence[Mapping[str, Any]]]


def packed(*, title: str, day: str, parts: Parts, headings: Mapping[str, str | Promise]) -> bytes:
    """A ZIP file with `held.json` and `held.html`, which say the same.

    `headings`: what each part is called for people; `day`: on which it was taken, YYYY-MM-DD.
    """
    said = {"title": title, "day": day, **parts}
    shown = [
        (
            headings.get(name, name),
            [[(key, _text(value)) for key, value in row.items()] for row in rows],
        )
        for name, rows in parts.items()
    ]
    page = render_to_string("accounts/held.html", {"title": title, "day": day, "parts": shown})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("held.json", json.dumps(said, indent=2, ensure_ascii=False, default=str))
        archive.writestr("held.html", page)
    return file.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, dict | list)
        else str(value)
    )
