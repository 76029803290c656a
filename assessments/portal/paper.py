"""A receipt in words, and as PDF. Drawn from what was kept, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts import pdf
from assessments.models import Receipt
from assessments.selectors.assessments import schema_of
from assessments.sheet import State
from assessments.wording import language, said_words


def shown(receipt: Receipt) -> dict[str, Any]:
    """The content of a receipt as people read it: sections with questions, answers, files."""
    content, questionnaire, lang = receipt.content, schema_of(receipt.assessment), language()
    files: dict[str, list[Mapping[str, Any]]] = {}
    for one in content["evidence"]:
        files.setdefault(one["key"], []).append(one)
    sections: list[dict[str, Any]] = []
    for said in content["answers"]:
        item = questionnaire.by_key[said["key"]]
        title = next(one.title for one in questionnaire.sections if one.key == item.section)
        name = title.text_for(lang)
        if not sections or sections[-1]["title"] != name:
            sections.append({"title": name, "rows": []})
        sections[-1]["rows"].append(
            {
                "question": item.question.text.text_for(lang),
                "answer": said_words(item.question, State[said["state"].upper()], said["value"])
                or _("Not answered"),
                "note": said["note"],
                "files": [_file(one) for one in files.get(said["key"], [])],
            }
        )
    at = timezone.localtime(datetime.fromisoformat(content["submitted_at"]))
    return {
        "vendor": content["vendor"],
        "subject": content["subject"],
        "by": content["submitted_by"]["name"],
        "at": f"{formats.date_format(at, 'DATETIME_FORMAT')} {at:%Z}",
        "sections": sections,
        "count": len(content["answers"]),
        "files": len(content["evidence"]),
    }


def _file(one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": f"{one['title']} ({one['file']}, {filesizeformat(one['bytes'])})",
        "sha256": str(one["sha256"]),
    }


def response(receipt: Receipt) -> HttpResponse:
    """The PDF as a download."""
    found = shown(receipt)
    data = {
        "title": _("Receipt of answers"),
        "footer": f"{receipt.assessment_id} · {receipt.number}",
        "facts": [
            [_("Vendor"), found["vendor"]],
            [_("About"), found["subject"]],
            [_("Submitted"), found["at"]],
            [_("By"), found["by"]],
            [_("Questionnaire"), "{key} {version}".format(**receipt.content["questionnaire"])],
            [_("Assessment"), str(receipt.assessment_id)],
            [_("Receipt"), str(receipt.number)],
        ],
        "hash_words": _(
            "SHA-256 over the content of this receipt. With it, those who asked can prove what "
            "was submitted."
        ),
        "sha256": receipt.sha256,
        "note_word": _("Note"),
        "evidence_word": _("Evidence"),
        "sections": found["sections"],
    }
    made = pdf.render(
        "portal/receipt.typ", data=data, made_at=receipt.submitted_at.replace(microsecond=0)
    )
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"receipt-{str(receipt.assessment_id)[-12:]}-{receipt.number}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
