"""Reading what is on the assessments floor: only what whoever asks may see. One module per noun."""
