"""What the administration's lists have in common: the search, the sorting, the way on, and the Excel file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar

from flask import Response, request, url_for

from conserje import clock
from conserje.audit.journal import record_now
from conserje.blueprints.access import current_access
from conserje.errors import Refused

LONGEST_SEARCH = 60
# More than the residents of the largest community; such a file is still made within seconds.
MOST_IN_FILE = 25_000

Order = TypeVar("Order", bound=StrEnum)


def searched(typed: str | None = None) -> str:
    """What is searched for: `q` of the address, or what a form says instead."""
    return (request.args.get("q", "") if typed is None else typed).strip()[:LONGEST_SEARCH]


def sorted_by(orders: type[Order]) -> Order:
    """What the address says that the list is sorted by; nonsense and nothing mean the first of the orders."""
    asked = request.args.get("orden", "")
    return orders(asked) if asked in set(orders) else next(iter(orders))


def address(typed: str = "", order: StrEnum | None = None, **filters: Any) -> dict[str, Any]:
    """A list as the address of a further page, or of its file, says it: what narrows nothing is left out."""
    first = next(iter(type(order))) if order is not None else None
    said = {**filters, "q": typed, "orden": order if order != first else ""}
    return {name: value for name, value in said.items() if value}


def ways_on(view: str, here: dict[str, Any], *, after: int | None, following: int | None) -> dict[str, str | None]:
    """The addresses of the pager: back to the top of the list, and on to its next page."""
    return {
        "first_url": url_for(view, **here) if after is not None else None,
        "next_url": url_for(view, **here, desde=following) if following is not None else None,
    }


def with_the_same_filters(view: str) -> str:
    """The page of a list whose file was asked for with nonsense in its address: it says what is wrong there."""
    return url_for(view) + "?" + request.query_string.decode()


def workbook(name: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], action: str) -> Response:
    """A list as an Excel file named after the day, and the line in the journal that says who took it away.

    Refuses: `list_too_long` (facts: most).
    """
    # Imported here: only a server that makes an Excel file pays for the memory of what makes it.
    from conserje import spreadsheets

    access, now, lines = current_access(), clock.now(), list(islice(rows, MOST_IN_FILE + 1))
    if len(lines) > MOST_IN_FILE:
        raise Refused("list_too_long", most=f"{MOST_IN_FILE:,}".replace(",", "."))
    zone = access.time_zone
    file = spreadsheets.write(title, headings, ([_on_the_wall(value, zone) for value in line] for line in lines))
    response = Response(file, mimetype=spreadsheets.MIMETYPE)
    day = clock.local(now, zone).date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.xlsx"'
    facts = {"rows": len(lines)}
    record_now(action, "community", access.community.id, by=access.actor, at=now, facts=facts)
    return response


def _on_the_wall(value: Any, zone: str) -> Any:
    return clock.local(value, zone).replace(tzinfo=None) if isinstance(value, datetime) else value
