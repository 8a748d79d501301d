"""[Bitácora]: who did what in the community, searchable by person, date and kind."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import Optional

from conserje import clock
from conserje.accounts import bitacora
from conserje.accounts.bitacora import KINDS, Wanted
from conserje.blueprints import journal_labels, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.fields import ChoiceField, LastDayField, LocalDayField
from conserje.communities.models import Community
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
    form, after = BitacoraForm(access.community, formdata=request.args), places.read(request.args.get("desde", ""))
    page = bitacora.Page([], None)
    if form.validate():
        place = (after.at, after.id) if after else None
        page = bitacora.listed(access.community, form.wanted(access.time_zone), after=place)
    here: dict[str, Any] = {name: value for name, value in request.args.items() if name in form and value}
    body = render_template(
        "administration/bitacora.html",
        form=form,
        page=page,
        narrows=bool(here),
        first_url=url_for("administration.audit_journal", **here) if after else None,
        next_url=url_for("administration.audit_journal", **here, desde=places.write(page.next)) if page.next else None,
    )
    return body, 422 if form.errors else 200
