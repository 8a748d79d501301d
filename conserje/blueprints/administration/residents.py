"""[Residentes]: the users of all the community's units (T01 to T05, T07, T11), and the Excel file of them (T18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje.blueprints import labels, lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.gate.loading import resident_or_404
from conserje.blueprints.htmx import page_or_fragment
from conserje.communities import resident_directory
from conserje.communities.models import Community, ResidentKind
from conserje.communities.resident_directory import Order, ResidentRow, Role, Wanted
from conserje.permissions import Permission


@administration.get("/residentes")
@requires(Permission.SEE_UNITS)
def residents() -> ResponseReturnValue:
    wanted, order = _wanted(), lists.sorted_by(Order)
    after = places.read_id(request.args.get("desde", ""))
    page = resident_directory.listed(wanted, order, after=after)
    here = _address(wanted, order)
    return render_template(
        "administration/residents.html",
        wanted=wanted,
        order=order,
        orders=Order,
        kinds=ResidentKind,
        narrows=wanted != Wanted(),
        page=page,
        export_url=url_for("administration.export_residents", **here),
        **lists.ways_on("administration.residents", here, after=after, following=page.next),
    )


@administration.get("/residentes/<int:resident_id>")
@requires(Permission.SEE_UNITS)
def resident(resident_id: int) -> Response:
    """The window of [Herramientas] (T03, T04); a page of its own where nothing runs scripts."""
    row = resident_directory.row(resident_or_404(resident_id))
    return page_or_fragment("administration/resident.html", "administration/_resident_window.html", row=row)


@administration.get("/residentes.xlsx")
@requires(Permission.MANAGE_UNITS)
def export_residents() -> Response:
    community = current_access().community
    found = resident_directory.everybody(_wanted(), lists.sorted_by(Order))
    return lists.workbook("residentes", _("Residentes"), _headings(community), _lines(found), "residents.exported")


def _headings(community: Community) -> list[str]:
    principal = labels.people(community.column_names).principal
    return [
        _("Inmueble"), _("Nombres"), _("Apellidos"), _("Correo electrónico"), _("Tipo de usuario"), principal,
        _("Origen"), _("Datos"),
    ]  # fmt: skip


def _lines(rows: Iterator[ResidentRow]) -> Iterator[list[str]]:
    for row in rows:
        yield [
            row.unit_label, row.given_names, row.surnames, row.email, labels.resident_kind(row.kind),
            _("Sí") if row.is_principal else _("No"), labels.origin(row.origin), labels.completeness(row.missing),
        ]  # fmt: skip


def _wanted() -> Wanted:
    kind, role = request.args.get("tipo", ""), request.args.get("principal", "")
    return Wanted(
        typed=lists.searched(),
        kind=kind if kind in set(ResidentKind) else "",
        role={"si": Role.PRINCIPAL, "no": Role.SECONDARY}.get(role, ""),
        without_email=request.args.get("sin_correo") == "1",
    )


def _address(wanted: Wanted, order: Order) -> dict[str, Any]:
    """The list as the address of a further page, or of its file, says it."""
    role = {Role.PRINCIPAL: "si", Role.SECONDARY: "no"}.get(Role(wanted.role)) if wanted.role else ""
    without = "1" if wanted.without_email else ""
    return lists.address(wanted.typed, order, tipo=wanted.kind, principal=role, sin_correo=without)
