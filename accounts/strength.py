"""How hard a password is to guess (zxcvbn: Wheeler, USENIX Security 2016), said in plain words.

No rules about kinds of characters, and nothing runs out: only what an attacker would try first is
refused, and with it the words that everybody around the account knows.
"""

import re
from collections.abc import Iterable
from threading import Lock
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

from accounts.organisation import organisation_name

#: Of 0 to 4: 3 takes at least 10^8 guesses, 4 at least 10^10.
LEAST: Final = 3
#: The estimate takes time with the square of the length; what comes after adds strength only.
LOOKED_AT: Final = 72
SHORTEST: Final = 12
#: The estimate keeps the words of the account in a table of the whole process.
_one_at_a_time = Lock()

#: What the library says -> what we say.
WORDS: Final[dict[str, str | Promise]] = {
    "Straight rows of keys are easy to guess.": _("Rows of keys are easy to guess."),
    "Short keyboard patterns are easy to guess.": _("Patterns on the keyboard are easy to guess."),
    'Repeats like "aaa" are easy to guess.': _("Repeats like “aaa” are easy to guess."),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _(
        "Repeats like “abcabcabc” are hardly harder to guess than “abc”."
    ),
    'Sequences like "abc" or "6543" are easy to guess.': _(
        "Sequences like “abc” or “6543” are easy to guess."
    ),
    "Recent years are easy to guess.": _("Years are easy to guess."),
    "Dates are often easy to guess.": _("Dates are easy to guess."),
    "This is a top-10 common password.": _("It is one of the ten most used passwords."),
    "This is a top-100 common password.": _("It is one of the hundred most used passwords."),
    "This is a very common password.": _("It is a very common password."),
    "This is similar to a commonly used password.": _("It is much like a common password."),
    "A word by itself is easy to guess.": _("A single word is easy to guess."),
    "Names and surnames by themselves are easy to guess.": _("Names alone are easy to guess."),
    "Common names and surnames are easy to guess.": _("Common names are easy to guess."),
    "Use a few words, avoid common phrases.": _("Use a few words that do not belong together."),
    "No need for symbols, digits, or uppercase letters.": _(
        "Signs, digits and capitals are not needed."
    ),
    "Add another word or two. Uncommon words are better.": _(
        "Add one or two words, rather unusual ones."
    ),
    "Use a longer keyboard pattern with more turns.": _("Use words instead of keys in a row."),
    "Avoid repeated words and characters.": _("Avoid repeating words and characters."),
    "Avoid sequences.": _("Avoid sequences."),
    "Avoid recent years.": _("Avoid years."),
    "Avoid years that are associated with you.": _("Avoid years that have to do with you."),
    "Avoid dates and years that are associated with you.": _(
        "Avoid days and years that have to do with you."
    ),
    "Capitalization doesn't help very much.": _("A capital at the beginning hardly helps."),
    "All-uppercase is almost as easy to guess as all-lowercase.": _("All capitals hardly helps."),
    "Reversed words aren't much harder to guess.": _("Words written backwards hardly help."),
    "Predictable substitutions like '@' instead of 'a' don't help very much.": _(
        "“@” instead of “a” and the like hardly helps."
    ),
}
_ABOUT_YOU: Final = _("It is made of your name, your e-mail address or your organisation.")


def trouble(password: str, *, known: Iterable[str] = ()) -> list[str]:
    """Why it is too easy to guess, and what helps; empty where it is hard enough.

    `known`: words that an attacker knows of the account, whole or as parts of longer texts.
    """
    words = [*_parts(known)]
    with _one_at_a_time:
        found: dict[str, Any] = zxcvbn(password[:LOOKED_AT], user_inputs=words)
    if found["score"] >= LEAST:
        return []
    said: list[str] = []
    if any(one.get("dictionary_name") == "user_inputs" for one in found["sequence"]):
        said.append(str(_ABOUT_YOU))
    feedback = found["feedback"]
    theirs = [feedback["warning"], *feedback["suggestions"]]
    said += [str(WORDS.get(one, one)) for one in theirs if one]
    return said


def _parts(known: Iterable[str]) -> list[str]:
    """The texts and the words in them; one or two letters are no word."""
    found = {
        part.lower()
        for text in known
        for part in (text, *re.split(r"[\W_]+", text))
        if len(part) > 2
    }
    return sorted(found)


class StrengthValidator:
    """Django's hook: refuses a password that is easy to guess, knowing who it is for."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError, a sentence each."""
        known = ["surety", organisation_name()]
        known += [str(getattr(user, name, "") or "") for name in ("name", "email")]
        if reasons := trouble(password, known=known):
            raise ValidationError(
                [
                    ValidationError(_("This password is easy to guess."), code="easy_to_guess"),
                    *(ValidationError(one, code="easy_to_guess") for one in reasons),
                ]
            )

    def get_help_text(self) -> str:
        """What a page says beforehand."""
        return str(_("A few words that only you would put together are best."))
