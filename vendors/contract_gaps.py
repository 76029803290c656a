"""What is missing around the contracts of an engagement, in plain sentences."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vendors.clauses import checklist
from vendors.contract_terms import runs
from vendors.intake import IpKind, Service
from vendors.models import Contract, InsurancePolicy, PersonalData
from vendors.selectors.contracts import Recorded
from vendors.services.contracts import term_of

#: An expiry within so many days is worth saying.
SOON = timedelta(days=60)


def is_in_force(contract: Contract, today: date) -> bool:
    """Whether a contract binds today."""
    return contract.status == Contract.Status.IN_FORCE and runs(term_of(contract), today)


def gaps(
    recorded: Recorded, policies: Sequence[InsurancePolicy], today: date
) -> Iterator[tuple[str, str]]:
    """(where to go: a contract's id or a word, what is missing), the gravest first."""
    bound = [one for one in recorded.contracts if is_in_force(one, today)]
    if not bound:
        yield "contract", _("No contract is in force.")
    for contract in bound:
        yield from _of_contract(recorded, contract)
    if recorded.exposure is None:
        yield "exposure", _("Nobody has estimated what a loss could cost.")
    yield from _of_policies(policies, today)
    yield from _of_law(recorded)


def _of_contract(recorded: Recorded, contract: Contract) -> Iterator[tuple[str, str]]:
    statuses = recorded.statuses.get(contract.pk, {})
    if contract.amends_id is None:
        left = len(checklist().by_key) - sum(statuses.values())
        if left:
            yield (
                str(contract.pk),
                ngettext(
                    "“%(title)s”: %(count)d point of the checklist nobody has looked at.",
                    "“%(title)s”: %(count)d points of the checklist nobody has looked at.",
                    left,
                )
                % {"title": contract.title, "count": left},
            )
        if not contract.cap_kind:
            yield (
                f"edit:{contract.pk}",
                _("“%(title)s”: whether liability is capped is not known.")
                % {"title": contract.title},
            )
        if not contract.law_country or not contract.forum:
            yield (
                f"edit:{contract.pk}",
                _("“%(title)s”: governing law or forum is not known.") % {"title": contract.title},
            )
    yield from _weak(contract, statuses, recorded.approved.get(contract.pk, 0))
    if missing := statuses.get("missing", 0):
        yield (
            str(contract.pk),
            ngettext(
                "“%(title)s”: %(count)d point is missing from the contract.",
                "“%(title)s”: %(count)d points are missing from the contract.",
                missing,
            )
            % {"title": contract.title, "count": missing},
        )


def _weak(
    contract: Contract, statuses: Mapping[str, int], approved: int
) -> Iterator[tuple[str, str]]:
    if weak := statuses.get("weak", 0):
        said = ngettext(
            "“%(title)s”: %(count)d point is weak.", "“%(title)s”: %(count)d points are weak.", weak
        )
        yield str(contract.pk), said % {"title": contract.title, "count": weak}
    if waiting := statuses.get("fallback", 0) - approved:
        said = ngettext(
            "“%(title)s”: %(count)d fallback waits for its deviation to be approved.",
            "“%(title)s”: %(count)d fallbacks wait for their deviation to be approved.",
            waiting,
        )
        yield str(contract.pk), said % {"title": contract.title, "count": waiting}


def _of_policies(policies: Sequence[InsurancePolicy], today: date) -> Iterator[tuple[str, str]]:
    current = [
        one
        for one in policies
        if one.status == InsurancePolicy.Status.CURRENT
        and one.valid_from <= today <= one.expires_on
    ]
    if not current:
        yield "policy", _("No insurance is in force on record.")
    elif max(one.expires_on for one in current) <= today + SOON:
        yield "policy", _("The last insurance in force expires within 60 days.")
    if any(one.certificate_seen_on is None for one in current):
        yield "policy", _("Of a policy in force nobody has seen the certificate.")


def _of_law(recorded: Recorded) -> Iterator[tuple[str, str]]:
    data = recorded.personal_data
    if IpKind.PERSONAL_DATA in recorded.engagement.ip_kinds and data is None:
        yield "personal_data", _("Personal data is entrusted, and nothing is recorded about it.")
    if data is not None and data.role == PersonalData.Role.PROCESSOR:
        if data.agreement not in {"signed", "not_needed"}:
            yield "personal_data", _("The vendor processes personal data without an agreement.")
        if data.transfer_to and data.transfer_basis in {"", "missing"}:
            yield "personal_data", _("Personal data is transferred without a basis on record.")
    ict = recorded.ict_service
    hosts = {Service.CLOUD_HOSTING, Service.SOFTWARE_DEVELOPMENT}
    if ict is None and recorded.engagement.service in hosts:
        yield "ict_service", _("Which function this ICT service supports is not recorded.")
    if ict is not None and ict.critical and ict.exit_plan in {"", "missing"}:
        yield "ict_service", _("A critical function depends on it, and there is no exit plan.")
