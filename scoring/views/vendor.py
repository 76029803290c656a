"""The page of one vendor: can we work with them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe
from django_countries import countries

from accounts import log
from accounts.doors import Request, page
from accounts.figures import figure
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.templatetags.ui import band_word
from accounts.units import choices, working_unit
from assessments.models import Assessment
from audit import csv_file
from scoring import charts, words
from scoring.decision_words import ShownDecision, shown
from scoring.links import address
from scoring.models import CurrentScore
from scoring.selectors import methods, vendor_page
from scoring.selectors.decisions import Known, current_of_many
from scoring.selectors.facts import Shown, shown_of_many
from scoring.selectors.vendor import AssessmentLine, EngagementLine, VendorPage, marks
from scoring.selectors.vendor_records import records_of
from scoring.vendor_parts import apart
from scoring.vendor_sections import sections
from scoring.vendor_verdict import verdict
from vendors.intake import IP_KINDS, SERVICES
from vendors.models import Engagement, ExternalId, Offboarding, Vendor
from vendors.selectors import vendors_visible_to
from vendors.selectors.offboarding import latest_of

_Status = Assessment.Status
#: Kind of the pill of each status: what it asks of the reader.
PILLS: Final[Mapping[str, str]] = {
    _Status.DRAFT: "active",
    _Status.SENT: "waiting",
    _Status.SUBMITTED: "waiting",
    _Status.IN_REVIEW: "active",
    _Status.RETURNED: "attention",
    _Status.APPROVED: "done",
    _Status.CLOSED: "stopped",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next, and where; `main` for the one that is asked of the reader."""

    label: str | Promise
    url: str
    main: bool = True


@dataclass(frozen=True, slots=True)
class EngagementCard:
    """An engagement in words, with its current assessment and what to do next."""

    engagement: Engagement
    tier: str
    facts: Sequence[tuple[str, str]]
    current: AssessmentLine | None
    status_kind: str
    steps: Sequence[Step]
    earlier: Sequence[AssessmentLine]
    edit_url: str
    records: Sequence[Shown]
    decision: ShownDecision | None
    ending: Offboarding | None
    end_url: str
    limit_url: str
    held: bool


def _found(request: Request, pk: UUID) -> VendorPage:
    """The vendor, seen from the working unit where that works with it."""
    ids = ExternalId.objects.filter(vendor=OuterRef("pk")).order_by("system", "pk")
    pair = JSONObject(system="system", value="value")
    rows = vendors_visible_to(request.principal).annotate(
        ids=ArraySubquery(ids.values(pair=pair)),
        took_in=Exists(Vendor.objects.filter(merged_into=OuterRef("pk"))),
        **marks(request.principal, working_unit(request)),
    )
    vendor = get_object_or_404(rows, pk=pk)
    return vendor_page(vendor, request.principal, working_unit(request))


@page(Permission.VIEW)
@require_safe
def vendor(request: Request, pk: UUID) -> HttpResponse:
    """One vendor as the working unit sees it, or over all units."""
    principal = request.principal
    seen = _found(request, pk)
    found, unit, links = seen.vendor, seen.unit, seen.links
    driver, known = _driver(seen), _known(seen)
    score = driver[1].score if driver else None
    may_edit = any(principal.can(Permission.EDIT_VENDORS, link.unit_id) for link in links)
    may_add = any(principal.can(Permission.EDIT_ENGAGEMENTS, link.unit_id) for link in links)
    context = {
        "crumbs": [(_("Vendors"), address("scoring:vendors")), (found.name, "")],
        "vendor": found,
        "country": str(countries.name(found.country.code) or "") if found.country else "",
        "unit": unit,
        "standing": seen.standing,
        "sentence": words.in_short(seen.standing) if seen.standing else "",
        "firmness": _firmness(seen, score),
        "worst": words.dimension(seen.standing.worst_dimension) if seen.standing else "",
        "driver": driver,
        "score": score,
        "method": score.methodology.version if score else "",
        "method_url": address("scoring:method", score.methodology_id) if score else "",
        "parameters": methods.parameters(score.methodology_id) if score else None,
        "driver_tier": words.tier(score.tier) if score else "",
        "partial": seen.partial,
        "hidden": seen.hidden,
        "held": seen.held,
        "elsewhere": _elsewhere(request, unit, [link.unit_id for link in links]),
        "verdict": verdict(found, list(known.values()), principal),
        "engagements": _cards(seen, principal, known),
        "apart": apart(score, driver[1].assessment, principal) if driver and score else None,
        "records": sections(found, records_of(found, principal, unit)),
        "dimensions": charts.dimensions(
            score, address("scoring:score_dimensions_csv", score.assessment_id)
        )
        if score
        else None,
        "history": charts.history(
            seen.history, seen.turns, address("scoring:vendor_history_csv", found.pk)
        ),
        "facts": _facts(found),
        "external_ids": getattr(found, "ids", []),
        "links": links,
        "events": _events(seen, principal),
        "log_url": address("scoring:vendor_log", found.pk),
        "edit_url": address("vendors:edit", found.pk) if may_edit else "",
        "ids_url": address("vendors:ids", found.pk) if may_edit else "",
        "units_url": address("vendors:units", found.pk) if may_edit else "",
        **_reports(principal, found),
        "engagement_url": address("vendors:engagement_add", found.pk) if may_add else "",
    }
    return render(request, "scoring/vendor.html", context)


def _reports(principal: Principal, vendor: Vendor) -> dict[str, str]:
    """Where a report on the vendor is asked for, and where earlier ones are; for readers of scores.

    Reports are a floor above: an installation may do without them.
    """
    asking, kept = address("reports:new_on_vendor", vendor.pk), address("reports:reports")
    if not principal.can(Permission.READ_SCORES) or not asking:
        return {}
    return {"report_url": asking, "reports_url": f"{kept}?vendor={vendor.pk}"}


def _driver(seen: VendorPage) -> tuple[Engagement, AssessmentLine] | None:
    """The engagement and the assessment whose score is the vendor's."""
    for line in seen.engagements:
        for one in line.assessments:
            if one.drives:
                return line.engagement, one
    return None


def _firmness(seen: VendorPage, score: CurrentScore | None) -> str:
    """How firm the rating is, and what it waits for."""
    if seen.standing is None:
        return ""
    said = words.firmness(seen.standing)
    if score is not None and score.status == "final" and seen.standing.status == "provisional":
        # The score that makes the rating is firm; another one that has to count is not.
        return _("%(firmness)s; another assessment is not final yet") % {"firmness": said}
    return said


def _elsewhere(request: Request, unit: BusinessUnit | None, linked: Sequence[UUID]) -> list[str]:
    """The other units of the reader's own that work with the vendor, by name."""
    if unit is None:
        return []
    return [one.name for one in choices(request) if one.pk in set(linked) and one.pk != unit.pk]


def _known(seen: VendorPage) -> dict[UUID, Known]:
    """What holds for each engagement: the decision, and the score it stands on."""
    return current_of_many(
        [line.engagement for line in seen.engagements],
        {
            line.engagement.pk: line.current.assessment
            for line in seen.engagements
            if line.current is not None
        },
    )


def _cards(
    seen: VendorPage, principal: Principal, known: Mapping[UUID, Known]
) -> list[EngagementCard]:
    records = shown_of_many([line.engagement.pk for line in seen.engagements])
    endings = latest_of(records, principal)
    return [
        _card(line, principal, list(records[line.engagement.pk].values()), known, endings)
        for line in seen.engagements
    ]


def _card(
    line: EngagementLine,
    principal: Principal,
    records: Sequence[Shown],
    known: Mapping[UUID, Known],
    endings: Mapping[UUID, Offboarding],
) -> EngagementCard:
    engagement, current = line.engagement, line.current
    sees = principal.can(Permission.READ_SCORES, engagement.unit_id)
    may_edit = principal.can(Permission.EDIT_ENGAGEMENTS, engagement.unit_id)
    ending = endings.get(engagement.pk)
    # A closed one is of the time before, where the work has begun again.
    ending = ending if ending and ending.is_open == (engagement.status != "ended") else None
    may_end = may_edit and ending is None and engagement.status == Engagement.Status.ACTIVE
    return EngagementCard(
        engagement=engagement,
        tier=words.tier(engagement.tier),
        facts=list(_engagement_facts(engagement)),
        current=current,
        status_kind=PILLS[current.assessment.status] if current else "todo",
        steps=[step for step in _steps(engagement, current, principal) if step.url],
        earlier=[one for one in line.assessments if one is not current],
        edit_url=address("vendors:engagement_edit", engagement.pk) if may_edit else "",
        records=records if sees else (),
        decision=shown(known[engagement.pk], principal) if sees else None,
        ending=ending,
        end_url=address("vendors:offboarding_start", engagement.pk) if may_end else "",
        limit_url=address("vendors:limit", engagement.pk)
        if principal.can(Permission.LIMIT, engagement.unit_id)
        else "",
        held=getattr(engagement, "on_hold", False),
    )


def _engagement_facts(engagement: Engagement) -> Iterator[tuple[str, str]]:
    yield _("Service"), _(SERVICES.get(engagement.service, engagement.service))
    if engagement.ip_kinds:
        kinds = (_(IP_KINDS.get(kind, kind)) for kind in engagement.ip_kinds)
        yield _("Entrusted"), "; ".join(kinds)
    if engagement.made_in:
        names = (str(countries.name(code) or code) for code in engagement.made_in)
        yield _("Made in"), ", ".join(names)
    if engagement.annual_spend is not None:
        yield _("Spend a year"), f"{figure(engagement.annual_spend, 0)} {engagement.currency}"


def _steps(
    engagement: Engagement, current: AssessmentLine | None, principal: Principal
) -> Iterator[Step]:
    """What can be done about the assessment, the most pressing first."""
    unit_id = engagement.unit_id
    may_open = principal.can(Permission.OPEN_ASSESSMENTS, unit_id)
    over = engagement.status == Engagement.Status.ENDED
    opening = address("assessments:open", engagement.pk)
    if current is None:
        if may_open and not over:
            yield Step(lazy("Open an assessment"), opening)
        return
    assessment = current.assessment
    tasks = address("assessments:assessment", assessment.pk)
    review = address("assessments:review", assessment.pk)
    may_answer = principal.can(Permission.ANSWER, unit_id)
    may_review = principal.can(Permission.REVIEW, unit_id)
    card = address("scoring:scorecard", assessment.pk)
    match assessment.status:
        case _Status.DRAFT | _Status.RETURNED if may_answer:
            yield Step(lazy("Continue the assessment"), tasks)
        case _Status.SUBMITTED if may_review:
            yield Step(lazy("Start the review"), review)
        case _Status.IN_REVIEW if may_review:
            yield Step(lazy("Continue the review"), review)
        case _Status.APPROVED:
            yield Step(lazy("See the score"), card)
            if may_open and not over:
                yield Step(lazy("Assess again"), opening, main=False)
            return
        case _:
            yield Step(lazy("See the answers"), tasks, main=False)
    yield Step(lazy("See the score"), card, main=False)


def _facts(vendor: Vendor) -> list[dict[str, Any]]:
    """The registration data, as rows of a summary list."""
    rows = [
        (_("Registered name"), vendor.name),
        (_("Country"), str(countries.name(vendor.country.code) or "") if vendor.country else ""),
        (_("City"), vendor.city),
        (_("Registration number"), vendor.registration_number),
        (_("LEI"), vendor.lei),
        (_("VAT number"), vendor.vat_number),
        (_("Website"), vendor.website),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _events(seen: VendorPage, principal: Principal) -> list[dict[str, Any]]:
    """The latest entries of the vendor's log, each with its page where they may read that log."""
    return [
        {
            "at": line.event.occurred_at,
            "title": line.sentence,
            "who": line.who,
            "url": line.url,
        }
        for line in log.lines(seen.events, principal)
    ]


@page(Permission.VIEW)
@require_safe
def history_csv(request: Request, pk: UUID) -> HttpResponseBase:
    """Where the vendor stood over time, one line per day on which something changed."""
    seen = _found(request, pk)
    head = [_("From day"), _("Band"), _("Points"), _("From"), _("To"), _("Firmness"), _("Why")]
    rows = [
        [
            row.valid_from.isoformat(),
            band_word(row.band),
            charts.decimal(row.points),
            charts.decimal(row.lo),
            charts.decimal(row.hi),
            str(words.STATUS_WORDS[row.status]),
            words.turn(turn),
        ]
        for row, turn in reversed(list(zip(seen.history, seen.turns, strict=True)))
    ]
    return csv_file.stream(f"vendor-history-{seen.vendor.pk}.csv", head, rows)
