"""Reading moves of assessments between versions, and the answers they set aside."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.principal import Principal
from assessments import schema
from assessments.carrying import still_fits
from assessments.models import Answer, Assessment, Move, MoveItem, MoveRun, Questionnaire, SetAside
from assessments.selectors.assessments import visible_to
from assessments.sheet import State


def last_move(assessment: Assessment) -> Move | None:
    """The newest move of an assessment, undone or not."""
    rows = Move.objects.filter(assessment=assessment).order_by("-moved_at", "-pk")
    return (
        rows.select_related("source", "target", "moved_by")
        .defer("source__content", "target__content")
        .first()
    )


def moves_of(assessment: Assessment) -> list[Move]:
    """All moves, newest first."""
    rows = Move.objects.filter(assessment=assessment).order_by("-moved_at", "-pk")
    return list(
        rows.select_related("source", "target", "moved_by", "undone_by").defer(
            "source__content", "target__content"
        )
    )


def set_aside(assessment: Assessment) -> list[SetAside]:
    """The answers that moves took out, unless the move was undone; newest first."""
    rows = SetAside.objects.filter(assessment=assessment, move__undone_at__isnull=True)
    return list(
        rows.select_related(
            "move__source", "answered_by", "answered_by_contact", "answered_by_client"
        )
        .defer("move__source__content")
        .order_by("-move__moved_at", "pk")
    )


def to_confirm(assessment: Assessment) -> dict[str, SetAside]:
    """What was said to questions that changed since and are blank now, by key."""
    waiting = [
        one
        for one in set_aside(assessment)
        if one.why == SetAside.Why.CHANGED and one.question_key in assessment.questions
    ]
    if not waiting:
        return {}
    said = set(
        Answer.objects.filter(assessment=assessment)
        .exclude(state=State.BLANK)
        .values_list("question_key", flat=True)
    )
    found: dict[str, SetAside] = {}
    for one in waiting:
        if one.question_key not in said:
            found.setdefault(one.question_key, one)
    return found


def fits(questionnaire: schema.Questionnaire, one: SetAside) -> bool:
    """Whether what was set aside can be said again as it was; a given answer may fit no more."""
    if one.state != State.ANSWERED:
        return one.question_key in questionnaire.by_key
    return still_fits(questionnaire, one.question_key, one.value)


def newer(assessment: Assessment) -> Questionnaire | None:
    """The newest version of its questionnaire, where that was published after its own."""
    own = assessment.questionnaire
    found = newer_than(own)
    if not found or own.published_at is None or found[0].published_at is None:
        return None
    return found[0] if found[0].published_at > own.published_at else None


def newer_than(questionnaire: Questionnaire) -> list[Questionnaire]:
    """The other published versions of a questionnaire, newest first."""
    rows = Questionnaire.objects.filter(
        key=questionnaire.key, status=Questionnaire.Status.PUBLISHED
    ).exclude(pk=questionnaire.pk)
    return list(rows.defer("content").order_by("-published_at", "-pk"))


@dataclass(frozen=True)
class Open:
    """A version with how many open assessments are on it, and how many can be moved now."""

    version: Questionnaire
    total: int
    movable: int


def open_of_other_versions(target: Questionnaire, statuses: Sequence[str]) -> list[Open]:
    """The other versions on which assessments are open; `statuses` are those that can be moved."""
    rows = (
        Questionnaire.objects.filter(key=target.key)
        .exclude(pk=target.pk)
        .defer("content")
        .annotate(
            total=Count("assessments", filter=Q(assessments__status__in=Assessment.OPEN)),
            movable=Count("assessments", filter=Q(assessments__status__in=statuses)),
        )
        .filter(total__gt=0)
        .order_by("-published_at")
    )
    return [Open(row, row.total, row.movable) for row in rows]


def open_assessments(
    principal: Principal, version: Questionnaire, length: int = 50
) -> list[Assessment]:
    """Open assessments of a version, oldest first."""
    rows = visible_to(principal).filter(questionnaire=version, status__in=Assessment.OPEN)
    return list(rows.select_related("vendor", "engagement", "unit").order_by("pk")[:length])


@dataclass(frozen=True)
class RunProgress:
    """How far moving all open assessments has come."""

    waiting: int
    moved: int
    left: int

    @property
    def total(self) -> int:
        """How many there are."""
        return self.waiting + self.moved + self.left

    @property
    def done(self) -> int:
        """How many have been looked at."""
        return self.moved + self.left


def run_progress(run: MoveRun) -> RunProgress:
    """One query."""
    counts = dict(run.items.values_list("state").annotate(n=Count("pk")).order_by())
    return RunProgress(*(counts.get(one.value, 0) for one in MoveItem.State))


def runs() -> QuerySet[MoveRun]:
    """All runs, newest first, with what pages show of them."""
    return (
        MoveRun.objects.select_related("source", "target", "started_by")
        .defer("source__content", "target__content")
        .order_by("-started_at", "-pk")
    )
