"""What the what-if of the API takes and gives."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api_bodies import Choice, Number
from scoring.api.fields import Difference, Points, Share
from scoring.api.shapes import Interval, Part, Polarity
from scoring.engine.methodology import DIMENSIONS, TIERS
from scoring.models import Band, ScoreStatus
from scoring.selectors.scenario import ORDERS
from scoring.selectors.whatif import Figures
from vendors.models import Engagement


class WhatIfIn(serializers.Serializer[Any]):
    """What is otherwise. Everything that is left out is as it is."""

    answers = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text=(
            "Question key -> another answer (an option key, a list of them, a number, a date as "
            "YYYY-MM-DD), or an object of value, state (blank, dont_know, declined, na_pending, "
            "na_approved) and evidence (self_declared, document, reviewer_verified, independent)."
        ),
    )
    intake = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text="Fact of the engagement -> option key or list of them; null: not known.",
    )
    weights = serializers.DictField(
        child=Number(min_value=0),
        required=False,
        help_text=f"Dimension -> weight; only the proportions matter. {', '.join(DIMENSIONS)}",
    )
    kappa = Number(required=False, min_value=0, max_value=1)
    p = Choice(required=False, choices=ORDERS)


class DimensionOut(serializers.Serializer[Any]):
    """Where a dimension stands by itself, and what its questions add to the score."""

    key = serializers.ChoiceField(choices=DIMENSIONS)
    lo = Points()
    value = Points()
    hi = Points()
    adds = Points()


class FiguresOut(serializers.Serializer[Figures]):
    """A score in figures. `parts` add up to `stands_at` exactly."""

    status = serializers.ChoiceField(choices=ScoreStatus.choices)
    band = serializers.ChoiceField(choices=Band.choices)
    score = Points(source="points", allow_null=True, help_text="Null when not rated, never 0.")
    stands_at = Points(source="computed", help_text="The score; not rated: where it would stand.")
    interval = Interval(source="*")
    residual = Points(help_text="Before the floors of knock-outs.")
    inherent = Points()
    tier = serializers.SerializerMethodField()
    control_effectiveness = Share()
    coverage = Share()
    confidence = Share()
    worst_dimension = serializers.CharField()
    blocked = serializers.BooleanField()
    dimensions = serializers.SerializerMethodField()
    parts = Part(source="everything", many=True)

    @extend_schema_field(serializers.ChoiceField(choices=Engagement.Tier.choices))
    def get_tier(self, row: Figures) -> str:
        """The tier that follows from the inherent risk."""
        return str(Engagement.Tier(TIERS[row.tier - 1]).value)

    @extend_schema_field(DimensionOut(many=True))
    def get_dimensions(self, row: Figures) -> list[dict[str, Any]]:
        """The dimensions that are in the score, in the order of the method."""
        rows = [
            {"key": key, "lo": lo, "value": point, "hi": hi, "adds": row.added.get(key, 0)}
            for key, (lo, point, hi) in row.dimensions.items()
        ]
        return [dict(one) for one in DimensionOut(rows, many=True).data]


class ChangeOut(serializers.Serializer[Any]):
    """One change of the scenario, and by how much it alone moves the score."""

    kind = serializers.ChoiceField(choices=("answer", "intake", "weight", "kappa", "p"))
    key = serializers.CharField(allow_blank=True)
    alone = Difference()


class ShiftOut(serializers.Serializer[Any]):
    """What a question adds before and after; null where it is not in the score."""

    key = serializers.CharField()
    before = Points(allow_null=True)
    after = Points(allow_null=True)
    difference = Difference(source="by")


class WhatIfOut(Polarity):
    """A score as it is and as it would be. Nothing was written."""

    assessment_id = serializers.UUIDField()
    score_id = serializers.UUIDField(
        allow_null=True, help_text="The score it starts from; null for a draft."
    )
    behind = serializers.BooleanField(
        help_text="Answers were changed a moment ago that are not in the score yet."
    )
    difference = Difference()
    before = FiguresOut()
    after = FiguresOut()
    changes = ChangeOut(many=True, help_text="What says nothing new is left out.")
    moved = ShiftOut(many=True, help_text="Questions whose part moves, the largest first.")
