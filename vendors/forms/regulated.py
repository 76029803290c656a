"""The forms of personal data and of ICT services."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vendors.forms.engagement import PlacesField, PlacesWidget
from vendors.forms.facts import YES_NO, FactForm, day, prose
from vendors.forms.vendor import country_choices
from vendors.models import IctService, PersonalData
from vendors.services import estimates

_SPARE: Final = 2
_MOST: Final = 200
_PARTS: Final = ("name", "country", "service")


class _RowWidget(forms.MultiWidget):
    """One sub-processor: name, country, service."""

    def __init__(self, number: int) -> None:
        self._number = number
        super().__init__(
            [
                forms.TextInput(),
                forms.Select(choices=country_choices(gettext("Country not known"))),
                forms.TextInput(),
            ]
        )

    def decompress(self, value: Any) -> list[str]:
        """The three parts of a row."""
        row = value if isinstance(value, Mapping) else {}
        return [row.get(part, "") for part in _PARTS]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Each input says of which row it is what."""
        parts = value if isinstance(value, list) else self.decompress(value)
        context: dict[str, Any] = super().get_context(name, parts, attrs)
        said = (
            gettext("Name of sub-processor %(number)d"),
            gettext("Country of sub-processor %(number)d"),
            gettext("What sub-processor %(number)d does"),
        )
        looks = ("form-control", "form-select", "form-control")
        hints = (gettext("Name"), "", gettext("What it does"))
        shown = zip(context["widget"]["subwidgets"], said, looks, hints, strict=True)
        for part, words, look, hint in shown:
            part["attrs"] |= {"class": look, "aria-label": words % {"number": self._number}}
            if hint:
                part["attrs"]["placeholder"] = hint
        return context


class RowsWidget(forms.MultiWidget):
    """Rows of sub-processors, with some to spare; works by keyboard and without JavaScript."""

    def __init__(self, count: int) -> None:
        super().__init__([_RowWidget(number) for number in range(1, count + 1)])

    def decompress(self, value: Any) -> list[Any]:
        """One entry for each row."""
        rows = list(value or ())
        return [*rows, *[None] * (len(self.widgets) - len(rows))]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """All rows."""
        return super().get_context(name, self.decompress(value), attrs)


class RowsField(forms.Field):
    """Sub-processors as the service takes them."""

    def clean(self, value: Any) -> list[dict[str, str]]:
        """Rows with anything in them."""
        rows = [dict(zip(_PARTS, row, strict=True)) for row in value or ()]
        kept = [
            {part: " ".join((text or "").split()) for part, text in row.items()} for row in rows
        ]
        return [row for row in kept if any(row.values())]


class PersonalDataForm(FactForm):
    """What the vendor does with personal data."""

    FIELDS: ClassVar = tuple(estimates.PERSONAL_DATA)
    TRUTHS: ClassVar = ("sub_processors_approved",)

    role = forms.ChoiceField(
        label=_("Role of the vendor in data protection law"),
        choices=PersonalData.Role,
        widget=forms.RadioSelect,
    )
    categories = prose(
        _("Whose data, and which"),
        help_text=_("Such as “customers: names, addresses, orders”."),
    )
    agreement = forms.ChoiceField(
        label=_("Processor agreement"),
        choices=[("", _("Not known")), *PersonalData.Agreement.choices],
        required=False,
    )
    agreed_on = day(_("Signed on"))
    sub_processors = RowsField(
        label=_("Sub-processors"),
        help_text=_("Save to get more empty rows."),
        required=False,
    )
    sub_processors_approved = forms.ChoiceField(
        label=_("All of them approved by us"), choices=YES_NO, required=False
    )
    transfer_to = PlacesField(label=_("Countries to which data is transferred"), required=False)
    transfer_basis = forms.ChoiceField(
        label=_("Basis of the transfer"),
        choices=[("", _("Not known")), *PersonalData.Transfer.choices],
        required=False,
    )
    note = prose(_("Note"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sub_processors"].widget = RowsWidget(self._count("sub_processors"))
        self.fields["transfer_to"].widget = PlacesWidget(
            self._count("transfer_to"), country_choices(gettext("No further country"))
        )

    def _count(self, name: str) -> int:
        """How many rows there are: those filled, and some to spare."""
        if self.is_bound:
            numbers = {
                key.removeprefix(f"{name}_").split("_")[0]
                for key in self.data
                if key.startswith(f"{name}_")
            }
            sent = [int(one) for one in numbers if one.isdecimal() and len(one) < 4]
            return min(max(sent, default=0) + 1 or _SPARE, _MOST)
        return min(len(self.initial.get(name) or ()) + _SPARE, _MOST)


class IctServiceForm(FactForm):
    """An ICT service."""

    FIELDS: ClassVar = tuple(estimates.ICT_SERVICE)
    TRUTHS: ClassVar = ("critical",)

    function = forms.CharField(
        label=_("Which of our functions does it support?"),
        max_length=200,
        help_text=_("Such as “order entry” or “payment of suppliers”."),
    )
    critical = forms.ChoiceField(
        label=_("Is that function critical or important?"), choices=YES_NO, required=False
    )
    substitutability = forms.ChoiceField(
        label=_("Can the service be replaced?"),
        choices=[("", _("Not known")), *IctService.Substitutability.choices],
        required=False,
    )
    exit_plan = forms.ChoiceField(
        label=_("Exit plan"),
        choices=[("", _("Not known")), *IctService.ExitPlan.choices],
        required=False,
    )
    exit_plan_on = day(_("Exit plan last looked at"))
    last_audit_on = day(_("Last audit"))
    next_audit_on = day(_("Next audit due"), help_text=_("It is shown under “Coming up”."))
    note = prose(_("Note"))
