"""Making two records of one company one, and undoing it: `merge`, `undo`; `jobs` has it done."""
