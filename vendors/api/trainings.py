"""Trainings over the API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import NOT_FOUND, PROBLEMS
from accounts.permissions import Permission
from vendors.api.incident_shapes import TakenOut, TrainingsIn, TrainingsOut
from vendors.api.writing import READ_AND_WRITE, WRITTEN, pointing
from vendors.selectors import engagements_visible_to
from vendors.selectors import training as reading
from vendors.services import training_lists as service
from vendors.services.training_lists import Trained


class TrainingsView(APIView):
    """Who is trained in what, for one engagement."""

    required_permission = READ_AND_WRITE

    @extend_schema(
        operation_id="get_trainings", responses={200: TrainingsOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get the trainings of an engagement"""
        engagement = get_object_or_404(engagements_visible_to(principal_of(request)), pk=pk)
        (grid,) = reading.grids([engagement])
        return Response(
            TrainingsOut(
                {
                    "people": grid.people,
                    "in_date": grid.in_date,
                    "topics": grid.topics,
                    "records": reading.rows_of(engagement),
                }
            ).data
        )

    @extend_schema(
        operation_id="put_trainings",
        request=TrainingsIn,
        responses={200: TakenOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Record trainings

        People are recognised by name and side, trainings by person, topic and day. Those that are
        there are changed, the others added; nobody is removed, so that a list of one site leaves
        the people of another alone. Putting the same again changes nothing.
        """
        by = principal_of(request)
        engagement = get_object_or_404(engagements_visible_to(by, Permission.EDIT_FACTS), pk=pk)
        body = TrainingsIn(data=request.data)
        body.is_valid(raise_exception=True)
        rows = [Trained(**row) for row in body.validated_data["records"]]
        with pointing():
            taken = service.take_list(engagement=engagement, rows=rows, by=by)
        return Response(TakenOut(taken).data)
