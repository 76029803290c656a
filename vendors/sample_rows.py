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


#: What leads from history to its vendor is not moved, nor made anew, to make it look like a sample.
WAYS = """
CREATE FUNCTION surety_way_to_vendor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sample FROM vendors_vendor WHERE id = OLD.vendor_id)
        IS DISTINCT FROM (SELECT sample FROM vendors_vendor WHERE id = NEW.vendor_id)
    THEN
        RAISE EXCEPTION 'UPDATE on % is refused: sample data and what is real are kept apart',
            TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION surety_is_referred_to() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    referred boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', TG_ARGV[0], TG_ARGV[1])
        INTO referred USING OLD.id;
    IF referred THEN
        RAISE EXCEPTION '% on % is refused: % refers to it', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
"""
NO_WAYS = "DROP FUNCTION surety_is_referred_to(); DROP FUNCTION surety_way_to_vendor();"


def keep_vendor_of(table: str) -> RunSQL:
    """A migration step after which a row goes to no vendor that is sample where its own is not."""
    return RunSQL(
        f"CREATE TRIGGER sample_apart BEFORE UPDATE OF vendor_id ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION surety_way_to_vendor();",
        f"DROP TRIGGER sample_apart ON {table};",
    )


def keep_under(table: str, column: str, above: str) -> RunSQL:
    """A migration step after which a row of `above` neither goes nor takes another id while
    `column` of `table` refers to it; keys look only when a transaction ends."""
    name = f"kept_by_{table}"
    return RunSQL(
        f"CREATE TRIGGER {name} BEFORE DELETE OR UPDATE OF id ON {above} FOR EACH ROW "
        f"EXECUTE FUNCTION surety_is_referred_to('{table}', '{column}');",
        f"DROP TRIGGER {name} ON {above};",
    )


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
