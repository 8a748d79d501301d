"""[Inmuebles]: the community's units, and how many messages went out (K105 to K108)."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints import labels, lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.forms import NumberForm, SeenNumberForm
from conserje.blueprints.gate.loading import unit_or_404
from conserje.blueprints.htmx import page_or_fragment, wants_fragment
from conserje.communities import directory, resident_upkeep
from conserje.communities.directory import Order
from conserje.communities.models import Unit
from conserje.messages import counters
from conserje.messages.models import Channel
from conserje.permissions import Permission


@administration.get("/inmuebles")
@requires(Permission.SEE_UNITS)
def units() -> ResponseReturnValue:
    typed, order, after = lists.searched(), lists.sorted_by(Order), places.read_id(request.args.get("desde", ""))
    page = directory.listed(typed, order, after=after)
    here = lists.address(typed, order)
    community, now = current_access().community, clock.now()
    return render_template(
        "administration/units.html",
        typed=typed,
        order=order,
        orders=Order,
        page=page,
        export_url=url_for("administration.export_units", **here),
        sms=counters.counted(community, Channel.SMS, now=now),
        emails=counters.counted(community, Channel.EMAIL, now=now),
        **lists.ways_on("administration.units", here, after=after, following=page.next),
    )


@administration.get("/inmuebles.xlsx")
@requires(Permission.MANAGE_UNITS)
def export_units() -> Response:
    called = labels.people(current_access().community.column_names)
    headings = [
        _("Torre"), _("Número"), _("Piso"), _("Tipo de unidad"), called.principal_email, called.other_emails,
        _("Número de avisos"), _("Origen"),
    ]  # fmt: skip
    rows = (
        [
            unit.tower, unit.number, unit.floor, labels.unit_kind(unit.kind), ", ".join(row.principal_emails),
            ", ".join(row.secondary_emails), row.notice_phone, labels.origin(row.origin),
        ]
        for unit, row in directory.every(lists.searched(), lists.sorted_by(Order))
    )  # fmt: skip
    return lists.workbook("inmuebles", _("Inmuebles"), headings, rows, "units.exported")


@administration.get("/inmuebles/<int:unit_id>")
@requires(Permission.SEE_UNITS)
def unit(unit_id: int) -> Response:
    """The unit and its residents; to htmx the row alone, which a form opened in it gives back when closed unsent."""
    return row_shown(unit_or_404(unit_id))


def row_shown(
    found: Unit,
    *,
    form: NumberForm | None = None,
    deletion: SeenNumberForm | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    """The unit's row, with the form that is open in it; a page of its own where nothing runs scripts."""
    return page_or_fragment(
        "administration/unit.html",
        "administration/_unit_row.html",
        status,
        unit=found,
        people=[] if wants_fragment() else resident_upkeep.of_unit(found),
        row=directory.row(found),
        form=form,
        deletion=deletion,
        notice=notice,
        # A form that was closed gives the focus back to its tool.
        focus_id=found.id if wants_fragment() and not (form or deletion) else 0,
    )
