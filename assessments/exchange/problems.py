"""What is wrong with a file: where, what is there, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assessments.schema import Questionnaire


@dataclass(frozen=True)
class Problem:
    """A place in a file that cannot be taken, or a note about it.

    row: from 1, 0 where it is none. cell: as C7. column: its heading, or the path in a YAML file.
    """

    reason: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    cell: str = ""
    value: str = ""

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values, shortened for keeping."""
        return {
            "reason": self.reason,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "cell": self.cell,
            "value": self.value[:120],
        }


@dataclass(frozen=True)
class Found:
    """A file read: the questionnaire, or why there is none; notes hold nothing up."""

    content: Questionnaire | None
    problems: Sequence[Problem] = ()
    notes: Sequence[Problem] = ()
