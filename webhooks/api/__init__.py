"""Webhook endpoints for programs: their own, and what became of each message to them."""
