"""The checklist of a contract: each point with guidance, how it is settled, and counsel's word."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.posting import post_only
from audit.errors import Invalid, OutOfDate
from vendors.clauses import ClauseDefinition, checklist
from vendors.country_names import country_name
from vendors.forms.vendor import language
from vendors.models import Clause, Contract
from vendors.selectors.contracts import clauses_of, contracts_visible_to
from vendors.services import clauses
from vendors.services.clauses import DEVIATIONS
from vendors.views.places import crumbs

EDIT = Permission.EDIT_FACTS
DECIDE = Permission.DECIDE_FACTS
#: Which points are shown.
SHOWN = ("all", "open", "review", "gaps")


@page(Permission.VIEW)
@require_safe
def index(request: Request, pk: UUID) -> HttpResponse:
    """All points, or those that wait for somebody."""
    contract = get_object_or_404(contracts_visible_to(request.principal), pk=pk)
    return _page(request, contract)


def _page(
    request: Request,
    contract: Contract,
    *,
    refused: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`refused`: of the point that was not saved its `key`, `errors`, `typed` and `theirs`."""
    rows, lang = clauses_of(contract), language()
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    unit_id = contract.engagement.unit_id
    groups = []
    counts = dict.fromkeys(SHOWN, 0)
    for group in checklist().groups:
        points = []
        for definition in group.clauses:
            row = rows.get(definition.key)
            fits = _fits(row)
            for name in fits:
                counts[name] += 1
            if show in fits or (refused and refused["key"] == definition.key):
                points.append(_point(definition, row, contract, lang, refused))
        if points:
            groups.append({"title": group.title.text_for(lang), "points": points})
    here = reverse("vendors:clauses", args=[contract.pk])
    vendor = contract.engagement.vendor
    return render(
        request,
        "vendors/contracts/clauses.html",
        {
            "contract": contract,
            "vendor": vendor,
            "engagement": contract.engagement,
            "groups": groups,
            "judged": len(rows),
            "points": len(checklist().by_key),
            "may_edit": request.principal.can(EDIT, unit_id),
            "may_decide": request.principal.can(DECIDE, unit_id),
            "statuses": Clause.Status.choices,
            "problems": _problems(refused, lang),
            "has_errors": refused is not None,
            "show": show,
            "tabs": [
                {
                    "label": label,
                    "url": here if name == "all" else f"{here}?show={name}",
                    "active": name == show,
                    "count": counts[name],
                }
                for name, label in zip(
                    SHOWN,
                    (_("All"), _("Not looked at"), _("For counsel"), _("Weak or missing")),
                    strict=True,
                )
            ],
            "crumbs": crumbs(
                vendor,
                (_("Contracts"), reverse("vendors:contracts", args=[vendor.pk])),
                (contract.title, reverse("vendors:contract", args=[contract.pk])),
                (_("Clauses"), ""),
            ),
        },
        status=status,
    )


def _fits(row: Clause | None) -> set[str]:
    """The views in which a point is shown."""
    if row is None:
        return {"all", "open"}
    found = {"all"}
    if row.reviewed_at is None:
        found.add("review")
    unapproved = row.status in DEVIATIONS and not row.deviation_approved
    if row.status in {Clause.Status.WEAK, Clause.Status.MISSING} or (
        unapproved and not (row.status == Clause.Status.LICENCE and row.no_assignment)
    ):
        found.add("gaps")
    return found


def _point(
    definition: ClauseDefinition,
    row: Clause | None,
    contract: Contract,
    lang: str,
    refused: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """One point as the page shows it; what was typed where it was refused."""
    mine = refused if refused and refused["key"] == definition.key else None
    typed: Mapping[str, Any] = mine["typed"] if mine else {}
    law = contract.law_country.code or ""

    def value(name: str) -> str:
        return str(typed.get(name, getattr(row, name, "")))

    return {
        "key": definition.key,
        "title": definition.title.text_for(lang),
        "why": definition.why.text_for(lang),
        "preferred": definition.preferred.text_for(lang),
        "fallback": definition.fallback.text_for(lang),
        "weight": definition.weight,
        "licence": definition.licence,
        "law": country_name(law) if law in definition.no_assignment else "",
        "row": row,
        "status": value("status"),
        "extract": value("extract"),
        "note": value("note"),
        "reason": value("reason"),
        "deviation_reason": value("deviation_reason"),
        "no_assignment": bool(typed.get("no_assignment"))
        if mine
        else bool(row and row.no_assignment),
        "version": row.version if row else 0,
        "deviation": bool(row and row.status in DEVIATIONS),
        "errors": [text for said in mine["errors"].values() for text in said] if mine else [],
        "theirs": mine["theirs"] if mine else None,
    }


def _problems(refused: Mapping[str, Any] | None, lang: str) -> list[tuple[str, str]]:
    """What is wrong with one of the points, and with which."""
    if not refused:
        return []
    key = refused["key"]
    point = checklist().by_key[key].title.text_for(lang)
    return [
        (f"c-{key}", f"{point}: {text}") for said in refused["errors"].values() for text in said
    ]


@post_only
@page(EDIT)
def judge(request: Request, pk: UUID, key: str) -> HttpResponse:
    """How one point is settled; then on to the next one that nobody has looked at."""
    contract = get_object_or_404(contracts_visible_to(request.principal, EDIT), pk=pk)
    _known(key)
    values = {
        "status": request.POST.get("status", ""),
        "extract": request.POST.get("extract", ""),
        "note": request.POST.get("note", ""),
        "reason": request.POST.get("reason", ""),
        "no_assignment": request.POST.get("no_assignment") == "yes",
    }
    try:
        clauses.judge(
            contract=contract,
            key=key,
            version=_version(request),
            values=values,
            by=request.principal,
        )
    except Invalid as error:
        refused = {"key": key, "errors": error.extra["errors"], "typed": values, "theirs": None}
        return _page(request, contract, refused=refused, status=error.status)
    except OutOfDate as error:
        refused = {
            "key": key,
            "errors": {"": [error.message]},
            "typed": values,
            "theirs": clauses_of(contract).get(key),
        }
        return _page(request, contract, refused=refused, status=409)
    messages.success(request, _("Saved: %(title)s") % {"title": _title(key)})
    return redirect(_after(request, contract, key))


@post_only
@page(DECIDE)
def review(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Counsel confirms how one point is settled, and approves its deviation or not."""
    contract = get_object_or_404(contracts_visible_to(request.principal, DECIDE), pk=pk)
    _known(key)
    try:
        clauses.review(
            contract=contract,
            key=key,
            version=_version(request),
            approve=request.POST.get("decision") == "approve",
            reason=request.POST.get("deviation_reason", ""),
            by=request.principal,
        )
    except (Invalid, OutOfDate) as error:
        row = clauses_of(contract).get(key)
        stale = isinstance(error, OutOfDate)
        refused = {
            "key": key,
            "errors": {"": [error.message]} if stale else error.extra["errors"],
            "typed": {
                **{name: getattr(row, name, "") for name in clauses.FIELDS},
                "deviation_reason": request.POST.get("deviation_reason", ""),
            },
            "theirs": row if stale else None,
        }
        return _page(request, contract, refused=refused, status=error.status)
    messages.success(request, _("Confirmed: %(title)s") % {"title": _title(key)})
    return redirect(_after(request, contract, key))


def _known(key: str) -> None:
    if key not in checklist().by_key:
        raise Http404


def _version(request: Request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _title(key: str) -> str:
    return checklist().by_key[key].title.text_for(language())


def _after(request: Request, contract: Contract, key: str) -> str:
    """The next point in the same view, or the one just saved where it is the last."""
    keys = list(checklist().by_key)
    following = keys[keys.index(key) + 1 :][:1] or [key]
    show = request.POST.get("show", "")
    query = f"?show={show}" if show in SHOWN and show != "all" else ""
    return f"{reverse('vendors:clauses', args=[contract.pk])}{query}#c-{following[0]}"
