from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Optional

from conserje.blueprints.accounts.forms import PasswordForm
from conserje.blueprints.fields import PostForm, by_rule
from conserje.portal import contacts


class EntryForm(PostForm):
    """Who wants to enter: by a link, or by a password where one was chosen."""

    contact = StringField(_("Correo o celular"), validators=[by_rule(contacts.parse)])
    password = PasswordField(_("Contraseña"), validators=[Optional()])


class PhonesForm(PostForm):
    """One's own telephones, as typed."""

    seen = HiddenField()
    phone_1 = StringField(_("Teléfono 1"))
    phone_2 = StringField(_("Teléfono 2"))
    phone_3 = StringField(_("Teléfono 3"))
    phone_4 = StringField(_("Teléfono 4"))

    def typed(self) -> list[str]:
        return [field.data or "" for field in self.fields()]

    def fields(self) -> list[StringField]:
        return [self.phone_1, self.phone_2, self.phone_3, self.phone_4]


class OwnPasswordForm(PasswordForm):
    """Choosing the portal's password; the current one is asked for where there is one and the entry was long ago."""

    def __init__(self, *, asks_current: bool) -> None:
        super().__init__()
        if not asks_current:
            del self.current_password
