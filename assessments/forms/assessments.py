"""Forms: the answers to some questions, and the small ones around an assessment.

Field names of a question: `q-KEY` (the answer), `q-KEY-state` (kinds other than a single choice),
`q-KEY-note`, `q-KEY-version`. Keys hold no hyphen, so a name is never ambiguous. In a single
choice the alternatives stand among the answers, marked by an exclamation mark.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, cast

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import number_fields, typed_numbers
from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import people_who
from accounts.templatetags.ui import EVIDENCE, EVIDENCE_BY_NUMBER
from assessments import schema
from assessments.models import Answer, Assessment, Questionnaire
from assessments.schema import Item, Kind, Question
from assessments.selectors.assessments import published
from assessments.services.answers import MAX_NOTE, AnswerInput, Said
from assessments.sheet import State
from assessments.wording import language
from audit import clock

_SAID: Final[Mapping[int, Said]] = {
    State.BLANK: "blank",
    State.ANSWERED: "answered",
    State.DONT_KNOW: "dont_know",
    State.DECLINED: "declined",
    State.NA_PENDING: "not_applicable",
    State.NA_APPROVED: "not_applicable",
}
_MARK: Final = "!"
_SINGLE: Final = (Kind.SINGLE, Kind.YES_NO)
_CHECK: Final = {"class": "form-check-input"}
_CONTROL: Final = {"class": "form-control"}


def name_of(key: str, part: str = "") -> str:
    """The name of an input: of the answer, or of its "state", "note" or "version"."""
    return f"q-{key}-{part}" if part else f"q-{key}"


def said(answer: Answer | None) -> Said:
    """The word for the state of a stored answer."""
    return _SAID[answer.state] if answer else "blank"


def form_values(question: Question, state: str, value: object, note: str = "") -> dict[str, Any]:
    """An answer as input name -> value: what the form shows, and what a conflict is told with."""
    name = name_of(question.key)
    values: dict[str, Any] = {}
    if question.kind in _SINGLE:
        marked = "" if state == "blank" else f"{_MARK}{state}"
        values[name] = value if state == "answered" else marked
    else:
        nothing: object = [] if question.kind is Kind.MULTIPLE else ""
        values[name] = value if state == "answered" else nothing
        if question.kind is Kind.NUMBER and value not in (None, ""):
            values[name] = typed_numbers.written(values[name], number_fields.mark())
        values[name_of(question.key, "state")] = "answered" if state == "blank" else state
    values[name_of(question.key, "note")] = note
    return values


class InsteadSelect(forms.RadioSelect):
    """The choice of what is said instead of an answer; saying "as above" says nothing by itself."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One radio button; the script leaves out the silent one when it tells what was said."""
        option = super().create_option(name, value, *args, **kwargs)
        if value == "answered":
            option["attrs"]["data-silent"] = True
        return option


class AnswersForm(forms.Form):
    """The answers to `items`. Nothing is required: drafts save with gaps.

    Values are checked by the service; `refuse` puts what it says at the questions.
    """

    def __init__(
        self,
        items: Iterable[Item],
        answers: Mapping[str, Answer],
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data)
        self.items = tuple(items)
        for item in self.items:
            self._add(item.question, answers.get(item.key))

    def _add(self, question: Question, answer: Answer | None) -> None:
        key, name = question.key, name_of(question.key)
        shown = form_values(
            question, said(answer), answer.value if answer else None, answer.note if answer else ""
        )
        self.fields[name] = value_field(question)
        if question.kind not in _SINGLE:
            self.fields[name_of(key, "state")] = forms.ChoiceField(
                label=_("Instead of an answer"),
                required=False,
                choices=[("answered", _("As answered above")), *_alternatives(question)],
                widget=InsteadSelect(attrs=_CHECK),
            )
        self.fields[name_of(key, "note")] = forms.CharField(
            label=_("Note or reason"),
            required=False,
            max_length=MAX_NOTE,
            widget=forms.Textarea(attrs={"rows": 2} | _CONTROL),
        )
        self.fields[name_of(key, "version")] = forms.IntegerField(
            required=False,
            min_value=0,
            widget=forms.HiddenInput(attrs={"data-version-field": True}),
        )
        shown[name_of(key, "version")] = answer.version if answer else 0
        self.initial.update(shown)

    def part(self, key: str, part: str = "") -> BoundField | None:
        """The bound field of a question: the answer, or its "state", "note" or "version"."""
        name = name_of(key, part)
        return self[name] if name in self.fields else None

    def inputs(self) -> dict[str, AnswerInput]:
        """What the form says, by question; only questions that were on the page."""
        values: dict[str, AnswerInput] = {}
        for item in self.items:
            if name_of(item.key, "version") not in self.data:
                continue
            values[item.key] = self._input(item.question)
        return values

    def _input(self, question: Question) -> AnswerInput:
        key = question.key
        value = self.cleaned_data.get(name_of(key))
        state = self.cleaned_data.get(name_of(key, "state")) or "answered"
        if question.kind in _SINGLE and str(value).startswith(_MARK):
            state, value = str(value)[1:], None
        if value in (None, "", []):
            value, state = None, "blank" if state == "answered" else state
        elif state != "answered":
            raise AmbiguousAnswer(key)
        return AnswerInput(
            value=value,
            state=cast("Said", state),
            note=self.cleaned_data.get(name_of(key, "note")) or "",
            version=self.cleaned_data.get(name_of(key, "version")),
        )

    def clean(self) -> dict[str, Any]:
        """Refuse an answer together with an alternative to it: one of them is not meant."""
        cleaned = self.cleaned_data
        for item in self.items:
            try:
                self._input(item.question)
            except AmbiguousAnswer:
                self.add_error(
                    name_of(item.key),
                    _("Empty the answer, or choose “As answered above”: you gave both."),
                )
        return cleaned

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Show what the service refused at its questions."""
        for key, message in errors.items():
            self.add_error(name_of(key), message)


class AmbiguousAnswer(ValueError):
    """An answer and an alternative to it were both given."""


def _alternatives(question: Question) -> list[tuple[str, str]]:
    found = [("dont_know", _("Don't know")), ("declined", _("Prefer not to say"))]
    if question.allow_not_applicable:
        found.append(("not_applicable", _("Does not apply (say why in the note)")))
    return found


class AnswerNumber(forms.CharField):
    """A number as the reader writes it, cleaned to how the service takes it.

    What is no number goes on as it is: the service says what is wrong.
    """

    def __init__(self, *, whole: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whole = whole

    def to_python(self, value: Any) -> str:
        """Digits with a point before the decimals."""
        text = super().to_python(value) or ""
        try:
            return number_fields.plain(text, whole=self.whole)
        except typed_numbers.NoNumber:
            return text


def value_field(question: Question) -> forms.Field:
    """The field for the answer itself, without a note."""
    lang = language()
    common: dict[str, Any] = {"label": question.text.text_for(lang), "required": False}
    options = [(option.key, option.label.text_for(lang)) for option in question.choices]
    if question.kind in _SINGLE:
        others = [(f"{_MARK}{key}", label) for key, label in _alternatives(question)]
        others.append(("", _("No answer yet")))
        return forms.ChoiceField(
            choices=options + others, widget=forms.RadioSelect(attrs=_CHECK), **common
        )
    if question.kind is Kind.MULTIPLE:
        return forms.MultipleChoiceField(
            choices=options, widget=forms.CheckboxSelectMultiple(attrs=_CHECK), **common
        )
    # These stand alone below the question, so it has to be said that it is their label.
    alone = {**_CONTROL, "aria-labelledby": f"label-{question.key}"}
    widget: forms.Widget = forms.Textarea(attrs={"rows": 4, **alone})
    if question.kind is Kind.DATE:
        widget = forms.DateInput(attrs={"type": "date", **alone}, format="%Y-%m-%d")
    elif question.kind is Kind.NUMBER:
        whole = question.curve is not None and question.curve.whole
        return AnswerNumber(whole=whole, widget=number_fields.NumberInput(alone), **common)
    # Kept as text, dates too: the service reads them and says what is wrong.
    return forms.CharField(widget=widget, strip=False, **common)


class ReasonForm(forms.Form):
    """A step that needs a reason in words."""

    reason = forms.CharField(
        label=lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000
    )


class PlanForm(forms.Form):
    """Who fills an assessment in, and until when."""

    assigned_to = forms.ModelChoiceField(
        label=lazy("Filled in by"), queryset=User.objects.none(), required=False
    )
    due_on = forms.DateField(label=lazy("Due"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, unit_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[User]", self.fields["assigned_to"])
        people.queryset = people_who(Permission.ANSWER, unit_id)
        people.empty_label = _("Nobody yet")


class OpenForm(PlanForm):
    """Opening an assessment: with which questionnaire, for whom, until when."""

    questionnaire = forms.ModelChoiceField(
        label=lazy("Questionnaire"), queryset=Questionnaire.objects.none(), empty_label=None
    )
    field_order = ("questionnaire", "assigned_to", "due_on")

    def __init__(self, *args: Any, unit_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, unit_id=unit_id, **kwargs)
        cast(
            "forms.ModelChoiceField[Questionnaire]", self.fields["questionnaire"]
        ).queryset = published()
        self.fields["due_on"].initial = clock.today() + timedelta(days=30)


class ListFilter(forms.Form):
    """The filters of the list of assessments; their state lives in the address."""

    q = forms.CharField(label=lazy("Vendor"), required=False)
    status = forms.ChoiceField(label=lazy("Status"), required=False)
    owner = forms.ChoiceField(
        label=lazy("Filled in by"),
        required=False,
        choices=[("", lazy("Anyone")), ("me", lazy("Me")), ("nobody", lazy("Nobody yet"))],
    )
    reviewer = forms.ChoiceField(
        label=lazy("Reviewed by"),
        required=False,
        choices=[("", lazy("Anyone")), ("me", lazy("Me")), ("nobody", lazy("Nobody yet"))],
    )
    due = forms.ChoiceField(
        label=lazy("Due"),
        required=False,
        choices=[
            ("", lazy("Any time")),
            ("overdue", lazy("Overdue")),
            ("week", lazy("In the next 7 days")),
            ("month", lazy("In the next 30 days")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["status"]).choices = [
            ("", _("Any")),
            ("open", _("Not finished")),
            ("review", _("Waiting for review")),
            *Assessment.Status.choices,
        ]


class AcceptSectionForm(forms.Form):
    """How well the answers of a section are proved that are accepted at once."""

    evidence = forms.TypedChoiceField(
        label=lazy("How well are they proved?"),
        choices=[(number, EVIDENCE[name].word) for number, name in enumerate(EVIDENCE_BY_NUMBER)],
        coerce=int,
        initial=0,
        widget=forms.RadioSelect,
    )


def items_of(
    questionnaire: schema.Questionnaire, section: str, chosen: Iterable[str]
) -> list[Item]:
    """The chosen questions of a section in file order, a gate before its children."""
    keys = frozenset(chosen)
    return [item for item in questionnaire.items if item.section == section and item.key in keys]
