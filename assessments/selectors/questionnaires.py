"""Reading questionnaires and their versions."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet

from assessments.models import DraftState, Questionnaire


def versions() -> QuerySet[Questionnaire]:
    """All versions without their content, newest first within a questionnaire."""
    return (
        Questionnaire.objects.defer("content")
        .select_related("created_by", "changed_by", "published_by")
        .annotate(opened=Count("assessments"))
        .order_by("key", "-created_at", "-pk")
    )


def frozen() -> QuerySet[Questionnaire]:
    """The versions that do not change any more, with their content: published and retired ones."""
    return Questionnaire.objects.exclude(status=Questionnaire.Status.DRAFT)


def whole() -> QuerySet[Questionnaire]:
    """Versions with their content and people."""
    return Questionnaire.objects.select_related(
        "source", "created_by", "changed_by", "published_by"
    ).defer("source__content")


def others(row: Questionnaire) -> list[Questionnaire]:
    """The other versions of the same questionnaire, newest first."""
    return list(versions().filter(key=row.key).exclude(pk=row.pk))


def last_state(row: Questionnaire) -> DraftState | None:
    """What can be undone next."""
    return row.states.defer("content").select_related("changed_by").order_by("-revision").first()


def states_of(row: Questionnaire) -> list[DraftState]:
    """What a draft said before each of its last changes, newest first, without the contents."""
    return list(row.states.defer("content").select_related("changed_by").order_by("-revision"))


def content_at(row: Questionnaire, revision: int) -> Mapping[str, Any] | None:
    """What a draft said at one of its last revisions; None where that is not known any more."""
    if revision == row.revision:
        return dict(row.content)
    state = row.states.filter(revision=revision).first()
    return dict(state.content) if state else None


def origin(row: Questionnaire) -> Questionnaire | None:
    """The published version that a draft goes on from: its source, or the newest before it."""
    if row.source is not None and not row.source.is_draft:
        return Questionnaire.objects.get(pk=row.source.pk)
    rows = Questionnaire.objects.filter(key=row.key).exclude(status=Questionnaire.Status.DRAFT)
    return rows.exclude(pk=row.pk).order_by("-published_at", "-pk").first()
