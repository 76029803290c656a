"""A contract with its clauses put at once, as a program or a list sends them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from audit.errors import Invalid
from vendors import master_data
from vendors.models import Clause, Contract, Engagement
from vendors.services import clauses, contracts

_POINT: Final = ("status", "extract", "note", "reason", "no_assignment")


def put(
    *,
    engagement: Engagement,
    contract: Contract | None,
    values: Mapping[str, Any],
    points: Sequence[Mapping[str, Any]] = (),
    amends: Contract | None = None,
    pk: UUID | None = None,
    by: Principal,
) -> Contract:
    """The contract as it shall stand (None: a new one), and the points named judged.

    Points that are not named stay as they are. All of it is written, or nothing. Raises Invalid
    with the messages of a point under `clauses.<its place>.<field>`.
    """
    with transaction.atomic():
        if contract is None:
            made = contracts.create(
                engagement=engagement, values=values, amends=amends, pk=pk, by=by
            )
        else:
            made = contracts.change(
                contract=contract, version=contract.version, values=values, by=by
            )
        _judge(made, points, by)
    return made


def _judge(contract: Contract, points: Sequence[Mapping[str, Any]], by: Principal) -> None:
    versions = dict(Clause.objects.filter(contract=contract).values_list("key", "version"))
    seen: set[str] = set()
    for place, point in enumerate(points):
        key = str(point.get("key", ""))
        try:
            if key in seen:
                said = _("This point stands there twice.")
                raise Invalid(said, errors={"key": [said]})
            seen.add(key)
            clauses.judge(
                contract=contract,
                key=key,
                version=versions.get(key, 0),
                values={name: point[name] for name in _POINT if name in point},
                by=by,
            )
        except Invalid as refused:
            errors = refused.extra["errors"]
            named = {f"clauses.{place}.{field}": said for field, said in errors.items()}
            raise master_data.invalid(named) from refused
