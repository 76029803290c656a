"""The forms of incidents: what happened, each step, what is done about it, what proves it."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from vendors.forms.vendor import BaseForm
from vendors.intake import IP_KINDS
from vendors.models import Engagement, Incident, Vendor, VendorUnit
from vendors.selectors.incidents import Filters

_WORDS: Final = {"rows": 4}


class IncidentFields(forms.Form):
    """What happened."""

    title = forms.CharField(
        label=lazy("Title"),
        help_text=lazy("In a few words, such as “Copies of the X200 housing on sale”."),
        max_length=160,
    )
    found_how = forms.ChoiceField(
        label=lazy("How it was found"), choices=[("", lazy("Choose …")), *Incident.Found.choices]
    )
    found_on = forms.DateField(label=lazy("Found on"), widget=forms.DateInput)
    happened_from = forms.DateField(
        label=lazy("Happened from"), required=False, widget=forms.DateInput
    )
    happened_until = forms.DateField(
        label=lazy("Happened until"),
        help_text=lazy("Empty: it goes on, or nobody knows."),
        required=False,
        widget=forms.DateInput,
    )
    ip_kinds = forms.MultipleChoiceField(
        label=lazy("Kinds of IP that were used without right"),
        choices=[(key, lazy(words)) for key, words in IP_KINDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assets = forms.CharField(
        label=lazy("Which assets"),
        help_text=lazy("Such as mould M-114, drawing 20-331, the mark “Vireo”."),
        required=False,
        max_length=300,
    )
    description = forms.CharField(
        label=lazy("What was used without right, and how"),
        required=False,
        widget=forms.Textarea(attrs=_WORDS),
        max_length=10_000,
    )
    severity = forms.ChoiceField(
        label=lazy("Severity"),
        help_text=lazy("Minor counts 10 of 100, serious 30, severe 60, critical 100."),
        choices=Incident.Severity.choices,
        widget=forms.RadioSelect,
    )
    shared = forms.BooleanField(
        label=lazy("Share with all business units that work with this vendor"),
        help_text=lazy(
            "They see what happened and how it stands, and their scores count it. Notes, evidence "
            "and the engagement stay with your unit."
        ),
        required=False,
    )


class IncidentAddForm(IncidentFields):
    """A new incident. `place`: an engagement, or all that the vendor does for a unit."""

    place = forms.ChoiceField(label=lazy("What it concerns"))
    whose = forms.ChoiceField(
        label=lazy("Who did it"),
        help_text=lazy("The vendor, or somebody to whom it passes work."),
        required=False,
    )
    field_order = ("title", "whose", "place")

    def __init__(
        self,
        *args: Any,
        engagements: Iterable[Engagement],
        links: Iterable[VendorUnit],
        fourth_parties: Iterable[Vendor] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._others = {str(one.pk): one for one in fourth_parties}
        self._places: dict[str, tuple[Any, Engagement | None]] = {}
        choices: list[tuple[str, str]] = []
        for one in engagements:
            self._places[str(one.pk)] = (one.unit, one)
            choices.append((str(one.pk), f"{one.title} ({one.unit.name})"))
        for link in links:
            self._places[str(link.unit_id)] = (link.unit, None)
            choices.append((str(link.unit_id), whole(link.unit.name)))
        field, whose = self.fields["place"], self.fields["whose"]
        if isinstance(field, forms.ChoiceField) and isinstance(whose, forms.ChoiceField):
            field.choices = choices
            others = ((key, one.name) for key, one in self._others.items())
            whose.choices = [("", _("The vendor itself")), *others]
            if not self._others:
                del self.fields["whose"]

    def values(self, vendor: Vendor) -> dict[str, Any]:
        """As the service takes them. Only after `is_valid()`.

        An incident of a fourth party concerns no engagement of its own, only the unit.
        """
        given = dict(self.cleaned_data)
        unit, engagement = self._places[given.pop("place")]
        other = self._others.get(given.pop("whose", ""))
        return {
            **given,
            "vendor": other or vendor,
            "unit": unit,
            "engagement": None if other else engagement,
        }


class IncidentEditForm(IncidentFields, BaseForm):
    """An incident described anew."""

    engagement_id = forms.ChoiceField(label=lazy("What it concerns"), required=False)
    field_order = ("title", "engagement_id")

    def __init__(
        self, *args: Any, engagements: Iterable[Engagement], unit: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["engagement_id"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", whole(unit)),
                *((str(one.pk), one.title) for one in engagements),
            ]


def whole(unit: str) -> str:
    """The words for what concerns no single engagement."""
    return _("All that the vendor does for %(unit)s") % {"unit": unit}


class StepForm(forms.Form):
    """A step to another status, with the version that was looked at."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=lazy("Why"),
        help_text=lazy("It becomes part of the timeline."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=10_000,
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class DisputeForm(forms.Form):
    """What the vendor says against it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    statement = forms.CharField(
        label=lazy("What the vendor says"),
        help_text=lazy("Empty: the vendor does not dispute it any more."),
        required=False,
        widget=forms.Textarea(attrs=_WORDS),
        max_length=10_000,
    )


class NoteForm(forms.Form):
    """One more entry of the timeline."""

    text = forms.CharField(
        label=lazy("Add a note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )


class MeasureFields(forms.Form):
    """What is done so that it is put right."""

    what = forms.CharField(
        label=lazy("What is to be done"),
        help_text=lazy("Such as “Return all copies of mould M-114”."),
        max_length=300,
    )
    owner = forms.CharField(
        label=lazy("By whom"),
        help_text=lazy("A person, a department, or the vendor."),
        max_length=120,
    )
    due_on = forms.DateField(label=lazy("By when"), widget=forms.DateInput)
    done_on = forms.DateField(label=lazy("Done on"), required=False, widget=forms.DateInput)
    explanation = forms.CharField(
        label=lazy("If it is not done: why"),
        help_text=lazy("An incident can be closed when every measure is done or explained."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=10_000,
    )


class MeasureEditForm(MeasureFields, BaseForm):
    """A measure changed."""


class EvidenceForm(forms.Form):
    """What proves the incident, and where it is kept."""

    title = forms.CharField(
        label=lazy("What it is"),
        help_text=lazy("Such as “Sample bought on 12 January”."),
        max_length=160,
    )
    kept_at = forms.CharField(
        label=lazy("Where it is kept"),
        help_text=lazy("A safe, a folder, a file number: so that others find it."),
        max_length=300,
    )
    dated = forms.DateField(label=lazy("Date"), required=False, widget=forms.DateInput)
    note = forms.CharField(
        label=lazy("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=10_000,
    )


class IncidentFilter(forms.Form):
    """Which incidents to list; lives in the address."""

    state = forms.ChoiceField(
        label=lazy("Show"),
        required=False,
        choices=[
            ("open", lazy("Open")),
            ("overdue", lazy("With overdue measures")),
            ("disputed", lazy("Disputed")),
            ("ended", lazy("Closed or unfounded")),
            ("all", lazy("All")),
        ],
    )
    q = forms.CharField(label=lazy("Title, asset or vendor"), required=False, max_length=120)
    severity = forms.ChoiceField(
        label=lazy("Severity"),
        required=False,
        choices=[("", lazy("Any")), *Incident.Severity.choices],
    )
    status = forms.ChoiceField(
        label=lazy("Status"), required=False, choices=[("", lazy("Any")), *Incident.Status.choices]
    )
    found_how = forms.ChoiceField(
        label=lazy("How it was found"),
        required=False,
        choices=[("", lazy("Any")), *Incident.Found.choices],
    )

    def filters(self) -> Filters:
        """What the address asks for; what cannot be read narrows nothing."""
        asked = self.cleaned_data if self.is_valid() else {}
        return Filters(
            **{name: asked.get(name) or getattr(Filters(), name) for name in self.fields}
        )
