"""What programs may read and do of questionnaires and assessments."""
