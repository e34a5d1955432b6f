"""Training: the same annotations give the same models, from them alone, and the commands that use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from jixiao import linear
from jixiao.cli import main
from jixiao.corpus.archive import Annotated, read_archive
from jixiao.corpus.evaluation import read_splits
from jixiao.corpus.training import _Choices, _fit_ranker, learning_curve, observe, save, train
from jixiao.ledger import Ledger

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT / "annotations" / "documents"
SHIPPED = ROOT / "models"


@pytest.fixture(scope="module")
def learned() -> list[Annotated]:
    parts = read_splits([ARCHIVE])
    return [document for document in read_archive([ARCHIVE]) if document.name in parts["train"]]


def test_what_is_learned_from_is_seen_beside_what_a_person_wrote(learned: list[Annotated]) -> None:
    seen = observe(learned[:2])
    assert len(seen) > 50
    for figure in seen:
        assert figure.moment.row[figure.moment.k].quantity >= 0
        if figure.gold is not None:
            assert max(figure.claim.start, figure.gold.start) < min(figure.claim.end, figure.gold.end)
    assert sum(figure.claimed for figure in seen) > 0.9 * len(seen)


def test_the_shipped_models_are_what_training_makes_of_the_archive(learned: list[Annotated], tmp_path: Path) -> None:
    save(train(learned), tmp_path)
    for file in sorted(tmp_path.glob("*.json")):
        made, shipped = (linear_weights(folder / file.name) for folder in (tmp_path, SHIPPED))
        # The last digit may differ between processors.
        for key in made.keys() | shipped.keys():
            width = len(made.get(key, shipped.get(key, ())))
            nothing = (0.0,) * width
            close = made.get(key, nothing) == pytest.approx(shipped.get(key, nothing), abs=0.05)
            assert close, f"{file.name}, {key}: run jixiao train -o models"


def linear_weights(path: Path) -> dict[str, tuple[float, ...]]:
    import json

    weights: dict[str, float | list[float]] = json.loads(path.read_text(encoding="utf-8"))["weights"]
    return {key: (value,) if isinstance(value, float) else tuple(value) for key, value in weights.items()}


def test_no_document_that_is_held_out_is_learned_from(learned: list[Annotated]) -> None:
    parts = read_splits([ARCHIVE])
    names = {document.name for document in learned}
    assert parts["test"]
    assert not names & (parts["test"] | parts["dev"])


def test_what_is_learned_makes_new_reports_better_not_worse(learned: list[Annotated]) -> None:
    parts = read_splits([ARCHIVE])
    held_out = [document for document in read_archive([ARCHIVE]) if document.name in parts["test"]]
    rules, half, whole = learning_curve(learned, {"test": held_out}, (0.5, 1.0))
    assert (rules.share, half.share, whole.share) == (0, 0.5, 1.0)
    assert half.documents < whole.documents == len(learned)
    assert whole.counts["test"]["record"] > rules.counts["test"]["record"]
    assert whole.counts["test"]["quantity"] >= rules.counts["test"]["quantity"]


def test_models_of_a_folder_are_used_when_asked_for(tmp_path: Path) -> None:
    report = tmp_path / "报告.txt"
    report.write_text("全年调处劳资纠纷1513宗。\n", encoding="utf-8")
    save(linear.load(), tmp_path)
    own = CliRunner().invoke(main, ["extract", str(report), "--format", "jsonl", "--models", str(tmp_path)])
    shipped = CliRunner().invoke(main, ["extract", str(report), "--format", "jsonl"])
    assert own.exit_code == shipped.exit_code == 0
    assert own.output == shipped.output
    wrong = CliRunner().invoke(main, ["extract", str(report), "--models", str(tmp_path / "没有")])
    assert wrong.exit_code == 2
    assert "trust.json" in wrong.output
    assert "jixiao train" in wrong.output


def test_a_ledger_is_read_again_when_the_models_change(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "报告.txt").write_text("全年调处劳资纠纷1513宗。\n", encoding="utf-8")
    ledger = str(tmp_path / "台账.ledger")

    def read(*extra: str) -> tuple[int, str]:
        answer = CliRunner().invoke(main, ["run", str(archive), "-o", ledger, "--format", "csv", *extra])
        return answer.exit_code, answer.output

    versions = []
    for extra in ((), ("--models", "none"), ("--models", "none"), ()):
        assert read(*extra)[0] == 0
        with Ledger.open_readonly(Path(ledger)) as opened:
            versions += [file.extractor for file in opened.files()]
    shipped, rules, again, back = versions
    assert shipped == back != rules == again


def test_a_ranker_heeds_most_what_the_rules_are_doubted_for() -> None:
    left, right = _Choices([["a"], ["b"]], [1.0, 0.0]), _Choices([["a"], ["b"]], [0.0, 1.0])
    evenly = _fit_ranker([left, right] * 4, 1)
    assert evenly.score(["a"]) == pytest.approx(evenly.score(["b"]))
    doubted = _fit_ranker([left, right] * 4, 1, [0.1, 1.0] * 4)
    assert doubted.score(["b"]) > doubted.score(["a"]) + 1


def test_train_wants_a_folder_or_the_curve(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["train", str(ARCHIVE)])
    assert result.exit_code == 2
    assert "--curve" in result.output
