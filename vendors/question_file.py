"""What every question file shares: texts, risks, options, and errors that name their place.

Pure: no Django, no clock. The engagement intake (``vendors.intake``) and the questionnaires
(``assessments.schema``) are both written in YAML and read through this module.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    RootModel,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

#: Risks are whole numbers of 1/10,000 wherever they are kept.
RISK_SCALE: Final = 10_000
#: A question file larger than this is refused before it is read.
MAX_FILE_BYTES: Final = 2_000_000
#: A text longer than this fits no cell of a workbook.
MAX_TEXT: Final = 20_000
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Loc = tuple[int | str, ...]
ResolveRule = Literal["max", "capped_sum", "mean"]
Counts = Literal["chosen", "missing"]


class Problems(ValueError):
    """Several rules are broken below one node; each has its own place relative to the node."""

    def __init__(self, found: Iterable[tuple[Loc, str]]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(f"{path(loc)}: {text}" for loc, text in self.found))


class QuestionFileInvalid(ValueError):
    """A question file cannot be used. ``errors`` holds one (path, message) for each reason."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__(
            "\n".join(f"{where}: {text}" if where else text for where, text in self.errors)
        )


def path(loc: Loc) -> str:
    """Return a place as people write it: ``sections[2].questions[4].risk``."""
    written = ""
    for part in loc:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{part}" if written else part
    return written


def _units(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("must be a number from 0 (best) to 1 (worst)")
    risk = Decimal(str(value))
    if not risk.is_finite() or not 0 <= risk <= 1:
        raise ValueError(f"is {value}; a risk lies between 0 (best) and 1 (worst)")
    units = risk * RISK_SCALE
    if units != units.to_integral_value():
        raise ValueError(f"is {value}; a risk has at most 4 decimals")
    return int(units)


def _decimal(units: int) -> float:
    return units / RISK_SCALE


#: In files and JSON a decimal from 0 to 1 with at most four places; in Python an int of 1/10,000.
Risk = Annotated[
    int,
    BeforeValidator(_units),
    PlainSerializer(_decimal, return_type=float),
    WithJsonSchema(
        {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "0 is best, 1 is worst; at most 4 decimals.",
        }
    ),
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


def _printable(text: str) -> str:
    """The text itself. Raises ValueError for what neither a database nor a workbook can keep."""
    text = text.replace("\r\n", "\n")
    if len(text) > MAX_TEXT:
        raise ValueError(f"is longer than {MAX_TEXT:,} characters")
    if found := _UNPRINTABLE.search(text):
        raise ValueError(f"holds a character that cannot be printed (U+{ord(found[0]):04X})")
    return text


#: A note of the authors among themselves: kept with the file, never shown to who answers, and no
#: part of what the file says.
Comment = Annotated[str, AfterValidator(lambda text: _printable(text) if text.strip() else "")]


class Frozen(BaseModel):
    """Base of everything read from a question file: unknown fields are errors, nothing changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(RootModel[dict[str, str]]):
    """A text in one or more languages: a plain string (English), or a map of language to string."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _plain_is_english(cls, value: object) -> object:
        if isinstance(value, str):
            return {"en": _printable(value)}
        if not isinstance(value, Mapping | Text):
            raise ValueError("must be a text, or a map of languages to texts")
        if isinstance(value, Mapping):
            return {
                language: _printable(text) if isinstance(text, str) else text
                for language, text in value.items()
            }
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Text:
        if "en" not in self.root:
            raise ValueError("the English text (en) is missing")
        if any(not text.strip() for text in self.root.values()):
            raise ValueError("a text is empty")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, *_args: object) -> dict[str, Any]:
        """What a file may hold in its place, for the published schema."""
        words = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
        return {
            "description": "A text: English alone, or by language, English among them.",
            "anyOf": [
                words,
                {"type": "object", "required": ["en"], "additionalProperties": words},
            ],
        }

    @model_serializer
    def _plain_if_only_english(self) -> str | dict[str, str]:
        return self.root["en"] if self.languages == {"en"} else self.root

    @property
    def languages(self) -> set[str]:
        """Return the languages this text is written in."""
        return set(self.root)

    def text_for(self, lang: str) -> str:
        """Return the text in ``lang`` ("de-AT" falls back to "de"), else in English."""
        return self.root[self.language_for(lang)]

    def language_for(self, lang: str) -> str:
        """Return the language of what ``text_for`` returns: for the ``lang`` of its element."""
        written = {language.lower(): language for language in self.root}
        asked = lang.lower()
        while asked not in written and asked:
            asked = asked.rpartition("-")[0]
        return written.get(asked, "en")

    def __str__(self) -> str:
        return self.root["en"]

    def __hash__(self) -> int:
        return hash(frozenset(self.root.items()))


class Option(Frozen):
    """One answer that can be chosen. An exclusive one ("none of these") stands alone."""

    key: Key
    label: Text
    risk: Risk
    exclusive: bool = False
    comment: Comment = ""


class NotAnAnswer(ValueError):
    """A value that does not answer a question: a sentence for the reader, with its placeholders.

    ``str()`` gives it in English; whoever shows it translates ``sentence`` and fills in ``values``.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        english = {
            name: f"{value:,}" if isinstance(value, int | float) else value
            for name, value in values.items()
        }
        super().__init__(sentence % english if values else sentence)
        self.sentence = sentence
        self.values = values


def option_problems(options: Iterable[Option]) -> Iterator[tuple[Loc, str]]:
    """Yield what is wrong among options that stand together: repeated keys or labels."""
    keys: set[str] = set()
    labels: set[str] = set()
    for index, option in enumerate(options):
        if option.key in keys:
            yield ("options", index, "key"), f"'{option.key}' is used twice"
        if str(option.label) in labels:
            yield ("options", index, "label"), f"'{option.label}' is used twice"
        keys.add(option.key)
        labels.add(str(option.label))


def validate_single(options: Iterable[Option], value: object) -> str:
    """Return the key of the chosen option. Raises NotAnAnswer with a sentence for the reader."""
    keys = [option.key for option in options]
    if not isinstance(value, str) or value not in keys:
        raise NotAnAnswer("Choose one of the answers listed.")
    return value


def validate_multiple(options: Iterable[Option], value: object) -> list[str]:
    """Return the chosen keys in the order of the options, each once.

    Raises NotAnAnswer with a sentence for the reader.
    """
    options = list(options)
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple | set | frozenset) or not value:
        raise NotAnAnswer("Choose at least one of the answers listed.")
    keys = [option.key for option in options]
    if not all(key in keys for key in value):
        raise NotAnAnswer("Choose only from the answers listed.")
    chosen = [option for option in options if option.key in value]
    alone = next((option for option in chosen if option.exclusive), None)
    if alone and len(chosen) > 1:
        raise NotAnAnswer("“%(label)s” cannot be combined with other answers.", label=alone.label)
    return [option.key for option in chosen]


def resolve_multiple(
    options: Iterable[Option], chosen: Iterable[str], rule: ResolveRule, counts: Counts
) -> int:
    """Return the risk (1/10,000) of a multiple choice.

    The risks that count are those of the options ``chosen``, or of the ones ``missing`` (for lists
    of safeguards, where each absent one costs). They are joined by the declared rule: the largest,
    their sum but at most 1, or their mean, rounded half-even. Nothing to count is 0. An exclusive
    option stands for itself.
    """
    keys = set(chosen)
    options = list(options)
    for option in options:
        if option.exclusive and option.key in keys:
            return option.risk
    risks = [o.risk for o in options if not o.exclusive and (o.key in keys) == (counts == "chosen")]
    if not risks:
        return 0
    if rule == "max":
        return max(risks)
    if rule == "capped_sum":
        return min(RISK_SCALE, sum(risks))
    return round(Fraction(sum(risks), len(risks)))


class _Loader(yaml.SafeLoader):
    """YAML as people mean it: yes, no and dates stay words; no repeated keys, no aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(
                    problem="a name must be plain text",
                    problem_mark=key_node.start_mark,
                )
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"'{key}' is given twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag.rsplit(":", 1)[1] not in {"bool", "timestamp"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


def read_yaml(source: str | bytes) -> Mapping[str, object]:
    """Return the mapping that a question file holds.

    Raises QuestionFileInvalid with the line for YAML that cannot be read.
    """
    if len(source) > MAX_FILE_BYTES:
        raise QuestionFileInvalid([("", f"The file is larger than {MAX_FILE_BYTES:,} bytes.")])
    try:
        data = _Loader(source).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise QuestionFileInvalid(
            [(line, error.problem or "The file is not valid YAML.")]
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise QuestionFileInvalid([("", "The file is not readable YAML.")]) from error
    if not isinstance(data, dict):
        raise QuestionFileInvalid([("", "The file must hold one mapping of names to values.")])
    return data


def _below(loc: Loc, other: Loc) -> bool:
    return len(other) > len(loc) and other[: len(loc)] == loc


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """Return one (path, message) for each reason of a validation error, in file order."""
    found: list[tuple[str, str]] = []
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_below(detail["loc"], d["loc"]) for d in details):
            continue  # the list is short only because what is in it was refused
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, Problems):
            found += [(path(detail["loc"] + loc), text) for loc, text in cause.found]
        else:
            found.append((path(detail["loc"]), str(cause) if cause else detail["msg"]))
    return found


#: Fields whose values are texts for people.
_TEXTS: Final = ("title", "text", "why", "help", "label", "preferred", "fallback")


def read_translated(file: Path) -> Any:
    """Return what a file of ours holds, its texts with the translations that lie beside it.

    FILE.de.yaml maps each text of FILE.yaml to the same in German, so that FILE.yaml stays as it
    is when a language is added. A text without a translation is in English. Raises
    QuestionFileInvalid as `read_yaml`.
    """
    words = {
        other.suffixes[-2].removeprefix("."): read_yaml(other.read_bytes())
        for other in sorted(file.parent.glob(f"{file.stem}.*.yaml"))
    }
    return _translated(read_yaml(file.read_bytes()), words)


def _translated(data: Any, words: Mapping[str, Mapping[str, object]]) -> Any:
    if isinstance(data, list):
        return [_translated(one, words) for one in data]
    if not isinstance(data, Mapping):
        return data
    return {
        name: {"en": value, **{lang: said[value] for lang, said in words.items() if value in said}}
        if name in _TEXTS and isinstance(value, str)
        else _translated(value, words)
        for name, value in data.items()
    }


def translatable(text: str) -> str:
    """Return `text` as it is: whoever shows it translates it. Marks it for the catalogues."""
    return text
