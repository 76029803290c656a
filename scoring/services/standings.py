"""Where each vendor stands: the worst of its current assessments, per unit and over all."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Coalesce

from assessments.models import Assessment
from audit import clock
from scoring import figures
from scoring.engine.evaluate import Status
from scoring.engine.methodology import DIMENSIONS, TIERS, Methodology
from scoring.engine.rating import AssessmentResult, vendor_rating
from scoring.models import Band, ScoreStatus, SearchText, Standing
from scoring.services import methodologies, outstanding
from scoring.services.rollups import Movement
from vendors.models import Engagement, ExternalId, Vendor, VendorAlias, VendorUnit
from vendors.plain_text import RULE, plain, spellings

_STATUS: Final = {
    ScoreStatus.NOT_RATED.value: Status.NOT_RATED,
    ScoreStatus.PROVISIONAL.value: Status.PROVISIONAL,
    ScoreStatus.FINAL.value: Status.FINAL,
}
_NAME: Final = {status: name for name, status in _STATUS.items()}
#: What makes two standings say the same.
_SAID: Final = (
    "name", "country", "category", "archived", "tier", "status", "band",
    "points", "lo", "hi", "sort_points", "worst_dimension", "dimensions", "blocked",
    "missing_proofs", "assessments", "not_rated", "driver",
)  # fmt: skip
#: What makes a vendor rise to the top of a list sorted by change.
_NEWS: Final = ("status", "band", "points", "tier", "archived", "blocked")


@dataclass(frozen=True, slots=True)
class _Score:
    """Of the score of an assessment what a rating is made from."""

    status: str
    points: int | None
    lo: int
    hi: int
    said: figures.Figures


@dataclass(frozen=True, slots=True)
class _Current:
    """An assessment as far as it counts; without `assessment_id` it has yet to be made."""

    unit_id: UUID
    engagement_id: UUID
    tier: str
    assessment_id: UUID | None
    questionnaire: str
    status: str | None
    mandatory: bool
    score: _Score | None


def restand(*, vendor_id: UUID) -> None:
    """Bring the standings of one vendor up to date."""
    restand_many(vendor_ids=[vendor_id])


def lock(vendor_ids: Iterable[UUID] | QuerySet[Any]) -> None:
    """Wait until nobody else scores or restands these vendors; held to the transaction's end.

    In the order of their ids, so that two cannot wait for each other.
    """
    rows = Vendor.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    wanted = vendor_ids if isinstance(vendor_ids, QuerySet) else list(vendor_ids)
    list(rows.filter(pk__in=wanted).values_list("pk"))


@transaction.atomic(savepoint=False)
def restand_many(*, vendor_ids: Collection[UUID], method: Methodology | None = None) -> None:
    """Bring the standings of some vendors, and the roll-ups, up to date.

    A vendor has a standing in each of its units and one over all units. The number of queries does
    not depend on the number of vendors. Keep to some hundreds at a time.
    """
    if not vendor_ids:
        return
    if method is None:
        method = methodologies.parameters(methodologies.published())
    # The lock comes before everything that is read, so that the last one to write saw it all.
    vendors = list(_locked(vendor_ids))
    outstanding.take(outstanding.Subject.VENDOR, [vendor.pk for vendor in vendors])
    ids = [vendor.pk for vendor in vendors]
    links: dict[UUID, dict[UUID, str]] = {pk: {} for pk in ids}
    for vendor_id, unit_id, category in (
        VendorUnit.objects.filter(vendor__in=ids)
        .order_by("unit_id")
        .values_list("vendor_id", "unit_id", "category")
    ):
        links[vendor_id][unit_id] = category
    counting: dict[UUID, list[_Current]] = {pk: [] for pk in ids}
    for vendor_id, current in _current(ids):
        counting[vendor_id].append(current)
    present = {
        (row.vendor_id, row.unit_id): row
        for row in Standing.objects.filter(vendor__in=ids, valid_to__isnull=True)
    }
    fresh = [
        standing
        for vendor in vendors
        for standing in _standings(vendor, links[vendor.pk], counting[vendor.pk], method)
    ]
    _write(fresh, present)
    _note_search_texts(vendors)


def _locked(vendor_ids: Iterable[UUID]) -> Iterable[Vendor]:
    numbers = ExternalId.objects.filter(vendor=OuterRef("pk")).order_by("pk").values("value")
    aliases = VendorAlias.objects.filter(vendor=OuterRef("pk")).order_by("pk").values("name")
    gone = Vendor.objects.filter(merged_into=OuterRef("pk")).order_by("pk").values("name")
    return (
        Vendor.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=list(vendor_ids))
        .annotate(
            numbers=ArraySubquery(numbers),
            aliases_now=ArraySubquery(aliases),
            gone_names=ArraySubquery(gone),
        )
        .order_by("pk")
    )


#: Of the current score of an assessment.
_SCORE: Final = ("status", "points", "lo", "hi")
_JOINED: Final = "assessments__current_score__"


def _current(vendor_ids: Sequence[UUID]) -> Iterator[tuple[UUID, _Current]]:
    """(vendor, what counts) of every engagement that has not ended.

    Per engagement and questionnaire the latest assessment that was handed in counts; where there
    is none, the draft counts as it stands.
    """
    rows = (
        Engagement.objects.filter(vendor__in=vendor_ids)
        .exclude(status=Engagement.Status.ENDED)
        .values(
            "pk", "vendor_id", "unit_id", "tier", "assessments__pk", "assessments__status",
            "assessments__mandatory", "assessments__questionnaire__key",
            *(f"{_JOINED}{name}" for name in _SCORE),
            said=Coalesce(f"{_JOINED}figures", f"{_JOINED}score__figures"),
        )
        .order_by("pk", "assessments__pk")
    )  # fmt: skip
    chosen: dict[tuple[UUID, str], tuple[UUID, _Current]] = {}
    bare: dict[UUID, tuple[UUID, _Current]] = {}
    for row in rows:
        status = row["assessments__status"]
        over = status is None or status == Assessment.Status.CLOSED
        scored = row[f"{_JOINED}status"] is not None
        one = _Current(
            unit_id=row["unit_id"],
            engagement_id=row["pk"],
            tier=row["tier"],
            assessment_id=None if over else row["assessments__pk"],
            questionnaire=row["assessments__questionnaire__key"] or "",
            status=None if over else status,
            mandatory=True if over else row["assessments__mandatory"],
            score=_Score(
                **{name: row[f"{_JOINED}{name}"] for name in _SCORE},
                said=figures.unpack(row["said"]),
            )
            if scored and not over
            else None,
        )
        if over:
            bare.setdefault(row["pk"], (row["vendor_id"], one))
            continue
        before = chosen.get((row["pk"], one.questionnaire))
        # Identifiers rise with time: among those handed in, and among drafts, the later one wins.
        if before is None or _handed_in(one) >= _handed_in(before[1]):
            chosen[row["pk"], one.questionnaire] = (row["vendor_id"], one)
    assessed = {engagement_id for engagement_id, _ in chosen}
    yield from chosen.values()
    yield from (found for engagement_id, found in bare.items() if engagement_id not in assessed)


def _handed_in(one: _Current) -> bool:
    return one.status not in {Assessment.Status.DRAFT, Assessment.Status.SENT}


def _standings(
    vendor: Vendor, units: dict[UUID, str], counting: Sequence[_Current], method: Methodology
) -> Iterator[Standing]:
    """One per unit, and one over all; none of a company with which no unit works."""
    if vendor.merged_into_id is not None or not (units or counting):
        return
    for unit_id in (*sorted({*units, *(one.unit_id for one in counting)}), None):
        category = next(filter(None, units.values()), "") if unit_id is None else units.get(unit_id)
        in_scope = [one for one in counting if unit_id is None or one.unit_id == unit_id]
        yield Standing(
            vendor_id=vendor.pk,
            unit_id=unit_id,
            name=vendor.name,
            country=str(vendor.country or ""),
            category=category or "",
            archived=vendor.status == Vendor.Status.ARCHIVED,
            **_rating(in_scope, method),
        )


def _rating(counting: Sequence[_Current], method: Methodology) -> dict[str, Any]:
    """Formula 13, as the columns of a standing."""
    by_key = {str(one.assessment_id or f"none {one.engagement_id}"): one for one in counting}
    rating = vendor_rating(
        method,
        [
            AssessmentResult(
                key=key,
                status=_STATUS[one.score.status] if one.score else Status.NOT_RATED,
                points=one.score.points if one.score else None,
                mandatory=one.mandatory,
                blocked=bool(one.score and one.score.said.blocked),
            )
            for key, one in by_key.items()
        ],
    )
    rated = [one.score for one in counting if one.score and one.score.points is not None]
    driver = by_key[rating.decided_by] if rating.decided_by is not None else None
    said = driver.score.said if driver and driver.score else None
    tiers = {one.tier for one in counting}
    return {
        "tier": next((tier for tier in TIERS if tier in tiers), ""),
        "status": _NAME[rating.status],
        "band": rating.band or Band.NOT_RATED,
        "points": rating.points,
        # The worst of several is between the worst of their lower and of their upper ends.
        "lo": max((score.lo for score in rated), default=None),
        "hi": max((score.hi for score in rated), default=None),
        "sort_points": -1 if rating.points is None else rating.points,
        "worst_dimension": said.worst_dimension if said else "",
        "dimensions": _points_by_dimension(said) if said else [],
        "blocked": rating.blocked,
        "missing_proofs": said.missing_proofs if said else 0,
        "assessments": sum(one.assessment_id is not None for one in counting),
        "not_rated": rating.not_rated,
        "driver": driver.assessment_id if driver else None,
    }


def _points_by_dimension(said: figures.Figures) -> list[int | None]:
    return [said.dimensions[key][1] if key in said.dimensions else None for key in DIMENSIONS]


def _note_search_texts(vendors: Iterable[Vendor]) -> None:
    """What a search finds them by, written where it differs."""
    texts = {
        vendor.pk: (_search_text(vendor), plain(vendor.name)[:200], RULE) for vendor in vendors
    }
    rows = SearchText.objects.filter(pk__in=texts).values_list("pk", "text", "sort_name", "rule")
    known = {pk: said for pk, *said in rows}
    SearchText.objects.bulk_create(
        [
            SearchText(vendor_id=pk, text=text, sort_name=name, rule=rule)
            for pk, (text, name, rule) in texts.items()
            if known.get(pk) != [text, name, rule]
        ],
        update_conflicts=True,
        unique_fields=["vendor"],
        update_fields=["text", "sort_name", "rule"],
    )


def _search_text(vendor: Vendor) -> str:
    """Its name first, its numbers, and the names it also goes by, or went by."""
    numbers, aliases, gone = (
        getattr(vendor, name, []) for name in ("numbers", "aliases_now", "gone_names")
    )
    said = (vendor.registration_number, vendor.lei, vendor.vat_number, *numbers)
    words = [*spellings(vendor.name), *(plain(text) for text in said)]
    for name in (*aliases, *gone):
        words.extend(spellings(name))
    return " ".join(filter(None, words))[:2000]


def _write(fresh: Iterable[Standing], present: dict[tuple[UUID, UUID | None], Standing]) -> None:
    today, now = clock.today(), clock.now()
    movement = Movement()
    changed: list[Standing] = []
    closed: list[int] = []
    added: list[Standing] = []
    for row in fresh:
        before = present.pop((row.vendor_id, row.unit_id), None)
        if before is not None and _same(before, row, _SAID):
            continue
        movement.replace(before, row, on=today)
        news = before is None or not _same(before, row, _NEWS)
        row.changed_at = now if news or before is None else before.changed_at
        row.valid_from = today
        if before is None:
            added.append(row)
        elif before.valid_from >= today:
            row.pk, row.valid_from = before.pk, before.valid_from
            changed.append(row)
        else:
            closed.append(before.pk)
            added.append(row)
    # What is left over is in units that have nothing to do with the vendor any more.
    for before in present.values():
        movement.replace(before, None, on=today)
        closed.append(before.pk)
    if closed:
        Standing.objects.filter(pk__in=closed).update(valid_to=today)
    Standing.objects.bulk_create(added)
    _overwrite(changed)
    movement.write()


def _same(before: Standing, row: Standing, fields: Sequence[str]) -> bool:
    return all(getattr(before, name) == getattr(row, name) for name in fields)


def _overwrite(rows: Sequence[Standing]) -> None:
    """Rows of today are replaced in place, all in one statement."""
    Standing.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*_SAID, "changed_at"],
    )
