from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, ValidationError

from conserje.blueprints.fields import PostForm, by_rule
from conserje.blueprints.wording import sentence
from conserje.errors import Refused
from conserje.identity import emails


class SignInForm(PostForm):
    email = StringField(_("Correo electrónico"), validators=[by_rule(emails.parse)])
    password = PasswordField(_("Contraseña"), validators=[InputRequired(_("Ingrese su contraseña."))])


class CodeForm(PostForm):
    """What the telephone shows at the moment."""

    code = StringField(_("Código de 6 dígitos"), validators=[InputRequired(_("Ingrese el código."))])


class RecoveryCodeForm(PostForm):
    """One of the codes that were kept for the day on which the telephone is not at hand."""

    code = StringField(_("Código de respaldo"), validators=[InputRequired(_("Ingrese el código de respaldo."))])


class OwnPasswordForm(PostForm):
    """That it is the account's holder who sits there."""

    current_password = PasswordField(_("Contraseña actual"), validators=[InputRequired(_("Ingrese su contraseña."))])


class ForgottenForm(PostForm):
    email = StringField(_("Correo electrónico"), validators=[by_rule(emails.parse)])


class PasswordForm(PostForm):
    """Changing one's own password."""

    current_password = PasswordField(_("Contraseña actual"), validators=[InputRequired(_("Ingrese su contraseña."))])
    new_password = PasswordField(_("Contraseña nueva"), validators=[InputRequired(_("Ingrese la contraseña nueva."))])
    repeated = PasswordField(
        _("Contraseña nueva, otra vez"), validators=[InputRequired(_("Repita la contraseña nueva."))]
    )

    def validate_repeated(self, field: PasswordField) -> None:
        if field.data != self.new_password.data:
            raise ValidationError(sentence(Refused("password_mismatch")))


class NewPasswordForm(PasswordForm):
    """Choosing a password without the current one, which was forgotten."""

    current_password = None


class TemporaryPasswordForm(PasswordForm):
    """Choosing a password in place of the temporary one (K138)."""

    current_password = None
    temporary_password = PasswordField(
        _("Contraseña temporal"), validators=[InputRequired(_("Ingrese la contraseña temporal."))]
    )
