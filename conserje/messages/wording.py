"""What the messages say, in Spanish: SMS that fit one part whatever the names, e-mails as text and as HTML. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from conserje.messages.carriers import LOGO_ID
from conserje.messages.models import Purpose
from conserje.messages.sms_text import cut, fold, septets

LONGEST_COMMUNITY = 30
LONGEST_NAME = 20
LONGEST_UNIT = 20
# What a link may take of the 160, the token included; `config` refuses a longer address.
LONGEST_LINK = 60
# Of its 72 pixels, so that it is sharp on a telephone.
LOGO_HEIGHT = 48
_BODY = '<body style="font:16px/1.5 sans-serif;max-width:36em">'

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Mail:
    title: str
    text: str
    html: str


def sms(purpose: Purpose, facts: Facts, link: str) -> str:
    """The folded text of an SMS: an approval request, which names no surname and no document, or a resident's link."""
    community = cut(facts["community"], LONGEST_COMMUNITY)
    if purpose is Purpose.PORTAL_LINK:
        return fold(f"{community}: entre a su portal de residentes, una vez: {link}")
    if purpose is not Purpose.APPROVAL:
        raise ValueError(f"{purpose} does not go by SMS")
    visitor = cut(first_name(facts["visitor"]), LONGEST_NAME)
    unit = _unit(facts["unit"])
    return fold(f"{community}: {visitor} pregunta por {unit}. Responda: {link}")


def _unit(label: str) -> str:
    """«Torre B · 1204» without its dot. A long tower is cut rather than the number, by which a resident knows it."""
    tower, _, number = label.rpartition(" · ")
    number = cut(number, LONGEST_UNIT)
    room = LONGEST_UNIT - septets(number) - 1
    first, *_ = fold(tower).split() or [""]
    return f"{cut(tower, room)} {number}" if first and septets(first) <= room else number


def first_name(full_name: str) -> str:
    """What an SMS calls a visitor: the first word of the name."""
    first, *_ = full_name.split() or ["Una visita"]
    return first


def mail(purpose: Purpose, facts: Facts, link: str) -> Mail:
    """Title, text and HTML of an e-mail."""
    match purpose:
        case Purpose.APPROVAL:
            return _mail(
                f"Una visita pregunta por {facts['unit']}",
                facts["community"],
                (
                    f"{first_name(facts['visitor'])} está en la portería y pregunta por {facts['unit']}.",
                    f"Puede responder hasta las {facts['answer_by']}. Abrir el enlace no decide nada.",
                ),
                link,
                "Ver y responder",
            )
        case Purpose.PASSWORD_RESET:
            return _mail(
                "Cambie su contraseña de Conserje",
                "Conserje",
                (
                    f"Hola, {facts['name']}. Alguien, seguramente usted, pidió cambiar la contraseña de su cuenta.",
                    f"El enlace sirve una vez y vence en {facts['minutes']} minutos.",
                    "Si no fue usted, no haga nada: su contraseña sigue igual.",
                ),
                link,
                "Elegir una contraseña nueva",
            )
        case Purpose.WELCOME:
            return _mail(
                "Su cuenta de Conserje",
                "Conserje",
                (
                    f"Hola, {facts['name']}. Con estos datos entra por primera vez a Conserje:",
                    f"Usuario: {facts['user']}",
                    f"Contraseña temporal: {facts['password']}",
                    f"Para elegir su propia contraseña abra el enlace. La temporal sirve una vez y vence en "
                    f"{facts['hours']} horas.",
                ),
                link,
                "Haz clic aquí",
            )
        case Purpose.SECOND_FACTOR_OFF:
            return _mail(
                "Se desactivó la verificación en dos pasos",
                "Conserje",
                (
                    f"Hola, {facts['name']}. {facts['by']} desactivó la verificación en dos pasos de su cuenta "
                    f"{facts['user']}: ahora basta su contraseña para ingresar.",
                    "Puede activarla otra vez en Cambiar mi contraseña, Verificación en dos pasos.",
                    "Si usted no lo pidió, cambie su contraseña y avise a su administración.",
                ),
            )
        case Purpose.PORTAL_LINK:
            return _mail(
                "Su enlace al portal de residentes",
                facts["community"],
                (
                    f"Hola, {facts['name']}. Alguien, seguramente usted, pidió entrar al portal de residentes.",
                    f"El enlace sirve una vez y vence en {facts['minutes']} minutos.",
                    "Si no fue usted, no haga nada: nadie entra sin este enlace.",
                ),
                link,
                "Entrar al portal",
            )
        case Purpose.PORTAL_WELCOME:
            return _mail(
                f"Su acceso al portal de residentes de {facts['community']}",
                facts["community"],
                (
                    f"Hola, {facts['name']}. {facts['inviter']}, de la administración de {facts['community']}, "
                    f"le invita al portal de residentes de {facts['unit']}.",
                    "Ahí ve quién vino a su unidad, responde a las visitas y mantiene sus teléfonos al día.",
                    f"El enlace sirve una vez y vence en {facts['hours']} horas. Después puede pedir otro con este "
                    "correo en la página del portal.",
                ),
                link,
                "Entrar al portal",
            )
        case Purpose.PURCHASE:
            return _mail(
                f"Compra de la bolsa «{facts['bundle']}» para {facts['community']}",
                facts["community"],
                (
                    f"{facts['buyer']} compró la bolsa «{facts['bundle']}»: {facts['parts']} SMS.",
                    f"Cuesta {facts['price']} y se cobrará en el período de {facts['period']}.",
                    f"La comunidad tiene ahora {facts['balance']} SMS disponibles.",
                ),
            )
        case Purpose.LOW_BALANCE:
            return _mail(
                f"Quedan {facts['balance']} SMS en {facts['community']}",
                facts["community"],
                (
                    f"A la comunidad le quedan {facts['balance']} SMS. Sin SMS la portería llama por teléfono.",
                    "Puede comprar una bolsa en Administración, Bolsas de SMS.",
                ),
            )
        case Purpose.LETTER:
            paragraphs = tuple(part.strip() for part in facts["text"].split("\n\n") if part.strip())
            return _mail(f"Bienvenida a {facts['community']}", facts["community"], paragraphs)


def _mail(title: str, signature: str, paragraphs: tuple[str, ...], link: str = "", label: str = "") -> Mail:
    title = " ".join(title.split())  # a header: no line may begin in it
    text = "\n\n".join((*paragraphs, *([f"{label}: {link}"] if link else ()), signature)) + "\n"
    body = "".join(f"<p>{html.escape(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)
    if link:
        body += f'<p><a href="{html.escape(link)}">{html.escape(label)}</a></p><p>{html.escape(link)}</p>'
    page = (
        f'<!doctype html><html lang="es"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"{_BODY}{body}<p>{html.escape(signature)}</p></body></html>"
    )
    return Mail(title, text, page)


def with_logo(page: str, alt: str) -> str:
    """The HTML of an e-mail with the logo above its text; whoever sends it lets the picture travel along."""
    logo = f'<p><img src="cid:{LOGO_ID}" alt="{html.escape(alt)}" height="{LOGO_HEIGHT}"></p>'
    return page.replace(_BODY, f"{_BODY}{logo}", 1)
