"""The forms of contracts, policies and the estimate of a loss."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.number_fields import DecimalField, IntegerField
from vendors.forms.facts import FactForm, amount, day, prose
from vendors.models import Contract, InsurancePolicy
from vendors.services import contracts, estimates, insurance

_NONE = "none"


class ContractForm(FactForm):
    """A contract or an amendment."""

    FIELDS: ClassVar = contracts.FIELDS

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("As it stands on the first page, such as “Master supply agreement”."),
    )
    reference = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=80,
        help_text=_("The number it is filed under. Lists and the API find it by this."),
    )
    our_party = forms.CharField(label=_("Our contracting party"), required=False, max_length=200)
    vendor_party = forms.CharField(
        label=_("The vendor's contracting party"),
        required=False,
        max_length=200,
        help_text=_("The company that owes you what is agreed; it may not be the one you know."),
    )
    status = forms.ChoiceField(label=_("Status"), choices=Contract.Status, initial="in_force")
    signed_on = day(_("Signed on"))
    starts_on = day(_("Starts on"))
    ends_on = day(_("Ends on"), help_text=_("The end of the first term. Empty: an open term."))
    renewal = forms.ChoiceField(label=_("At the end"), choices=Contract.Renewal, initial="none")
    renewal_months = IntegerField(label=_("Renews by"), required=False, min_value=1, max_value=240)
    notice_days = IntegerField(
        label=_("Notice period"), required=False, min_value=0, max_value=3650
    )
    notice_by = day(
        _("Last day for notice"),
        help_text=_("Only if the contract names a day of its own."),
    )
    law_country = forms.ChoiceField(label=_("Governing law"), required=False)
    law_region = forms.CharField(label=_("State or region"), required=False, max_length=80)
    forum = forms.ChoiceField(
        label=_("Disputes go to"),
        choices=[("", _("Not known")), *Contract.Forum.choices],
        required=False,
    )
    forum_place = forms.CharField(label=_("Court or seat"), required=False, max_length=120)
    forum_rules = forms.CharField(
        label=_("Rules of arbitration"),
        required=False,
        max_length=120,
        help_text=_("Such as those of the ICC or the SIAC."),
    )
    cap_kind = forms.ChoiceField(
        label=_("Cap on liability"),
        choices=[("", _("Not known")), *Contract.Cap.choices],
        required=False,
    )
    cap_amount = amount(_("Amount of the cap"))
    cap_currency = forms.ChoiceField(label=_("Currency of the cap"), required=False)
    cap_percent = DecimalField(
        label=_("Percentage of the yearly fees"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(99_999),
        decimal_places=2,
    )
    carve_outs = forms.MultipleChoiceField(
        label=_("What the cap does not cover"),
        choices=[*Contract.CarveOut.choices, (_NONE, _("Nothing is carved out"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Nothing chosen means that nobody has looked. If breach of IP is carved out, the cap "
            "does not count when a design leaks."
        ),
    )
    indemnity = forms.ChoiceField(
        label=_("Indemnity for IP claims of others"),
        choices=[("", _("Not known")), *Contract.Indemnity.choices],
        required=False,
    )
    indemnity_amount = amount(_("Limit of the indemnity"))
    indemnity_currency = forms.ChoiceField(label=_("Currency of the limit"), required=False)
    kept_at = forms.CharField(
        label=_("Where the document is kept"),
        required=False,
        max_length=400,
        help_text=_("An address or a place in your archive, so that others find it."),
    )
    note = prose(_("Note"))

    @classmethod
    def of_row(cls, row: Any) -> dict[str, Any]:
        """The row; nothing carved out is a choice of its own."""
        values = super().of_row(row)
        carved = row.carve_outs
        return {**values, "carve_outs": [] if carved is None else [*carved] or [_NONE]}

    @classmethod
    def taken(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing chosen is not known."""
        chosen = values["carve_outs"]
        return {
            **super().taken(values),
            "carve_outs": None if not chosen else [] if chosen == [_NONE] else chosen,
        }

    def clean_carve_outs(self) -> list[str]:
        """ "Nothing" stands alone."""
        chosen: list[str] = self.cleaned_data["carve_outs"]
        if _NONE in chosen and len(chosen) > 1:
            raise forms.ValidationError(
                _("“Nothing is carved out” cannot be combined with other answers.")
            )
        return chosen


class PolicyForm(FactForm):
    """An insurance policy for one period."""

    FIELDS: ClassVar = insurance.FIELDS

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Choose …")), *InsurancePolicy.Kind.choices]
    )
    insurer = forms.CharField(label=_("Insurer"), max_length=200)
    number = forms.CharField(label=_("Policy number"), max_length=80)
    status = forms.ChoiceField(label=_("Status"), choices=InsurancePolicy.Status, initial="current")
    valid_from = forms.DateField(label=_("From"), widget=forms.DateInput)
    expires_on = forms.DateField(label=_("Expires on"), widget=forms.DateInput)
    limit = amount(_("Limit for the period"), required=True)
    per_claim = amount(_("Limit per claim"), help_text=_("Where it is lower than the limit."))
    currency = forms.ChoiceField(label=_("Currency"), initial="EUR")
    deductible = amount(_("Deductible"))
    eroded = amount(
        _("Used up by other claims"), help_text=_("What is already gone from the limit.")
    )
    excluded_percent = IntegerField(
        label=_("Share of an IP loss that is excluded"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("0: IP is covered. 100: IP is excluded. Empty: nobody has looked."),
    )
    exclusions = prose(_("Exclusions that concern IP"))
    territory = forms.CharField(
        label=_("Territory"),
        required=False,
        max_length=200,
        help_text=_("Such as “worldwide without USA and Canada”."),
    )
    certificate_seen_on = day(
        _("I have seen the certificate on"),
        help_text=_("A certificate not older than the period. Empty: nobody has seen one."),
    )
    note = prose(_("Note"))


class ExposureForm(FactForm):
    """What a loss could cost."""

    FIELDS: ClassVar = tuple(estimates.EXPOSURE)

    low = amount(_("At least"), required=True)
    likely = amount(_("Most likely"), required=True)
    high = amount(_("At most"), required=True)
    currency = forms.ChoiceField(label=_("Currency"), initial="EUR")
    reason = prose(
        _("How did you arrive at this?"),
        required=True,
        rows=4,
        help_text=_(
            "What would leak, who would buy less and for how long, what it would cost to stop it. "
            "Others have to be able to follow it."
        ),
    )
    per_year_low = DecimalField(
        label=_("Losses a year, at least"), required=False, min_value=Decimal(0),
        max_value=Decimal(50), decimal_places=4,
    )  # fmt: skip
    per_year_likely = DecimalField(
        label=_("Losses a year, most likely"), required=False, min_value=Decimal(0),
        max_value=Decimal(50), decimal_places=4,
    )  # fmt: skip
    per_year_high = DecimalField(
        label=_("Losses a year, at most"), required=False, min_value=Decimal(0),
        max_value=Decimal(50), decimal_places=4,
    )  # fmt: skip
