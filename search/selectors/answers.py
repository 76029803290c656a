"""Answers by the words that people wrote: texts, and notes beside them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Answer
from assessments.selectors.assessments import schema_of
from assessments.sheet import State
from scoring.selectors.labels import lang
from search.hits import Found, Hit, Part
from search.selectors.rows import look
from search.words import Query, excerpt, marked
from vendors.plain_text import plain


def find(principal: Principal, query: Query, part: Part) -> Found:
    """Answers of the units that `principal` sees, the newest first."""
    rows = for_principal(
        Answer.objects.select_related("assessment__vendor", "assessment__questionnaire"),
        principal,
        unit="assessment__unit",
    ).defer("assessment__questionnaire__content")
    shown, total, more = look(rows, query.words, part)
    return Found([_hit(row, query) for row in shown], total, more)


def _hit(row: Answer, query: Query) -> Hit:
    assessment = row.assessment
    question = schema_of(assessment).by_key[row.question_key].question
    why, text = _("Note"), row.note
    if row.in_words and isinstance(row.value, str) and row.state == State.ANSWERED:
        folded = plain(row.value)
        if not row.note or any(word in folded for word in query.words):
            why, text = _("Answer"), row.value
    return Hit(
        pk=None,
        url=f"{reverse('assessments:answers', args=[assessment.pk])}#q-{row.question_key}",
        title=marked(question.text.text_for(lang()), ()),
        why=why,
        context=excerpt(text, query.words),
        about=f"{assessment.vendor.name} · {assessment.get_status_display()}",
    )
