"""How IP schedules, disclosures, sites and findings look in JSON."""

from typing import Any

from rest_framework import serializers

from accounts.api_answers import Moment
from accounts.api_bodies import Choice, Day, Flag, Id, Text
from vendors.finding_kinds import KINDS
from vendors.intake import IpKind
from vendors.models import Disclosure, Finding, IpAsset, IpRegistration, Site, SiteAudit
from vendors.selectors.findings import is_overdue
from vendors.services.ip_assets import MOST_REGISTRATIONS

_KINDS = [kind.value for kind in IpKind]


def text(length: int, *, required: bool = False, **more: Any) -> Text:
    """Text of at most `length` characters; empty where nothing is said."""
    if required:
        return Text(max_length=length, **more)
    return Text(max_length=length, required=False, allow_blank=True, default="", **more)


def day(*, required: bool = False, **more: Any) -> Day:
    """A day; null where nothing is said."""
    if required:
        return Day(**more)
    return Day(required=False, allow_null=True, default=None, **more)


class RegistrationShape(serializers.Serializer[Any]):
    """An entry in the register of a country, or of a region (EU, BX, OA)."""

    territory = Text(min_length=2, max_length=2, help_text="ISO 3166-1 alpha-2, or EU, BX, OA.")
    status = Choice(choices=IpRegistration.Status.values)
    number = text(60)
    filed_on = day()
    granted_on = day()
    expires_on = day()


class AssetIn(serializers.Serializer[Any]):
    """An asset as it shall stand; what is left out becomes empty."""

    name = text(200, required=True)
    kind = Choice(choices=_KINDS)
    right = Choice(choices=["", *IpAsset.Right.values], required=False, default="")
    owner_entity = text(200)
    reference = text(80, help_text="Your own file number; one asset of the unit has it.")
    unregistered_because = text(300, help_text="Why no registration is wanted.")
    note = text(2000)
    registrations = serializers.ListField(
        child=RegistrationShape(), required=False, default=list, max_length=MOST_REGISTRATIONS
    )


class CountryShape(serializers.Serializer[Any]):
    """How an asset stands in a country in which the work is done."""

    country = serializers.CharField()
    stands = serializers.ChoiceField(
        choices=["registered", "not_needed", "pending", "unknown", "missing"]
    )


class AssetOut(AssetIn):
    """An asset on the schedule of an engagement."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    countries = CountryShape(many=True)


class DisclosureIn(serializers.Serializer[Any]):
    """A disclosure as it shall stand; what is left out becomes empty."""

    what = text(300, required=True)
    assets = serializers.ListField(
        child=Id(),
        required=False,
        default=list,
        max_length=500,
        help_text="Ids of assets on the schedule.",
    )
    disclosed_on = day(required=True)
    to_kind = Choice(choices=Disclosure.To.values)
    to_name = text(200)
    site = Id(required=False, allow_null=True, default=None)
    subcontract = Id(required=False, allow_null=True, default=None)
    how = Choice(choices=Disclosure.How.values)
    marked = Flag(required=False, allow_null=True, default=None, help_text="Null: not known.")
    return_by = day()
    outcome = Choice(choices=Disclosure.Outcome.values, required=False, default="held")
    settled_on = day()
    certificate = text(120)
    note = text(2000)


class DisclosureOut(DisclosureIn):
    """A disclosure."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    overdue = serializers.BooleanField()


class SiteIn(serializers.Serializer[Any]):
    """A site as it shall stand; what is left out becomes empty."""

    name = text(160, required=True)
    activity = Choice(choices=Site.Activity.values)
    country = Text(min_length=2, max_length=2, help_text="ISO 3166-1 alpha-2.")
    city = text(120)
    address = text(2000)
    owned_by = text(200, help_text="Where that is not the vendor itself.")
    note = text(2000)
    closed_on = day(help_text="The day on which the vendor left it; null while it is open.")
    engagements = serializers.ListField(
        child=Id(),
        required=False,
        default=list,
        max_length=500,
        help_text="Engagements of your units that use it; those of others stay.",
    )


class AuditShape(serializers.Serializer[SiteAudit]):
    """An audit of a site."""

    id = serializers.UUIDField()
    audited_on = serializers.DateField()
    auditor = serializers.CharField()
    scope = serializers.CharField()
    result = serializers.ChoiceField(choices=SiteAudit.Result.values)
    next_due = serializers.DateField(allow_null=True)


class SiteOut(SiteIn):
    """A site with its audits, the latest first."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    audits = AuditShape(many=True)


class FindingOut(serializers.Serializer[Finding]):
    """A finding: what was found, what is done about it, and how it ended."""

    id = serializers.UUIDField()
    vendor_id = serializers.UUIDField()
    engagement_id = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(choices=list(KINDS))
    title = serializers.CharField()
    detail = serializers.CharField()
    severity = serializers.ChoiceField(choices=Finding.Severity.values)
    status = serializers.ChoiceField(choices=Finding.Status.values)
    automatic = serializers.BooleanField(source="is_automatic")
    disputed = serializers.SerializerMethodField()
    remedy = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    overdue = serializers.SerializerMethodField()
    shared = serializers.BooleanField(help_text="Whether the vendor sees it.")
    response = serializers.CharField(help_text="What the vendor says of it.")
    accepted_until = serializers.DateField(
        allow_null=True, help_text="The last day on which the risk is accepted."
    )
    closed_at = Moment(allow_null=True)
    closed_because = serializers.CharField()
    created_at = Moment()

    def get_disputed(self, row: Finding) -> bool:
        """Whether a dispute is not decided yet."""
        return row.disputed_at is not None

    def get_overdue(self, row: Finding) -> bool:
        """Whether its day has passed without its being closed."""
        return is_overdue(row)


def pages(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of a page of such items."""
    name = f"{item.__name__.removesuffix('Out')}Page"
    return type(
        name,
        (serializers.Serializer,),
        {
            "__doc__": "A page; `next` is the cursor of the following one.",
            "items": item(many=True),
            "next": serializers.CharField(allow_null=True),
        },
    )


AssetPage, DisclosurePage, SitePage, FindingPage = map(
    pages, (AssetOut, DisclosureOut, SiteOut, FindingOut)
)
