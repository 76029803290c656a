"""Subcontracts as other systems and lists state them: whole rows, recorded or replaced."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from vendors import master_data, selectors
from vendors.models import Site, Subcontract, Vendor
from vendors.selectors import subcontracts as reading
from vendors.services import sites, subcontracts

#: In these, two records agree only where they are one company.
_MARKS = frozenset({"lei", "vat_number", "registration_number"})


def company(said: Mapping[str, str], *, by: Principal) -> Vendor | None:
    """The company on record that a description means: by LEI, VAT or registration number.

    None where there is none. Names are not enough: two companies may share one.
    """
    values = master_data.clean(said)
    found = selectors.lookalikes(
        by,
        unit=None,
        leave_out=(),
        **{name: values.get(name, "") for name in _DESCRIBED},
    )
    marked = next((one for one in found if one.reason in _MARKS), None)
    return Vendor.objects.get(pk=marked.id) if marked else None


_DESCRIBED = ("name", "country", "registration_number", "lei", "vat_number", "website")


def add_site(*, subcontract: Subcontract, values: Mapping[str, str], by: Principal) -> Site:
    """A further site of the subcontractor that takes part. Raises Invalid per field."""
    with transaction.atomic():
        site = sites.add(vendor=subcontract.subcontractor, values=values, by=by)
        row = Subcontract.objects.get(pk=subcontract.pk)
        subcontracts.change(
            subcontract=row,
            version=row.version,
            values={"sites": [*row.sites.all(), site]},
            by=by,
        )
    return site


def put(
    *,
    vendor: Vendor,
    pk: UUID,
    there: Subcontract | None,
    subcontractor: UUID | None,
    described: Mapping[str, str] | None,
    values: Mapping[str, Any],
    ended: bool,
    by: Principal,
) -> Subcontract:
    """The subcontract as it is stated, new or changed. Raises Invalid per field, and as `add`.

    A new one names its subcontractor by id, one that `by` knows, or describes it.
    """
    with transaction.atomic():
        if there is None:
            row = subcontracts.add_company(
                vendor=vendor,
                company=_company(subcontractor, described, by),
                pk=pk,
                by=by,
                **values,
            )
        else:
            if subcontractor is not None and subcontractor != there.subcontractor_id:
                said = _("End this one and record another: the company cannot be exchanged.")
                raise master_data.invalid({"subcontractor": [said]})
            row = subcontracts.change(
                subcontract=there, version=there.version, values=values, by=by
            )
        turn = subcontracts.end if ended else subcontracts.resume
        return turn(subcontract=row, by=by)


def _company(
    pk: UUID | None, described: Mapping[str, str] | None, by: Principal
) -> Vendor | Mapping[str, str]:
    if pk is not None:
        found = Vendor.objects.filter(pk=pk, merged_into=None).first()
        if found is None or not reading.known_to(by, pk):
            raise master_data.invalid({"subcontractor": [_("No company with this id is known.")]})
        return found
    if not described:
        said = _("Name the subcontractor by its id, or describe it as a company.")
        raise master_data.invalid({"subcontractor": [said]})
    return company(described, by=by) or described
