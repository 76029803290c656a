"""Making two records of one company one, and undoing it: see `merge` and `undo`."""
