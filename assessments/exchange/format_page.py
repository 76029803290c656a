"""The format of questionnaire files, published: as a JSON Schema, and as a page for people."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from assessments.exchange import columns
from assessments.exchange.columns import Column
from assessments.schema import Questionnaire

_INTRODUCTION: Final = """# The questionnaire file

A questionnaire is one YAML file, or one workbook (.xlsx) that says the same. Either can be
exported and imported on the page of questionnaires; `manage.py questionnaire_format` writes this
page. The JSON Schema of the YAML file is served at `/questionnaires/format.json`; what it cannot
express (keys used once, gates that can open, risks with at most four decimals) is checked on
import.

An export is always in the same form: fields in a fixed order, defaults left out, words such as
`"yes"` and `"no"` quoted, texts in the order of `languages`. The same content therefore gives the
same bytes, and `manage.py rewrite_questionnaire FILE` brings any file into this form. From YAML
to the database, to a workbook, back and to YAML again nothing is lost: order, keys, weights,
gates, curves, knock-outs, translations, and the authors' notes in `comment`. Comments after `#`
are not kept. The content hash leaves `comment` out, so that a note changes no version.

A text is a string (English), or a map such as `{en: ..., de: ...}`. A questionnaire has
`sections`, these have `questions`, and a question may have a `gate` with `children` that are
asked only while one of the answers in `opens_on` is chosen. In the workbook each of these has a
sheet, and keys join the rows; texts in further languages stand on the sheet `Texts`, one column
for each.
"""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the YAML file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:surety:questionnaire:1",
        **Questionnaire.model_json_schema(mode="validation"),
    }


def markdown() -> str:
    """The page `docs/questionnaire-format.md`."""
    return "\n".join([_INTRODUCTION, *_tables()]).rstrip("\n") + "\n"


def _tables() -> Iterator[str]:
    yield from _table(columns.ABOUT, "The file itself", columns.ABOUT_FIELDS)
    titles = {
        columns.SECTIONS: "A section",
        columns.QUESTIONS: "A question",
        columns.OPTIONS: "An option of a question (single, multiple)",
        columns.CURVES: "A point of a curve (number)",
        columns.TEXTS: "Texts in further languages (workbook only)",
    }
    for sheet, title in titles.items():
        yield from _table(sheet, title, columns.COLUMNS[sheet])


def _table(sheet: str, title: str, wanted: Sequence[Column]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield f"Sheet `{sheet}`."
    yield ""
    yield "| in YAML | in the workbook | what goes in |"
    yield "|---|---|---|"
    for column in wanted:
        words = f" One of: {', '.join(f'`{word}`' for word in column.words)}."
        says = column.says + (words if column.words else "")
        yield f"| `{column.path}` | {column.heading} | {says} |"
    yield ""
