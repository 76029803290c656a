"""Vendors that other systems push: one by its id there, many at once, and changes of one."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import PROBLEMS, ProblemDocument, pointers
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from accounts.permissions import Permission
from accounts.principal import Principal
from scoring.api.vendor_records import record_of, shown
from vendors.api.vendor_shapes import (
    MOST,
    MOST_BYTES,
    Reader,
    VendorIn,
    VendorItem,
    VendorItems,
    VendorPatch,
    create_only,
)
from vendors.models import Vendor
from vendors.pushes import Push
from vendors.services import pushes, vendors
from vendors.services.pushes import Pushed

EDIT = Permission.EDIT_VENDORS


class TooLarge(APIException):
    """The body is larger than a call may be."""

    status_code = 413
    default_detail = f"Send at most {MOST} vendors and {MOST_BYTES // 1_000} kB in one call."


class ItemResult(serializers.Serializer[Any]):
    """What became of one vendor of many, in the order of the question."""

    index = serializers.IntegerField()
    system = serializers.CharField(allow_null=True)
    id = serializers.CharField(allow_null=True, help_text="As it was sent.")
    status = serializers.IntegerField(help_text="200, 201, 400, 409 or 412, as if sent alone.")
    vendor_id = serializers.UUIDField(allow_null=True)
    changed = serializers.BooleanField(help_text="Whether anything was written.")
    problem = type(ProblemDocument)(allow_null=True)


class ItemResults(serializers.Serializer[Any]):
    """A result per vendor."""

    items = ItemResult(many=True)


def put(request: Request, system: str, external_id: str) -> Response:
    """Make the vendor with this id in a system, or change it."""
    by = principal_of(request)
    body = VendorIn(data=request.data)
    body.is_valid(raise_exception=True)
    done = pushes.push(
        one=Reader(by).push(
            body.validated_data,
            ref=(system, external_id),
            if_match=request.headers.get("If-Match", ""),
            create_only=create_only(request),
        ),
        by=by,
    )
    return _answer(by, done)


def patch(request: Request, pk: UUID) -> Response:
    """Change what is told of a vendor; archive or restore it."""
    by = principal_of(request)
    body = VendorPatch(data=request.data, partial=True)
    body.is_valid(raise_exception=True)
    push = Reader(by).push(
        body.validated_data, vendor_id=pk, if_match=request.headers.get("If-Match", "")
    )
    with transaction.atomic():
        done = pushes.push(one=push, by=by)
        status = body.validated_data.get("status")
        if status:
            turn = vendors.archive if status == Vendor.Status.ARCHIVED else vendors.restore
            turn(vendor=record_of(by, pk, EDIT).vendor, by=by)
    return _answer(by, done)


def _answer(by: Principal, done: Pushed) -> Response:
    assert done.vendor_id is not None  # noqa: S101 - what was refused has been raised
    return shown(record_of(by, done.vendor_id, EDIT), created=done.created)


class BulkView(APIView):
    """Many vendors in one call."""

    required_permission = EDIT

    @extend_schema(
        operation_id="push_vendors",
        parameters=[IDEMPOTENCY_KEY],
        request=VendorItems,
        responses={
            200: ItemResults,
            413: ProblemDocument,
            415: ProblemDocument,
            **PROBLEMS,
            **ONCE,
        },
    )
    def post(self, request: Request) -> Response:
        """Push up to 1,000 vendors

        Each is made or changed as by PUT, in their order; one that is refused holds up no other.
        The answer is 200 with a result per vendor.
        """
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise TooLarge
        return self._push(request)

    @once
    def _push(self, request: Request) -> Response:
        items = _items(request.data)
        by = principal_of(request)
        reader, shape = Reader(by), VendorItem()
        results: list[dict[str, Any]] = []
        good = []
        for index, item in enumerate(items):
            named = item if isinstance(item, Mapping) else {}
            results.append(
                {
                    "index": index,
                    "system": _text(named.get("system")),
                    "id": _text(named.get("id")),
                    "vendor_id": None,
                    "changed": False,
                    "problem": None,
                }
            )
            try:
                good.append((index, _push_of(reader, shape, item)))
            except ValidationError as wrong:
                said = "Some values cannot be taken."
                results[index] |= _refused(400, "invalid", said, wrong.detail)
        found = pushes.push_many(pushed=[one for _index, one in good], by=by)
        for (index, _one), done in zip(good, found, strict=True):
            results[index] |= _result(done)
        return Response({"items": results})


def _items(data: Any) -> list[Any]:
    """The items of a body, each still to be looked at by itself."""
    items = data.get("items") if isinstance(data, Mapping) else None
    if not isinstance(items, list):
        raise ValidationError({"items": ["Give a list of vendors."]})
    if not 1 <= len(items) <= MOST:
        raise ValidationError({"items": [f"Give 1 to {MOST} vendors."]})
    return items


def _push_of(reader: Reader, shape: VendorItem, item: Any) -> Push:
    # To make the fields anew for each item would take longer than all the rest.
    said = shape.run_validation(item)
    return reader.push(
        said,
        ref=(said["system"], said["id"]),
        if_match=said.get("if_match", ""),
        create_only=said.get("if_none_match") == "*",
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _result(done: Pushed) -> dict[str, Any]:
    refused = done.refused
    if refused is None:
        status = 201 if done.created else 200
        return {"status": status, "vendor_id": done.vendor_id, "changed": done.changed}
    return _refused(
        refused.status, refused.code, str(refused.message), refused.extra.get("errors", {})
    )


def _refused(status: int, code: str, detail: str, errors: Any) -> dict[str, Any]:
    return {
        "status": status,
        "problem": {
            "type": f"urn:surety:problem:{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "errors": list(pointers(errors)),
        },
    }
