"""Questions and answers in words: who answers, what it does to the score, what was said."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.figures import figure
from assessments import schema, workflow
from assessments.models import Assessment, SetAside, Told
from assessments.schema import Item, Kind, Question, Respondent
from assessments.selectors.rework import OwnPart
from assessments.sheet import State
from assessments.workflow import Action, Role
from vendors.question_file import NotAnAnswer

RESPONDENTS: Final[Mapping[str, str | Promise]] = {
    Respondent.VENDOR: lazy("Vendor answers"),
    Respondent.BUYER: lazy("Buyer answers"),
    Respondent.LEGAL: lazy("Legal answers"),
    Respondent.FINANCE: lazy("Finance answers"),
}
STATES: Final[Mapping[int, str | Promise]] = {
    State.BLANK: lazy("Not answered yet"),
    State.DONT_KNOW: lazy("Don't know"),
    State.DECLINED: lazy("Prefer not to say"),
    State.NA_PENDING: lazy("Does not apply (waiting for a reviewer)"),
    State.NA_APPROVED: lazy("Does not apply (agreed by a reviewer)"),
}
#: What a status asks of the reader: kinds of `status_pill`.
PILLS: Final[Mapping[str, str]] = {
    Assessment.Status.DRAFT: "active",
    Assessment.Status.SENT: "waiting",
    Assessment.Status.SUBMITTED: "waiting",
    Assessment.Status.IN_REVIEW: "active",
    Assessment.Status.RETURNED: "attention",
    Assessment.Status.APPROVED: "done",
    Assessment.Status.CLOSED: "stopped",
}
REVIEWERS: Final[Mapping[str, str | Promise]] = {
    "legal": lazy("Legal reviews"),
    "procurement": lazy("Procurement reviews"),
}
#: What can be done to an assessment, as buttons and refusals say it.
ACTIONS: Final[Mapping[str, str | Promise]] = {
    Action.SAVE: lazy("Change answers"),
    Action.SEND: lazy("Send to the vendor"),
    Action.TAKE_BACK: lazy("Take back"),
    Action.HAND_IN: lazy("Hand in the vendor's part"),
    Action.SUBMIT: lazy("Submit"),
    Action.TAKE: lazy("Start the review"),
    Action.HAND_OVER: lazy("Choose the reviewer"),
    Action.PUT_BACK: lazy("Put the review back"),
    Action.JUDGE: lazy("Judge answers"),
    Action.SAY: lazy("Write a message"),
    Action.RETURN: lazy("Send back"),
    Action.WIDEN: lazy("Open more questions"),
    Action.SIGN_OFF: lazy("Sign off"),
    Action.REOPEN: lazy("Reopen the review"),
    Action.CANCEL: lazy("Cancel"),
    Action.SUPERSEDE: lazy("Replace by a newer one"),
}
ROLES: Final[Mapping[str, str | Promise]] = {
    Role.CONTACT: lazy("the vendor's contact"),
    Role.PROCUREMENT: lazy("procurement"),
    Role.REVIEWER: lazy("legal reviewer"),
    Role.ADMINISTRATOR: lazy("administrator"),
    Role.SYSTEM: lazy("Surety itself"),
}


def action_words(action: str) -> str:
    """What can be done, as a button says it."""
    return str(ACTIONS[action])


def role_words(roles: Collection[str]) -> str:
    """Who may, in words and in a fixed order; Surety itself is not worth a word beside people."""
    people = [str(ROLES[role]) for role in Role if role in roles and role != Role.SYSTEM.value]
    return ", ".join(people) or str(ROLES[Role.SYSTEM])


def possible_words(status: str) -> str:
    """One sentence: what can be done in a status, and by whom."""
    steps = [
        _("%(action)s (%(roles)s)")
        % {"action": action_words(action), "roles": role_words(workflow.who_may(action, status))}
        for action in Action
        # It happens by itself when a newer assessment is signed off.
        if action in workflow.allowed_actions(status) and action is not Action.SUPERSEDE
    ]
    if not steps:
        return _("Nothing can be done to it any more.")
    return _("Possible now: %(steps)s.") % {"steps": "; ".join(steps)}


def second_person_words(own: OwnPart) -> str:
    """Why somebody else has to sign off: what the reader said in the assessment themselves."""
    parts = []
    if own.submitted:
        parts.append(_("you submitted it"))
    if own.answered:
        words = ngettext(
            "you answered %(count)d question", "you answered %(count)d questions", own.answered
        )
        parts.append(words % {"count": own.answered})
    if own.overrode:
        words = ngettext(
            "you overrode %(count)d answer", "you overrode %(count)d answers", own.overrode
        )
        parts.append(words % {"count": own.overrode})
    return _("Somebody else has to sign this off, since %(parts)s.") % {
        "parts": _(" and ").join(parts)
    }


def language() -> str:
    """The language in which texts of a questionnaire are shown."""
    return get_language() or "en"


def other_language(text: schema.Text) -> str:
    """The language of a text that has none in the page's own, for ``lang``; else ""."""
    written, page = text.language_for(language()), language()
    return "" if written.partition("-")[0] == page.partition("-")[0] else written


def refusal_words(error: ValueError) -> str:
    """Why a value cannot be taken, in the reader's language."""
    if not isinstance(error, NotAnAnswer):
        return str(error)
    said = {name: _said(value) for name, value in error.values.items()}
    return _(error.sentence) % said if said else _(error.sentence)


def _said(value: object) -> object:
    if isinstance(value, schema.Text):
        return value.text_for(language())
    return figure(value) if isinstance(value, int | float) else value


def answer_words(question: Question, answer: Told | None) -> str:
    """What was said, in words; "" while it is blank."""
    if answer is None or answer.state == State.BLANK:
        return ""
    return said_words(question, State(answer.state), answer.value)


def counted_words(question: Question, answer: Told | None) -> str:
    """What counts instead of what was said, in words; "" unless a reviewer overrode it."""
    if answer is None or answer.override_state is None:
        return ""
    if answer.override_state == State.DONT_KNOW:
        return _("Not known")
    return said_words(question, State(answer.override_state), answer.counted_value)


def said_words(question: Question, state: State, value: object) -> str:
    """A state and value in words; dates and numbers as the reader writes them."""
    if state != State.ANSWERED:
        return str(STATES.get(state, ""))
    if question.kind is Kind.DATE:
        return str(formats.date_format(date.fromisoformat(str(value)), "DATE_FORMAT"))
    if question.kind is Kind.NUMBER and isinstance(value, int | float):
        unit = question.curve.unit if question.curve else None
        number = formats.number_format(value, use_l10n=True, force_grouping=True)
        return f"{number} {unit.text_for(language())}" if unit else number
    return schema.describe_value(question, value, language())


def set_aside_words(questionnaire: schema.Questionnaire, one: SetAside) -> str:
    """What was said before a question changed, in the words of the question as it is now.

    An answer that can no longer be chosen is told as it is stored.
    """
    item = questionnaire.by_key.get(one.question_key)
    if one.state != State.ANSWERED and item is not None:
        return said_words(item.question, State(one.state), one.value)
    known = {choice.key for choice in item.question.choices} if item else set()
    given = one.value if isinstance(one.value, list) else [one.value]
    if item is not None and (not known or known.issuperset(given)):
        return said_words(item.question, State(one.state), one.value)
    return ", ".join(str(part) for part in given)


def weight_words(questionnaire: schema.Questionnaire, item: Item, chosen: Collection[str]) -> str:
    """What a question does to the score: its share of its section, or of its gate."""
    question = item.question
    if question.weight == 0:
        return _("Not scored.")
    if item.parents:
        return _("Shares the weight of the question above.")
    total = sum(
        other.question.weight
        for other in questionnaire.items
        if other.section == item.section and not other.parents and other.key in chosen
    )
    share = round(100 * question.weight / total)
    return _("Carries %(share)d%% of the weight of this section.") % {"share": share}


def knock_out_words(question: Question) -> str:
    """Which answers trigger the knock-out and what follows; "" without one."""
    rule = question.knock_out
    if rule is None:
        return ""
    worst = [
        f"“{option.label.text_for(language())}”"
        for option in question.choices
        if option.risk >= rule.at
    ]
    answers = _(" or ").join(worst) or _("A high-risk answer")
    words = _("%(answers)s raises the risk score to at least %(floor)d of 100: %(reason)s")
    if rule.block:
        words = _("%(answers)s blocks approval, with a score of %(floor)d or more: %(reason)s")
    return words % {
        "answers": answers,
        "floor": rule.floor,
        "reason": rule.reason.text_for(language()),
    }
