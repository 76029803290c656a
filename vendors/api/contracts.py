"""Contracts with their clauses, and policies, over the API."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import CURSOR, LIMIT, NOT_FOUND, PROBLEMS
from accounts.permissions import Permission
from vendors.api.contract_shapes import (
    ContractIn,
    ContractOut,
    ContractPage,
    PolicyIn,
    PolicyOut,
    PolicyPage,
)
from vendors.api.writing import (
    IF_MATCH,
    READ_AND_WRITE,
    WRITTEN,
    Taken,
    listed,
    pointing,
    require_match,
    saved,
    tag_of,
)
from vendors.models import Contract, Engagement, InsurancePolicy, Vendor
from vendors.selectors import engagements_visible_to, vendors_visible_to
from vendors.selectors.contracts import (
    contracts_with_clauses,
    is_contract_taken,
    is_policy_taken,
    policies_visible_to,
)
from vendors.services import agreements, contracts, insurance


def _engagement(request: Request, pk: UUID, permission: Permission) -> Engagement:
    return get_object_or_404(engagements_visible_to(principal_of(request), permission), pk=pk)


def _contract(row: Contract) -> dict[str, Any]:
    points = sorted(row.clauses.all(), key=lambda one: one.key)
    return dict(
        ContractOut(
            {
                "id": row.pk,
                "version": _version(row),
                **{name: getattr(row, name) for name in contracts.FIELDS},
                "law_country": row.law_country.code or "",
                "amends": row.amends_id,
                "term_ends_on": row.term_ends_on,
                "notice_on": row.notice_on,
                "clauses": points,
            }
        ).data
    )


def _version(row: Contract) -> int:
    """Rises with every change of the contract and of its clauses."""
    return row.version + sum(one.version for one in row.clauses.all())


class ContractsView(APIView):
    """The contracts of an engagement."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_contracts",
        parameters=[CURSOR, LIMIT],
        responses={200: ContractPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the contracts of an engagement"""
        engagement = _engagement(request, pk, Permission.VIEW)
        rows = contracts_with_clauses(principal_of(request)).filter(engagement=engagement)
        return listed(request, rows, _contract)


class ContractView(APIView):
    """One contract with its clauses."""

    required_permission = READ_AND_WRITE

    @extend_schema(
        operation_id="get_contract", responses={200: ContractOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID, contract: UUID) -> Response:
        """Get a contract"""
        engagement = _engagement(request, pk, Permission.VIEW)
        rows = contracts_with_clauses(principal_of(request)).filter(engagement=engagement)
        found = get_object_or_404(rows, pk=contract)
        return Response(_contract(found), headers={"ETag": tag_of(_version(found))})

    @extend_schema(
        operation_id="put_contract",
        parameters=[IF_MATCH],
        request=ContractIn,
        responses={200: ContractOut, 201: ContractOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID, contract: UUID) -> Response:
        """Record a contract, or replace what is recorded of it

        The caller chooses the id. What is left out becomes empty; points of the checklist that are
        not named stay as they are. A point that is changed waits for counsel again.
        """
        by = principal_of(request)
        engagement = _engagement(request, pk, Permission.EDIT_FACTS)
        rows = contracts_with_clauses(by, Permission.EDIT_FACTS).filter(engagement=engagement)
        there = rows.filter(pk=contract).first()
        require_match(request, _version(there) if there else None)
        body = ContractIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        points, amends = values.pop("clauses"), values.pop("amends")
        if there is None and is_contract_taken(contract):
            raise Taken("This id is in use. Choose another one.")
        if there is not None and amends != there.amends_id:
            raise ValidationError({"amends": ["What a contract amends is said once."]})
        main = rows.filter(pk=amends).first() if amends else None
        if amends and main is None:
            raise ValidationError({"amends": ["The engagement has no such contract."]})
        with pointing():
            agreements.put(
                engagement=engagement,
                contract=there,
                values=values,
                points=points,
                amends=main,
                pk=contract,
                by=by,
            )
        shown = contracts_with_clauses(by).get(pk=contract)
        return saved(_contract(shown), _version(shown), created=there is None)


def _vendor(request: Request, pk: UUID, permission: Permission) -> Vendor:
    return get_object_or_404(vendors_visible_to(principal_of(request), permission), pk=pk)


def _policy(row: InsurancePolicy) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in insurance.FIELDS}
    return dict(PolicyOut({"id": row.pk, "version": row.version, **fields}).data)


class PoliciesView(APIView):
    """The insurance policies of a vendor."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_policies",
        parameters=[CURSOR, LIMIT],
        responses={200: PolicyPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the insurance policies of a vendor"""
        vendor = _vendor(request, pk, Permission.VIEW)
        rows = policies_visible_to(principal_of(request)).filter(vendor=vendor)
        return listed(request, rows, _policy)


class PolicyView(APIView):
    """One insurance policy."""

    required_permission = READ_AND_WRITE

    @extend_schema(operation_id="get_policy", responses={200: PolicyOut, **PROBLEMS, **NOT_FOUND})
    def get(self, request: Request, pk: UUID, policy: UUID) -> Response:
        """Get an insurance policy"""
        vendor = _vendor(request, pk, Permission.VIEW)
        rows = policies_visible_to(principal_of(request)).filter(vendor=vendor)
        found = get_object_or_404(rows, pk=policy)
        return Response(_policy(found), headers={"ETag": tag_of(found.version)})

    @extend_schema(
        operation_id="put_policy",
        parameters=[IF_MATCH],
        request=PolicyIn,
        responses={200: PolicyOut, 201: PolicyOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID, policy: UUID) -> Response:
        """Record an insurance policy, or replace what is recorded of it

        The caller chooses the id. The next period of a policy is a policy of its own.
        """
        by = principal_of(request)
        vendor = _vendor(request, pk, Permission.EDIT_FACTS)
        rows = policies_visible_to(by, Permission.EDIT_FACTS).filter(vendor=vendor)
        there = rows.filter(pk=policy).first()
        require_match(request, there.version if there else None)
        body = PolicyIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        if there is None and is_policy_taken(policy):
            raise Taken("This id is in use. Choose another one.")
        with pointing():
            if there is None:
                made = insurance.create(vendor=vendor, values=values, pk=policy, by=by)
            else:
                made = insurance.change(policy=there, version=there.version, values=values, by=by)
        shown = policies_visible_to(by).get(pk=made.pk)
        return saved(_policy(shown), shown.version, created=there is None)
