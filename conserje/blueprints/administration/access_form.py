"""[Ingresar acceso]: whom to put on which of the unit's lists."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from conserje.access_lists.matching import LISTS
from conserje.blueprints import labels
from conserje.blueprints.document_form import DocumentForm
from conserje.blueprints.fields import ChoiceField, full_name_field
from conserje.communities.models import Community


class AccessForm(DocumentForm):
    """The form of [Ingresar acceso] (K083); without a document nobody can be listed."""

    listing = ChoiceField(_("Tipo de acceso"), validators=[InputRequired(_("Elija el tipo de acceso."))])
    full_name = full_name_field(_("Nombre completo"))

    def __init__(self, community: Community, **options: Any) -> None:
        super().__init__(community, is_required=True, **options)
        # Neither is taken for granted: whoever does not choose is asked.
        self.listing.choices = [("", _("Elija uno")), *((each.value, labels.listing(each)) for each in LISTS)]
