"""Contracts, policies and estimates for tests, made through the services."""

from itertools import count
from typing import Any

from accounts.principal import SYSTEM, Principal
from vendors.clauses import checklist
from vendors.models import Contract, Engagement, Exposure, InsurancePolicy, Vendor
from vendors.services import clauses, contracts, estimates, insurance

_number = count(1)


def make_contract(engagement: Engagement, *, by: Principal = SYSTEM, **values: Any) -> Contract:
    """A contract in force without an end, unless said otherwise."""
    amends = values.pop("amends", None)
    values.setdefault("title", f"Contract {next(_number)}")
    values.setdefault("status", "in_force")
    return contracts.create(engagement=engagement, values=values, amends=amends, by=by)


def judge_all(contract: Contract, status: str = "preferred", *, by: Principal = SYSTEM) -> None:
    """Every point of the checklist settled alike."""
    for key in checklist().by_key:
        clauses.judge(contract=contract, key=key, version=0, values={"status": status}, by=by)


def make_policy(vendor: Vendor, *, by: Principal = SYSTEM, **values: Any) -> InsurancePolicy:
    """A professional indemnity policy of a million euros for 2020 to 2040."""
    known = {
        "kind": "professional",
        "insurer": "Rhenus Insurance",
        "number": f"PI-{next(_number)}",
        "limit": "1000000",
        "currency": "EUR",
        "excluded_percent": 0,
        "valid_from": "2020-01-01",
        "expires_on": "2040-12-31",
    }
    return insurance.create(vendor=vendor, values={**known, **values}, by=by)


def make_exposure(engagement: Engagement, *, by: Principal = SYSTEM, **values: Any) -> Exposure:
    """A loss of two million euros, unless said otherwise."""
    known = {
        "low": "2000000",
        "likely": "2000000",
        "high": "2000000",
        "currency": "EUR",
        "reason": "Three years of margin on the product line.",
    }
    return estimates.set_exposure(
        engagement=engagement, version=0, values={**known, **values}, by=by
    )
