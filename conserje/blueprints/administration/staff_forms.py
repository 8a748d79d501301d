"""The form of a staff account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, StopValidation

from conserje.accounts import directory, upkeep
from conserje.accounts.founding import personal_name
from conserje.accounts.models import Account
from conserje.accounts.upkeep import Particulars
from conserje.blueprints import labels
from conserje.blueprints.fields import ChoiceField, PostForm, by_rule
from conserje.communities.models import Community
from conserje.identity import emails
from conserje.permissions import Profile, may_create


class CommunitiesField(SelectMultipleField):
    """Some of one's communities; something else comes only from a form that is old or tampered with."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, coerce=int, **options)

    def pre_validate(self, form: object) -> None:
        if self.data is None or not set(self.data) <= {value for value, _label in self.choices or ()}:
            raise StopValidation(_("Elija las comunidades de la lista."))


class StaffForm(PostForm):
    """Creates or edits an account (K131 to K133, K140). Offers what whoever fills it in may give."""

    profile = ChoiceField(_("Perfil"), validators=[DataRequired(_("Elija el perfil."))])
    given_name = StringField(_("Nombre"), validators=[DataRequired(_("Ingrese el nombre.")), by_rule(personal_name)])
    paternal_surname = StringField(
        _("Apellido paterno"),
        validators=[DataRequired(_("Ingrese el apellido paterno.")), by_rule(personal_name)],
    )
    maternal_surname = StringField(
        _("Apellido materno"), validators=[by_rule(lambda text: personal_name(text) if text.strip() else "")]
    )
    email = StringField(_("Correo electrónico"), validators=[by_rule(emails.parse)])
    communities = CommunitiesField(_("Comunidades asociadas"))
    # What whoever edits was shown.
    seen = HiddenField()

    def __init__(self, manager: Account, communities: Sequence[Community]) -> None:
        super().__init__()
        profiles = [(profile.value, labels.profile(profile)) for profile in may_create(Profile(manager.profile))]
        self.profile.choices = [("", _("Elija el perfil")), *profiles]
        self.communities.choices = [(community.id, community.name) for community in communities]

    def show(self, account: Account) -> None:
        """The account as it is."""
        for name in ("profile", "given_name", "paternal_surname", "maternal_surname", "email"):
            self[name].data = getattr(account, name)
        if account.profile != Profile.SUPERADMIN:
            self.communities.data = sorted(directory.community_ids_of(account))
        self.seen.data = upkeep.version(account)

    def particulars(self) -> Particulars:
        """What the form says, for the rule."""
        return Particulars(
            profile=Profile(self.profile.data),
            given_name=self.given_name.data,
            paternal_surname=self.paternal_surname.data,
            maternal_surname=self.maternal_surname.data,
            email=self.email.data,
            community_ids=frozenset(self.communities.data or ()),
        )
