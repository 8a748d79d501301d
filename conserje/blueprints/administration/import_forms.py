"""Forms of [Importar datos]."""

from __future__ import annotations

import hashlib

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, StringField
from wtforms.validators import StopValidation

from conserje.blueprints.fields import PostForm, by_rule
from conserje.blueprints.wording import sentence
from conserje.errors import Refused
from conserje.importing.addresses import checked
from conserje.importing.files import MOST_BYTES, require_readable


class ImportFileForm(PostForm):
    """A file with units and residents; `name` and `body` once it is judged."""

    file = FileField(_("Archivo"))
    name = ""
    body = b""

    def validate_file(self, field: FileField) -> None:
        upload = field.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            raise StopValidation(sentence(Refused("import_file_required")))
        self.name, self.body = upload.filename, upload.stream.read(MOST_BYTES + 1)
        try:
            require_readable(self.name, self.body)
        except Refused as refusal:
            raise StopValidation(sentence(refusal)) from refusal

    def said(self) -> dict[str, object]:
        """A file is told by its content."""
        return {"file": hashlib.sha256(self.body).hexdigest()}


def address_form(allows_loopback: bool) -> ImportAddressForm:
    form = ImportAddressForm()
    form.allows_loopback = allows_loopback
    return form


class ImportAddressForm(PostForm):
    """The accounting product's address."""

    address = StringField(_("Dirección del sistema de contabilidad"))
    allows_loopback = False

    def validate_address(self, field: StringField) -> None:
        by_rule(lambda typed: checked(typed, allows_loopback=self.allows_loopback))(self, field)


class DraftForm(PostForm):
    """About the draft that was shown, and no other."""

    draft = StringField()
    leaves_out = BooleanField(_("Aplicar sin las filas con error"))
