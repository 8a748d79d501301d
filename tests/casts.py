"""The cast of the tests, made once for each database by the builders and put back from then on as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.engine import Engine

from conserje.database import db
from tests.builders import Cast, build_cast

Rows = list[tuple[Table, list[dict[str, Any]]]]
_kept: dict[str, tuple[Cast, Rows]] = {}


def cast_of(engine: Engine) -> Cast:
    """The cast in a database whose tables are empty; the application's context must be open."""
    database = str(engine.url)
    if database not in _kept:
        cast = build_cast()
        _kept[database] = cast, _rows(engine)
        return deepcopy(cast)
    cast, rows = _kept[database]
    with engine.begin() as connection:
        for table, held in rows:
            connection.execute(insert(table), held)
        if engine.dialect.name == "postgresql":
            ends = (
                f"setval('{table.name}_id_seq', {max(row['id'] for row in held)})"
                for table, held in rows
                if table.autoincrement_column is not None
            )
            connection.exec_driver_sql(f"SELECT {', '.join(ends)}")
    return deepcopy(cast)


def _rows(engine: Engine) -> Rows:
    with engine.connect() as connection:
        found = [(table, connection.execute(select(table)).mappings().all()) for table in db.metadata.sorted_tables]
    return [(table, [dict(row) for row in held]) for table, held in found if held]
