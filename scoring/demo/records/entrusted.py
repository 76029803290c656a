"""What is entrusted: assets with their registrations, and what was disclosed to whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.intake import IpKind
from vendors.models import Disclosure, IpAsset
from vendors.services import disclosures, ip_assets


class Registered(Part):
    """An entry in a register. `expires` in weeks ago; negative: to come."""

    territory: str
    status: Literal["pending", "registered", "refused", "lapsed", "unknown"] = "registered"
    number: str = ""
    filed: Ago | None = None
    granted: Ago | None = None
    expires: Ago | None = None


class Asset(Part):
    """Something entrusted in these engagements of one unit."""

    deals: tuple[str, ...]
    weeks: Ago
    name: str
    kind: IpKind
    right: str = ""
    owner: str = ""
    reference: str = ""
    unregistered_because: str = ""
    note: str = ""
    registrations: tuple[Registered, ...] = ()


class Disclosed(Part):
    """Something went to somebody. `settled`: when it came back or was destroyed."""

    deal: str
    weeks: Ago
    what: str
    assets: tuple[str, ...] = ()
    to: Literal["company", "person", "site", "subcontractor"] = "company"
    name: str = ""
    site: str = ""
    how: str
    marked: bool | None = True
    return_by: Ago | None = None
    settled: Ago | None = None
    outcome: Literal["held", "returned", "destroyed", "nothing"] = "held"
    certificate: str = ""
    note: str = ""


class Entrusted(Part):
    """All of it."""

    assets: tuple[Asset, ...]
    disclosures: tuple[Disclosed, ...]


def stories(scene: Scene, told: Entrusted) -> Iterator[Story]:
    """One story per asset and per disclosure."""
    for asset in told.assets:
        if scene.has(*asset.deals):
            yield _asset(scene, asset)
    for disclosed in told.disclosures:
        if scene.has(disclosed.deal):
            yield _disclosed(scene, disclosed)


def _asset(scene: Scene, asset: Asset) -> Story:
    yield scene.early(asset.weeks, 30)
    deals = [scene.deal(title) for title in asset.deals]
    ip_assets.add(
        unit=deals[0].unit,
        engagements=deals,
        values={
            "name": asset.name,
            "kind": asset.kind.value,
            "right": asset.right,
            "owner_entity": asset.owner,
            "reference": asset.reference,
            "unregistered_because": asset.unregistered_because,
            "note": asset.note,
        },
        registrations=[
            {
                "territory": one.territory,
                "status": one.status,
                "number": one.number,
                "filed_on": scene.day_or_none(one.filed),
                "granted_on": scene.day_or_none(one.granted),
                "expires_on": scene.day_or_none(one.expires),
            }
            for one in asset.registrations
        ],
        by=scene.buyer(deals[0].unit),
    )


def _disclosed(scene: Scene, told: Disclosed) -> Story:
    moment = scene.at(told.weeks, "disclosed")
    yield moment
    deal = scene.deal(told.deal)
    by = scene.buyer(deal.unit)
    shown = IpAsset.objects.filter(engagements=deal, name__in=told.assets)
    row = disclosures.add(
        engagement=deal,
        values={
            "what": told.what,
            "disclosed_on": moment.date(),
            "to_kind": told.to,
            "to_name": told.name,
            "site": deal.vendor.sites.get(name=told.site).pk if told.site else None,
            "how": told.how,
            "marked": told.marked,
            "return_by": scene.day_or_none(told.return_by),
            "outcome": "nothing" if told.outcome == "nothing" else "held",
            "note": told.note,
        },
        assets=shown.values_list("pk", flat=True),
        by=by,
    )
    if told.settled is not None:
        moment = scene.at(told.settled, "settled")
        yield moment
        settled = Disclosure.objects.select_related("engagement").get(pk=row.pk)
        disclosures.settle(
            disclosure=settled,
            version=settled.version,
            outcome=told.outcome,
            settled_on=moment.date(),
            certificate=told.certificate,
            by=by,
        )
