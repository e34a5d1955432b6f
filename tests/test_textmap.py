from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.textmap import Edit, View

# The plain model that View must agree with: one (character, start, end) for every character of the edited text.
Model = list[tuple[str, int, int]]

texts = st.text(alphabet="一二三12, \n（）ａ\U00020000", max_size=40)


@st.composite
def edited(draw: st.DrawFn) -> tuple[View, Model]:
    """A view after up to four passes of random edits, and the model put through the same."""
    source = draw(texts)
    view = View(source)
    model: Model = [(char, at, at + 1) for at, char in enumerate(source)]
    for _ in range(draw(st.integers(0, 4))):
        cuts = sorted(draw(st.lists(st.integers(0, len(model)), max_size=8)))
        edits = [Edit(start, end, draw(texts)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
        view, model = view.edit(edits), apply(model, edits, len(source))
    return view, model


def apply(model: Model, edits: list[Edit], length: int) -> Model:
    out: Model = []
    at = 0
    for start, end, replacement in edits:
        out += model[at:start]
        if len(replacement) == end - start:
            out += [(char, *model[start + n][1:]) for n, char in enumerate(replacement)]
        else:
            first = model[start][1] if start < len(model) else length
            last = model[end - 1][2] if start < end else max(first, model[start - 1][2] if start else 0)
            out += [(char, first, last) for char in replacement]
        at = end
    return out + model[at:]


@given(texts)
def test_an_unedited_view_is_its_source(source: str) -> None:
    view = View(source)
    assert view.text == source
    for start in range(len(source) + 1):
        assert view.position(start) == start
        for end in range(start, len(source) + 1):
            assert view.source_span(start, end) == (start, end)


@given(edited())
def test_every_span_maps_back_through_several_passes(case: tuple[View, Model]) -> None:
    view, model = case
    assert view.text == "".join(char for char, _, _ in model)
    for start in range(len(model)):
        for end in range(start + 1, len(model) + 1):
            assert view.source_span(start, end) == (model[start][1], model[end - 1][2])


@given(edited())
def test_spans_lie_in_the_source_and_never_step_back(case: tuple[View, Model]) -> None:
    view, _ = case
    spans = [view.source_span(at, at + 1) for at in range(len(view.text))]
    assert all(0 <= start <= end <= len(view.source) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in itertools.pairwise(spans))


@given(edited(), st.integers(0, 45))
def test_position_is_the_first_place_at_or_after_an_offset(case: tuple[View, Model], offset: int) -> None:
    view, model = case
    after = [at for at, (_, start, _) in enumerate(model) if start >= offset]
    assert view.position(offset) == (after[0] if after else len(model))


@given(texts, st.data())
def test_deleting_keeps_what_is_left_where_it_was(source: str, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(source), max_size=len(source)))
    view = View(source).edit(Edit(at, at + 1, "") for at, keep in enumerate(kept) if not keep)
    for at in range(len(view.text)):
        start, end = view.source_span(at, at + 1)
        assert source[start:end] == view.text[at]


def test_a_number_over_a_line_break_maps_to_all_of_it() -> None:
    view = View("发放１２\n０００份。")
    view = view.edit([Edit(2, 4, "12"), Edit(5, 8, "000")])  # folded
    view = view.edit([Edit(4, 5, "")])  # rejoined
    assert view.text == "发放12000份。"
    assert view.source_span(2, 7) == (2, 8)
    assert view.source[2:8] == "１２\n０００"


def test_a_replacement_of_another_length_stands_for_all_it_replaces() -> None:
    view = View("防控 and 恢复").edit([Edit(2, 7, "和")])
    assert view.text == "防控和恢复"
    assert view.source_span(2, 3) == (2, 7)


def test_an_inserted_character_maps_to_the_empty_place_before_the_next() -> None:
    view = View("甲乙").edit([Edit(1, 1, "、"), Edit(2, 2, "。")])
    assert view.text == "甲、乙。"
    assert view.source_span(1, 2) == (1, 1)
    assert view.source_span(3, 4) == (2, 2)
    assert view.source_span(0, 4) == (0, 2)


def test_what_is_inserted_into_a_replacement_stands_for_what_the_replacement_stands_for() -> None:
    view = View("甲乙丙").edit([Edit(1, 2, "二三")]).edit([Edit(2, 2, "、")])
    assert view.text == "甲二、三丙"
    assert view.source_span(2, 3) == (1, 2)
    assert view.source_span(0, 3) == (0, 2)


def test_an_empty_span_is_empty_in_the_source() -> None:
    view = View("甲乙丙").edit([Edit(0, 1, "")])
    assert view.source_span(0, 0) == (1, 1)
    assert view.source_span(2, 2) == (3, 3)


def test_no_edits_give_the_view_itself() -> None:
    view = View("甲乙")
    assert view.edit([]) is view


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 2, "x"), Edit(1, 3, "y")],  # overlap
        [Edit(2, 3, ""), Edit(0, 1, "")],  # out of order
        [Edit(0, 4, "")],  # beyond the end
        [Edit(2, 1, "")],  # backwards
        [Edit(-1, 1, "")],
    ],
)
def test_edits_that_make_no_sense_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        View("甲乙丙").edit(edits)
