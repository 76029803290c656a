"""Reading files on their way in."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import (
    AnswerFile,
    Assessment,
    FileStatus,
    FilledWorkbook,
    Layout,
    Questionnaire,
    QuestionnaireFile,
)
from vendors.models import Contact, Engagement
from vendors.selectors import engagements_visible_to


def questionnaire_files() -> QuerySet[QuestionnaireFile]:
    """Uploaded questionnaires, newest first, without the files: one set for all units."""
    rows = QuestionnaireFile.objects.select_related("user", "questionnaire")
    return rows.defer("content", "questionnaire__content").order_by("-pk")


def content_of(file: QuestionnaireFile) -> bytes:
    """The bytes that were uploaded; empty once they have served their purpose."""
    found = QuestionnaireFile.objects.values_list("content", flat=True).get(pk=file.pk)
    return bytes(found)


def layouts() -> list[Layout]:
    """The saved mappings, by name."""
    return list(Layout.objects.order_by("name"))


def latest(key: str) -> Questionnaire | None:
    """The newest version of a questionnaire that is not a draft."""
    rows = Questionnaire.objects.filter(key=key).exclude(status=Questionnaire.Status.DRAFT)
    return rows.order_by("-published_at", "-pk").first()


def questionnaires() -> QuerySet[Questionnaire]:
    """Every version of every questionnaire, without what is in it."""
    return Questionnaire.objects.defer("content").order_by("key", "-pk")


def mapping_of(questionnaire: Questionnaire) -> dict[str, Any] | None:
    """How a filled-in workbook of this questionnaire is read: as the last one it was made from."""
    return (
        _made_from_workbooks()
        .filter(questionnaire__key=questionnaire.key)
        .order_by("-finished_at")
        .values_list("mapping", flat=True)
        .first()
    )


def questionnaires_with_mapping() -> QuerySet[Questionnaire]:
    """The published questionnaires that were made from workbooks of other layouts."""
    keys = _made_from_workbooks().values("questionnaire__key")
    rows = Questionnaire.objects.filter(status=Questionnaire.Status.PUBLISHED, key__in=keys)
    return rows.defer("content").order_by("title", "-published_at")


def _made_from_workbooks() -> QuerySet[QuestionnaireFile]:
    return QuestionnaireFile.objects.filter(
        kind=QuestionnaireFile.Kind.FOREIGN, status=FileStatus.DONE, questionnaire__isnull=False
    )


def filled_workbooks_visible_to(
    principal: Principal, permission: Permission = Permission.ANSWER
) -> QuerySet[FilledWorkbook]:
    """Filled-in workbooks of other layouts, newest first, where `principal` may answer."""
    rows = FilledWorkbook.objects.select_related(
        "engagement__vendor", "engagement__unit", "questionnaire", "assessment", "evidence", "user"
    ).defer("content", "questionnaire__content")
    found = for_principal(rows, principal, unit="engagement__unit", permission=permission)
    return found.order_by("-pk")


def engagements_named(principal: Principal, words: str) -> QuerySet[Engagement]:
    """Engagements, not ended, whose vendor or title has these words, where `principal` may open."""
    rows = engagements_visible_to(principal, Permission.OPEN_ASSESSMENTS)
    named = Q(vendor__name__icontains=words) | Q(title__icontains=words)
    return rows.exclude(status=Engagement.Status.ENDED).filter(named).order_by("vendor__name", "pk")


def filled_workbooks_of(assessment: Assessment) -> list[FilledWorkbook]:
    """The workbooks whose answers an assessment has taken, newest first, without their diffs."""
    rows = FilledWorkbook.objects.filter(assessment=assessment, status=FileStatus.DONE)
    return list(rows.select_related("user").defer("content", "diff").order_by("-finished_at"))


def answer_files_visible_to(
    principal: Principal, permission: Permission = Permission.ANSWER
) -> QuerySet[AnswerFile]:
    """Files with answers that people of the house uploaded, where `principal` may answer."""
    rows = AnswerFile.objects.filter(contact__isnull=True).select_related(
        "assessment__vendor", "assessment__engagement", "assessment__questionnaire", "user"
    )
    return for_principal(
        rows.defer("assessment__questionnaire__content"),
        principal,
        unit="assessment__unit",
        permission=permission,
    )


def answer_files_of_contact(contact: Contact, assessment: Assessment) -> QuerySet[AnswerFile]:
    """The files with answers that one of the vendor's people has uploaded for an assessment."""
    return AnswerFile.objects.filter(contact=contact, assessment=assessment)
