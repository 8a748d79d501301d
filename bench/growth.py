"""Whether a page slows down as the installation grows: the same community among ten, and among a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import Column, Connection, create_engine, insert, literal, select, text, true
from sqlalchemy.engine import Engine

from bench.client import Client
from bench.load import Speed, measure
from bench.report import Figure
from bench.seed import VISITS, Scene, community_row, fill, table_of
from bench.server import running
from conserje.clock import now
from conserje.communities.models import Community, Resident, ResidentPhone, Unit
from conserje.visits.models import Visit, Visitor

FEW, MANY = 10, 1_000
MOST_TIMES_SMALL = 1.3
PATHS = {"gate page": "/porteria/", "unit fragment": "/porteria/unidades/{unit}"}


@dataclass(frozen=True)
class Effort:
    rounds: int
    seconds: float


def measure_growth(
    small_url: str, large_url: str, photo_folder: Path, database: str, effort: Effort
) -> list[Figure]:  # fmt: skip
    """The two installations in turns, both servers up; p50 with one client."""
    small = fill_communities(small_url, photo_folder, FEW)
    large = fill_communities(large_url, photo_folder, MANY)
    speeds: dict[tuple[str, int], list[Speed]] = {(what, size): [] for what in PATHS for size in (FEW, MANY)}
    with running(small) as among_few, running(large) as among_many:
        gates = [(FEW, small, Client(among_few).sign_in()), (MANY, large, Client(among_many).sign_in())]
        for turn in range(effort.rounds + 1):
            for what, path in PATHS.items():
                for size, scene, client in gates:
                    speed = measure(client, path.format(unit=scene.unit.id), 1, effort.seconds)
                    if turn:  # the first turn warms up
                        speeds[what, size].append(speed)
    return [_grown(f"growth, {database}", what, speeds[what, FEW], speeds[what, MANY]) for what in PATHS]


def _grown(part: str, what: str, few: Sequence[Speed], many: Sequence[Speed]) -> Figure:
    ratio = median(among_many.p50 / among_few.p50 for among_few, among_many in zip(few, many, strict=True))
    sizes = (
        f"{VISITS * size:,} visits: p50 {median(speed.p50 for speed in speeds):.1f} ms, "
        f"{median(speed.processor for speed in speeds):.1f} ms of processor"
        for size, speeds in ((FEW, few), (MANY, many))
    )
    return Figure(part, what, ratio, "× small", MOST_TIMES_SMALL, note="; ".join(sizes))


def fill_communities(database_url: str, photo_folder: Path, communities: int) -> Scene:
    """The measured community and copies of it, their rows lying among its own: every id of copy k is k further on."""
    scene = fill(database_url, photo_folder, spread=communities)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        further = [community_row(number, now()) for number in range(2, communities + 1)]
        connection.execute(insert(table_of(Community)), further)
        for model in (Unit, Resident, ResidentPhone, Visitor, Visit):
            _copy(connection, model, communities)
    _tidy(engine)
    engine.dispose()
    return scene


def _copy(connection: Connection, model: type[Unit | Resident | ResidentPhone | Visitor | Visit], copies: int) -> None:
    table = table_of(model)
    numbers = select(literal(1).label("k")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.k + 1).where(numbers.c.k < copies - 1))

    def moved(column: Column[int]) -> object:
        within = column.name == "id" or (column.name.endswith("_id") and column.foreign_keys)
        return (column + numbers.c.k).label(column.name) if within else column

    columns = [moved(column) for column in table.columns]
    original = table.c.community_id == 1
    rows = select(*columns).select_from(table.join(numbers, true())).where(original).order_by(table.c.id, numbers.c.k)  # type: ignore[call-overload]
    connection.execute(insert(table).from_select([column.name for column in table.columns], rows))


def _tidy(engine: Engine) -> None:
    """PostgreSQL's own housekeeping would come to it within minutes; SQLite has none."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
