"""Text as a search compares it: no case, no accents, no punctuation. Pure."""

import re
import unicodedata
from typing import Final

#: Letters that Unicode does not take apart.
_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        # How an s is written at the end of a Greek word.
        "\N{GREEK SMALL LETTER FINAL SIGMA}": "\N{GREEK SMALL LETTER SIGMA}",
    }
)
#: The marks that are taken off, the same as in the database: other scripts need theirs.
_MARKS: Final = re.compile("[\u0300-\u036f]")
_GAPS: Final = re.compile(r"[\W_]+")

#: By which rule texts are folded. Rises with every change of what `plain` or `spellings` make of a
#: text; what is stored by an earlier rule is then written anew (`manage.py refold_search`).
RULE: Final = 1


#: As Germans write their letters where the keyboard lacks them.
_SPELT_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


def spellings(text: str) -> tuple[str, ...]:
    """Return the ways in which people type a name: for "Müller" "muller" and "mueller"."""
    composed = unicodedata.normalize("NFC", text.casefold())
    return tuple(dict.fromkeys((plain(text), plain(composed.translate(_SPELT_OUT)))))


def swapped(word: str) -> tuple[str, ...]:
    """Return the folded word with two letters beside each other exchanged, in every way that there
    is: "zhang" is one of those for "zhnag"."""
    every = (f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1))
    return tuple(one for one in dict.fromkeys(every) if one != word)


def plain(text: str) -> str:
    """Return `text` in lower case, letters without their marks, words one blank apart."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return _GAPS.sub(" ", bare.translate(_LETTERS)).strip()
