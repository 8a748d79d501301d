"""The forms of a community."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, StopValidation

from conserje.blueprints import labels
from conserje.blueprints.fields import ChoiceField, NumberField, PostForm, by_rule
from conserje.communities import founding
from conserje.communities.founding import TIME_ZONES, NewCommunity
from conserje.communities.models import Community
from conserje.communities.settings import APPROVAL_MINUTES
from conserje.errors import Refused
from conserje.identity import names
from conserje.identity.countries import Country
from conserje.permissions import Module


def _community_name(text: str) -> str:
    if not text.strip():
        raise Refused("community_name_required", field="name")
    return names.parse(text, "name")


class ModulesField(SelectMultipleField):
    """The modules that are on; something else comes only from a form that is old or tampered with."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[each.value for each in Module], **options)

    def pre_validate(self, form: object) -> None:
        if not set(self.data or ()) <= set(Module):
            raise StopValidation(_("Elija los módulos de la lista."))


class CommunityForm(PostForm):
    """Edits a community's name and address, and which modules it uses."""

    name = StringField(_("Nombre de la comunidad"), validators=[by_rule(_community_name)])
    address = StringField(_("Dirección"), validators=[by_rule(founding.address)])
    modules = ModulesField(_("Módulos"))
    # What whoever edits was shown.
    seen = HiddenField()

    def show(self, community: Community) -> None:
        """The community as it is."""
        self.name.data, self.address.data = community.name, community.address
        self.modules.data = [each.value for each in community.modules]
        self.seen.data = founding.version(community)

    def chosen_modules(self) -> frozenset[Module]:
        """The modules that are ticked."""
        return frozenset(map(Module, self.modules.data or ()))


class NewCommunityForm(CommunityForm):
    """Makes a community; no time zone chosen means the country's own."""

    country = ChoiceField(_("País"), validators=[InputRequired(_("Elija el país."))])
    time_zone = ChoiceField(_("Zona horaria"), default="")
    approval_minutes = NumberField(_("Minutos para responder"), limits=APPROVAL_MINUTES, default=10)
    document_required = BooleanField(_("Pedir siempre el documento del visitante"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.country.choices = [("", _("Elija el país")), *((each.value, labels.country(each)) for each in Country)]
        zones = [zone for country in Country for zone in TIME_ZONES[country]]
        self.time_zone.choices = [("", _("La habitual del país")), *((zone, labels.time_zone(zone)) for zone in zones)]

    def particulars(self) -> NewCommunity:
        """What the form says, for the rule."""
        return NewCommunity(
            name=self.name.data,
            country=Country(self.country.data),
            address=self.address.data,
            time_zone=self.time_zone.data or "",
            approval_minutes=self.approval_minutes.data or 0,
            document_required=self.document_required.data,
            modules=self.chosen_modules(),
        )
