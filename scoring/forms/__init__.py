"""The forms of the scoring pages."""
