"""What a page says: its data islands, its tables and its text."""

import csv
import html
import io
import json
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags


def text_of(page: str) -> str:
    """The words of a page, one blank apart."""
    return re.sub(r"\s+", " ", html.unescape(strip_tags(page)))


def chart_data(page: str, chart: str) -> Any:
    """What a chart draws, as the page hands it over."""
    found = re.search(rf'<script id="{chart}-data" type="application/json">(.*?)</script>', page)
    assert found, chart
    return json.loads(found[1])


def table_of(page: str, chart: str) -> list[list[str]]:
    """The cells of the table beside a chart, row by row, without its head."""
    after = page.split(f'id="{chart}-data"', 1)[1]
    body = after.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    return [
        [text_of(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in body.split("<tr>")[1:]
    ]


def rows_of(page: str) -> list[str]:
    """The words of each row of the first table of a page."""
    body = page.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    return [text_of(row) for row in body.split("<tr>")[1:]]


def get(browser: Client, path: str, **query: Any) -> str:
    """A page that is there."""
    response = browser.get(path, query)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def file_of(browser: Client, path: str, **query: Any) -> list[list[str]]:
    """The rows of a CSV download, head included."""
    response: Any = browser.get(path, query)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    assert isinstance(response, HttpResponse) is False
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))
