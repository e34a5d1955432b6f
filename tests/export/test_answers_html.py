from __future__ import annotations

import msgspec
from offices import sample
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from jixiao.answers import only
from jixiao.export.answers_html import page


def test_the_page_needs_nothing_from_outside() -> None:
    tree = HTMLParser(page([sample()], "通行办法"))
    assert not tree.css("link, img, script[src], iframe, form")
    policy = tree.css_first("meta[http-equiv]").attributes["content"] or ""
    assert policy.startswith("default-src 'none'")
    assert tree.css("[style], [onclick]") == []


def test_figures_at_the_top_count_the_verdicts() -> None:
    tree = HTMLParser(page([sample(), sample(year="2021")], "通行办法"))
    figures = {figure.attributes["data-v"]: figure.css_first("b").text() for figure in tree.css(".figure")}
    assert figures == {"unmet": "4", "undetermined": "0", "met": "2", "unanswered": "4", "check": "4"}
    assert [item.text() for item in tree.css("nav a")] == ["澄江市民政局　2022年度", "澄江市民政局　2021年度"]


def test_a_row_quotes_the_report_with_its_figure_marked() -> None:
    tree = HTMLParser(page([sample()], "通行办法"))
    first = tree.css("table.targets tr.row")[0]
    assert first.css_first(".verdict").text() == "未达成"
    assert first.css_first("q").text() == "全年新增床位286张，其中护理型198张。"
    assert first.css_first("q mark").text() == "286张"
    assert first.css_first(".place").text() == "报告.txt 第 2 行 · 一、履职情况"
    assert first.css_first(".warn").text() == "得分 4，按规则应得 3.81"
    assert first.css_first("details li b").text() == "407户"
    assert first.attributes["data-v"] == "unmet check"
    unanswered = [row.css("td")[1].text() for row in tree.css("table.unanswered tr.row")]
    assert unanswered == ["队伍建设", "高龄津贴"]
    assert tree.css_first("table.loose td").text() == "198张"


def test_budgets_stand_beside_what_was_spent() -> None:
    tree = HTMLParser(page([sample()], "通行办法"))
    told = tree.css_first("details:has(table.spending)")
    assert "open" in told.attributes  # one was exceeded
    cells = [cell.text() for cell in told.css("tbody td")]
    assert cells[:5] == ["慰问金", "超出预算", "80.00万元", "82.50万元", "103.1%"]
    assert told.css_first("tbody mark").text() == "82.50万元"


def test_what_a_document_says_stays_text() -> None:
    evil = '</td><script>alert(1)</script>"><img src=x onerror=alert(1)>$title'
    text = page([sample(evil, indicator=evil, report=f"归档/{evil.replace('/', '')}.txt")], evil)
    tree = HTMLParser(text)
    assert len(tree.css("script")) == 1
    assert tree.css("img") == []
    assert tree.css("table.targets tr.row td")[0].text() == evil


def test_offices_without_targets_stand_last() -> None:
    nothing = msgspec.structs.replace(
        sample("禾丰县水利局"), rows=(), counts={"unmet": 0, "undetermined": 0, "met": 0, "unanswered": 0}
    )
    tree = HTMLParser(page([nothing, sample()], "通行办法"))
    assert [head.text() for head in tree.css("h2")][1:] == ["澄江市民政局　2022年度", "禾丰县水利局　2022年度"]
    assert "没有读到绩效目标" in tree.css(".sum")[1].text()


def test_an_empty_page_says_so() -> None:
    assert "没有读到绩效目标" in HTMLParser(page([], "x")).css_first(".empty").text()


def test_claims_that_answer_nothing_are_counted_where_they_are_not_listed() -> None:
    tree = HTMLParser(page([only(sample(), None, claims=False)], "x"))
    assert tree.css("table.loose") == []
    assert "未对应目标的指标陈述 1 条（加 --claims 列出）" in [note.text() for note in tree.css(".note")]


def test_the_page_in_english() -> None:
    text = page([sample()], "rules", "en")
    assert '<html lang="en">' in text
    assert ">unmet<" in text
