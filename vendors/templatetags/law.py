"""Words and numbers on the pages about countries."""

from decimal import Decimal

from django import template
from django.utils import formats

from vendors import law_words

register = template.Library()


@register.filter
def law_subject(key: str) -> str:
    """The name of a treaty or measure."""
    return law_words.subject_name(key)


@register.filter
def figure(value: Decimal) -> str:
    """A figure of an index without zeros at its end: 0.4900 -> 0.49."""
    return formats.number_format(Decimal(f"{value.normalize():f}"), use_l10n=True)


@register.filter
def kind_words(kind: str) -> str:
    """A kind of IP, in words."""
    return law_words.kind_name(kind)
