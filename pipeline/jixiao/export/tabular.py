"""Records as tables: CSV for any program, Excel with typed cells.

Text from a document is never a formula: a spreadsheet would run «=HYPERLINK(…)» in a cell of a hostile report.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from jixiao.export.labels import field as field_name
from jixiao.export.labels import target_text
from jixiao.export.labels import value as label
from jixiao.messages import Language, Messages, UserError
from jixiao.records import KINDS, Record

if TYPE_CHECKING:
    from jixiao.analyse import Report
    from jixiao.ledger import Hit

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_EXCEL_TEXT = 32_767
EXCEL_ROWS = 1_048_576
_EXCEL_DIGITS = 15  # Excel keeps no more in a number
_TECHNICAL = ("rule", "bbox", "start", "end", "encoding")
_WIDTHS = {
    "sentence": 60,
    "file": 40,
    "path": 40,
    "title": 36,
    "entity": 24,
    "text": 18,
    "reason": 40,
    "warnings": 40,
    "section": 24,
}


def heads(kind: str) -> list[str]:
    """The columns of a table of one kind of record: where it stands, what it says, and last what only programs read."""
    fields = [field.name for field in msgspec.structs.fields(KINDS[kind])]
    said = [name for name in fields if not (name.endswith("_id") or name in (*_TECHNICAL, "same_as"))]
    rest = [name for name in fields if name not in said]
    if kind == "document":
        return [*said, *rest]
    place = ["file", "line"] if "start" in fields else ["file"]
    if kind == "claim":
        place.append("section")
    return [*place, *said, *rest]


def rows(reports: Iterable[Report], kind: str) -> Iterator[list[Any]]:
    """The cells of one kind of record, in the order of :func:`heads`: str, int, float, Decimal or None."""
    names = heads(kind)
    for report in reports:
        sections = {section.section_id: section.title for section in report.sections}
        for record in report.records():
            if record.__struct_config__.tag == kind:
                place = {
                    "file": report.document.path,
                    "line": _line(report.source_text, record),
                    "section": sections.get(getattr(record, "section_id", None) or ""),
                }
                yield [_cell(place[name] if name in place else getattr(record, name)) for name in names]


def _line(text: str, record: Record) -> int | None:
    start = getattr(record, "start", None)
    return None if start is None else text.count("\n", 0, start) + 1


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return "；".join(str(getattr(item, "text", item)) for item in value)
    return value


def write_csv(reports: Iterable[Report], kind: str, stream: BinaryIO, language: Language = "zh") -> None:
    """One kind of record as CSV, a line of heads first."""
    names = [field_name(name, language) for name in heads(kind)]
    write_rows(stream, itertools.chain([names], rows(reports, kind)))


def write_rows(stream: BinaryIO, lines: Iterable[Sequence[Any]]) -> None:
    """Lines of cells as CSV in UTF-8, with the mark by which Excel knows it."""
    stream.write(b"\xef\xbb\xbf")
    writer = csv.writer(_Encoded(stream))
    writer.writerows([csv_cell(value) for value in line] for line in lines)


class _Encoded:
    """Text to bytes. A wrapper of the standard library would close stdout when a pipe breaks under it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode("utf-8", "replace"))


def hit_rows(hits: Iterable[Hit], language: Language = "zh") -> list[list[Any]]:
    """The answers of a search as lines of a CSV file, the heads first."""
    names = [name for name in heads("claim") if name not in ("file", "line", "section")]
    place = ["file", "line", "organisation", "region", "fiscal_year", "section", "answers"]
    lines: list[list[Any]] = [[field_name(name, language) for name in [*place, *names]]]
    for hit in hits:
        document = hit.document
        where = [document.path, hit.line, document.organisation, document.region, document.fiscal_year]
        section = hit.section.title if hit.section else None
        answers = "；".join(
            f"{answer.target.indicator} {target_text(answer.target)}（{label(answer.link.verdict, language)}）"
            for answer in hit.answers
        )
        lines.append([*where, section, answers, *(_cell(getattr(hit.claim, name)) for name in names)])
    return lines


def csv_cell(value: Any) -> str:
    """A number as it is; a text in which a spreadsheet would see a formula, with an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA) else value
    return str(value)


def write_xlsx(reports: Sequence[Report], kinds: Sequence[str], stream: BinaryIO, language: Language = "zh") -> None:
    """A workbook with a sheet for each of ``kinds``. Raises :class:`UserError` where a sheet would grow too long."""
    import xlsxwriter

    options = {"in_memory": False, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        formats = Formats(book)
        for kind in kinds:
            _sheet(
                book.add_worksheet(Messages(language)(f"sheet_{kind}")), rows(reports, kind), kind, formats, language
            )


class Formats:
    def __init__(self, book: Any) -> None:
        self._book = book
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E8EDF3", "bottom": 1, "valign": "vcenter", "text_wrap": True}
        )
        self.text = book.add_format({"valign": "top"})
        self.wrapped = book.add_format({"valign": "top", "text_wrap": True})
        self._numbers: dict[int, Any] = {}

    def number(self, decimals: int) -> Any:
        if decimals not in self._numbers:
            pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._numbers[decimals] = self._book.add_format({"valign": "top", "num_format": pattern})
        return self._numbers[decimals]


def _sheet(sheet: Any, lines: Iterable[list[Any]], kind: str, formats: Formats, language: Language) -> None:
    names = heads(kind)
    for at, name in enumerate(names):
        sheet.write_string(0, at, field_name(name, language), formats.head)
        sheet.set_column(at, at, _WIDTHS.get(name, 14), formats.text)
    last = 0
    for last, line in enumerate(lines, 1):
        if last >= EXCEL_ROWS:
            raise UserError("excel_rows", limit=EXCEL_ROWS)
        for at, value in enumerate(line):
            _write(sheet, last, at, value, formats, names[at])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(names) - 1)


def _write(sheet: Any, row: int, column: int, value: Any, formats: Formats, name: str) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Decimal):
        decimals = _decimals(value)
        if decimals is None:
            sheet.write_string(row, column, str(value), formats.text)
        else:
            sheet.write_number(row, column, float(value), formats.number(decimals))
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, formats.text)
    else:
        sheet.write_string(
            row, column, plain_text(value), formats.wrapped if _WIDTHS.get(name, 0) >= 36 else formats.text
        )


def plain_text(value: str) -> str:
    """``value`` as long as a cell may be."""
    return value if len(value) <= _EXCEL_TEXT else value[: _EXCEL_TEXT - 1] + "…"


def _decimals(value: Decimal) -> int | None:
    """How many decimals to show, or None where Excel could not keep every digit."""
    exponent = value.as_tuple().exponent
    if (
        not isinstance(exponent, int)
        or not -_EXCEL_DIGITS <= exponent <= _EXCEL_DIGITS
        or abs(value) >= 10**_EXCEL_DIGITS
    ):
        return None
    if len(value.as_tuple().digits) > _EXCEL_DIGITS:
        return None
    return max(0, -exponent)
