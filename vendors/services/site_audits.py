"""Recording audits of sites, with what they found wrong."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import OutOfDate
from audit.record import record
from vendors import ip_words, master_data
from vendors.events.sites import SiteAudited
from vendors.finding_kinds import SITE_AUDIT
from vendors.models import Site, SiteAudit
from vendors.services import findings, ip_findings
from vendors.services.sites import SiteIsClosed, held_unit

FIELDS: Final = ("audited_on", "auditor", "scope", "result", "next_due", "note")
#: As many findings as one audit may raise at once.
MOST_FINDINGS: Final = 20


def add(
    *,
    site: Site,
    unit: BusinessUnit,
    values: Mapping[str, Any],
    found: Sequence[tuple[str, str]] = (),
    by: Principal,
) -> SiteAudit:
    """An audit that `unit` had made. `found`: title and severity of each finding it raises.

    Raises Invalid per field, SiteIsClosed.
    """
    require(by, Permission.EDIT_FACTS, unit.pk)
    held_unit(site.vendor, by)
    cleaned = _clean({**dict.fromkeys(FIELDS), **values})
    if len(found) > MOST_FINDINGS:
        raise master_data.invalid(
            {"found": [_("Give at most %(most)d findings.") % {"most": MOST_FINDINGS}]}
        )
    with transaction.atomic():
        locked = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
        if locked.closed_on is not None and cleaned["audited_on"] > locked.closed_on:
            raise SiteIsClosed(
                _("This site was closed on %(day)s.")
                % {"day": date_format(locked.closed_on, "DATE_FORMAT")}
            )
        now = clock.now()
        audit = SiteAudit.objects.create(
            site=site, unit=unit, created_at=now, updated_at=now, **cleaned
        )
        _record(audit, by, corrected=False)
        for title, severity in found:
            finding = findings.raise_(
                vendor=site.vendor,
                unit=unit,
                kind=SITE_AUDIT,
                title=title,
                severity=severity,
                detail=_("Found at %(site)s on %(day)s by %(who)s (%(scope)s).")
                % {
                    "site": site.name,
                    "day": date_format(audit.audited_on, "DATE_FORMAT"),
                    "who": audit.auditor,
                    "scope": audit.scope,
                },
                by=by,
            )
            audit.findings.add(finding)
        ip_findings.check_audits(vendor_id=site.vendor_id)
    return audit


def change(
    *, audit: SiteAudit, version: int, values: Mapping[str, Any], by: Principal
) -> SiteAudit:
    """What was recorded of an audit, put right. Raises Invalid per field, OutOfDate."""
    require(by, Permission.EDIT_FACTS, audit.unit_id)
    with transaction.atomic():
        locked = (
            SiteAudit.objects.select_for_update(of=("self",))
            .select_related("site")
            .get(pk=audit.pk)
        )
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this audit since you opened it."),
                current={name: getattr(locked, name) for name in FIELDS},
                version=locked.version,
            )
        cleaned = _clean({**{name: getattr(locked, name) for name in FIELDS}, **values})
        changed = {name: value for name, value in cleaned.items() if getattr(locked, name) != value}
        if not changed:
            return locked
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.updated_at = clock.now()
        locked.save(update_fields=[*changed, "version", "updated_at"])
        _record(locked, by, corrected=True)
        ip_findings.check_audits(vendor_id=locked.site.vendor_id)
    return locked


def _record(audit: SiteAudit, by: Principal, *, corrected: bool) -> None:
    record(
        SiteAudited(
            aggregate_id=audit.site_id,
            unit_id=audit.unit_id,
            facts_of=audit.site.vendor_id,
            audit_id=audit.pk,
            audited_on=audit.audited_on.isoformat(),
            scope=audit.scope,
            result=audit.result,
            next_due=audit.next_due.isoformat() if audit.next_due else None,
            corrected=corrected,
            auditor=audit.auditor,
            note=audit.note,
        ),
        by=by,
    )


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        try:
            cleaned[name] = _clean_field(name, value)
        except ValueError as error:
            errors[name] = [str(error)]
    on, due = cleaned.get("audited_on"), cleaned.get("next_due")
    if "audited_on" not in errors and on is None:
        errors["audited_on"] = [_("Say on which day the audit was.")]
    elif on and on > clock.today():
        errors["audited_on"] = [_("This day has not come yet.")]
    if on and due and due <= on:
        errors["next_due"] = [_("The next audit comes after this one.")]
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def _clean_field(name: str, value: Any) -> Any:
    match name:
        case "audited_on" | "next_due":
            return ip_words.day(value)
        case "auditor" | "scope":
            text = ip_words.line(name, value, length=200)
            if not text:
                raise ValueError(
                    _("Say who audited it.")
                    if name == "auditor"
                    else _("Say by what standard, or what was looked at.")
                )
            return text
        case "result":
            if value not in SiteAudit.Result.values:
                raise ValueError(_("Choose the result."))
            return str(value)
        case "note":
            return ip_words.text(value)
    raise ValueError(_("An audit has no such field."))
