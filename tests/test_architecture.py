"""Which way imports run, and what may stand where (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import conserje
from conserje.blueprints.wording import SENTENCES

PACKAGE = Path(conserje.__file__).parent
# In the written order: an area imports itself and those before it. The demonstration uses them all.
AREAS = (
    "identity",
    "photos",
    "audit",
    "communities",
    "importing",
    "messages",
    "accounts",
    "access_lists",
    "sms_wallet",
    "approval_links",
    "visits",
    "portal",
    "letters",
    "privacy",
    "demo",
)
PLUMBING = {
    "change_feed",
    "clock",
    "config",
    "database",
    "errors",
    "idempotency",
    "jobs",
    "paging",
    "permissions",
    "spreadsheets",
    "tenancy",
    "tokens",
}
EDGES = {
    "identity": {"stdnum", "phonenumbers"},
    "photos": {"PIL", "boto3", "botocore"},
    "audit": {"sqlalchemy"},
    "communities": {"sqlalchemy"},
    "importing": {"sqlalchemy", "openpyxl"},
    "accounts": {"sqlalchemy", "argon2", "pyotp", "segno"},
    "access_lists": {"sqlalchemy"},
    "messages": {"sqlalchemy", "boto3", "botocore"},
    "sms_wallet": {"sqlalchemy"},
    "approval_links": {"sqlalchemy"},
    "visits": {"sqlalchemy"},
    "portal": {"sqlalchemy"},
    "letters": {"sqlalchemy", "fpdf"},
    "privacy": {"sqlalchemy"},
    "demo": {"sqlalchemy"},
}
MOST_LINES = 300


def modules(*parts: str) -> list[Path]:
    return sorted(PACKAGE.joinpath(*parts).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    """Everything that the file imports, in full: `conserje.audit.journal.record`, `sqlalchemy.select`, `os`."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports by a relative name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def own_imports(path: Path) -> set[str]:
    """The parts of this package that the file imports: areas, `blueprints`, or files at the top."""
    return {each.split(".")[1] for each in imports(path) if each.startswith("conserje.")}


def calls(path: Path, *named: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and _called(node) in named:
            yield node


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


of_an_area = pytest.mark.parametrize("area", AREAS)


def test_these_are_the_areas() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages == {*AREAS, "blueprints"}


@of_an_area
def test_an_area_imports_plumbing_and_earlier_areas(area: str) -> None:
    allowed = {*AREAS[: AREAS.index(area) + 1], *PLUMBING}
    for path in modules(area):
        assert own_imports(path) <= allowed, name(path)


@of_an_area
def test_an_area_imports_the_standard_library_and_its_own_edge(area: str) -> None:
    allowed = {*sys.stdlib_module_names, *EDGES[area], "conserje"}
    for path in modules(area):
        assert {each.split(".")[0] for each in imports(path)} <= allowed, name(path)


def test_plumbing_that_areas_stand_on_knows_no_area_and_no_screen() -> None:
    for each in PLUMBING:
        path = PACKAGE / f"{each}.py"
        assert own_imports(path) <= PLUMBING, name(path)


@of_an_area
def test_an_act_never_commits(area: str) -> None:
    for path in modules(area):
        if area != "demo":
            assert not list(calls(path, "commit", "rollback", "end_request", "begin_writing")), name(path)


def test_a_blueprint_queries_and_writes_nothing() -> None:
    for path in modules("blueprints"):
        asked = {each for each in imports(path) if each.startswith(("sqlalchemy", "flask_sqlalchemy"))}
        assert all(each.startswith(("sqlalchemy.exc.", "sqlalchemy.orm.exc.")) for each in asked), name(path)
        session = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and _of_session(node)}
        assert session <= {"get", "get_one"}, name(path)


def _of_session(node: ast.Attribute) -> bool:
    return ast.unparse(node.value) in {"db.session", "db.session()"}


def test_htmx_flask_is_imported_in_one_place() -> None:
    importers = {name(path) for path in modules() if any(each.startswith("htmx_flask") for each in imports(path))}
    assert importers == {"blueprints/htmx.py"}


def test_nothing_passes_by_the_tenancy_guard() -> None:
    for path in modules():
        if name(path) == "database.py":
            continue
        attributes = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        assert not attributes & {"__table__", "connection", "connect", "exec_driver_sql", "engine"}, name(path)
        assert not imports(path) & {f"sqlalchemy.{each}" for each in ("text", "table", "literal_column")}, name(path)
        assert not list(calls(path, "text")), name(path)


def test_a_template_asks_the_database_nothing() -> None:
    query = re.compile(
        r"\bdb\.|\bsession\.|\.query\b|\bselect\(|\.(execute|scalars?|all|first|one|commit|add|get_one)\("
    )
    for path in sorted(PACKAGE.glob("templates/**/*.html")):
        assert not query.search(path.read_text("utf-8")), name(path)


def test_a_file_can_be_read_at_one_sitting() -> None:
    for path in [*modules(), *PACKAGE.glob("templates/**/*.html")]:
        assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES, name(path)


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    odd = {"services", "repositories", "utils", "util", "helpers", "common", "misc"}
    assert not [name(path) for path in modules() if odd & {*path.relative_to(PACKAGE).parts, path.stem}]


def test_every_refusal_has_its_sentence() -> None:
    raised = {
        call.args[0].value
        for path in modules()
        for call in calls(path, "Refused", "_refused")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert len(raised) > 20
    assert raised <= set(SENTENCES)
