"""Scoring by the thousand: the same engine, fed and emptied by COPY instead of row by row."""
