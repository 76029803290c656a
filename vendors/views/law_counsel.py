"""What counsel puts on record about a country, and takes back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from audit import clock
from audit.errors import Invalid
from vendors import law_rows, law_words
from vendors.forms.law import Counsel, FactForm, RatingForm, ReasonForm
from vendors.models import Country
from vendors.selectors import law
from vendors.services import law as counsel
from vendors.views.law import RATE, country_page, crumbs, found


@page(RATE, everywhere=True)
def record(request: Request, code: str) -> HttpResponse:
    """A fact by counsel, which wins over the delivered data from its day on."""
    there = found(code)
    form = FactForm(
        posted(request),
        initial={"subject": request.GET.get("subject", ""), "since": clock.today()},
    )

    def save(values: dict[str, Any]) -> str:
        counsel.override(country=there, by=request.principal, **values)
        return _("Recorded. The vendors concerned are being looked at again.")

    return _counsel_page(request, there, form, save, title=_("Record a fact"), check=_fact_check)


@page(RATE, everywhere=True)
def rate(request: Request, code: str) -> HttpResponse:
    """A rating by counsel: while it holds it is the indicator of the country."""
    there = found(code)
    form = RatingForm(posted(request), initial={"since": clock.today()})

    def save(values: dict[str, Any]) -> str:
        counsel.rate(country=there, by=request.principal, **values)
        return _("Rated. The vendors concerned are being looked at again.")

    return _counsel_page(
        request, there, form, save, title=_("Rate this country"), check=_rating_check
    )


def _counsel_page(
    request: Request,
    there: Country,
    form: Counsel,
    save: Callable[[dict[str, Any]], str],
    *,
    title: str,
    check: Callable[[Country, dict[str, Any]], list[str]],
) -> HttpResponse:
    """First the form, then what would change, then it is done."""
    told: list[str] = []
    if request.method == "POST" and form.is_valid():
        values = {key: value for key, value in form.cleaned_data.items() if key != "confirmed"}
        if form.cleaned_data["confirmed"]:
            try:
                said = save(values)
            except Invalid as refused:
                take_refusal(form, refused.extra["errors"])
            else:
                messages.success(request, said)
                return redirect(country_page(there.code))
        else:
            told = [*check(there, values), _concerned(there)]
    name = law_words.place_name(there.code)
    return render(
        request,
        "vendors/law/counsel.html",
        {
            "country": there,
            "name": name,
            "form": form,
            "title": title,
            "told": told,
            "cancel_url": country_page(there.code),
            "crumbs": crumbs((name, country_page(there.code)), (title, "")),
        },
    )


def _fact_check(there: Country, values: dict[str, Any]) -> list[str]:
    known = law.laws([there.code])[there.code]
    now = law_rows.row(values["subject"], known.on(values["subject"], values["since"]))
    told = {
        "name": now.name,
        "day": law_rows.day_words(values["since"]),
        "before": now.word,
        "after": law_words.status_word(values["status"]),
    }
    said = [
        _("%(name)s on %(day)s: now “%(before)s”, then “%(after)s”.") % told,
    ]
    if values["until"]:
        day = law_rows.day_words(values["until"])
        said.append(_("After %(day)s what was on record before holds again.") % {"day": day})
    return said


def _rating_check(there: Country, values: dict[str, Any]) -> list[str]:
    known = law.laws([there.code])[there.code]
    before = known.rating(values["since"])
    told = {
        "risk": values["risk"],
        "since": law_rows.day_words(values["since"]),
        "until": law_rows.day_words(values["until"]),
    }
    said = [_("Risk %(risk)d of 100 from %(since)s until %(until)s, both included.") % told]
    if before is not None:
        said.append(
            _("It takes the place of the rating %(risk)d, which stays on record.")
            % {"risk": before.risk}
        )
    return said


def _concerned(there: Country) -> str:
    count = law.vendors_concerned(there.code).count()
    return ngettext(
        "%(count)d vendor has to do with this country and is looked at again.",
        "%(count)d vendors have to do with this country and are looked at again.",
        count,
    ) % {"count": count}


@page(RATE, everywhere=True)
def withdraw_fact(request: Request, pk: UUID) -> HttpResponse:
    """Take a fact by counsel back, after asking."""
    fact = get_object_or_404(law.facts_of_counsel(), pk=pk)
    return _withdraw(
        request,
        fact.country,
        lambda reason: counsel.withdraw_fact(fact=fact, reason=reason, by=request.principal),
        question=_("Take back “%(name)s: %(status)s”?")
        % {
            "name": law_words.subject_name(fact.subject),
            "status": law_words.status_word(fact.status),
        },
    )


@page(RATE, everywhere=True)
def withdraw_rating(request: Request, pk: UUID) -> HttpResponse:
    """Take a rating back, after asking."""
    rating = get_object_or_404(law.standing_ratings(), pk=pk)
    return _withdraw(
        request,
        rating.country,
        lambda reason: counsel.withdraw_rating(rating=rating, reason=reason, by=request.principal),
        question=_("Take back the rating of %(risk)d?") % {"risk": rating.risk},
    )


def _withdraw(
    request: Request, there: Country, take_back: Callable[[str], Any], *, question: str
) -> HttpResponse:
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            take_back(form.cleaned_data["reason"])
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("Taken back. What was on record before holds again."))
            return redirect(country_page(there.code))
    name = law_words.place_name(there.code)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Take back"),
            "question": question,
            "text": _("What was on record before holds again. Both stay in the history."),
            "confirm_label": _("Take back"),
            "danger": True,
            "form": form,
            "cancel_url": country_page(there.code),
            "crumbs": crumbs((name, country_page(there.code)), (_("Take back"), "")),
        },
    )
