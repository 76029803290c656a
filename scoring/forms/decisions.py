"""The forms of decisions: deciding, and the filter of what is due."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from scoring.models import Decision
from scoring.selectors.decisions import Known
from scoring.services.decisions import MOST_CONDITIONS, MOST_WORDS, Condition

#: Lines for conditions at first, and how many more the button adds.
LINES: Final = 3
#: The button that only asks for more lines, with or without JavaScript.
MORE: Final = "more_lines"


class DecideForm(forms.Form):
    """A decision, with what whoever decides had before them."""

    after = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=lazy("Decision"), choices=Decision.Verdict.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=lazy("Reason"),
        help_text=lazy("What weighed most. It is kept, and shown to the ordering system."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST_WORDS,
    )
    despite = forms.CharField(
        label=lazy("Why it is approved all the same"),
        help_text=lazy("For approvals only, kept beside the reason."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MOST_WORDS,
    )
    expires_on = forms.DateField(
        label=lazy("Approved until"),
        help_text=lazy("For approvals only; the last day on which it holds."),
        required=False,
        widget=forms.DateInput,
    )

    def __init__(self, data: Any, *, known: Known, until: date, lines: int = LINES) -> None:
        super().__init__(
            data, initial={"after": known.number, "seen": known.seen, "expires_on": until}
        )
        if not known.caveats:
            del self.fields["despite"]
        self.lines = min(max(lines, self._sent()), MOST_CONDITIONS)
        for at in range(self.lines):
            number = {"number": at + 1}
            self.fields[f"text_{at}"] = forms.CharField(
                label=_("Condition %(number)d") % number, required=False, max_length=MOST_WORDS
            )
            self.fields[f"due_{at}"] = forms.DateField(
                label=_("Due, condition %(number)d") % number,
                required=False,
                widget=forms.DateInput,
            )
            self.fields[f"finding_{at}"] = forms.BooleanField(
                label=_("Follow condition %(number)d up as a finding") % number,
                required=False,
                initial=True,
            )

    def _sent(self) -> int:
        return sum(1 for name in self.data if name.startswith("text_"))

    def condition_lines(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """The fields of each condition."""
        for at in range(self.lines):
            yield self[f"text_{at}"], self[f"due_{at}"], self[f"finding_{at}"]

    def conditions(self) -> list[Condition]:
        """What was typed, line by line."""
        said = self.cleaned_data
        return [
            Condition(
                text=said[f"text_{at}"], due_on=said[f"due_{at}"], finding=said[f"finding_{at}"]
            )
            for at in range(self.lines)
        ]

    def take(self, errors: dict[str, list[str]]) -> None:
        """Put what the service refused beside its fields."""
        for name, texts in errors.items():
            field = name.replace("conditions.", "text_")
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


class DueFilter(forms.Form):
    """What of the decisions that are due is shown; lives in the address."""

    state = forms.ChoiceField(
        label=lazy("Why it is due"),
        required=False,
        choices=[
            ("", lazy("Any reason")),
            ("undecided", lazy("Signed off, no decision yet")),
            ("overtaken", lazy("The score has moved")),
            ("listed", lazy("Approved, but on a list of sanctions")),
            ("expired", lazy("Approval expired")),
            ("expiring", lazy("Approval ends within 30 days")),
            ("on_hold", lazy("On hold")),
        ],
    )
