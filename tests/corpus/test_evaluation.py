from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jixiao.cli import main
from jixiao.corpus import evaluation
from jixiao.corpus.gold import GoldError

TEXT = "一、履职情况\n全年调处劳资纠纷1513宗，帮助困难职工275户；发放慰问金82.5万元。\n群众满意率99.70％。\n"
GOLD = """== sections
[一、履职情况] | 1 | performance

== claims
纠纷[1513宗]， | = 1513 宗 | 劳资纠纷 | 调处 | 数量
职工[275户]； | = 276 户 | 困难职工 | 帮助 | 数量 社会效益
[99.70％]。 | = 99.70 % | 群众满意率 |  | 满意度
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    region = tmp_path / "archive" / "documents" / "清溪县"
    region.mkdir(parents=True)
    for name in ("甲.txt", "乙.txt"):
        (region / name).write_text(TEXT, encoding="utf-8")
        (region / f"{name}.gold").write_text(GOLD, encoding="utf-8")
    (region / "无标注.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "archive" / "splits.json").write_text(
        json.dumps({"train": ["清溪县/甲.txt"], "test": ["清溪县/乙.txt"], "seed": 7}), encoding="utf-8"
    )
    return tmp_path / "archive" / "documents"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_documents_without_gold_are_left_out_and_a_split_is_kept_to(archive: Path) -> None:
    assert [subject.name for subject in evaluation.subjects([archive])] == ["清溪县/乙.txt", "清溪县/甲.txt"]
    assert [subject.name for subject in evaluation.subjects([archive], "test")] == ["清溪县/乙.txt"]
    assert [subject.name for subject in evaluation.subjects([archive / "清溪县"], "train")] == ["清溪县/甲.txt"]
    assert evaluation.subjects([archive], "dev") == []


def test_errors_say_what_and_where(archive: Path) -> None:
    (result,) = evaluation.evaluate(evaluation.subjects([archive], "test"))
    errors = {(error.kind, error.text): error for error in result.errors if error.layer == "claims"}
    wrong = errors["wrong", "275户"]
    assert wrong.fields["value"] == ("276", "275")
    assert (wrong.line, wrong.document) == (2, "清溪县/乙.txt")
    assert TEXT[wrong.start : wrong.end] == "275户"
    assert wrong.sentence == "全年调处劳资纠纷1513宗，帮助困难职工275户；"
    assert wrong.sentence[slice(*wrong.highlight)] == "275户"
    assert errors["spurious", "82.5万元"].fields["value"] == ("", "825000")
    assert not any(error.kind == "missed" for error in result.errors)


def test_the_summary_adds_the_documents_up(archive: Path) -> None:
    summary = evaluation.summarise(list(evaluation.evaluate(evaluation.subjects([archive]))))
    lines = {(line.group, line.name): line for line in summary.lines}
    detection = lines["quantities", "detection"]
    assert (detection.size, detection.precision, detection.recall) == (6, 0.75, 1.0)
    assert detection.figure.value == detection.figure.low == detection.figure.high == pytest.approx(6 / 7)
    assert lines["quantities", "quantity"].figure.value == pytest.approx(4 / 7)
    assert lines["quantities", "value"].figure.value == pytest.approx(2 / 3)
    assert summary.confidence is not None and summary.confidence.size == 8
    assert {group for group, _ in lines} == {"sections", "quantities", "claims"}, "targets are not extracted yet"


def test_gold_of_which_nothing_was_found_is_told_and_counted(tmp_path: Path) -> None:
    (tmp_path / "目标.txt").write_text("维修水泵务必达到12座。\n", encoding="utf-8")
    (tmp_path / "目标.txt.gold").write_text(
        "== targets\n达到[12座] | 产出/数量指标/维修水泵 | eq 12 座\n\n== budgets\n", encoding="utf-8"
    )
    results = list(evaluation.evaluate(evaluation.subjects([tmp_path])))
    (error,) = [error for result in results for error in result.errors]
    assert (error.layer, error.kind, error.text) == ("targets", "missed", "12座")
    assert error.fields["indicator"] == ("维修水泵", "")
    lines = {(line.group, line.name): line for line in evaluation.summarise(results).lines}
    assert (lines["targets", "detection"].size, lines["targets", "detection"].recall) == (1, 0.0)
    assert not any(group == "budgets" for group, _ in lines), "nobody wrote one, and nobody found one"


def test_a_sentence_is_cut_at_its_ends_and_shown_on_one_line() -> None:
    text = "甲。乙丙\n 丁3\n件戊！己"
    start = text.index("3")
    assert evaluation.sentence_around(text, start, start + 3) == ("丁3 件戊！", (1, 4))
    long = "长" * 300
    sentence, (start, end) = evaluation.sentence_around(long, 150, 152)
    assert (len(sentence), start, end) == (162, 80, 82)


@pytest.mark.parametrize(
    "line",
    [
        '{"start": 0, "end": 2, "text": "别的", "value": "1", "category": ["数量"]}',
        '{"start": 0, "end": 0, "value": "1", "category": ["数量"]}',
        '{"start": 0, "end": 2, "value": "一", "category": ["数量"]}',
        '{"start": 0, "end": 2, "value": "1", "category": ["数目"]}',
        "1513宗",
    ],
)
def test_json_gold_that_does_not_fit_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n" + line, encoding="utf-8")
    with pytest.raises(GoldError, match=r"^gold\.jsonl:2: "):
        list(evaluation.read_mentions(path, "3件"))


def test_the_command_prints_tables_and_json(archive: Path) -> None:
    table = run("evaluate", archive, "--errors", "--by-document")
    assert table.exit_code == 0
    for expected in ("评测 2 份文件", "整条对", "类别混淆", "置信度校准", "清溪县/甲.txt", "数值：276 → 275", "误报"):
        assert expected in table.stdout
    assert "1 份属于训练部分" in table.stderr and "训练" not in run("evaluate", archive, "--split", "test").stderr
    english = run("--lang", "en", "evaluate", archive)
    assert "2 documents" in english.stdout and "entity exact" in english.stdout
    found = json.loads(run("evaluate", archive, "--split", "test", "--format", "json", "--errors").stdout)
    assert found["summary"]["documents"] == 1
    assert {error["kind"] for error in found["errors"]} == {"wrong", "spurious"}


def test_json_gold_goes_with_its_source_and_region(tmp_path: Path) -> None:
    text, gold = tmp_path / "a.txt", tmp_path / "gold.jsonl"
    text.write_text(TEXT, encoding="utf-8")
    at = TEXT.index("275户")
    line = {"start": at, "end": at + 4, "text": "275户", "value": "275", "unit": "户", "entity": "困难职工"}
    gold.write_text(json.dumps(line | {"action": "帮助", "category": ["数量"]}), encoding="utf-8")
    answer = run("evaluate", gold, "--source", text, "--region", at, at + 4, "--format", "json")
    lines = {(one["group"], one["name"]): one for one in json.loads(answer.stdout)["summary"]["lines"]}
    assert lines["claims", "record"]["figure"] == {"value": 1.0, "low": None, "high": None}
    assert ("sections", "detection") not in lines


def test_wrong_use_says_what_to_do(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").touch()
    assert "--source" in run("evaluate", tmp_path / "gold.jsonl").output
    assert "--source、--region" in run("evaluate", archive, "--source", "x.txt").output
    assert "正整数" in run("evaluate", tmp_path / "gold.jsonl", "--source", "x.txt", "--region", "a", 9).output
    assert "不存在" in run("evaluate", tmp_path / "nowhere").output
    assert "没有属于 dev" in run("evaluate", archive, "--split", "dev").output
    (archive.parent / "splits.json").unlink()
    assert "corpus split" in run("evaluate", archive, "--split", "test").output
    (archive / "清溪县" / "甲.txt.gold").write_text("== claims\n[99户] | = 1 户\n", encoding="utf-8")
    broken = run("evaluate", archive)
    assert broken.exit_code == 2 and "甲.txt.gold:2" in broken.output


def test_peers_are_measured_on_the_same_text(archive: Path) -> None:
    pytest.importorskip("recognizers_number_with_unit")
    pytest.importorskip("jionlp")
    from jixiao.corpus.peers import compare_peers

    lines = {(x.program, x.what, x.measure): x for x in compare_peers(evaluation.subjects([archive], "test"))}
    # 1513, 275, 82.5万元 and 99.70%: one is not in the gold, only the percentage has its unit, 275 is not 276
    assert lines["Recognizers-Text", "all", "detection"][4:6] == (pytest.approx(0.75), 1.0)
    assert lines["Recognizers-Text", "all", "value"].recall == pytest.approx(2 / 3)
    assert lines["Recognizers-Text", "all", "quantity"].recall == pytest.approx(1 / 3)
    assert lines["JioNLP", "money", "detection"][3:] == (0, 0.0, None, 0.0)
    assert ("JioNLP", "all", "detection") not in lines


def test_a_peer_that_is_missing_is_named_with_what_to_install(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jixiao.corpus import peers

    def missing() -> peers.Finder:
        raise ImportError("no peer")

    monkeypatch.setitem(peers.PROGRAMS, "JioNLP", missing)
    answer = run("evaluate", archive, "--peers")
    assert answer.exit_code == 2
    assert "JioNLP" in answer.output and "jixiao[benchmark]" in answer.output
