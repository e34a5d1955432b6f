from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casefiles import Case, params, report, source
from jixiao.analyse import analyse
from jixiao.corpus.scoring import alike
from jixiao.ingest import read
from jixiao.lexicon import load
from jixiao.records import Budget

RULES = load().budgets
YEAR = "2023"


def show(budget: Budget) -> str:
    fields = [budget.text, budget.item, budget.basis, str(budget.amount), budget.fiscal_year or "", budget.code or ""]
    if not fields[-1]:
        fields = fields[:-1] if fields[-2] != YEAR else fields[:-2]
    return " | ".join(fields)


@pytest.mark.parametrize("case", params("budgets/cases.toml"))
def test_the_budgets_of_a_document(case: Case) -> None:
    assert [show(budget) for budget in report(case.text).budgets] == list(case.expect)


# ---- the data


def test_rules_match_their_examples_and_no_counterexample() -> None:
    for rule in (*RULES.head, *RULES.prose.rule):
        assert all(regex.search(rule.regex, text) for text in rule.examples), rule
        assert not any(regex.search(rule.regex, text) for text in rule.counter), rule


# ---- odd text


PIECES = [
    "柳桥县水利局2023年部门预算\n",
    "单位：万元\n",
    "科目编码\t科目名称\t合计\t基本支出\t项目支出\n",
    "收入\t\t支出\n",
    "合计\t1.00\t2.00",
    "2130301\t",
    "年初预算3.5万元，",
    "比上年的4万元",
    "其中基本支出1万元、项目支出2万元。",
    "（一）“三公”经费\n",
    "零",
    "\t",
    "\n",
    "0.00",
    "—",
    "万元",
    "99999999999999999999999",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=20).map("".join))
@example("单位：万元\n项目\t预算数\n甲\t99999999999999999999999999999999\n")
@example("单位：元\n\t\t\n预算数\t\n1\t2\t3\t4\n")
@example("单位:㐀元\n项目\t预算数\n甲\t3\n投向（单位：㐀元）：甲项目3.50；")
@example("单位：美元\n项目\t预算数\n甲\t3\n")
@example("0000年部门预算\n上年预算3万元，比0000年的3万元多。")
def test_any_text_is_read_and_quoted(text: str) -> None:
    found = analyse(source(text))
    assert found.document.status == "ok"
    for budget in found.budgets:
        assert found.source_text[budget.start : budget.end] == budget.text
        assert budget.item and budget.amount >= 0
    places = [(budget.start, budget.end) for budget in found.budgets]
    assert places == sorted(set(places)), "in order, and no place twice"


# ---- the development gold


def squeezed(text: str) -> tuple[str, list[int]]:
    """The text without blanks and marks of emphasis, and where each of its characters stands."""
    kept = [i for i, character in enumerate(text) if not character.isspace() and character != "*"]
    return "".join(text[i] for i in kept), kept


def same_item(found: str, wanted: str) -> bool:
    """The gold puts the table or the parent before an item, and remarks in brackets behind it."""
    parts = [wanted, *regex.split(r"[-（）()]+|(?<=表11) ", wanted)]
    return any(part and (alike(found, part) or found in part or (len(part) > 2 and part in found)) for part in parts)


def test_the_development_gold(shared: Path) -> None:
    """Amount, basis and item right for at least 90 % of the amounts, each within its quote."""
    gold = [json.loads(line) for line in (shared / "gold/budget.jsonl").read_text(encoding="utf-8").splitlines()]
    right = 0
    for name in ("000", "002"):
        (path,) = (shared / "seeds").glob(f"{name}_*.txt")
        found = analyse(read(path))
        text, kept = squeezed(found.source_text)
        for wanted in (line for line in gold if line["doc"] == name):
            quote = squeezed(wanted["quote"])[0]
            spans = [
                (kept[match.start()], kept[match.end() - 1] + 1) for match in regex.finditer(regex.escape(quote), text)
            ]
            right += any(
                budget.amount == Decimal(wanted["amount_yuan"])
                and budget.basis == wanted["kind"]
                and same_item(budget.item, wanted["item"])
                and any(budget.start < end and start < budget.end for start, end in spans)
                for budget in found.budgets
            )
    assert right / len(gold) >= 0.9
