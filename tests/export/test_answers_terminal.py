from __future__ import annotations

import io

import pytest
from offices import sample
from rich.cells import cell_len

from jixiao.answers import Office, only
from jixiao.export.answers_terminal import office_tables
from jixiao.export.terminal import Terminal
from jixiao.messages import Messages


def shown(*offices: Office, width: int = 100) -> str:
    stream = io.StringIO()
    office_tables(Terminal(stream, width), offices, "通行办法", Messages("zh"))
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 100, 140])
def test_the_table_fits_the_window(width: int) -> None:
    lines = shown(sample(), width=width).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_every_target_has_its_verdict_quote_and_place() -> None:
    text = shown(sample(), width=140)
    for part in (
        "澄江市民政局　2022年度", "[1] 归档/自评表.txt", "[2] 归档/报告.txt", "未达成", "300张", "286张", "95.3%", "4/4",
        "全年新增床位286张", "[2] 第 2 行 · 一、履职情况", "▲ 得分 4，按规则应得 3.81", "自评表为437户，正文为407户",
        "未回应的目标 2 个", "定性目标，须人工判定", "计分规则：通行办法",
    ):  # fmt: skip
        assert part in text


def test_budgets_stand_beside_what_was_spent() -> None:
    text = shown(sample(), width=100)
    assert "预算与支出 1 项，其中超出预算 1 项" in text
    (line,) = [line for line in text.splitlines() if "80.00万元" in line]
    for part in ("超出预算", "慰问金", "[2] 第 3 行", "82.50万元", "103.1%"):
        assert part in line


def test_claims_that_answer_nothing_are_counted_and_listed_on_request() -> None:
    assert "护理型床位" in shown(sample())
    counted = shown(only(sample(), None, claims=False))
    assert "未对应目标的指标陈述 1 条（加 --claims 列出）" in counted
    assert "护理型床位" not in counted


def test_what_there_is_not_is_said() -> None:
    assert "没有读到绩效目标" in shown()
    assert "没有符合条件的目标" in shown(only(sample(), "undetermined", claims=False))


def test_a_document_sends_no_control_codes() -> None:
    assert "\x1b" not in shown(sample(indicator="\x1b]0;owned\x07床位", report="归档/\x1b[31m.txt"))
