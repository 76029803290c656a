"""Having reports made, handing them out, erasing them; and doing so by the calendar."""
