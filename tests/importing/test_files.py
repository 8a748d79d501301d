"""What is uploaded: judged by its content, and refused with a reason where it is no table."""

from __future__ import annotations

import io
import struct
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook

from conserje.errors import Refused
from conserje.identity.countries import Country
from conserje.importing import samples, workbooks
from conserje.importing.files import MOST_BYTES, FileSource, require_readable
from conserje.importing.tables import MOST_COLUMNS, MOST_ROWS
from tests.importing.books import ANA, LUIS, SHORT, archive, people, read, saved, table, text, units, workbook

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What makes an archive a workbook for whoever looks at its directory alone.
AS_WORKBOOK = {"xl__workbook_xml": b"<workbook/>"}


def refusal(body: bytes, name: str = "inmuebles.xlsx") -> str:
    with pytest.raises(Refused) as refused:
        for _ in FileSource(name, body).read().lines:
            pass
    return refused.value.code


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        (b"", "a.xlsx", "import_file_empty"),
        (b" \r\n ", "a.csv", "import_file_empty"),
        (b"x" * (MOST_BYTES + 1), "a.csv", "import_too_heavy"),
        (b"Torre;Numero\r\nA;1\r\n", "a.xlsx", "import_not_excel"),
        (b"%PDF-1.7 and so on", "lista.pdf", "import_format"),
        (COMPOUND + b"\0" * 512, "a.xls", "import_old_excel"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "import_password"),
        (workbook(SHORT, ANA), "a.xlsm", "import_macros"),
        (archive(**AS_WORKBOOK, xl__vbaProject_bin=b"x"), "a.xlsx", "import_macros"),
        (archive(word__document_xml=b"x"), "a.xlsx", "import_format"),
        (workbook(SHORT, ANA)[:-100], "a.xlsx", "import_unreadable"),
        (archive(**AS_WORKBOOK), "a.xlsx", "import_unreadable"),
        (b"a;b\0c;d", "a.csv", "import_unreadable"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(body: bytes, name: str, code: str) -> None:
    assert refusal(body, name) == code


def test_an_archive_with_a_password_is_refused() -> None:
    body = bytearray(archive(**AS_WORKBOOK))
    directory = body.index(b"PK\x01\x02")
    struct.pack_into("<H", body, directory + 8, 0x1)
    assert refusal(bytes(body)) == "import_password"


def test_a_zip_bomb_is_refused_by_its_directory_without_being_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(**AS_WORKBOOK, xl__worksheets__sheet1_xml=b"0" * (workbooks.MOST_UNPACKED + 1))
    assert len(bomb) < MOST_BYTES
    monkeypatch.setattr(ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    assert refusal(bomb) == "import_unpacks_too_large"


def test_texts_that_would_be_held_in_memory_have_a_lower_limit() -> None:
    bomb = archive(**AS_WORKBOOK, xl__sharedStrings_xml=b"0" * (workbooks.MOST_HELD + 1))
    assert refusal(bomb) == "import_unpacks_too_large"


def test_a_bomb_that_lies_about_its_size_is_cut_at_what_it_says() -> None:
    body = workbook(SHORT, ANA)
    source = ZipFile(io.BytesIO(body))
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as made:
        for part in source.infolist():
            content = source.read(part)
            made.writestr(part.filename, content + b" " * 30_000_000 if "sheet1" in part.filename else content)
    lying = bytearray(file.getvalue())
    place = lying.index(b"xl/worksheets/sheet1.xml", lying.index(b"PK\x01\x02")) - 46
    struct.pack_into("<I", lying, place + 24, 5_000)
    assert refusal(bytes(lying)) == "import_unreadable"


def test_rows_and_columns_have_their_limits() -> None:
    many = text(("Número",), *[(str(number),) for number in range(MOST_ROWS + 1)])
    assert refusal(many, "a.csv") == "import_too_many_rows"
    wide = (*SHORT, *[""] * (MOST_COLUMNS - len(SHORT)), "x")
    assert refusal(workbook(wide, (*ANA, *[""] * (MOST_COLUMNS - len(ANA)), "más")), "a.xlsx") == (
        "import_too_many_columns"
    )


def test_without_the_headings_nothing_is_read() -> None:
    assert refusal(workbook(("una", "carta"), ("cualquiera", 3))) == "import_no_headings"
    assert refusal(b"una carta cualquiera", "a.csv") == "import_no_headings"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_in_every_way_that_spreadsheets_save_it(encoding: str, delimiter: str) -> None:
    rows = (SHORT, ANA, ("Ñuñoa", "102", "José", "Peña", "jose@correo.example"))
    reading = read(text(*rows, delimiter=delimiter, encoding=encoding), "lista.csv")
    assert units(reading) == ["Torre A 101", "Ñuñoa 102"]
    assert people(reading) == ["Ana", "José"]


def test_quoted_cells_may_hold_the_delimiter_and_line_ends() -> None:
    body = 'Torre,"Número",Nombres,Apellidos\n"Torre, la ""A""","101","Ana\nMaría",Rojas\n'.encode()
    reading = read(body, "a.csv")
    assert units(reading) == ['Torre, la "A" 101']
    assert people(reading) == ["Ana María"]


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    rows = [f"A;{number}" for number in range(60)]
    body = "\n".join(["Torre;Número", *rows, 'A;"99', "A;100"]).encode()
    assert refusal(body, "a.csv") == "import_quotes"


def test_formulas_give_the_value_that_excel_kept_and_text_in_a_csv() -> None:
    book = load_workbook(io.BytesIO(workbook(SHORT, ANA)))
    book.active["B2"] = "=100+1"
    assert units(read(saved(book))) == []
    body = saved(book)
    kept = io.BytesIO()
    with ZipFile(io.BytesIO(body)) as old, ZipFile(kept, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part).replace(b"<v />", b"<v>101</v>").replace(b"<v/>", b"<v>101</v>"))
    assert units(read(kept.getvalue())) == ["Torre A 101"]
    assert units(read(text(("Torre", "Número"), ("=1+1", "7")), "a.csv")) == ["=1+1 7"]


def test_the_first_visible_sheet_with_headings_is_read() -> None:
    body = workbook(SHORT, LUIS, before=([("Instrucciones",)], [SHORT, ANA]))
    assert people(read(body)) == ["Ana"]
    book = load_workbook(io.BytesIO(body))
    book.worksheets[1].sheet_state = "hidden"
    assert people(read(saved(book))) == ["Luis"]


def test_a_sheet_that_states_a_wrong_size_is_read_whole() -> None:
    file = io.BytesIO()
    with ZipFile(io.BytesIO(workbook(SHORT, ANA, LUIS))) as old, ZipFile(file, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part).replace(b'ref="A1:E3"', b'ref="A1"'))
    assert people(read(file.getvalue())) == ["Ana", "Luis"]


@pytest.mark.parametrize("country", Country)
def test_the_templates_can_be_read_and_the_workbooks_first_sheet_is_to_be_filled(country: Country) -> None:
    template = samples.workbook(samples.sample(country))
    require_readable("plantilla.xlsx", template)
    with pytest.raises(Refused, match="import_empty"):
        read(template)
    reading = read(samples.comma_separated(samples.sample(country)), "plantilla.csv", country)
    assert not reading.problems
    assert len(reading.units) == 4
    assert table(samples.comma_separated(samples.sample(country)), "plantilla.csv").unknown == ()
    examples = load_workbook(io.BytesIO(template))
    del examples["Datos"]
    assert read(saved(examples), country=country).units == reading.units
