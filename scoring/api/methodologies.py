"""Versions of the scoring method by their hash: what a score that names one was made by."""

from collections.abc import Iterator
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_answers import IF_NONE_MATCH, NOT_FOUND, PROBLEMS
from accounts.permissions import Permission
from assessments.api.versions import LIST, VERSION_STATUS, VersionLine, one_of, page_of
from scoring.api.fields import Points, Share
from scoring.engine import methodology as method
from scoring.models import Methodology
from scoring.selectors import methods
from vendors.models import Engagement


class DimensionWeight(serializers.Serializer[Any]):
    """What a dimension weighs. Only the proportions matter: `share` is of the sum of all."""

    key = serializers.ChoiceField(choices=method.DIMENSIONS)
    weight = serializers.FloatField()
    share = Share()


class BandRange(serializers.Serializer[Any]):
    """The scores of a band: from `lo` to just below `hi`, which the last band includes."""

    band = serializers.ChoiceField(choices=method.BANDS)
    lo = Points()
    hi = Points()


class TierRule(serializers.Serializer[Any]):
    """From which inherent risk (0 to 1) an engagement is in a tier, and how long answers hold."""

    tier = serializers.ChoiceField(choices=Engagement.Tier.choices)
    inherent_from = Share()
    valid_days = serializers.IntegerField(help_text="Of answers; 0: no end.")


class EvidenceCredit(serializers.Serializer[Any]):
    """What a level of evidence counts: in the score, and in the upper end of its interval."""

    level = serializers.CharField()
    credit = Share()
    pessimistic = Share()


class CoverageOut(serializers.Serializer[Any]):
    """The share of the weight that must be covered for each status."""

    final = Share()
    provisional = Share()


class MethodologyLine(VersionLine[Methodology]):
    """A version of the scoring method. What a hash names never changes."""

    status = serializers.ChoiceField(
        choices=VERSION_STATUS, help_text="published: in force; at most one version is."
    )

    class Meta(VersionLine.Meta):
        model = Methodology


class MethodologyOut(MethodologyLine):
    """A version with its parameters; `content` holds all of them, as its file does."""

    dimensions = serializers.SerializerMethodField()
    bands = serializers.SerializerMethodField()
    tiers = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()
    coverage = serializers.SerializerMethodField()
    content = serializers.DictField(
        help_text="All parameters. `content_hash` is SHA-256 over their RFC 8785 form."
    )

    class Meta(MethodologyLine.Meta):
        fields = (
            *MethodologyLine.Meta.fields,
            "dimensions",
            "bands",
            "tiers",
            "evidence",
            "coverage",
            "content",
        )

    @extend_schema_field(DimensionWeight(many=True))
    def get_dimensions(self, row: Methodology) -> Any:
        """In the order in which scores list them."""
        weights = methods.parameters(row.pk).dimensions.ordered
        shown = [
            {"key": key, "weight": weight, "share": weight / sum(weights)}
            for key, weight in zip(method.DIMENSIONS, weights, strict=True)
        ]
        return DimensionWeight(shown, many=True).data

    @extend_schema_field(BandRange(many=True))
    def get_bands(self, row: Methodology) -> Any:
        """From the best to the worst."""
        cuts = (0, *methods.parameters(row.pk).band_cuts_milli, 100 * method.MILLI)
        ranges = zip(method.BANDS, cuts, cuts[1:], strict=False)
        shown = [{"band": band, "lo": lo, "hi": hi} for band, lo, hi in ranges]
        return BandRange(shown, many=True).data

    @extend_schema_field(TierRule(many=True))
    def get_tiers(self, row: Methodology) -> Any:
        """From the least to the most exposed."""
        parameters = methods.parameters(row.pk)
        ranks = reversed([*enumerate(method.TIERS, 1)])
        shown = [
            {"tier": tier, "inherent_from": cut, "valid_days": parameters.valid_days.for_tier(rank)}
            for (rank, tier), cut in zip(ranks, (0, *parameters.tier_cuts), strict=True)
        ]
        return TierRule(shown, many=True).data

    @extend_schema_field(EvidenceCredit(many=True))
    def get_evidence(self, row: Methodology) -> Any:
        """From the weakest to the strongest."""
        return EvidenceCredit(list(_credits(methods.parameters(row.pk))), many=True).data

    @extend_schema_field(CoverageOut)
    def get_coverage(self, row: Methodology) -> Any:
        """What is final, and what is provisional."""
        return CoverageOut(methods.parameters(row.pk).coverage).data


def _credits(parameters: method.Methodology) -> Iterator[dict[str, Any]]:
    for level in type(parameters.evidence).model_fields:
        yield {"level": level, **getattr(parameters.evidence, level).model_dump()}


class MethodologyPage(serializers.Serializer[Any]):
    """A page of versions, in the order in which they were begun."""

    items = MethodologyLine(many=True)
    next = serializers.CharField(allow_null=True)


class MethodologiesView(APIView):
    """Versions of the scoring method, one method for all business units."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="list_methodologies",
        parameters=list(LIST),
        responses={200: MethodologyPage, 304: None, **PROBLEMS},
    )
    def get(self, request: Request) -> Any:
        """List versions of the scoring method"""
        rows = methods.frozen().defer("content")
        return page_of(request, rows, lambda row: MethodologyLine(row).data)


class MethodologyView(APIView):
    """One version of the scoring method."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="get_methodology",
        parameters=[IF_NONE_MATCH],
        responses={200: MethodologyOut, 304: None, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, content_hash: str) -> Any:
        """Get a version of the scoring method"""
        row = get_object_or_404(methods.frozen(), content_hash=content_hash)
        return one_of(request, row, lambda row: MethodologyOut(row).data)
