"""What a USB scanner types: codes of Chilean and Colombian cards. All persons and numbers are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conserje.identity.documents import Document, DocumentType
from conserje.identity.scans import document_in

QR_OF_2013 = (
    "https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA"
    "&serial=123456789&mrz=123456789790010113001019"
)
QR_OF_2024 = (
    "https://portal.nuevosidiv.registrocivil.cl/document-validity?RUN=11111111-1&type=CEDULA"
    "&serial=B1A000001&mrz=B1A000001190010113401011"
)
LATIN_AMERICAN_KEYBOARD = str.maketrans(":/?=-&_<", "Ñ-_¿'/?;")
SPANISH_KEYBOARD = str.maketrans(":/?=-&_<", "Ñ-_¡'/?;")


def run(number: str) -> Document:
    return Document(DocumentType.RUN, number)


def check_digit(characters: str) -> str:
    """ICAO 9303: weights 7, 3, 1; digits as they are, A is 10, the filler is 0; modulo 10."""
    total = 0
    for place, character in enumerate(characters):
        value = 0 if character == "<" else int(character) if character.isdigit() else ord(character) - 55
        total += value * [7, 3, 1][place % 3]
    return str(total % 10)


def card(
    issuer: str, personal_number: str, *, nationality: str | None = None, serial: str = "B1A000001", rest: str = ""
) -> str:
    """Three lines of a TD1 card of an invented person, with right check digits."""
    first = f"IN{issuer}{serial}{check_digit(serial)}{rest:<<15}"
    born, expires = "900101", "340101"
    second = f"{born}{check_digit(born)}F{expires}{check_digit(expires)}{nationality or issuer}{personal_number:<<11}"
    composite = first[5:] + second[:7] + second[8:15] + second[18:29]
    return "\n".join((first, second + check_digit(composite), f"{'SOTO<DIAZ<<ANA<MARIA':<<30}"))


def yellow_card(
    number: str = "0052123456",
    *,
    prefix: str = "0x",
    marker: str = "PubDSK_1",
    other_number: str = "12345678",
    sex_and_birth: str = "0F19900101",
) -> str:
    """The fixed fields of the yellow card's PDF417, up to the blood group, with NUL where a field is not full."""
    names = "".join(name.ljust(23, "\0") for name in ("MUÑOZ", "PEÑA", "ANA", "MARIA"))
    return (
        prefix
        + "03001234".ljust(22, "\0")
        + marker.ljust(16, "\0")
        + other_number.ljust(8, "\0")
        + number
        + names
        + sex_and_birth
        + "15001"
        + "0"
        + "O+"
    )


def test_the_qr_of_the_card_of_2013_gives_the_run() -> None:
    assert document_in(QR_OF_2013) == run("12345678-5")


def test_the_qr_of_the_card_of_2024_gives_the_run() -> None:
    assert document_in(QR_OF_2024) == run("11111111-1")


@pytest.mark.parametrize("number", ["60803000-k", "60803000-K", "1000005-k", "1000005-K", "10000004-0"])
def test_a_check_digit_k_may_be_in_lower_case_and_the_run_of_seven_digits(number: str) -> None:
    assert document_in(QR_OF_2013.replace("12345678-5", number)) == run(number.upper())


@pytest.mark.parametrize("kind", ["CEDULA_EXT", "PASAPORTE_PG", "PASAPORTE_OFICIAL", "OTRO"])
def test_the_qr_of_a_foreign_resident_or_of_a_passport_gives_the_run_too(kind: str) -> None:
    assert document_in(QR_OF_2013.replace("CEDULA", kind)) == run("12345678-5")


@pytest.mark.parametrize("keyboard", [LATIN_AMERICAN_KEYBOARD, SPANISH_KEYBOARD])
@pytest.mark.parametrize(("scan", "number"), [(QR_OF_2013, "12345678-5"), (QR_OF_2024, "11111111-1")])
def test_a_scan_scrambled_by_the_keyboard_is_read(keyboard: dict[int, int], scan: str, number: str) -> None:
    assert document_in(scan.translate(keyboard)) == run(number)


@pytest.mark.parametrize(
    "scan",
    [
        "httpsÑ--portal.sidiv.registrocivil.cl-docstatus_RUN¿12345678'5/type¿CEDULA/serial¿123456789/mrz¿",
        "https:--portal.sidiv.registrocivil.cl-docstatus_RUN/12345678'5/type/CEDULA",
        "docstatusRUN=12345678-5&type=CEDULA",
        "document-validityRUN12345678-5&type=CEDULA",
        "docstatus?RUN=123456785&type=CEDULA",
        "docstatus?RUN=12345678-5type=CEDULA",
        "DOCSTATUS?run=12345678-5&TYPE=cedula",
        "RUN=12345678-5",
        "\x02docstatus?RUN=12345678-5&type=CEDULA\r\n",
    ],
)
def test_a_scan_that_lost_characters_is_read_where_the_run_is_whole(scan: str) -> None:
    assert document_in(scan) == run("12345678-5")


@pytest.mark.parametrize(
    "scan",
    [
        "docstatus?RUN=12345678-6&type=CEDULA",
        "docstatus?RUN=1234568-5&type=CEDULA",
        "docstatus?RUN=12345678-&type=CEDULA",
        "docstatus?RUN=123456785678-5&type=CEDULA",
        "docstatus?RUN=&type=CEDULA&serial=123456785",
        "docstatus?RUN=12.345.678-5",
        "docstatus?RUN=00000000-0&type=CEDULA",
    ],
)
def test_a_qr_whose_run_is_wrong_or_incomplete_is_not_read(scan: str) -> None:
    assert document_in(scan) is None


@pytest.mark.parametrize("keyboard", [{}, LATIN_AMERICAN_KEYBOARD])
@pytest.mark.parametrize("body", range(12_345_600, 12_345_610))
def test_the_last_digit_never_passes_for_a_lost_check_digit(body: int, keyboard: dict[int, int]) -> None:
    """One of these ten bodies, cut before its last digit, is a RUN with its right check digit."""
    assert document_in(QR_OF_2013.replace("12345678-5", f"{body}-").translate(keyboard)) is None


@given(st.integers(min_value=0, max_value=len(QR_OF_2013) - 1))
def test_a_scan_that_lost_one_character_never_gives_another_run(place: int) -> None:
    assert document_in(QR_OF_2013[:place] + QR_OF_2013[place + 1 :]) in (run("12345678-5"), None)


@pytest.mark.parametrize("personal_number", ["12345678<5", "123456785", "12345678<5<"])
def test_the_machine_readable_zone_of_a_chilean_card_gives_the_run(personal_number: str) -> None:
    assert document_in(card("CHL", personal_number)) == run("12345678-5")


def test_the_run_is_found_in_the_first_line_too() -> None:
    assert document_in(card("CHL", "", rest="1000005<K")) == run("1000005-K")


def test_a_foreign_resident_of_chile_has_a_run_on_the_card() -> None:
    assert document_in(card("CHL", "12345678<5", nationality="COL")) == run("12345678-5")


@pytest.mark.parametrize(
    ("personal_number", "number"),
    [("1020345678<", "1020345678"), ("0052123456<", "52123456"), ("52123456", "52123456")],
)
def test_the_colombian_digital_card_gives_the_number_of_the_person_and_not_of_the_card(
    personal_number: str, number: str
) -> None:
    assert document_in(card("COL", personal_number, serial="123456789")) == Document(DocumentType.CC, number)


def test_the_zone_is_read_without_line_ends_in_lower_case_and_from_a_spanish_keyboard() -> None:
    typed = card("CHL", "12345678<5").replace("\n", "").lower().translate(SPANISH_KEYBOARD)
    assert ";" in typed
    assert document_in(typed) == run("12345678-5")


@pytest.mark.parametrize("place", [5, 14, 31, 36, 39, 45, 49, 60])
def test_a_zone_with_one_wrong_character_is_not_read(place: int) -> None:
    zone = card("COL", "1020345678<")
    spoilt = "7" if zone[place] != "7" else "8"
    assert document_in(zone[:place] + spoilt + zone[place + 1 :]) is None


@pytest.mark.parametrize(
    "zone",
    [
        card("ARG", "12345678<5"),
        card("COL", "1020345678<", nationality="VEN"),
        card("COL", "<"),
        card("CHL", "<"),
        card("CHL", "12345678<6"),
        card("CHL", "12345678<5")[:-1],
    ],
    ids=["Argentina", "not Colombian", "no number", "no RUN", "wrong RUN", "cut"],
)
def test_a_zone_without_a_number_that_proves_itself_is_not_read(zone: str) -> None:
    assert document_in(zone) is None


@pytest.mark.parametrize(
    "typed",
    [
        yellow_card(),
        yellow_card().replace("\0", ""),
        yellow_card().replace("\0", " "),
        yellow_card().translate(LATIN_AMERICAN_KEYBOARD),
        yellow_card(marker="PubDSK1"),
        yellow_card(other_number=""),
        yellow_card(other_number="").replace("\0", ""),
        yellow_card().swapcase(),
        yellow_card() + "\x01\xff\x00fingerprints",
    ],
    ids=["as is", "no NUL", "spaces", "keyboard", "lost _", "no card number", "neither", "caps lock", "fingerprints"],
)
def test_the_yellow_colombian_card_gives_the_cedula(typed: str) -> None:
    assert document_in(typed) == Document(DocumentType.CC, "52123456")


def test_a_number_of_ten_digits_is_read_whole_from_the_yellow_card() -> None:
    assert document_in(yellow_card("1020345678")) == Document(DocumentType.CC, "1020345678")


def test_the_card_of_a_minor_gives_a_tarjeta_de_identidad() -> None:
    assert document_in(yellow_card("1020345678", prefix="I3")) == Document(DocumentType.TI, "1020345678")


@pytest.mark.parametrize(
    "typed",
    [
        yellow_card("005212345"),
        yellow_card("00521234567"),
        yellow_card("00521234567", other_number=""),
        yellow_card("052123456", other_number=""),
        yellow_card(sex_and_birth="0F19901301"),
        yellow_card(sex_and_birth="1X19900101"),
        yellow_card("0000000000"),
        yellow_card(marker="Other_1"),
        yellow_card()[:120],
    ],
    ids=[
        "digit lost",
        "digit too many",
        "eleven digits",
        "nine digits",
        "no month 13",
        "no sex",
        "zeros",
        "no marker",
        "cut",
    ],
)
def test_a_yellow_card_whose_fields_are_not_in_order_is_not_read(typed: str) -> None:
    assert document_in(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "12345678-5",
        "12.345.678-5",
        "1.020.345.678",
        "AB123456",
        "BRUNO 12345678-5",
        "BRUN12345678-5",
        "https://example.org/?id=123456785",
        "\U0001f600" * 40,
        "\x00\x1b\u202e",
        "RUN" * 1_666,
        "1" * 5_000,
        QR_OF_2013 + " " * 5_000,
    ],
)
def test_what_a_person_types_is_no_scan(typed: str) -> None:
    assert document_in(typed) is None


@given(st.text() | st.text("RUN=12345678-5kK&?/'PubDSK_1<I\0 0FM", max_size=200))
def test_any_text_gives_none_or_a_document(text: str) -> None:
    document = document_in(text)
    assert document is None or document.type in {DocumentType.RUN, DocumentType.CC, DocumentType.TI}


def test_only_type_and_number_leave_the_scan() -> None:
    document = document_in(yellow_card())
    assert document is not None
    assert vars(document) == {"type": DocumentType.CC, "number": "52123456"}
