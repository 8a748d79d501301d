"""The forms of [Administración]: logos, and what holds for whoever administers."""

from __future__ import annotations

from typing import IO, Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField
from wtforms.validators import StopValidation

from conserje.blueprints.fields import PictureField, PostForm
from conserje.communities.models import LogoChoice
from conserje.photos.logos import PreparedLogo, prepare_logo


class LogoField(PictureField[PreparedLogo]):
    """A logo, made small where the form says so."""

    def prepare(self, stream: IO[bytes], form: LogoForm) -> PreparedLogo:
        return prepare_logo(stream, shrinks=bool(form.shrinks.data))


class LogoForm(PostForm):
    logo = LogoField(_("Logo"))
    shrinks = BooleanField(_("Recortar y reducir"))


class CommunityLogoForm(LogoForm):
    """[Logo de la comunidad]: which one is shown, and perhaps a new one."""

    choice = RadioField(_("Logo que se muestra"), validate_choice=False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.choice.choices = [
            (LogoChoice.COMMUNITY.value, _("Comunidad")),
            (LogoChoice.ADMINISTRATION.value, _("Administración")),
            (LogoChoice.NONE.value, _("Sin logo")),
        ]

    def validate_choice(self, field: RadioField) -> None:
        if field.data not in set(LogoChoice):
            raise StopValidation(_("Elija una opción de la lista."))


class AdministrationLogoForm(LogoForm):
    """[Subir logo de la administración], or back to the one that the accounting product keeps."""

    inherits = BooleanField(_("Volver al logo del sistema de contabilidad"))

    def validate_logo(self, field: LogoField) -> None:
        if field.prepared is None and not field.errors and not self.inherits.data:
            raise StopValidation(_("Elija el archivo del logo."))

    def validate_inherits(self, field: BooleanField) -> None:
        if field.data and self.logo.prepared is not None:
            raise StopValidation(_("Suba un logo o vuelva al otro: ambas cosas no se puede."))


class SecondFactorForm(PostForm):
    requires_totp = BooleanField()
