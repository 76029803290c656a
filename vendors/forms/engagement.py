"""The form of an engagement: what is bought, what is entrusted, where it is made."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.number_fields import DecimalField
from vendors.forms.vendor import BaseForm, UnitForm, country_choices, currency_choices, language
from vendors.intake import SERVICES, IntakeInvalid, IntakeQuestion, intake, validate_intake
from vendors.models import Engagement
from vendors.services.engagements import FIELDS

PREFIX: Final = "intake_"
#: Empty selects after those that are filled.
_SPARE_PLACES: Final = 2
_MOST_PLACES: Final = 60


class PlacesWidget(forms.MultiWidget):
    """Several countries, one select each: works by keyboard and without JavaScript."""

    def __init__(self, count: int, choices: Iterable[tuple[str, Any]]) -> None:
        self.choices = list(choices)
        super().__init__([forms.Select(choices=self.choices) for _place in range(count)])

    def decompress(self, value: Any) -> list[str]:
        """The codes, one for each select."""
        codes = list(value or ())
        return [*codes, *[""] * (len(self.widgets) - len(codes))]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Each select says which place it is."""
        context: dict[str, Any] = super().get_context(name, self.decompress(value), attrs)
        for number, part in enumerate(context["widget"]["subwidgets"], start=1):
            part["attrs"]["class"] = "form-select mb-2"
            part["attrs"]["aria-label"] = gettext("Place %(number)d") % {"number": number}
        return context


class PlacesField(forms.Field):
    """Countries in which the work is done."""

    def clean(self, value: Any) -> list[str]:
        """The codes, each once, in alphabetical order."""
        codes = {code for code in value or () if code}
        if codes - set(countries.countries):
            raise forms.ValidationError(gettext("Choose only countries from the list."))
        return sorted(codes)


class _EngagementFields(forms.Form):
    title = forms.CharField(
        label=_("Title"),
        help_text=_("What colleagues will recognise it by, such as “Housings for the X200”."),
        max_length=160,
    )
    service = forms.ChoiceField(label=_("Kind of service"))
    description = forms.CharField(
        label=_("What the vendor does"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    status = forms.ChoiceField(label=_("Status"), choices=Engagement.Status, initial="active")
    made_in = PlacesField(
        label=_("Where the work is done or the data is kept"),
        help_text=_(
            "Every country, subcontractors included. Leave all empty while it is not known yet."
        ),
        required=False,
    )
    annual_spend = DecimalField(
        label=_("Spend per year"),
        required=False,
        min_value=Decimal(0),
        max_digits=16,
        decimal_places=2,
    )
    currency = forms.ChoiceField(label=_("Currency"), initial="EUR")
    purchasing_org = forms.CharField(
        label=_("Purchasing organisation"), required=False, max_length=20
    )
    company_code = forms.CharField(label=_("Company code"), required=False, max_length=20)
    category = forms.CharField(
        label=_("Material or service category"), required=False, max_length=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services, money = self.fields["service"], self.fields["currency"]
        if isinstance(services, forms.ChoiceField) and isinstance(money, forms.ChoiceField):
            named = [(str(key), gettext(label)) for key, label in SERVICES.items()]
            services.choices = [("", gettext("Choose …")), *named]
            money.choices = currency_choices()
        for question in intake().questions:
            self.fields[PREFIX + question.key] = intake_field(question)
        self.fields["made_in"].widget = PlacesWidget(
            self._places(), country_choices(gettext("No further place"))
        )

    def clean(self) -> dict[str, Any]:
        """The intake answers checked against each other, as the services check them."""
        answers = {
            question.key: self.cleaned_data.get(PREFIX + question.key)
            for question in intake().questions
        }
        try:
            validate_intake(answers)
        except IntakeInvalid as refused:
            for key, text in refused.errors.items():
                self.add_error(PREFIX + key, text)
        return self.cleaned_data

    def _places(self) -> int:
        """How many selects there are: those filled, and some to spare."""
        if self.is_bound:
            filled = sum(
                1 for key, value in self.data.items() if key.startswith("made_in_") and value
            )
            sent = sum(1 for key in self.data if key.startswith("made_in_"))
            wanted = max(sent, filled + _SPARE_PLACES)
        else:
            wanted = len(self.initial.get("made_in") or ()) + _SPARE_PLACES
        return min(wanted, _MOST_PLACES)

    def intake_fields(self) -> list[BoundField]:
        """The intake questions, in the order of the file."""
        return [self[PREFIX + question.key] for question in intake().questions]

    def values(self) -> dict[str, Any]:
        """Every field under its own name; intake answers as `intake_<key>`, unknown ones empty."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"base", "unit"}
        }


class EngagementAddForm(_EngagementFields, UnitForm):
    """A new engagement, for one unit."""


class EngagementEditForm(_EngagementFields, BaseForm):
    """A changed engagement."""


def intake_field(question: IntakeQuestion) -> forms.Field:
    """The field of one question of the intake, in the reader's language."""
    lang = language()
    label = question.text.text_for(lang)
    notes = " ".join(
        text.text_for(lang) for text in (question.why, question.help) if text is not None
    )
    choices = [(option.key, option.label.text_for(lang)) for option in question.options]
    if question.kind == "multiple":
        return forms.MultipleChoiceField(
            label=label,
            help_text=_lines(
                notes,
                gettext("Nothing chosen means not known yet; that counts as the highest risk."),
            ),
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    return forms.ChoiceField(
        label=label,
        help_text=escape(notes),
        choices=[*choices, ("", gettext("Not known yet: counts as the highest risk"))],
        required=False,
        initial="",
        widget=forms.RadioSelect,
    )


def _lines(*texts: str) -> SafeString:
    first, second = texts
    return format_html("{}<br>{}", first, second)


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Service values as form values: each intake answer a field of its own, JSON all through."""
    answers = values["intake"]
    spend = values["annual_spend"]
    return {
        **{name: values[name] for name in FIELDS if name not in {"intake", "annual_spend"}},
        "annual_spend": None if spend is None else str(spend),
        **{
            PREFIX + question.key: answers.get(
                question.key, [] if question.kind == "multiple" else ""
            )
            for question in intake().questions
        },
    }


def comparable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Form values in the shape of `flat`, so that the two can be compared."""
    spend = values["annual_spend"]
    return {
        **values,
        "annual_spend": None if spend is None else str(spend.quantize(Decimal("0.01"))),
        "description": values["description"].strip(),
    }


def folded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Form values as the services take them."""
    return {
        **{name: value for name, value in values.items() if not name.startswith(PREFIX)},
        "intake": {
            name.removeprefix(PREFIX): value
            for name, value in values.items()
            if name.startswith(PREFIX) and value not in ("", [])
        },
    }
