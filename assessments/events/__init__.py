"""What can happen on the assessments floor, as it stands in the record. One module per noun."""
