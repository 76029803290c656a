"""Questions of the questionnaires that are in use. They are one set for all units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.models import Questionnaire
from assessments.selectors.assessments import published, schema_of_version
from scoring.selectors.labels import lang
from search.hits import Found, Hit, Part
from search.words import Query, excerpt, holds, marked, resembles
from vendors.plain_text import plain

#: The parts of a question that are searched, in the order in which they count.
_PARTS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("text", _("Question")),
    ("why", _("Why we ask")),
    ("good_evidence", _("Good evidence")),
)


@dataclass(frozen=True, slots=True)
class _Text:
    """A part of a question in one language, as it reads and as it is compared."""

    key: str
    title: str
    part: str | Promise
    said: str
    folded: str


def find(query: Query, part: Part) -> Found:
    """Questions of the newest version of each questionnaire in use, in the reader's language and
    in English."""
    newest: dict[str, Questionnaire] = {}
    for row in published():
        newest.setdefault(row.key, row)
    found = _having(newest.values(), query, resembles if part.similar else holds)
    counted = found[: part.most]
    return Found(
        hits=[_hit(row, text, query) for row, text in counted[part.start : part.end]],
        total=len(counted),
        more=len(found) > part.most,
    )


def _having(
    rows: Iterable[Questionnaire], query: Query, has: Callable[[str, Sequence[str]], bool]
) -> list[tuple[Questionnaire, _Text]]:
    """Every question that has the words, once: by the part that counts most."""
    return [
        (row, text)
        for row in rows
        for text in {
            one.key: one for one in reversed(_texts(row, lang())) if has(one.folded, query.words)
        }.values()
    ]


@lru_cache(maxsize=128)
def _texts(row: Questionnaire, language: str) -> tuple[_Text, ...]:
    """What a published version says, which never changes."""
    return tuple(_read(row, language))


def _read(row: Questionnaire, language: str) -> Iterator[_Text]:
    for item in schema_of_version(row).items:
        title = item.question.text.text_for(language)
        for name, part in _PARTS:
            text = getattr(item.question, name)
            for said in dict.fromkeys((text.text_for(language), text.text_for("en"))):
                yield _Text(item.key, title, part, said, plain(said))


def _hit(row: Questionnaire, text: _Text, query: Query) -> Hit:
    return Hit(
        pk=None,
        url=f"{reverse('assessments:questionnaire', args=[row.pk])}#k-{text.key}",
        title=marked(text.title, query.words),
        why=str(text.part),
        context=() if text.said == text.title else excerpt(text.said, query.words),
        about=str(row),
    )
