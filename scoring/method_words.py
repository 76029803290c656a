"""The words for the parameters of a method: what each is called, what it does, how it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from accounts.templatetags.ui import EVIDENCE, band_word
from scoring import words
from scoring.engine.method_file import Problem
from scoring.engine.methodology import BANDS, DIMENSIONS, TIERS
from scoring.facts.registry import SOURCES
from scoring.indicators.value import KEYS

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number: its path in the file, its label and what to know when it is typed.

    `kind`: "share" (0 to 1), "points" (0 to 100), "weight", "days", "order", "periods" or
    "section" (the weight of a section).
    """

    path: tuple[str, ...]
    label: Text
    kind: str
    help: Text = ""

    @property
    def name(self) -> str:
        """Its name as a field of a form."""
        return "-".join(self.path)


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters that belong together, and may have a reason in common."""

    key: str
    title: Text
    help: Text
    parameters: tuple[Parameter, ...] = ()


def _evidence() -> Iterator[Parameter]:
    for level, look in EVIDENCE.items():
        if level == "none":
            continue
        yield Parameter(("evidence", level, "credit"), look.word, "share")
        yield Parameter(("evidence", level, "pessimistic"), look.word, "share")


_BANDS_ABOVE: Final = (
    lazy("Moderate begins at"),
    lazy("Elevated begins at"),
    lazy("High begins at"),
    lazy("Critical begins at"),
)
_TIERS_ABOVE: Final = (
    lazy("Tier 3, moderate, begins at"),
    lazy("Tier 2, high, begins at"),
    lazy("Tier 1, critical, begins at"),
)
#: Every group in the order of the pages. `title`, `key` and `version` are no parameters.
GROUPS: Final[tuple[Group, ...]] = (
    Group(
        "dimensions",
        lazy("Weights of the dimensions"),
        lazy("How much each dimension counts. Only the proportions matter; 0 leaves one out."),
        tuple(Parameter(("dimensions", key), "", "weight") for key in DIMENSIONS),
    ),
    Group(
        "p",
        lazy("How much the worst dimension counts"),
        lazy("At 1, six good dimensions can hide one that has failed. The higher, the less so."),
        (Parameter(("p",), lazy("Order of the mean (p)"), "order"),),
    ),
    Group(
        "kappa",
        lazy("What controls can take away"),
        lazy("How much of the inherent risk the best controls can take away, 0 to 1."),
        (Parameter(("kappa",), lazy("Largest share (kappa)"), "share"),),
    ),
    Group(
        "evidence",
        lazy("What evidence is worth"),
        lazy(
            "How much of the good part of an answer counts, 0 to 1: in the score itself, and in "
            "the upper end of its interval, where the worst is expected. Better evidence never "
            "earns less."
        ),
        tuple(_evidence()),
    ),
    Group(
        "valid_days",
        lazy("How long an answer holds"),
        lazy("In days, where the question itself does not say; 0 means that it never ends."),
        tuple(
            Parameter(("valid_days", str(at)), words.TIER_WORDS[tier], "days")
            for at, tier in enumerate(TIERS, start=1)
        ),
    ),
    Group(
        "decay",
        lazy("How proof fades"),
        lazy(
            "An answer that no longer holds loses its proof bit by bit, over so many further "
            "periods of the same length, in quarters. 0 means at once."
        ),
        (Parameter(("decay", "periods"), lazy("Further periods"), "periods"),),
    ),
    Group(
        "band_cuts",
        lazy("Bands"),
        lazy("Where one band ends and the next begins, in points from 0 (best) to 100 (worst)."),
        tuple(
            Parameter(("band_cuts", str(at)), label, "points")
            for at, label in enumerate(_BANDS_ABOVE)
        ),
    ),
    Group(
        "tier_cuts",
        lazy("Tiers"),
        lazy("Where one tier ends and the next begins, as inherent risk from 0 to 1."),
        tuple(
            Parameter(("tier_cuts", str(at)), label, "share")
            for at, label in enumerate(_TIERS_ABOVE)
        ),
    ),
    Group(
        "inherent_min",
        lazy("The least inherent risk"),
        lazy("What the mildest intake counts as, above 0 and up to 1."),
        (Parameter(("inherent_min",), lazy("At least"), "share"),),
    ),
    Group(
        "coverage",
        lazy("How much must be known"),
        lazy("The share of the weight that must be answered and not wholly faded, 0 to 1."),
        (
            Parameter(("coverage", "final"), lazy("For a final score"), "share"),
            Parameter(("coverage", "provisional"), lazy("For a provisional score"), "share"),
        ),
    ),
    Group(
        "indicators",
        lazy("Recorded facts"),
        lazy(
            "What is recorded of a vendor counts as a section of its own, with this weight among "
            "the sections of its dimension, which mostly have 1 to 3. 0 leaves it out."
        ),
        tuple(Parameter(("indicators", key, "weight"), "", "section") for key in KEYS),
    ),
    Group(
        "knock_outs",
        lazy("Knock-outs"),
        lazy(
            "Answers that are not to be averaged away: from a risk on, the score is at least the "
            "floor. The rules stand in the questionnaires; here they can be changed, added or "
            "switched off."
        ),
    ),
)
BY_KEY: Final[Mapping[str, Group]] = {group.key: group for group in GROUPS}
ORDERS: Final[Mapping[int, Text]] = {
    1: lazy("1: the plain mean"),
    2: lazy("2"),
    4: lazy("4"),
    8: lazy("8: almost the worst alone"),
}


def label(parameter: Parameter) -> str:
    """What a parameter is called within its group."""
    if parameter.path[0] == "dimensions":
        return words.dimension(parameter.path[1])
    if parameter.path[0] == "evidence":
        column = _("in the score") if parameter.path[2] == "credit" else _("at the upper end")
        return f"{parameter.label}, {column}"
    if parameter.path[0] == "indicators":
        source = SOURCES.get(parameter.path[1])
        return str(source.title) if source else parameter.path[1]
    return str(parameter.label)


def value_of(content: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value at a path of a content; what is left out has its usual value."""
    if path[0] == "decay" and "decay" not in content:
        return 1
    if path[0] == "indicators" and path[1] not in content.get("indicators", {}):
        return 0
    value: Any = content
    for part in path:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def number(value: float) -> str:
    """A number as the reader writes it, without zeros that say nothing."""
    return formats.number_format(f"{value:.6f}".rstrip("0").rstrip(".") if value else "0")


def shown(parameter: Parameter, value: Any) -> str:
    """A value in words, with its unit."""
    text = number(value)
    if parameter.kind == "days":
        days = formats.number_format(value, force_grouping=True)
        return _("%(number)s days") % {"number": days} if value else _("no end")
    if parameter.kind == "points":
        return ngettext("%(number)s point", "%(number)s points", 1 if value == 1 else 2) % {
            "number": text
        }
    if parameter.kind == "periods":
        return text if value else _("0: at once")
    return text


def in_words(key: str, content: Mapping[str, Any]) -> str:
    """What a group of parameters amounts to, in one sentence; "" where its table says it all."""
    match key:
        case "kappa":
            return _(
                "The best controls take away %(most)s%% of the inherent risk; "
                "%(left)s%% stay whatever is done."
            ) % {"most": _percent(content["kappa"]), "left": _percent(1 - content["kappa"])}
        case "p":
            p = content["p"]
            return _(
                "One dimension of seven equal ones that has failed altogether makes %(power)s "
                "of 100 here; in a plain mean it would be 14.3."
            ) % {"power": number(round(100 * (1 / 7) ** (1 / p), 1))}
        case "decay":
            periods = value_of(content, ("decay", "periods"))
            if not periods:
                return _(
                    "On the first of the month after its last day, nothing of a proof is left."
                )
            return _(
                "A proof that held for a year is worth half after %(half)s more days, and nothing "
                "after %(all)s."
            ) % {"half": number(round(365 * periods / 2)), "all": number(round(365 * periods))}
        case "inherent_min":
            least = {"least": number(100 * content["inherent_min"])}
            return _("No vendor exposes you to less than %(least)s of 100.") % least
        case "band_cuts":
            cuts = [number(cut) for cut in content["band_cuts"]]
            parts = [
                _("%(band)s below %(cut)s") % {"band": band_word(band), "cut": cut}
                for band, cut in zip(BANDS, cuts, strict=False)
            ]
            return ", ".join([*parts, _("otherwise %(band)s") % {"band": band_word(BANDS[-1])}])
    return ""


def _percent(share: float) -> str:
    return number(round(100 * share, 4))


def percent(share: float) -> str:
    """A share of the weights with one decimal."""
    return _("%(number)s%%") % {"number": number(round(100 * share, 1))}


def told(problem: Problem) -> str:
    """What is wrong, in the reader's language."""
    # The messages are marked where they are written, in the engine.
    return _(problem.message) % problem.params


def rule(value: Mapping[str, Any] | None) -> str:
    """A knock-out rule of a method in words."""
    if value is None:
        return _("switched off")
    return rule_words(value["at"], value["floor"], bool(value.get("block")))


def indicator_words(content: Mapping[str, Any], key: str) -> str:
    """How an indicator counts, in words; "" where the method does not count it."""
    held = content.get("indicators", {}).get(key)
    if held is None:
        return ""
    said = [words.dimension(held["dimension"])]
    if held.get("valid_days"):
        said.append(_("holds %(days)s days") % {"days": held["valid_days"]})
    if held.get("replaces"):
        topics = ", ".join(key.replace("_", " ") for key in held["replaces"])
        said.append(_("stands in for the answers on %(topics)s") % {"topics": topics})
    if held.get("knock_out"):
        said.append(_("knock-out %(rule)s") % {"rule": rule(held["knock_out"])})
    return "; ".join(said)


def rule_words(at: float, floor: float, block: bool) -> str:
    """From which risk on a score is at least what."""
    said = _("from a risk of %(at)s on, at least %(floor)s points") % {
        "at": number(at),
        "floor": number(floor),
    }
    return _("%(rule)s, and blocked") % {"rule": said} if block else said


def differences(
    one: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str]]:
    """(group, parameter, value of one, value of the other) of whatever differs."""
    if one["title"] != other["title"]:
        yield _("Title"), "", one["title"], other["title"]
    for group in GROUPS:
        for parameter in group.parameters:
            a, b = value_of(one, parameter.path), value_of(other, parameter.path)
            if a != b:
                yield str(group.title), label(parameter), *_pair(parameter, one, other)
        if group.key == "knock_outs":
            yield from _rules(group, one, other)
        if group.key == "indicators":
            for parameter in group.parameters:
                said = [indicator_words(content, parameter.path[1]) for content in (one, other)]
                if said[0] != said[1]:
                    none = _("not counted")
                    yield str(group.title), label(parameter), said[0] or none, said[1] or none
        why = [content.get("rationale", {}).get(group.key, "") for content in (one, other)]
        if why[0] != why[1]:
            yield str(group.title), _("Reason"), why[0] or _("none"), why[1] or _("none")


def unexplained(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The groups whose values differ while the reason is still the one it was."""
    found = []
    for group in GROUPS:
        values = [_values(content, group) for content in (one, other)]
        why = [content.get("rationale", {}).get(group.key, "") for content in (one, other)]
        if values[0] != values[1] and why[0] == why[1]:
            found.append(str(group.title))
    return found


def _values(content: Mapping[str, Any], group: Group) -> Any:
    if group.key in {"knock_outs", "indicators"}:
        return content.get(group.key, {})
    return [value_of(content, parameter.path) for parameter in group.parameters]


def _pair(
    parameter: Parameter, one: Mapping[str, Any], other: Mapping[str, Any]
) -> tuple[str, str]:
    said = []
    for content in (one, other):
        value = value_of(content, parameter.path)
        text = shown(parameter, value)
        if parameter.kind == "weight":
            share = 100 * value / sum(content["dimensions"].values())
            text = _("%(weight)s (%(share)s%%)") % {
                "weight": text,
                "share": number(round(share, 1)),
            }
        said.append(text)
    return said[0], said[1]


def _rules(
    group: Group, one: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str]]:
    rules = [content.get("knock_outs", {}) for content in (one, other)]
    usual = _("as the questionnaire says")
    for key in sorted({*rules[0], *rules[1]}):
        said = [rule(held[key]) if key in held else usual for held in rules]
        if said[0] != said[1]:
            yield str(group.title), key, said[0], said[1]
