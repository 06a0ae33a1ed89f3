"""XLSX workbooks, read into text cell by cell, as CSV would contain it."""

from datetime import date, datetime
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from adapters.errors import Unreadable
from adapters.formats.files import LIMIT
from adapters.formats.tables import collapse_spaces


def read_workbook(name: str, content: bytes) -> dict[str, list[list[str]]]:
    """The rows of each sheet by its name, without empty rows; a formula is its last computed value.

    Raises Unreadable where the content is not a workbook or has more than `files.LIMIT` bytes after unpacking. `name`
    is the file's name, for the message.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LIMIT:
                raise Unreadable(f"{name}: has more than {LIMIT} bytes after unpacking")
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = {sheet: book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names}
    except (CalamineError, BadZipFile, ValueError) as exc:
        raise Unreadable(f"{name}: is not an XLSX workbook") from exc
    return {
        sheet: [line for row in rows if any(line := [_text(cell) for cell in row])] for sheet, rows in sheets.items()
    }


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return f"{cell.date()}" if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return f"{cell}"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{int(cell)}" if cell.is_integer() else repr(cell)
    return collapse_spaces(str(cell))
