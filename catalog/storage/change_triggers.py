"""Triggers that note each product that changes, whoever writes it, in the transaction that writes it.

What counts as a change is what an index is made of: the fields of ``search.fields``, and the product's photos.
"""

from sqlalchemy import Connection

from search.fields import FIELD_NAMES

_COLUMNS = (*FIELD_NAMES, "published")  # a product's id never changes
_PHOTO_COLUMNS = ("position", "path", "sha256")


def has_change_triggers(connection: Connection) -> bool:
    """Whether the triggers exist, in the form that this version creates."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name LIKE 'catalog_notes_%'")
        return {row.name: row.sql for row in rows} == _SQLITE
    told = connection.exec_driver_sql("SELECT obj_description(to_regproc('catalog_note_change'), 'pg_proc')")
    return told.scalar_one() == _POSTGRESQL_LAYOUT


def create_change_triggers(connection: Connection) -> None:
    """Create the triggers, unless ``has_change_triggers``.

    Args:
        connection: of ``Database.writing``, in a database that has the tables.
    """
    if has_change_triggers(connection):
        return
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name LIKE 'catalog_notes_%'").all()
        for row in rows:
            connection.exec_driver_sql(f"DROP TRIGGER {row.name}")
        for statement in _SQLITE.values():
            connection.exec_driver_sql(statement)
        return
    for statement in _POSTGRESQL:
        connection.exec_driver_sql(statement)


def _differ(columns: tuple[str, ...], different: str) -> str:
    return " OR ".join(f"old.{name} {different} new.{name}" for name in columns)


def _sqlite_trigger(name: str, event: str, table: str, row: str, condition: str = "") -> str:
    # Not INSERT OR REPLACE: what to do about a conflict would be decided by the statement that sets the trigger off.
    notes = (
        f" DELETE FROM catalog_changes WHERE product_id = {row}.product_id;"  # noqa: S608 - fixed names
        f" INSERT INTO catalog_changes(product_id) VALUES ({row}.product_id);"
    )
    when = f" WHEN {condition}" if condition else ""
    return f"CREATE TRIGGER {name} AFTER {event} ON {table}{when} BEGIN{notes} END"


_SQLITE = {
    f"catalog_notes_{what}_{verb}": _sqlite_trigger(
        f"catalog_notes_{what}_{verb}",
        event,
        f"catalog_{what}",
        row,
        _differ(columns, "IS NOT") if verb == "changed" else "",
    )
    for what, columns in (("products", _COLUMNS), ("photos", _PHOTO_COLUMNS))
    for verb, event, row in (
        ("added", "INSERT", "new"),
        ("changed", "UPDATE", "new"),
        ("removed", "DELETE", "old"),
    )
}

_POSTGRESQL_LAYOUT = f"changes 2 of {', '.join(_COLUMNS)}"  # the number is raised with every change below


def _postgresql_triggers() -> list[str]:
    statements = []
    for what, columns in (("products", _COLUMNS), ("photos", _PHOTO_COLUMNS)):
        # As texts, since JSON has no equality.
        differ = " OR ".join(f"old.{name}::text IS DISTINCT FROM new.{name}::text" for name in columns)
        for verb, event, when in (
            ("added", "INSERT", ""),
            ("changed", "UPDATE", f"WHEN ({differ})"),
            ("removed", "DELETE", ""),
        ):
            name = f"catalog_notes_{what}_{verb}"
            statements.append(f"DROP TRIGGER IF EXISTS {name} ON catalog_{what}")
            statements.append(
                f"CREATE TRIGGER {name} AFTER {event} ON catalog_{what} FOR EACH ROW {when} "
                "EXECUTE FUNCTION catalog_note_change()"
            )
    return statements


_POSTGRESQL = (
    (
        "CREATE OR REPLACE FUNCTION catalog_note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' THEN "
        "DELETE FROM catalog_changes WHERE product_id = old.product_id; "
        "INSERT INTO catalog_changes(product_id) VALUES (old.product_id); ELSE "
        "DELETE FROM catalog_changes WHERE product_id = new.product_id; "
        "INSERT INTO catalog_changes(product_id) VALUES (new.product_id); END IF; "
        "RETURN NULL; END $$"
    ),
    *_postgresql_triggers(),
    f"COMMENT ON FUNCTION catalog_note_change IS '{_POSTGRESQL_LAYOUT}'",
)
