"""How contracts, clauses, policies and the facts beside them look in JSON."""

from typing import Any

from rest_framework import serializers

from accounts.api_answers import Moment
from accounts.api_bodies import Amount, Choice, Flag, Id, Text, Whole
from vendors.api.ip_shapes import day, pages, text
from vendors.clauses import checklist
from vendors.models import Clause, Contract, IctService, InsurancePolicy, PersonalData


def money(*, required: bool = False, **more: Any) -> Amount:
    """An amount as a decimal in text; null where nothing is said."""
    if required:
        return Amount(max_digits=16, decimal_places=2, min_value=0, **more)
    return Amount(
        max_digits=16,
        decimal_places=2,
        min_value=0,
        required=False,
        allow_null=True,
        default=None,
        **more,
    )


def choice(allowed: Any, *, default: str = "", **more: Any) -> Choice:
    """One of a few values; empty where it is not known, unless another one is the default."""
    values = list(allowed) if default else ["", *allowed]
    return Choice(choices=values, required=False, default=default, **more)


class ClauseIn(serializers.Serializer[Any]):
    """How one point of the checklist is settled."""

    key = Choice(choices=list(checklist().by_key))
    status = Choice(choices=Clause.Status.values)
    extract = text(20_000, help_text="The wording in the contract.")
    note = text(20_000)
    reason = text(20_000, help_text="Why it does not apply.")
    no_assignment = Flag(
        required=False, default=False, help_text="The local law allows no assignment."
    )


class ClauseOut(ClauseIn):
    """A point with counsel's word on it."""

    reviewed_at = Moment(allow_null=True)
    deviation_approved = serializers.BooleanField()


class ContractIn(serializers.Serializer[Any]):
    """A contract as it shall stand; what is left out becomes empty. Clauses not named stay."""

    title = text(200, required=True)
    reference = text(80, help_text="Unique in the engagement.")
    amends = Id(
        required=False,
        allow_null=True,
        default=None,
        help_text="The contract this amends; said once, when it is new.",
    )
    status = choice(Contract.Status.values, default="draft")
    our_party = text(200)
    vendor_party = text(200)
    signed_on = day()
    starts_on = day()
    ends_on = day(help_text="The end of the first term; null: open.")
    renewal = choice(Contract.Renewal.values, default="none")
    renewal_months = Whole(
        required=False, allow_null=True, default=None, min_value=1, max_value=240
    )
    notice_days = Whole(required=False, allow_null=True, default=None, min_value=0, max_value=3650)
    notice_by = day(help_text="Where it does not follow from the end and the notice period.")
    law_country = text(2, help_text="ISO 3166-1 alpha-2.")
    law_region = text(80)
    forum = choice(Contract.Forum.values)
    forum_place = text(120)
    forum_rules = text(120)
    cap_kind = choice(Contract.Cap.values)
    cap_amount = money()
    cap_currency = text(3)
    cap_percent = Amount(
        max_digits=7,
        decimal_places=2,
        min_value=0,
        required=False,
        allow_null=True,
        default=None,
        help_text="Of the yearly fees.",
    )
    carve_outs = serializers.ListField(
        child=Choice(choices=Contract.CarveOut.values),
        required=False,
        allow_null=True,
        default=None,
        max_length=20,
        help_text="Null: nobody has looked.",
    )
    indemnity = choice(Contract.Indemnity.values)
    indemnity_amount = money()
    indemnity_currency = text(3)
    kept_at = text(400)
    note = text(20_000)
    clauses = serializers.ListField(
        child=ClauseIn(), required=False, default=list, max_length=len(checklist().by_key)
    )


class ContractOut(ContractIn):
    """A contract with its clauses."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    term_ends_on = serializers.DateField(
        allow_null=True, help_text="The end of the present term; null: open."
    )
    notice_on = serializers.DateField(
        allow_null=True, help_text="The last day for notice in the present term."
    )
    clauses = ClauseOut(many=True)  # type: ignore[assignment]


class PolicyIn(serializers.Serializer[Any]):
    """A policy for one period as it shall stand; what is left out becomes empty."""

    kind = Choice(choices=InsurancePolicy.Kind.values)
    insurer = text(200, required=True)
    number = text(80, required=True)
    status = choice(InsurancePolicy.Status.values, default="current")
    limit = money(required=True)
    per_claim = money()
    currency = text(3, required=True)
    deductible = money()
    eroded = money(help_text="What other claims have used up of the limit.")
    excluded_percent = Whole(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=100,
        help_text="The share of an IP loss that is excluded; null: nobody has looked.",
    )
    exclusions = text(20_000)
    territory = text(200)
    valid_from = day(required=True)
    expires_on = day(required=True)
    certificate_seen_on = day()
    note = text(20_000)


class PolicyOut(PolicyIn):
    """A policy."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()


class _PerYear(Amount):
    def __init__(self, **more: Any) -> None:
        more = {"min_value": 0, "max_value": 50, "required": False, "allow_null": True, **more}
        super().__init__(**{"max_digits": 8, "decimal_places": 4, "default": None, **more})


class ExposureIn(serializers.Serializer[Any]):
    """What a loss could cost, as it shall stand."""

    low = money(required=True)
    likely = money(required=True)
    high = money(required=True)
    currency = text(3, required=True)
    reason = text(20_000, required=True)
    per_year_low = _PerYear(help_text="Losses a year, for the simulation.")
    per_year_likely = _PerYear()
    per_year_high = _PerYear()


class ExposureOut(ExposureIn):
    """The estimate."""

    version = serializers.IntegerField()


class SubProcessor(serializers.Serializer[Any]):
    """A sub-processor."""

    name = text(200, required=True)
    country = text(2)
    service = text(200)


class PersonalDataIn(serializers.Serializer[Any]):
    """What the vendor does with personal data, as it shall stand."""

    role = Choice(choices=PersonalData.Role.values)
    categories = text(20_000)
    agreement = choice(PersonalData.Agreement.values)
    agreed_on = day()
    sub_processors = serializers.ListField(
        child=SubProcessor(), required=False, default=list, max_length=200
    )
    sub_processors_approved = Flag(required=False, allow_null=True, default=None)
    transfer_to = serializers.ListField(
        child=Text(min_length=2, max_length=2),
        required=False,
        default=list,
        max_length=250,
    )
    transfer_basis = choice(PersonalData.Transfer.values)
    note = text(20_000)


class PersonalDataOut(PersonalDataIn):
    """What is recorded."""

    version = serializers.IntegerField()


class IctServiceIn(serializers.Serializer[Any]):
    """An ICT service, as it shall stand."""

    function = text(200, required=True)
    critical = Flag(required=False, allow_null=True, default=None)
    substitutability = choice(IctService.Substitutability.values)
    exit_plan = choice(IctService.ExitPlan.values)
    exit_plan_on = day()
    last_audit_on = day()
    next_audit_on = day()
    note = text(20_000)


class IctServiceOut(IctServiceIn):
    """What is recorded."""

    version = serializers.IntegerField()


ContractPage, PolicyPage = map(pages, (ContractOut, PolicyOut))
