"""What a preview keeps of each assessment: before and after, in a fixed layout."""

from __future__ import annotations

from typing import Final

import numpy as np

#: One assessment before and after, as a preview keeps it. Points and interval are milli-points, -1
#: for none; bands and statuses are places in `BAND_NAMES` and `STATUS_NAMES`, from 1; 0: there
#: was no score.
ROW: Final = np.dtype(
    [
        ("assessment", "u1", 16),
        ("vendor", "u1", 16),
        ("unit", "u1", 16),
        ("points", "<i4", 2),
        ("lo", "<i4", 2),
        ("hi", "<i4", 2),
        ("band", "u1", 2),
        ("status", "u1", 2),
    ]
)
NO_ROWS: Final = np.zeros(0, dtype=ROW)
