from __future__ import annotations

import json
import re
import time
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from builders import TEXT, claim, document, report, section
from jixiao.analyse import Report
from jixiao.export.html import page
from jixiao.records import CATEGORIES


def parsed(made: Report, language: Any = "zh") -> LexborHTMLParser:
    return LexborHTMLParser(page(made, language))


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [node.text() for node in tree.css(selector)]


def data_of(tree: LexborHTMLParser) -> dict[str, Any]:
    node = tree.css_first("#data")
    assert node is not None
    found = json.loads(node.text())
    assert isinstance(found, dict)
    return found


def report_on(text: str, *claims: Any) -> Report:
    return Report(source_text=text, document=document(text), sections=(), claims=claims)


def test_the_text_stands_in_paragraphs_under_its_headings() -> None:
    tree = parsed(report())
    assert texts(tree, "header h1") == ["澄江市民政局2022年度自评报告"]
    assert texts(tree, "main h2") == ["一、履职情况", "二、满意度"]
    assert texts(tree, "main p")[-2:] == [
        "全年调处劳资纠纷1,513宗，发放慰问金82.50万元。",
        "服务对象满意度为99.70%，回访约２００户。",
    ]


def test_the_table_of_contents_leads_to_the_sections() -> None:
    tree = parsed(report())
    for link in tree.css("nav a"):
        assert tree.css_first(str(link.attributes["href"])) is not None
    assert texts(tree, "nav li") == ["一、履职情况2", "二、满意度2"]


def test_every_claim_is_marked_by_its_category_and_explained() -> None:
    tree = parsed(report())
    assert texts(tree, "mark") == ["1,513宗", "82.50万元", "99.70%", "约２００户"]
    kinds = [node.attributes["class"] for node in tree.css("mark")]
    assert kinds == [f"c{CATEGORIES.index(c)}" for c in ("数量", "资金", "满意度", "数量")]
    assert all(node.attributes["tabindex"] == "0" for node in tree.css("mark"))
    second = data_of(tree)["claims"][1]
    assert (second["e"], second["a"], second["t"]) == ("慰问金", "发放", "82.50万元")
    facts = dict(second["f"])
    assert facts["数值"] == "825,000 元"
    assert facts["期间"] == "2022"
    assert facts["章节"] == "一、履职情况"
    assert facts["出处"].startswith("第 4 行")
    assert facts["置信度"] == "提取 80%，类别 90%"
    assert dict(data_of(tree)["claims"][3]["f"])["数值"] == "200 户（约数）"


def test_the_side_table_lists_the_claims_and_leads_to_their_places() -> None:
    tree = parsed(report())
    rows = tree.css("#claims tbody tr")
    assert len(rows) == 4
    assert rows[1].text(separator="|", strip=True) == "2|资金|慰问金|发放|82.50万元"
    for link in tree.css("#claims a"):
        assert tree.css_first(str(link.attributes["href"])) is not None
    assert texts(tree, ".chip") == ["数量2", "满意度1", "资金1"]


def test_the_page_in_english() -> None:
    tree = parsed(report(), "en")
    assert texts(tree, "nav h2") == ["Contents"]
    assert dict(data_of(tree)["claims"][0]["f"])["Value"] == "1,513 宗"


def test_claims_that_state_the_same_fact_are_linked() -> None:
    made = report()
    again = msgspec.structs.replace(made.claims[3], same_as=made.claims[0].claim_id)
    data = data_of(parsed(msgspec.structs.replace(made, claims=(*made.claims[:3], again))))
    assert [one["s"] for one in data["claims"]] == [None, None, None, 1]


def test_tables_are_shown_as_tables_with_their_claims() -> None:
    text = "指标\t目标\t完成\n培训人次\t90人次\t96人次\n"
    doc_id = document(text).doc_id
    tree = parsed(report_on(text, claim(text, doc_id, "96人次", "96", "人次")))
    rows = [[cell.text() for cell in row.css("td")] for row in tree.css("main table tr")]
    assert rows == [["指标", "目标", "完成"], ["培训人次", "90人次", "96人次"]]
    assert texts(tree, "main table mark") == ["96人次"]


def test_wrapped_lines_read_as_paragraphs() -> None:
    text = "本年度共组织各类职业技能培训九十六场次，参加培训的群众\n\n达到两千四百人次，较上年有明显的增长，群众反映良好。\n"
    paragraphs = [p for p in texts(parsed(report_on(text)), "main p") if p.strip()]
    assert "".join(paragraphs) == text.replace("\n", "")


def test_a_claim_over_a_line_break_is_shown_as_printed() -> None:
    text = "发放宣传资料12\n000份，覆盖全部社区居民，宣传效果良好。\n"
    tree = parsed(report_on(text, claim(text, document(text).doc_id, "12\n000份", "12000", "份")))
    assert texts(tree, "mark") == ["12\n000份"]
    assert texts(tree, "#claims td:last-child") == ["12000份"]


def test_what_cleaning_took_out_of_a_claim_is_shown_faintly_and_left_out_of_the_table() -> None:
    text = "全年举办技能培训 **96** 场，参加培训的职工踊跃。\n"
    tree = parsed(report_on(text, claim(text, document(text).doc_id, "96** 场", "96", "场")))
    assert texts(tree, "mark") == ["96** 场"]
    assert texts(tree, "mark .gone") == ["** "]
    assert texts(tree, "#claims td:last-child") == ["96场"]


def test_claims_that_overlap_share_a_mark() -> None:
    text = "建成30家（含20家）企业。"
    doc_id = document(text).doc_id
    tree = parsed(
        report_on(text, claim(text, doc_id, "30家（含20家）", "30", "家"), claim(text, doc_id, "20家", "20", "家"))
    )
    assert texts(tree, "mark") == ["30家（含20家）"]
    assert [node.attributes["data-c"] for node in tree.css("mark")] == ["1 2"]
    assert [node.attributes["href"] for node in tree.css("#claims a")] == ["#m0", "#m0"]


HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror="document.title=1">&amp;"\''


def hostile() -> Report:
    text = f"{HOSTILE}建成公园12个{HOSTILE}。\n\n一、{HOSTILE}\n{HOSTILE}\t{HOSTILE}\n"
    made = document(
        text, path=f"{HOSTILE}.txt".replace("/", ""), title=HOSTILE, organisation=HOSTILE, warnings=(HOSTILE,)
    )
    start = text.index("一、")
    return Report(
        source_text=text,
        document=made,
        sections=(section(text, made.doc_id, HOSTILE, start, len(text)),),
        claims=(
            claim(
                text, made.doc_id, "12个", "12", "个",
                entity=HOSTILE, action=HOSTILE, qualifiers=(HOSTILE,), period=HOSTILE, column=HOSTILE, sentence=HOSTILE,
            ),
        ),
    )  # fmt: skip


def test_hostile_text_stays_text() -> None:
    tree = parsed(hostile())
    assert len(tree.css("script")) == 2
    assert tree.css("img") == []
    assert texts(tree, "header h1") == [HOSTILE]
    assert data_of(tree)["claims"][0]["e"] == HOSTILE
    handlers = [name for node in tree.css("*") for name in node.attributes if name.startswith("on")]
    assert handlers == []


def test_nothing_comes_from_outside_and_only_our_script_may_run() -> None:
    made = page(report())
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", made)
    assert "url(" not in made
    assert "@import" not in made
    policy = LexborHTMLParser(made).css_first("meta[http-equiv]")
    assert policy is not None
    content = str(policy.attributes["content"])
    assert content.startswith("default-src 'none'")
    assert "unsafe" not in content


def test_the_same_report_gives_the_same_page() -> None:
    assert page(report()) == page(report())


def test_a_document_without_text_has_a_page_that_says_why() -> None:
    made = document("", status="refused", reason="文件已加密，请解除密码后重试")
    tree = parsed(Report(source_text="", document=made, sections=(), claims=()))
    assert texts(tree, ".notices li") == ["文件已加密，请解除密码后重试"]
    assert texts(tree, "main p") == ["此文件没有可显示的文字。"]


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet="一二三、（）。，12 \n\t<>&\"'p/劳资宗|#*ａ１，-", min_size=1, max_size=120),
    spans=st.lists(st.tuples(st.integers(0, 119), st.integers(1, 6)), max_size=5),
)
def test_marks_quote_the_source_to_the_letter(text: str, spans: list[tuple[int, int]]) -> None:
    doc_id = document(text).doc_id
    taken: list[tuple[int, int]] = []
    for start, length in sorted(spans):
        end = min(start + length, len(text))
        if start < end and not any(start < b and a < end for a, b in taken):
            taken.append((start, end))
    claims = tuple(claim(text, doc_id, text[a:b], "1", "", after=a) for a, b in taken)
    assert texts(parsed(report_on(text, *claims)), "mark") == [text[a:b] for a, b in taken]


def large() -> Report:
    lines = [
        f"第{n}项工作中检查企业{n + 100}家，整改问题{n + 1000}个，各单位认真履职、稳步推进，取得较好成效。"
        for n in range(700)
    ]
    text = "\n".join(lines)
    made = document(text)
    claims, at = [], 0
    for n in range(350):
        for quote, value, unit in ((f"{n + 100}家", n + 100, "家"), (f"{n + 1000}个", n + 1000, "个")):
            claims.append(
                claim(text, made.doc_id, quote, str(value), unit, after=at, category=CATEGORIES[len(claims) % 11])
            )
            at = claims[-1].end
    assert len(text) > 30_000
    return Report(source_text=text, document=made, sections=(), claims=tuple(claims))


def test_a_large_report_is_written_quickly() -> None:
    made = large()
    page(made)
    began = time.perf_counter()
    written = page(made)
    assert time.perf_counter() - began < 1
    assert written.count("<mark") == 700


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0.5", "0.5 元"),
        ("112000000", "112,000,000 元"),
        ("1E+60", "1E+60 元"),
        ("1E+400", "1E+400 元"),
        ("99.70", "99.70 元"),
    ],
)
def test_values_are_shown_with_their_digits(value: str, shown: str) -> None:
    text = "支出5元。"
    made = report_on(text, claim(text, document(text).doc_id, "5元", value, "元"))
    assert dict(data_of(parsed(made))["claims"][0]["f"])["数值"] == shown


def test_a_range_shows_both_ends() -> None:
    text = "企业20-30家。"
    one = claim(text, document(text).doc_id, "20-30家", "20", "家", value_max=Decimal(30), approx="range")
    assert dict(data_of(parsed(report_on(text, one)))["claims"][0]["f"])["数值"] == "20 – 30 家（区间）"


def test_the_text_of_the_example_is_whole() -> None:
    shown = "".join(texts(parsed(report()), "main"))
    assert "".join(shown.split()) == "".join(TEXT.split())
