"""The gold markup: what annotators write is read as they mean it, and what does not fit is refused with its line."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from casefiles import report
from jixiao.corpus.gold import GoldError, draft, locate, read_gold
from jixiao.ingest import read

ANNOTATIONS = Path(__file__).resolve().parents[1] / "annotations"
GOLD_FILES = sorted((ANNOTATIONS / "documents").rglob("*.gold"))
SOURCE = "一、履职\n调处纠纷1513宗，\n发放9万余元[含补贴]。培训30人以上的班2期，办结率95%～98%。"


def test_a_claim_line_gives_span_value_and_fields() -> None:
    gold = read_gold(
        "# a remark\n== claims\n调处纠纷[1513宗]，⏎ | = 1513 宗 | 纠纷 | 调处 | 数量 社会效益 | 2020\n"
        "发放[9万余元] | > 90000 元 | 补贴 | 发放 | 资金\n"
        "[30人以上] | ? > 30 人 | 人员 | 培训 | 数量\n"
        "[95%～98%] | = 95..98 % | 办结率 |  | 质量\n",
        SOURCE,
    )
    assert [mention.text for mention in gold.mentions] == ["1513宗", "9万余元", "30人以上", "95%～98%"]
    first, money, size, rate = gold.mentions
    assert SOURCE[first.start : first.end] == "1513宗"
    assert (first.value, first.unit, first.entity, first.action) == (Decimal(1513), "宗", "纠纷", "调处")
    assert (first.category, first.period, first.approx) == (("数量", "社会效益"), "2020", "exact")
    assert (money.value, money.approx, money.period) == (Decimal(90000), "more", None)
    assert [mention.role for mention in gold.mentions] == ["claim", "claim", "qualifier", "claim"]
    assert (rate.value, rate.value_max, rate.approx, rate.action) == (Decimal(95), Decimal(98), "range", "")
    assert size.unit == "人"


def test_snippets_are_looked_for_after_the_line_before() -> None:
    source = "甲3件，乙3件"
    gold = read_gold("== claims\n[3件] | = 3 件 | 甲 |  | 数量\n[3件] | = 3 件 | 乙 |  | 数量\n", source)
    assert [mention.start for mention in gold.mentions] == [1, 5]


def test_brackets_of_the_source_are_told_from_the_marks() -> None:
    place = locate("9万余元[[含补贴]]。", SOURCE)
    assert place is not None
    assert SOURCE[slice(*place)] == "[含补贴]"


def test_an_empty_block_says_that_nothing_is_there_and_a_missing_one_that_nobody_looked() -> None:
    gold = read_gold("== claims\n\n== findings\n", SOURCE)
    assert gold.blocks == {"claims", "findings"}
    assert gold.mentions == ()


def test_sections_end_where_the_next_of_their_level_begins() -> None:
    source = "一、甲\n（一）乙\n文\n二、丙\n文"
    gold = read_gold(
        "== sections\n[一、甲] | 1 | performance\n[（一）乙] | 2 | performance\n[二、丙] | 1 | other\n", source
    )
    assert [(section.title, section.start, section.end) for section in gold.sections] == [
        ("一、甲", 0, 11),
        ("（一）乙", 4, 11),
        ("二、丙", 11, 16),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[9999宗] | = 9999 宗 | 纠纷 | 调处 | 数量", "gold:2: the text does not have"),
        ("[1513宗] | 1513 宗 | 纠纷 | 调处 | 数量", "gold:2: the value reads"),
        ("[1513宗] | = 许多 宗 | 纠纷 | 调处 | 数量", "gold:2: '许多' is no number"),
        ("[1513宗] | = 1513 宗 | 纠纷 | 调处 | 效果", "gold:2: categories are"),
        ("[1513宗] | = NaN 宗 | 纠纷 | 调处 | 数量", "gold:2: 'NaN' is no number"),
        ("[1513宗] | = 1513 宗 | 纠纷 | 调处 | 数量 质量 时效", "gold:2: categories are"),
        ("[1513宗] | = 1513 宗 | 纠纷 | 调处 |", "gold:2: categories are"),
        ("[1513宗，⏎发放] | = 1 宗 | 纠纷 | 调处 | 数量\n[发放9万] | = 9 元 | 钱 | 发放 | 资金", "gold:3: overlaps"),
        ("== claims", "gold:2: unknown or repeated block"),
        ("== remarks", "gold:2: unknown or repeated block"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(line: str, message: str) -> None:
    with pytest.raises(GoldError) as error:
        read_gold(f"== claims\n{line}\n", SOURCE)
    assert str(error.value).startswith(message)


def test_an_annotation_before_any_block_is_refused() -> None:
    with pytest.raises(GoldError, match="gold:1: annotation before the first block"):
        read_gold("[1513宗] | = 1513 宗 | 纠纷 | 调处 | 数量\n", SOURCE)


def test_a_draft_can_be_read_back() -> None:
    text = "某县民政局2022年度自评报告\n一、履职情况\n全年走访困难群众36户，发放慰问金7.2万元。\n"
    gold = read_gold(draft(report(text)), text)
    assert [(mention.text, mention.value, mention.unit) for mention in gold.mentions] == [
        ("36户", Decimal(36), "户"),
        ("7.2万元", Decimal(72000), "元"),
    ]


@pytest.mark.parametrize("gold_file", GOLD_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_annotation_of_the_archive_fits_its_document(gold_file: Path) -> None:
    source = read(gold_file.with_suffix("")).text
    gold = read_gold(gold_file.read_text(encoding="utf-8"), source, gold_file.name)
    assert "claims" in gold.blocks or "targets" in gold.blocks or "budgets" in gold.blocks


def test_every_document_of_the_archive_is_annotated() -> None:
    documents = [
        path
        for path in (ANNOTATIONS / "documents").rglob("*")
        if path.suffix in (".txt", ".md", ".html", ".htm") and path.is_file()
    ]
    assert {path.name + ".gold" for path in documents} == {path.name for path in GOLD_FILES}
    assert len(documents) >= 48


def test_the_example_of_the_guideline_is_what_its_markup_says() -> None:
    guideline = (ANNOTATIONS / "GUIDELINE.md").read_text(encoding="utf-8")
    source = re.search(r"```text\n(.*?)```", guideline, re.DOTALL)
    marked = re.search(r"```gold\n(.*?)```", guideline, re.DOTALL)
    assert source is not None
    assert marked is not None
    gold = read_gold(marked[1], source[1])
    assert [(mention.text, mention.role) for mention in gold.mentions] == [
        ("24场", "claim"),
        ("3场", "claim"),
        ("40人以上", "qualifier"),
        ("12期", "claim"),
        ("1,150人次", "claim"),
        ("486人次", "claim"),
        ("42.26%", "claim"),
        ("近60万元", "claim"),
        ("318件", "claim"),
        ("310件", "claim"),
        ("98.7%", "claim"),
        ("95%", "qualifier"),
    ]
    assert [finding.code for finding in gold.findings] == ["rate_wrong"]
    assert [link.verdict for link in gold.links] == ["met"]
