from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from builders import TEXT, claim, document, report
from jixiao.analyse import Report
from jixiao.export import tabular
from jixiao.export.labels import FIELDS, VALUES
from jixiao.messages import UserError
from jixiao.records import KINDS, SECTION_LABELS

HOSTILE = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\tcmd", "\r=1"]


def table(*reports: Report, kind: str = "claim", language: Any = "zh") -> list[list[str]]:
    stream = io.BytesIO()
    tabular.write_csv(reports, kind, stream, language)
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))


def hostile() -> Report:
    text = "支出5件，支出6件，支出7件，支出8件，支出9件，支出4件"
    made = document(text, path="=evil.txt")
    numbers = ("5件", "6件", "7件", "8件", "9件", "4件")
    claims = tuple(
        claim(text, made.doc_id, quote, quote[0], "件", entity=entity)
        for quote, entity in zip(numbers, HOSTILE, strict=True)
    )
    return Report(source_text=text, document=made, sections=(), claims=claims)


def sheets(made: Report, tmp_path: Path, *kinds: str, language: Any = "zh") -> Any:
    path = tmp_path / "out.xlsx"
    with path.open("wb") as stream:
        tabular.write_xlsx([made], kinds, stream, language)
    return load_workbook(path)


def test_csv_says_first_where_a_claim_stands() -> None:
    rows = table(report())
    assert rows[0][:5] == ["文件", "行", "章节", "章节标签", "所在句"]
    assert rows[1][:3] == ["report.txt", "4", "一、履职情况"]
    assert len(rows) == 5
    line = dict(zip(rows[0], rows[2], strict=True))
    assert (line["原文"], line["数值"], line["计量单位"], line["对象"]) == ("82.50万元", "825000", "元", "慰问金")
    assert (line["起"], line["止"]) == (str(TEXT.index("82.50")), str(TEXT.index("82.50") + 7))


def test_csv_heads_in_english_are_the_field_names() -> None:
    assert table(report(), language="en")[0][:6] == ["file", "line", "section", "section_label", "sentence", "text"]


def test_csv_of_sections_and_documents() -> None:
    sections = table(report(), kind="section")
    assert sections[0][:2] == ["文件", "行"]
    assert [row[sections[0].index("标题")] for row in sections[1:]] == ["一、履职情况", "二、满意度"]
    documents = table(report(), kind="document")
    assert documents[1][documents[0].index("单位")] == "澄江市民政局"


def test_text_that_begins_like_a_formula_is_marked_as_text_in_csv() -> None:
    rows = table(hostile())
    at = rows[0].index("对象")
    assert [row[at] for row in rows[1:]] == ["'" + text for text in HOSTILE]
    assert rows[1][0] == "'=evil.txt"


def test_numbers_stay_numbers_in_csv() -> None:
    assert tabular.csv_cell(Decimal("-5.50")) == "-5.50"
    assert tabular.csv_cell(-3) == "-3"
    assert tabular.csv_cell(None) == ""


def test_excel_has_typed_numbers_with_their_decimals(tmp_path: Path) -> None:
    sheet = sheets(report(), tmp_path, "claim")["指标陈述"]
    heads = [cell.value for cell in sheet[1]]
    values = [row[heads.index("数值")] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in values] == [1513, 825000, 99.7, 200]
    assert all(cell.data_type == "n" for cell in values)
    assert values[2].number_format == "#,##0.00"
    assert values[0].number_format == "#,##0"


def test_excel_never_makes_a_formula_of_text(tmp_path: Path) -> None:
    sheet = sheets(hostile(), tmp_path, "claim")["指标陈述"]
    heads = [cell.value for cell in sheet[1]]
    cells = [row[heads.index("对象")] for row in sheet.iter_rows(min_row=2)]
    assert all(cell.data_type == "s" for cell in cells)
    assert cells[0].value == "=HYPERLINK(1)"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_excel_sheets_are_ready_to_read(tmp_path: Path) -> None:
    book = sheets(report(), tmp_path, "claim", "section", "document")
    assert book.sheetnames == ["指标陈述", "章节", "文件"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet["A1"].font.bold
    assert book["指标陈述"].column_dimensions["E"].width > 40


@pytest.mark.parametrize("digits", ["12345678901234567", "0.1234567890123456789", "1E+400"])
def test_excel_keeps_digits_it_could_not_count_as_text(tmp_path: Path, digits: str) -> None:
    text = "支出5件"
    made = document(text)
    whole = Report(
        source_text=text, document=made, sections=(), claims=(claim(text, made.doc_id, "5件", digits, "件"),)
    )
    sheet = sheets(whole, tmp_path, "claim")["指标陈述"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, heads.index("数值") + 1).value == digits


def test_excel_holds_texts_longer_than_a_cell_and_control_characters(tmp_path: Path) -> None:
    text = "支出5件"
    made = document(text)
    one = claim(text, made.doc_id, "5件", "5", "件", sentence="长" * 40_000, entity="甲\x01\x0b乙")
    sheet = sheets(Report(source_text=text, document=made, sections=(), claims=(one,)), tmp_path, "claim")["指标陈述"]
    assert len(sheet["E2"].value) == 32_767


def test_more_rows_than_a_sheet_holds_are_refused_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "EXCEL_ROWS", 4)
    with pytest.raises(UserError, match="csv"):
        sheets(report(), tmp_path, "claim")


def test_every_field_and_label_has_a_chinese_name() -> None:
    for kind in KINDS:
        for name in tabular.heads(kind):
            assert name in FIELDS, name
    for label in SECTION_LABELS:
        assert label in VALUES
