"""What the log says holds no code: every value that is one is said in words."""

import string
from typing import Any

import pytest
from django.db import models
from django.utils import translation

from accounts import log
from audit.models import Event
from config.event_values import FIELDS, VALUES, in_words
from config.event_words import SENTENCES
from scoring.models import Band
from scoring.words import STATUS_WORDS

#: What is neither a code nor a field: figures, days, names, keys and hashes that people chose.
NO_CODES = {
    "answered", "answers", "applicable", "assessments", "before", "changed", "closed_on", "count",
    "countries", "created", "disclosed_on", "done", "done_on", "draws", "due_on", "edition",
    "ends_on", "facts", "filters", "finding", "fiscal_year", "found", "gone", "holding", "how",
    "index", "key", "keys", "last_day", "left", "lines", "linked", "moved", "name", "new",
    "number", "old_expires_at", "old_prefix", "organisation", "people", "place", "points", "prefix",
    "questionnaire", "questions", "records", "refused", "risk", "rows", "scope", "scores",
    "section", "sha256", "source", "successor", "system", "target_days", "term_ends_on", "total",
    "units", "until", "value", "vendor_ids", "vendors", "verdict", "version", "waived",
    "watch_list", "year", "role", "format", "details", "erased", "reached",
}  # fmt: skip


def placeholders() -> set[tuple[str, str]]:
    """(event type, name of a value) of every sentence."""
    return {
        (kind, name)
        for kind, sentence in SENTENCES.items()
        for _text, name, _spec, _conversion in string.Formatter().parse(str(sentence))
        if name
    }


def test_every_value_of_a_sentence_is_known_to_be_a_code_or_none() -> None:
    unknown = {
        (kind, name)
        for kind, name in placeholders()
        if name != "fields"
        and (kind.partition(".")[0], name) not in VALUES
        and ("", name) not in VALUES
        # The sentences of findings put their kind in words themselves.
        and not (kind.startswith("finding.") and name == "kind")
        and name not in NO_CODES
    }
    assert unknown == set()


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("site.added", {"activity": "manufacturing", "country": "CN"}, "China"),
        ("report.asked", {"kind": "vendor"}, "Lieferant"),
        ("request.triaged", {"depth": "light"}, "Prüfung"),
        ("score.changed", {"previous_band": "low", "band": "critical"}, "Kritisch"),
        ("score.changed", {"previous_points": 15_010, "points": 15_020}, "weniger als 0,1"),
        ("vendor.changed", {"fields": ["registration_number"]}, "Registernummer"),
        ("evidence.changed", {"fields": ["covers"]}, "Teile der Norm"),
        ("country.fact_overridden", {"facts_in": ["VN"], "subject": "pct", "status": "none"}, "Vi"),
        ("invitation.link_sent", {"why": "handed_over"}, "übergeben"),
    ],
)
def test_codes_are_said_in_the_readers_language(kind: str, data: dict[str, Any], said: str) -> None:
    with translation.override("de"):
        sentence = log.sentence(Event(type=kind, data=data))
    assert said.lower() in sentence.lower(), sentence
    assert "_" not in sentence


def test_every_code_of_the_tables_has_words() -> None:
    for band in Band:
        assert in_words("score.changed", "band", band.value)
    for status in STATUS_WORDS:
        assert in_words("score.changed", "status", status) == str(STATUS_WORDS[status])
    assert in_words("score.changed", "points", 3) is None
    assert in_words("site.audited", "result", "of an older release") is None
    for table in FIELDS.values():
        assert issubclass(table, models.Model)
