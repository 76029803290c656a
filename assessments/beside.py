"""What stands beside an answer as proof, as pages show it (`_components/evidence_list.html`)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from audit import clock
from vendors.models import Evidence, EvidenceFile
from vendors.selectors.evidence import files_of

#: The address under which a file is handed out; "" where the reader may not have it.
FileUrl = Callable[[EvidenceFile], str]
#: The address that takes a document away from the answer.
RemoveUrl = Callable[[str, Evidence], str]


@dataclass(frozen=True)
class Line:
    """One document beside an answer."""

    name: str
    kind: str
    url: str
    size: int
    added_at: datetime
    added_by: str
    valid_until: date | None
    expired: bool
    withdrawn: bool
    unconfirmed: bool
    remove_url: str


@dataclass(frozen=True)
class Beside:
    """What the fragment takes: the documents, where to add one ("": nowhere), what is missing."""

    key: str
    lines: tuple[Line, ...]
    add_url: str
    missing: bool


def beside(
    keys: Collection[str],
    documents: Mapping[str, Collection[Evidence]],
    *,
    file_url: FileUrl,
    add_url: Callable[[str], str] = lambda _key: "",
    remove_url: RemoveUrl = lambda _key, _document: "",
    hidden: Collection[UUID] | None = None,
    missing: Collection[str] = (),
    unconfirmed: Mapping[str, UUID] | None = None,
) -> dict[str, Beside]:
    """Question key -> what stands beside its answer, for every one of `keys`.

    documents: as `assessments.selectors.proof.evidence_of` gives them. hidden: ids of documents of
    which the reader learns no more than that there is one.
    """
    waiting = unconfirmed or {}
    return {
        key: Beside(
            key=key,
            lines=tuple(
                _line(
                    one,
                    shown=one.pk not in (hidden or ()),
                    file_url=file_url,
                    remove_url=remove_url(key, one),
                    unconfirmed=waiting.get(key) == one.pk,
                )
                for one in documents.get(key, ())
            ),
            add_url=add_url(key),
            missing=key in missing,
        )
        for key in keys
    }


def _line(
    document: Evidence, *, shown: bool, file_url: FileUrl, remove_url: str, unconfirmed: bool
) -> Line:
    latest = files_of(document)[0]
    until = document.expires_on
    return Line(
        name=document.title if shown else _("A strictly confidential document"),
        kind=document.get_kind_display(),
        url=file_url(latest) if shown else "",
        size=latest.size,
        added_at=latest.uploaded_at,
        added_by=str(latest.uploaded_by or latest.uploaded_by_contact or _("Surety")),
        valid_until=until,
        expired=until is not None and until < clock.today(),
        withdrawn=document.withdrawn_at is not None,
        unconfirmed=unconfirmed,
        remove_url=remove_url if shown else "",
    )
