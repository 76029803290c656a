"""All weights of a section at once, or those of all sections, with the share each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from accounts.number_fields import FloatField
from assessments import drafting
from assessments.drafting import Content
from assessments.forms.authoring import DIMENSIONS, number


@dataclass(frozen=True)
class Group:
    """Weights that share a whole: `rows` are field, share in percent, as a number for bars."""

    name: str
    rows: list[tuple[BoundField, int]]


class WeightsForm(forms.Form):
    """A field per section, or per question of the section `key`."""

    def __init__(self, *args: Any, content: Content, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content, self.key = content, key
        self.grouped = _grouped(content, key)
        for _name, nodes in self.grouped:
            for node in nodes:
                text = drafting.said(node.get("title")) or drafting.said(node.get("text"))
                self.fields[str(node.get("key"))] = FloatField(
                    label=text or str(node.get("key")),
                    min_value=0,
                    max_value=1000,
                    initial=number(drafting.weight(node)),
                )

    def groups(self) -> list[Group]:
        """The fields, by what they share."""
        shares = drafting.shares(self.content)
        return [
            Group(
                name,
                [
                    (self[str(node.get("key"))], round(100 * shares[str(node.get("key"))]))
                    for node in nodes
                ],
            )
            for name, nodes in self.grouped
        ]

    def weights(self) -> dict[str, int | float]:
        """What was typed, by key."""
        return {name: number(given) or 0 for name, given in self.cleaned_data.items()}

    def shown(self, content: Content) -> Mapping[str, str]:
        """The same weights as another state of the draft has them, in words."""
        return {
            str(node.get("key")): f"{number(drafting.weight(node))}"
            for _name, nodes in _grouped(content, self.key)
            for node in nodes
        }


def _grouped(content: Content, key: str) -> list[tuple[str, list[drafting.Node]]]:
    if not key:
        found: dict[str, list[drafting.Node]] = {}
        for one in drafting.sections(content):
            found.setdefault(str(one.get("dimension")), []).append(one)
        return [(str(name), found[code]) for code, name in DIMENSIONS if code in found]
    section = drafting.section(content, key)
    groups = [(_("In the section"), _scored(section.get("questions") or []))]
    groups += [
        (
            _("Behind “%(text)s”") % {"text": drafting.said(one.node.get("text"))},
            _scored(drafting.children(one.node)),
        )
        for one in drafting.places({"sections": [section]})
    ]
    return [(name, nodes) for name, nodes in groups if nodes]


def _scored(nodes: list[drafting.Node]) -> list[drafting.Node]:
    return [node for node in nodes if node.get("kind") != "text"]
