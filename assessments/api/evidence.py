"""Evidence beside answers over the API: what there is, and putting a file there."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import CURSOR, LIMIT, NOT_FOUND, PROBLEMS, ProblemDocument
from accounts.api_parsers import FileParser
from accounts.idempotency import IDEMPOTENCY_KEY, once
from accounts.permissions import Permission
from assessments.api.answer_shapes import EvidenceIn, PlacedEvidenceOut, PlacedEvidencePage
from assessments.api.writing import STEP, found, methods, pointing_at_question
from assessments.selectors.programs import placed_evidence
from assessments.services import proof_files
from vendors.api.writing import listed, pointing


class EvidenceView(APIView):
    """The documents beside the answers of an assessment."""

    required_permission = methods(POST=Permission.EDIT_EVIDENCE)
    parser_classes = (FileParser,)

    @extend_schema(
        operation_id="list_evidence",
        parameters=[CURSOR, LIMIT],
        responses={200: PlacedEvidencePage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the evidence of an assessment

        In the order in which it was put beside the answers. Of a strictly confidential document
        a client learns only that there is one.
        """
        rows = placed_evidence(found(request, pk), principal_of(request))
        return listed(request, rows, lambda row: dict(PlacedEvidenceOut(row).data))

    @extend_schema(
        operation_id="add_evidence",
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": EvidenceIn},
        responses={
            200: PlacedEvidenceOut,
            201: PlacedEvidenceOut,
            **STEP,
            413: ProblemDocument,
            503: ProblemDocument,
        },
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Put a file beside an answer

        It becomes a document of the vendor, looked at and scanned as an upload on the pages is.
        200 where the same bytes are on record: that document is used again.
        """
        by = principal_of(request)
        assessment = found(request, pk, Permission.EDIT_EVIDENCE)
        body = EvidenceIn(data=request.data)
        body.is_valid(raise_exception=True)
        about = dict(body.validated_data)
        question, file, title = (about.pop(name) for name in ("question", "file", "title"))
        with pointing(), pointing_at_question():
            link, is_new = proof_files.put_one(
                assessment=assessment,
                question_key=question,
                file=file,
                title=title,
                about=about,
                by=by,
            )
        row = placed_evidence(assessment, by).get(pk=link.pk)
        return Response(PlacedEvidenceOut(row).data, status=201 if is_new else 200)
