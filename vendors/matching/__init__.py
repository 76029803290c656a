"""Comparing names and numbers of organisations and people. Pure: values in, values out."""
