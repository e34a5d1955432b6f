"""Annotations as spans: nothing is lost on the way there and back, and words of the gold are found where they stand."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from corpus.marks import annotated, archive, hostile, whole_archive
from jixiao.analyse import analyse
from jixiao.corpus.gold import GoldError, locate, read_gold, write_gold
from jixiao.corpus.spans import (
    Marked,
    Relation,
    Span,
    beside,
    from_gold,
    from_report,
    masked,
    nearest,
    restored,
    to_gold,
)
from jixiao.ingest import read_bytes

TEXT = "一、履职\n全年调处劳资纠\n纷1513宗，其中30人以上劳资纠纷22宗。发放慰问金9万余元。\n"
GOLD = """\
== sections
[一、履职] | 1 | performance

== claims
[1513宗] | = 1513 宗 | 劳资纠纷 | 调处 | 数量 社会效益 | 2020
[30人以上] | ? > 30 人 | 劳资纠纷 | 调处 | 数量
[22宗] | = 22 宗 | 劳资纠纷 | 处理 | 数量 | 2020
[9万余元] | > 90000 元 | 慰问金 | 发放 | 资金 | 2020

== findings
"""


def quoted(marked: Marked) -> dict[str, tuple[str, str]]:
    return {span.id: (span.label, marked.text[span.start : span.end]) for span in marked.spans}


def test_every_layer_with_a_place_becomes_a_span() -> None:
    marked = from_gold(annotated(TEXT, GOLD))
    assert quoted(marked) == {
        "s1": ("section", "一、履职"),
        "q1": ("claim", "1513宗"),
        "q2": ("qualifier", "30人以上"),
        "q3": ("claim", "22宗"),
        "q4": ("claim", "9万余元"),
        "e1": ("entity", "劳资纠\n纷"),
        "e2": ("entity", "劳资纠纷"),
        "e3": ("entity", "慰问金"),
        "a1": ("action", "调处"),
        "a2": ("action", "发放"),
    }
    assert [(relation.label, relation.source, relation.target) for relation in marked.relations] == [
        ("entity", "e1", "q1"),
        ("action", "a1", "q1"),
        ("entity", "e2", "q2"),
        ("action", "a1", "q2"),
        ("entity", "e2", "q3"),
        ("entity", "e3", "q4"),
        ("action", "a2", "q4"),
    ]
    spans = {span.id: span for span in marked.spans}
    assert spans["s1"].attributes == {"level": "1", "label": "performance", "end": str(len(TEXT))}
    assert spans["q1"].attributes == {
        "value": "1513",
        "approx": "exact",
        "unit": "宗",
        "category": ("数量", "社会效益"),
        "period": "2020",
    }
    assert spans["q3"].attributes["action"] == "处理"  # stands nowhere
    assert marked.blocks == {"sections", "claims", "findings"}


@pytest.mark.parametrize("document", archive(), ids=lambda document: document.name)
def test_gold_to_spans_and_back_is_the_identity_on_the_archive(document) -> None:
    assert to_gold(from_gold(document)) == document.gold


@pytest.mark.parametrize("document", archive(), ids=lambda document: document.name)
def test_gold_that_is_written_is_read_as_it_was(document) -> None:
    text = write_gold(document.gold, document.source.text)
    assert read_gold(text, document.source.text) == document.gold


def test_hostile_text_comes_back_too() -> None:
    document = hostile()
    assert to_gold(from_gold(document)) == document.gold
    assert read_gold(write_gold(document.gold, document.source.text), document.source.text) == document.gold


def test_answers_within_the_document_are_relations_and_others_stay_beside() -> None:
    marked = from_gold(hostile())
    quotes = quoted(marked)
    answers = [
        (relation.label, quotes[relation.source][1], quotes[relation.target])
        for relation in marked.relations
        if relation.label not in ("entity", "action")
    ]
    assert answers == [
        ("met", "95%¦98%", ("target", "95%")),
        ("operand", "22宗", ("claim", "95%¦98%")),
        ("undetermined", "9万余元", ("budget", "9万余元")),
    ]
    assert [(link.file, link.target, link.verdict) for link in marked.links] == [("县/目标表.txt", "调处率", "unmet")]


def test_links_that_relations_cannot_say_stay_beside_and_come_back() -> None:
    text = "完成5件，3件，2件；目标≥5件，≥3件\n"
    gold = """\
== claims
[5件] | = 5 件 | 案件 |  | 数量
[3件] | = 3 件 | 案件 |  | 数量
[2件] | = 2 件 | 案件 |  | 数量

== targets
[≥5件] | 产出指标/数量指标/案件 | ge 5 件
[≥3件] | 产出指标/数量指标/案卷 | ge 3 件

== links
[5件] | 外.txt: 案件 | met
[5件] + [3件] | 案件 | met
[5件] + [2件] | 案卷 | met
[5件] | 没有的指标 | unmet
"""
    document = annotated(text, gold)
    assert document.gold is not None
    marked = from_gold(document)
    assert [(relation.label, relation.source, relation.target) for relation in marked.relations] == [
        ("met", "q1", "t1"),
        ("operand", "q2", "q1"),
    ]
    assert [(link.target, len(link.claims)) for link in marked.links] == [("案件", 1), ("案卷", 2), ("没有的指标", 1)]
    back = to_gold(marked)
    assert set(back.links) == set(document.gold.links)
    assert replace(back, links=()) == replace(document.gold, links=())


def test_a_snippet_gets_the_context_that_its_place_needs() -> None:
    source = "甲乙3件，甲乙3件；丙3件"
    gold = read_gold("== findings\ncode | error | 重复 | 丙[3件]\ncode | error | 重复 | ，甲乙[3件]\n", source)
    assert [finding.evidence for finding in gold.findings] == [((11, 13),), ((7, 9),)]
    assert read_gold(write_gold(gold, source), source) == gold


@given(st.text("[]|⏎¦\n\r\t# =甲3+", min_size=1, max_size=30), st.data())
def test_any_span_of_any_text_has_a_snippet(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source) - 1))
    end = data.draw(st.integers(start + 1, len(source)))
    assume(source[start:end].strip("# =\n\r\t"))
    gold = read_gold("== findings\ncode | error | x\n", source)
    finding = replace(gold.findings[0], evidence=((start, end),))
    gold = replace(gold, findings=(finding,))
    assert read_gold(write_gold(gold, source), source) == gold


def test_marks_that_were_printed_are_found() -> None:
    assert locate("[甲⏎乙¦]", "甲⏎乙¦") == (0, 4)


def test_what_the_markup_cannot_say_is_refused() -> None:
    gold = read_gold("== claims\n[3件] | = 3 件 | 甲 |  | 数量\n", "甲3件")
    for entity in ("甲 | 乙", "甲\n乙", " 甲"):
        wrong = replace(gold, mentions=(replace(gold.mentions[0], entity=entity),))
        with pytest.raises(GoldError, match="1-3: a field holds no line break"):
            write_gold(wrong, "甲3件")
    with pytest.raises(GoldError, match="the markup cannot say"):
        write_gold(replace(gold, blocks=frozenset()), "甲3件")


@pytest.mark.parametrize(
    ("word", "text", "place"),
    [
        ("公厕", "新建公厕5座，公厕", "公厕"),
        ("公厕", "新建公 \n 厕5座", "公 \n 厕"),
        ("公厕", "维护公厕。绿地。新建5座", "公厕"),
        ("公厕", "新建5座公厕。", "公厕"),
        ("公厕", "新建5座。公厕好用", None),  # only sentences before
        ("公厕", "公厕。一。二。三。新建5座", None),  # too far
        ("公共厕所", "新建**公共**厕所5座", "公共**厕所"),
        ("", "新建5座", None),
    ],
)
def test_a_word_is_looked_for_around_its_quantity(word: str, text: str, place: str | None) -> None:
    start = text.index("5座")
    found = nearest(word, text, start, start + 2)
    assert (found and text[slice(*found)]) == place


def test_the_nearest_place_wins() -> None:
    text = "公厕很多，新建公厕5座，公厕干净"
    assert nearest("公厕", text, 9, 11) == (7, 9)


def test_an_edited_span_changes_the_word_and_a_missing_value_is_refused() -> None:
    marked = from_gold(annotated(TEXT, GOLD))
    entity = Span(id="x", label="entity", start=TEXT.index("慰问金"), end=TEXT.index("慰问金") + 2)
    others = tuple(relation for relation in marked.relations if relation.source != "e3")
    edited = replace(
        marked,
        spans=(*(span for span in marked.spans if span.id != "e3"), entity),
        relations=(*others, Relation(label="entity", source="x", target="q4")),
    )
    assert to_gold(edited).mentions[3].entity == "慰问"
    bare = Span(id="y", label="claim", start=0, end=1)
    with pytest.raises(GoldError, match="claim 0-1"):
        to_gold(replace(marked, spans=(*marked.spans, bare)))


def test_what_the_program_found_has_scores_and_can_be_gold() -> None:
    report = analyse(read_bytes("一、履职\n2020年，调处30人以上劳资纠纷22宗。\n".encode(), "r.txt"))
    marked = from_report("某县/r.txt", report)
    assert marked.origin == "model"
    found = quoted(marked)
    assert ("claim", "22宗") in found.values()
    assert ("qualifier", "30人以上") in found.values()
    claim = next(span for span in marked.spans if span.label == "claim")
    assert claim.score is not None
    assert 0 <= claim.score <= 1
    gold = to_gold(marked)
    assert [(mention.role, mention.text, str(mention.value)) for mention in gold.mentions] == [
        ("qualifier", "30人以上", "30"),
        ("claim", "22宗", "22"),
    ]
    assert read_gold(write_gold(gold, report.source_text), report.source_text) == gold


def test_masks_keep_every_place_and_reach_attributes() -> None:
    gold = "== claims\n[3件] | = 3 件 | 张三丰的案件 |  | 数量\n\n== findings\ncode | error | 张三丰重复 | [3件]\n"
    document = annotated("张三丰：办案3件", gold)
    hidden = masked(from_gold(document), lambda text: text.replace("张三丰", "＊＊＊"))
    assert hidden.text == "＊＊＊：办案3件"
    assert hidden.spans[0].attributes["entity"] == "＊＊＊的案件"
    assert hidden.findings[0].message == "＊＊＊重复"
    with pytest.raises(ValueError, match="length"):
        masked(from_gold(document), lambda text: text + "x")


def test_a_single_masked_character_is_not_replaced_in_other_words() -> None:
    document = annotated("王某某、李：王村3件", "== claims\n[3件] | = 3 件 | 王某某李庄 |  | 数量\n")
    hidden = masked(from_gold(document), lambda text: text.replace("王某", "某某").replace("李：", "某："))
    assert hidden.text == "某某某、某：王村3件"
    assert hidden.spans[0].attributes["entity"] == "某某某李庄"


def test_what_formats_carry_beside_spans_comes_back() -> None:
    for marked in (from_gold(hostile()), *whole_archive()):
        assert restored(beside(marked), marked.text, marked.spans, marked.relations) == marked


@pytest.mark.parametrize(
    ("spans", "relations"),
    [
        ([Span(id="q", label="claim", start=0, end=99)], []),
        ([Span(id="q", label="claim", start=1, end=1)], []),
        ([Span(id="q", label="claim", start=0, end=1), Span(id="q", label="claim", start=1, end=2)], []),
        ([Span(id="q", label="claim", start=0, end=1)], [Relation(label="entity", source="q", target="r")]),
        ([Span(id="q", label="PERSON", start=0, end=1)], []),  # type: ignore[arg-type]
    ],
)
def test_spans_that_do_not_fit_are_refused(spans: list[Span], relations: list[Relation]) -> None:
    kept = beside(from_gold(annotated("甲3件", "== claims\n")))
    with pytest.raises(GoldError):
        restored(kept, "甲3件", spans, relations)
