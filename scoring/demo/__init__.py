"""The demo data: an invented company with its vendors, and two years of work on them.

What happened is told in `data/*.yaml`; the code here only lets it happen, through the services and
in the order of time. Moments are counted back from the day of loading, so that the demo never ages.
"""
