"""Papers as PDF: a Typst template, data beside it, and fonts for every script we write.

Templates carry no words of their own: the caller passes them, translated. Data reach the template
as JSON in ``sys.inputs.data`` and are never read as markup: nothing that people type can act there.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings
from django.utils.translation import get_language

#: The package of fonts for Chinese, Japanese and Korean. Latin and Vietnamese come with Typst.
CJK_PACKAGE: Final = "noto_cjk_sans_otc"
#: By language: how the same character is drawn differs from place to place.
_CJK: Final[Mapping[str, str]] = {"zh": "Noto Sans CJK SC", "ja": "Noto Sans CJK JP"}


def font_folders() -> list[Path]:
    """Folders of fonts that come with our packages; empty where the package is missing."""
    spec = find_spec(CJK_PACKAGE)
    return [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[*map(str, font_folders())])


def render(template: str, *, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """Return ``templates/<template>`` (Typst) as PDF, in the language that is active.

    The template begins with ``#import "/paper.typ": data, paper`` and ``#show: paper``; ``data`` is
    what was given, of plain JSON values. The same data and time give the same bytes.
    """
    language = (get_language() or "en").partition("-")[0]
    root = settings.BASE_DIR / "templates"
    made = typst.Compiler(
        str(root / template),
        root=str(root),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={
            "data": json.dumps(data, ensure_ascii=False),
            "language": language,
            "cjk": _CJK.get(language, "Noto Sans CJK SC"),
        },
    ).compile(format="pdf", pdf_standards="ua-1", timestamp=made_at)
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no document")
    return made
