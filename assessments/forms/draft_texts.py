"""Texts of a questionnaire in several languages, on the form of what they belong to.

The English text is a field of its own (`text`); each other language of the questionnaire has one
beside it (`text.de`), which says when nothing is written yet, or English has changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import Truncator
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from assessments.drafting import with_text


def language_name(code: str) -> str:
    """A language in the words of the reader."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@dataclass(frozen=True)
class Known:
    """What a form is told of the texts there are.

    english: by field. missing, outdated: (field, language) without a text, and with one that was
    written for other English words.
    """

    english: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[tuple[str, str]] = frozenset()
    outdated: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Language:
    """The fields of one language, and how many of them need work."""

    code: str
    name: str
    fields: list[BoundField]
    missing: int
    outdated: int

    @property
    def is_whole(self) -> bool:
        """Whether everything is written, and for the English words as they are now."""
        return not self.missing and not self.outdated


class TextsForm(forms.Form):
    """A form whose texts are written in several languages."""

    langs: Sequence[str] = ()
    known: Known = Known()

    def add_languages(self, names: Sequence[str], langs: Sequence[str], known: Known) -> None:
        """Give each text a field per language, below all others."""
        self.langs, self.known = langs, known
        for lang in langs:
            for name in names:
                english = self.fields[name]
                widget: Callable[..., forms.Widget] = type(english.widget)
                self.fields[f"{name}.{lang}"] = forms.CharField(
                    label=english.label,
                    required=False,
                    widget=widget(attrs={**english.widget.attrs, "lang": lang}),
                    help_text=self._about(name, lang),
                )

    def _about(self, name: str, lang: str) -> str:
        english = Truncator(self.known.english.get(name, "")).chars(160)
        if (name, lang) in self.known.outdated:
            return _("Outdated: English has changed since, to “%(text)s”") % {"text": english}
        if (name, lang) in self.known.missing:
            return _("Missing. English: “%(text)s”") % {"text": english}
        return _("English: “%(text)s”") % {"text": english} if english else ""

    def in_languages(self) -> list[Language]:
        """The other languages, with their fields in the order of the English ones."""
        return [
            Language(
                code=lang,
                name=language_name(lang),
                fields=[self[name] for name in self.fields if name.endswith(f".{lang}")],
                missing=sum(one == lang for _name, one in self.known.missing),
                outdated=sum(one == lang for _name, one in self.known.outdated),
            )
            for lang in self.langs
        ]

    def written(self, there: object, name: str) -> object:
        """The text as typed in English and the other languages; those not on the form stay."""
        made = with_text(there, "en", self.cleaned_data[name])
        for lang in self.langs:
            made = with_text(made, lang, self.cleaned_data.get(f"{name}.{lang}", ""))
        return made
