"""[Bitácora]: who did what in the community, searchable by person, date and kind."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import Optional

from conserje import clock
from conserje.accounts import bitacora
from conserje.accounts.bitacora import KINDS, Line, Order, Wanted
from conserje.blueprints import journal_labels, lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.fields import ChoiceField, LastDayField, LocalDayField
from conserje.communities.models import Community
from conserje.paging import Page
from conserje.permissions import Permission


class BitacoraForm(FlaskForm):
    """The filters; they live in the address."""

    class Meta:
        csrf = False

    person = ChoiceField(_("Persona"), default="", validators=[Optional()])
    kind = ChoiceField(_("Tipo"), default="", validators=[Optional()])
    since = LocalDayField(_("Desde"))
    until = LastDayField(_("Hasta"))

    def __init__(self, community: Community, **options: Any) -> None:
        super().__init__(**options)
        people = [(str(person.id), person.short_name) for person in bitacora.people(community)]
        self.person.choices = [("", _("Todas")), *people]
        self.kind.choices = [("", _("Todos")), *((kind, journal_labels.act_kind(kind)) for kind in KINDS)]

    def wanted(self, zone: str) -> Wanted:
        """What is looked for; both days count whole."""
        return Wanted(
            account_id=int(self.person.data) if self.person.data else None,
            kind=self.kind.data or "",
            since=clock.day_bounds(self.since.data, zone)[0] if self.since.data else None,
            until=clock.day_bounds(self.until.data, zone)[1] if self.until.data else None,
        )


@administration.get("/bitacora")
@requires(Permission.SEE_AUDIT)
def audit_journal() -> ResponseReturnValue:
    access = current_access()
    form, after = BitacoraForm(access.community, formdata=request.args), places.read_id(request.args.get("desde", ""))
    page, order = Page[Line]([], 0, None), lists.sorted_by(Order)
    if form.validate():
        page = bitacora.listed(access.community, form.wanted(access.time_zone), order, after=after)
    filters = {name: value for name, value in request.args.items() if name in form}
    here = lists.address(order=order, **filters)
    body = render_template(
        "administration/bitacora.html",
        form=form,
        page=page,
        order=order,
        orders=Order,
        narrows=any(filters.values()),
        export_url=url_for("administration.export_audit_journal", **here),
        **lists.ways_on("administration.audit_journal", here, after=after, following=page.next),
    )
    return body, 422 if form.errors else 200


@administration.get("/bitacora.xlsx")
@requires(Permission.EXPORT_AUDIT)
def export_audit_journal() -> ResponseReturnValue:
    access = current_access()
    form = BitacoraForm(access.community, formdata=request.args)
    if not form.validate():
        return redirect(lists.with_the_same_filters("administration.audit_journal"), 303)
    lines = bitacora.every(access.community, form.wanted(access.time_zone), lists.sorted_by(Order))
    headings = [
        gettext("Fecha y hora"), gettext("Persona"), gettext("Qué hizo"), gettext("Sobre"), gettext("Número"),
        gettext("A quién"), gettext("Dirección"),
    ]  # fmt: skip
    return lists.workbook("bitacora", gettext("Bitácora"), headings, map(_in_file, lines), "journal.exported")


def _in_file(line: Line) -> list[object]:
    return [
        line.at, journal_labels.person(line.who, line.action), journal_labels.action(line.action),
        journal_labels.subject(line.subject) if line.subject else "", line.subject_id, line.about, line.address,
    ]  # fmt: skip
