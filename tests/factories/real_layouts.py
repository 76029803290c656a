"""Workbooks in the layouts of HECVAT 4 and CAIQ 4, with answers. Every text is invented here.

Of the layouts: sheets, positions, headings, ids, importance and weights, "Not scored", sections
titled over ids and questions without headings of their own, texts and repeated questions as
formulas, hidden sheets, merged cells. The workbook of the first kind is what an oracle in the tests
is counted from, cell by cell.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter

SHEETS: Final = ("START HERE", "Organization", "Product", "Infrastructure", "IT Accessibility",
                 "Case-Specific", "AI", "Privacy")  # fmt: skip
#: Prefix -> (title, its sheet, row of the title from 1, number of questions).
SECTIONS: Final[Mapping[str, tuple[str, str, int, int]]] = {
    "GNRL": ("General Information", "START HERE", 12, 8),
    "COMP": ("Company Information", "START HERE", 22, 5),
    "REQU": ("Required Questions", "START HERE", 28, 8),
    "DOCU": ("Documentation", "Organization", 21, 7),
    "THRD": ("Assessment of Third Parties", "Organization", 29, 5),
    "CHNG": ("Change Management", "Organization", 35, 16),
    "PPPR": ("Policies, Processes, and Procedures", "Organization", 52, 15),
    "AAAI": ("Authentication, Authorization", "Product", 19, 18),
    "DATA": ("Data", "Product", 38, 23),
    "APPL": ("Application Security", "Infrastructure", 19, 14),
    "DCTR": ("Datacenter", "Infrastructure", 34, 16),
    "FIDP": ("Firewalls, IDS, IPS", "Infrastructure", 51, 11),
    "VULN": ("Vulnerability Management", "Infrastructure", 68, 6),
    "ITAC": ("IT Accessibility", "IT Accessibility", 19, 18),
    "CONS": ("Consulting Services", "Case-Specific", 22, 9),
    "HIPA": ("HIPAA", "Case-Specific", 32, 29),
    "PCID": ("PCI DSS", "Case-Specific", 62, 12),
    "AIQU": ("AI Qualifying Questions", "AI", 19, 8),
    "AISC": ("AI Data Security", "AI", 28, 12),
    "PCOM": ("Privacy of the Company", "Privacy", 19, 6),
    "PDAT": ("Privacy and Data", "Privacy", 26, 24),
    "DPAI": ("Privacy and AI", "Privacy", 51, 20),
}
_IMPORTANCE: Final = (("Critical Importance", 20), ("Standard Importance", 10),
                      ("Minor Importance", 5))  # fmt: skip
#: Sections that are not filled in when the routing question says no.
ROUTES: Final = {"CONS": "REQU-03", "AIQU": "REQU-04", "AISC": "REQU-04"}
_YES, _NO = ("Yes", "yes", "YES", "Yes "), ("No", "NO", "no")


@dataclass(frozen=True)
class Asked:
    """A question as it stands in the workbook."""

    id: str
    text: str
    compliant: str
    importance: str
    weight: int | None
    answer: str
    info: str
    only_if: str


def asked(prefix: str, number: int, *, better: bool = False) -> Asked:
    """The question of this id, with what the vendor says; `better`: in the newer file."""
    title = SECTIONS[prefix][0]
    key = f"{prefix}-{number:02}"
    routed = ROUTES.get(prefix, "")
    text = f"{title}: how is point {number} of your practice arranged, and since when?"
    scored = prefix not in {"GNRL", "REQU"} and key not in {"COMP-02", "COMP-05"}
    compliant = ("No" if prefix == "PDAT" and number % 2 else "Yes") if scored else "Not scored"
    importance, weight = _IMPORTANCE[(number + len(title)) % 3] if scored else ("", None)
    answer, info = _answer(prefix, number, compliant, better)
    only_if = f'If {routed} = "Yes"' if routed else ""
    return Asked(key, text, compliant, importance, weight, answer, info, only_if)


def _answer(prefix: str, number: int, compliant: str, better: bool) -> tuple[str, str]:
    if prefix == "GNRL":
        return f"Plain Planning Ltd, line {number}", ""
    if prefix == "REQU":
        return ("no" if number in {3, 4} else "Yes"), ""
    if prefix in ROUTES:
        return "", ""
    if compliant == "Not scored":
        return "We were founded by people who plan.\nNobody owns a large part.", ""
    if number % 9 == 8:
        return "N/A", "Not part of the service."
    if number % 11 == 10:
        return "", ""
    right = better or number % 4 != 3
    is_yes = right == (compliant == "Yes")
    words = _YES if is_yes else _NO
    return words[number % len(words)], f"See chapter {number}." if number % 2 else ""


def hecvat4(*, better: bool = False) -> bytes:
    """A filled-in workbook of the first layout, 290 questions on eight sheets and a hidden one."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Instructions").write(0, 0, "How to fill this in")
    pages = {name: book.add_worksheet(name) for name in SHEETS}
    for name, page in pages.items():
        page.merge_range(0, 0, 0, 4, f"Assessment toolkit: {name}")
        page.write(2, 0, "Date Completed")
        page.write_number(2, 2, 46_000)
    line_of = _questions(book, better)
    for prefix, (title, name, top, count) in SECTIONS.items():
        page = pages[name]
        page.merge_range(top - 1, 0, top - 1, 1, title)
        page.write_row(top - 1, 2, ["Answer", "Additional Information", "Guidance"])
        for number in range(1, count + 1):
            _fill(page, top - 1 + number, asked(prefix, number, better=better), line_of)
    _repeated(pages, better)
    report = book.add_worksheet("Analyst Report")
    report.write_row(0, 0, ["Section", "Max_Score", "Score"])
    book.close()
    return stream.getvalue()


def _fill(page: Any, line: int, one: Asked, line_of: Mapping[str, int]) -> None:
    page.write(line, 0, one.id)
    page.write_formula(line, 1, f"=Questions!B{line_of[one.id]}", None, one.text)
    page.write(line, 2, one.answer)
    page.write(line, 3, one.info)
    page.write_formula(line, 4, f'=IF(C{line + 1}="","","Say how.")', None, "Say how.")


def _repeated(pages: Mapping[str, Any], better: bool) -> None:
    """General questions stand on every other sheet too, filled in by formulas."""
    for name, page in pages.items():
        if name == "START HERE":
            continue
        page.merge_range(9, 0, 9, 1, "General Information")
        page.write_row(9, 2, ["Answer", "Additional Information", "Guidance"])
        for number in (1, 2, 8):
            one = asked("GNRL", number, better=better)
            line = 9 + (min(3, number))
            page.write(line, 0, one.id)
            page.write(line, 1, one.text)
            page.write_formula(line, 2, f"='START HERE'!C{12 + number}", None, one.answer)


def _questions(book: Any, better: bool) -> dict[str, int]:
    """The list of all questions, hidden; id -> its row."""
    page = book.add_worksheet("Questions")
    page.merge_range(0, 2, 0, 9, "On which sheets")
    page.merge_range(0, 14, 0, 17, "Guidance")
    page.write_row(
        1,
        0,
        ["ID", "Question", "Start", "Org", "Prod", "Infra", "Access", "Case", "AI only", "Priv",
         "Score Mapping", "Score Location", "Has Extra", "If/Then", "Standard Guidance",
         "No Guidance", "Yes Guidance", "N/A Guidance", "Reason for Question", "Follow-up Inquiry",
         "Compliant Response", "Non-Compliant", "Default Importance", "Default Weight"],
    )  # fmt: skip
    line_of: dict[str, int] = {}
    line = 2
    for prefix, (_title, _name, _top, count) in SECTIONS.items():
        for number in range(1, count + 1):
            one = asked(prefix, number, better=better)
            page.write_row(
                line,
                0,
                [one.id, one.text, *([1] * 8), "", "Somewhere", 1, one.only_if, "Be brief.",
                 "Say what you plan.", "Say how.", "", "It matters.", "", one.compliant, "",
                 one.importance, one.weight if one.weight is not None else ""],
            )  # fmt: skip
            line_of[one.id] = line + 1
            line += 1
    page.hide()
    values = book.add_worksheet("Values")
    values.write_column(0, 0, ["Yes", "No", "N/A"])
    values.very_hidden()
    return line_of


def every(*, better: bool = False) -> list[Asked]:
    """All questions of the first layout, in order."""
    return [
        asked(prefix, number, better=better)
        for prefix, (_title, _name, _top, count) in SECTIONS.items()
        for number in range(1, count + 1)
    ]


DOMAINS: Final = {
    "A&A": "Audit & Assurance", "AIS": "Application & Interface Security",
    "BCR": "Business Continuity", "CCC": "Change Control", "CEK": "Cryptography, Keys",
    "DCS": "Datacenter Security", "DSP": "Data Security and Privacy", "GRC": "Governance, Risk",
    "HRS": "Human Resources", "IAM": "Identity & Access", "IPY": "Interoperability",
    "IVS": "Infrastructure", "LOG": "Logging and Monitoring", "SEF": "Security Incidents",
    "STA": "Supply Chain", "TVM": "Threats", "UEM": "Endpoints",
}  # fmt: skip
_EACH: Final = 15
HEADINGS: Final = [
    "Question ID", "Question", "CSP CAIQ Answer", "SSRM Control Ownership",
    "CSP Implementation Description (Optional/Recommended)",
    "CSC Responsibilities  (Optional/Recommended)", "CCM Control ID", "CCM Control Specification",
    "CCM Control Title", "CCM Domain Title",
]  # fmt: skip


def caiq4() -> bytes:
    """A filled-in workbook of the second layout: 255 questions of 17 domains on one sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Introduction").write(0, 0, "Read this first")
    page = book.add_worksheet("CAIQv4.0.3")
    page.merge_range(0, 0, 0, 9, "CONSENSUS ASSESSMENTS, Version 4")
    page.write_row(1, 0, HEADINGS)
    line = 2
    for short, title in DOMAINS.items():
        page.merge_range(line, 9, line + _EACH - 1, 9, title)
        for number in range(_EACH):
            if number % 3 == 0:
                page.merge_range(line, 6, line + 2, 6, f"{short}-{number // 3 + 1:02}")
                page.merge_range(line, 7, line + 2, 7, "Do it, and write down how.")
            page.write_row(line, 0, caiq4_row(short, number))
            line += 1
    page.merge_range(line, 0, line, 9, "End of Standard")
    book.close()
    return stream.getvalue()


def caiq4_row(short: str, number: int) -> Sequence[str]:
    """The first cells of one question."""
    said = ("Yes", "yes", "No", "NA", "YES", "Yes", "", "no")[(number + len(DOMAINS[short])) % 8]
    whose = {"NA": "Shared CSP and CSC", "": ""}.get(said, "CSP-owned")
    how = "Outside our part." if said == "NA" else f"Control {number} of ours."
    question = f"Is point {number} of {DOMAINS[short].lower()} in place and looked at every year?"
    return [f"{short}-{number // 3 + 1:02}.{number % 3 + 1}", question, said, whose,
            how if said else ""]  # fmt: skip
