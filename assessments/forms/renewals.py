"""Forms of renewals, stages, and steps for several vendors at once."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from accounts.number_fields import IntegerField
from accounts.permissions import Permission
from accounts.selectors import people_who
from assessments.models import Questionnaire, Renewal
from assessments.question import Tier
from assessments.selectors.assessments import published
from vendors.models import Engagement

_DATE: Final = {"type": "date"}
_AHEAD: Final = [
    ("", _("Any time")),
    ("0", _("Overdue")),
    ("30", _("In the next 30 days")),
    ("90", _("In the next 90 days")),
    ("365", _("In the next 12 months")),
]


class RenewalFilter(forms.Form):
    """The filters of the list of renewals; their state lives in the address."""

    ahead = forms.ChoiceField(label=_("Due"), required=False, choices=_AHEAD)
    because = forms.ChoiceField(
        label=_("Why"), required=False, choices=[("", _("Any reason")), *Renewal.Because.choices]
    )


class TogetherForm(forms.Form):
    """Who fills in the chosen ones, and until when."""

    assigned_to = forms.ModelChoiceField(
        label=_("Who fills them in"),
        queryset=User.objects.none(),
        required=False,
    )
    due_on = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs=_DATE))

    def __init__(
        self, *args: Any, unit: BusinessUnit | None, nobody: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["assigned_to"]
        if isinstance(people, forms.ModelChoiceField):
            if unit is not None:
                people.queryset = people_who(Permission.ANSWER, unit.pk)
            people.empty_label = nobody or _("Whoever sees to answering")


class OpenTogetherForm(TogetherForm):
    """The same, with the questionnaire that is put to all of them."""

    questionnaire = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=Questionnaire.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["questionnaire"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = published()
            chosen.empty_label = _("The built-in one")


class MoveForm(forms.Form):
    """Another day for a renewal, with a reason."""

    due_on = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs=_DATE))
    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CadenceForm(forms.Form):
    """After how many months a unit asks again, by tier."""

    def __init__(self, *args: Any, months: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tier in reversed(Tier):
            self.fields[str(tier)] = IntegerField(
                label=Engagement.Tier(str(tier)).label,
                min_value=1,
                max_value=120,
                initial=months[str(tier)],
                help_text=_("Months"),
            )


class StageForm(forms.Form):
    """Who sees to a stage, who stands in, and how long it should take."""

    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    deputy = forms.ModelChoiceField(
        label=_("Deputy"),
        help_text=_("Stands in while the owner is away or no longer active."),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
    )
    away_until = forms.DateField(
        label=_("Owner away until"), required=False, widget=forms.DateInput(attrs=_DATE)
    )
    target_days = IntegerField(label=_("Target, days"), min_value=1, max_value=365)

    def __init__(self, *args: Any, able: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "deputy"):
            people = self.fields[name]
            if isinstance(people, forms.ModelChoiceField):
                people.queryset = able
