"""What the models of insolvency and the ratios say of a vendor's statements."""

import math
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import NOT_FOUND, PROBLEMS
from accounts.permissions import Permission
from audit import clock
from scoring import finance_words as words
from scoring.indicators.insolvency import Result
from scoring.indicators.ratios import Ratio
from scoring.selectors.finances import Finances, YearRead, finances_of
from vendors.selectors import vendors_visible_to


class ModelResult(serializers.Serializer[Any]):
    """What one model says. No value is a probability of failure."""

    model = serializers.ChoiceField(choices=list(words.MODELS))
    counts = serializers.BooleanField(help_text="Whether the indicator is taken from this model.")
    value = serializers.FloatField(
        allow_null=True, help_text="Null where it cannot be worked out, or has no end."
    )
    zone = serializers.ChoiceField(choices=["safe", "grey", "distress", ""])
    probability = serializers.FloatField(
        allow_null=True, help_text="Of the two models that are stated as one, by their formula."
    )
    inputs = serializers.DictField(child=serializers.FloatField(allow_null=True))
    missing = serializers.ListField(child=serializers.CharField())
    formula = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """With `source`, which a serializer has a use of its own for."""
        return {**super().get_fields(), "source": serializers.CharField()}


class RatioResult(serializers.Serializer[Any]):
    """One ratio between its bounds."""

    ratio = serializers.ChoiceField(choices=list(words.RATIOS))
    value = serializers.FloatField(allow_null=True)
    good = serializers.FloatField()
    bad = serializers.FloatField()
    risk = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    rule = serializers.CharField(help_text="best or worst where there is no value to divide by.")
    missing = serializers.ListField(child=serializers.CharField())


class YearResult(serializers.Serializer[Any]):
    """One fiscal year."""

    fiscal_year = serializers.IntegerField()
    declined = serializers.BooleanField()
    models = ModelResult(many=True)
    ratios = RatioResult(many=True)
    exchange_rates = serializers.ListField(child=serializers.CharField())


class FinancesOut(serializers.Serializer[Any]):
    """Up to five fiscal years, the latest first."""

    vendor_id = serializers.UUIDField()
    model = serializers.CharField(
        allow_null=True, help_text="The model that counts; null for banks and insurers."
    )
    why = serializers.ChoiceField(choices=list(words.WHY))
    proposed = serializers.CharField(allow_null=True)
    reason = serializers.CharField(help_text="Why a person chose another than the proposed one.")
    years = YearResult(many=True)


def _finite(value: float | None) -> float | None:
    return None if value is None or math.isinf(value) else value


def _model(result: Result, counting: str | None) -> dict[str, Any]:
    return {
        "model": result.model,
        "counts": result.model == counting,
        "value": _finite(result.value),
        "zone": result.zone,
        "probability": result.probability,
        "inputs": {name: _finite(value) for name, value in result.inputs.items()},
        "missing": result.missing,
        "formula": words.MODELS[result.model].formula,
        "source": str(words.MODELS[result.model].source),
    }


def _ratio(ratio: Ratio) -> dict[str, Any]:
    return {
        "ratio": ratio.key,
        "value": ratio.value,
        "good": ratio.good,
        "bad": ratio.bad,
        "risk": ratio.risk,
        "rule": ratio.rule,
        "missing": ratio.missing,
    }


def _year(year: YearRead, seen: Finances) -> dict[str, Any]:
    return {
        "fiscal_year": year.statement.fiscal_year,
        "declined": year.statement.declined,
        "models": [_model(one, seen.choice.model) for one in year.results],
        "ratios": [_ratio(one) for one in year.panel],
        "exchange_rates": year.rates_used,
    }


class FinancesView(APIView):
    """What every model says of the last five years of a vendor."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="get_finances", responses={200: FinancesOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get what the models say of a vendor's statements"""
        visible = vendors_visible_to(principal_of(request), Permission.READ_SCORES)
        seen = finances_of(get_object_or_404(visible, pk=pk), clock.today())
        return Response(
            FinancesOut(
                {
                    "vendor_id": pk,
                    "model": seen.choice.model,
                    "why": seen.choice.why,
                    "proposed": seen.proposed.model,
                    "reason": seen.profile.reason,
                    "years": [_year(one, seen) for one in seen.years],
                }
            ).data
        )
