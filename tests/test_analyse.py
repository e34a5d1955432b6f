from __future__ import annotations

import gc
import itertools
import json
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casefiles import report, source
from jixiao.analyse import Report, analyse
from jixiao.ingest import read
from jixiao.records import Claim, Section, from_json, to_json

# Pieces of reports that hold together just enough for the stages to go to work on them.
FRAGMENTS = [
    "全年", "举办", "培训", "活动", "职工", "贫困发生率", "由", "下降到", "分别增长", "其中", "（", "）",
    "“", "”", "《", "》", "、", "，",
    "。", "；", "：", "\n", "\n\n", "\t", " ", "1", "0", "99.70", "%", "1,513", "宗", "万", "亿元", "万元",
    "人次", "个", "近", "约", "超过", "余",
    "以上", "百", "三", "零", "一半", "百分之", "三分之二", "-", "2023年", "第", "一是", "一、", "（一）",
    "1.", "**", "# ", "|", "单位：万元",
    "三级指标", "实际完成值", "项目", "合计", "率", "的", "和", "为", "达到", "比上年", "１２", "㎡",
]  # fmt: skip
texts = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=200),
    st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join),
    st.text(alphabet="0123456789.,，．％%万亿千-—~ \n", max_size=200),
    st.text(alphabet="（）()《》“”〔〕[]【】<>「」\"'1人\n", max_size=200),
)
thorough = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lines(found: Report) -> list[str]:
    return [to_json(record) for record in found.records()]


def quotes(found: Report) -> None:
    for claim in found.claims:
        assert 0 <= claim.start < claim.end <= len(found.source_text)
        assert found.source_text[claim.start : claim.end] == claim.text


@thorough
@given(texts)
def test_every_claim_quotes_its_source(text: str) -> None:
    quotes(report(text))


@thorough
@given(texts)
@example("0元以上亿元0")
def test_claims_stand_in_order_and_keep_apart(text: str) -> None:
    spans = [(claim.start, claim.end) for claim in report(text).claims]
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


@thorough
@given(texts)
def test_identifiers_are_unique_and_refer_to_something(text: str) -> None:
    found = report(text)
    sections = {section.section_id for section in found.sections}
    claims = [claim.claim_id for claim in found.claims]
    assert len(set(claims)) == len(claims)
    assert len(sections) == len(found.sections)
    for at, claim in enumerate(found.claims):
        assert claim.doc_id == found.document.doc_id
        assert claim.section_id is None or claim.section_id in sections
        assert claim.same_as is None or claim.same_as in claims[:at]


@thorough
@given(texts)
def test_what_a_claim_says_holds_together(text: str) -> None:
    for claim in report(text).claims:
        assert (claim.value_max is not None) == (claim.approx == "range")
        assert claim.value_max is None or claim.value_max > claim.value
        assert claim.value.is_finite()
        assert 0 <= claim.confidence <= 1
        assert 0 <= claim.category_confidence <= 1
        assert "\n" not in claim.entity + claim.action + claim.sentence
        assert claim.entity == claim.entity.strip()
        assert (claim.column is None) or claim.origin == "table"
        assert not set(claim.qualifiers) - {""} or claim.origin == "prose"


@thorough
@given(texts)
def test_a_second_run_gives_the_same_bytes(text: str) -> None:
    assert lines(report(text)) == lines(report(text))


@thorough
@given(texts)
def test_every_record_comes_back_from_its_line(text: str) -> None:
    for record in report(text).records():
        line = to_json(record)
        assert line.startswith('{"kind":"')
        assert from_json(line) == record


@given(st.text(alphabet=st.characters(categories=["Cs"]), min_size=1, max_size=3))
def test_lone_surrogates_are_no_reason_to_stop(broken: str) -> None:
    found = report(f"举办{broken}活动6场。")
    assert all(found.source_text[claim.start : claim.end] == claim.text for claim in found.claims)


def test_the_second_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """Sets and dictionaries are seeded anew in every process; nothing of that may show."""
    path = tmp_path / "报告.txt"
    path.write_text(
        "一、主要履职情况\n全年开展职工培训1374场，培训约14万人次，建会率达99.70%，发放慰问金82.50万元。\n" * 20,
        encoding="utf-8",
    )
    code = (
        "import sys\nfrom jixiao.analyse import analyse\nfrom jixiao.ingest import read\nfrom jixiao.records import to_json\n"
        "print(*map(to_json, analyse(read(sys.argv[1])).records()), sep='\\n')"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert runs.pop().count(b'"kind":"claim"') == 80


def test_the_order_of_the_records_is_document_sections_claims() -> None:
    found = report("一、主要履职情况\n全年开展活动12场。\n二、存在问题\n缺少人员3名。\n")
    kinds = [json.loads(line)["kind"] for line in lines(found)]
    assert kinds == sorted(kinds, key=["document", "section", "claim"].index)
    assert kinds.count("claim") == 2


def test_a_claim_knows_its_section() -> None:
    found = report("一、主要履职情况\n全年开展公益活动12场。\n二、存在问题\n编制缺额3名。\n")
    by_id = {section.section_id: section for section in found.sections}
    assert [(c.text, by_id[c.section_id or ""].title, c.section_label) for c in found.claims] == [
        ("12场", by_id[found.claims[0].section_id or ""].title, "performance"),
        ("3名", by_id[found.claims[1].section_id or ""].title, "problems"),
    ]


def test_a_statement_made_again_points_to_the_first() -> None:
    first, other, again = report(
        "全年调处劳资纠纷1513宗。\n开展职工培训86场。\n在社会效益上，调处劳资纠纷1513宗。"
    ).claims
    assert first.same_as is None
    assert other.same_as is None
    assert again.same_as == first.claim_id


def test_the_same_figure_of_another_thing_is_another_statement() -> None:
    claims = report("培训医护人员120人。慰问困难职工120人。").claims
    assert [claim.same_as for claim in claims] == [None, None]


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\n\n\n", "\t", "\ufeff", "。", "1", "%", "（", "“", "第", "0" * 50, "\0", "约", "近1"]
)
def test_next_to_nothing_gives_no_claims_and_no_error(text: str) -> None:
    found = report(text)
    assert found.claims == ()
    assert found.document.characters == len(text)


@pytest.mark.parametrize("start", ["约", "近", "超过", "不少于", "大约", "平均约", ""])
def test_a_figure_at_the_very_beginning_is_quoted(start: str) -> None:
    text = f"{start}14万人次参与线上答题。"
    (claim,) = report(text).claims
    assert claim.start == 0
    assert claim.text == f"{start}14万人次"


def test_a_figure_over_a_line_break_is_one_figure() -> None:
    text = (
        "本年度继续面向基层工会和广大职工群众开展各类线上线下文体活动和技能培训，"
        "印制并向企业和社区发放宣传手册约\n12000份，受到职工普遍欢迎。\n"
    )
    claims = report(text).claims
    assert [(claim.text, claim.value) for claim in claims] == [("约\n12000份", Decimal(12000))]
    assert "\n" not in claims[0].sentence


# --- hostile input --------------------------------------------------------------------------------------------------------

BOUND = 30.0  # seconds for each on two cores; all take a few

HOSTILE = {
    "5 MB on one line": "全县累计发放各类补贴资金惠及困难群众" * 280_000,
    "figures on one line": "发放补贴320万元惠及群众5000人" * 15_000,
    "a million digits": "1" * 10**6,
    "a million full-width digits": "１" * 10**6,
    "a million opening brackets": "（" * 10**6,
    "half a million nested quotation marks": "“" * 500_000 + "”" * 500_000,
    "a million book title marks": "《" * 10**6,
    "100,000 lines of a digit and a comma": "1,\n" * 10**5,
    "grouped digits without end": "1,111" * 200_000,
    "numerals without end": "一二三四五六七八九十百千万亿" * 70_000,
    "multipliers without end": "万亿" * 500_000,
    "digits and dashes": "1-" * 500_000,
    "modifiers without end": "近" * 10**6 + "1个",
    "a table of many rows": "甲\t1\t2\n" * 10_000,
    "a table of one row": "1\t" * 500_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_in_time(text: str) -> None:
    started = time.perf_counter()
    report(text)
    assert time.perf_counter() - started < BOUND


REPEATED = [
    "1、", "1个、", "1%、", "1，", "1；", "1 ", "1.", "1.1.", "1-", "1/", "1:", "1=", "1×", "（1）", "“1”",
    "《1》", "1人", "1万", "1元、", "一、",
    "一个", "一批", "一是", "第一", "十大", "百分之", "三分之", "百分之一", "零", "约", "近1个", "每一",
    "其中1个，", "分别增长1%、", "由1%到2%", "甲、乙分别增长1%、2%，",
    "2023年1月1日", "2023年", "1-9月", "〔2024〕1号", "用于", "支持1个", "等1个", "的1个", "（含1个）",
    "（", "“", "A1", "1A", "1+", "高于全国1个", "以上", "1个以上",
    "单位：万元\n1\t1\n", "三级指标\t得分\n1\t1\n",
]  # fmt: skip


def seconds(text: str) -> float:
    """Of the processor; what other tests left in memory is not walked again while this one is timed."""
    gc.collect()
    gc.freeze()
    started = time.process_time()
    try:
        report(text)
        return time.process_time() - started
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("unit", REPEATED)
def test_the_time_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    """Four times the text may take a little over four times as long; a square would take sixteen times."""
    seconds(unit * 10)
    short, long = seconds(unit * 2000), seconds(unit * 8000)
    assert long < 0.6 or long < 7.5 * short, f"{short:.2f} s, then {long:.2f} s"


# --- on the development material ------------------------------------------------------------------------------------------


def shared_texts(shared: Path) -> list[Path]:
    return sorted((*shared.glob("seeds/*.txt"), *shared.glob("corpora/*.txt")))


def test_every_record_of_the_seeds_quotes_its_source(shared: Path) -> None:
    for path in shared_texts(shared):
        found = analyse(read(path))
        quotes(found)
        for record in found.records():
            if isinstance(record, Section):
                assert 0 <= record.start < record.end <= len(found.source_text)
            if isinstance(record, Claim):
                assert record.sentence


@pytest.mark.parametrize(
    ("gold", "text", "region"),
    [
        ("s002", "seeds/002_8ec1f67c08f27b8f.txt", ("6283", "12576")),
        ("sd", "corpora/山东省.txt", ("108", "2908")),
    ],
)
def test_accuracy_on_the_development_gold_does_not_fall(
    shared: Path, tmp_path: Path, gold: str, text: str, region: tuple[str, str]
) -> None:
    predicted = tmp_path / "predicted.jsonl"
    predicted.write_text("".join(line + "\n" for line in lines(analyse(read(shared / text)))), encoding="utf-8")
    command = [
        sys.executable,
        shared / "tools/score.py",
        shared / f"gold/{gold}.claims.jsonl",
        predicted,
        "--region",
        *region,
    ]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert figures["quantity"]["f1"] >= 0.97
    assert figures["record"]["f1"] >= 0.90


def test_source_is_what_the_records_say_of_it() -> None:
    document = analyse(source("全年开展活动12场。")).document
    assert (document.doc_id, document.path, document.characters) == ("0123456789abcdef", "case.txt", 10)
