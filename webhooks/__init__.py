"""Webhooks: what happened is sent to other systems, signed, until they have taken it."""
