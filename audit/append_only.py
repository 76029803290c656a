"""Triggers by which the database refuses to change or remove rows. Used by migrations."""

from django.db.migrations import RunSQL

FUNCTION = """
CREATE OR REPLACE FUNCTION surety_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The test runner empties tables between tests; only in databases it made itself.
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% on % is refused: its rows are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


def make_append_only(table: str) -> RunSQL:
    """A migration step after which `table` only takes new rows."""
    return RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION surety_append_only();"
        f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION surety_append_only();",
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER append_only_whole ON {table};",
    )
