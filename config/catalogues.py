"""The catalogues of translations: brought up to date, checked, and built.

``locale/<language>/LC_MESSAGES/django.po`` is kept under version control; the ``.mo`` beside it,
which Django reads, is built on each machine.

    python -m config.catalogues build    # what is older than its .po; `bin/install` does this
    python -m config.catalogues update   # take in new texts of the sources; `make messages`
    python -m config.catalogues check    # `make check`
"""

import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.extraction import ROOT, Text, sources, texts_of
from config.wholeness import WHOLE, WHOLE_FOR_STAFF, same_meaning

LOCALE: Final = ROOT / "locale"
#: Folder -> Babel's name of the language, which knows its plurals.
LANGUAGES: Final = {"de": "de", "zh_Hans": "zh_Hans", "vi": "vi"}


def po_file(language: str) -> Path:
    """Return the catalogue of a language, by the name of its folder."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language. Raises babel's PoFileError where it cannot be parsed."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=LANGUAGES[language], abort_invalid=True)


def build() -> list[Path]:
    """Build what is missing or older than its source; return what was built."""
    built = []
    for language in LANGUAGES:
        source = po_file(language)
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            # Written beside and moved, so that nobody ever reads half a catalogue.
            beside = target.with_suffix(f".{language}-{id(target)}")
            with beside.open("wb") as file:
                write_mo(file, read(language))
            beside.replace(target)
            built.append(target)
    return built


def update() -> None:
    """Take new texts of the sources in and texts that are gone out, sorted, without dates."""
    found = {text for path in sources() for text in texts_of(path)}
    for language, locale in LANGUAGES.items():
        old = read(language) if po_file(language).exists() else Catalog(locale=locale)
        new = Catalog(locale=locale, fuzzy=False)
        for text in sorted(found, key=_order):
            new.add(_id(text), _kept(old, text), context=text.context)
        po_file(language).parent.mkdir(parents=True, exist_ok=True)
        with po_file(language).open("wb") as file:
            file.write(_header(new))
            write_po(file, new, width=100, no_location=True, omit_header=True)


def problems() -> Iterator[str]:
    """Say what is wrong: broken placeholders anywhere, and gaps where nothing may be missing."""
    catalogues = {language: read(language) for language in LANGUAGES}
    for language, catalogue in catalogues.items():
        for message in catalogue:
            if message.id and not same_meaning(message):
                yield f"{language}: placeholders differ in {message.id!r}: {message.string!r}"
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for language, catalogue in catalogues.items():
            if language not in WHOLE_FOR_STAFF and not any(
                fnmatch(name, pattern) for pattern in WHOLE
            ):
                continue
            for text in sorted(texts_of(path), key=_order):
                if not _translated(catalogue.get(_id(text), text.context)):
                    yield f"{language}: {name} says {text.text!r}, which is not translated"


def share(language: str) -> float:
    """Return how much of a catalogue is translated, from 0 to 1."""
    messages = [message for message in read(language) if message.id]
    return sum(map(_translated, messages)) / len(messages)


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(strings)


def _id(text: Text) -> str | tuple[str, str]:
    return (text.text, text.plural) if text.plural else text.text


def _order(text: Text) -> tuple[str, str, str]:
    return text.text, text.context or "", text.plural or ""


def _kept(old: Catalog, text: Text) -> str | tuple[str, ...] | None:
    """Return the translation there is, unless it is one of a single text for a plural."""
    message = old.get(_id(text), text.context)
    if message is None or message.pluralizable != bool(text.plural):
        return None
    return message.string if isinstance(message.string, str) else tuple(message.string or ())


def _header(catalogue: Catalog) -> bytes:
    """Return a header that says what programs need and never changes: no dates, no names."""
    return (
        "# `make messages` takes new texts in. The words: docs/glossary-translations.md.\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    ).encode()


def main(arguments: list[str]) -> int:
    """Do what the command line asks; return its exit status."""
    match arguments:
        case ["build"]:
            build()
        case ["update"]:
            update()
            for language in LANGUAGES:
                print(f"{language}: {share(language):.0%} translated")
        case ["check"]:
            found = [*problems()]
            print("\n".join(found), end="\n" if found else "")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
