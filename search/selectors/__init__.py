"""Reading for the search: one module per kind of hit, each cut down to who asks."""
