"""Masking: what tells who a person is goes, what could be a figure of the report stays, and no offset moves."""

from __future__ import annotations

from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from jixiao.corpus.archive import read_archive
from jixiao.corpus.masking import mask, spans
from jixiao.lexicon import load

ARCHIVE = Path(__file__).resolve().parents[2] / "annotations" / "documents"
RULES = load().personal


def marked(text: str) -> str:
    """``text`` with what is masked in 「」."""
    opened, closed = set(), set()
    for start, end, _ in spans(text, RULES):
        opened.add(start)
        closed.add(end)
    shown = (("」" if at in closed else "") + ("「" if at in opened else "") + c for at, c in enumerate(text + "\0"))
    return "".join(shown).rstrip("\0")


@pytest.mark.parametrize("example", [example for rule in RULES.rule for example in rule.examples])
def test_examples_are_masked_where_they_say(example: str) -> None:
    assert marked(example.replace("「", "").replace("」", "")) == example


@pytest.mark.parametrize("counter", [counter for rule in RULES.rule for counter in rule.counter])
def test_counterexamples_stay(counter: str) -> None:
    assert mask(counter) == counter


def test_names_and_numbers_keep_their_length_and_marks() -> None:
    text = "填报人：欧阳小川　联系电话：0599－5550142，邮箱 abc@example.com\r\n"
    assert mask(text) == "填报人：某某某某　联系电话：××××－×××××××，邮箱 ×××@×××××××.com\r\n"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "姓名\t职务\t联系电话\n甲乙\t股长\t5550142\n丙丁戊\t科员\t5550143\n\n合计\t2\t5550144\n",
            "姓名\t职务\t联系电话\n某某\t股长\t×××××××\n某某某\t科员\t×××××××\n\n合计\t2\t5550144\n",
        ),
        ("| 户主姓名 | 金额 |\n|---|---|\n| 甲乙 | 3200 |\n", "| 户主姓名 | 金额 |\n|---|---|\n| 某某 | 3200 |\n"),
        (
            "<tr><th>姓名</th>\n<th>金额</th></tr>\n<tr><td>甲乙</td>\n<td>3200</td></tr>",
            "<tr><th>姓名</th>\n<th>金额</th></tr>\n<tr><td>某某</td>\n<td>3200</td></tr>",
        ),
    ],
    ids=["tabs", "markdown", "html"],
)
def test_the_columns_of_a_list_of_persons_are_masked(table: str, expected: str) -> None:
    assert mask(table) == expected


@given(st.text(alphabet="填报联系人电话：: \t\n|张李同志局长0123456789-－１×某元<td>/@.a", max_size=60))
def test_masking_keeps_the_length_and_is_done_once(text: str) -> None:
    once = mask(text)
    assert len(once) == len(text)
    assert mask(once) == once


def test_no_annotated_figure_of_the_archive_is_masked() -> None:
    for document in read_archive([ARCHIVE]):
        gold = document.gold
        assert gold is not None
        kept = [(mention.start, mention.end) for mention in (*gold.mentions, *gold.targets, *gold.budgets)]
        kept += [span for finding in gold.findings for span in finding.evidence]
        masked = mask(document.source.text)
        for start, end in kept:
            assert masked[start:end] == document.source.text[start:end], document.name


def test_the_persons_of_the_archive_are_masked() -> None:
    """Every landline, and the name behind every label that the archive has."""
    text = "\n".join(mask(document.source.text) for document in read_archive([ARCHIVE]))
    assert not regex.search(r"555(?!\.\d\d万元)", text)
    assert text.count("某某") > 20


@pytest.mark.parametrize(
    "piece", ["电话", "1", "13800005501 ", "联系人：", "王", " ", "姓名\t电话\n", "<td>", "负责人：张三、", "同志"]
)
def test_long_runs_of_anything_come_to_an_end(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    assert len(mask(text)) == len(text)  # a rule over its time limit would raise
