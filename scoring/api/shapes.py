"""The answers of the API, as serializers: they shape the JSON and describe it in the schema."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api_answers import Moment
from accounts.api_bodies import Text
from scoring.api.decisions import DecisionOut
from scoring.api.fields import Digest, Points, Share
from scoring.models import Band, ScoreStatus
from vendors.models import Engagement, Vendor

SCALE = "0-100"
DIRECTION = "higher_is_worse"


class Interval(serializers.Serializer[Any]):
    """The range in which the score lies whatever the open answers turn out to be."""

    lo = Points()
    hi = Points()


class Polarity(serializers.Serializer[Any]):
    """Which way a score runs."""

    scale = serializers.SerializerMethodField(help_text="Always 0-100.")
    direction = serializers.SerializerMethodField(help_text="Always higher_is_worse.")

    def get_scale(self, row: Any) -> str:
        """The scale of every score."""
        return SCALE

    def get_direction(self, row: Any) -> str:
        """0 is best, 100 is worst."""
        return DIRECTION


class Rating(serializers.Serializer[Any]):
    """Where a vendor stands, in the business units that the client may see."""

    status = serializers.ChoiceField(choices=ScoreStatus.choices)
    band = serializers.ChoiceField(choices=Band.choices)
    score = Points(source="points", allow_null=True, help_text="Null when not rated, never 0.")
    interval = serializers.SerializerMethodField()
    tier = serializers.ChoiceField(choices=Engagement.Tier.choices, allow_blank=True)
    worst_dimension = serializers.CharField()
    blocked = serializers.BooleanField(help_text="A knock-out that blocks has been triggered.")
    assessments = serializers.IntegerField(help_text="What the rating could be made from.")
    not_rated = serializers.IntegerField(help_text="How many of these are not rated.")
    assessment_id = serializers.UUIDField(source="driver", allow_null=True)
    since = serializers.DateField(source="valid_from", help_text="The day from which this holds.")
    changed_at = Moment()

    @extend_schema_field(Interval(allow_null=True))
    def get_interval(self, row: Any) -> dict[str, Any] | None:
        """Lowest and highest possible, null when not rated."""
        return None if row.lo is None or row.hi is None else dict(Interval(row).data)


class ExternalId(serializers.Serializer[Any]):
    """The vendor's id in another system."""

    system = serializers.CharField()
    id = serializers.CharField(source="value")


class VendorOut(serializers.ModelSerializer[Vendor]):
    """A vendor, without its rating."""

    country = serializers.CharField(
        source="country.code", allow_null=True, help_text="ISO 3166-1 alpha-2; empty: not known."
    )
    website = serializers.CharField(help_text="Empty: not known.")
    sample = serializers.BooleanField(
        help_text="Sample data, invented and removed one day: leave it out of other systems."
    )
    external_ids = ExternalId(many=True)
    created_at = Moment()
    updated_at = Moment()

    class Meta:
        model = Vendor
        fields: tuple[str, ...] = (
            "id",
            "name",
            "country",
            "registration_number",
            "lei",
            "vat_number",
            "city",
            "website",
            "currency",
            "status",
            "sample",
            "version",
            "external_ids",
            "created_at",
            "updated_at",
        )
        # It is only ever an answer: whatever it has, it always has.
        read_only_fields = fields


class RatedVendor(VendorOut):
    """A vendor with its rating; null until the first standing is written."""

    rating = serializers.SerializerMethodField()

    class Meta(VendorOut.Meta):
        fields = (*VendorOut.Meta.fields, "rating")

    @extend_schema_field(Rating(allow_null=True))
    def get_rating(self, row: Vendor) -> dict[str, Any] | None:
        """The present standing: `standings` of the context, by vendor."""
        standing = self.context.get("standings", {}).get(row.pk)
        return None if standing is None else dict(Rating(standing).data)


class VendorPage(serializers.Serializer[Any]):
    """A page of vendors; `next` is the cursor of the page after it, null on the last one."""

    items = RatedVendor(many=True)
    next = serializers.CharField(allow_null=True)


class VendorScore(Polarity):
    """The answer to "how risky is this vendor?".

    The members beside `current` are the rating asked for: the latest final one unless the query
    says otherwise. `current` is what holds today. `stale_since` is the day from which the final
    rating no longer is the current one; null while it is.
    """

    vendor_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=ScoreStatus.choices)
    band = serializers.ChoiceField(choices=Band.choices)
    score = Points(allow_null=True, help_text="Null when not rated, never 0.")
    rating = Rating(allow_null=True)
    current = Rating(allow_null=True)
    stale_since = serializers.DateField(allow_null=True)
    partial_view = serializers.BooleanField(
        help_text="The vendor also works with business units that this client does not see."
    )
    decision = DecisionOut(
        allow_null=True,
        help_text="Of the engagements that go on, the decision that stops most; null: none goes on."
        " It is of today, also where the rating is of another day.",
    )
    decisions = DecisionOut(many=True, help_text="The decision on each engagement that goes on.")


class ScoreOut(Polarity):
    """One score of one assessment. It never changes; a newer score stands beside it."""

    id = serializers.UUIDField(source="pk")
    vendor_id = serializers.UUIDField()
    engagement_id = serializers.UUIDField()
    assessment_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=ScoreStatus.choices)
    band = serializers.ChoiceField(choices=Band.choices)
    score = Points(source="points", allow_null=True, help_text="Null when not rated, never 0.")
    interval = Interval(source="*")
    residual = Points(help_text="Before the floors of knock-outs.")
    inherent = Points()
    tier = serializers.ChoiceField(choices=Engagement.Tier.choices)
    control_effectiveness = Share()
    coverage = Share()
    confidence = Share()
    worst_dimension = serializers.CharField()
    blocked = serializers.BooleanField()
    as_of = serializers.DateField()
    cause = serializers.CharField(help_text="The event that led to it, or ageing.")
    computed_at = Moment()
    engine_version = serializers.CharField()
    methodology_hash = serializers.CharField(
        source="model.methodology.content_hash", help_text="The version: GET /methodologies/{hash}."
    )
    model_hash = Digest()
    input_hash = Digest()
    digest = Digest()


class ScorePage(serializers.Serializer[Any]):
    """A page of scores, oldest first."""

    items = ScoreOut(many=True)
    next = serializers.CharField(allow_null=True)


class Part(serializers.Serializer[Any]):
    """One part of a score: `points` = `answer` + `proof`."""

    kind = serializers.CharField(help_text="base, item, gate, unrated or knock_out.")
    key = serializers.CharField(allow_null=True, help_text="The question, where there is one.")
    points = Points(help_text="What this part adds.")
    answer = Points(help_text="Of it, what the answer itself adds.")
    proof = Points(help_text="Of it, what the lack of proof adds.")


class Contributions(Polarity):
    """All parts of a score. They add up to `total` exactly."""

    score_id = serializers.UUIDField()
    score = Points(allow_null=True)
    total = Points(help_text="Where not rated: the number that would stand there.")
    parts = Part(many=True)


class ExternalIdIn(serializers.Serializer[Any]):
    """The vendor's id in the caller's system."""

    system = Text(max_length=40)
    id = Text(max_length=80)


class Lookup(serializers.Serializer[Any]):
    """Up to 500 ids of vendors in other systems."""

    items = serializers.ListField(child=ExternalIdIn(), min_length=1, max_length=500)


class LookupResult(serializers.Serializer[Any]):
    """What was found for one id, in the order of the question."""

    system = serializers.CharField()
    id = serializers.CharField()
    found = serializers.BooleanField()
    vendor_id = serializers.UUIDField(allow_null=True)
    rating = Rating(allow_null=True)


class LookupResults(serializers.Serializer[Any]):
    """A result per id."""

    items = LookupResult(many=True)
