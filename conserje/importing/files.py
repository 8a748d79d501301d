"""The file source: what was uploaded, judged by its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conserje.communities.models import Origin
from conserje.errors import Refused
from conserje.importing import csv_files, workbooks
from conserje.importing.layout import UNITS_AND_RESIDENTS, C, Column, Layout, Table

MOST_BYTES: Final = 5 * 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
# The container of Office before 2007, in which a workbook with a password is wrapped too.
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_TEXT_ENDINGS: Final = (".csv", ".txt", ".tsv")


def require_readable(name: str, body: bytes) -> None:
    """Refuse at once what no patience would make a table of; always with `field="file"`.

    `import_file_empty`; `import_too_heavy` (facts: megabytes); `import_old_excel`; `import_not_excel` for a text with
    the name of a workbook; `import_format`; and for a workbook what `workbooks.require_workbook` refuses.
    """
    ending = name.lower()
    if not body.strip():
        raise Refused("import_file_empty", field="file")
    if len(body) > MOST_BYTES:
        raise Refused("import_too_heavy", field="file", megabytes=MOST_BYTES // (1024 * 1024))
    if body.startswith(_ZIP):
        if ending.endswith((".xlsm", ".xltm", ".xlam")):
            raise Refused("import_macros", field="file")
        workbooks.require_workbook(body)
    elif body.startswith(_COMPOUND):
        raise Refused("import_password" if _ENCRYPTED_STREAM in body else "import_old_excel", field="file")
    elif ending.endswith((".xlsx", ".xlsm", ".xls")):
        raise Refused("import_not_excel", field="file")
    elif not ending.endswith(_TEXT_ENDINGS):
        raise Refused("import_format", field="file")


@dataclass(frozen=True)
class FileSource:
    """A file as it was uploaded, with the name it had on the administrator's machine."""

    name: str
    body: bytes
    origin: Origin = Origin.FILE

    def read(self) -> Table[Column]:
        """Units and residents. Refuses what `read_as` refuses."""
        return self.read_as(UNITS_AND_RESIDENTS)

    def read_as(self, layout: Layout[C]) -> Table[C]:
        """A list of this layout. Refuses what `require_readable`, `workbooks.read` and `csv_files.read` refuse."""
        require_readable(self.name, self.body)
        read = workbooks.read if self.body.startswith(_ZIP) else csv_files.read
        return read(self.body, layout)
