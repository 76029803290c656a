"""The form that decides which model of insolvency reads a vendor's statements."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scoring import finance_words as words
from scoring.indicators.insolvency import Z_MODELS
from vendors.forms.vendor import BaseForm
from vendors.models import FinancialProfile

_YES_NO: Final = {"yes": True, "no": False, "": None}


class ModelForm(BaseForm):
    """Listing, sector, market; the model that counts, and why it is not the proposed one."""

    listing = forms.ChoiceField(
        label=_("Listing"),
        choices=[("", _("Not known")), *FinancialProfile.Listing.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    sector = forms.ChoiceField(
        label=_("Sector"),
        choices=[("", _("Not known")), *FinancialProfile.Sector.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    emerging = forms.ChoiceField(
        label=_("Emerging market"),
        help_text=_("By its country, unless most of its business is done elsewhere."),
        required=False,
    )
    model = forms.ChoiceField(
        label=_("Model that counts"),
        help_text=_("Leave the proposal unless you can say why another model fits better."),
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed for a model other than the one proposed."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, by_country: bool | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        emerging, model = self.fields["emerging"], self.fields["model"]
        if isinstance(emerging, forms.ChoiceField) and isinstance(model, forms.ChoiceField):
            known = {True: gettext("yes"), False: gettext("no"), None: gettext("not known")}
            country = gettext("As its country: %(known)s") % {"known": known[by_country]}
            emerging.choices = [("", country), ("yes", _("Yes")), ("no", _("No"))]
            model.choices = [
                ("", gettext("The model that is proposed")),
                *(
                    (key, f"{words.MODELS[key].title} ({words.MODELS[key].made_for})")
                    for key in Z_MODELS
                ),
            ]

    def values(self) -> dict[str, Any]:
        """The fields as the form names them."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "base"}


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """Service values as form values."""
    emerging = {True: "yes", False: "no", None: ""}[values["emerging"]]
    return {**values, "emerging": emerging}


def folded(values: dict[str, Any]) -> dict[str, Any]:
    """Form values as the service takes them."""
    return {**values, "emerging": _YES_NO[values["emerging"]]}
