from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from offices import sample
from openpyxl import load_workbook

from jixiao.answers import Office
from jixiao.export.answers_tabular import (
    due,
    heading,
    one_line,
    reached,
    remarks,
    share,
    span_of,
    summary,
    write_csv,
    write_json,
    write_xlsx,
)
from jixiao.export.labels import target_text
from jixiao.messages import Messages
from jixiao.scores import Span

ZH = Messages("zh")


def lines(*offices: Office, language: Any = "zh") -> list[dict[str, str]]:
    stream = io.BytesIO()
    write_csv(offices, stream, language)
    return list(csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))


def book(*offices: Office) -> Any:
    stream = io.BytesIO()
    write_xlsx(offices, stream)
    return load_workbook(stream)


def test_csv_has_a_line_a_target_and_the_unanswered_last() -> None:
    rows = lines(sample())
    assert [row["指标"] for row in rows] == ["新增床位", "改造户数", "发放金额", "队伍建设", "高龄津贴", "护理型床位"]
    assert [row["结论"] for row in rows] == ["未达成", "未达成", "达成", "未回应", "未回应", ""]
    first = rows[0]
    assert first["单位"] == "澄江市民政局"
    assert first["目标"] == "300张"
    assert first["报告数值"] == "286张"
    assert first["报告原文"] == "全年新增床位286张，其中护理型198张。"
    assert first["出处"] == "报告.txt 第 2 行 · 一、履职情况"
    assert first["完成比例"] == "95.3%"
    assert (first["分值"], first["得分"], first["按规则应得分"]) == ("4", "4", "3.81")
    assert first["须核对"] == "得分 4，按规则应得 3.81"
    assert "407户（达成）" in first["其他表述"]
    assert rows[1]["须核对"] == "自评表为437户，正文为407户（第 3 行），请核对"
    assert rows[3]["须核对"] == "定性目标，须人工判定"
    assert rows[5]["报告原文"] == first["报告原文"]  # the claim that answers nothing


def test_heads_in_english() -> None:
    assert list(lines(sample(), language="en")[0])[:3] == ["Organisation", "Year", "Level 1"]


def test_a_workbook_has_a_sheet_for_targets_unanswered_ones_budgets_and_other_claims() -> None:
    made = book(sample())
    assert made.sheetnames == ["目标完成情况", "未回应目标", "预算与支出", "未对应指标陈述"]
    sheet = made["目标完成情况"]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, (cell.value for cell in line), strict=True)) for line in sheet.iter_rows(min_row=2)]
    assert [row["指标"] for row in rows] == ["新增床位", "改造户数", "发放金额"]
    assert rows[0]["分值"] == 4
    assert rows[0]["按规则应得分"] == 3.81
    unanswered = [[cell.value for cell in line] for line in made["未回应目标"].iter_rows()]
    assert [line[unanswered[0].index("指标")] for line in unanswered[1:]] == ["队伍建设", "高龄津贴"]
    assert made["未对应指标陈述"].max_row == 2
    heads, row = ([cell.value for cell in line] for line in made["预算与支出"].iter_rows())
    assert dict(zip(heads, row, strict=True)) == {
        "单位": "澄江市民政局",
        "年度": "2022",
        "事项": "慰问金",
        "结论": "超出预算",
        "预算数": "80.00万元",
        "实际支出": "82.50万元",
        "执行率": "103.1%",
        "报告原文": "完成改造407户，<b>发放</b>慰问金**82.50万元**。",
        "出处": "报告.txt 第 3 行 · 一、履职情况",
        "预算出处": "自评表.txt 第 8 行",
        "判定理由": "“慰问金”实际支出82.50万元，预算80.00万元，超出预算。",
    }


def test_the_workbook_is_laid_out_for_reading() -> None:
    made = book(sample())
    sheet = made["目标完成情况"]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.freeze_panes == f"{chr(ord(heads['指标']) + 1)}2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.column_dimensions[heads["报告原文"]].width >= 40
    assert sheet[f"{heads['报告原文']}2"].alignment.wrap_text
    colours = {
        sheet[f"{heads['结论']}{line}"].value: sheet[f"{heads['结论']}{line}"].fill.fgColor.rgb for line in (2, 4)
    }
    assert colours == {"未达成": "FFF8DCDA", "达成": "FFDDF0E3"}
    assert sheet.page_setup.orientation == "landscape"
    assert "项目" not in heads  # nothing would stand below it


def test_an_empty_workbook_still_has_its_heads() -> None:
    empty = msgspec.structs.replace(sample(), rows=(), spending=(), loose=())
    for sheet in book(empty).worksheets:
        assert sheet.max_row == 1
        assert sheet["A1"].value == "单位"


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1", "-1", "@x"])
def test_no_text_of_a_document_becomes_a_formula(evil: str) -> None:
    given = sample(indicator=evil)
    cells = [cell for sheet in book(given).worksheets for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells if cell.value == evil} == {"s"}
    assert lines(given)[0]["指标"] == f"'{evil}"


def test_json_keeps_every_digit_and_all_that_answers() -> None:
    stream = io.BytesIO()
    write_json([sample()], stream, lines=True)
    objects = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [one["kind"] for one in objects] == ["answer"] * 5 + ["spending", "unlinked_claim"]
    beds, houses = objects[:2]
    assert (beds["verdict"], beds["ratio"], beds["expected_score"], beds["score_differs"]) == (
        "unmet",
        "0.9533",
        "3.81",
        True,
    )
    assert houses["score"] == "4.00"
    assert [said["text"] for said in beds["said"]] == ["286张", "407户"]
    assert beds["said"][0]["place"] == {
        "doc_id": beds["said"][0]["claim_id"].split(":")[0], "path": "归档/报告.txt", "line": 2, "section": "一、履职情况",
    }  # fmt: skip
    spent = objects[5]
    assert (spent["item"], spent["amount"], spent["verdict"], spent["ratio"]) == ("慰问金", "800000", "unmet", "1.0313")
    assert [said["text"] for said in spent["said"]] == ["82.50万元"]
    assert houses["contrary_claim"] == houses["said"][0]["claim_id"]
    array = io.BytesIO()
    write_json([sample()], array, lines=False)
    assert json.loads(array.getvalue()) == objects


def test_titles_and_counts() -> None:
    assert heading(sample(), ZH) == "澄江市民政局　2022年度"
    assert heading(sample(None), ZH) == "单位不明（自评表.txt）　2022年度"
    assert heading(sample(year=None), ZH) == "澄江市民政局　年度不明"
    assert summary(sample(), ZH) == "绩效目标 5 个：未达成 2，不能判定 0，达成 1，未回应 2"
    assert summary(msgspec.structs.replace(sample(), lasting=3), Messages("en")).endswith(
        "3 targets of several years are left out"
    )


def test_what_exceeds_its_target_by_a_fifth_is_to_be_explained_unless_it_is() -> None:
    row = sample().rows[1]

    def said(ratio: str, **changes: Any) -> list[str]:
        target = msgspec.structs.replace(row.target, **changes)
        return remarks(
            msgspec.structs.replace(row, target=target, outcome="met", ratio=Decimal(ratio), contrary=None), ZH
        )

    assert said("1.2") == ["超出目标两成以上，应说明原因"]
    assert said("1.19") == []
    assert said("1.5", comparator="le") == []
    assert said("1.5", deviation="年初\n定低了") == ["偏差原因：年初定低了"]


def test_a_difference_in_what_is_counted_is_told() -> None:
    row = next(row for row in sample().rows if row.said)
    one = msgspec.structs.replace(row.said[0], claim=msgspec.structs.replace(row.said[0].claim, unit="人"))
    target = msgspec.structs.replace(row.target, unit="人次")
    differing = msgspec.structs.replace(row, target=target, said=(one,), units_differ=True)
    assert "报告单位为人，目标单位为人次，口径不同" in remarks(differing, ZH)


def test_words_for_numbers() -> None:
    assert [share(Decimal(ratio)) for ratio in ("0.9533", "1.0000", "12.5")] == ["95.3%", "100%", "1250%"]
    assert share(None) == ""
    assert due(Span(Decimal("2.40"), Decimal("3.20")), ZH) == "2.4–3.2"
    assert due(None, ZH) == ""
    assert one_line("846**\n人次<br/>") == "846人次"


@pytest.mark.parametrize(
    ("approx", "shown"), [("exact", "95.3%"), ("less", "<95.3%"), ("more", ">95.3%"), ("about", "≈95.3%")]
)
def test_the_share_of_a_figure_that_is_not_exact_says_so(approx: str, shown: str) -> None:
    row = sample().rows[0]
    first = msgspec.structs.replace(row.said[0], claim=msgspec.structs.replace(row.said[0].claim, approx=approx))
    assert reached(msgspec.structs.replace(row, said=(first, *row.said[1:]))) == shown
    assert reached(msgspec.structs.replace(row, said=(first,), ratio=None)) == ""


def test_a_target_without_sign_or_unit_is_completed() -> None:
    texts = {row.target.indicator: target_text(row.target) for row in sample().rows}
    assert texts["高龄津贴"] == "≥20500人"
    assert texts["发放金额"] == "≤90.00万元"
    assert texts["队伍建设"] == "稳步壮大"


def test_a_figure_is_found_in_its_sentence() -> None:
    claims = {one.claim.text: one.claim for row in sample().rows for one in row.said}
    start, end = span_of(claims["407户"]) or (0, 0)
    assert claims["407户"].sentence[start:end] == "407户"
    assert span_of(msgspec.structs.replace(claims["407户"], sentence="别的句子")) is None
