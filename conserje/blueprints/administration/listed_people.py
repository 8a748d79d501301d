"""[Listas de acceso]: who stands on the lists of all the community's units, and the Excel file of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.access_lists import directory
from conserje.access_lists.directory import ListedRow, Order, Wanted
from conserje.access_lists.matching import LISTS
from conserje.blueprints import labels, lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.schedule_words import schedule
from conserje.identity import documents
from conserje.permissions import Permission


@administration.get("/listas-de-acceso")
@requires(Permission.SEE_ACCESS_LISTS)
def listed_people() -> ResponseReturnValue:
    wanted, order = _wanted(), lists.sorted_by(Order)
    after = places.read_id(request.args.get("desde", ""))
    page = directory.listed(current_access().community, wanted, order, after=after, now=clock.now())
    here = lists.address(wanted.typed, order, tipo=wanted.listing)
    return render_template(
        "administration/listed_people.html",
        wanted=wanted,
        order=order,
        orders=Order,
        lists=LISTS,
        narrows=wanted != Wanted(),
        page=page,
        export_url=url_for("administration.export_listed_people", **here),
        **lists.ways_on("administration.listed_people", here, after=after, following=page.next),
    )


@administration.get("/listas-de-acceso.xlsx")
@requires(Permission.MANAGE_ACCESS_LISTS)
def export_listed_people() -> Response:
    community, order = current_access().community, lists.sorted_by(Order)
    found = directory.everybody(community, _wanted(), order, now=clock.now())
    title, action = _("Listas de acceso"), "access_lists.exported"
    return lists.workbook("listas-de-acceso", title, _headings(), _lines(found), action)


def _headings() -> list[str]:
    return [
        _("Inmueble"), _("Nombre"), _("Tipo de documento"), _("Número de documento"), _("Tipo de acceso"), _("Vence"),
        _("Horario"), _("Registrado"), _("Registrado por"),
    ]  # fmt: skip


def _lines(rows: Iterable[ListedRow]) -> Iterator[list[Any]]:
    for row in rows:
        entry = row.entry
        yield [
            row.unit_label, entry.full_name, labels.document_type(entry.document_type),
            documents.display(entry.document), labels.listing(entry.listing),
            entry.expires_on, schedule(entry.validity), entry.listed_at, row.listed_by,
        ]  # fmt: skip


def _wanted() -> Wanted:
    listing = request.args.get("tipo", "")
    return Wanted(lists.searched(), listing if listing in set(LISTS) else "")
