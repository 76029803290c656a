"""What scoring writes: methodologies, scores, standings and their roll-ups."""
