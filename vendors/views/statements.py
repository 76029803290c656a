"""Entering, changing and withdrawing statements of a vendor."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit import clock
from audit.errors import Invalid, OutOfDate
from vendors import statement_data
from vendors.forms.statement import (
    DeclinedForm,
    StatementAddForm,
    StatementEditForm,
    WithdrawForm,
    flat,
)
from vendors.merging import merge
from vendors.models import Statement, Vendor
from vendors.selectors.finances import nearest_statement, statements_of, statements_visible_to
from vendors.services import statements
from vendors.services.statements import YearTaken
from vendors.statement_data import values_of
from vendors.views.places import crumbs, held_vendor
from vendors.views.vendors import clash_rows

EDIT = Permission.EDIT_FACTS


def finances_page(pk: UUID) -> str:
    """The page of a vendor's finances."""
    return reverse("scoring:finances", args=[pk])


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new statement of a fiscal year."""
    vendor = held_vendor(request, pk, EDIT)
    form = StatementAddForm(posted(request), initial=_first_values(vendor))
    if request.method == "POST" and form.is_valid():
        try:
            made = statements.file(vendor=vendor, values=form.values(), by=request.principal)
        except (Invalid, YearTaken) as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return _saved(request, made)
    return _page(request, form, vendor=vendor, title=_("Add a statement"))


def _first_values(vendor: Vendor) -> dict[str, Any]:
    """What a new statement starts with: the year after the last one, its currency and unit."""
    today = clock.today()
    last = next((one for one in statements_of(vendor) if not one.declined), None)
    if last is None or last.period_end is None:
        return {
            "fiscal_year": today.year - 1,
            "period_end": date(today.year - 1, 12, 31),
            "currency": vendor.currency,
        }
    return {
        "fiscal_year": last.fiscal_year + 1,
        "currency": last.currency,
        "scale": last.scale,
        "scope": last.scope,
    }


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """A statement put right. Where two people change the same line, both values are shown."""
    statement = _current(request, pk)
    values = flat(values_of(statement))
    initial = {**values, "base": StatementEditForm.pack(statement.version, values)}
    form = StatementEditForm(posted(request), initial=initial)
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved, clashes, form = _save(statement, form, request)
        except (Invalid, YearTaken) as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            if not clashes:
                return _saved(request, saved)
    title = _("Edit the statement of %(year)d") % {"year": statement.fiscal_year}
    return _page(
        request,
        form,
        vendor=statement.vendor,
        title=title,
        statement=statement,
        clashes=clashes,
    )


def _save(
    statement: Statement, form: StatementEditForm, request: Request
) -> tuple[Statement, list[dict[str, Any]], StatementEditForm]:
    """(what stands now, fields that somebody else changed too, the form to go on with)."""
    version, base = form.opened()
    mine, by = form.values(), request.principal
    try:
        saved = statements.change(statement=statement, version=version, values=mine, by=by)
    except OutOfDate as refused:
        theirs, now = flat(refused.extra["current"]), refused.extra["version"]
        merged = merge(base, mine, theirs)
        if merged.clashes:
            again = StatementEditForm(
                initial={**merged.values, "base": StatementEditForm.pack(now, theirs)}
            )
            return statement, clash_rows(again, merged.clashes, merged.values, theirs), again
        saved = statements.change(statement=statement, version=now, values=merged.values, by=by)
    return saved, [], form


def _current(request: Request, pk: UUID) -> Statement:
    """A statement that counts, of a vendor whose facts the person records; else 404."""
    rows = statements_visible_to(request.principal, EDIT).filter(withdrawn_at__isnull=True)
    return get_object_or_404(rows, pk=pk)


def _saved(request: Request, made: Statement) -> HttpResponse:
    other = nearest_statement(made.vendor, made.fiscal_year)
    for hint in statement_data.hints(values_of(made), other):
        messages.warning(request, hint)
    messages.success(
        request, _("The statement of %(year)d is on record.") % {"year": made.fiscal_year}
    )
    return redirect(finances_page(made.vendor_id))


def _page(request: Request, form: Any, *, vendor: Vendor, title: str, **more: Any) -> HttpResponse:
    statement: Statement | None = more.get("statement")
    year = statement.fiscal_year if statement else 0
    other = nearest_statement(vendor, year or clock.today().year + 1)
    return render(
        request,
        "vendors/finances/statement_form.html",
        {
            "form": form,
            "vendor": vendor,
            "title": title,
            "other": other,
            "cancel_url": finances_page(vendor.pk),
            "crumbs": crumbs(vendor, (_("Finances"), finances_page(vendor.pk)), (title, "")),
            **more,
        },
        status=409 if more.get("clashes") else 200,
    )


@page(EDIT)
def declined(request: Request, pk: UUID) -> HttpResponse:
    """The vendor declined to disclose a year: an answer of its own."""
    vendor = held_vendor(request, pk, EDIT)
    form = DeclinedForm(posted(request), initial={"fiscal_year": clock.today().year - 1})
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "declined": True}
        try:
            made = statements.file(vendor=vendor, values=values, by=request.principal)
        except (Invalid, YearTaken) as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(
                request,
                _("On record: the vendor declined to disclose its statement of %(year)d.")
                % {"year": made.fiscal_year},
            )
            return redirect(finances_page(vendor.pk))
    title = _("The vendor declined to disclose")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "form": form,
            "question": _("Record that %(name)s will not tell?") % {"name": vendor.name},
            "text": _(
                "It counts as the worst in the score, like any answer that is declined, until a "
                "statement of this year or a later one is filed."
            ),
            "confirm_label": _("Record it"),
            "cancel_url": finances_page(vendor.pk),
            "crumbs": crumbs(vendor, (_("Finances"), finances_page(vendor.pk)), (title, "")),
        },
    )


@page(EDIT)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take a statement out of the count, with a reason; it stays on record."""
    statement = _current(request, pk)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        statements.withdraw(
            statement=statement, reason=form.cleaned_data["reason"], by=request.principal
        )
        messages.success(
            request,
            _("The statement of %(year)d was withdrawn. It stays on record with the reason.")
            % {"year": statement.fiscal_year},
        )
        return redirect(finances_page(statement.vendor_id))
    title = _("Withdraw the statement of %(year)d") % {"year": statement.fiscal_year}
    there = finances_page(statement.vendor_id)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "form": form,
            "question": _("Withdraw the statement of %(year)d of %(name)s?")
            % {"year": statement.fiscal_year, "name": statement.vendor.name},
            "text": _("It counts no longer. Nothing is deleted, and the year can be filed again."),
            "confirm_label": _("Withdraw"),
            "danger": True,
            "cancel_url": there,
            "crumbs": crumbs(statement.vendor, (_("Finances"), there), (title, "")),
        },
    )
