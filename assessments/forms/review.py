"""Forms of a review: judging one answer, overriding it, sending back, signing off, handing over."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import people_who
from assessments.forms.assessments import value_field
from assessments.models import Answer
from assessments.schema import Item, Kind, Question
from assessments.services.answers import MAX_NOTE
from assessments.services.overrides import Instead
from assessments.services.threads import MAX_BODY
from assessments.wording import language
from audit import clock

_MARK: Final = "!"
_SINGLE: Final = (Kind.SINGLE, Kind.YES_NO)
#: Days that whoever fills in is given unless the reviewer says otherwise.
_DAYS: Final = 14


class ReviewForm(forms.Form):
    """A reviewer's judgement of one answer: `note` is read by those who fill in, `internal_note`
    never leaves the house."""

    decision = forms.ChoiceField(
        choices=[(word, word) for word in ("accept", "query", "approve", "refuse")]
    )
    evidence = forms.TypedChoiceField(
        choices=[(str(level), str(level)) for level in range(4)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    evidence_until = forms.DateField(required=False)
    note = forms.CharField(required=False, max_length=MAX_NOTE)
    internal_note = forms.CharField(required=False, max_length=MAX_BODY)
    version = forms.IntegerField(required=False, min_value=0)


class OverrideForm(forms.Form):
    """What the answer to one question is, in a reviewer's word, and why."""

    def __init__(self, question: Question, answer: Answer | None, data: Any = None) -> None:
        super().__init__(data, auto_id=f"override_%s_{question.key}")
        self.question = question
        field = value_field(question)
        self.fields["value"] = field
        others = _others(question)
        if question.kind in _SINGLE:
            options = [(one.key, one.label.text_for(language())) for one in question.choices]
            marked = [(f"{_MARK}{word}", label) for word, label in others]
            cast("forms.ChoiceField", field).choices = [*options, *marked]
        else:
            self.fields["instead"] = forms.ChoiceField(
                label=_("Instead of a value"),
                required=False,
                choices=[("answered", _("As above")), *others],
                widget=forms.RadioSelect,
                initial="answered",
            )
        field.label = _("What the answer is")
        self.fields["reason"] = forms.CharField(
            label=_("Why (internal)"),
            widget=forms.Textarea(attrs={"rows": 2}),
            max_length=2_000,
            # The service asks for it, so that the page says so in one way.
            required=False,
        )
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput,
            required=False,
            initial=answer.version if answer else 0,
        )

    @property
    def shown(self) -> list[BoundField]:
        """The fields that people fill in."""
        return [bound for bound in self if not bound.is_hidden]

    def said(self) -> dict[str, Any]:
        """What the form says, as `override_answer` takes it."""
        value, state = self.cleaned_data["value"], self.cleaned_data.get("instead") or "answered"
        if isinstance(value, str) and value.startswith(_MARK) and self.question.kind in _SINGLE:
            state, value = value[1:], None
        return {
            "value": value,
            "state": cast("Instead", state),
            "reason": self.cleaned_data["reason"],
            "version": self.cleaned_data["version"],
        }


def _others(question: Question) -> list[tuple[str, str]]:
    found = [("dont_know", _("Not known: it counts as unknown"))]
    if question.allow_not_applicable:
        found.append(("not_applicable", _("Does not apply: it leaves the score")))
    return found


class SayForm(forms.Form):
    """A message of a thread; who reads it is chosen by the button."""

    body = forms.CharField(max_length=MAX_BODY, required=False)
    internal = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes"
    )


@dataclass(frozen=True)
class BackRow:
    """A question on the page that sends back: whether it goes along, and what is asked."""

    item: Item
    text: str
    said: str
    chosen: BoundField
    words: BoundField


class SendBackForm(forms.Form):
    """Which questions need work, what is asked about each, and until when."""

    reason = forms.CharField(
        label=lazy("What has to be done"),
        help_text=lazy("Goes to the vendor and to whoever fills in."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
    )
    due_on = forms.DateField(label=lazy("Back by"), required=False, widget=forms.DateInput)
    everything = forms.BooleanField(
        label=lazy("Open all questions, not only those chosen below"), required=False
    )

    def __init__(
        self,
        items: Iterable[Item],
        answers: dict[str, Answer],
        queried: Collection[str],
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self.items, self.queried = tuple(items), frozenset(queried)
        self.fields["due_on"].initial = clock.today() + timedelta(days=_DAYS)
        for item in self.items:
            key, answer = item.key, answers.get(item.key)
            goes = key in self.queried
            text = item.question.text.text_for(language())
            self.fields[f"back-{key}"] = forms.BooleanField(
                label=text,
                required=False,
                initial=goes,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
            self.fields[f"words-{key}"] = forms.CharField(
                label=_("What is asked: %(question)s") % {"question": text},
                required=False,
                max_length=MAX_NOTE,
                initial=answer.review_note if answer and goes else "",
                widget=forms.Textarea(attrs={"rows": 1, "class": "form-control form-control-sm"}),
            )

    @property
    def general(self) -> list[BoundField]:
        """The fields about the whole."""
        return [self[name] for name in ("reason", "due_on", "everything")]

    def row(self, item: Item, said: str) -> BackRow:
        """One question as the page shows it."""
        text = item.question.text.text_for(language())
        return BackRow(item, text, said, self[f"back-{item.key}"], self[f"words-{item.key}"])

    def clean(self) -> dict[str, Any]:
        """Something has to need work."""
        cleaned = self.cleaned_data
        if not cleaned.get("everything") and not self.chosen():
            raise forms.ValidationError(
                _("Choose at least one question that needs work, or open all of them.")
            )
        return cleaned

    def chosen(self) -> list[str]:
        """The questions that go along."""
        return [one.key for one in self.items if self.cleaned_data.get(f"back-{one.key}")]

    def said(self) -> dict[str, Any]:
        """What the form says, as `send_back` takes it."""
        chosen = self.chosen()
        return {
            "reason": self.cleaned_data["reason"],
            "due_on": self.cleaned_data["due_on"],
            "everything": self.cleaned_data["everything"],
            "keys": chosen,
            "drop": sorted(self.queried - set(chosen)),
            "words": {key: self.cleaned_data[f"words-{key}"] for key in chosen},
        }


class SignOffForm(forms.Form):
    """Signing off; a remark may go with it, and has to where something is left open."""

    reason = forms.CharField(
        label=lazy("Remark"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        required=False,
    )
    despite_open = forms.BooleanField(
        label=lazy("Sign off all the same; the remark above says why"), required=False
    )

    def __init__(self, *args: Any, left_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not left_open:
            del self.fields["despite_open"]


class ReviewerForm(forms.Form):
    """Who reviews an assessment."""

    reviewer = forms.ModelChoiceField(
        label=lazy("Reviewed by"), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, unit_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[User]", self.fields["reviewer"])
        people.queryset = people_who(Permission.REVIEW, unit_id)
        people.empty_label = _("Whoever takes it up")


class WidenForm(forms.Form):
    """Which more questions may be changed while an assessment is sent back."""

    keys = forms.MultipleChoiceField(
        label=lazy("Questions that may be changed as well"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    everything = forms.BooleanField(label=lazy("All questions"), required=False)

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["keys"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Something has to be opened."""
        if not self.cleaned_data.get("keys") and not self.cleaned_data.get("everything"):
            raise forms.ValidationError(_("Choose a question, or all of them."))
        return self.cleaned_data
