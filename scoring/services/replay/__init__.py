"""Replay: stored scores computed again from what is stored with them, and held against it."""
