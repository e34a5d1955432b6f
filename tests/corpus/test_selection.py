"""The queue for annotators: doubtful claims first, no two alike, and more errors in it than chance would find."""

from __future__ import annotations

import json
import random
from pathlib import Path

from click.testing import CliRunner

from jixiao.analyse import analyse
from jixiao.cli import main
from jixiao.corpus.evaluation import subjects
from jixiao.corpus.scoring import judge_claim, pairs
from jixiao.corpus.selection import doubt, line, marked, queue
from jixiao.ingest import Source, read_bytes
from jixiao.records import Claim, Record

ARCHIVE = Path(__file__).resolve().parents[2] / "annotations" / "documents"
TEXT = (
    "某县民政局2022年度部门整体支出绩效自评报告\n一、履职情况\n"
    "全年走访困难群众36户，发放慰问金7.2万元。\n全年走访困难群众38户，发放慰问金7.5万元。\n"
    "联系人：张小川　电话：0599-5550142，受理3件。\n修订制度12项。\n"
)


def source(text: str = TEXT) -> Source:
    return read_bytes(text.encode(), "报告.txt")


def records(text: str = TEXT) -> tuple[Record, ...]:
    return analyse(source(text)).records()


def test_doubt_is_what_confidence_and_category_leave() -> None:
    claim = next(record for record in records() if isinstance(record, Claim))
    assert doubt(claim) == round(1 - claim.confidence * claim.category_confidence, 4)


def test_a_sentence_and_its_likes_stand_in_the_queue_once() -> None:
    items = queue(records(), wanted=10)
    sentences = [item.claim.sentence for item in items]
    assert len(set(sentences)) == len(sentences) == 3
    assert sum("走访" in sentence for sentence in sentences) == 1
    assert len(queue(records(), wanted=10, per_document=2)) == 2
    assert queue(records(), wanted=10) == items


def test_the_first_is_the_most_doubtful() -> None:
    items = queue(records(), wanted=1)
    claims = [record for record in records() if isinstance(record, Claim)]
    assert items[0].doubt == max(map(doubt, claims))


def test_a_task_shows_the_sentence_with_every_claim_in_its_place_and_no_person() -> None:
    items = queue(records(), wanted=10)
    visit = next(item for item in items if "走访" in item.claim.sentence)
    shown = marked(visit)
    assert shown.text == visit.claim.sentence
    claims = [shown.text[span.start : span.end] for span in shown.spans if span.label == "claim"]
    assert claims in (["36户", "7.2万元"], ["38户", "7.5万元"])
    assert "慰问金" in [shown.text[span.start : span.end] for span in shown.spans if span.label == "entity"]
    contact = next(item for item in items if "联系人" in item.claim.sentence)
    assert "张小川" not in marked(contact).text
    assert "张小川" in marked(contact, hidden=False).text
    assert "0599" not in line(contact)["sentence"]
    assert "张小川" in line(contact, hidden=False)["sentence"]


def test_the_queue_finds_several_times_the_errors_of_chance() -> None:
    """On the development part, of which no model has learned."""
    found: list[Record] = []
    wrong: set[str] = set()
    for subject in subjects([ARCHIVE], "dev"):
        report = analyse(subject.source)
        found += report.records()
        right = {
            claim.claim_id
            for gold, claim in pairs([m for m in subject.gold.mentions if m.role == "claim"], report.claims)
            if (judged := judge_claim(gold, claim))["record"] and judged["category"]
        }
        wrong |= {claim.claim_id for claim in report.claims} - right
    claims = [record for record in found if isinstance(record, Claim)]
    chosen = [item.claim for item in queue(found, 60)]
    drawn = random.Random(0).sample(claims, 60)
    assert sum(claim.claim_id in wrong for claim in chosen) > 2 * sum(claim.claim_id in wrong for claim in drawn)
    assert len({claim.entity for claim in chosen}) >= len({claim.entity for claim in drawn})


def test_the_command_reads_folders_ledgers_and_lines_alike(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "报告.txt").write_text(TEXT, encoding="utf-8")
    lines = tmp_path / "records.jsonl"
    runner = CliRunner()
    assert runner.invoke(main, ["run", str(folder), "-o", str(tmp_path / "台账.db")]).exit_code == 0
    extracted = runner.invoke(main, ["extract", str(folder / "报告.txt"), "--format", "jsonl", "-o", str(lines)])
    assert extracted.exit_code == 0
    answers = []
    for place in (folder, tmp_path / "台账.db", lines):
        result = runner.invoke(main, ["corpus", "queue", str(place), "--format", "jsonl"])
        assert result.exit_code == 0, result.output
        answers.append([json.loads(answer)["claim_id"] for answer in result.stdout.splitlines()])
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]) == 3
    shown = runner.invoke(main, ["corpus", "queue", str(folder), "-n", "2"])
    assert "共 2 条" in shown.stdout
    place = ["corpus", "queue", str(folder), "--format", "labelstudio"]
    assert runner.invoke(main, [*place, "-o", str(tmp_path / "待标")]).exit_code == 0
    assert len(json.loads((tmp_path / "待标" / "tasks.json").read_bytes())) == 3
    assert "claim" in (tmp_path / "待标" / "config.xml").read_text(encoding="utf-8")
    assert "-o" in runner.invoke(main, place).stderr


def test_lines_that_are_no_records_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"kind":"document"}\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["corpus", "queue", str(tmp_path / "x.jsonl")])
    assert result.exit_code == 2
    assert "x.jsonl:1" in result.stderr
