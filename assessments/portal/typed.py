"""What somebody has typed, in words, for pages on which it cannot be saved: theirs to copy."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments.forms.assessments import AnswersForm, name_of
from assessments.forms.portal import (
    DeclineForm,
    DelegateForm,
    DisputeForm,
    FindingAnswerForm,
    MessageForm,
    ProofForm,
)
from assessments.models import Invitation
from assessments.schema import Item
from assessments.selectors import portal
from assessments.wording import language

Told = list[tuple[str, str]]

#: What forms carry besides what people write into them.
_CARRIED: Final = frozenset(
    {"csrfmiddlewaretoken", "language", "next", "go", "then", "confirm", "moved", "seen", "use"}
    | {"version", "question", "kind", "done"}
)
#: Name of an input of the other forms of the portal -> what it is called.
_LABELS: Final[Mapping[str, str | Promise | None]] = {
    name: field.label
    for form in (
        ProofForm,
        DelegateForm,
        MessageForm,
        DeclineForm,
        FindingAnswerForm,
        DisputeForm,
    )
    for name, field in form.base_fields.items()
}


def answers_told(items: Iterable[Item], data: QueryDict) -> Told:
    """The questions that were answered, and what was chosen or written, as the page shows it."""
    form, found = AnswersForm(items, {}), []
    for item in form.items:
        for part in ("", "state", "note"):
            name = name_of(item.key, part)
            labels = dict(getattr(form.fields.get(name), "choices", ()))
            nothing = "answered" if part == "state" else ""
            chosen = [one for one in data.getlist(name) if one.strip() and one != nothing]
            if chosen:
                words = ", ".join(str(labels.get(one, one)) for one in chosen)
                found.append((item.question.text.text_for(language()), words))
    return found


def told(data: QueryDict, invitation: Invitation | None) -> Told:
    """All that was typed. Without an invitation nobody is known, and no question is told of."""
    items: tuple[Item, ...] = ()
    if invitation is not None and data:
        items = portal.theirs(invitation.assessment, portal.scope_of(invitation))
    known = {name_of(item.key, part) for item in items for part in ("", "state", "note")}
    others = [
        (_label(name), value)
        for name in data
        if name not in known | _CARRIED and not name.endswith(("-version", "-state"))
        for value in data.getlist(name)
        if value.strip() and not name.startswith("choose-")
    ]
    return [*answers_told(items, data), *others]


def _label(name: str) -> str:
    if name.startswith("q-"):
        return _("Note or reason") if name.endswith("-note") else _("Your answer")
    return str(_LABELS.get(name) or name)
