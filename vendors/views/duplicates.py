"""Records that may be one company: looked at side by side, merged, told apart; merges undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from vendors import selectors
from vendors.country_names import country_name
from vendors.forms.duplicate import ApartForm, DuplicateFilter, MergeForm
from vendors.models import MergeRecord, Vendor
from vendors.selectors import merges
from vendors.selectors.duplicates import Lookalike, likely_pairs
from vendors.services.merging import jobs
from vendors.services.merging import merge as merging
from vendors.services.merging.plan import CannotMerge, Choice, Plan, check, choose, plan
from vendors.services.merging.undo import CannotUndo
from vendors.views.imports import FIELD_NAMES
from vendors.views.places import crumbs, held_vendor, vendor_page
from vendors.views.vendors import tabs

EDIT = Permission.EDIT_VENDORS
MERGE = Permission.MERGE_VENDORS


@require_safe
@page(EDIT)
def index(request: Request) -> HttpResponse:
    """Likely pairs over everything the person edits, the surest first; and the latest merges."""
    form = DuplicateFilter(request.GET)
    form.is_valid()
    words = form.cleaned_data.get("q", "")
    unit = working_unit(request)
    found = likely_pairs(
        request.principal,
        unit_id=unit.pk if unit else None,
        words=words,
        after=request.GET.get("after", ""),
    )
    return render(
        request,
        "vendors/duplicates/list.html",
        {
            "form": form,
            "filtered": bool(words),
            "unit": unit,
            "rows": [
                {
                    "pair": pair,
                    "one_url": vendor_page(pair.one.id),
                    "other_url": vendor_page(pair.other.id),
                    "one_country": country_name(pair.one.country),
                    "other_country": country_name(pair.other.country),
                    "merge_url": reverse("vendors:merge", args=[pair.one.id, pair.other.id]),
                    "apart_url": reverse("vendors:tell_apart", args=[pair.one.id, pair.other.id]),
                }
                for pair in found.rows
            ],
            "next": found.next,
            "after": request.GET.get("after", ""),
            "merges": list(merges.merges_visible_to(request.principal)[:10]),
            "jobs": [
                (job, merges.said_of(job, request.principal))
                for job in merges.unfinished_jobs_of(request.principal)
            ],
            "crumbs": [(_("Duplicates"), "")],
        },
    )


@require_safe
@page(EDIT)
def of_vendor(request: Request, pk: UUID) -> HttpResponse:
    """Records that may be this vendor as well, and what was merged into it."""
    vendor = held_vendor(request, pk)
    alike = selectors.lookalikes(
        request.principal,
        unit=None,
        name=vendor.name,
        country=vendor.country.code or "",
        registration_number=vendor.registration_number,
        lei=vendor.lei,
        vat_number=vendor.vat_number,
        website=vendor.website,
        leave_out=[vendor.pk],
    )
    return render(
        request,
        "vendors/duplicates/vendor.html",
        {
            "vendor": vendor,
            "alike": [_alike(vendor, one) for one in alike],
            "merges": merges.merges_of(vendor.pk, request.principal),
            "tabs": tabs(vendor, "of_vendor"),
            "crumbs": crumbs(vendor, (_("Duplicates"), "")),
        },
    )


def _alike(vendor: Vendor, one: Lookalike) -> dict[str, Any]:
    """A lookalike; one of other units can be merged by somebody who works there as well."""
    pair = [vendor.pk, one.id]
    return {
        "found": one,
        "country": country_name(one.country),
        "url": vendor_page(one.id) if one.visible else "",
        "merge_url": reverse("vendors:merge", args=pair) if one.visible else "",
        "apart_url": reverse("vendors:tell_apart", args=pair) if one.visible else "",
    }


def _pair(
    request: Request, one: UUID, other: UUID, permission: Permission
) -> tuple[Vendor, Vendor]:
    """Both records, if the person holds `permission` for both; else 404."""
    if one == other:
        raise Http404
    return held_vendor(request, one, permission), held_vendor(request, other, permission)


@page(MERGE)
def merge(request: Request, pk: UUID, other: UUID) -> HttpResponse:
    """What a merge of two records would do; POST has it done. The first one is kept."""
    kept, gone = _pair(request, pk, other, MERGE)
    try:
        check(kept, gone, request.principal)
    except Refused as refused:
        return _refused(request, kept, gone, refused)
    form = MergeForm(
        request.POST or None,
        differing=_differing(choose(kept, gone)),
        initial={"seen": MergeForm.pack(kept.version, gone.version)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            job = jobs.ask(
                kept=kept,
                gone=gone,
                versions=form.cleaned_data["seen"],
                take=form.take(),
                reason=form.cleaned_data["reason"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as late:
            messages.warning(request, late.message)
            return redirect("vendors:merge", pk, other)
        except CannotMerge as refused:
            return _refused(request, kept, gone, refused)
        else:
            return redirect("vendors:merge_job", job.pk)
    made = plan(kept=kept, gone=gone, by=request.principal)
    return render(
        request,
        "vendors/duplicates/merge.html",
        {
            "kept": kept,
            "gone": gone,
            "form": form,
            "same": _same(made),
            "filled": _filled(made),
            "moving": _counted(made, "moving"),
            "staying": _counted(made, "staying"),
            "doubts": [FIELD_NAMES[field]() for field in made.doubts],
            "kept_url": vendor_page(kept.pk),
            "gone_url": vendor_page(gone.pk),
            "swap_url": reverse("vendors:merge", args=[gone.pk, kept.pk]),
            "days": merging.UNDO_DAYS,
            "cancel_url": reverse("vendors:duplicates"),
            "crumbs": _crumbs(_("Merge")),
        },
    )


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [(_("Duplicates"), reverse("vendors:duplicates")), (title, "")]


def _refused(
    request: Request, kept: Vendor, gone: Vendor, refused: Refused, made: MergeRecord | None = None
) -> HttpResponse:
    """Why the two cannot be merged, with both to look at, and what is under way instead.

    With `made`: why what was merged cannot be parted again.
    """
    own = merges.jobs_of(request.principal)
    job = own.filter(pk=job_id).first() if (job_id := refused.extra.get("job_id")) else None
    return render(
        request,
        "vendors/duplicates/refused.html",
        {
            "title": _("These two cannot be parted again")
            if made
            else _("These two cannot be merged"),
            "refused": refused,
            "looks": [
                (vendor_page(kept.pk), kept.name),
                (reverse("vendors:merge_record", args=[made.pk]), _("What was merged"))
                if made
                else (vendor_page(gone.pk), gone.name),
            ],
            "job_url": reverse("vendors:merge_job", args=[job.pk]) if job else "",
            "crumbs": _crumbs(_("Undo merge") if made else _("Merge")),
        },
        status=409 if isinstance(refused, CannotMerge) else refused.status,
    )


def _words(field: str, value: str) -> str:
    return country_name(value) if field == "country" else value


def _label(field: str) -> str:
    name = FIELD_NAMES[field]()
    return name[:1].upper() + name[1:]


def _differing(choices: Sequence[Choice]) -> list[tuple[str, str, str, str]]:
    return [
        (one.field, _label(one.field), _words(one.field, one.kept), _words(one.field, one.gone))
        for one in choices
        if one.differs
    ]


def _same(made: Plan) -> list[tuple[str, str]]:
    return [
        (_label(one.field), _words(one.field, one.kept))
        for one in made.choices
        if one.kept and not one.differs
    ]


def _filled(made: Plan) -> list[tuple[str, str]]:
    return [
        (_label(one.field), _words(one.field, one.gone))
        for one in made.choices
        if one.gone and not one.kept
    ]


def _counted(made: Plan, which: str) -> list[tuple[str, int]]:
    """(what the rows are called, how many), tables with several references taken together."""
    counts: dict[str, int] = {}
    for rows in made.rows:
        name = rows.relation.title
        counts[name] = counts.get(name, 0) + getattr(rows, which)
    return sorted((name[:1].upper() + name[1:], count) for name, count in counts.items() if count)


@page(EDIT)
def tell_apart(request: Request, pk: UUID, other: UUID) -> HttpResponse:
    """Two companies, with a reason; they are not listed again until either record changes."""
    one, two = _pair(request, pk, other, EDIT)
    form = ApartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            merging.tell_apart(
                one=one, other=two, reason=form.cleaned_data["reason"], by=request.principal
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("Remembered until either of the two changes."))
            return redirect("vendors:duplicates")
    return render(
        request,
        "vendors/duplicates/apart.html",
        {
            "one": one,
            "other": two,
            "form": form,
            "one_url": vendor_page(one.pk),
            "other_url": vendor_page(two.pk),
            "cancel_url": reverse("vendors:duplicates"),
            "crumbs": _crumbs(_("Not the same")),
        },
    )


@require_safe
@page(Permission.VIEW)
def merge_record(request: Request, pk: UUID) -> HttpResponse:
    """What was merged, what moved, and the way back while there is one."""
    made = get_object_or_404(merges.merges_visible_to(request.principal), pk=pk)
    open_still = made.undone_at is None and clock.now() <= made.undo_until
    may_undo = open_still and merges.may_merge(request.principal, made.kept_id, made.gone_id)
    return render(
        request,
        "vendors/duplicates/record.html",
        {
            "made": made,
            "kept_url": vendor_page(made.kept_id),
            "moved": merging.titled(made.moved),
            "changed": [
                (_label(field), _words(field, before), _words(field, after))
                for field, before, after in merging.changed(made)
            ],
            "until": date_format(made.undo_until, "DATE_FORMAT"),
            "open": open_still,
            "undo_url": reverse("vendors:merge_undo", args=[pk]) if may_undo else "",
            "crumbs": _crumbs(_("Merge")),
        },
    )


@page(MERGE)
def undo(request: Request, pk: UUID) -> HttpResponse:
    """Make the two records two again, after asking."""
    made = get_object_or_404(merges.merges_visible_to(request.principal), pk=pk)
    if not merges.may_merge(request.principal, made.kept_id, made.gone_id):
        raise PermissionDenied
    if request.method == "POST":
        if made.undone_at is not None:
            return redirect("vendors:merge_record", pk)
        try:
            job = jobs.ask_undo(made=made, by=request.principal)
        except (CannotMerge, CannotUndo) as refused:
            return _refused(request, made.kept, made.gone, refused, made)
        return redirect("vendors:merge_job", job.pk)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Undo merge"),
            "question": _("Separate “%(gone)s” from “%(kept)s” again?")
            % {"gone": made.gone.name, "kept": made.kept.name},
            "text": _(
                "Everything goes back to where it was. What was changed since stays as it is now, "
                "and is named. What was added to an engagement goes with the engagement."
            ),
            "confirm_label": _("Undo merge"),
            "cancel_url": reverse("vendors:merge_record", args=[pk]),
            "danger": True,
            "crumbs": _crumbs(_("Undo merge")),
        },
    )
