"""What exports hold: the same rows as the lists, in three formats."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.services import assessments
from audit import clock
from scoring.models import Standing
from tests.api.exporting import ask, content, known, lines, made
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import make_assessment, submitted
from tests.factories.decisions import make_decision
from tests.factories.scoring import say, score, scored
from tests.personas import Person, Program
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def listed(program: Program, **query: str) -> list[dict[str, Any]]:
    """What the list of vendors says, in the order of exports."""
    items = program.browser.get("/api/v1/vendors", query).json()["items"]
    return sorted(items, key=lambda one: str(one["id"]))


def names(rows: list[dict[str, Any]]) -> set[str]:
    return {row["name"] for row in rows}


def test_rows_of_vendors_are_those_of_the_list(api_client: Program, unit: BusinessUnit) -> None:
    scored(unit)
    assessment = submitted(unit)
    score(assessment, "assessment.submitted")
    known(unit, "Never assessed")

    rows = lines(api_client, what="vendors")

    assert [_moments(row) for row in rows] == [_moments(row) for row in listed(api_client)]


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its times as times: one writes .5, the other .500000."""
    return {
        name: _moments(value)
        if isinstance(value, dict)
        else datetime.fromisoformat(value)
        if name.endswith("_at")
        else value
        for name, value in row.items()
    }


def test_rows_of_scores_say_what_the_score_of_a_vendor_says(
    api_client: Program, unit: BusinessUnit, legal: Person
) -> None:
    assessment = submitted(unit)
    assessments.take(assessment=assessment, by=legal.principal)
    assessments.sign_off(assessment=assessment, by=legal.principal)
    score(assessment)
    make_decision(assessment.engagement)
    score(make_assessment(unit), "assessment.opened")

    rows = lines(api_client)

    for row in rows:
        address = f"/api/v1/vendors/{row['vendor_id']}/score"
        said = api_client.browser.get(f"{address}?status=provisional").json()
        rating = said["rating"] or said["current"]
        for name in ("status", "band", "score", "interval", "tier", "blocked", "since"):
            assert row[name] == rating[name], name
        assert row["decision_state"] == (said["decision"] and said["decision"]["state"])
        assert (row["scale"], row["direction"]) == (said["scale"], said["direction"])
    [rated] = [row for row in rows if row["score"] is not None]
    [unrated] = [row for row in rows if row["score"] is None]
    standing = Standing.objects.get(vendor=rated["vendor_id"], valid_to=None, unit=unit)
    points = [
        None if one is None else int(Decimal(one) * 1000) for one in rated["dimensions"].values()
    ]
    assert points == standing.dimensions
    current = assessment.current_score
    assert rated["coverage"] == pytest.approx(current.coverage, abs=0.0001)
    assert rated["decision_state"] == "approved"
    assert (unrated["band"], unrated["interval"]) == ("not_rated", None)


def test_csv_and_workbook_hold_the_same_rows_as_json(
    api_client: Program, unit: BusinessUnit
) -> None:
    scored(unit)
    vendor = submitted(unit).vendor
    vendors.set_external_id(vendor=vendor, system="sap-prd-100", value="0000100042", by=SYSTEM)

    flat = [_flat(row) for row in lines(api_client)]
    as_csv = content(api_client, made(api_client, format="csv")).decode()
    book = content(api_client, made(api_client, format="xlsx"))

    table = list(csv.DictReader(io.StringIO(as_csv)))
    assert [_no_moments(row) for row in table] == [_no_moments(row) for row in flat]
    cells = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    head, *body = cells
    assert head == list(table[0])
    assert len(body) == len(flat)
    for said, row in zip(body, flat, strict=True):
        for name, cell in zip(head, said, strict=True):
            if not str(name).endswith("_at"):
                assert _as_text(cell, row[str(name)]) == row[str(name)], name


def _flat(row: dict[str, Any], before: str = "") -> dict[str, str]:
    """A row of JSON as the columns of a CSV file."""
    found: dict[str, str] = {}
    for name, value in row.items():
        if name in {"scale", "direction"}:
            continue
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}_")
        elif name == "interval" and value is None:
            found |= dict.fromkeys(("interval_lo", "interval_hi"), "")
        elif name == "external_ids":
            found[name] = "; ".join(f"{one['system']}:{one['id']}" for one in value)
        elif isinstance(value, bool):
            found[f"{before}{name}"] = str(value).lower()
        elif name == "coverage" and value is not None:
            found[name] = f"{value:.4f}"
        else:
            found[f"{before}{name}"] = "" if value is None else str(value)
    return found


def _no_moments(row: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if not name.endswith("_at")}


def _as_text(cell: Any, like: str) -> str:
    """A cell as CSV would say it: numbers have as many places as there."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        places = len(like.partition(".")[2])
        return f"{cell:.{places}f}"
    return str(cell)


def test_points_in_a_workbook_are_numbers_with_three_places(
    api_client: Program, unit: BusinessUnit
) -> None:
    from zipfile import ZipFile

    scored(unit)
    book = ZipFile(io.BytesIO(content(api_client, made(api_client, format="xlsx"))))

    styles = book.read("xl/styles.xml").decode()
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    [three] = [part for part in styles.split("<numFmt ") if 'formatCode="0.000"' in part]
    number = three.partition('numFmtId="')[2].partition('"')[0]
    styled = styles.partition("<cellXfs")[2].split("<xf ")[2]
    assert f'numFmtId="{number}"' in styled
    assert '<c s="1"><v>' in sheet


def test_a_filter_narrows_an_export_as_it_narrows_the_list(
    api_client: Program, unit: BusinessUnit
) -> None:
    scored(unit)
    known(unit, "From Chile", country="CL")
    band = Standing.objects.filter(valid_to=None, unit=None, points__isnull=False).get().band

    assert names(lines(api_client, filters={"country": "cl"})) == {"From Chile"}
    of_band = lines(api_client, what="vendors", filters={"band": band})
    assert names(of_band) == names(listed(api_client, band=band))
    assert len(of_band) == 1
    assert {row["status"] for row in lines(api_client, filters={"status": "not_rated"})} == {
        "not_rated"
    }


def test_an_export_of_a_past_day_says_what_stood_then(
    api_client: Program, unit: BusinessUnit
) -> None:
    then = datetime(2026, 3, 31, 12, tzinfo=UTC)
    with clock.at(then):
        assessment = submitted(unit)
        score(assessment, "assessment.submitted")
    with clock.at(then + timedelta(days=30)):
        known(unit, "Came later")

    [row] = lines(api_client, filters={"as_of": "2026-04-01"})
    address = f"/api/v1/vendors/{assessment.vendor_id}/score?as_of=2026-04-01"
    assert row["score"] == api_client.browser.get(address).json()["score"]
    assert row["coverage"] == pytest.approx(assessment.current_score.coverage, abs=0.0001)
    assert lines(api_client, filters={"as_of": "2026-03-01"}) == []


def test_one_unit_alone_can_be_asked_for_and_no_unit_of_others(
    unit: BusinessUnit, other_unit: BusinessUnit, api_client: Program
) -> None:
    client = make_api_client(unit, other_unit, name="Both")
    both = Program(client, make_key(client))
    known(unit, "Here")
    known(other_unit, "There")

    assert names(lines(both)) == {"Here", "There"}
    assert names(lines(both, filters={"unit": str(other_unit.pk)})) == {"There"}
    assert names(lines(api_client)) == {"Here"}
    refused = ask(api_client, filters={"unit": str(other_unit.pk)})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/filters/unit"


def test_ratings_need_their_scope(vendors_only: Program, unit: BusinessUnit) -> None:
    scored(unit)

    assert ask(vendors_only).status_code == 403
    assert ask(vendors_only, what="vendors", filters={"band": "low"}).status_code == 400
    [row] = lines(vendors_only, what="vendors")
    assert row["rating"] is None
    assert row == _as_listed(vendors_only, row)


def _as_listed(program: Program, like: dict[str, Any]) -> dict[str, Any]:
    [item] = listed(program)
    return {**item, **{name: like[name] for name in ("created_at", "updated_at")}}


def test_a_changed_answer_shows_in_the_next_export_only(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    before = made(api_client)
    say(assessment, assigns="no")
    score(assessment)

    [old] = content(api_client, before).splitlines()
    [new] = lines(api_client)
    assert json.loads(old)["score"] != new["score"]
