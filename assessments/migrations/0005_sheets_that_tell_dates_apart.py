"""Sheets of layout 2: they say which date is that of an evidence."""

import struct
from datetime import date
from typing import Any

from django.db import migrations

_EPOCH = date(2000, 1, 1)
_CHUNK = 500


def _rewrite(apps: Any, schema_editor: Any) -> None:
    sheets = apps.get_model("assessments", "Sheet")
    answers = apps.get_model("assessments", "Answer")
    ids = list(sheets.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        dated: dict[Any, dict[str, int]] = {}
        rows = answers.objects.filter(assessment__in=chunk, evidence_until__isnull=False)
        for pk, key, until in rows.values_list("assessment_id", "question_key", "evidence_until"):
            day = min(max((until - _EPOCH).days, 1), 0xFFFF)
            dated.setdefault(pk, {})[key] = day
        changed = []
        for sheet in sheets.objects.filter(pk__in=chunk).select_related("assessment"):
            cells = bytearray(bytes(sheet.cells))
            if cells[:6] != b"SURS\x01\x00":
                continue  # no sheet of the first layout: `check_sheets` will name it
            cells[4] = 2
            for at, key in enumerate(sheet.assessment.questions):
                offset = 16 + 6 * at
                day = dated.get(sheet.pk, {}).get(key)
                _risk, state, _level, until = struct.unpack_from("<HBBH", cells, offset)
                if state == 1 and day is not None and day == until:
                    cells[offset + 3] |= 0x80
            sheet.cells = bytes(cells)
            changed.append(sheet)
        sheets.objects.bulk_update(changed, ["cells"])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_first_of_a_work_list")]
    operations = [migrations.RunPython(_rewrite, migrations.RunPython.noop, elidable=True)]
