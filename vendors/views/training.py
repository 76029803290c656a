"""Training of one vendor's engagements: the grid, topics, people and their trainings."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.proof import proved
from audit import clock, csv_file
from audit.errors import Invalid, Refused
from vendors import selectors
from vendors.forms.training import (
    PersonEditForm,
    PersonFields,
    RecordForm,
    TopicEditForm,
    TopicFields,
)
from vendors.models import Engagement, TrainingPerson, Vendor
from vendors.selectors import training as reading
from vendors.services import training as service
from vendors.services.training import PERSON_FIELDS, TOPIC_FIELDS
from vendors.views.joining import opened, save
from vendors.views.places import crumbs, held_vendor
from vendors.views.saving import Outcome

VIEW = Permission.VIEW
EDIT = Permission.EDIT_FACTS
MOST_ROWS: Final = 20_000
#: State of a cell -> kind of its pill.
PILLS: Final = {
    reading.IN_DATE: "done",
    reading.SOON_OUT: "waiting",
    reading.EXPIRED: "stale",
    reading.MISSING: "attention",
}


def words(state: str) -> str:
    """How a training stands, in words."""
    return {
        reading.IN_DATE: _("In date"),
        reading.SOON_OUT: _("Expires soon"),
        reading.EXPIRED: _("Expired"),
        reading.MISSING: _("Missing"),
    }.get(state, "")


def training_crumbs(vendor: Vendor, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about training."""
    return crumbs(vendor, (_("Training"), reverse("vendors:training", args=[vendor.pk])), *rest)


def _lines(lines: Sequence[reading.Line], grid: reading.Grid) -> list[dict[str, Any]]:
    return [
        {
            "person": line.person,
            "in_date": line.in_date,
            "cells": [
                {
                    "topic": topic.name,
                    "record": cell.record,
                    "pill": PILLS.get(cell.state, ""),
                    "words": words(cell.state),
                }
                for topic, cell in zip(grid.topics, line.cells, strict=True)
            ],
        }
        for line in lines
    ]


@require_safe
@page(VIEW)
def of_vendor(request: Request, pk: UUID) -> HttpResponse:
    """Who is trained in what, engagement by engagement."""
    vendor = held_vendor(request, pk, VIEW)
    principal = request.principal
    engagements = selectors.engagements_visible_to(principal).filter(vendor=vendor)
    grids = reading.grids(list(engagements.order_by("title", "pk")))
    shown = [
        {
            "grid": grid,
            "may_edit": principal.can(EDIT, grid.engagement.unit_id),
            "sides": [
                (_("Our people"), _lines(grid.ours, grid)),
                (_("The vendor's people"), _lines(grid.vendors, grid)),
            ],
        }
        for grid in grids
    ]
    return render(
        request,
        "vendors/training/of_vendor.html",
        {
            "vendor": vendor,
            "grids": shown,
            "any": any(grid.people for grid in grids),
            "crumbs": crumbs(vendor, (_("Training"), "")),
        },
    )


@require_safe
@page(VIEW)
def csv(request: Request, pk: UUID) -> HttpResponseBase:
    """Every training on record for one vendor, as a file that can be taken in again."""
    vendor = held_vendor(request, pk, VIEW)
    head = (
        _("Engagement"),
        _("Business unit"),
        "name",
        "side",
        "job",
        "topic",
        "done on",
        "valid until",
        "certificate",
        _("How it stands"),
    )
    today = clock.today()
    rows = (
        [
            row.person.engagement.title,
            row.person.engagement.unit.name,
            row.person.name,
            row.person.side,
            row.person.job,
            row.topic.name,
            row.done_on.isoformat(),
            row.valid_until.isoformat() if row.valid_until else "",
            row.certificate,
            words(reading.state_of(row.valid_until, today)),
        ]
        for row in reading.of_vendor(vendor, request.principal)[:MOST_ROWS]
    )
    return csv_file.stream("training.csv", head, rows)


def _engagement(request: Request, pk: UUID) -> Engagement:
    return get_object_or_404(selectors.engagements_visible_to(request.principal, EDIT), pk=pk)


def _page(
    request: Request, engagement: Engagement, form: Any, *, title: str, **context: Any
) -> HttpResponse:
    vendor = engagement.vendor
    return render(
        request,
        "vendors/fact_form.html",
        {
            "form": form,
            "title": title,
            "subject": engagement.title,
            "cancel_url": reverse("vendors:training", args=[vendor.pk]),
            "crumbs": training_crumbs(vendor, (title, "")),
            **context,
        },
        status=409 if context.get("clashes") else 200,
    )


@page(EDIT)
def add_topic(request: Request, pk: UUID) -> HttpResponse:
    """Something that people of an engagement are trained in."""
    engagement = _engagement(request, pk)
    form = TopicFields(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.add_topic(engagement=engagement, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The topic was added."))
            return redirect("vendors:training", engagement.vendor_id)
    return _page(request, engagement, form, title=_("Add a topic"))


@page(EDIT)
def edit_topic(request: Request, pk: UUID) -> HttpResponse:
    """A topic renamed, or needed of others."""
    topic = get_object_or_404(reading.topics_visible_to(request.principal, EDIT), pk=pk)
    form = TopicEditForm(posted(request), initial=opened(topic, TOPIC_FIELDS, TopicEditForm))
    outcome = Outcome(form)
    if request.method == "POST" and form.is_valid():
        outcome = save(
            topic,
            form,
            names=TOPIC_FIELDS,
            again=lambda initial: TopicEditForm(initial=initial),
            change=lambda version, values: service.change_topic(
                topic=topic, version=version, values=values, by=request.principal
            ),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect("vendors:training", topic.engagement.vendor_id)
    return _page(
        request,
        topic.engagement,
        outcome.form,
        title=_("Edit topic"),
        clashes=outcome.clashes,
        remove_url=""
        if topic.records.exists()
        else reverse("vendors:training_topic_remove", args=[topic.pk]),
    )


@page(EDIT)
def remove_topic(request: Request, pk: UUID) -> HttpResponse:
    """Take away a topic nobody was trained in, after asking."""
    topic = get_object_or_404(reading.topics_visible_to(request.principal, EDIT), pk=pk)
    vendor = topic.engagement.vendor
    if request.method == "POST":
        try:
            service.remove_topic(topic=topic, by=request.principal)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The topic was removed."))
        return redirect("vendors:training", vendor.pk)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Remove topic"),
            "question": _("Remove “%(name)s”?") % {"name": topic.name},
            "text": _("Only a topic in which nobody was trained can be removed."),
            "confirm_label": _("Remove"),
            "danger": True,
            "cancel_url": reverse("vendors:training", args=[vendor.pk]),
            "crumbs": training_crumbs(vendor, (_("Remove topic"), "")),
        },
    )


@page(EDIT)
def add_person(request: Request, pk: UUID) -> HttpResponse:
    """Somebody who works with what is entrusted."""
    engagement = _engagement(request, pk)
    form = PersonFields(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = service.name_person(
                engagement=engagement, by=request.principal, **form.cleaned_data
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(
                request, _("%(name)s was named. Now add a training.") % {"name": person.name}
            )
            return redirect("vendors:training_person", person.pk)
    return _page(request, engagement, form, title=_("Name a person"))


@page(EDIT)
def person(request: Request, pk: UUID) -> HttpResponse:
    """One person with their trainings; POST adds or changes a training."""
    one = get_object_or_404(reading.people_visible_to(request.principal, EDIT), pk=pk)
    topics = reading.topics_visible_to(request.principal, EDIT).filter(engagement=one.engagement_id)
    form = RecordForm(posted(request), topics=topics.order_by("name"))
    if request.method == "POST" and form.is_valid():
        try:
            service.put_record(person=one, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The training is on record."))
            return redirect("vendors:training_person", one.pk)
    today = clock.today()
    records = []
    for record in reading.records_of(one):
        state = reading.state_of(record.valid_until, today)
        records.append({"record": record, "pill": PILLS[state], "words": words(state)})
    return render(
        request,
        "vendors/training/person.html",
        {
            "person": one,
            "vendor": one.engagement.vendor,
            "form": form,
            "records": records,
            "topics": topics.exists(),
            "crumbs": training_crumbs(one.engagement.vendor, (one.name, "")),
        },
    )


@page(EDIT)
def edit_person(request: Request, pk: UUID) -> HttpResponse:
    """A person described anew."""
    one = get_object_or_404(reading.people_visible_to(request.principal, EDIT), pk=pk)
    form = PersonEditForm(posted(request), initial=opened(one, PERSON_FIELDS, PersonEditForm))
    outcome = Outcome(form)
    if request.method == "POST" and form.is_valid():
        outcome = save(
            one,
            form,
            names=PERSON_FIELDS,
            again=lambda initial: PersonEditForm(initial=initial),
            change=lambda version, values: service.change_person(
                person=one, version=version, values=values, by=request.principal
            ),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect("vendors:training_person", one.pk)
    return _page(
        request,
        one.engagement,
        outcome.form,
        title=_("Edit person"),
        clashes=outcome.clashes,
    )


@page(EDIT)
@proved()
def erase_person(request: Request, pk: UUID) -> HttpResponse:
    """Remove a person and all that is kept about them, after asking."""
    one = get_object_or_404(reading.people_visible_to(request.principal, EDIT), pk=pk)
    vendor = one.engagement.vendor
    if request.method == "POST":
        service.erase_person(person=one, by=request.principal)
        messages.success(request, _("The person was removed, with all their trainings."))
        return redirect("vendors:training", vendor.pk)
    return _confirm(
        request,
        one,
        title=_("Remove person"),
        question=_("Remove %(name)s?") % {"name": one.name},
        text=_(
            "The name, the job and all trainings are erased, also from the log; only that somebody "
            "was removed stays on record. This cannot be undone."
        ),
    )


@page(EDIT)
def remove_record(request: Request, pk: UUID) -> HttpResponse:
    """Take back a training that was entered by mistake, after asking."""
    record = get_object_or_404(reading.records_visible_to(request.principal, EDIT), pk=pk)
    one = record.person
    if request.method == "POST":
        service.remove_record(training=record, by=request.principal)
        messages.success(request, _("The training was removed."))
        return redirect("vendors:training_person", one.pk)
    return _confirm(
        request,
        one,
        title=_("Remove training"),
        question=_("Remove “%(topic)s” of %(day)s?")
        % {"topic": record.topic.name, "day": date_format(record.done_on)},
        text=_("Do this only where it was entered by mistake."),
    )


def _confirm(
    request: Request, one: TrainingPerson, *, title: str, question: str, text: str
) -> HttpResponse:
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "question": question,
            "text": text,
            "confirm_label": _("Remove"),
            "danger": True,
            "cancel_url": reverse("vendors:training_person", args=[one.pk]),
            "crumbs": training_crumbs(one.engagement.vendor, (title, "")),
        },
    )
