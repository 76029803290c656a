"""Says how to search a database that is filled, and adds what the copies lack: words to find.

`bench.search` runs it; with `explain` it prints the database's plans.
"""

import json
import sys
import time
from typing import Any

import django

#: What is typed, by how it is found.
TYPED = {
    "search, one word": ["amber", "quartz", "optics", "helix"],
    "search, several words": ["zephyr labs 12", "golden cedar forge", "royal fjord"],
    "search, beginning": ["ambe", "quar", "zep"],
    "search, number": ["hrb000012", "0000100042"],
    "search, typing error": ["zehpyr labs", "quartz moulidng", "golden cedra forge"],
    "search, nothing": ["qqqqqq xyzw", "wolpertinger"],
    "search, words of answers": ["drawings", "keys of the vault"],
}
#: How many findings, documents and answers in words there are per hundred vendors.
_BESIDE = 30


def main() -> None:
    """Add words, or explain; the last line of output is a JSON object."""
    django.setup()
    if sys.argv[1:] == ["explain"]:
        _explain()
        return
    _add_words()
    print(json.dumps({"routes": _routes()}))


def _routes() -> dict[str, list[str]]:
    from urllib.parse import urlencode

    from vendors.models import Vendor

    ids = list(Vendor.objects.order_by("pk").values_list("pk", flat=True))
    routes = {"vendor": [f"/vendors/{pk}/" for pk in ids[:: max(len(ids) // 40, 1)][:40]]}
    for way, texts in TYPED.items():
        routes[way] = [f"/search/?{urlencode({'q': text})}" for text in texts]
    for way in ("search, one word", "search, typing error"):
        routes[f"typing: {way.partition(', ')[2]}"] = [
            f"/search/first/?{urlencode({'q': text})}" for text in TYPED[way]
        ]
    routes["one kind, page 5"] = ["/search/?q=amber&kind=vendors&page=5"]
    routes["vendors, searched"] = [
        f"/vendors/?{urlencode({'q': text})}"
        for way in ("search, one word", "search, several words", "search, number")
        for text in TYPED[way]
    ]
    return routes


def _add_words() -> None:
    """Findings, documents with files, and notes beside answers, in the words of the trade."""
    from django.db import connection

    from vendors.models import Vendor

    most = Vendor.objects.count() * _BESIDE // 100
    said = (
        "(ARRAY['Drawings on an open share','Moulds not returned','Keys of the vault are shared',"
        "'Subcontractor not named','Visitors without escort','Samples kept after the end'])"
        "[(1 + n % 6)::int] || ' ' || "
        "(ARRAY['in Graz','in Brno','in Da Nang','in Pune'])[(1 + n % 4)::int]"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "CREATE TEMP TABLE picked AS SELECT v.id AS vendor_id, u.unit_id, "
            "row_number() OVER (ORDER BY v.id) AS n FROM vendors_vendor v "
            "JOIN vendors_vendorunit u ON u.vendor_id = v.id LIMIT %s",
            [most],
        )
        cursor.execute(
            "INSERT INTO vendors_finding (id, vendor_id, unit_id, kind, cause, cause_gone, title, "
            "detail, severity, status, remedy, dispute, dispute_reason, shared, response, word, "
            "done_note, accepted_because, closed_because, version) "
            f"SELECT gen_random_uuid(), vendor_id, unit_id, 'observation', '', false, {said}, "
            f"'Seen there: ' || {said}, 'high', 'open', '', '', '', false, '', '', '', '', '', 1 "
            "FROM picked"
        )
        cursor.execute(
            "INSERT INTO vendors_evidence (id, vendor_id, unit_id, title, kind, confidentiality, "
            "withdrawn_because, version) "
            f"SELECT gen_random_uuid(), vendor_id, unit_id, {said}, 'policy', 'confidential', '', "
            "1 FROM picked"
        )
        cursor.execute(
            "CREATE TEMP TABLE noted AS SELECT id, row_number() OVER () AS n "
            "FROM assessments_answer LIMIT %s",
            [most],
        )
        cursor.execute(
            f"UPDATE assessments_answer a SET note = {said} FROM noted WHERE noted.id = a.id"
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE vendors_finding")
        cursor.execute("VACUUM ANALYZE vendors_evidence")
        cursor.execute("VACUUM ANALYZE assessments_answer")


def _explain() -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from bench import portfolio

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(email=portfolio.EMAIL))
    for way, paths in _routes().items():
        browser.get(paths[0])
        with CaptureQueriesContext(connection) as captured:
            browser.get(paths[0])
        print(f"\n=== {way}: {paths[0]}, {len(captured)} queries", flush=True)
        for query in captured.captured_queries:
            _plan(query["sql"])


def _plan(sql: Any) -> None:
    from django.db import connection

    if not sql.startswith("SELECT") or "set_config" in sql:
        return
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql)
        took = (time.perf_counter() - began) * 1000
        lines = [line for (line,) in cursor.fetchall()]
    if took > 5:
        print(f"--- {took:.1f} ms: {sql[:3000]}")
        print("\n".join(lines), flush=True)


if __name__ == "__main__":
    main()
