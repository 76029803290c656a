"""Indicators: what recorded facts say about a vendor. Pure functions, one module per indicator."""
