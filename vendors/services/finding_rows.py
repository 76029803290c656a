"""Writing the row of a finding with its event: what all that happens to findings comes down to."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.principal import Principal
from audit import clock
from audit.errors import OutOfDate, Refused
from audit.record import record
from vendors import master_data
from vendors.events.findings import FindingChanged, FindingClosed
from vendors.models import Finding

TITLE_LENGTH: Final = 200
MOST_WORDS: Final = 4_000


#: What an acceptance leaves behind when something else follows it.
NOT_ACCEPTED: Final[Mapping[str, Any]] = {
    "accepted_until": None,
    "accepted_at": None,
    "accepted_by_id": None,
}


class FindingNotOpen(Refused):
    """The finding was closed meanwhile, or was open already."""

    code = "finding_not_open"


def by_cause(vendor_id: UUID, unit_id: UUID, kind: str, cause: str) -> Finding | None:
    """What a cause that is still there has raised, locked; open, or closed by somebody."""
    return (
        Finding.objects.select_for_update(of=("self",))
        .filter(vendor=vendor_id, unit=unit_id, kind=kind, cause=cause, cause_gone=False)
        .first()
    )


def locked(finding: Finding, version: int) -> Finding:
    """The row under a lock. Raises OutOfDate where it is not the one that was read."""
    row = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    if row.version != version:
        raise OutOfDate(
            _("Somebody else has changed this finding since you opened it. Look at it again."),
            version=row.version,
        )
    return row


def require_open(finding: Finding) -> None:
    """Raise FindingNotOpen where it is closed."""
    if finding.is_closed:
        raise FindingNotOpen(_("This finding was closed meanwhile."))


def told(finding: Finding, word: str | None) -> dict[str, str]:
    """What a step writes of what the vendor is told: nothing where nothing new is said, or where
    the vendor does not see the finding."""
    return {} if word is None or not finding.shared else {"word": words(word)}


def close(
    finding: Finding,
    reason: str,
    verified_by: User | None,
    by: Principal,
    *,
    word: str | None = None,
) -> Finding:
    """Write and record the end of a finding; without `verified_by` it is Surety that closes it.

    `word`: what the vendor is told about it; None leaves what it was told before.
    """
    if word is not None:
        finding.word = word
    finding.status = Finding.Status.CLOSED
    finding.closed_at = clock.now()
    finding.closed_because = reason
    finding.verified_by = verified_by
    finding.disputed_at, finding.dispute, finding.dispute_by_contact = None, "", None
    finding.accepted_until = finding.accepted_at = finding.accepted_by = None
    _bump(
        finding,
        *(name.removesuffix("_id") for name in NOT_ACCEPTED),
        "dispute_by_contact",
        "dispute_upheld",
        "dispute_decided_by",
        "dispute_decided_at",
        "dispute_reason",
        "status",
        "word",
        "closed_at",
        "closed_because",
        "verified_by",
        "cause_gone",
        "disputed_at",
        "dispute",
    )
    record(
        FindingClosed(
            aggregate_id=finding.pk,
            unit_id=finding.unit_id,
            vendor_id=finding.vendor_id,
            engagement_id=finding.engagement_id,
            kind=finding.kind,
            severity=finding.severity,
            automatic=verified_by is None,
            verified_by_id=verified_by.pk if verified_by else None,
            reason=reason,
        ),
        by=by,
    )
    return finding


def going_on(finding: Finding) -> str:
    """The status of a finding that is to be put right: planned where there is a plan."""
    planned = finding.remedy and finding.owner_id and finding.due_on
    return (Finding.Status.PLANNED if planned else Finding.Status.OPEN).value


def note(finding: Finding, how: str, by: Principal, **said: str) -> None:
    """Record what happened beside the row of a finding."""
    _bump(finding)
    record(
        FindingChanged(
            aggregate_id=finding.pk,
            unit_id=finding.unit_id,
            vendor_id=finding.vendor_id,
            engagement_id=finding.engagement_id,
            how=how,
            status=finding.status,
            severity=finding.severity,
            fields=["evidence"],
            before={},
            after=said,
        ),
        by=by,
    )


def change(
    finding: Finding,
    how: str,
    values: Mapping[str, Any],
    by: Principal,
    *,
    said: Mapping[str, str] | None = None,
) -> Finding:
    """`values` written, if any of them is new; `said` goes into the record only."""
    before = {name: getattr(finding, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return finding
    for name, value in changed.items():
        setattr(finding, name, value)
    _bump(finding, *(name.removesuffix("_id") for name in changed))
    record(
        FindingChanged(
            aggregate_id=finding.pk,
            unit_id=finding.unit_id,
            vendor_id=finding.vendor_id,
            engagement_id=finding.engagement_id,
            how=how,
            status=finding.status,
            severity=finding.severity,
            fields=sorted(changed),
            before={name: _plain(before[name]) for name in changed},
            after={**{name: _plain(value) for name, value in changed.items()}, **(said or {})},
        ),
        by=by,
    )
    return finding


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | bool) else str(value)


def _bump(finding: Finding, *fields: str) -> None:
    finding.version += 1
    finding.updated_at = clock.now()
    finding.save(update_fields=[*fields, "version", "updated_at"])


def cleaned(values: Mapping[str, str]) -> dict[str, str]:
    """Title, detail and severity as they are stored. Raises Invalid per field."""
    title = master_data.tidy(values["title"])
    errors: dict[str, list[str]] = {}
    if not title:
        errors["title"] = [_("Say in a few words what was found.")]
    elif len(title) > TITLE_LENGTH:
        errors["title"] = [_("Use at most %(most)d characters.") % {"most": TITLE_LENGTH}]
    if values["severity"] not in Finding.Severity.values:
        errors["severity"] = [_("Choose how severe it is.")]
    if errors:
        raise master_data.invalid(errors)
    return {
        "title": title,
        "detail": words(values["detail"]),
        "severity": str(values["severity"]),
    }


def words(value: str) -> str:
    """Free text, trimmed and cut to what is kept."""
    text = (value or "").replace("\x00", "").strip()
    return text[:MOST_WORDS]
