from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from builders import report
from jixiao.export.terminal import Terminal, claims_table, excerpt, summary_table
from jixiao.messages import Messages


@pytest.mark.parametrize(
    ("sentence", "around", "width", "shown"),
    [
        ("新建公园12个。", [(4, 7)], 20, "新建公园12个。"),
        ("各单位认真履职，新建公园12个，群众反映良好。", [(12, 15)], 20, "…建公园12个，群众反…"),
        ("各单位认真履职，新建公园12个。", [(12, 15)], 20, "…职，新建公园12个。"),
        ("各单位认真履职，新建公园12个，群众反映良好。", [], 12, "各单位认真…"),
        ("甲\t乙\n丙", [], 20, "甲 乙 丙"),
    ],
)
def test_excerpts(sentence: str, around: list[tuple[int, int]], width: int, shown: str) -> None:
    assert excerpt(sentence, around, width).plain == shown


@given(
    sentence=st.text(alphabet="各单位a1，。", min_size=12, max_size=80),
    start=st.integers(0, 10),
    width=st.integers(16, 60),
)
def test_an_excerpt_fits_and_shows_what_it_is_about(sentence: str, start: int, width: int) -> None:
    text = excerpt(sentence, [(start, start + 2)], width)
    assert cell_len(text.plain) <= width
    assert sentence[start : start + 2] in text.plain
    marked = [text.plain[span.start : span.end] for span in text.spans]
    assert marked == [sentence[start : start + 2]]


def printed(width: int, *rows: tuple[str, dict[str, int]]) -> list[str]:
    stream = io.StringIO()
    summary_table(Terminal(stream, width), rows, Messages())
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_the_summary_leaves_out_categories_that_occur_nowhere() -> None:
    lines = printed(80, ("甲.txt", {"数量": 3, "资金": 12}), ("乙.txt", {"数量": 4}))
    assert lines == [
        "文件    数量  资金  合计",
        "甲.txt     3    12    15",
        "乙.txt     4     ·     4",
        "合计       7    12    19",
    ]


def test_long_names_get_a_line_of_their_own_in_a_narrow_window() -> None:
    name = "澄江市月湖区人力资源和社会保障局2022年度部门整体支出绩效自评报告.txt"
    lines = printed(44, (name, {"数量": 3, "资金": 12}))
    assert lines[1:] == [name, " " * 26 + "     3    12    15"]


def test_an_empty_archive_has_an_empty_summary() -> None:
    assert printed(80) == ["文件  合计"]


def test_a_table_of_claims_fits() -> None:
    for width in (60, 80, 120):
        stream = io.StringIO()
        claims_table(Terminal(stream, width), report(), Messages())
        lines = stream.getvalue().splitlines()
        assert all(cell_len(line) <= width for line in lines)
        assert sum("82.50万元" in line for line in lines) >= 1
