"""Parts of a draft in words: for pages that show what somebody else has changed meanwhile."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.templatetags.ui import NONE
from assessments import drafting
from assessments.drafting import Content

#: What a text is, by the fields of the file format.
FIELDS: Final[dict[str, Promise]] = {
    "title": lazy("Title"),
    "intro": lazy("Introduction"),
    "text": lazy("Question"),
    "why": lazy("Why we ask"),
    "good_evidence": lazy("What is good evidence"),
    "help": lazy("Help"),
    "label": lazy("Answer"),
    "unit": lazy("Unit"),
    "reason": lazy("Reason of the knock-out"),
    "risk": lazy("Risk"),
    "options": lazy("Answers"),
    "sections": lazy("Sections"),
    "questions": lazy("Questions"),
    "kind": lazy("How it is answered"),
    "respondent": lazy("Answered by"),
    "weight": lazy("Weight"),
    "mandatory": lazy("Must be answered"),
    "evidence_expected": lazy("Evidence is expected"),
    "allow_not_applicable": lazy("May be said not to apply"),
    "min_tier": lazy("Asked from tier"),
    "applies": lazy("Only for some engagements"),
    "curve": lazy("Risk by number"),
    "date": lazy("What the date does"),
    "resolve": lazy("Several risks become"),
    "counts": lazy("Risks that count"),
    "max_length": lazy("Characters at most"),
    "knock_out": lazy("Knock-out"),
    "valid_for": lazy("An answer holds for (months)"),
    "opens_on": lazy("Answers that open follow-up questions"),
    "place": lazy("Place"),
    "order": lazy("Order"),
    "dimension": lazy("Dimension"),
    "reviewer": lazy("Reviewed by"),
    "languages": lazy("Languages"),
    "gate": lazy("Gate"),
}
#: What was done to a draft, by the words that are kept with its states.
DID: Final[dict[str, Promise]] = {
    "about_changed": lazy("Title, version or languages changed"),
    "section_added": lazy("Section added"),
    "section_changed": lazy("Section changed"),
    "section_removed": lazy("Section deleted"),
    "question_added": lazy("Question added"),
    "question_changed": lazy("Question changed"),
    "question_removed": lazy("Question deleted"),
    "question_copied": lazy("Question copied"),
    "question_moved": lazy("Question moved to another place"),
    "kind_changed": lazy("Answered in another way"),
    "weights_changed": lazy("Weights changed"),
    "shifted": lazy("Moved up or down"),
    "translated": lazy("Translated"),
    "restored": lazy("Gone back to an earlier state"),
}
#: What a change of kind loses, by the words of `assessments.kinds`.
LOST: Final[dict[str, Promise]] = {
    "options": lazy("Answers with their risks and translations: %(count)d"),
    "exclusive": lazy("The mark that an answer stands alone: %(count)d"),
    "curve": lazy("The risks by number, with unit and bounds"),
    "date": lazy("What the date does, and its risk"),
    "resolve": lazy("How several risks become one"),
    "counts": lazy("That missing answers count"),
    "max_length": lazy("The most characters"),
    "weight": lazy("Its weight: words are not scored"),
    "knock_out": lazy("Its knock-out"),
    "own": lazy("What it earns by the questionnaire's own rule"),
    "opens_on": lazy("Which answers open its follow-up questions: choose them anew"),
    "gate": lazy(
        "Its follow-up questions, which will stand after it and always be asked: %(count)d"
    ),
}


def lines(content: Content, key: str) -> Mapping[str, str]:
    """All that a section or question says, and what stands in it, line by line.

    Raises drafting.NotThere.
    """
    for section in drafting.sections(content):
        if section.get("key") == key:
            own = {name: part for name, part in section.items() if name != "questions"}
            found = _own(own, key)
            for one in drafting.places({"sections": [section]}):
                found |= _question(one.node)
            return found
    found = {}
    node = drafting.place(content, key).node
    for one in drafting.places({"sections": [{"questions": [node]}]}):
        found |= _question(one.node)
    return found


def orders(content: Content, key: str) -> Mapping[str, str]:
    """In which order a section or question stands among its neighbours, and where.

    Raises drafting.NotThere.
    """
    parts = drafting.sections(content)
    if any(one.get("key") == key for one in parts):
        return {_("Order"): _listed(parts, "title")}
    found = drafting.place(content, key)
    where = [drafting.said(found.section.get("title"))]
    where += [drafting.said(one.get("text")) for one in found.parents]
    return {_("Place"): ", ".join(where), _("Order"): _listed(found.siblings, "text")}


def _listed(nodes: list[dict[str, Any]], name: str) -> str:
    words = [drafting.said(one.get(name)) or str(one.get("key")) for one in nodes]
    return "\n".join(f"{number}. {text}" for number, text in enumerate(words, 1))


def _question(node: Mapping[str, Any]) -> dict[str, str]:
    gate = node.get("gate") or {}
    own = {name: part for name, part in node.items() if name != "gate"}
    return _own({**own, "opens_on": gate.get("opens_on")}, str(node.get("key")))


def _own(node: Mapping[str, Any], key: str) -> dict[str, str]:
    return {
        f"{key}: {FIELDS.get(name) or name.replace('_', ' ')}": words(part)
        for name, part in node.items()
        if part not in (None, "", [], {})
    }


def words(value: Any) -> str:
    """A value of the file format in plain words."""
    if value is None:
        return NONE
    if isinstance(value, Mapping):
        if set(value) == {"en"}:
            return str(value["en"])
        if "en" in value:
            return "\n".join(f"{lang}: {text}" for lang, text in value.items())
        return "; ".join(f"{name.replace('_', ' ')}: {words(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ("\n" if any(isinstance(one, Mapping) for one in value) else ", ").join(
            words(one) for one in value
        )
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
