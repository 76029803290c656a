"""Which vendor, engagement and row on record the lines of a list mean."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from vendors import master_data
from vendors.imports.contract_lists import Row
from vendors.models import Contract, Engagement, ExternalId, InsurancePolicy, Vendor

Problems = list[tuple[str, str]]


class Places:
    """What a unit has that the rows may mean; read in a fixed number of queries."""

    def __init__(self, rows: Sequence[Row], unit: BusinessUnit, system: str) -> None:
        self._system = system
        linked = Vendor.objects.filter(unit_links__unit=unit)
        self._ids = self._by_id(rows, linked)
        self._names: dict[str, list[Vendor]] = {}
        self._leis: dict[str, list[Vendor]] = {}
        names = {row.identity.get("name", "") for row in rows} - {""}
        leis = {row.identity.get("lei", "").upper() for row in rows} - {""}
        meant = linked.annotate(small=Lower("name")).filter(
            Q(small__in={name.lower() for name in names}) | Q(name__in=names) | Q(lei__in=leis)
        )
        for vendor in meant.distinct():
            self._names.setdefault(vendor.name.lower(), []).append(vendor)
            if vendor.lei:
                self._leis.setdefault(vendor.lei, []).append(vendor)
        vendors = {one.pk for found in self._names.values() for one in found}
        vendors |= {one.pk for one in self._ids.values()}
        self._engagements: dict[UUID, list[Engagement]] = {}
        rows_of_unit = Engagement.objects.filter(unit=unit, vendor__in=vendors)
        for engagement in rows_of_unit.select_related("vendor", "unit"):
            self._engagements.setdefault(engagement.vendor_id, []).append(engagement)
        self._contracts = self._all_contracts()
        self._policies: dict[tuple[Any, ...], InsurancePolicy] = {
            (one.vendor_id, one.number, one.valid_from): one
            for one in InsurancePolicy.objects.filter(vendor__in=vendors).select_related("vendor")
        }

    def _by_id(self, rows: Sequence[Row], linked: Any) -> dict[tuple[str, str], Vendor]:
        keys = {self._ref(row)[1] for row in rows}
        found = ExternalId.objects.filter(key__in=keys - {""}, vendor__in=linked)
        return {(one.system, one.key): one.vendor for one in found.select_related("vendor")}

    def _ref(self, row: Row) -> tuple[str, str]:
        system = row.identity.get("system") or self._system
        return master_data.external_ref(system, row.identity.get("external_id", ""))

    def _all_contracts(self) -> dict[UUID, list[Contract]]:
        found: dict[UUID, list[Contract]] = {}
        ids = [one.pk for rows in self._engagements.values() for one in rows]
        rows = Contract.objects.filter(engagement__in=ids).exclude(status=Contract.Status.VOID)
        for one in rows.select_related("engagement").prefetch_related("clauses"):
            found.setdefault(one.engagement_id, []).append(one)
        return found

    def vendor(self, row: Row, problems: Problems) -> Vendor | None:
        """The vendor that a row means; what is wrong goes to `problems`."""
        found: Vendor | None = None
        for name in ("external_id", "lei", "name"):
            value = row.identity.get(name, "")
            if not value:
                continue
            meant = self._meant(name, value, row)
            if len(meant) != 1:
                problems.append((name, _not_one(name, len(meant))))
                return None
            if found is not None and meant[0] != found:
                said = _("This is %(name)s, and the columns before mean %(other)s.")
                problems.append((name, said % {"name": meant[0].name, "other": found.name}))
                return None
            found = meant[0]
        if found is None:
            problems.append(("name", _("The row does not say which vendor is meant.")))
        return found

    def _meant(self, name: str, value: str, row: Row) -> list[Vendor]:
        if name == "external_id":
            one = self._ids.get(self._ref(row))
            return [one] if one else []
        if name == "lei":
            return self._leis.get(value.upper(), [])
        return self._names.get(value.lower(), [])

    def engagement(self, row: Row, vendor: Vendor, problems: Problems) -> Engagement | None:
        """The engagement that a row means: by its title, or the only one there is."""
        there = self._engagements.get(vendor.pk, [])
        title = row.identity.get("engagement", "")
        if not there:
            said = _("%(name)s has no engagement in this business unit. Add one first.")
            problems.append(("engagement", said % {"name": vendor.name}))
            return None
        key = master_data.name_key(title)
        meant = [one for one in there if master_data.name_key(one.title) == key] if title else there
        if len(meant) == 1:
            return meant[0]
        listed = ", ".join(f"“{one.title}”" for one in there[:5])
        problems.append(
            ("engagement", _("Write which engagement is meant: %(listed)s.") % {"listed": listed})
        )
        return None

    def there(
        self, row: Row, vendor: Vendor, engagement: Engagement | None
    ) -> Contract | InsurancePolicy | None:
        """What is on record already: by reference or title, or by number and period."""
        if engagement is None:
            key = vendor.pk, row.values.get("number", ""), row.values.get("valid_from")
            return self._policies.get(key)
        reference = row.values.get("reference") or ""
        for one in self._contracts.get(engagement.pk, []):
            if reference and one.reference == reference:
                return one
            if not reference and not one.reference and one.title == row.values.get("title"):
                return one
        return None


def _not_one(name: str, count: int) -> str:
    if count:
        return _("%(count)d vendors are meant by this. Add the vendor id or the LEI.") % {
            "count": count
        }
    return {
        "external_id": _("No vendor of this business unit has this id."),
        "lei": _("No vendor of this business unit has this LEI."),
        "name": _("No vendor of this business unit has exactly this name."),
    }[name]
