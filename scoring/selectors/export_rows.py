"""The rows of an export, as one statement: what PostgreSQL reads, before anybody formats it.

One statement sees one state of the database, however long it runs.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, cast

from django.db import connection
from django.db.models import QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Assessment
from scoring.models import Band, Export
from scoring.selectors.listing import all_listed
from scoring.selectors.scope import standings_visible_to
from scoring.selectors.standings import Filters
from scoring.verdicts import APPROVALS, Clearance, Listed, State, Verdict, worst_first
from vendors.models import Engagement
from vendors.selectors.limits import closed_to

#: The columns of a standing that exports name.
_STANDING: Final = (
    "vendor_id", "name", "country", "tier", "status", "band", "points", "lo", "hi",
    "worst_dimension", "dimensions", "blocked", "assessments", "not_rated", "driver",
    "valid_from", "changed_at",
)  # fmt: skip
_IDS: Final = """
    LEFT JOIN (
        SELECT vendor_id, {ids} AS ids FROM vendors_externalid GROUP BY vendor_id
    ) x ON x.vendor_id = s.vendor_id"""
#: Coverage stands in the packed figures, bytes 16 to 18 (`scoring.figures`).
_COVERAGE: Final = "get_byte({0}, 16) + 256 * get_byte({0}, 17) + 65536 * get_byte({0}, 18)"
_NOW: Final = """
    LEFT JOIN scoring_currentscore c ON c.assessment_id = s.driver
    LEFT JOIN scoring_score h ON h.id = c.score_id AND c.figures IS NULL"""
_THEN: Final = """
    LEFT JOIN LATERAL (
        SELECT h.figures FROM scoring_score h
        WHERE h.assessment_id = s.driver AND h.computed_at < {end}
        ORDER BY h.id DESC LIMIT 1
    ) h ON true"""
#: The decision that stops most, of the engagements that go on, and whether an order may go out:
#: `scoring.verdicts` in SQL.
_DECISIONS: Final = """
    LEFT JOIN (
        SELECT e.vendor_id, min(CASE
            WHEN d.id IS NULL THEN {none}
            WHEN d.expires_on < {today} THEN {expired}
            WHEN CASE WHEN d.verdict IN ({approvals})
                THEN (n.blocked AND NOT d.blocked) OR (t.rank > 0) <> (n.rank > 0)
                    OR (t.rank > 0 AND n.rank > t.rank)
                ELSE (d.blocked AND NOT n.blocked) OR (t.rank = 0 AND n.rank > 0)
                    OR (n.rank > 0 AND n.rank < t.rank) END
                THEN {overtaken}
            ELSE array_position({states}, d.verdict::text)
        END) AS place,
        min(CASE
            WHEN d.id IS NULL OR d.expires_on < {today} OR d.verdict NOT IN ({approvals})
                OR n.blocked OR e.vendor_id = ANY({listed}::uuid[]) THEN {blocked}
            WHEN e.vendor_id = ANY({listed_in_part}::uuid[]) OR d.verdict <> {approved}
                OR (t.rank > 0) <> (n.rank > 0) OR (t.rank > 0 AND n.rank > t.rank)
                OR n.not_final THEN {conditional}
            ELSE {allowed}
        END) AS clearance
        FROM ({engagements}) e
        LEFT JOIN (
            SELECT DISTINCT ON (engagement_id) * FROM scoring_decision
            ORDER BY engagement_id, number DESC
        ) d ON d.engagement_id = e.id
        LEFT JOIN LATERAL (
            SELECT c.band, get_byte(coalesce(c.figures, h.figures), 1) & 1 = 1 AS blocked,
                c.status IS DISTINCT FROM 'final' OR c.inputs_version < a.inputs_version
                    AS not_final
            FROM assessments_assessment a
            LEFT JOIN scoring_currentscore c ON c.assessment_id = a.id
            LEFT JOIN scoring_score h ON h.id = c.score_id AND c.figures IS NULL
            WHERE d.id IS NOT NULL AND a.engagement_id = e.id AND a.status <> 'closed'
            ORDER BY a.status IN ('draft', 'sent'), a.id DESC LIMIT 1
        ) counting ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(counting.blocked, false) AS blocked,
                coalesce(counting.not_final, false) AS not_final,
                coalesce(array_position({bands}, counting.band::text), 0) AS rank
        ) n
        CROSS JOIN LATERAL (
            SELECT coalesce(array_position({bands}, d.band::text), 0) AS rank
        ) t
        GROUP BY e.vendor_id
    ) d ON d.vendor_id = s.vendor_id"""
_STATES: Final = sorted(State, key=worst_first)
_CLEARANCES: Final = [one.value for one in Clearance]
_BANDS: Final = [band.value for band in Band if band is not Band.NOT_RATED]


def rows_of(export: Export, *, ids: str, today: date) -> str:
    """The statement whose rows `scoring.selectors.export_layout` formats, by id of vendor.

    `ids`: the aggregate over a vendor's ids in other systems. `today`: the day on which decisions
    are judged. Read `client` along.
    """
    reader, filters = export.reader, dict(export.filters)
    unit = BusinessUnit.objects.get(pk=filters["unit"]) if filters.get("unit") else None
    as_of = date.fromisoformat(filters["as_of"]) if filters.get("as_of") else None
    narrowed = Filters(**{name: filters.get(name, "") for name in FILTERS})
    scores = export.what == Export.What.SCORES
    permission = Permission.READ_SCORES if scores else Permission.VIEW
    standings = _standings(reader, unit, narrowed, permission, as_of)
    numbers, decider = _IDS.replace("{ids}", ids), _decider(reader)
    if not scores:
        return f"""
            SELECT s.*, {decider} AS decider, x.ids,
                v.registration_number, v.lei, v.vat_number, v.city, v.website, v.currency,
                v.status AS vendor_status, v.sample, v.version, v.created_at, v.updated_at
            FROM ({standings}) s JOIN vendors_vendor v ON v.id = s.vendor_id{numbers}
            ORDER BY s.vendor_id"""  # noqa: S608 - querysets and texts of this module
    if as_of is None:
        coverage, figures = _COVERAGE.format("coalesce(c.figures, h.figures)"), _NOW
    else:
        coverage, figures = _COVERAGE.format("h.figures"), _sql(_THEN, end=_end_of(as_of))
    states = _array([state.value for state in _STATES])
    return f"""
        SELECT s.*, {decider} AS decider, x.ids, {coverage} AS coverage,
            ({states})[d.place] AS decision_state, ({_array(_CLEARANCES)})[d.clearance] AS clearance
        FROM ({standings}) s{numbers}{figures}{_decisions(reader, unit, today)}
        ORDER BY s.vendor_id"""  # noqa: S608


#: What both lists can be narrowed down by, beside unit and day.
FILTERS: Final = ("band", "tier", "country", "status")


def _standings(
    reader: Principal,
    unit: BusinessUnit | None,
    filters: Filters,
    permission: Permission,
    as_of: date | None,
) -> str:
    rows = filters.apply(standings_visible_to(reader, unit, permission, day=as_of))
    return _text(rows.values(*_STANDING))


def _decider(reader: Principal) -> str:
    """Which assessment decides a rating, unless its engagement is limited to others."""
    closed = closed_to(reader)
    if closed is None:
        return "s.driver"
    limited = _text(Assessment.objects.filter(engagement__in=closed).values("pk"))
    return f"CASE WHEN s.driver IN ({limited}) THEN NULL ELSE s.driver END"


def _decisions(reader: Principal, unit: BusinessUnit | None, today: date) -> str:
    engagements = for_principal(
        Engagement.objects.exclude(status=Engagement.Status.ENDED),
        reader,
        permission=Permission.READ_SCORES,
    )
    if unit is not None:
        engagements = engagements.filter(unit=unit)
    places = {state: _STATES.index(state) + 1 for state in State}
    clearances = {one.value: at for at, one in enumerate(Clearance, 1)}
    listed = all_listed(today)
    return _sql(
        _DECISIONS.format(
            engagements=_text(engagements.values("id", "vendor_id")),
            approvals=", ".join(f"'{one.value}'" for one in sorted(APPROVALS)),
            none=places[State.NONE],
            expired=places[State.EXPIRED],
            overtaken=places[State.OVERTAKEN],
            states=_array([state.value for state in _STATES]),
            bands=_array(_BANDS),
            **clearances,
            approved=f"'{Verdict.APPROVED.value}'",
            **{name: f"{{{name}}}" for name in ("today", "listed", "listed_in_part")},
        ),
        today=today,
        listed=[str(pk) for pk, one in listed.items() if one is Listed.YES],
        listed_in_part=[str(pk) for pk, one in listed.items() if one is Listed.IN_PART],
    )


def _end_of(day: date) -> datetime:
    """The first moment after a day (`audit.clock.today`)."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _text(rows: QuerySet[Any, Any]) -> str:
    """The statement of a queryset."""
    return _composed(*rows.query.sql_with_params())


def _sql(template: str, **values: Any) -> str:
    """`template` with values in the place of their names, quoted by the driver."""
    return template.format(**{name: _composed("%s", [one]) for name, one in values.items()})


def _composed(sql: str, values: Sequence[Any]) -> str:
    """The statement with its values in it, quoted by the driver: COPY takes none beside it."""
    composed: str = cast("Any", connection.ops).compose_sql(sql, values)
    return composed


def _array(words: list[str]) -> str:
    quoted = ", ".join(f"'{word}'" for word in words)
    return f"ARRAY[{quoted}]"
