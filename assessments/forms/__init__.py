"""Forms of the assessments floor."""
