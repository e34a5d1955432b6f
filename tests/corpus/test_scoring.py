from __future__ import annotations

import importlib.util
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.analyse import analyse
from jixiao.corpus import scoring
from jixiao.corpus.gold import GoldMention, read_gold
from jixiao.ingest import Source, read
from jixiao.phrases import similarity
from jixiao.records import Claim, to_json

TEXT = "全年调处劳资纠纷1513宗，涉及职工30人以上的22宗；发放慰问金82.5万元，满意率99.70％。"


def claims(text: str) -> tuple[Claim, ...]:
    return analyse(Source(text=text, format="text", path="x.txt", doc_id="0")).claims


def mention(text: str, quantity: str, value: str, unit: str, entity: str, **other: object) -> GoldMention:
    start = text.index(quantity)
    fields: dict[str, object] = {
        "role": "claim",
        "value_max": None,
        "approx": "exact",
        "action": "",
        "category": ("数量",),
        "period": None,
    }
    return GoldMention(
        start=start,
        end=start + len(quantity),
        text=quantity,
        value=Decimal(value),
        unit=unit,
        entity=entity,
        **(fields | other),  # type: ignore[arg-type]
    )


def test_similarity_by_hand() -> None:
    assert similarity("", "") == 1.0
    assert similarity("", "职工") == 0.0
    assert similarity("困难 职工\n", "困难职工") == 1.0
    assert similarity("地区生产总值", "生产总值") == pytest.approx(2 * 4 / 10)
    assert similarity("劳资纠纷", "资纠") == pytest.approx(2 * 2 / 6)
    assert similarity("甲乙丙", "丙乙甲") == pytest.approx(2 * 1 / 6)


@pytest.mark.parametrize(
    ("one", "other"), [("%", "％"), ("个百分点", "百分点"), ("元", "人民币 元"), ("人次", "人 次"), ("", "")]
)
def test_units_that_are_the_same(one: str, other: str) -> None:
    assert scoring.unit_key(one) == scoring.unit_key(other)


def test_the_better_overlap_is_paired_first_and_nothing_twice() -> None:
    gold = [(0, 4), (4, 10), (20, 22)]
    found = [(0, 10), (5, 10)]
    assert scoring.paired(gold, found) == [(1, 1), (0, 0)]


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda s: (s[0], s[0] + s[1])), max_size=12)


@given(spans, spans)
def test_pairing_is_that_of_comparing_all_with_all(gold: list[tuple[int, int]], found: list[tuple[int, int]]) -> None:
    scored = []
    for i, (a, b) in enumerate(gold):
        for j, (c, d) in enumerate(found):
            if min(b, d) > max(a, c):
                scored.append(((min(b, d) - max(a, c)) / (max(b, d) - min(a, c)), i, j))
    expected: list[tuple[int, int]] = []
    for _, i, j in sorted(scored, reverse=True):
        if all(i != other and j != another for other, another in expected):
            expected.append((i, j))
    assert scoring.paired(gold, found) == expected


def test_a_perfect_reading_scores_one_and_qualifiers_count_for_nothing() -> None:
    found = claims("全年调处劳资纠纷1513宗。")
    right = [mention("全年调处劳资纠纷1513宗。", "1513宗", "1513", "宗", "劳资纠纷", action="调处")]
    counts = scoring.measure(right, found)
    for name in ("detection", "exact", "overlap", "quantity", "record", "entity_exact", "entity_overlap"):
        assert scoring.f1(counts, name) == 1.0, name
    assert scoring.accuracy(counts, "action") == 1.0
    qualifier = [mention("全年调处劳资纠纷1513宗。", "1513宗", "1513", "宗", "劳资纠纷", role="qualifier")]
    counts = scoring.measure(qualifier, found)
    assert (counts["gold"], counts["predicted"]) == (0, 0)
    assert scoring.f1(counts, "detection") is None


def test_overlap_counts_the_characters_shared() -> None:
    (found,) = claims("全年调处劳资纠纷1513宗。")
    judged = scoring.judge_claim(mention("纠纷近1513宗", "近1513宗", "1513", "宗", "纠纷"), found)
    assert judged["exact"] == 0.0
    gold = mention(
        "全年调处劳资纠纷1513宗。", "纠纷1513宗", "1513", "件", "纠纷", category=("质量", "数量"), period="2020"
    )
    judged = scoring.judge_claim(gold, found)
    assert judged["overlap"] == pytest.approx(2 * 5 / 12)
    assert (judged["value"], judged["unit"], judged["quantity"], judged["category"]) == (1, 0, 0, 1)
    assert judged["entity_overlap"] == pytest.approx(2 * 2 / 6)
    assert judged["period"] == 0.0


def test_macro_f1_by_hand() -> None:
    confusion = {
        ("数量", "数量"): 6,
        ("数量", "质量"): 2,
        ("质量", "质量"): 1,
        ("质量", "数量"): 1,
        ("成本", "资金"): 1,
    }
    # 数量: P 6/7, R 6/8, F1 12/15; 质量: P 1/3, R 1/2, F1 2/5; 成本: 0; 资金 is nowhere in the gold
    assert scoring.macro_f1(confusion) == pytest.approx((0.8 + 0.4 + 0) / 3)
    assert scoring.by_label(confusion)["数量"] == pytest.approx((6 / 7, 6 / 8, 0.8, 8))


def test_calibration_by_hand() -> None:
    assert scoring.calibration([]) is None
    found = scoring.calibration([(0.95, True), (0.95, False), (0.25, False), (1.0, True)])
    assert found is not None
    assert found.brier == pytest.approx((0.05**2 + 0.95**2 + 0.25**2 + 0) / 4)
    assert [(bin.low, bin.size) for bin in found.bins] == [(0.2, 1), (0.9, 3)]
    assert found.ece == pytest.approx((1 * 0.25 + 3 * abs(2.9 / 3 - 2 / 3)) / 4)


def test_intervals_hold_the_figure_and_are_the_same_every_time() -> None:
    documents = [{"record": float(i), "gold": 10.0, "predicted": 10.0} for i in range(1, 11)]
    figures = {"record": lambda counts: scoring.f1(counts, "record")}
    one = scoring.intervals(documents, figures)["record"]
    assert one == scoring.intervals(documents, figures)["record"]
    assert one.value == pytest.approx(0.55)
    assert one.low is not None and one.high is not None
    assert 0.3 < one.low < 0.45 and 0.65 < one.high < 0.8
    assert scoring.intervals(documents[:1], figures)["record"] == scoring.Figure(0.1)


def reference(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "tools" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "document", "low", "high"),
    [("s002", "seeds/002_*.txt", 6283, 12576), ("sd", "corpora/山东省.txt", 108, 2908)],
)
def test_the_figures_are_those_of_the_reference_scorer(
    shared: Path, name: str, document: str, low: int, high: int
) -> None:
    from jixiao.corpus.evaluation import read_mentions

    (path,) = shared.glob(document)
    gold = shared / "gold" / f"{name}.claims.jsonl"
    source = read(str(path))
    found = [claim for claim in analyse(source).claims if low <= claim.start < high]
    # Some of what was found is spoilt, so that no figure is simply 1.
    spoilt = [
        Claim(**{field: getattr(c, field) for field in c.__struct_fields__} | ({"unit": "个"} if i % 7 == 0 else {})
              | ({"entity": c.entity[:1]} if i % 5 == 0 else {}) | ({"end": c.end + 30} if i % 11 == 0 else {}))
        for i, c in enumerate(found) if i % 13
    ]  # fmt: skip
    script = reference(shared)
    expected = script.score(
        [line for line in script.read(gold) if low <= line["start"] < high],
        [json.loads(to_json(claim)) for claim in spoilt],
    )
    counts = scoring.measure([m for m in read_mentions(gold, source.text) if low <= m.start < high], spoilt)
    assert (counts["gold"], counts["predicted"]) == (expected["gold"], expected["predicted"])
    for figure in ("detection", "quantity", "record"):
        ours = [of(counts, figure) for of in (scoring.precision, scoring.recall, scoring.f1)]
        assert [round(value or 0, 4) for value in ours] == list(expected[figure].values())
    for figure in ("approx", "action", "category"):
        assert round(scoring.accuracy(counts, figure) or 0, 4) == expected[figure]


def test_layers_of_gold_beside_themselves_are_all_right() -> None:
    source = "一、履职情况\n全年调处劳资纠纷1513宗。\n调处率\t≥95%\t97%\n年初预算86万元。\n"
    gold = read_gold(
        "== sections\n[一、履职情况] | 1 | performance\n"
        "== claims\n纠纷[1513宗]。 | = 1513 宗 | 劳资纠纷 | 调处 | 数量 | 2020\n"
        "[≥95%] | ? > 95 % | 调处率 |  | 质量\n[97%] | = 97 % | 调处率 |  | 质量\n"
        "== targets\n调处率⇥[≥95%] | 产出/质量指标/调处率 | ge 95 % | actual=97%\n"
        "== budgets\n[86万元] | 部门预算 | budget | 860000 | 2020\n"
        "== links\n[97%] | 调处率 | met\n",
        source,
    )
    for layer in scoring.LAYERS:
        items = layer.annotated(gold)
        comparison = scoring.compare(layer, items, items)
        wanted = [item for item in items if not layer.ignored(item)]
        assert wanted and len(comparison.pairs) == len(wanted), layer.name
        assert not comparison.missed and not comparison.spurious
        for pair in comparison.pairs:
            assert set(pair.judged.values()) == {1.0}, (layer.name, pair)


def test_one_claim_may_answer_two_targets() -> None:
    from jixiao.corpus.gold import GoldLink

    links = [
        GoldLink(claims=((4, 8),), file=None, target=target, verdict="met") for target in ("培训场次", "宣传活动场次")
    ]
    layer = next(layer for layer in scoring.LAYERS if layer.name == "links")
    comparison = scoring.compare(layer, links, links[::-1])
    assert [(pair.gold.target, pair.found.target) for pair in comparison.pairs] == [
        ("宣传活动场次", "宣传活动场次"),
        ("培训场次", "培训场次"),
    ]
    assert not scoring.compare(layer, links[:1], links[1:]).pairs
