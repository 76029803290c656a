"""What somebody imported meanwhile is not said to be discarded."""

from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse

from assessments.models import AnswerFile, FilledWorkbook, QuestionnaireFile
from tests.access.conftest import Worlds
from tests.personas import Person
from vendors.models import ContractImport, FinanceImport, ListUpload, VendorImport
from vendors.models.subcontract_import import SubcontractImport

#: Address, what it names of the world, and its table.
LISTS: list[tuple[str, str, type[Model]]] = [
    ("vendors:import", "import", VendorImport),
    ("vendors:contract_import", "contract_import", ContractImport),
    ("vendors:subcontract_import", "subcontract_list", SubcontractImport),
    ("vendors:statement_import", "statement_import", FinanceImport),
    ("vendors:rate_import", "rate_import", FinanceImport),
    ("vendors:list_upload", "list_upload", ListUpload),
    ("assessments:answer-file", "answer_file", AnswerFile),
    ("assessments:filled-workbook", "filled_workbook", FilledWorkbook),
    ("assessments:questionnaire-file", "questionnaire_file", QuestionnaireFile),
]


@pytest.mark.parametrize(("name", "kind", "table"), LISTS)
def test_a_list_that_was_imported_meanwhile_is_not_said_to_be_discarded(
    name: str, kind: str, table: Any, worlds: Worlds, admin: Person
) -> None:
    row = table.objects.get(pk=worlds.here.objects[kind])
    done = {"status": "done"}
    if table is FilledWorkbook:
        # Of one that was taken, the workbook itself is kept as evidence.
        done["evidence"] = worlds.here.objects["evidence"]
    table.objects.filter(pk=row.pk).update(**done)
    answer = admin.browser.post(reverse(name, args=[row.pk]), {"discard": "1"})
    assert answer.status_code == 409
    assert "already" in answer.text or "meanwhile" in answer.text
    assert "Nothing was" not in answer.text
    assert table.objects.get(pk=row.pk).status == "done"
