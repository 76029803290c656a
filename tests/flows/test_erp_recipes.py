"""The recipes of docs/erp.md, as they stand there: a decision becomes a block, and is lifted."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.audit.sample import seal_now
from tests.factories.decisions import make_decision
from tests.factories.vendors import make_engagement, make_vendor
from tests.flows.erp_stand_in import Stand, Suppliers, standing_in
from tests.personas import Program
from vendors.models import VendorUnit
from vendors.pushes import Push
from vendors.services import vendors
from vendors.services.pushes import push_many

pytestmark = pytest.mark.django_db(transaction=True)

RECIPE = re.compile(r"<!-- recipe: (\w+) -->\n```python\n(.*?)```", re.DOTALL)
SCOPE = {"purchasing_org": "1000", "company_code": "DE01"}


def recipes() -> dict[str, Any]:
    """What the code of the document defines."""
    defined: dict[str, Any] = {}
    for _name, code in RECIPE.findall(Path("docs/erp.md").read_text()):
        exec(code, defined)
    return defined


def asking(program: Program) -> Callable[..., Any]:
    """Asks Surety as the document says: None for a 404."""

    def get(address: str, **query: Any) -> Any:
        answer = program.browser.get(address, query)
        return None if answer.status_code == 404 else answer.json()

    return get


def sap(made: dict[str, Any], erp: Stand) -> Callable[..., bool]:
    return lambda number, blocked: bool(made["sap_block"](erp.send, number, blocked))


def oracle(made: dict[str, Any], erp: Stand) -> Callable[..., bool]:
    return lambda number, blocked: bool(
        made["oracle_block"](erp.send, number, blocked, "2026-03-01")
    )


def coupa(made: dict[str, Any], erp: Stand) -> Callable[..., bool]:
    return lambda number, blocked: bool(made["coupa_block"](erp.send, number, blocked))


@dataclass(frozen=True)
class Erp:
    """A system with one supplier: the recipe for it, and the field that stops orders."""

    system: str
    recipe: Callable[[dict[str, Any], Stand], Callable[..., bool]]
    number: str
    field: str
    blocked: Any
    free: Any


@pytest.mark.parametrize(
    "erp",
    [
        Erp("sap-prd-100", sap, "0000100042", "PurchasingIsBlocked", blocked=True, free=False),
        Erp("oracle-prd", oracle, "1002", "InactiveDate", blocked="2026-03-01", free=None),
        Erp("coupa-prd-text", coupa, "000233", "on-hold", blocked=True, free=False),
    ],
    ids=lambda one: one.system,
)
def test_a_decision_becomes_a_block_in_the_erp_and_lifts_it_again(
    api_client: Program, unit: BusinessUnit, erp: Erp
) -> None:
    vendor = make_vendor(unit)
    vendors.set_external_id(vendor=vendor, system=erp.system, value=erp.number, by=SYSTEM)
    engagement = make_engagement(vendor, unit, purchasing_org="1000", company_code="DE01")
    suppliers: Suppliers = {erp.number: {erp.field: erp.free}}
    made = recipes()
    reasons: list[str] = []

    with standing_in(suppliers) as stand:
        set_block = erp.recipe(made, stand)

        def block(of: str, stop: bool, why: str) -> None:
            reasons.append(why)
            assert set_block(of, stop)

        def round_from(after: str) -> str:
            seal_now()
            return str(made["follow"](asking(api_client), erp.system, block, after, SCOPE))

        token = round_from("")
        assert suppliers[erp.number][erp.field] == erp.blocked
        make_decision(engagement)
        token = round_from(token)
        assert suppliers[erp.number][erp.field] == erp.free
        make_decision(engagement, "rejected")
        token = round_from(token)
        assert suppliers[erp.number][erp.field] == erp.blocked
        calls = len(reasons)
        round_from(token)
        assert len(reasons) == calls
    assert all(reasons)


def test_suppliers_that_came_in_one_go_or_got_a_number_are_blocked_and_lost_ones_are_passed_over(
    api_client: Program, unit: BusinessUnit
) -> None:
    known = make_vendor(unit)
    pushed = [
        Push(
            "erp",
            ("sap-prd-100", str(number)),
            values={"name": f"Vendor {number}"},
            units=[unit.pk],
        )
        for number in (1, 2, 3)
    ]
    first, *_others = push_many(pushed=pushed, by=SYSTEM)
    vendors.set_external_id(vendor=known, system="sap-prd-100", value="4", by=SYSTEM)
    VendorUnit.objects.filter(vendor=first.vendor_id).delete()
    seal_now()
    blocked: set[str] = set()

    recipes()["follow"](
        asking(api_client),
        "sap-prd-100",
        lambda number, stop, _why: blocked.add(number) if stop else None,
        "",
        SCOPE,
    )

    assert blocked == {"2", "3", "4"}
