"""Exposure, personal data and ICT service of an engagement, over the API."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import NOT_FOUND, PROBLEMS
from accounts.permissions import Permission
from vendors.api.contract_shapes import (
    ExposureIn,
    ExposureOut,
    IctServiceIn,
    IctServiceOut,
    PersonalDataIn,
    PersonalDataOut,
)
from vendors.api.writing import (
    IF_MATCH,
    READ_AND_WRITE,
    WRITTEN,
    pointing,
    require_match,
    saved,
    tag_of,
)
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to
from vendors.selectors.contracts import recorded_for
from vendors.services import estimates


def _engagement(request: Request, pk: UUID, permission: Permission) -> Engagement:
    return get_object_or_404(engagements_visible_to(principal_of(request), permission), pk=pk)


class _OneOfAKind(APIView):
    """What is recorded once for an engagement."""

    required_permission = READ_AND_WRITE
    kind: ClassVar[str]
    shape_in: ClassVar[Any]
    shape_out: ClassVar[Any]
    write: ClassVar[Callable[..., Any]]

    def shown(self, row: Any) -> dict[str, Any]:
        """The row as JSON."""
        return dict(self.shape_out(row).data)

    def read(self, request: Request, pk: UUID) -> Response:
        """The row, or 404 where nothing is recorded."""
        row = recorded_for(_engagement(request, pk, Permission.VIEW), self.kind)
        if row is None:
            raise Http404
        return Response(self.shown(row), headers={"ETag": tag_of(row.version)})

    def replace(self, request: Request, pk: UUID) -> Response:
        """The row as it shall stand."""
        engagement = _engagement(request, pk, Permission.EDIT_FACTS)
        there = recorded_for(engagement, self.kind)
        require_match(request, there.version if there else None)
        body = self.shape_in(data=request.data)
        body.is_valid(raise_exception=True)
        with pointing():
            made = type(self).write(
                engagement=engagement,
                version=there.version if there else 0,
                values=dict(body.validated_data),
                by=principal_of(request),
            )
        return saved(self.shown(made), made.version, created=there is None)


class ExposureView(_OneOfAKind):
    """What a loss could cost."""

    kind = "exposure"
    shape_in, shape_out = ExposureIn, ExposureOut
    write = staticmethod(estimates.set_exposure)

    @extend_schema(
        operation_id="get_exposure", responses={200: ExposureOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get the exposure of an engagement"""
        return self.read(request, pk)

    @extend_schema(
        operation_id="put_exposure",
        parameters=[IF_MATCH],
        request=ExposureIn,
        responses={200: ExposureOut, 201: ExposureOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Record the exposure of an engagement"""
        return self.replace(request, pk)


class PersonalDataView(_OneOfAKind):
    """What the vendor does with personal data."""

    kind = "personal_data"
    shape_in, shape_out = PersonalDataIn, PersonalDataOut
    write = staticmethod(estimates.set_personal_data)

    @extend_schema(
        operation_id="get_personal_data",
        responses={200: PersonalDataOut, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get what is recorded of personal data"""
        return self.read(request, pk)

    @extend_schema(
        operation_id="put_personal_data",
        parameters=[IF_MATCH],
        request=PersonalDataIn,
        responses={200: PersonalDataOut, 201: PersonalDataOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Record what the vendor does with personal data"""
        return self.replace(request, pk)


class IctServiceView(_OneOfAKind):
    """The ICT service of an engagement."""

    kind = "ict_service"
    shape_in, shape_out = IctServiceIn, IctServiceOut
    write = staticmethod(estimates.set_ict_service)

    @extend_schema(
        operation_id="get_ict_service", responses={200: IctServiceOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get what is recorded of an ICT service"""
        return self.read(request, pk)

    @extend_schema(
        operation_id="put_ict_service",
        parameters=[IF_MATCH],
        request=IctServiceIn,
        responses={200: IctServiceOut, 201: IctServiceOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Record an ICT service"""
        return self.replace(request, pk)
