"""Workbooks of layouts that others use, several hundred rows long. Every text is invented here."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

#: Prefix of the ids -> title of the part, sheet on which it is answered, how many questions.
PARTS = (
    ("REQU", "What the service is", "Organization", 12),
    ("COMP", "The company", "Organization", 24),
    ("DOCU", "Papers", "Organization", 18),
    ("AAAI", "Who may sign in", "Product", 40),
    ("DATA", "What is stored", "Product", 44),
    ("CHNG", "Changes", "Infrastructure", 36),
    ("DCTR", "Buildings", "Infrastructure", 38),
    ("VULN", "Weak spots", "Infrastructure", 40),
    ("PRIV", "People's data", "Privacy", 48),
)
IMPORTANCE = (("Critical Importance", 20), ("Standard Importance", 10), ("Minor Importance", 5))
_YES = ("Yes", "yes", "YES", " Yes ")
_NO = ("No", "no", "NO")


def hecvat(answered: bool = True) -> bytes:
    """A list of questions with compliant answers and weights, and answers on other sheets.

    300 questions; COMP-02 is asked if COMP-01 is yes, and all of CHNG if REQU-03 is yes.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    start = book.add_worksheet("START HERE")
    start.write(0, 0, "Read this first")
    listed = book.add_worksheet("Questions")
    listed.write(0, 0, "All questions")
    listed.write_row(
        1,
        0,
        ["ID", "Question", "If/Then", "Standard Guidance", "Compliant Response",
         "Default Importance", "Default Weight"],
    )  # fmt: skip
    line = 2
    for prefix, title, _sheet, count in PARTS:
        for number in range(1, count + 1):
            listed.write_row(line, 0, _listed(prefix, title, number))
            line += 1
    sheets = {name: book.add_worksheet(name) for name in dict.fromkeys(p[2] for p in PARTS)}
    lines = dict.fromkeys(sheets, 0)
    for prefix, title, name, count in PARTS:
        sheet = sheets[name]
        if not lines[name]:
            sheet.write(0, 0, name)
            head = ["ID", "Question", "Answer", "Additional Information", "Guidance"]
            sheet.write_row(1, 0, head)
            lines[name] = 2
        sheet.write_row(lines[name], 0, [title, "", "Answer", "Additional Information", "Guidance"])
        lines[name] += 1
        for number in range(1, count + 1):
            said, info = answer_of(prefix, number) if answered else ("", "")
            sheet.write_row(
                lines[name], 0, [f"{prefix}-{number:02}", _text(title, number), said, info, ""]
            )
            lines[name] += 1
    book.close()
    return stream.getvalue()


def _listed(prefix: str, title: str, number: int) -> Sequence[Any]:
    importance, weight = IMPORTANCE[number % 3]
    condition = ""
    if (prefix, number) == ("COMP", 2):
        condition = 'If COMP-01 = "Yes"'
    if prefix == "CHNG":
        condition = "REQU-03"
    compliant = compliant_of(prefix, number)
    return [f"{prefix}-{number:02}", _text(title, number), condition, "Say how.", compliant,
            importance if compliant else "", weight if compliant else ""]  # fmt: skip


def compliant_of(prefix: str, number: int) -> str:
    """ "Yes" mostly, "no" for every seventh, none for what describes the service."""
    if prefix == "REQU" and number > 6:
        return ""
    return "no" if number % 7 == 0 else "Yes"


def answer_of(prefix: str, number: int) -> tuple[str, str]:
    """(answer, additional information): mixed capitals, some N/A, some blank, some wrong."""
    if prefix == "REQU" and number > 6:
        return "We run a service for planning.", ""
    if (prefix, number) == ("COMP", 1):
        return "No", ""
    if (prefix, number) == ("REQU", 3):
        return "NO", "Nothing is changed by us."
    if (prefix, number) == ("COMP", 2) or prefix == "CHNG":
        return "", ""
    if number % 11 == 0:
        return "N/A", "Not part of the service."
    if number % 13 == 0:
        return "", ""
    right = compliant_of(prefix, number).lower() == "yes"
    said = right if number % 4 else not right
    return (_YES if said else _NO)[number % (4 if said else 3)], "See our papers."


def expected() -> tuple[float, float]:
    """(weight earned, weight asked) by the rule of the workbook, counted from its rows."""
    earned = possible = 0.0
    for prefix, _title, _sheet, count in PARTS:
        for number in range(1, count + 1):
            compliant = compliant_of(prefix, number)
            if not compliant or prefix == "CHNG" or (prefix, number) == ("COMP", 2):
                continue
            said = answer_of(prefix, number)[0].strip().lower()
            if said == "n/a":
                continue
            weight = IMPORTANCE[number % 3][1]
            possible += weight
            earned += weight if said == compliant.lower() else 0
    return earned, possible


def _text(title: str, number: int) -> str:
    return f"{title}: is point {number} taken care of, as written down by you?"


DOMAINS = ("Audit", "Applications", "Continuity", "Changes", "Keys", "Buildings", "Data", "Rules")


def caiq() -> bytes:
    """One sheet, a title above the headings, domains merged over their rows; 256 questions."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Introduction").write(0, 0, "Read this first")
    sheet = book.add_worksheet("CAIQv4.0.3")
    sheet.merge_range(0, 0, 0, 5, "Questionnaire, version 4")
    sheet.write_row(
        1,
        0,
        ["Question ID", "Question", "CSP CAIQ Answer", "SSRM Control Ownership",
         "CSP Implementation Description (Optional/Recommended)", "CCM Domain Title"],
    )  # fmt: skip
    line = 2
    for domain in DOMAINS:
        sheet.merge_range(line, 5, line + 31, 5, domain)
        for number in range(32):
            sheet.write_row(line, 0, caiq_row(domain, number))
            line += 1
    book.close()
    return stream.getvalue()


def caiq_row(domain: str, number: int) -> Sequence[str]:
    """The cells of one question."""
    said = ("Yes", "yes", "No", "NA", "YES", "")[number % 6]
    described = "Outside our part." if said == "NA" else f"How {domain.lower()} is done."
    return [f"{domain[:3].upper()}&A-{number // 4:02}.{number % 4 + 1}",
            f"{domain}: is point {number} in place?", said, "CSP-owned", described]  # fmt: skip


def caiq_expected() -> tuple[int, int]:
    """(questions answered yes, questions asked)."""
    said = [caiq_row(domain, number)[2] for domain in DOMAINS for number in range(32)]
    return sum(one.lower() == "yes" for one in said), sum(one != "NA" for one in said)


def book_of(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of plain cells.

    Text that begins with = is written as a formula: "=1+1→2" last showed 2, "=1+1" an error.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                formula, _arrow, shows = str(cell).partition("→")
                if formula.startswith("="):
                    sheet.write_formula(line, column, formula, None, shows or "#REF!")
                else:
                    sheet.write(line, column, cell)
    book.close()
    return stream.getvalue()
