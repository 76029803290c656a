"""What programs order and fetch of reports."""
