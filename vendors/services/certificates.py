"""Certificates: what a document of that kind says, recorded and put right."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from vendors import master_data
from vendors.certificates import standards
from vendors.intake import Service
from vendors.models import Certificate, Evidence, Site
from vendors.services import evidence as documents

#: What `describe` takes besides the sites.
FIELDS: Final = ("standard", "level", "number", "issuer", "scope", "covers", "services")


def describe(
    *, evidence: Evidence, version: int, values: Mapping[str, Any], by: Principal
) -> Certificate:
    """Record what a certificate says; the document becomes one of that kind.

    values: all of `FIELDS`, and `sites`: those of the vendor that it covers. `version` is of the
    document. Raises Invalid per field, OutOfDate, Withdrawn.
    """
    require(by, Permission.EDIT_EVIDENCE, evidence.unit_id)
    cleaned, sites = _clean(evidence, values)
    with transaction.atomic():
        locked = documents.hold(evidence, version)
        there = Certificate.objects.filter(evidence=locked).first()
        before = _said(there) if there else {}
        made, _new = Certificate.objects.update_or_create(evidence=locked, defaults=cleaned)
        made.sites.set(sites)
        after = {name: said for name, said in _said(made).items() if before.get(name) != said}
        if locked.kind != Evidence.Kind.CERTIFICATE:
            before["kind"], after["kind"] = locked.kind, Evidence.Kind.CERTIFICATE
        if after:
            documents.write(locked, {"kind": Evidence.Kind.CERTIFICATE})
            documents.changed(
                locked, before={name: before.get(name) for name in after}, after=after, by=by
            )
    return made


def _said(certificate: Certificate) -> dict[str, Any]:
    said = {name: getattr(certificate, name) for name in FIELDS}
    sites = certificate.sites.values_list("pk", flat=True)
    return {**said, "sites": sorted(str(pk) for pk in sites)}


def _clean(evidence: Evidence, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Site]]:
    errors: dict[str, list[str]] = {}
    cleaned: dict[str, Any] = {
        "standard": values["standard"],
        "level": values.get("level") or "",
        "number": master_data.tidy(str(values.get("number") or ""))[:80],
        "issuer": master_data.tidy(str(values.get("issuer") or ""))[:160],
        "scope": str(values.get("scope") or "").replace("\x00", "").strip()[:4_000],
        "covers": sorted(values.get("covers") or ()),
        "services": sorted(values.get("services") or ()),
    }
    standard = standards().get(cleaned["standard"])
    if standard is None:
        raise master_data.invalid({"standard": [_("Choose the standard.")]})
    if cleaned["level"] and cleaned["level"] not in standard.levels:
        errors["level"] = [_("This standard has no such level.")]
    if not set(cleaned["covers"]) <= set(standard.covers):
        errors["covers"] = [_("Choose only parts of this standard.")]
    if not set(cleaned["services"]) <= set(Service):
        errors["services"] = [_("Choose from the list.")]
    if not cleaned["issuer"]:
        errors["issuer"] = [_("Say who issued it.")]
    if not cleaned["scope"]:
        errors["scope"] = [_("Copy the scope as it stands on the certificate.")]
    sites = list(values.get("sites") or ())
    if any(site.vendor_id != evidence.vendor_id for site in sites):
        errors["sites"] = [_("Choose only sites of this vendor.")]
    if errors:
        raise master_data.invalid(errors)
    return cleaned, sites
