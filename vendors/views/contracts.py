"""The contracts of a vendor, and one of them: seen, entered, changed, its notice settled."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.figures import figure
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.principal import Principal
from accounts.units import working_unit
from audit import clock
from audit.errors import Invalid
from vendors.clauses import checklist
from vendors.contract_gaps import gaps, is_in_force
from vendors.country_names import country_name
from vendors.forms.contracts import ContractForm
from vendors.models import Contract, Engagement, Vendor
from vendors.selectors import engagements_visible_to, vendors_visible_to
from vendors.selectors.contracts import (
    Recorded,
    clauses_of,
    contracts_visible_to,
    policies_of,
    recorded_of,
)
from vendors.services import contracts
from vendors.views.places import crumbs
from vendors.views.saving import save
from vendors.views.terms import bar, cap_words, carved_words, term_words

EDIT = Permission.EDIT_FACTS


@page(Permission.VIEW)
@require_safe
def index(request: Request, pk: UUID) -> HttpResponse:
    """Contracts, clauses, cap, insurance, and what is missing, per engagement."""
    principal, today = request.principal, clock.today()
    vendor = get_object_or_404(vendors_visible_to(principal), pk=pk)
    policies = list(policies_of(vendor)[:100])
    recorded = recorded_of(vendor, principal, working_unit(request))
    if not recorded:
        # The working unit may not work with this vendor; the reader's other units may.
        recorded = recorded_of(vendor, principal)
    held = vendors_visible_to(principal, EDIT).filter(pk=pk).exists()
    return render(
        request,
        "vendors/contracts/index.html",
        {
            "vendor": vendor,
            "cards": [_card(one, policies, principal, today) for one in recorded],
            "policies": [
                (one, one.status == "current" and one.valid_from <= today <= one.expires_on)
                for one in policies
            ],
            "may_edit": held,
            "engagement_url": reverse("vendors:engagement_add", args=[pk])
            if principal.can(Permission.EDIT_ENGAGEMENTS)
            else "",
            "today": today,
            "crumbs": crumbs(vendor, (_("Contracts"), "")),
        },
    )


def _card(
    recorded: Recorded, policies: Sequence[Any], principal: Principal, today: date
) -> dict[str, Any]:
    """One engagement as the page shows it."""
    engagement = recorded.engagement
    may_edit = principal.can(EDIT, engagement.unit_id)
    return {
        "engagement": engagement,
        "may_edit": may_edit,
        "contracts": [
            {
                "contract": one,
                "in_force": is_in_force(one, today),
                "term": term_words(one),
                "cap": cap_words(one),
                "carved": carved_words(one),
                "bar": bar(recorded.statuses.get(one.pk, {}), one.amends_id is None),
                "reviewed": recorded.reviewed.get(one.pk, 0),
                "notice": _open_notice(one, today),
            }
            for one in recorded.contracts
        ],
        "exposure": recorded.exposure,
        "personal_data": recorded.personal_data,
        "ict_service": recorded.ict_service,
        "gaps": [
            (_where(where, engagement, may_edit), said)
            for where, said in gaps(recorded, policies, today)
        ],
    }


def _open_notice(contract: Contract, today: date) -> date | None:
    """The day until which notice can be given, while nobody has dealt with it."""
    day = contract.notice_on
    waits = contract.status == "in_force" and day is not None and day != contract.notice_settled
    return day if waits else None


def _where(where: str, engagement: Engagement, may_edit: bool) -> str:
    """The address at which a gap can be closed."""
    if where.startswith("edit:"):
        name = "vendors:contract_edit" if may_edit else "vendors:contract"
        return reverse(name, args=[where.removeprefix("edit:")])
    pages = {
        "contract": "vendors:contract_add",
        "exposure": "vendors:exposure",
        "personal_data": "vendors:personal_data",
        "ict_service": "vendors:ict_service",
    }
    if where == "policy":
        return reverse("vendors:policy_add", args=[engagement.vendor_id]) if may_edit else ""
    if where in pages:
        return reverse(pages[where], args=[engagement.pk]) if may_edit else ""
    return reverse("vendors:clauses", args=[where])


@page(Permission.VIEW)
@require_safe
def show(request: Request, pk: UUID) -> HttpResponse:
    """One contract with its amendments and how its clauses stand."""
    contract = get_object_or_404(contracts_visible_to(request.principal), pk=pk)
    engagement, today = contract.engagement, clock.today()
    clauses = clauses_of(contract)
    statuses: dict[str, int] = {}
    for row in clauses.values():
        statuses[row.status] = statuses.get(row.status, 0) + 1
    return render(
        request,
        "vendors/contracts/contract.html",
        {
            "contract": contract,
            "vendor": engagement.vendor,
            "engagement": engagement,
            "facts": _facts(contract),
            "in_force": is_in_force(contract, today),
            "term": term_words(contract),
            "notice": _open_notice(contract, today),
            "today": today,
            "amendments": contract.amendments.exclude(status="void").order_by("created_at", "pk"),
            "bar": bar(statuses, contract.amends_id is None),
            "points": len(checklist().by_key),
            "judged": len(clauses),
            "reviewed": sum(row.reviewed_at is not None for row in clauses.values()),
            "may_edit": request.principal.can(EDIT, engagement.unit_id),
            "crumbs": _crumbs(engagement.vendor, (contract.title, "")),
        },
    )


def _facts(contract: Contract) -> list[tuple[str, str]]:
    """What is on record, in words; what is not known is left out."""
    law = country_name(contract.law_country.code or "")
    if contract.law_region:
        law = f"{law}, {contract.law_region}" if law else contract.law_region
    forum = ", ".join(
        part
        for part in (
            contract.get_forum_display() if contract.forum else "",
            contract.forum_place,
            contract.forum_rules,
        )
        if part
    )
    indemnity = contract.get_indemnity_display() if contract.indemnity else ""
    if contract.indemnity_amount is not None:
        amount = figure(contract.indemnity_amount, 0)
        indemnity = f"{indemnity}: {contract.indemnity_currency} {amount}"
    rows = [
        (_("Reference"), contract.reference),
        (_("Our contracting party"), contract.our_party),
        (_("The vendor's contracting party"), contract.vendor_party),
        (_("Governing law"), law),
        (_("Disputes go to"), forum),
        (_("Cap on liability"), cap_words(contract)),
        (_("Not covered by the cap"), carved_words(contract)),
        (_("Indemnity for IP claims of others"), indemnity),
        (_("Where the document is kept"), contract.kept_at),
        (_("Note"), contract.note),
    ]
    return [(label, value) for label, value in rows if value]


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new contract of an engagement; with `?amends=` an amendment of another one."""
    engagement = get_object_or_404(engagements_visible_to(request.principal, EDIT), pk=pk)
    main = _amended(request, engagement)
    form = ContractForm(
        request.POST or None,
        initial={
            "cap_currency": engagement.currency,
            **({"title": _("Amendment to %(title)s") % {"title": main.title}} if main else {}),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = contracts.create(
                engagement=engagement,
                amends=main,
                values=form.taken(form.values()),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(
                request, _("%(title)s was entered. Next: its clauses.") % {"title": made.title}
            )
            return redirect("vendors:clauses", made.pk)
    title = _("Enter an amendment") if main else _("Enter a contract")
    return _form_page(request, form, engagement, title=title, main=main)


def _amended(request: Request, engagement: Engagement) -> Contract | None:
    asked = request.GET.get("amends")
    if not asked:
        return None
    try:
        wanted = UUID(asked)
    except ValueError:
        raise Http404 from None
    rows = contracts_visible_to(request.principal, EDIT).filter(engagement=engagement)
    return get_object_or_404(rows, pk=wanted)


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """A changed contract."""
    contract = get_object_or_404(contracts_visible_to(request.principal, EDIT), pk=pk)
    form = ContractForm(request.POST or None, initial=ContractForm.opened_on(contract))
    status = 200
    clashes: tuple[dict[str, Any], ...] = ()
    if request.method == "POST" and form.is_valid():
        outcome = save(
            form,
            write=lambda version, values: contracts.change(
                contract=contract, version=version, values=values, by=request.principal
            ),
            reread=lambda: contracts_visible_to(request.principal, EDIT).get(pk=pk),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect("vendors:contract", pk)
        form, clashes, status = outcome.form, outcome.clashes, outcome.status
    return _form_page(
        request,
        form,
        contract.engagement,
        title=_("Edit contract"),
        main=contract.amends,
        contract=contract,
        clashes=clashes,
        status=status,
    )


def _form_page(
    request: Request, form: Any, engagement: Engagement, *, title: str, **more: Any
) -> HttpResponse:
    contract = more.get("contract")
    cancel = (
        reverse("vendors:contract", args=[contract.pk])
        if contract
        else reverse("vendors:contracts", args=[engagement.vendor_id])
    )
    return render(
        request,
        "vendors/contracts/contract_form.html",
        {
            "form": form,
            "title": title,
            "engagement": engagement,
            "vendor": engagement.vendor,
            "cancel_url": cancel,
            "crumbs": _crumbs(engagement.vendor, (title, "")),
            **more,
        },
        status=more.get("status", 200),
    )


@post_only
@page(EDIT)
def notice(request: Request, pk: UUID) -> HttpResponse:
    """The day for notice is dealt with: notice was given, or the contract shall go on."""
    contract = get_object_or_404(contracts_visible_to(request.principal, EDIT), pk=pk)
    given = request.POST.get("done") == "given"
    contracts.settle_notice(contract=contract, given=given, by=request.principal)
    said = _("Noted: notice was given.") if given else _("Noted: the contract shall go on.")
    messages.success(request, said)
    return redirect("vendors:contract", pk)


def _crumbs(vendor: Vendor, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(vendor, (_("Contracts"), reverse("vendors:contracts", args=[vendor.pk])), *rest)
