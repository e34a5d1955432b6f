from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.lexicon import load
from jixiao.quantities import Quantity, find_quantities
from jixiao.windows import DUAL, LEVEL, MARK, NOUN, OTHER, QUANTITY, QUOTE, VERB, Token, segmenter, tokens, vocabulary

LEXICON = load()
texts = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="全年开展职工培训活动达到分别增长10%万人次“”《》（），、。的和", max_size=80),
    st.text(alphabet="0123456789年月日连续近“十四五”期间个", max_size=60),
)


def row_of(text: str) -> tuple[list[Token], list[Quantity]]:
    found = find_quantities(text, LEXICON)
    return tokens(text, 0, len(text), found, 0, LEXICON), found


def kinds(text: str) -> dict[str, str]:
    return {token.text: token.kind for token in row_of(text)[0]}


@settings(deadline=None)
@given(texts)
def test_tokens_quote_the_text_and_follow_one_another(text: str) -> None:
    row, _ = row_of(text)
    at = 0
    for token in row:
        assert at <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.text
        assert not text[at : token.start].strip(), "only blanks are left out"
        at = token.end
    assert not text[at:].strip()


@settings(deadline=None)
@given(texts)
def test_a_quantity_is_one_token_whole_and_numbered(text: str) -> None:
    row, found = row_of(text)
    assert [(token.start, token.end, token.quantity) for token in row if token.kind == QUANTITY] == [
        (quantity.start, quantity.end, index) for index, quantity in enumerate(found)
    ]
    assert {token.kind for token in row} <= {NOUN, VERB, DUAL, LEVEL, MARK, OTHER, QUANTITY, QUOTE}


def test_a_part_of_the_text_is_read_with_its_own_quantities() -> None:
    text = "举办讲座6场。培训职工80人。"
    found = find_quantities(text, LEXICON)
    row = tokens(text, 7, len(text), found, 1, LEXICON)
    assert [(token.text, token.start) for token in row] == [("培训", 7), ("职工", 9), ("80人", 11), ("。", 14)]
    assert row[2].quantity == 1


def test_no_word_crosses_a_quantity() -> None:
    row, _ = row_of("服务职工24万人次参与率达98%。")
    assert [token.text for token in row] == ["服务", "职工", "24万人次", "参与率", "达", "98%", "。"]


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("调处劳资纠纷22宗。", "调处", VERB),
        ("调处劳资纠纷22宗。", "22宗", QUANTITY),
        ("覆盖率达到98%。", "达到", LEVEL),
        ("覆盖率达到98%。", "覆盖率", NOUN),
        ("开展职工培训6场。", "培训", DUAL),
        ("开展“我们的节日”活动6场。", "“我们的节日”", QUOTE),
        ("印发《职工疗休养管理办法》6份。", "《职工疗休养管理办法》", QUOTE),
        ("举办讲座6场，参训80人。", "，", MARK),
        ("连续3年获奖2项。", "连续3年", OTHER),
        ("2023年底建成2座。", "2023年底", OTHER),
        ("稳步提升2个百分点。", "稳步", OTHER),
    ],
)
def test_kinds_of_tokens(text: str, word: str, kind: str) -> None:
    assert kinds(text).get(word) == kind


def test_a_quoted_name_without_an_end_is_no_name() -> None:
    assert QUOTE not in kinds("开展“我们的节日活动6场。").values()


def test_what_stands_in_brackets_inside_a_word_belongs_to_it() -> None:
    assert kinds("因公出国（境）费用0元。")["（境）"] == NOUN


def test_a_verb_that_the_dictionary_glues_to_its_object_is_cut_off() -> None:
    assert kinds("挽回损失5万元。") | {"挽回": VERB, "损失": NOUN} == kinds("挽回损失5万元。")


def test_the_segmenter_is_loaded_once_a_lexicon() -> None:
    assert segmenter(LEXICON) is segmenter(LEXICON)
    assert vocabulary(LEXICON) is vocabulary(LEXICON)


def test_segmenting_the_same_text_gives_the_same_words_whatever_was_read_before() -> None:
    text = "动态建会率达到99.70%，入企检查次数压减30%以上。"
    first = row_of(text)[0]
    row_of("其他文字" * 100)
    assert row_of(text)[0] == first
