"""Questionnaires of other layouts: a mapping says which column, answer and word means what."""
