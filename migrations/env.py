"""How migrations run: in one transaction, children safe from a rebuilt parent, the journal protected afterwards."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection, inspect

migrate = current_app.extensions["migrate"]

# Batch mode rebuilds a SQLite table and its triggers go with the old one, so they are made anew after every run.
# INSERT OR REPLACE deletes a line without asking the trigger on DELETE, hence the one on INSERT.
# The purge deletes what is older than the shortest term that a community may set (privacy/retention.py): a year.
SQLITE_JOURNAL_TRIGGERS = tuple(
    statement
    for act, condition in (
        ("UPDATE", ""),
        ("DELETE", "WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-365 days') "),
        ("INSERT", "WHEN EXISTS (SELECT 1 FROM audit_line WHERE id = NEW.id) "),
    )
    for statement in (
        f"DROP TRIGGER IF EXISTS audit_line_no_{act.lower()}",
        f"CREATE TRIGGER audit_line_no_{act.lower()} BEFORE {act} ON audit_line {condition}"
        "BEGIN SELECT RAISE(ABORT, 'the audit journal is append-only'); END",
    )
)
POSTGRESQL_JOURNAL_TRIGGERS = (
    "CREATE OR REPLACE FUNCTION refuse_change_of_journal() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit journal is append-only'; END $$",
    "DROP TRIGGER IF EXISTS audit_line_append_only ON audit_line",
    "CREATE TRIGGER audit_line_append_only BEFORE UPDATE OR TRUNCATE ON audit_line "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_journal()",
    "DROP TRIGGER IF EXISTS audit_line_kept ON audit_line",
    "CREATE TRIGGER audit_line_kept BEFORE DELETE ON audit_line FOR EACH ROW "
    "WHEN (OLD.at > now() - interval '365 days') EXECUTE FUNCTION refuse_change_of_journal()",
)


def protect_journal(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    if not inspect(connection).has_table("audit_line"):
        if not on_sqlite:
            connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_change_of_journal()")
        return
    for statement in SQLITE_JOURNAL_TRIGGERS if on_sqlite else POSTGRESQL_JOURNAL_TRIGGERS:
        connection.exec_driver_sql(statement)


def run() -> None:
    engine = migrate.db.engine
    on_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        # What is set below is for this run alone, also when it fails: the connection does not go back to the others.
        connection.detach()
        raw = connection.connection.dbapi_connection
        if on_sqlite:
            # Must precede BEGIN; a parent table that is rebuilt would otherwise delete its children by cascade.
            raw.execute("PRAGMA foreign_keys=OFF")
        else:
            # A large table may take longer to rebuild than any request may wait.
            raw.execute("SET statement_timeout = 0")
            raw.commit()
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            transactional_ddl=True,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            protect_journal(connection)
            if on_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"the migration would leave rows without their parent: {broken[:5]}")


run()
