"""Reading questionnaires and their versions."""

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
