"""Whom a change of facts concerns: those who work in a country, those who rely on a vendor."""

from uuid import UUID

from vendors.selectors import law
from vendors.selectors.fourth_parties import above


def by_vendor(vendor_id: UUID) -> list[UUID]:
    """The vendor, and every vendor that it works for, at any depth."""
    return sorted({vendor_id, *(one.vendor_id for one in above([vendor_id]))})


def by_country(country_id: UUID) -> list[UUID]:
    """Every vendor that has its seat, a site or work in the country."""
    return law.vendors_in(country_id)
