"""OCR repair: what is mended, what is left alone, and that every place maps back."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.ingest import read
from jixiao.lexicon import ForeignWord, NumberRepair, Swap, load
from jixiao.ocr import Repair, repair
from jixiao.textmap import Edit, View

LEXICON = load()
RULES: list[Swap | NumberRepair | ForeignWord] = [*LEXICON.ocr.swap, *LEXICON.ocr.number, *LEXICON.ocr.foreign]


def mended(text: str) -> str:
    return repair(View(text), LEXICON)[0].text


@pytest.mark.parametrize("example", [example for rule in RULES for example in rule.examples])
def test_examples_of_the_rules_are_mended(example: str) -> None:
    printed, right = example.split(" → ")
    assert mended(printed) == right


@pytest.mark.parametrize("text", [text for rule in RULES for text in rule.counter])
def test_counter_examples_are_left_alone(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize("rule", LEXICON.ocr.swap, ids=lambda rule: rule.wrong + rule.right)
def test_a_swap_is_one_character_for_another_and_its_safe_words_differ_by_it(rule: Swap) -> None:
    assert len(rule.wrong) == len(rule.right) == 1
    for pair in rule.near.split():
        printed, right = pair.split(":")
        assert printed.count(rule.wrong) == 1
        assert printed.replace(rule.wrong, rule.right) == right


# 本 printed as 些 throughout the prose, nothing in the rules says so.
LEARNED = (
    "些单位基些支出含区些级人员经费，些年预算由些级财政安排。\n"
    "些次自评覆盖些部门全部项目，基些情况如下：一些指标偏低，有些项目滞后，这些问题些年整改。\n"
    "附表：本单位基本支出、本级预算、本年支出、本次评价。"
)


def test_an_unknown_swap_is_learned_from_the_document_and_real_words_stay() -> None:
    view, repairs = repair(View(LEARNED), LEXICON)
    assert view.text == (
        "本单位基本支出含区本级人员经费，本年预算由本级财政安排。\n"
        "本次自评覆盖本部门全部项目，基本情况如下：一些指标偏低，有些项目滞后，这些问题本年整改。\n"
        "附表：本单位基本支出、本级预算、本年支出、本次评价。"
    )
    assert {(one.printed, one.repaired) for one in repairs} == {("些", "本")}
    assert len(repairs) == 9
    assert {"基本", "本级"} <= set(repairs[0].evidence)


def test_too_few_places_teach_nothing() -> None:
    text = "些单位制定计划。基些面平稳，一些工作有待加强。"
    assert mended(text) == text


@pytest.mark.parametrize("word", ["一些", "有些", "这些", "那些", "某些", "好些", "哪些", "做些", "多些"])
def test_real_words_with_the_swapped_character_survive_in_a_document_that_swaps_it(word: str) -> None:
    assert f"{word}企业" in mended(f"{LEARNED}\n全年走访{word}企业。")


def test_repairs_record_source_offsets_through_earlier_edits() -> None:
    source = "页眉\n资金末支出。"
    view = View(source).edit([Edit(0, 3, "")])
    after, repairs = repair(view, LEXICON)
    assert after.text == "资金未支出。"
    assert repairs == (Repair(5, 6, "末", "未", ("未支出",)),)
    assert source[5:6] == "末"


def test_a_foreign_word_is_the_one_repair_that_changes_the_length_and_maps_back() -> None:
    source = "疫情防控 and 经济发展"
    after, repairs = repair(View(source), LEXICON)
    assert after.text == "疫情防控和经济发展"
    assert source[slice(*after.source_span(4, 5))] == " and "
    assert [source[one.start : one.end] for one in repairs] == [" and "]


def test_a_clean_text_comes_back_as_it_is() -> None:
    view = View("2022年，全区共调处劳资纠纷1,513宗，涉及职工2.3万人次。")
    assert repair(view, LEXICON) == (view, ())
    assert repair(view, LEXICON)[0] is view


@pytest.mark.parametrize(
    "text",
    ["二〇二三年", "3〇天", "截至2020。12万人参加", "12月底。5月初", "2021—2023年", "A1O2", "1l"],
)
def test_no_digit_is_made_where_the_reading_is_open(text: str) -> None:
    assert mended(text) == text


NOISY = st.text(
    st.sampled_from("末未己已些本单位级年基支出入人干千万方元余0123456789OlI。.,，、\n\t 和and曰日"), max_size=80
)


@given(st.one_of(NOISY, st.text(max_size=60), st.text(st.characters(codec=None), max_size=40)))
@settings(max_examples=300, deadline=None)
def test_repairs_keep_length_lines_and_places(text: str) -> None:
    view = View(text)
    after, repairs = repair(view, LEXICON)
    foreign = [one for one in repairs if len(one.printed) != len(one.repaired)]
    assert all(one.repaired == "和" for one in foreign)
    assert len(after.text) == len(text) - sum(len(one.printed) - 1 for one in foreign)
    assert after.text.count("\n") == text.count("\n")
    assert after.text.count("\t") == text.count("\t")
    for one in repairs:
        assert text[one.start : one.end] == one.printed
        place = after.position(one.start)
        assert after.text[place] == one.repaired
        assert after.source_span(place, place + 1) == (one.start, one.end)
    assert [one.start for one in repairs] == sorted({one.start for one in repairs})


@given(NOISY)
@settings(max_examples=150, deadline=None)
def test_digits_keep_their_values(text: str) -> None:
    after, repairs = repair(View(text), LEXICON)
    assert all(not one.printed.isdecimal() for one in repairs)
    assert sum(char.isdecimal() for char in after.text) == sum(char.isdecimal() for char in text) + sum(
        one.repaired.isdecimal() for one in repairs
    )


@pytest.mark.parametrize(
    "text",
    ["基些支出全区绩效" * 60_000, "1O" * 250_000, "1。" * 250_000, "些" * 500_000, "区 and " * 80_000,
     "".join(chr(0x4E00 + number % 20_000) for number in range(400_000))],
    ids=["swap", "letters", "stops", "one", "and", "all-characters"],
)  # fmt: skip
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    start = time.perf_counter()
    repair(View(text), LEXICON)
    assert time.perf_counter() - start < 10


DOCUMENTS = Path(__file__).resolve().parent.parent / "annotations" / "documents"
# A file whose manifest names OCR noise: how many places stand in it at most unrepaired, counted by hand.
OCR_NOISE = {
    "禾丰县农业农村局2023年度部门整体绩效自评报告（扫描识别稿）.txt": {("末", "未"): 4, ("己", "已"): 4, ("由", "田"): 6, ("干", "千"): 3},
    "2022年度沙堤区司法局部门整体支出绩效评价自评报告.txt": {("末", "未"): 9},
}  # fmt: skip


def _manifest() -> list[tuple[Path, dict[str, object]]]:
    entries = []
    for path in sorted(DOCUMENTS.glob("*/manifest.jsonl")):
        for line in path.read_bytes().splitlines():
            if line.strip():
                entry = msgspec.json.decode(line)
                entries.append((path.parent / entry["file"], entry))
    return [(file, entry) for file, entry in entries if file.exists()]


@pytest.mark.parametrize(
    ("file", "entry"), _manifest(), ids=lambda value: value.name if isinstance(value, Path) else ""
)
def test_documents_without_ocr_noise_stay_as_they_are(file: Path, entry: dict[str, list[str]]) -> None:
    repairs = repair(View(read(file).text), LEXICON)[1]
    if any("ocr" in noise.lower() for noise in entry["noise"]):
        swaps = {(noise.split("→")[1][0], noise.split("ocr_swap:")[1][0]) for noise in entry["noise"] if "→" in noise}
        assert {(one.printed, one.repaired) for one in repairs} <= {
            pair if pair != ("。", "小") else ("。", ".") for pair in swaps
        }
        assert repairs
    else:
        assert repairs == ()


@pytest.mark.parametrize(("name", "expected"), OCR_NOISE.items())
def test_swaps_of_scanned_documents_are_all_found(name: str, expected: dict[tuple[str, str], int]) -> None:
    file = next(DOCUMENTS.glob(f"*/{name}"))
    found: dict[tuple[str, str], int] = {}
    for one in repair(View(read(file).text), LEXICON)[1]:
        found[one.printed, one.repaired] = found.get((one.printed, one.repaired), 0) + 1
    assert found == expected


def test_the_seeds(shared: Path) -> None:
    counts = {}
    for path in sorted((shared / "seeds").glob("*.txt")):
        repairs = repair(View(read(path).text), LEXICON)[1]
        counts[path.name[:3]] = [(one.printed, one.repaired) for one in repairs]
    assert Counter(counts.pop("002")) == {("些", "本"): 22, (" and ", "和"): 1}
    assert counts == {"000": [], "001": [], "003": [], "004": []}


def test_the_corpora_are_clean(shared: Path) -> None:
    for path in sorted((shared / "corpora").glob("*.txt")):
        assert repair(View(read(path).text), LEXICON)[1] == (), path.name
