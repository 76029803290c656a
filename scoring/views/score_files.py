"""Scores as files: all parts, and the dimensions; of today, and on record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.templatetags.ui import band_word
from assessments.models import Assessment
from assessments.selectors.assessments import visible_to
from audit import csv_file
from scoring import charts, words
from scoring.models import CurrentScore, Score
from scoring.selectors import scores
from scoring.selectors.scorecard import Part, Scorecard, scorecard, scorecard_on_record


@page(Permission.READ_SCORES)
@require_safe
def parts(request: Request, pk: UUID) -> HttpResponseBase:
    """Every part of the score of today, to the milli-point; they add up to the last line."""
    card = scorecard(_found(request, pk), request.principal)
    return _parts(f"score-{pk}.csv", card)


@page(Permission.READ_SCORES)
@require_safe
def record_parts(request: Request, pk: UUID) -> HttpResponseBase:
    """The same of a score on record."""
    score = get_object_or_404(scores.on_record(request.principal), pk=pk)
    return _parts(f"score-on-record-{pk}.csv", scorecard_on_record(score, score.assessment))


@page(Permission.READ_SCORES)
@require_safe
def dimensions(request: Request, pk: UUID) -> HttpResponseBase:
    """Where each dimension of the score of today stands, and between which ends."""
    return _dimensions(f"dimensions-{pk}.csv", scores.current_of(_found(request, pk).pk))


@page(Permission.READ_SCORES)
@require_safe
def record_dimensions(request: Request, pk: UUID) -> HttpResponseBase:
    """The same of a score on record."""
    score = get_object_or_404(scores.on_record(request.principal), pk=pk)
    return _dimensions(f"dimensions-on-record-{pk}.csv", score)


def _found(request: Request, pk: UUID) -> Assessment:
    rows = visible_to(request.principal, Permission.READ_SCORES)
    rows = rows.select_related("questionnaire", "vendor", "engagement", "unit")
    return get_object_or_404(rows, pk=pk)


def _parts(name: str, card: Scorecard | None) -> HttpResponseBase:
    head = [
        _("Dimension"),
        _("Section"),
        _("Question"),
        _("Key"),
        _("Answer"),
        _("Points"),
        _("Of which answer"),
        _("Of which proof"),
        _("Why"),
    ]
    return csv_file.stream(name, head, list(_lines(card)) if card is not None else [])


def _dimensions(name: str, score: CurrentScore | Score | None) -> HttpResponseBase:
    head = [_("Dimension"), _("Points"), _("From"), _("To")]
    lines = list(charts.dimension_lines(score)) if score is not None else []
    return csv_file.stream(name, head, lines)


def _lines(card: Scorecard) -> Iterator[list[Any]]:
    if card.base:
        yield _line(_("Base from inherent risk"), card.base, card.base_sentence)
    for dimension in card.dimensions:
        for section in dimension.sections:
            for part in section.parts:
                yield [dimension.title, section.title, *_cells(part)]
    if card.unrated:
        yield _line(_("Nothing to rate"), card.unrated, "")
    if card.uplift:
        yield _line(_("Knock-out"), card.uplift, card.uplift_sentence)
    rated = card.current.points is not None
    name = band_word(card.current.band) if rated else _("Not rated; would stand at")
    yield _line(_("Score: %(band)s") % {"band": name}, card.total, card.headline)


def _line(name: str, points: int, sentence: str) -> list[Any]:
    return [name, "", "", "", "", charts.decimal(points), "", "", sentence]


def _cells(part: Part) -> list[Any]:
    return [
        part.text,
        part.key,
        part.plain or words.STATE_WORDS.get(part.state, ""),
        charts.decimal(part.points),
        charts.decimal(part.answer),
        charts.decimal(part.proof),
        part.sentence,
    ]
