"""The sentence that a person reads for each `Refused` code: what happened and what to do next."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from conserje.errors import Refused

SENTENCES = {
    "form_stale": _("El formulario venció. Vuelva a intentarlo."),
    "community_changed": _("En otra pestaña cambió a %(community)s. Recargue esta página; aquí no se guardó nada."),
    # people and documents
    "name_required": _("Ingrese el nombre completo."),
    "name_too_long": _("El nombre admite hasta %(longest)s caracteres."),
    "name_characters": _("El nombre lleva solo letras, números y los signos habituales."),
    "document_required": _("Ingrese el número de documento."),
    "document_malformed": _("El número de documento no es válido. Revíselo."),
    "document_check_digit": _("El dígito verificador del RUN no corresponde. Revise el número."),
    "document_too_short": _("Al número de documento le faltan caracteres: lleva al menos %(shortest)s."),
    "document_too_long": _("El número de documento tiene demasiados caracteres: lleva a lo más %(longest)s."),
    "document_type_unknown": _("Elija el tipo de documento de la lista."),
    "phone_required": _("Ingrese el número de teléfono."),
    "phone_malformed": _("El número de teléfono no es válido. Revíselo."),
    "phone_foreign": _("El número de teléfono no es de este país."),
    "phone_without_sms": _("A ese número no llegan SMS. Ingrese un celular."),
    "number_changed": _("El número de esta unidad cambió mientras tanto. Se muestra cómo quedó."),
    "note_too_long": _("El texto admite hasta %(longest)s caracteres."),
    "note_characters": _("El texto tiene caracteres que no se pueden mostrar."),
    "plate_malformed": _("La patente lleva solo letras y números, hasta %(longest)s."),
    "companions_out_of_range": _("Los acompañantes son un número entre 0 y %(most)s."),
    # the vigencia
    "range_reversed": _("La fecha «hasta» debe ser posterior a la fecha «desde»."),
    "range_over": _("La vigencia ya terminó. Elija una fecha «hasta» futura."),
    "range_too_long": _("La vigencia puede alcanzar hasta %(days)s días."),
    # photographs
    "photo_empty": _("El archivo de la foto está vacío. Elija otro."),
    "photo_format": _("La foto debe ser JPEG, PNG o WebP. Elija otro archivo."),
    "photo_heic": _("El formato HEIC no se puede leer aquí. En el teléfono elija «Más compatible», o use JPEG."),
    "photo_unreadable": _("La foto está dañada o incompleta. Elija otra."),
    "photo_too_many_pixels": _("La foto es demasiado grande: admite hasta %(limit)s megapíxeles."),
    # logos
    "logo_missing": _("Suba primero el logo de la comunidad."),
    "logo_empty": _("El archivo del logo está vacío. Elija otro."),
    "logo_too_heavy": _("El logo pesa demasiado: admite hasta %(megabytes)s MB."),
    "logo_format": _("El logo debe ser una imagen JPG o JPEG. Elija otro archivo."),
    "logo_too_large": _(
        "El logo mide %(width)s × %(height)s píxeles: admite hasta %(longest)s × %(longest)s. "
        "Elija otro, o marque «Recortar y reducir»."
    ),
    "logo_unreadable": _("La imagen del logo está dañada o incompleta. Elija otra."),
    # deciding
    "method_not_manual": _("Elija el medio de aprobación de la lista."),
    "reason_required": _("Escriba el motivo."),
    "visit_already_decided": _("Esta visita ya fue decidida. Se muestra cómo quedó."),
    "visit_no_longer_valid": _("La vigencia de esta visita ya terminó. Regístrela de nuevo."),
    "visit_not_yet_valid": _("La vigencia de esta visita aún no comienza."),
    "visit_not_accepted": _("Esta visita no está aceptada."),
    "already_inside": _("El ingreso ya estaba registrado."),
    "not_inside": _("La salida ya estaba registrada."),
    "visitor_is_active": _("Este visitante ya tiene una visita aceptada y vigente."),
    "unauthorised_needs_admin": _("Está en la lista de acceso no autorizado. Solo un administrador puede aceptar."),
    "unauthorised_not_asked": _("Está en la lista de acceso no autorizado: no se pregunta al residente."),
    # access lists
    "already_listed": _("Este documento ya está en una lista de acceso de la unidad, a nombre de %(name)s."),
    "not_listed_any_more": _("Esa persona ya no está en las listas de acceso de la unidad."),
    # asking the resident
    "asked_too_often": _("Ya se preguntó %(most)s veces. Llame al residente."),
    "asked_too_soon": _("Se acaba de preguntar. Espere %(seconds)s segundos para reenviar."),
    "answer_too_late": _("El plazo para responder venció."),
    "link_over": _("Este enlace ya no sirve."),
    # settings
    "escalation_after_window": _("Ponga menos segundos que el plazo para responder: después ya no se pregunta."),
    "setting_out_of_range": _("Ingrese un número entre %(least)s y %(most)s."),
    # accounts
    "sign_in_failed": _("El correo o la contraseña no son correctos."),
    "sign_in_locked": _("Demasiados intentos. Espere %(seconds)s segundos y pruebe otra vez."),
    "email_required": _("Ingrese el correo electrónico."),
    "email_malformed": _("El correo electrónico no es válido. Escríbalo como nombre@dominio.cl."),
    "community_unknown": _("Elija una de sus comunidades."),
    "password_wrong": _("La contraseña actual no es correcta."),
    "password_same": _("La contraseña nueva debe ser distinta de la actual."),
    "password_mismatch": _("Las dos contraseñas nuevas no coinciden."),
    "password_too_short": _("Use al menos %(shortest)s caracteres. Una frase es fácil de recordar."),
    "password_too_long": _("Use hasta %(longest)s caracteres."),
    "reset_over": _("Este enlace ya se usó o venció. Pida otro."),
    "password_common": _("Esa contraseña es fácil de adivinar. Pruebe con varias palabras sin relación entre sí."),
    "temporary_wrong": _("La contraseña temporal no es correcta. Cópiela del correo tal como está."),
    "temporary_over": _("La contraseña temporal ya se usó o venció. Pida otra a su administración o un enlace aquí."),
    "email_taken": _("Ya hay una cuenta con ese correo. Use otro."),
    "profile_beyond": _("Su perfil no puede dar ese perfil. Elija otro de la lista."),
    "communities_required": _("Elija al menos una comunidad."),
    "own_account": _("Es su propia cuenta. Pida a otra persona que administre que lo haga."),
    "own_profile": _("Nadie cambia su propio perfil ni sus propias comunidades. Pídalo a otra persona que administre."),
    "account_gone": _("Esta cuenta ya fue eliminada."),
    "account_beyond": _("La cuenta tiene permisos o comunidades que usted no tiene. Pídalo a un Súper Administrador."),
    "account_changed": _("Otra persona cambió esta cuenta mientras tanto. Vuelva a abrirla; aquí no se guardó nada."),
    "last_superadmin": _("Es el único Súper Administrador: la administración debe tener al menos uno."),
    # bundles of SMS
    "sms_balance_empty": _("No quedan SMS suficientes: quedan %(left)s. Compre una bolsa de SMS."),
    "conditions_not_accepted": _("Para comprar, marque «Acepto las condiciones»."),
    "bundle_not_on_sale": _("Esa bolsa de SMS ya no está a la venta. Elija otra."),
    "bundle_parts_out_of_range": _("La cantidad de SMS va de 1 a %(most)s."),
    "bundle_price_out_of_range": _("El precio va de 0 a %(most)s, sin decimales."),
    "bundle_name_taken": _("Ya hay una bolsa de SMS con ese nombre en este país. Use otro nombre."),
    "bundle_unknown": _("No hay una bolsa de SMS con ese nombre en este país."),
    # commands
    "already_set_up": _("La base de datos ya tiene datos: no se cambió nada."),
    "demo_not_in_production": _("La demostración no se instala en producción: use CONSERJE_MODE=demo."),
    "schema_outdated": _("La base de datos no está al día. Ejecute primero: flask --app app db upgrade"),
}


def sentence(refusal: Refused) -> str:
    """What the person reads."""
    return str(SENTENCES[refusal.code]) % refusal.facts if refusal.facts else str(SENTENCES[refusal.code])
