"""Triggers by which rows that only ever grow let go of what hangs on sample vendors, and of nothing
else. Used by migrations, here and on the floors above."""

from typing import Final

from django.db.migrations import RunSQL

#: What a transaction says that removes sample data: this setting is "on" in it.
SETTING: Final = "surety.removing_sample"

FUNCTION = f"""
CREATE FUNCTION surety_append_only_but_sample() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    vendor uuid;
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('{SETTING}', true) = 'on' THEN
        -- The argument is the statement that leads from the row, $1, to its vendor.
        EXECUTE TG_ARGV[0] INTO vendor USING OLD;
        PERFORM FROM vendors_vendor WHERE id = vendor AND sample;
        IF FOUND THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% on % is refused: its rows are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


def let_samples_go(table: str, vendor: str) -> RunSQL:
    """A migration step after which an append-only table lets rows of sample vendors go.

    `vendor`: the statement that leads from a row, $1, to the id of its vendor.
    """
    drop = f"DROP TRIGGER append_only ON {table};"
    when = f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
    return RunSQL(
        f"{drop}{when}EXECUTE FUNCTION surety_append_only_but_sample('{vendor}');",
        f"{drop}{when}EXECUTE FUNCTION surety_append_only();",
    )
