"""How a word sounds, roughly, whatever the language and the way it was transliterated."""

import re
from functools import lru_cache
from typing import Final

#: Written differently, heard alike: the longer spellings first.
_SPELLINGS: Final = (
    ("tsch", "c"), ("shch", "s"), ("sch", "s"), ("tch", "c"), ("dzh", "j"), ("ough", "o"),
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("sh", "s"), ("zh", "j"), ("ch", "c"),
    ("ck", "k"), ("cz", "c"), ("ts", "s"), ("tz", "s"), ("dz", "s"), ("dj", "j"), ("qu", "k"),
    ("wh", "w"), ("ks", "x"), ("x", "s"),
)  # fmt: skip
_SOUNDS: Final = str.maketrans("bpfvwckqgjdtszmnlr", "11222333334455667" + "8")
_VOWELS: Final = re.compile(r"[aeiouyh]+")
_TWICE: Final = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def key(word: str) -> str:
    """The sound of a word in small ASCII letters: its consonants in groups; digits as they are.

    A vowel at the start counts as one, wherever it is heard; all others are left out.
    """
    if not word.isalpha():
        return word
    text = word
    for written, heard in _SPELLINGS:
        if written in text:
            text = text.replace(written, heard)
    start = "a" if text[0] in "aeiouyh" else ""
    sounds = _VOWELS.sub("", text).translate(_SOUNDS)
    return (start + _TWICE.sub(r"\1", sounds))[:8] or word[:1]
