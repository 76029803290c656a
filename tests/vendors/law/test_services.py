"""What counsel records, rates, imports and takes back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.scoping import NotAllowed
from accounts.selectors import principal_for_user
from audit.errors import Invalid, Refused
from audit.models import Event, EventDetail
from tests.factories.accounts import make_unit
from tests.factories.law import country, make_fact, make_index, make_rating
from tests.factories.subcontracts import make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Site, Vendor
from vendors.selectors import law as selectors
from vendors.services import law, law_indices
from vendors.services.law import AlreadyWithdrawn

TODAY = date(2026, 3, 1)
pytestmark = pytest.mark.django_db


def on(code: str, subject: str, day: date = TODAY) -> str:
    return str(selectors.laws([code])[code].on(subject, day).status)


def test_fact_by_counsel_wins_from_its_day_and_gives_way_when_taken_back() -> None:
    fact = make_fact("VN", "berne", "suspended", until=date(2026, 12, 31))
    assert on("VN", "berne", date(2025, 12, 31)) == "in_force"
    assert on("VN", "berne") == "suspended"
    assert on("VN", "berne", date(2027, 1, 1)) == "in_force"
    law.withdraw_fact(fact=fact, reason="Overtaken.", by=_system())
    assert on("VN", "berne") == "in_force"
    with pytest.raises(AlreadyWithdrawn):
        law.withdraw_fact(fact=fact, reason="Again.", by=_system())


def _system() -> Any:
    from accounts.principal import SYSTEM

    return SYSTEM


def test_latest_fact_by_counsel_wins() -> None:
    make_fact("VN", "mlat", "in_force")
    make_fact("VN", "mlat", "none")
    assert on("VN", "mlat") == "none"


def test_delivered_fact_is_overridden_and_not_taken_back() -> None:
    row = selectors.delivered_facts().filter(country=country("VN")).first()
    assert row is not None
    with pytest.raises(Refused, match="came with the product"):
        law.withdraw_fact(fact=row, reason="Wrong.", by=_system())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"subject": "acta"}, "subject"),
        ({"status": "watch"}, "status"),
        ({"subject": "special_301", "status": "in_force"}, "status"),
        ({"since": date(1700, 1, 1)}, "since"),
        ({"since": date(3000, 1, 1)}, "since"),
        ({"until": date(2025, 1, 1)}, "until"),
        ({"source": " "}, "source"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 3000}, "reason"),
    ],
)
def test_fact_that_makes_no_sense_is_refused_by_field(values: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {
        "country": country("VN"),
        "subject": "paris",
        "status": "suspended",
        "since": date(2026, 1, 1),
        "source": "Gazette",
        "reason": "A decree.",
        **values,
    }
    with pytest.raises(Invalid) as refused:
        law.override(**given, by=_system())
    assert set(refused.value.extra["errors"]) == {field}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"risk": 101}, "risk"),
        ({"risk": -1}, "risk"),
        ({"until": date(2025, 1, 1)}, "until"),
        ({"until": date(2040, 1, 1)}, "until"),
        ({"reason": " "}, "reason"),
    ],
)
def test_rating_that_makes_no_sense_is_refused_by_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_rating("VN", **{"risk": 50, **values})
    assert set(refused.value.extra["errors"]) == {field}


def test_rating_is_kept_with_history_and_the_latest_wins() -> None:
    make_rating("VN", 40)
    second = make_rating("VN", 60)
    found = selectors.laws(["VN"])["VN"].rating(TODAY)
    assert found is not None
    assert found.risk == 60
    law.withdraw_rating(rating=second, reason="A mistake.", by=_system())
    found = selectors.laws(["VN"])["VN"].rating(TODAY)
    assert found is not None
    assert found.risk == 40
    assert len(selectors.ratings_of(country("VN"))) == 2


def test_event_names_the_country_and_keeps_the_reason_aside() -> None:
    made = make_rating("NA", 55)
    event = Event.objects.get(type="country.rated")
    assert event.data["facts_in"] == "NA"
    assert event.aggregate_id == country("NA").pk
    assert "reason" not in event.data
    assert EventDetail.objects.get(event=event).data == {"reason": made.reason}


def test_only_legal_of_all_units_rates_countries(legal: Person, admin: Person) -> None:
    for person in (legal, admin):
        with pytest.raises(NotAllowed):
            make_rating("VN", 50, by=principal_for_user(person.user))


# --- indices --------------------------------------------------------------------------------------
def preview(content: str, **values: Any) -> law_indices.Preview:
    country("US")
    given: dict[str, Any] = {
        "name": "Rule of Law Index",
        "edition": 2025,
        "published_on": date(2025, 10, 1),
        "best": Decimal(1),
        "worst": Decimal(0),
        "licence": "Own use",
        "source": "The publisher",
        **values,
    }
    return law_indices.preview(content=content.encode(), by=_system(), **given)


def test_index_file_is_read_by_country_code_or_name_and_na_is_namibia() -> None:
    found = preview("Country;Score\nNA;0,61\nViet Nam;0.49\nGermany;.83\n")
    assert dict(found.figures.values) == {"NA": Decimal("0.61"), "VN": Decimal("0.49")}
    assert [(one.line, one.column) for one in found.figures.problems] == [(4, "Score")]


def test_wrong_cells_are_named_by_line_and_column() -> None:
    found = preview(
        "Country,Value\nAtlantis,0.5\nVN,7\nDE,=1/2\nFR,none\nUS,0.7\nUS,0.6\n,0.3\nJP,#REF!\n"
    )
    said = [(one.line, one.column, one.value) for one in found.figures.problems]
    assert said == [
        (2, "Country", "Atlantis"),
        (3, "Value", "7"),
        (4, "Value", "=1/2"),
        (5, "Value", "none"),
        (7, "Country", "US"),
        (8, "Country", ""),
        (9, "Value", "#REF!"),
    ]
    assert "outside the scale from 0 to 1" in found.figures.problems[1].reason


def test_missing_column_is_named() -> None:
    with pytest.raises(Invalid, match="no column “value”"):
        preview("Country,Population\nVN,1\n")
    with pytest.raises(Invalid, match="no column “country”"):
        preview("Vendor,Score\nVN,1\n")
    with pytest.raises(Invalid, match="empty"):
        preview("")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"best": Decimal(0)}, "worst"),
        ({"edition": 12}, "edition"),
        ({"published_on": date(2100, 1, 1)}, "published_on"),
        ({"name": ""}, "name"),
        ({"licence": ""}, "licence"),
        ({"best": Decimal("Infinity")}, "best"),
    ],
)
def test_edition_that_makes_no_sense_is_refused_by_field(
    values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        preview("Country,Value\nVN,1\n", **values)
    assert field in refused.value.extra["errors"]


def test_nothing_is_half_imported() -> None:
    with pytest.raises(Invalid, match="DE"):
        make_index({"VN": 40, "DE": 140})
    assert not selectors.editions().exists()
    assert not Event.objects.filter(type="index.imported").exists()


def test_imported_index_counts_and_importing_again_replaces_it() -> None:
    first = make_index({"VN": 40, "DE": 80})
    second = make_index({"VN": 45, "DE": 80})
    found = selectors.laws(["VN"])["VN"].index(TODAY)
    assert found is not None
    assert found.value == 45
    changed = Event.objects.filter(type="country.figure_changed", data__edition_id=str(second.pk))
    assert [event.data["facts_in"] for event in changed] == ["VN"]
    with pytest.raises(AlreadyWithdrawn):
        law_indices.withdraw(edition=first, reason="Again.", by=_system())
    law_indices.withdraw(edition=second, reason="Licence ended.", by=_system())
    assert selectors.laws(["VN"])["VN"].index(TODAY) is None


def test_edition_counts_from_its_day_and_the_later_one_wins() -> None:
    make_index({"VN": 40}, edition=2024, published_on=date(2024, 10, 1))
    make_index({"VN": 50}, edition=2025, published_on=date(2025, 10, 1))
    place = selectors.laws(["VN"])["VN"]
    assert place.index(date(2024, 1, 1)) is None
    found = [place.index(day) for day in (date(2025, 1, 1), TODAY)]
    assert [one.value for one in found if one] == [40, 50]


# --- who is concerned -----------------------------------------------------------------------------
def test_vendors_concerned_are_found_by_seat_work_sites_and_subcontractors(
    unit: BusinessUnit,
) -> None:
    seated = make_vendor(unit, country="TH")
    made = make_vendor(unit, country="DE")
    make_engagement(made, unit, made_in=["TH", "DE"])
    sited = make_vendor(unit, country="DE")
    Site.objects.create(vendor=sited, name="Works", activity="production", country="TH")
    closed = make_vendor(unit, country="DE")
    Site.objects.create(
        vendor=closed, name="Old", activity="production", country="TH", closed_on=date(2025, 1, 1)
    )
    passing_on = make_vendor(unit, country="DE")
    make_subcontract(passing_on, seated)
    found = set(selectors.vendors_concerned("TH"))
    assert found == {seated.pk, made.pk, sited.pk, passing_on.pk}


def test_concerned_vendors_are_told_within_what_the_reader_sees(
    unit: BusinessUnit, procurement: Person
) -> None:
    mine = make_vendor(unit, country="TH")
    elsewhere = make_unit()
    make_vendor(elsewhere, country="TH")
    # Shared, but made in Thailand for another unit only.
    shared = make_vendor(unit, country="DE")
    from vendors.services import vendors

    vendors.link_unit(vendor=shared, unit=elsewhere, by=_system())
    make_engagement(shared, elsewhere, made_in=["TH"])
    principal = principal_for_user(procurement.user)
    assert set(selectors.concerned_visible_to(principal, "TH")) == {mine}
    assert selectors.counts_visible_to(principal) == {"TH": 1, "DE": 1}
    assert Vendor.objects.count() == 3
