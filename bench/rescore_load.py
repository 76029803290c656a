"""A portfolio to be scored again: every vendor with an engagement and answers of its own.

Made by COPY; the first scores and ratings are then made by a run, so that what is measured starts
from what Surety itself has left behind. Answer rows exist for a sample only, for the plain way to
read: runs read the packed sheets.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from accounts.models import BusinessUnit, User
from accounts.principal import SYSTEM
from assessments import schema, sheet
from assessments.services import questionnaires
from assessments.sheet import EvidenceLevel, State
from audit import clock
from bench import copies
from scoring.engine.methodology import DIMENSIONS
from scoring.services import methodologies, runs
from vendors.intake import intake, pack_intake

UNITS: Final = 3
TIERS: Final = ("low", "moderate", "high", "critical")
_COUNTRIES: Final = ("DE", "VN", "CN", "IN", "PL", "MX", "TR", "MY", "CZ", "TH", "IT", "KR")
_RISKS: Final = (0.0, 0.15, 0.35, 0.6, 1.0)
_CHUNK: Final = 20_000


def questionnaire(questions: int) -> schema.Questionnaire:
    """Two sections per dimension; every seventh question opens the one or two that follow it."""
    sections: list[dict[str, Any]] = [
        {
            "key": f"s{at:02d}",
            "title": f"Section {at}",
            "intro": "For measurements.",
            "dimension": DIMENSIONS[at // 2],
            "weight": 1 + at % 3,
            "reviewer": "legal",
            "questions": [],
        }
        for at in range(2 * len(DIMENSIONS))
    ]
    made = 0
    while made < questions:
        section = sections[made * len(sections) // questions]
        one = _question(made)
        made += 1
        children = min(1 + made % 2, questions - made) if made % 7 == 3 else 0
        if children:
            one["gate"] = {
                "opens_on": ["o0", "o1"],
                "children": [_question(made + at) for at in range(children)],
            }
            made += children
        section["questions"].append(one)
    return schema.parse(
        {
            "key": "measured",
            "version": "1",
            "title": "For measurements",
            "languages": ["en"],
            "sections": [one for one in sections if one["questions"]],
        }
    )


def _question(number: int) -> dict[str, Any]:
    one: dict[str, Any] = {
        "key": f"q{number:03d}",
        "kind": "single",
        "respondent": "vendor",
        "weight": 1 + number % 5,
        "mandatory": number % 9 == 0,
        "text": f"Question {number}?",
        "why": "It is measured.",
        "good_evidence": "A document.",
        "options": [
            {"key": f"o{at}", "label": f"Answer {at}", "risk": risk}
            for at, risk in enumerate(_RISKS)
        ],
    }
    if number % 4 == 1:
        one["valid_for"] = "none"
    if number % 31 == 12:
        one["knock_out"] = {"at": 1, "floor": 60, "reason": "For measurements."}
    return one


def _id(kind: int, number: str = "n") -> str:
    return f"('0190000{kind}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def load(count: int, questions: int) -> None:
    """Fill the empty, migrated database, and have everything scored as of yesterday."""
    for number in range(UNITS):
        BusinessUnit.objects.create(name=f"Unit {number}", code=f"unit-{number}")
    published = questionnaires.publish(questionnaire(questions), by=SYSTEM)
    methodologies.published()
    content = schema.parse(published.content)
    keys = [item.key for item in content.items]
    with transaction.atomic(), connection.cursor() as cursor:
        # Triggers and references would be asked row by row.
        cursor.execute("SET LOCAL session_replication_role = replica")
        _rows(cursor, count, published.pk, keys, [section.key for section in content.sections])
        pick = np.random.default_rng(5)
        for start in range(0, count, _CHUNK):
            size = min(_CHUNK, count - start)
            _intakes(cursor, start, size, pick)
            _sheets(cursor, start, content, cells(content, size, pick))
    copies.roll_up()
    _vacuum()
    with clock.at(datetime.now(UTC) - timedelta(days=1)):
        runs.by_hand()
    _vacuum()


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _rows(
    cursor: Any, count: int, questionnaire_id: object, keys: list[str], sections: list[str]
) -> None:
    units = list(BusinessUnit.objects.order_by("code").values_list("pk", flat=True))
    given = {
        "count": count,
        "units": units,
        "countries": list(_COUNTRIES),
        "tiers": list(TIERS),
        "questionnaire": questionnaire_id,
        "keys": keys,
        "sections": sections,
        "before": clock.today() - timedelta(days=2),
        "now": datetime.now(UTC),
        "statuses": ["draft", *["submitted"] * 4, "in_review", *["approved"] * 4],
        "signer": User.objects.create_user("legal@example.com", None, name="Legal").pk,
    }
    unit = "(%(units)s::uuid[])[1 + n %% 3]"
    tier = "(%(tiers)s::varchar[])[1 + n %% 4]"
    series = "FROM generate_series(1, %(count)s) AS n"
    for statement in (
        (
            "INSERT INTO vendors_vendor (id, name, country, registration_number, lei, city, "
            "website, currency, status, version) SELECT "
            f"{_id(0)}, 'Vendor ' || n, (%(countries)s::varchar[])[1 + n %% 12], 'HRB' || n, "
            f"'', '', '', 'EUR', 'active', 1 {series}"
        ),
        (
            "INSERT INTO vendors_vendorunit (vendor_id, unit_id, category) "
            f"SELECT {_id(0)}, {unit}, (ARRAY['Tools', 'Software', 'Optics'])[1 + n %% 3] {series}"
        ),
        (
            "INSERT INTO vendors_engagement (id, vendor_id, unit_id, title, description, status, "
            "service, ip_kinds, made_in, currency, intake, inherent_risk, tier, purchasing_org, "
            f"company_code, category, version) SELECT {_id(1)}, {_id(0)}, {unit}, 'Series', '', "
            "'active', 'tooling', '{}', '{}', 'EUR', '{}', 5000, "
            f"{tier}, '', '', '', 1 {series}"
        ),
        (
            "INSERT INTO assessments_assessment (id, vendor_id, engagement_id, unit_id, "
            "questionnaire_id, sections, questions, tier, status, mandatory, inputs_version, "
            "answered, applicable, opened_at, status_reason, signed_off_at, signed_off_by_id) "
            "SELECT "
            f"{_id(2)}, {_id(0)}, {_id(1)}, {unit}, %(questionnaire)s, %(sections)s, "
            f"%(keys)s, {tier}, (%(statuses)s::varchar[])[1 + n %% 10], true, 1, 0, 0, "
            "%(now)s, '', CASE WHEN n %% 10 > 5 THEN %(now)s::timestamptz END, "
            f"CASE WHEN n %% 10 > 5 THEN %(signer)s::uuid END {series}"
        ),
        (
            "INSERT INTO scoring_standing (vendor_id, unit_id, valid_from, name, country, "
            "category, archived, tier, status, band, sort_points, worst_dimension, dimensions, "
            f"blocked, missing_proofs, assessments, not_rated, changed_at) SELECT {_id(0)}, "
            "u.id, %(before)s, 'Vendor ' || n, (%(countries)s::varchar[])[1 + n %% 12], "
            f"'Tooling', false, {tier}, 'not_rated', 'not_rated', -1, '', '{{}}', false, 0, 1, 1, "
            f"%(now)s {series} CROSS JOIN LATERAL (VALUES ({unit}), (NULL::uuid)) AS u(id)"
        ),
        (
            "INSERT INTO scoring_searchtext (vendor_id, text, sort_name) "
            f"SELECT {_id(0)}, 'vendor ' || n || ' hrb' || n, 'vendor ' || n {series}"
        ),
    ):
        cursor.execute(statement, given)


def _intakes(cursor: Any, start: int, size: int, pick: np.random.Generator) -> None:
    asked = intake().questions
    drawn = pick.random((size, len(asked)))
    lines = io.StringIO()
    for number, row in enumerate(drawn, start=start + 1):
        answers: dict[str, Any] = {}
        for question, value in zip(asked, row, strict=True):
            option = question.options[int(value * len(question.options))].key
            answers[question.key] = [option] if question.kind == "multiple" else option
        lines.write(f"{number}\t{json.dumps(answers)}\t\\\\x{pack_intake(answers).hex()}\n")
    lines.seek(0)
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS given (n int, intake jsonb, packed bytea)")
    cursor.execute("TRUNCATE given")
    cursor.copy_expert("COPY given FROM STDIN", lines)
    cursor.execute(
        "UPDATE vendors_engagement e SET intake = g.intake, intake_packed = g.packed FROM given g "
        f"WHERE e.id = {_id(1, 'g.n')}"
    )


def cells(content: schema.Questionnaire, size: int, pick: np.random.Generator) -> sheet.Cells:
    """Answers [size, M] as sheets hold them: most of them good, some aged, some missing."""
    items = content.items
    shape = (size, len(items))
    found = np.zeros(shape, dtype=sheet.CELL_DTYPE)
    choice = np.minimum((pick.random(shape) ** 1.6 * len(_RISKS)).astype(np.intp), len(_RISKS) - 1)
    # No knock-out by chance in every other vendor: the worst answer is rare.
    choice = np.where((choice == len(_RISKS) - 1) & (pick.random(shape) < 0.7), 2, choice)
    state = pick.choice(
        [State.ANSWERED, State.BLANK, State.DONT_KNOW, State.NA_APPROVED],
        p=[0.93, 0.03, 0.02, 0.02],
        size=shape,
    )
    place = {item.key: at for at, item in enumerate(items)}
    for at, item in enumerate(items):
        if item.parents:
            gate = place[item.parents[-1]]
            shut = (state[:, gate] != State.ANSWERED) | (choice[:, gate] > 1)
            state[:, at] = np.where(shut, State.HIDDEN, state[:, at])
    answered = state == State.ANSWERED
    today = (clock.today() - sheet.EPOCH).days
    until = today + pick.integers(-300, 700, shape)
    ages = np.array([item.question.valid_for != "none" for item in items])
    found["risk"] = np.where(answered, (np.array(_RISKS) * 10_000).astype(int)[choice], 0)
    found["state"] = state
    found["evidence"] = np.where(
        answered, pick.choice(list(EvidenceLevel), p=[0.4, 0.3, 0.25, 0.05], size=shape), 0
    )
    found["valid_until"] = np.where(answered & ages, until, 0)
    found["dated"] = answered & ages & (pick.random(shape) < 0.1)
    return found


def _sheets(
    cursor: Any, start: int, content: schema.Questionnaire, found: npt.NDArray[np.void]
) -> None:
    keys = [item.key for item in content.items]
    layout = sheet.layout_hash(keys).hex()
    lines = io.StringIO()
    for number, row in enumerate(found, start=start + 1):
        packed = sheet.pack(row, keys).hex()
        lines.write(f"01900002-0000-7000-8000-{number:012x}\t\\\\x{layout}\t\\\\x{packed}\n")
    lines.seek(0)
    cursor.copy_expert("COPY assessments_sheet (assessment_id, layout, cells) FROM STDIN", lines)
