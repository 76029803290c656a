"""Reading files on their way in."""

from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import AnswerFile, Layout, Questionnaire, QuestionnaireFile


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
