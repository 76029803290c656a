"""The texts of a questionnaire that is being written, and how far each language has come.

Pure: no Django, no clock. Works on plain data, which need not be whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assessments.drafting import Content, said, sections
from vendors.question_file import Loc

#: Texts of a question that may be left out altogether.
OPTIONAL: Final = frozenset({"help", "unit"})


@dataclass(frozen=True)
class TextPlace:
    """A text: where it is, what it is (`field`), to what it belongs, and what it says so far."""

    loc: Loc
    field: str
    section: str
    question: str
    text: object
    option: str = ""

    @property
    def name(self) -> str:
        """The place as one word, for the name of a form's field."""
        return ".".join(str(part) for part in self.loc)

    def said(self, lang: str) -> str:
        """What it says in a language; "" where nothing is written."""
        return said(self.text, lang)


def texts(content: Content) -> Iterator[TextPlace]:
    """Yield every text that people read, in the order of the questionnaire."""
    yield TextPlace(("title",), "title", "", "", content.get("title"))
    for index, section in enumerate(sections(content)):
        at: Loc = ("sections", index)
        key = str(section.get("key"))
        for field in ("title", "intro"):
            yield TextPlace((*at, field), field, key, "", section.get(field))
        yield from _of_questions(section.get("questions") or [], key, (*at, "questions"))


def _of_questions(questions: list[Mapping[str, Any]], section: str, at: Loc) -> Iterator[TextPlace]:
    for index, question in enumerate(questions):
        here: Loc = (*at, index)
        key = str(question.get("key"))
        for field in ("text", "why", "good_evidence", "help"):
            if field in question or field not in OPTIONAL:
                yield TextPlace((*here, field), field, section, key, question.get(field))
        for number, option in enumerate(question.get("options") or []):
            loc: Loc = (*here, "options", number, "label")
            yield TextPlace(
                loc, "label", section, key, option.get("label"), str(option.get("key") or "")
            )
        curve = question.get("curve") or {}
        if curve.get("unit"):
            yield TextPlace((*here, "curve", "unit"), "unit", section, key, curve["unit"])
        if question.get("knock_out"):
            reason = question["knock_out"].get("reason")
            yield TextPlace((*here, "knock_out", "reason"), "reason", section, key, reason)
        behind = (question.get("gate") or {}).get("children") or []
        yield from _of_questions(behind, section, (*here, "gate", "children"))


@dataclass(frozen=True)
class Progress:
    """How many of the texts are written in a language; those are counted that exist in English."""

    done: int
    total: int

    @property
    def missing(self) -> int:
        """How many are left."""
        return self.total - self.done


def progress(content: Content, lang: str) -> dict[str, Progress]:
    """Return how far a language has come, by section; the whole, title included, under ""."""
    done: dict[str, int] = {}
    total: dict[str, int] = {}
    for one in texts(content):
        if lang != "en" and not one.said("en"):
            continue
        for name in {one.section, ""}:
            total[name] = total.get(name, 0) + 1
            done[name] = done.get(name, 0) + bool(one.said(lang))
    return {name: Progress(done[name], count) for name, count in total.items()}


def languages(content: Content) -> list[str]:
    """Return the languages of a draft, English first."""
    given = [str(one) for one in content.get("languages") or ["en"]]
    return ["en", *(one for one in given if one != "en")]


def named(one: TextPlace) -> tuple[str, str, str]:
    """What a text is, whatever stands before it: key of the question or section, field, option."""
    return one.question or one.section, one.field, one.option


def outdated(content: Content, before: Content | None, lang: str) -> set[tuple[str, str, str]]:
    """Return the texts (`named`) whose English differs from `before` while `lang` is as it was.

    before: the version the draft comes from; None where there is none.
    """
    if before is None or lang == "en":
        return set()
    was = {named(one): one for one in texts(before)}
    return {
        named(one)
        for one in texts(content)
        if (old := was.get(named(one))) is not None
        and old.said("en") != one.said("en")
        and one.said(lang)
        and old.said(lang) == one.said(lang)
    }
