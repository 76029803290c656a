"""The ground floor: what happened, in an append-only record that everything reacts to."""
