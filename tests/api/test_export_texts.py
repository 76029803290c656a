"""Whatever vendors are called, exports give it back; and what SQL says of decisions is the rule."""

import csv
import io
import json
import re
from datetime import timedelta
from itertools import product
from typing import IO, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from accounts.models import BusinessUnit, User
from accounts.principal import SYSTEM
from audit import clock
from scoring.models import CurrentScore, Decision, Export, Standing
from scoring.selectors.vendor_decisions import of_vendor
from scoring.services import export_files
from scoring.services.exports import copy_of
from tests.factories.accounts import make_user
from tests.factories.scoring import scored
from tests.personas import Program
from vendors.master_data import tidy
from vendors.models import ExternalId, Vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def written(program: Program, file_format: str, what: str = "vendors") -> bytes:
    """The content of an export of everything that the client sees."""
    units = program.principal.units()
    export = Export(
        client=program.client,
        what=what,
        format=file_format,
        units=None if units is None else list(units),
        with_ratings=True,
    )
    with export_files.temporary() as file:
        export_files.write(export, copy_of(export), file, lambda _rows: None)
        return _content(file, file_format)


def _content(file: IO[bytes], file_format: str) -> bytes:
    import gzip

    file.seek(0)
    return file.read() if file_format == "xlsx" else gzip.decompress(file.read())


def _taken_back(cell: str) -> str:
    """A cell of CSV without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if re.match(r"'+[=+\-@\t\r\n]", cell) else cell


_LINE = st.text(max_size=60).map(tidy)
_ODD = st.builds(
    lambda head, text: tidy(head + text),
    st.sampled_from(["", "=", "+1-", "@", "'=", "''", '"', "-", "0", "<b>&", "}]{", "\\", ";"]),
    st.text(max_size=40),
).filter(bool)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example('=HYPERLINK("http://x","y")', "0012", "=1+1")
@example("''=x", "-12", "0000100042")
@example('Ünï & <Söhne> "GmbH", 株式会社', "\\N", "\\.")
@example("_x0041_", "_x0041_x0042_ _x00e9", "_x005F_x000A_")
@given(_ODD, _LINE, _ODD)
def test_odd_names_and_numbers_are_read_back_from_every_format(
    api_client: Program, unit: BusinessUnit, name: str, number: str, external: str
) -> None:
    vendor = Vendor.objects.first() or scored(unit).vendor
    Vendor.objects.filter(pk=vendor.pk).update(name=name, registration_number=number)
    Standing.objects.filter(vendor=vendor).update(name=name)
    ExternalId.objects.filter(vendor=vendor).delete()
    vendors.set_external_id(vendor=vendor, system="erp", value=external[:80], by=SYSTEM)
    wanted = [name, number, f"erp:{external[:80]}"]
    columns = ("name", "registration_number", "external_ids")

    [item] = api_client.browser.get("/api/v1/vendors").json()["items"]
    [line] = written(api_client, "ndjson").decode().split("\n")[:-1]
    assert _texts(json.loads(line)) == _texts(item) == wanted
    [row] = csv.DictReader(io.StringIO(written(api_client, "csv").decode(), newline=""))
    assert [_taken_back(row[one]) for one in columns] == wanted
    book = CalamineWorkbook.from_filelike(io.BytesIO(written(api_client, "xlsx")))
    head, cells = book.get_sheet_by_index(0).to_python()
    assert [cells[head.index(one)] for one in columns] == wanted


def _texts(item: dict[str, Any]) -> list[str]:
    [one] = item["external_ids"]
    return [item["name"], item["registration_number"], f"{one['system']}:{one['id']}"]


def test_no_cell_of_a_csv_file_begins_as_a_formula(api_client: Program, unit: BusinessUnit) -> None:
    vendor = scored(unit).vendor
    Standing.objects.filter(vendor=vendor).update(name="=cmd|' /C calc'!A0")

    [row] = csv.DictReader(io.StringIO(written(api_client, "csv", "scores").decode()))

    assert row["name"] == "'=cmd|' /C calc'!A0"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_the_state_of_a_decision_is_what_the_rule_says_in_every_case(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    figures = CurrentScore.objects.get(pk=assessment.pk).packed_figures
    person = make_user()
    wrong: list[tuple[object, ...]] = []
    cases = product(
        ("approved", "rejected", "on_hold"),
        ("", "low", "high", "not_rated"),
        (False, True),
        ("low", "high", "not_rated"),
        (False, True),
        (-1, 0, 30),
    )
    for number, (verdict, band, blocked, band_now, blocked_now, days) in enumerate(cases, 1):
        rated = band_now != "not_rated"
        CurrentScore.objects.filter(pk=assessment.pk).update(
            band=band_now,
            status="final" if rated else "not_rated",
            points=20_000 if rated else None,
            figures=figures[:1] + bytes([blocked_now]) + figures[2:],
        )
        _decide(assessment.engagement, person, number, verdict, band, blocked=blocked, days=days)
        [known] = of_vendor(api_client.principal, assessment.vendor_id)
        row = json.loads(written(api_client, "ndjson", "scores"))
        if row["decision_state"] != known.state.value:
            wrong.append((verdict, band, blocked, band_now, blocked_now, days, row, known.state))
        if row["clearance"] != known.clearance[0].value:
            wrong.append(
                (verdict, band, blocked, band_now, blocked_now, days, row, known.clearance)
            )
    assert not wrong


def _decide(
    engagement: Any, person: User, number: int, verdict: str, band: str, *, blocked: bool, days: int
) -> None:
    """A decision as it stands in the table, whether or not a service would take it."""
    approves = verdict == "approved"
    Decision.objects.create(
        engagement=engagement,
        unit=engagement.unit,
        number=number,
        verdict=verdict,
        reason="As the case says.",
        band=band,
        blocked=blocked,
        expires_on=clock.today() + timedelta(days=days) if approves else None,
        decided_at=clock.now(),
        decided_by=person,
    )
