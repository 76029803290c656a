"""CSV files that spreadsheets open without running anything."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.http import StreamingHttpResponse
from django.utils import timezone, translation

# What makes a spreadsheet take a cell for a formula.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
# Nothing but a figure, as programs write it: there is nothing in it to run.
_FIGURE: Final = re.compile(r"-[0-9]+(?:\.[0-9]+)?\Z")


def safe(value: Any) -> str:
    """The value as text; text that a spreadsheet would run gets an apostrophe in front.

    So does text that has nothing but apostrophes before that, so that whoever takes one away reads
    what was there. Numbers stay numbers, also negative ones, and so do figures kept as text.
    """
    if value is None:
        return ""
    text = str(value)
    if _FIGURE.match(text):
        return text
    if isinstance(value, str) and text.lstrip("'").startswith(DANGEROUS):
        return f"'{text}"
    return text


class _Echo:
    """Hands the writer's lines on instead of keeping them."""

    def write(self, line: str) -> str:
        return line


def stream(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download called `name`, written while `rows` are read, in UTF-8 with a byte order mark.

    They are read after the view, in the language and time zone that it was asked in.
    """
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff"
        with translation.override(language), timezone.override(zone):
            yield writer.writerow([safe(cell) for cell in head])
            for row in rows:
                yield writer.writerow([safe(cell) for cell in row])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
