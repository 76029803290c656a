"""Reading what was said beside the questions of an assessment.

`vendor_side` cuts down to what a vendor may read: nothing internal, and only beside questions that
are the vendor's to answer.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.db.models import Count, QuerySet

from assessments.models import Assessment, Message, ThreadSeen
from assessments.schema import Respondent
from assessments.selectors.assessments import schema_of

Threads = Mapping[str, Sequence[Message]]
#: Question key -> the last message of its thread that somebody has read.
Seen = Mapping[str, UUID]


def _visible(assessment: Assessment, *, vendor_side: bool) -> QuerySet[Message]:
    rows = (
        Message.objects.filter(assessment=assessment)
        .select_related("written_by", "written_by_contact")
        .order_by("pk")
    )
    if not vendor_side:
        return rows
    by_key = schema_of(assessment).by_key
    theirs = [
        key for key in assessment.questions if by_key[key].question.respondent is Respondent.VENDOR
    ]
    return rows.filter(internal=False, question_key__in=["", *theirs])


def thread(assessment: Assessment, question_key: str, *, vendor_side: bool) -> list[Message]:
    """The messages beside one question, oldest first; "" are those about the whole."""
    return list(_visible(assessment, vendor_side=vendor_side).filter(question_key=question_key))


def threads_of(assessment: Assessment, *, vendor_side: bool) -> Threads:
    """Question key -> its messages, oldest first; only questions with messages. One query."""
    found: dict[str, list[Message]] = defaultdict(list)
    for message in _visible(assessment, vendor_side=vendor_side):
        found[message.question_key].append(message)
    return dict(found)


def counts_of(assessment: Assessment) -> Mapping[str, int]:
    """Question key -> how many messages are beside it, internal ones too. One query."""
    rows = Message.objects.filter(assessment=assessment).order_by().values_list("question_key")
    return dict(rows.annotate(count=Count("pk")))


def seen_by_user(assessment: Assessment, user_id: UUID | None) -> Seen:
    """How far one of the house has read each thread."""
    rows = ThreadSeen.objects.filter(assessment=assessment, user=user_id, user__isnull=False)
    return dict(rows.values_list("question_key", "last"))


def seen_by_contact(assessment: Assessment, contact_id: UUID) -> Seen:
    """How far one of the vendor's people has read each thread."""
    rows = ThreadSeen.objects.filter(assessment=assessment, contact=contact_id)
    return dict(rows.values_list("question_key", "last"))


def unread_of_user(threads: Threads, seen: Seen, user_id: UUID | None) -> dict[str, list[Message]]:
    """Question key -> what others have written and this one of the house has not read."""
    return _unread(threads, seen, lambda one: one.written_by_id != user_id)


def unread_of_contact(threads: Threads, seen: Seen) -> dict[str, list[Message]]:
    """Question key -> what the house has written to the vendor and this contact has not read."""
    return _unread(
        threads, seen, lambda one: not one.internal and one.written_by_contact_id is None
    )


def _unread(
    threads: Threads, seen: Seen, concerns: Callable[[Message], bool]
) -> dict[str, list[Message]]:
    found = {
        key: [one for one in said if concerns(one) and (key not in seen or one.pk > seen[key])]
        for key, said in threads.items()
    }
    return {key: said for key, said in found.items() if said}


def waiting_for_us(threads: Threads) -> frozenset[str]:
    """The questions beside which the vendor has the last word that both sides read."""
    return frozenset(key for key in threads if _last_by_vendor(threads[key]) is True)


def waiting_for_vendor(threads: Threads) -> frozenset[str]:
    """The questions beside which the house has the last word that both sides read."""
    return frozenset(key for key in threads if _last_by_vendor(threads[key]) is False)


def _last_by_vendor(messages: Sequence[Message]) -> bool | None:
    shared = [one for one in messages if not one.internal]
    return shared[-1].written_by_contact_id is not None if shared else None
