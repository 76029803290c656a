"""The facts that come with the product: what they say, and the traps around them."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django_countries import countries

from accounts.models import BusinessUnit
from audit.models import Event
from tests.factories.law import country, make_fact, make_rating
from tests.factories.vendors import make_vendor
from vendors import law_data, law_words
from vendors.jurisdictions import ENFORCEMENT, PROTECTS, SPECIAL_301, SUBJECTS, TREATIES
from vendors.models import Country, LawFact, LawRelease
from vendors.selectors import law
from vendors.services import law_release

TODAY = date(2026, 3, 1)
pytestmark = pytest.mark.django_db


def status(code: str, subject: str, day: date = TODAY) -> str:
    law_release.ensure()
    return str(law.laws([code])[code].on(subject, day).status)


def test_every_country_a_vendor_can_be_in_is_on_record() -> None:
    law_release.ensure()
    assert set(countries.countries) <= set(Country.objects.values_list("code", flat=True))


def test_namibia_is_a_country_and_not_a_gap() -> None:
    assert status("NA", "trips") == "in_force"
    assert status("NA", "wct") == "signed"
    rows = [row for row in law_data.release().rows if row.code == "NA"]
    assert len(rows) >= len(TREATIES) - 2
    assert all(row.code for row in law_data.release().rows)


def test_taiwan_is_in_the_wto_only() -> None:
    found = {subject: status("TW", subject) for subject in TREATIES}
    assert found.pop("trips") == "in_force"
    assert set(found.values()) <= {"none", "unknown"}
    assert found["paris"] == found["berne"] == found["wct"] == found["pct"] == "none"


def test_signed_is_not_in_force() -> None:
    for code in ("BO", "IL", "KE", "VE", "ZA"):
        assert status(code, "wct") == "signed"


def test_madrid_is_the_protocol_on_marks_and_no_date_is_older_than_it() -> None:
    protocol = [row for row in law_data.release().rows if row.subject == "madrid_protocol"]
    assert all(row.since is None or row.since >= date(1995, 12, 1) for row in protocol)
    undated = {row.code for row in protocol if row.status == "in_force" and row.since is None}
    assert "IT" in undated
    assert status("IT", "madrid_protocol") == "in_force"
    assert status("IT", "madrid_protocol", date(2000, 1, 1)) == "unknown"


def test_pct_and_plt_are_told_apart() -> None:
    # China is in the PCT and not in the PLT.
    assert status("CN", "pct") == "in_force"
    assert status("CN", "plt") == "none"
    assert status("AR", "pct") == "none"


def test_malta_is_covered_by_the_membership_of_the_union() -> None:
    law_release.ensure()
    stand = law.laws(["MT"])["MT"].on("madrid_protocol", TODAY)
    assert stand.fact is not None
    assert (stand.status, stand.fact.through, stand.fact.confirmed) == ("in_force", "EU", False)


def test_territories_of_other_states_are_unknown_rather_than_no() -> None:
    for code in ("PR", "GI", "HK"):
        assert status(code, "plt") == "unknown"
    assert status("HK", "paris") == "in_force"
    assert status("ER", "berne") == "none"


def test_where_no_full_list_is_on_record_membership_is_unknown() -> None:
    assert status("NZ", "nice") == "unknown"
    assert status("ZA", "hague_geneva") == "unknown"
    assert status("KE", "new_york") == "unknown"
    assert status("US", "mlat") == "unknown"


def test_unlisted_by_ustr_is_unknown_and_a_list_that_has_run_out_says_nothing() -> None:
    assert status("DE", SPECIAL_301) == "unknown"
    assert status("CN", SPECIAL_301) == "priority_watch"
    assert status("KW", SPECIAL_301, date(2019, 6, 1)) == "priority_watch"
    assert status("KW", SPECIAL_301) == "unknown"
    assert status("VN", SPECIAL_301) == "watch"
    assert status("VN", SPECIAL_301, date(2026, 6, 1)) == "priority_foreign"


def test_treaty_holds_from_its_day_on() -> None:
    assert status("MV", "berne", date(2025, 11, 21)) == "none"
    assert status("MV", "berne", date(2025, 11, 22)) == "in_force"
    assert status("CN", "berne", date(1992, 10, 14)) == "none"
    assert status("CN", "berne", date(1992, 10, 15)) == "in_force"


def test_counts_agree_with_the_lists_they_restate() -> None:
    rows = law_data.release().rows
    found = Counter(
        row.subject
        for row in rows
        if row.status == "in_force" and row.confirmed and not row.through
    )
    assert {key: found[key] for key in ("trips", "paris", "berne", "wct", "wppt", "pct")} == {
        "trips": 164,
        "paris": 181,
        "berne": 182,
        "wct": 118,
        "wppt": 114,
        "pct": 156,
    }


def test_nothing_is_said_twice_and_everything_has_a_source_and_a_date() -> None:
    rows = law_data.release().rows
    keys = Counter((row.code, row.subject, row.since) for row in rows)
    assert [key for key, count in keys.items() if count > 1] == []
    assert all(row.source and row.as_of for row in rows)
    assert {row.remark for row in rows if row.remark} <= set(law_words.REMARKS)
    assert {row.through for row in rows if row.through} <= {"EU", "OA", "CN"}


def test_no_treaty_is_in_force_before_there_was_one() -> None:
    begin = {
        "trips": date(1995, 1, 1),
        "paris": date(1884, 7, 7),
        "berne": date(1887, 12, 5),
        "wct": date(2002, 3, 6),
        "wppt": date(2002, 5, 20),
        "pct": date(1978, 1, 24),
        "plt": date(2005, 4, 28),
        "hague_geneva": date(2003, 12, 23),
        "new_york": date(1959, 6, 7),
        "hague_evidence": date(1972, 10, 7),
        "hague_judgments": date(2023, 9, 1),
    }
    for row in law_data.release().rows:
        if row.since is not None and row.subject in begin:
            assert row.since >= begin[row.subject], row


def test_every_subject_has_words() -> None:
    assert set(law_words.SUBJECTS) == set(SUBJECTS)
    assert set(ENFORCEMENT) < set(SUBJECTS)
    assert {treaty for weights in PROTECTS.values() for treaty in weights} <= set(TREATIES)


def test_a_file_with_a_wrong_row_names_the_line(tmp_path: object, monkeypatch: object) -> None:
    places = {"VN": "state"}
    sources = {"s": {"title": "A list", "as_of": "2025"}}
    row = {
        "subject": "paris", "code": "VN", "standing": "in_force", "since": "2026-02-30",
        "until": "", "source": "s", "checked": "yes", "through": "", "remark": "",
    }  # fmt: skip
    with pytest.raises(ValueError, match="line 7: '2026-02-30' is no day"):
        law_data._fact(row, sources, "treaties.csv, line 7", places)
    with pytest.raises(ValueError, match="'XX' is no country"):
        law_data._fact({**row, "code": "XX"}, sources, "treaties.csv, line 7", places)
    with pytest.raises(ValueError, match="cannot be 'watch'"):
        law_data._fact({**row, "standing": "watch"}, sources, "treaties.csv, line 7", places)


def test_files_have_their_columns_and_sorted_rows() -> None:
    for name in ("treaties.csv", "enforcement.csv"):
        with (law_data.FOLDER / name).open(newline="") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1


# --- taking it up ---------------------------------------------------------------------------------
def test_taking_up_the_data_twice_changes_nothing() -> None:
    law_release.ensure()
    facts, events = LawFact.objects.count(), Event.objects.count()
    law_release.ensure()
    assert law_release.take_up(law_data.release()) is None
    assert (LawFact.objects.count(), Event.objects.count()) == (facts, events)
    assert LawRelease.objects.count() == 1


def test_a_later_release_adds_and_withdraws_and_leaves_what_counsel_entered(
    unit: BusinessUnit,
) -> None:
    vendor = make_vendor(unit, country="VN")
    own = make_fact("VN", "berne", "suspended")
    rating = make_rating("VN", 70)
    before = law_data.release()
    rows = tuple(
        replace(row, since=date(2026, 6, 1), confirmed=True)
        if (row.code, row.subject) == ("VN", "hague_geneva")
        else row
        for row in before.rows
        if (row.code, row.subject) != ("FR", "new_york")
    )
    Event.objects.filter(type="country.facts_released").count()
    made = law_release.take_up(replace(before, version="2027-01", digest=b"x" * 32, rows=rows))
    assert made is not None
    now = law.laws(["VN", "FR"])
    hague = now["VN"].on("hague_geneva", date(2026, 7, 1))
    assert hague.fact is not None
    assert hague.fact.since == date(2026, 6, 1)
    assert now["FR"].on("new_york", TODAY).status == "unknown"
    assert now["VN"].on("berne", TODAY).status == "suspended"
    assert now["VN"].rating(TODAY) is not None
    told = Event.objects.filter(type="country.facts_released", data__version="2027-01")
    # France concerns no vendor: it needs no event of its own.
    assert [event.data["facts_in"] for event in told] == ["VN"]
    assert told.get().data["added"] == told.get().data["withdrawn"] == 1
    assert LawFact.objects.filter(pk=own.pk, withdrawal=None).exists()
    assert (vendor.country, rating.risk) == ("VN", 70)


def test_facts_cannot_be_changed_or_deleted() -> None:
    from django.db import Error, transaction

    fact = LawFact.objects.filter(country=country("VN")).first()
    assert fact is not None
    with pytest.raises(Error), transaction.atomic():
        LawFact.objects.filter(pk=fact.pk).update(status="none")


def test_command_takes_the_data_up_once() -> None:
    said = StringIO()
    call_command("load_law", stdout=said)
    call_command("load_law", stdout=said)
    assert said.getvalue().splitlines() == [
        f"Facts about countries, {law_data.VERSION}: taken up.",
        f"Facts about countries, {law_data.VERSION}: there already.",
    ]
