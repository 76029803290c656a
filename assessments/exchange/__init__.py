"""Questionnaires and answers as files: YAML and workbooks of ours, and layouts of others."""
