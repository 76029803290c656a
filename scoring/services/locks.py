"""Locks that go with the connection of whoever holds them, also when that one dies."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def held(of: int, number: int) -> Iterator[bool]:
    """Whether nobody else holds `number` (taken modulo 2**31) of this kind; never waits."""
    key = [of, number % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        mine: bool = cursor.fetchone()[0]
    holder = connection.connection
    try:
        yield mine
    finally:
        # A connection that was closed meanwhile has given it up already.
        if mine and connection.connection is holder and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
