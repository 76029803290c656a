"""The pages of webhook endpoints and of their messages."""
