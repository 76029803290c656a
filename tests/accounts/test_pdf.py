"""Papers as PDF: they read the same in every script, and say nothing but what they were given."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from django.test import override_settings
from django.utils.translation import override
from pypdf import PdfReader

from accounts import pdf

_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_SHEET = """#import "/paper.typ": data, paper
#show: paper
= #data.title
#data.text
"""


@pytest.fixture
def sheet(tmp_path: Path, settings: object) -> str:
    """A template of two lines in a folder beside the frame of papers."""
    from django.conf import settings as ours

    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "paper.typ").write_text((ours.BASE_DIR / "templates" / "paper.typ").read_text())
    (folder / "sheet.typ").write_text(_SHEET)
    return str(tmp_path)


def _said(root: str, text: str, language: str = "en") -> tuple[str, set[str]]:
    """(text, names of the fonts) of a paper that says `text`."""
    with override_settings(BASE_DIR=Path(root)), override(language):
        made = pdf.render("sheet.typ", data={"title": "Receipt", "text": text}, made_at=_AT)
        again = pdf.render("sheet.typ", data={"title": "Receipt", "text": text}, made_at=_AT)
    assert made == again
    page = PdfReader(io.BytesIO(made)).pages[0]
    fonts = cast("Any", page)["/Resources"]["/Font"]
    return page.extract_text(), {str(font.get_object()["/BaseFont"]) for font in fonts.values()}


@pytest.mark.parametrize(
    ("language", "text", "font"),
    [
        ("zh-hans", "贵公司的答复已提交", "NotoSansCJK"),
        ("en", "臺灣 株式会社 주식회사", "NotoSansCJK"),
        ("vi", "thỏa thuận bảo mật ẳ ễ ộ ữ ỵ", "Libertinus"),
        ("de", "Geschäftsgeheimnisse, Größe", "Libertinus"),
    ],
)
def test_every_script_has_a_font(sheet: str, language: str, text: str, font: str) -> None:
    said, fonts = _said(sheet, text, language)
    assert text.replace(" ", "") in said.replace(" ", "")
    assert any(font in name for name in fonts), fonts


def test_what_people_type_is_never_markup(sheet: str) -> None:
    said, _ = _said(sheet, "#panic() *not bold* $x$ <a> @b \\\\ // no comment")
    assert "#panic() *not bold* $x$ <a> @b \\\\ // no comment" in said
