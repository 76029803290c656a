"""Changing the rules by which assessments raise findings."""

from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from audit.errors import OutOfDate
from audit.record import record
from vendors import master_data
from vendors.events.findings import FindingRuleChanged
from vendors.models import Engagement, FindingRule

#: Rules are named by their tier; the record wants an id.
_NAMES = UUID("6f0f5a52-9a43-4c0e-8a53-1d5b7b7f0c11")


def set_rule(
    *,
    tier: str,
    version: int,
    answer_risk: int | None,
    missing_evidence: bool,
    knock_out: bool,
    by: Principal,
) -> FindingRule:
    """What raises findings in one tier from now on; `answer_risk` in 1/10,000, None: no answer.

    `version`: of the rule that was looked at, 0 for the default. Raises Invalid, OutOfDate.
    """
    require_everywhere(by, Permission.MANAGE_QUESTIONNAIRES)
    if tier not in Engagement.Tier.values:
        raise ValueError(f"{tier} is no tier")
    if answer_risk is not None and not 0 < answer_risk <= 10_000:
        raise master_data.invalid({"answer_risk": [_("Enter a risk above 0, of 100 at most.")]})
    values = {
        "answer_risk": answer_risk,
        "missing_evidence": missing_evidence,
        "knock_out": knock_out,
    }
    with transaction.atomic():
        row = FindingRule.objects.select_for_update().filter(tier=tier).first()
        if (row.version if row else 0) != version:
            raise _out_of_date(row)
        if row is None:
            row = FindingRule(tier=tier, version=0)
        if version and all(getattr(row, name) == value for name, value in values.items()):
            return row
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        try:
            with transaction.atomic():
                row.save(force_insert=version == 0)
        except IntegrityError as error:
            raise _out_of_date(FindingRule.objects.get(tier=tier)) from error
        record(
            FindingRuleChanged(
                aggregate_id=uuid5(_NAMES, tier), tier=tier, before=before, after=values
            ),
            by=by,
        )
    return row


def _out_of_date(row: FindingRule | None) -> OutOfDate:
    return OutOfDate(
        _("Somebody else has changed this rule since you opened it. Look at it again."),
        version=row.version if row else 0,
    )
