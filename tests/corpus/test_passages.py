from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jixiao.corpus.passages import passages, sentences, trimmed

REPORT = (
    "二、履职情况\n"
    "（一）道路养护。全年修补路面坑槽312处，清理边沟46.5公里；更换护栏120米。群众评价“路更\n"
    "平了。”投诉下降两成。\n"
    "指标\t目标值\t完成值\n"
    "修补坑槽\t300处\t312处\n"
)


def cut(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_sentences_end_at_their_stops_and_not_where_a_line_is_broken() -> None:
    assert cut(REPORT, sentences(REPORT)) == [
        "二、履职情况\n",
        "（一）道路养护。",
        "全年修补路面坑槽312处，清理边沟46.5公里；",
        "更换护栏120米。",
        "群众评价“路更\n平了。”",
        "投诉下降两成。\n",
        "指标\t目标值\t完成值\n",
        "修补坑槽\t300处\t312处\n",
    ]


def test_paragraphs_and_tables_stay_together_up_to_the_limit() -> None:
    assert cut(REPORT, passages(REPORT, 200)) == [
        "二、履职情况\n",
        "（一）道路养护。全年修补路面坑槽312处，清理边沟46.5公里；更换护栏120米。群众评价“路更\n平了。”投诉下降两成。\n",
        "指标\t目标值\t完成值\n修补坑槽\t300处\t312处\n",
    ]
    assert cut(REPORT, passages(REPORT, 40))[1:3] == [
        "（一）道路养护。全年修补路面坑槽312处，清理边沟46.5公里；",
        "更换护栏120米。群众评价“路更\n平了。”投诉下降两成。\n",
    ]


def test_an_annotation_is_never_cut() -> None:
    start = REPORT.index("更换护栏120米。群众")
    assert "；" in REPORT[start - 1]
    whole = [(start - 5, start + 4)]
    assert "全年修补路面坑槽312处，清理边沟46.5公里；更换护栏120米。" in cut(REPORT, sentences(REPORT, whole))


def test_a_sentence_longer_than_the_limit_stays_whole() -> None:
    text = "发放" + "很" * 50 + "多补贴。领取人数312人。"
    assert cut(text, passages(text, 20)) == ["发放" + "很" * 50 + "多补贴。", "领取人数312人。"]


def test_marks_of_a_heading_stay_with_it() -> None:
    text = "# 工作完成情况\n\n更换护栏120米。\n\n  ## 养护\n清理边沟。\n"
    assert cut(text, passages(text, 50)) == ["# 工作完成情况\n\n", "更换护栏120米。\n\n", "  ## 养护\n", "清理边沟。\n"]


def test_an_empty_text_has_no_passage() -> None:
    assert sentences("") == [] == passages("", 10)


@given(st.text("三百12处，。；“”\n\t |　a", max_size=80), st.integers(1, 40), st.data())
def test_no_character_is_lost_and_no_span_is_cut(text: str, limit: int, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    whole = [tuple(sorted(pair)) for pair in data.draw(st.lists(st.tuples(places, places), max_size=3))]
    for found in (sentences(text, whole), passages(text, limit, whole)):
        assert "".join(cut(text, found)) == text
        for start, end in whole:
            assert not any(start < edge < end for _, edge in found)


def test_trimmed_takes_blanks_off_both_ends() -> None:
    assert trimmed("甲 \n乙处\u3000\n丙", 1, 7) == (3, 5)
    assert trimmed("甲 \n乙", 1, 3) == (1, 1)
