"""What is told, in plain words, for the pages."""

from collections.abc import Collection, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from webhooks.models import TEST
from webhooks.source import source

Words = Mapping[str | Promise, Mapping[str, str | Promise]]


def every() -> Words:
    """Every type there is to choose, group by group, with when it is told."""
    return source().words()


def describe(event_type: str) -> str | Promise:
    """When a type of message is sent, in a sentence."""
    if event_type == TEST:
        return _("A test message")
    for told in every().values():
        if event_type in told:
            return told[event_type]
    return event_type


def grouped(event_types: Collection[str]) -> Words:
    """These types, group by group, each with its sentence."""
    found = {
        group: {name: said for name, said in told.items() if name in event_types}
        for group, told in every().items()
    }
    return {group: told for group, told in found.items() if told}
