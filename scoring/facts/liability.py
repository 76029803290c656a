"""What could be got back of a loss, from exposure, contracts, policies and statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.sheet import RISK_SCALE, EvidenceLevel
from scoring.facts import agreed
from scoring.facts.source import Known, Source
from scoring.indicators import liability as indicator
from scoring.indicators.contract import in_force, roots
from scoring.indicators.liability import CapFact, Facts, PolicyFact
from scoring.indicators.value import Value
from vendors.contract_terms import months_later, next_turn
from vendors.models import Contract, Engagement, Exposure, InsurancePolicy, Statement
from vendors.selectors.finances import latest_statements
from vendors.selectors.rates import Conversion, Rates, rates_for
from vendors.services.contracts import term_of

_CENT: Final = Decimal("0.01")
SENTENCES: Final[Mapping[str, str | Promise]] = {
    "recoverable": _(
        "Of a likely loss of {currency} {exposure}, {currency} {recoverable} could be got back."
    ),
    "no_contract": _("No contract is in force on record, so nothing agreed can be relied on."),
    "cap_unknown": _("Nobody has entered whether “{title}” caps liability."),
    "no_cap": _("No cap stands in the way of a claim for breach of IP."),
    "cap": _("The contract caps the claim at {currency} {amount}."),
    "carve_outs_unknown": _("Nobody has looked whether breach of IP stands outside of the cap."),
    "insurance": _("Insurance in force pays about {currency} {amount} ({count} on record)."),
    "no_insurance": _("No policy on record is in force."),
    "insurance_unknown": _("No policy is on record."),
    "exclusions_unknown": _(
        "Nobody has looked how far a policy excludes IP; only the best case counts on it."
    ),
    "assets": _("The vendor's own means add about {currency} {amount}."),
    "net_worth_unknown": _("The vendor's net worth is not known; only the best case counts on it."),
    "not_converted": _("An amount could not be converted to {currency}: a rate is missing."),
}


@dataclass(frozen=True)
class _Read:
    """The rows behind many engagements."""

    exposures: dict[UUID, Exposure]
    contracts: dict[UUID, list[Contract]]
    policies: dict[UUID, list[InsurancePolicy]]
    statements: dict[UUID, Statement]
    factors: "Factors"


class Factors:
    """What money is multiplied by, looked up once for each pair of currencies."""

    def __init__(self, rates: Rates, as_of: date) -> None:
        self._rates = rates
        # Rates that moved with every day would move scores with every day.
        self._days = (as_of.replace(day=1), as_of)
        self._known: dict[tuple[str, str], Conversion | None] = {}

    def of(self, currency: str, to: str) -> Conversion | None:
        """The factor and the rates behind it: of the first of the month, else of the day itself."""
        pair = currency, to
        if pair not in self._known:
            found = (self._rates.convert(Decimal(1), currency, to, day) for day in self._days)
            self._known[pair] = next((one for one in found if one is not None), None)
        return self._known[pair]


class Money:
    """Amounts in the currency of one estimate. `used` names the rates that were found.

    `needed`: whether any was, found or not.
    """

    def __init__(self, factors: Factors, to: str) -> None:
        self._factors, self._to = factors, to
        self.used: dict[str, None] = {}
        self.needed = False

    def convert(self, amount: Decimal | None, currency: str) -> Decimal | None:
        """The amount; None where it or the rate is not known."""
        if amount is None or currency == self._to:
            return amount
        self.needed = True
        factor = self._factors.of(currency, self._to)
        if factor is None:
            return None
        self.used |= dict.fromkeys(factor.used)
        return (amount * factor.amount).quantize(_CENT)


def facts_of(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Facts]:
    """What the indicator takes, of each engagement with an estimate (in five queries)."""
    ids = [one.pk for one in engagements]
    exposures = {row.engagement_id: row for row in Exposure.objects.filter(engagement__in=ids)}
    wanted = [one for one in engagements if one.pk in exposures]
    if not wanted:
        return {}
    vendors = {one.vendor_id for one in wanted}
    contracts = agreed.contracts_of(one.pk for one in wanted)
    policies, statements = _policies(vendors), latest_statements(vendors, as_of)
    currencies = {
        *(one.currency for one in exposures.values()),
        *(one.currency for one in wanted),
        *(one.cap_currency for rows in contracts.values() for one in rows),
        *(one.currency for rows in policies.values() for one in rows),
        *(one.currency for one in statements.values()),
    }
    rates = rates_for(currencies, (as_of.replace(day=1), as_of))
    read = _Read(exposures, contracts, policies, statements, Factors(rates, as_of))
    financial = known.get("financial", {})
    return {one.pk: _facts(one, read, as_of, financial.get(one.pk)) for one in wanted}


def _policies(vendors: Iterable[UUID]) -> dict[UUID, list[InsurancePolicy]]:
    found: dict[UUID, list[InsurancePolicy]] = defaultdict(list)
    rows = InsurancePolicy.objects.filter(vendor__in=list(vendors)).exclude(
        status=InsurancePolicy.Status.VOID
    )
    for row in rows.order_by("expires_on", "pk"):
        found[row.vendor_id].append(row)
    return found


def _facts(engagement: Engagement, read: _Read, as_of: date, financial: Value | None) -> Facts:
    exposure = read.exposures[engagement.pk]
    rows = {str(row.pk): row for row in read.contracts.get(engagement.pk, ())}
    bound = [one for one in (agreed.fact(row) for row in rows.values()) if in_force(one, as_of)]
    turns = [
        turn
        for row in rows.values()
        if row.status == Contract.Status.IN_FORCE
        and (turn := next_turn(term_of(row), as_of)) is not None
    ]
    money = Money(read.factors, exposure.currency)
    worth, most = _net_worth(read.statements.get(engagement.vendor_id), money)
    caps = [
        _cap([rows[one.key] for one in family], engagement, money)
        for family in roots(bound).values()
    ]
    policies = [_policy(row, money) for row in read.policies.get(engagement.vendor_id, ())]
    # A rate that is missing may be there by then as well.
    if money.needed:
        turns.append(months_later(as_of.replace(day=1), 1))
    return Facts(
        low=exposure.low,
        likely=exposure.likely,
        high=exposure.high,
        currency=exposure.currency,
        caps=caps,
        policies=policies,
        net_worth=worth,
        net_worth_most=most,
        rates=sorted(money.used),
        financial=_financial(financial),
        financial_evidence=financial.evidence if financial else EvidenceLevel.SELF_DECLARED,
        next_turn=min(turns, default=None),
    )


def _net_worth(statement: Statement | None, money: Money) -> tuple[Decimal | None, Decimal | None]:
    """Equity without intangible assets, and the most that it can be where these are not known."""
    if statement is None or statement.declined or statement.equity is None:
        return None, None
    equity = money.convert(statement.equity * statement.scale, statement.currency)
    if statement.intangible_assets is None:
        return None, equity
    intangible = money.convert(statement.intangible_assets * statement.scale, statement.currency)
    if equity is None or intangible is None:
        return None, None
    return equity - intangible, None


def _financial(value: Value | None) -> tuple[int, int, int] | None:
    if value is None:
        return None
    if value.declined:
        return RISK_SCALE, RISK_SCALE, RISK_SCALE
    return value.lo, value.pt if value.enough else value.hi, value.hi


def _cap(family: Sequence[Contract], engagement: Engagement, money: Money) -> CapFact:
    """What a contract says with its amendments: the latest word on each counts."""
    main = family[0]
    capped = next((one for one in reversed(family) if one.cap_kind), main)
    carved: Any = next(
        (one.carve_outs for one in reversed(family) if one.carve_outs is not None), None
    )
    amount = None
    if capped.cap_kind == Contract.Cap.AMOUNT:
        amount = money.convert(capped.cap_amount, capped.cap_currency)
    elif capped.cap_kind == Contract.Cap.PERCENT and capped.cap_percent is not None:
        fees = money.convert(engagement.annual_spend, engagement.currency)
        amount = None if fees is None else fees * capped.cap_percent / 100
    return CapFact(
        title=capped.title,
        kind=capped.cap_kind,
        amount=amount,
        carved_out=None if carved is None else Contract.CarveOut.IP_BREACH in carved,
        kept=all(bool(one.kept_at) for one in family),
    )


def _policy(row: InsurancePolicy, money: Money) -> PolicyFact:
    excluded = row.excluded_percent
    return PolicyFact(
        key=str(row.pk),
        name=f"{row.get_kind_display()}, {row.insurer} {row.number}",
        limit=money.convert(row.limit, row.currency),
        per_claim=money.convert(row.per_claim, row.currency),
        deductible=money.convert(row.deductible, row.currency) or Decimal(0),
        eroded=money.convert(row.eroded, row.currency) or Decimal(0),
        excluded=None if excluded is None else Decimal(excluded) / 100,
        valid_from=row.valid_from,
        expires_on=row.expires_on,
        proved=row.certificate_seen_on is not None,
    )


def values(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Value]:
    """The indicator of each engagement whose exposure was estimated."""
    found = facts_of(engagements, as_of, known)
    return {key: indicator.value(facts, as_of) for key, facts in found.items()}


SOURCE: Final = Source(
    title=_("Liability"), sentences=SENTENCES, values=values, page="vendors:contracts"
)
