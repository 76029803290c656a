"""The tests; `python -m pytest` starts the real servers they need."""
