"""The pages where vendors and engagements are added, changed and imported."""
