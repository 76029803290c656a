"""What holds for all templates: the security policy, icons that exist, translated words."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings

from accounts.context import MENU
from accounts.icons import drawings
from accounts.templatetags.ui import BANDS, EVIDENCE, NOT_RATED, PILLS

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


#: E-mails have no style sheet: mail programs take inline styles only.
PAGES = [path for path in TEMPLATES if not {"mail", "email"} & set(path.parts)]


def _hits(pattern: str, paths: Sequence[Path] = TEMPLATES) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in paths
        for match in re.finditer(pattern, path.read_text("utf-8"))
    ]


def test_no_template_carries_an_inline_style() -> None:
    assert _hits(r"""(?i)<[^>]*\sstyle\s*=|<style\b""", PAGES) == []


def test_no_template_carries_an_inline_handler() -> None:
    assert _hits(r"""(?i)<[^>{%]*\s(?:on[a-z]+|hx-on[\w:.-]*)\s*=""") == []


def test_no_template_carries_an_inline_script() -> None:
    data = r"""type="application/json">"""  # read by a script, never run
    assert _hits(rf"""(?i)<script(?![^>]*\ssrc=)(?![^>]*{data})[^>]*>""") == []


def test_no_template_loads_anything_from_elsewhere() -> None:
    assert _hits(r"""(?i)(?:src|href)\s*=\s*["'](?:https?:)?//""") == []


def _icons_in_use() -> Iterator[str]:
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        yield from re.findall(r"""{%\s*icon\s+["']([\w-]+)["']""", text)
        yield from re.findall(r"""{%\s*tile\s[^%]*\sname=["']([\w-]+)["']""", text)
        yield from re.findall(r"""empty_state\.html["'] with [^%]*\bname=["']([\w-]+)""", text)
    yield from (look.icon for look in (*BANDS.values(), *EVIDENCE.values(), NOT_RATED))
    yield from PILLS.values()
    yield from (entry[3] for entry in MENU)


def test_every_icon_in_use_exists() -> None:
    assert set(_icons_in_use()) - set(drawings()) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_words_between_tags_are_marked_for_translation(path: Path) -> None:
    text = path.read_text("utf-8")
    text = re.sub(r"{%\s*blocktrans.*?endblocktrans\w*\s*%}", "", text, flags=re.DOTALL)
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% comment.*?endcomment %}", "", text, flags=re.DOTALL)
    text = re.sub(r"<script[^>]*json\">.*?</script>", "", text, flags=re.DOTALL)
    bare = [word.strip() for word in re.findall(r">([^<>]*[A-Za-z]{3,}[^<>]*)<", text)]
    own_names = {"Surety", "\u2013 Surety", "Halden Präzision GmbH", "Nam Long Plastics JSC"}
    own_names |= {"Ostrava Tooling s.r.o.", "4 March 2026", "11 January 2026"}
    # The names of formats, and of this key, are the same in every language.
    own_names |= {"Esc", "YAML", "SHA-256"}
    assert [word for word in bare if word not in own_names] == []


def test_every_notice_is_of_a_kind_that_has_colours() -> None:
    """A plain one informs; with an unknown kind a warning would look like it."""
    style = (ROOT / "static" / "css" / "components.css").read_text("utf-8")
    kinds = {"info", *re.findall(r"\.notice--(\w+) {", style)}
    assert _hits(rf"notice--(?!(?:{'|'.join(sorted(kinds))})\b)\w+", PAGES) == []
