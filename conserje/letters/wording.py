"""What the welcome letter says: the suggested text, the community's own, and the fields that are filled in. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from conserje.errors import Refused

LONGEST = 4_000
# What the fonts that every reader of PDF has can draw.
_ALPHABET = "cp1252"
# What stands between braces, for every unit its own (T16).
FIELDS = ("nombre", "inmueble", "comunidad", "administración", "enlace", "fecha")
_WELCOME = """Estimado(a) {nombre}:

Le damos la bienvenida a {comunidad}. Desde hoy la portería de la comunidad trabaja con Conserje, y queremos contarle \
qué cambia para usted como residente de {inmueble}.

Cuando alguien lo visite, la portería lo registrará y usted recibirá un SMS o un correo con un enlace. Ahí verá quién \
está en la puerta y podrá autorizar o rechazar el ingreso con un toque. Si no responde, la portería lo llamará.

"""
_PORTAL = """\
En el portal de residentes puede ver quién ha venido a su unidad, decir quiénes de su hogar pueden autorizar visitas y \
mantener al día sus teléfonos. Ingrese con su correo o su celular en:

{enlace}

"""
_FAREWELL = """\
Nadie de la portería ni de la administración le pedirá contraseñas. Si tiene dudas, escríbanos o acérquese a la \
portería.

Atentamente,
{administración}"""
SUGGESTED = _WELCOME + _PORTAL + _FAREWELL
SUGGESTED_WITHOUT_PORTAL = _WELCOME + _FAREWELL

# How a unit is addressed where nobody is known to live there.
NOBODY_KNOWN = "residente"
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Facts:
    """What the fields of one letter say. `day` as the community writes a date."""

    name: str
    unit: str
    community: str
    administration: str
    link: str
    day: str


def parse(typed: str) -> str:
    """The text of a letter as typed, its line ends and outer white space tidied.

    Refuses (field `text`): `letter_empty`; `letter_too_long` (facts: longest); `letter_unknown_field` (facts: name)
    for something between braces that no letter knows; `letter_undrawable` (facts: sign), as an emoji is.
    """
    text = "\n".join(line.rstrip() for line in typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
    if not text:
        raise Refused("letter_empty", field="text")
    if len(text) > LONGEST:
        raise Refused("letter_too_long", field="text", longest=LONGEST)
    for found in _FIELD.findall(text):
        if _name(found) not in FIELDS:
            raise Refused("letter_unknown_field", field="text", name=found.strip()[:40])
    for character in unicodedata.normalize("NFC", text):
        if character != "\n" and not drawn(character):
            raise Refused("letter_undrawable", field="text", sign=character)
    return text


def drawn(character: str) -> str:
    """The character as letters show it: without an accent that their font lacks; empty where it has nothing alike."""
    for candidate in (character, unicodedata.normalize("NFKD", character)[:1]):
        try:
            candidate.encode(_ALPHABET)
        except UnicodeEncodeError:
            continue
        return candidate
    return ""


def suggested(*, has_portal: bool) -> str:
    """The letter of a community that has written none: it leads nobody to a portal that is not there."""
    return SUGGESTED if has_portal else SUGGESTED_WITHOUT_PORTAL


def text_of(own: str, *, has_portal: bool = True) -> str:
    """The community's own text, or the suggested one where it has none (T15)."""
    return own or suggested(has_portal=has_portal)


def filled(text: str, facts: Facts) -> str:
    """The letter of one unit. What fills a field is not looked through for fields again."""
    values = dict(
        zip(
            FIELDS,
            (facts.name or NOBODY_KNOWN, facts.unit, facts.community, facts.administration, facts.link, facts.day),
            strict=True,
        )
    )
    return _FIELD.sub(lambda found: values.get(_name(found[1]), found[0]), text)


def paragraphs(text: str) -> list[str]:
    """The parts of a letter between empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _name(between_braces: str) -> str:
    """«{ Administracion }» is meant as «{administración}»."""
    name = between_braces.strip().casefold()
    return "administración" if name == "administracion" else name
