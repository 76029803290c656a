"""What stands beside the answers on a page of staff: evidence, and the way to messages."""

from collections.abc import Sequence

from accounts.doors import Request
from assessments.models import Assessment
from assessments.views.parts import QuestionView
from assessments.views.proof import with_evidence
from assessments.views.talking import with_talk


def with_all_beside(
    request: Request, assessment: Assessment, views: Sequence[QuestionView], *, back: str = ""
) -> list[QuestionView]:
    """The same questions; `back`: a word of `way_back`, for where both lead back to."""
    proved = with_evidence(request, assessment, views, back=back)
    return with_talk(request, assessment, proved, back=back)
