"""Scoring the whole portfolio again, and how far that is."""

from typing import Any, Final
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import (
    CURSOR,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    Moment,
    ProblemDocument,
    limit_of,
    page,
    uuid_of,
)
from accounts.api_bodies import Text
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from accounts.permissions import Permission
from accounts.scoping import require_everywhere
from scoring.models import Run
from scoring.selectors import runs as reading
from scoring.services import recalculations

#: Why scores are computed again. Previews write none, and are not told.
KINDS: Final = [kind.value for kind in Run.Kind if kind != Run.Kind.PREVIEW]
STATUSES: Final = Run.Status.values
#: What else a refusal says while another run goes on.
_Running = inline_serializer(
    "RecalculationRunning",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "recalculation_id": serializers.UUIDField(
            required=False, help_text="The run that goes on."
        ),
    },
)


class RecalculationIn(serializers.Serializer[Any]):
    """Why everything is to be scored again."""

    reason = Text(max_length=500, required=False, allow_blank=True, help_text="Shown with the run.")


class RecalculationLine(serializers.ModelSerializer[Run]):
    """A run that computes scores again by one version of the method."""

    kind = serializers.ChoiceField(
        choices=KINDS, help_text="by_hand: asked for, by a person or over the API."
    )
    status = serializers.ChoiceField(choices=STATUSES)
    methodology_hash = serializers.CharField(source="content_hash")
    started_by = serializers.CharField(
        source="starter", help_text="The person or client; empty: Surety itself."
    )
    created_at = Moment()
    started_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "status",
            "methodology_hash",
            "started_by",
            "created_at",
            "started_at",
            "finished_at",
        )


class RecalculationOut(RecalculationLine):
    """A run and how far it is. What is done stays, also when it is cancelled."""

    total = serializers.IntegerField(
        allow_null=True, help_text="Assessments in it; null until they are counted."
    )
    done = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Of those done, how many have another score.")
    failed = serializers.IntegerField(help_text="Of those done, how many could not be scored.")
    per_second = serializers.FloatField(
        source="rate", allow_null=True, help_text="Assessments per second; null while not known."
    )
    seconds_left = serializers.IntegerField(
        source="left", allow_null=True, help_text="An estimate; null while not known, or ended."
    )

    class Meta(RecalculationLine.Meta):
        fields = (
            *RecalculationLine.Meta.fields,
            "total",
            "done",
            "changed",
            "failed",
            "per_second",
            "seconds_left",
        )

    def to_representation(self, run: Run) -> dict[str, Any]:
        """The run with its progress, which is read for it."""
        far = reading.progress(run)
        return {
            **RecalculationLine(run).data,
            "total": far.total,
            "done": far.done,
            "changed": far.changed,
            "failed": far.failed,
            "per_second": None if far.rate is None else round(far.rate, 1),
            "seconds_left": far.left,
        }


class RecalculationPage(serializers.Serializer[Any]):
    """A page of runs, the newest first."""

    items = RecalculationLine(many=True)
    next = serializers.CharField(allow_null=True)


class RecalculationsView(APIView):
    """Runs that write scores, over all business units."""

    required_permission = Permission.RECALCULATE

    @extend_schema(
        operation_id="list_recalculations",
        parameters=[CURSOR, LIMIT],
        responses={200: RecalculationPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List recalculations"""
        require_everywhere(principal_of(request), Permission.RECALCULATE)
        limit, before = limit_of(request), uuid_of(request, "cursor")
        rows = reading.recalculations().order_by("-pk")
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found = list(rows[: limit + 1])
        following = str(found[limit - 1].pk) if len(found) > limit else None
        return page(request, RecalculationLine(found[:limit], many=True).data, following)

    @extend_schema(
        operation_id="start_recalculation",
        parameters=[IDEMPOTENCY_KEY],
        request=RecalculationIn,
        responses={
            202: RecalculationOut,
            415: ProblemDocument,
            **PROBLEMS,
            **ONCE,
            409: OpenApiResponse(_Running, "Another run goes on."),
        },
    )
    @once
    def post(self, request: Request) -> Response:
        """Score everything again

        Every assessment that counts is scored again by the method in force. The answer comes at
        once, `Location` says where to look how far it is. One at a time: while scores are being
        computed again, for whatever reason, it is refused and names the run that goes on.
        """
        asked = RecalculationIn(data=request.data)
        asked.is_valid(raise_exception=True)
        run = recalculations.ask(
            reason=asked.validated_data.get("reason", ""), by=principal_of(request)
        )
        where = reverse("api:recalculation", args=[run.pk])
        return Response(
            RecalculationOut(run).data,
            status=202,
            headers={"Location": request.build_absolute_uri(where)},
        )


def _run(request: Request, pk: UUID) -> Run:
    """The run. Those who do not see all units see none: 404."""
    rows = reading.recalculations()
    if principal_of(request).units(Permission.RECALCULATE) is not None:
        rows = rows.none()
    return get_object_or_404(rows, pk=pk)


class RecalculationView(APIView):
    """One run while it goes on, and after."""

    required_permission = Permission.RECALCULATE

    @extend_schema(
        operation_id="get_recalculation",
        responses={200: RecalculationOut, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get how far a recalculation is"""
        return Response(RecalculationOut(_run(request, pk)).data)


class CancelRecalculationView(APIView):
    """Stopping a run."""

    required_permission = Permission.RECALCULATE

    @extend_schema(
        operation_id="cancel_recalculation",
        request=None,
        responses={200: RecalculationOut, 409: ProblemDocument, **PROBLEMS, **NOT_FOUND},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Cancel a recalculation

        What is done stays. Runs that follow a new method, or the calendar, are not cancelled here.
        """
        run = recalculations.cancel(run=_run(request, pk), by=principal_of(request))
        return Response(RecalculationOut(run).data)
