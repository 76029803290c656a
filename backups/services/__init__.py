"""What makes a backup and what brings it back."""
