from __future__ import annotations

from pathlib import Path

import datasets
import pytest
from small import REPORT, archive, report, table

from jixiao.corpus.parquet import COLUMNS, write
from jixiao.corpus.spans import to_gold


@pytest.fixture(autouse=True)
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def load(folder: Path, config: str) -> datasets.DatasetDict:
    return datasets.load_dataset(str(folder), config)


def test_claims_have_their_fields_and_the_passage_they_stand_in(tmp_path: Path) -> None:
    write([report("train")], tmp_path / "out")
    claims = list(load(tmp_path / "out", "claims")["train"])
    assert [claim["text"] for claim in claims] == [
        "312处",
        "46.5公里",
        "近20座",
        "158.6万元",
        "30户以上",
        "8个",
        "97.5%",
    ]
    paragraph = REPORT.splitlines(keepends=True)
    assert claims[2] == {
        "document": "清溪县/自评报告.txt",
        "organisation": "清溪县公路局",
        "region": None,
        "fiscal_year": "2023",
        "document_type": "self_evaluation",
        "start": REPORT.index("近20座"),
        "end": REPORT.index("近20座") + 4,
        "text": "近20座",
        "role": "claim",
        "value": "20",
        "value_max": None,
        "approx": "less",
        "unit": "座",
        "entity": "桥梁",
        "action": "维修",
        "period": "2023",
        "category": ["数量", "质量"],
        "passage": (paragraph[1] + paragraph[2]).strip(),
        "passage_start": len(paragraph[0]),
    }


def test_decimals_keep_their_digits(tmp_path: Path) -> None:
    write([report("train")], tmp_path / "out")
    assert load(tmp_path / "out", "claims")["train"]["value"][1] == "46.5"


def test_documents_have_spans_and_relations(tmp_path: Path) -> None:
    write([report("train")], tmp_path / "out")
    [document] = load(tmp_path / "out", "documents")["train"]
    assert document["text"] == REPORT
    assert document["annotated"] == ["claims", "links"]
    texts = {span["id"]: span["text"] for span in document["spans"]}
    assert all(REPORT[span["start"] : span["end"]] == span["text"] for span in document["spans"])
    named = {(each["label"], texts[each["source"]], texts[each["target"]]) for each in document["relations"]}
    assert ("entity", "边\n沟", "46.5公里") in named


def test_targets_are_a_configuration_of_their_own(tmp_path: Path) -> None:
    write([table("test")], tmp_path / "out")
    assert datasets.get_dataset_config_names(str(tmp_path / "out")) == ["documents", "targets"]
    [first, second] = load(tmp_path / "out", "targets")["test"]
    assert (first["indicator"], first["comparator"], first["value"], first["unit"]) == ("修补坑槽", "ge", "300", "处")
    assert second["level1"] == "满意度"


def test_the_archive_loads_whole_with_the_types_of_the_card(tmp_path: Path) -> None:
    write(archive(), tmp_path / "out")
    claims = load(tmp_path / "out", "claims")
    assert set(claims) == {"train", "validation", "test"}
    assert sum(claims.num_rows.values()) == sum(len(to_gold(marked).mentions) for marked in archive())
    for config, columns in COLUMNS.items():
        assert load(tmp_path / "out", config)["train"].column_names == [name for name, _ in columns]
    assert claims["train"].features["category"] == datasets.List(datasets.Value("string"))


def test_the_card_says_who_annotated_and_how_much(tmp_path: Path) -> None:
    write([report("train"), report("dev")], tmp_path)
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "由人工标注" in card
    assert "| claims | 7 | 7 |" in card
