"""Catalogues of translations: whole where they must be, and true to their sources."""

import ast
from pathlib import Path

import pytest
from babel.messages import Message
from django.utils.translation import gettext, ngettext, override

from accounts.languages import PARTLY_FOR_STAFF, languages
from config import catalogues
from config.extraction import ROOT, Text, sources, texts_of
from config.wholeness import placeholders, same_meaning


def test_nothing_is_wrong_with_the_catalogues() -> None:
    assert [*catalogues.problems()] == []


def test_every_language_is_offered() -> None:
    assert [code for code, _ in languages()] == ["en-gb", "de", "zh-hans", "vi"]


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_whoever_chooses_a_language_is_told_that_it_has_gaps(language: str) -> None:
    code = language.replace("_", "-").lower()
    assert (catalogues.share(language) < 1) is (code in PARTLY_FOR_STAFF)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_catalogue_says_nothing_that_changes_by_itself(language: str) -> None:
    text = catalogues.po_file(language).read_text(encoding="utf-8")
    assert "POT-Creation-Date" not in text
    assert "\n#: " not in text
    assert "fuzzy" not in text


def test_texts_are_found_under_whatever_name_they_are_marked(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "from django.utils.translation import gettext_lazy as lazy, ngettext, pgettext as p\n"
        "A = lazy('One ' 'text')\nB = ngettext('%(n)d line', '%(n)d lines', 3)\n"
        "C = p('risk band', 'Low')\nD = _('Not ours')\n"
    )
    assert texts_of(module) == {
        Text(None, "One text", None),
        Text(None, "%(n)d line", "%(n)d lines"),
        Text("risk band", "Low", None),
    }


def test_texts_of_templates_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "{% translate 'It is (not) it\\'s' %}"
        '<p title="{% translate "A title" context \'place\' %}">'
        "{{ value|default:_('Not known') }}"
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} line\n{% plural %}\n  {{ n }} lines"
        "\n{% endblocktranslate %}"
    )
    assert texts_of(page) >= {
        Text("place", "A title", None),
        Text(None, "Not known", None),
        Text(None, "%(n)s line", "%(n)s lines"),
    }


def test_a_translation_that_loses_a_placeholder_is_found() -> None:
    assert placeholders("%(a)s of {b}: 5 %% %d") == ["%(a)s", "%d", "{b}"]
    assert not same_meaning(Message("%(name)s left", "Verlassen"))
    assert same_meaning(Message("%(name)s left", "%(name)s ging"))
    plural = ("%(n)d line", "%(n)d lines")
    assert same_meaning(Message(plural, ("Eine Zeile", "%(n)d Zeilen")))
    assert not same_meaning(Message(plural, ("Zeile %(m)d", "%(n)d Zeilen")))
    assert same_meaning(Message(plural, ("%(n)d行",)))
    assert not same_meaning(Message(plural, ("行",)))


def test_a_text_that_is_not_translated_is_english() -> None:
    with override("vi"):
        assert gettext("A text that nobody wrote") == "A text that nobody wrote"
        assert ngettext("%(n)d gap", "%(n)d gaps", 2) == "%(n)d gaps"


def test_no_sentence_is_given_a_day_or_a_figure_in_the_way_of_programs() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mod)
        and isinstance(node.left, ast.Call)
        and isinstance(node.left.func, ast.Name)
        and node.left.func.id in {"_", "gettext", "ngettext"}
        and any(map(_as_programs_write, ast.walk(node.right)))
    ]
    assert wrong == []


def _as_programs_write(node: ast.AST) -> bool:
    """Whether it is `day.isoformat()`, or a figure of an f-string with a point or commas."""
    if isinstance(node, ast.Attribute):
        return node.attr in {"isoformat", "strftime"}
    if not isinstance(node, ast.FormattedValue) or node.format_spec is None:
        return False
    return ast.unparse(node.format_spec).rstrip("'\"")[-1:] in {"f", "g", ","}
