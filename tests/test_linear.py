"""Models are data: weights that add up, read from JSON, and refused where they do not fit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao import linear
from jixiao.linear import Linear, ModelError, Multiclass, softmax


def test_a_score_is_the_sum_of_the_weights_of_what_is_there() -> None:
    model = Linear(bias=0.5, weights={"unit=户": 1.25, "head=家": -2.0})
    assert model.score(["unit=户", "head=家", "never=seen"]) == -0.25
    assert model.score([]) == 0.5


def test_a_probability_is_one_half_where_nothing_speaks_either_way() -> None:
    model = Linear(weights={"a": 2.0, "b": -2.0, "huge": 1e9})
    assert model.probability(["a", "b"]) == 0.5
    assert model.probability(["a"]) == pytest.approx(0.8808, abs=1e-4)  # 1 / (1 + e^-2)
    assert 0.999 < model.probability(["huge"]) <= 1


def test_the_shares_of_classes_follow_their_weights() -> None:
    model = Multiclass(classes=("数量", "质量"), bias=(0.0, 0.0), weights={"unit=%": (-1.0, 1.0)})
    assert softmax(model.scores(["other"])) == [0.5, 0.5]
    assert softmax(model.scores(["unit=%"])) == pytest.approx([0.1192, 0.8808], abs=1e-4)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_shares_sum_to_one(scores: list[float]) -> None:
    shares = softmax(scores)
    assert sum(shares) == pytest.approx(1)
    assert all(0 <= share <= 1 for share in shares)


def test_no_scores_no_shares() -> None:
    assert softmax([]) == []


def test_a_folder_without_models_is_refused_with_the_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"trust\.json"):
        linear.load(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"weights": {"a": "heavy"}}', '{"bias": 1}'])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "trust.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"trust\.json"):
        linear.load(tmp_path)


def test_the_shipped_models_are_plain_json_and_small() -> None:
    folder = Path(__file__).resolve().parents[1] / "models"
    files = sorted(folder.glob("*.json"))
    assert [file.stem for file in files] == [
        "action",
        "category",
        "entity",
        "filter",
        "link",
        "shortlist",
        "trust",
        "verb_trust",
    ]
    assert sum(file.stat().st_size for file in files) < 3_000_000
    for file in files:
        assert set(json.loads(file.read_text(encoding="utf-8"))) <= {"bias", "threshold", "weights", "classes"}
    assert not [file.name for file in folder.iterdir() if file.suffix in (".pkl", ".pickle", ".joblib", ".npz", ".bin")]


def test_reading_a_report_loads_no_training_library() -> None:
    code = (
        "import sys; from jixiao.analyse import analyse; from jixiao.ingest import Source;"
        "print(len(analyse(Source(text='全年培训职工230人。', format='text', path='', doc_id='0')).claims));"
        "print(*sorted({'sklearn', 'scipy', 'numpy', 'pickle'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["1", ""]
