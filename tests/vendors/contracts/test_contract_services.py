"""Entering and changing contracts: what is taken, what is refused, what follows."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.models import Event
from tests.factories.contracts import make_contract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Contract, Engagement
from vendors.services import contracts


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def test_a_contract_is_kept_with_its_event_about_the_vendor(
    engagement: Engagement, legal: Person
) -> None:
    contract = make_contract(
        engagement,
        by=legal.principal,
        title="Master supply agreement",
        cap_kind="amount",
        cap_amount="500000",
        cap_currency="EUR",
        carve_outs=["confidentiality", "ip_breach"],
    )
    assert contract.carve_outs == ["ip_breach", "confidentiality"]
    event = Event.objects.get(aggregate_id=contract.pk)
    assert event.type == "contract.changed"
    assert event.data["facts_of"] == str(engagement.vendor_id)
    assert "Master supply agreement" not in str(event.data)


def test_the_last_day_for_notice_follows_from_the_term(engagement: Engagement) -> None:
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        contract = make_contract(
            engagement,
            starts_on="2025-01-01",
            ends_on="2025-12-31",
            renewal="automatic",
            renewal_months=12,
            notice_days=90,
        )
    assert (contract.term_ends_on, contract.notice_on) == (date(2026, 12, 31), date(2026, 10, 2))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-31"}, "ends_on"),
        ({"ends_on": "2026-02-30"}, "ends_on"),
        ({"ends_on": "0001-01-01"}, "ends_on"),
        ({"renewal": "automatic", "ends_on": "2026-12-31"}, "renewal_months"),
        ({"renewal": "automatic", "renewal_months": 12}, "ends_on"),
        ({"cap_kind": "amount", "cap_currency": "EUR"}, "cap_amount"),
        ({"cap_kind": "amount", "cap_amount": "5", "cap_currency": "XXX"}, "cap_currency"),
        ({"cap_kind": "amount", "cap_amount": "-5", "cap_currency": "EUR"}, "cap_amount"),
        ({"cap_kind": "percent"}, "cap_percent"),
        ({"indemnity": "limited"}, "indemnity_amount"),
        ({"law_country": "ZZ"}, "law_country"),
        ({"carve_outs": ["everything"]}, "carve_outs"),
        ({"status": "signed"}, "status"),
        ({"signed_on": "2140-01-01"}, "signed_on"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_field(
    engagement: Engagement, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_contract(engagement, **values)
    assert field in refused.value.extra["errors"]
    assert not Contract.objects.exists()


def test_namibia_can_be_the_governing_law(engagement: Engagement) -> None:
    assert make_contract(engagement, law_country="na").law_country.code == "NA"


def test_what_a_choice_leaves_without_a_meaning_is_emptied(engagement: Engagement) -> None:
    contract = make_contract(
        engagement, cap_kind="amount", cap_amount="100", cap_currency="EUR", forum="arbitration",
        forum_rules="ICC",
    )  # fmt: skip
    changed = contracts.change(
        contract=contract, version=1, values={"cap_kind": "uncapped", "forum": "courts"},
        by=SYSTEM,
    )  # fmt: skip
    assert (changed.cap_amount, changed.cap_currency, changed.forum_rules) == (None, "", "")


def test_saving_what_stands_there_writes_nothing(engagement: Engagement, legal: Person) -> None:
    contract = make_contract(engagement, title="NDA")
    before = Event.objects.count()
    same = contracts.change(
        contract=contract, version=1, values={"title": "NDA"}, by=legal.principal
    )
    assert same.version == 1
    assert Event.objects.count() == before


def test_a_stale_save_is_refused_with_what_stands_now(
    engagement: Engagement, legal: Person
) -> None:
    contract = make_contract(engagement, title="NDA")
    contracts.change(contract=contract, version=1, values={"title": "MNDA"}, by=legal.principal)
    with pytest.raises(OutOfDate) as refused:
        contracts.change(contract=contract, version=1, values={"title": "X"}, by=legal.principal)
    assert refused.value.extra["current"]["title"] == "MNDA"


def test_a_reference_is_used_once_in_an_engagement(engagement: Engagement) -> None:
    make_contract(engagement, reference="C-1")
    make_contract(engagement, reference="")
    make_contract(engagement, reference="")
    with pytest.raises(contracts.ReferenceTaken):
        make_contract(engagement, reference="C-1")


def test_an_amendment_stays_within_its_engagement(
    engagement: Engagement, unit: BusinessUnit
) -> None:
    main = make_contract(engagement)
    assert make_contract(engagement, amends=main).amends == main
    other = make_engagement(engagement.vendor, unit)
    with pytest.raises(Invalid):
        make_contract(other, amends=main)


def test_an_auditor_and_another_unit_may_not_enter_contracts(
    engagement: Engagement, auditor: Person, outsider_legal: Person
) -> None:
    for person in (auditor, outsider_legal):
        with pytest.raises(NotAllowed):
            make_contract(engagement, by=person.principal)


def test_a_contract_that_renewed_by_itself_moves_on_once(engagement: Engagement) -> None:
    with clock.at(datetime(2025, 6, 1, tzinfo=UTC)):
        contract = make_contract(
            engagement, ends_on="2025-12-31", renewal="automatic", renewal_months=12,
            notice_days=30,
        )  # fmt: skip
    assert contract.term_ends_on == date(2025, 12, 31)
    assert contracts.renew_due(today=date(2026, 1, 5)) == 1
    assert contracts.renew_due(today=date(2026, 1, 5)) == 0
    contract.refresh_from_db()
    assert (contract.term_ends_on, contract.notice_on) == (date(2026, 12, 31), date(2026, 12, 1))
    assert Event.objects.filter(type="contract.renewed").count() == 1


def test_notice_given_ends_the_contract_with_its_term(
    engagement: Engagement, legal: Person
) -> None:
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        contract = make_contract(
            engagement, ends_on="2025-12-31", renewal="automatic", renewal_months=12,
            notice_days=30,
        )  # fmt: skip
        settled = contracts.settle_notice(contract=contract, given=True, by=legal.principal)
    assert (settled.renewal, settled.ends_on) == ("none", date(2026, 12, 31))
    assert settled.notice_on is None


def test_letting_it_renew_settles_this_day_only(engagement: Engagement, legal: Person) -> None:
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        contract = make_contract(
            engagement, ends_on="2026-12-31", renewal="automatic", renewal_months=12,
            notice_days=30,
        )  # fmt: skip
        settled = contracts.settle_notice(contract=contract, given=False, by=legal.principal)
    assert settled.notice_settled == settled.notice_on == date(2026, 12, 1)
    contracts.renew_due(today=date(2027, 1, 2))
    settled.refresh_from_db()
    assert settled.notice_on == date(2027, 12, 1) != settled.notice_settled


def test_there_is_nothing_to_settle_in_an_open_contract(
    engagement: Engagement, legal: Person
) -> None:
    with pytest.raises(Refused):
        contracts.settle_notice(contract=make_contract(engagement), given=True, by=legal.principal)
