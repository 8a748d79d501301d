"""The administration's logo as its accounting product keeps it (K057): judged, and kept for the draft."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO
from typing import Any, Final

from conserje.errors import Refused
from conserje.importing.layout import GivenLogo
from conserje.photos.logos import keep_logo, prepare_inherited_logo
from conserje.photos.storage import PhotoStore, StorageUnavailable

# What a draft holds: nothing where the source says nothing; a `digest`, null where it says that there is no logo; or
# the `problem` of one that cannot be used, with its `facts`.
Said = dict[str, Any]

# Where whoever uploads by hand would be told what to choose instead.
_ELSEWHERE: Final = {
    "logo_format": "import_logo_format",
    "logo_too_large": "import_logo_too_large",
    "logo_unreadable": "import_logo_unreadable",
}


def keep(given: GivenLogo | None, store: PhotoStore, administration_id: int) -> Said:
    """What the draft is to hold of the logo, with its picture stored. A logo that is no good never stops an import."""
    if given is None:
        return {}
    if given.value is None or given.value == "":
        return {"digest": None}
    try:
        return {"digest": keep_logo(store, administration_id, prepare_inherited_logo(_picture(given.value)))}
    except Refused as refusal:
        return {"problem": _ELSEWHERE.get(refusal.code, refusal.code), "facts": refusal.facts}
    except StorageUnavailable:
        return {"problem": "storage_unavailable", "facts": {}}


def _picture(value: object) -> BytesIO:
    try:
        # Some products break the text into lines.
        return BytesIO(base64.b64decode("".join(str(value).split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Refused("logo_format") from error
