from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from jixiao.cli import main
from jixiao.corpus.agreement import Agreement, Twice, agree, alpha, coincidences, masi
from jixiao.corpus.gold import read_gold

TEXT = "一、履职情况\n全年调处劳资纠纷1513宗，帮助困难职工275户；发放慰问金82.5万元。\n调处率\t≥95%\t97%\n年初预算86万元。\n"
ONE = """== sections
[一、履职情况] | 1 | performance

== claims
纠纷[1513宗]， | = 1513 宗 | 劳资纠纷 | 调处 | 数量 | 2020
职工[275户]； | = 275 户 | 困难职工 | 帮助 | 数量 社会效益 | 2020
金[82.5万元]。 | = 825000 元 | 慰问金 | 发放 | 资金 | 2020
[97%] | = 97 % | 调处率 |  | 质量 | 2020

== targets
[≥95%] | 产出/质量指标/调处率 | ge 95 % | actual=97%

== budgets
[86万元] | 部门预算 | budget | 860000 | 2020

== links
[97%] | 调处率 | met
"""
OTHER = """== sections
[一、履职情况] | 1 | work_plan

== claims
纠纷[1513宗]， | = 1513 宗 | 纠纷 | 调处 | 数量 | 2020
职工[275户]； | = 275 户 | 职工 | 帮助 | 社会效益 | 2020
发放慰问[金82.5万元]。 | ~ 825000 元 | 慰问金 |  | 资金 | 2021
[≥95%] | ? > 95 % | 调处率 |  | 质量 | 2020
[97%] | = 97 % | 调处率 |  | 质量 | 2020

== targets
[≥95%] | 产出/质量指标/调处率 | gt 95 % | actual=97%

== budgets
[86万元] | 年初预算 | budget | 860000 | 2020

== links
[97%] | 调处率 | unmet
"""


def test_alpha_is_that_of_the_published_examples() -> None:
    # K. Krippendorff, Computing Krippendorff's Alpha-Reliability, examples A, B and C
    binary = zip("0100000010", "1110010000", strict=True)
    assert alpha(coincidences(binary)) == pytest.approx(0.095, abs=5e-4)
    nominal = zip("aabbdcccedda", "babbbccceddd", strict=True)
    assert alpha(coincidences(nominal)) == pytest.approx(0.692, abs=5e-4)
    observers = ("1233214 12   ", "1233224 125 3", " 333234 2251 ", "1233244 1251 ")
    units = [[value for value in unit if value != " "] for unit in zip(*observers, strict=True)]
    assert alpha(coincidences(units)) == pytest.approx(0.743, abs=5e-4)


def test_alpha_at_its_ends() -> None:
    assert alpha(coincidences([("甲", "甲"), ("乙", "乙")])) == 1.0
    assert alpha(coincidences([("甲", "甲")])) is None, "one label only: nothing can be expected"
    assert alpha(coincidences([])) is None
    # 2 units, 甲乙 and 乙甲: n = 4, observed 4, expected (2·2 + 2·2) / 3
    assert alpha(coincidences([("甲", "乙"), ("乙", "甲")])) == pytest.approx(1 - 4 * 3 / 8)


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from("甲乙丙")), min_size=1))
def test_alpha_is_the_same_with_the_annotators_exchanged(units: list[tuple[str, str]]) -> None:
    there, back = alpha(coincidences(units)), alpha(coincidences([(b, a) for a, b in units]))
    assert there == pytest.approx(back) if there is not None else back is None
    assert there is None or there <= 1


def test_masi_by_hand() -> None:
    def distance(one: str, other: str) -> float:
        return masi(frozenset(one), frozenset(other))

    assert distance("甲乙", "乙甲") == 0
    assert distance("甲", "乙") == 1
    assert distance("甲", "甲乙") == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert distance("甲乙", "乙丙") == pytest.approx(1 - 1 / 3 * 1 / 3)


def both(one: str, other: str) -> Agreement:
    return agree([Twice(name="清溪县/甲.txt", text=TEXT, one=read_gold(one, TEXT), other=read_gold(other, TEXT))])


def test_an_annotator_agrees_with_himself() -> None:
    found = both(ONE, ONE)
    assert {line.name for line in found.joined} == {
        "sections", "quantities", "entity", "action", "targets", "budgets", "link"
    }  # fmt: skip
    assert all(line.exact.value == line.overlap.value == 1.0 for line in found.joined)
    assert all(line.agreed.value == 1.0 for line in found.fields)
    assert {line.alpha.value for line in found.reliability} == {None, 1.0}
    assert not found.disagreements


def test_figures_by_hand() -> None:
    found = both(ONE, OTHER)
    joined = {line.name: line for line in found.joined}
    quantities = joined["quantities"]
    assert (quantities.one, quantities.other) == (4, 5)
    assert quantities.exact.value == pytest.approx(2 * 3 / 9)
    assert quantities.overlap.value == pytest.approx(2 * (3 + 2 * 6 / 13) / 9)
    # entities: only 调处率 is the same at the same place; 劳资纠纷/纠纷 and 困难职工/职工 share 2·2/6 of their characters
    assert joined["entity"].exact.value == pytest.approx(2 * 1 / 9)
    assert joined["entity"].overlap.value == pytest.approx(2 * 4 / 9)
    # actions: three against two, of which two are shared
    assert (joined["action"].one, joined["action"].other) == (3, 2)
    assert joined["action"].exact.value == pytest.approx(2 * 2 / 5)
    assert joined["link"].exact.value == 1.0
    fields = {(line.layer, line.name): line.agreed.value for line in found.fields}
    assert fields["claims", "value"] == 1.0
    assert fields["claims", "approx"] == fields["claims", "period"] == fields["claims", "category"] == 0.75
    assert fields["links", "verdict"] == fields["targets", "comparator"] == fields["sections", "label"] == 0.0
    labels = {(line.name, line.label): line for line in found.labels}
    assert (labels["categories", "数量"].one, labels["categories", "数量"].other) == (2, 1)
    assert labels["categories", "社会效益"].alpha.value == 1.0


def test_alpha_of_category_sets_by_hand() -> None:
    found = {line.name: line for line in both(ONE, OTHER).reliability}
    # first labels: 数量数量 数量社会 资金资金 质量质量: n = 8, observed 2, expected 8² - (3² + 1 + 2² + 2²) = 46
    assert found["first_category"].alpha.value == pytest.approx(1 - 2 * 7 / 46)
    categories = found["categories"].alpha.value
    assert categories is not None and categories > 1 - 2 * 7 / 46, "a shared label is half an agreement"


def test_a_block_that_one_did_not_annotate_is_not_compared() -> None:
    found = both(ONE, OTHER.partition("== targets")[0])
    assert {line.name for line in found.joined} == {"sections", "quantities", "entity", "action"}


def test_disagreements_are_grouped_with_both_readings_and_their_place() -> None:
    found = both(ONE, OTHER).disagreements
    kinds = [(one.layer, one.kind) for one in found]
    assert kinds == [
        ("sections", "label"), ("claims", "only_other"), ("claims", "span"), ("claims", "approx"), ("claims", "entity"),
        ("claims", "entity"), ("claims", "action"), ("claims", "period"), ("claims", "category"),
        ("targets", "comparator"), ("budgets", "item"), ("links", "verdict"),
    ]  # fmt: skip
    category = next(one for one in found if one.kind == "category")
    assert (category.one, category.other, category.text, category.line) == ("数量 社会效益", "社会效益", "275户", 2)
    assert TEXT[category.start : category.end] == "275户"
    span = next(one for one in found if one.kind == "span")
    assert (span.one, span.other) == ("82.5万元", "金82.5万元")


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path, Path]:
    for tree, text in (("a", ONE), ("b", OTHER)):
        (tmp_path / tree / "清溪县").mkdir(parents=True)
        (tmp_path / tree / "清溪县" / "甲.txt.gold").write_text(text, encoding="utf-8")
    region = tmp_path / "documents" / "清溪县"
    region.mkdir(parents=True)
    for name in ("甲.txt", "乙.txt"):
        (region / name).write_text(TEXT, encoding="utf-8")
    return tmp_path / "a", tmp_path / "b", tmp_path / "documents"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["corpus", "agree", *map(str, arguments)])


def test_the_command_prints_tables_json_and_markdown(trees: tuple[Path, Path, Path]) -> None:
    a, b, documents = trees
    table = run(a, b, "--documents", documents, "--errors")
    assert table.exit_code == 0
    for expected in (
        "标注一致性：1 份文件",
        "数量—对象",
        "Krippendorff",
        "指标陈述·类别：1 处",
        "甲：达成　乙：未达成",
    ):
        assert expected in table.stdout
    found = json.loads(run(a, b, "--documents", documents, "--format", "json").stdout)
    assert found["documents"] == ["清溪县/甲.txt"] and found["disagreements"] == []
    sheet = run(a, b, "--documents", documents, "--format", "markdown", "--errors").stdout
    assert "| 数量 | 4 | 5 | 0.667 |" in sheet
    assert "**275户**" in sheet and "仅乙标注" in sheet


def test_documents_beside_the_gold_need_not_be_named(trees: tuple[Path, Path, Path]) -> None:
    a, b, documents = trees
    (b / "清溪县" / "甲.txt.gold").rename(documents / "清溪县" / "甲.txt.gold")
    assert "标注一致性：1 份文件" in run(a, documents).stdout


def test_trees_without_a_common_document_are_told(trees: tuple[Path, Path, Path], tmp_path: Path) -> None:
    a, b, documents = trees
    (b / "清溪县" / "甲.txt.gold").rename(b / "清溪县" / "乙.txt.gold")
    answer = run(a, b, "--documents", documents)
    assert answer.exit_code == 2 and "没有共同标注的文件" in answer.output
    assert "不存在" in run(a, tmp_path / "nowhere", "--documents", documents).output
