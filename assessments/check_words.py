"""The findings of `assessments.checking` in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from assessments.checking import Problem
from assessments.draft_words import FIELDS

WORDS: Final[dict[str, str | Promise]] = {
    "nothing_for_vendor": lazy("No question is for the vendor."),
    "nothing_at_tier": lazy("At the tier “%(tier)s” nothing is asked."),
    "section_without_weight": lazy("The section weighs nothing, so it does not count."),
    "section_not_scored": lazy("No question of this section counts."),
    "nothing_mandatory": lazy("No question of this section is mandatory."),
    "dominates": lazy("It carries %(share)s%% of its section, so it decides nearly alone."),
    "never_asked_tier": lazy("It is never asked: no tier meets all its conditions."),
    "never_asked_service": lazy("It is never asked: no service meets all its conditions."),
    "same_risk": lazy("Every answer carries the same risk (%(risk)s), so none tells anything."),
    "no_good_answer": lazy("Even the best answer carries a risk of %(risk)s."),
    "always_knocked_out": lazy("Every answer triggers the knock-out."),
    "always_open": lazy("Every answer opens its follow-up questions, so they are always asked."),
    "opening_pays": lazy(
        "An answer that opens follow-up questions carries less risk than one that does not."
    ),
    "gate_not_scored": lazy("None of its follow-up questions counts."),
    "repeated": lazy("The same question is asked elsewhere (%(other)s)."),
    "too_long": lazy("The text in %(lang)s has %(length)s characters; up to %(most)s read well."),
    "not_translated": lazy("%(missing)s of %(total)s texts are not translated into %(lang)s."),
    "outdated": lazy("The translation into %(lang)s is older than the English text."),
}
_FORMAT: Final[dict[str, str | Promise]] = {
    "Field required": lazy("is missing"),
    "needs at least two options": lazy("needs at least two answers"),
    "can never be reached by an answer": lazy("can never be reached by an answer"),
}


#: Findings on a page, by what they are about; what is not named stands in the first group.
GROUPS: Final[tuple[tuple[Promise, frozenset[str]], ...]] = (
    (lazy("Not finished"), frozenset({"format", "nothing_mandatory"})),
    (
        lazy("Questions that are never or always asked"),
        frozenset(
            {
                "never_asked_tier", "never_asked_service", "nothing_at_tier", "nothing_for_vendor",
                "always_open",
            }
        ),
    ),
    (
        lazy("Weights"),
        frozenset(
            {"section_without_weight", "section_not_scored", "gate_not_scored", "dominates"}
        ),
    ),
    (
        lazy("Answers and their risks"),
        frozenset({"same_risk", "no_good_answer", "always_knocked_out", "opening_pays"}),
    ),
    (lazy("Wording"), frozenset({"repeated", "too_long"})),
    (lazy("Translations"), frozenset({"not_translated", "outdated"})),
)  # fmt: skip


def words(problem: Problem) -> str:
    """One finding as a sentence."""
    if problem.code == "format":
        return _format_words(problem)
    params = dict(problem.params)
    if "lang" in params:
        params["lang"] = _language(str(params["lang"]))
    return str(WORDS[problem.code]) % params


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _format_words(problem: Problem) -> str:
    message = str(problem.params["message"])
    if message.startswith(("List should have", "Tuple should have")):
        said = _("is still empty")
    else:
        said = str(_FORMAT.get(message, message))
    parts = problem.field.split()
    if parts[:1] == ["options"] and len(parts) == 3:
        return _("Answer %(number)s, %(what)s: %(said)s") % {
            "number": parts[1],
            "what": FIELDS.get(parts[2], parts[2]),
            "said": said,
        }
    name = FIELDS.get(problem.field) or problem.field.replace("_", " ")
    return f"{name}: {said}" if name else said
