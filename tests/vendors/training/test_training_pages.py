"""The pages of training: the grid, people, topics, and lists taken in."""

import io
import re
from datetime import date, timedelta
from uuid import UUID

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from tests.factories.incidents import make_person, make_topic
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.imports.table import MOST_BYTES
from vendors.models import Engagement, TrainingPerson, TrainingRecord, TrainingTopic
from vendors.services import training


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, title="Housings")


def at(name: str, *args: UUID) -> str:
    return reverse(f"vendors:{name}", args=args)


def html(person: Person, address: str) -> str:
    response = person.browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def upload(person: Person, engagement: Engagement, content: bytes, name: str = "list.csv") -> str:
    file = SimpleUploadedFile(name, content)
    response = person.browser.post(
        at("training_import", engagement.pk), {"file": file, "side": "vendor"}
    )
    assert response.status_code == 200
    return response.content.decode()


def workbook(*rows: list[object], formula: str = "") -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if formula:
        sheet.write_formula(formula, "=TODAY()", value=46000)
    book.close()
    return stream.getvalue()


def test_a_topic_and_a_person_are_added_and_trained(
    engagement: Engagement, procurement: Person
) -> None:
    assert "Nobody is named yet" in html(procurement, at("training", engagement.vendor_id))
    procurement.browser.post(
        at("training_topic_add", engagement.pk), {"name": "Drawings", "needed_of": "vendor"}
    )
    sent = {"name": "Mai Tran", "side": "vendor", "job": "Welder"}
    procurement.browser.post(at("training_person_add", engagement.pk), sent)
    person, topic = TrainingPerson.objects.get(), TrainingTopic.objects.get()
    assert "Missing" in html(procurement, at("training", engagement.vendor_id))
    address = at("training_person", person.pk)
    sent = {"topic": str(topic.pk), "done_on": "2026-01-05", "valid_until": "2026-01-04"}
    assert "before the day" in procurement.browser.post(address, sent).content.decode()
    sent["valid_until"] = ""
    page = procurement.browser.post(address, sent, follow=True).content.decode()
    assert "Does not expire" in page
    page = html(procurement, at("training", engagement.vendor_id))
    assert "1 of 1 named people are trained and in date" in page


def test_the_grid_says_in_words_what_expires_and_what_has_expired(
    engagement: Engagement, auditor: Person
) -> None:
    topic, today = make_topic(engagement, name="Drawings"), clock.today()
    for name, days in (("Ann Old", -1), ("Ben Soon", 10), ("Cid Fine", 400)):
        training.put_record(
            person=make_person(engagement, name=name), topic=topic, done_on=date(2025, 1, 5),
            valid_until=today + timedelta(days), by=SYSTEM,
        )  # fmt: skip
    make_person(engagement, name="Dee None", side="ours")
    page = html(auditor, at("training", engagement.vendor_id))
    for word in ("Expired", "Expires soon", "In date", "Not in date", "Our people"):
        assert word in page
    assert "2 of 4 named people are trained and in date" in page
    assert "Name a person" not in page


def test_a_person_is_removed_after_asking_and_the_name_is_gone(
    engagement: Engagement, procurement: Person
) -> None:
    person = make_person(engagement, name="Mai Tran")
    address = at("training_person_remove", person.pk)
    page = html(procurement, address)
    assert "Remove Mai Tran?" in page
    assert "cannot be undone" in page
    assert TrainingPerson.objects.exists()
    page = procurement.browser.post(address, follow=True).content.decode()
    assert "Mai Tran" not in page
    assert not TrainingPerson.objects.exists()


def test_a_training_is_taken_back_and_a_topic_in_use_is_not(
    engagement: Engagement, procurement: Person
) -> None:
    person, topic = make_person(engagement), make_topic(engagement)
    record = training.put_record(person=person, topic=topic, done_on=date(2026, 1, 5), by=SYSTEM)
    remove = at("training_topic_remove", topic.pk)
    edit = at("training_topic", topic.pk)
    assert remove not in procurement.browser.get(edit).content.decode()
    assert "stays on record" in procurement.browser.post(remove, follow=True).content.decode()
    procurement.browser.post(at("training_record_remove", record.pk))
    assert not TrainingRecord.objects.exists()
    procurement.browser.post(remove)
    assert not TrainingTopic.objects.exists()


def test_two_people_who_rename_a_person_see_both_names(
    engagement: Engagement, procurement: Person
) -> None:
    person = make_person(engagement, name="Mai Tran")
    address = at("training_person_edit", person.pk)
    base = hidden(html(procurement, address), "base")
    training.change_person(person=person, version=1, values={"name": "Mai Tran Thi"}, by=SYSTEM)
    sent = {"name": "Mai T. Tran", "side": "vendor", "job": "", "base": base}
    response = procurement.browser.post(address, sent)
    assert response.status_code == 409
    assert "Mai Tran Thi" in response.content.decode()
    assert "Mai T. Tran" in response.content.decode()


def test_a_list_is_looked_through_first_and_then_taken_in(
    engagement: Engagement, procurement: Person
) -> None:
    content = (
        b"Name;Side;Training;Date;Valid until;Certificate;Shoe size\n"
        b"Mai Tran;vendor;Drawings;2026-01-05;2027-01-05;C-1;38\n"
        b"Leo Duc;ours;Marking;05.01.2026;;;\n"
    )
    page = upload(procurement, engagement, content)
    assert "2 trainings were read" in page
    assert "Shoe size" in page
    assert not TrainingPerson.objects.exists()
    token = {"token": hidden(page, "token")}
    take = at("training_take", engagement.pk)
    response = procurement.browser.post(take, token, follow=True)
    assert "2 trainings are new or changed" in response.content.decode()
    assert TrainingRecord.objects.get(person__name="Mai Tran").valid_until == date(2027, 1, 5)
    again = procurement.browser.post(take, token, follow=True).content.decode()
    assert "0 trainings are new or changed" in again


def test_a_token_of_another_engagement_or_person_is_not_taken(
    engagement: Engagement, unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    page = upload(procurement, engagement, b"name,topic,date\nMai Tran,Drawings,2026-01-05\n")
    token = {"token": hidden(page, "token")}
    other = make_engagement(engagement.vendor, unit)
    for person, where in ((procurement, other), (legal, engagement)):
        page = person.browser.post(
            at("training_take", where.pk), token, follow=True
        ).content.decode()
        assert "out of date" in page
    assert not TrainingPerson.objects.exists()


def test_every_wrong_cell_is_named_and_nothing_can_be_imported(
    engagement: Engagement, procurement: Person
) -> None:
    content = (
        b"name,side,topic,date,valid until\n"
        b"Mai Tran,moon,Drawings,2026-02-30,2027-01-05\n"
        b",vendor,Drawings,2026-01-05,\n"
        b"=HYPERLINK(1),vendor,Drawings,2026-01-05,\n"
        b"Leo Duc,ours,Drawings,2026-01-05,2025-01-05\n"
        b"Kim Oh,ours,,2026-01-05,\n"
        b"Far Off,ours,Drawings,2199-01-05,\n"
    )
    page = upload(procurement, engagement, content)
    for line, said in (
        (2, "Write “ours” or “vendor”."),
        (2, "There is no such day in the calendar."),
        (3, "Enter the name."),
        (4, "This is a formula."),
        (5, "before the day of the training"),
        (6, "Say in what."),
        (7, "This day has not come yet."),
    ):
        assert f"line {line}" in page
        assert said in page
    assert "Import this list" not in page


def test_a_formula_in_a_workbook_is_refused_by_its_cell(
    engagement: Engagement, procurement: Person
) -> None:
    good = workbook(["name", "topic", "date"], ["Mai Tran", "Drawings", "2026-01-05"])
    assert "1 training was read" in upload(procurement, engagement, good, "list.xlsx")
    bad = workbook(["name", "topic", "date"], ["Mai Tran", "Drawings", ""], formula="C2")
    page = upload(procurement, engagement, bad, "list.xlsx")
    assert "cell C2" in page
    assert "This is a formula." in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"name,topic\nMai,Drawings\n", "The column “date” is missing."),
        (b"who,what\nMai,Drawings\n", "The list needs the columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x01\x02\x03\x04\x05\x06\x07\x0e", "neither a CSV file nor"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_with_what_to_do(
    engagement: Engagement, procurement: Person, content: bytes, said: str
) -> None:
    assert said in upload(procurement, engagement, content)


def test_a_file_that_is_too_large_is_refused_without_reading_it(
    engagement: Engagement, procurement: Person
) -> None:
    page = upload(procurement, engagement, b"n" * (MOST_BYTES + 1))
    assert "larger than 10 MB" in page


def test_the_file_to_download_can_be_taken_in_again_and_the_template_is_empty(
    engagement: Engagement, unit: BusinessUnit, procurement: Person
) -> None:
    person, topic = make_person(engagement, name="Mai Tran"), make_topic(engagement, name="Draw")
    training.put_record(person=person, topic=topic, done_on=date(2026, 1, 5), by=SYSTEM)
    content = procurement.browser.get(at("training_csv", engagement.vendor_id)).getvalue()
    other = make_engagement(engagement.vendor, unit)
    assert "1 training was read" in upload(procurement, other, content)
    template = procurement.browser.get(at("training_template", engagement.pk)).content
    assert "no row below the headings" in upload(procurement, other, template, "t.xlsx")


def test_a_large_grid_costs_as_many_queries_as_a_small_one(
    engagement: Engagement, procurement: Person
) -> None:
    address = at("training", engagement.vendor_id)
    make_person(engagement)
    html(procurement, address)
    with CaptureQueriesContext(connection) as few:
        html(procurement, address)
    topic = make_topic(engagement)
    for _number in range(5):
        person = make_person(engagement)
        training.put_record(person=person, topic=topic, done_on=date(2026, 1, 5), by=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        html(procurement, address)
    assert len(many) == len(few)
