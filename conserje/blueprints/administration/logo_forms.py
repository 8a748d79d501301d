"""Forms that take a logo."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, RadioField
from wtforms.validators import StopValidation

from conserje.blueprints.fields import PostForm
from conserje.blueprints.wording import sentence
from conserje.communities.models import LogoChoice
from conserje.errors import Refused
from conserje.photos.logos import PreparedLogo, prepare_logo


class LogoField(FileField):
    """A logo; judged, and where the form says so made small, while the form is validated."""

    prepared: PreparedLogo | None = None

    def pre_validate(self, form: LogoForm) -> None:
        upload = self.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return
        try:
            self.prepared = prepare_logo(upload.stream, shrinks=bool(form.shrinks.data))
        except Refused as refusal:
            raise StopValidation(sentence(refusal)) from refusal

    @property
    def digest(self) -> str | None:
        return self.prepared.digest if self.prepared else None


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
    """[Subir logo de la administración]."""

    def validate_logo(self, field: LogoField) -> None:
        if field.prepared is None and not field.errors:
            raise StopValidation(_("Elija el archivo del logo."))
