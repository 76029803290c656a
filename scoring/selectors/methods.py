"""Reading methodologies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from assessments.models import Assessment
from assessments.question import Question
from assessments.selectors import assessments
from scoring.engine import methodology as method
from scoring.models import CurrentScore, Methodology, Score, ScoringModel

#: Scores are counted as far as this; beyond it a page says "more than".
COUNTED: Final = 100_000

_Status = Methodology.Status


def in_force() -> Methodology | None:
    """The methodology in force, without its content; None before the first is published."""
    rows = Methodology.objects.filter(status=_Status.PUBLISHED)
    return rows.defer("content").first()


def parameters(methodology_id: UUID) -> method.Methodology:
    """What the engine needs of a methodology that is or was in force.

    Read once per process, since it never changes. A draft does, and is not found here.
    """
    return _parameters(methodology_id)


@lru_cache(maxsize=16)
def _parameters(pk: UUID) -> method.Methodology:
    return method.parse_methodology(frozen().values_list("content", flat=True).get(pk=pk))


def cuts_in_force() -> tuple[int, ...]:
    """The band cuts of the methodology in force, in milli-points; () before there is one."""
    found = in_force()
    return _parameters(found.pk).band_cuts_milli if found else ()


def versions() -> QuerySet[Methodology]:
    """Every version with its people: drafts first, then the one in force, then the retired.

    The method is one for all units, so whoever may look at scores may look at all of them.
    """
    rank = Case(
        When(status=_Status.DRAFT, then=Value(0)),
        When(status=_Status.PUBLISHED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return Methodology.objects.select_related("created_by", "changed_by", "published_by").order_by(
        rank, F("published_at").desc(nulls_first=True), "-id"
    )


def frozen() -> QuerySet[Methodology]:
    """The versions that are or were in force, with their content."""
    return Methodology.objects.exclude(status=_Status.DRAFT)


def named(methodology_id: UUID) -> Methodology:
    """A version that is or was in force, without its content."""
    return frozen().defer("content").get(pk=methodology_id)


def scores_made(methodology: Methodology) -> int:
    """How many scores of the history were made with it, counted up to COUNTED."""
    return Score.objects.filter(model__in=_models(methodology))[:COUNTED].count()


def scores_standing(methodology: Methodology) -> int:
    """How many assessments stand on it now, counted up to COUNTED."""
    return CurrentScore.objects.filter(model__in=_models(methodology))[:COUNTED].count()


def to_be_scored() -> int:
    """How many assessments a publication scores again, counted up to COUNTED."""
    return Assessment.objects.exclude(status=Assessment.Status.CLOSED)[:COUNTED].count()


def _models(methodology: Methodology) -> list[int]:
    return list(ScoringModel.objects.filter(methodology=methodology).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a published questionnaire, for the rules that a method may set for it."""

    question: Question
    questionnaire: str


def questions() -> Mapping[str, Asked]:
    """Every question of the published questionnaires by key; of several, the newest one's."""
    found: dict[str, Asked] = {}
    for row in assessments.published():
        for item in assessments.schema_of_version(row).items:
            found.setdefault(item.key, Asked(item.question, row.title))
    return found


def unknown_questions(keys: Iterable[str]) -> list[str]:
    """Those of `keys` that no published questionnaire has."""
    known = questions()
    return sorted(key for key in keys if key not in known)
