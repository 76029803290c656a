"""What changes assessments; each function is one transaction with its event."""
