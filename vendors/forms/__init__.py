"""The forms of the vendors pages."""
