"""Scores that stand, and what they are made of."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import (
    CURSOR,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    ProblemDocument,
    limit_of,
    page,
    uuid_of,
)
from accounts.permissions import Permission
from audit.errors import Refused
from scoring.api import plain
from scoring.api.shapes import Contributions, ScoreOut, ScorePage
from scoring.selectors.scores import (
    NotReproducible,
    contributions_of,
    score_page,
    scores_visible_to,
    with_model,
)


class OtherEngine(Refused):
    """The score was made by another version of the engine."""

    code = "other_engine"


class ScoresView(APIView):
    """All scores that stand, oldest first."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="list_scores",
        parameters=[
            OpenApiParameter("vendor_id", UUID),
            OpenApiParameter("assessment_id", UUID),
            CURSOR,
            LIMIT,
        ],
        responses={200: ScorePage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List scores"""
        found = score_page(
            principal_of(request),
            vendor_id=uuid_of(request, "vendor_id"),
            assessment_id=uuid_of(request, "assessment_id"),
            after=uuid_of(request, "cursor"),
            limit=limit_of(request),
        )
        following = str(found.next) if found.next else None
        return page(request, [plain.score(row) for row in found.rows], following)


class ScoreView(APIView):
    """One score."""

    required_permission = Permission.READ_SCORES

    @extend_schema(operation_id="get_score", responses={200: ScoreOut, **PROBLEMS, **NOT_FOUND})
    def get(self, request: Request, pk: UUID) -> Response:
        """Get a score"""
        visible = with_model(scores_visible_to(principal_of(request)))
        return Response(ScoreOut(get_object_or_404(visible, pk=pk)).data)


class ContributionsView(APIView):
    """What a score is made of, recomputed from its stored inputs."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="get_score_contributions",
        responses={200: Contributions, 409: ProblemDocument, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get the contributions of a score"""
        score = get_object_or_404(scores_visible_to(principal_of(request)), pk=pk)
        try:
            parts = contributions_of(score)
        except NotReproducible as error:
            raise OtherEngine(str(error)) from error
        return Response(
            Contributions(
                {
                    "score_id": score.pk,
                    "score": score.points,
                    "total": sum(part.points for part in parts),
                    "parts": parts,
                }
            ).data
        )
