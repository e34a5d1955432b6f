from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builders import PLAN, REPORT
from jixiao import batch
from jixiao.batch import Outcome, readable, walk
from jixiao.ledger import Ledger
from jixiao.messages import UserError
from jixiao.records import Claim, Document, Link, Target

FIRST = "全年调处劳资纠纷1,513宗，服务群众3万人次。\n"
SECOND = "组织技能培训96场，参训2,400人。\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    (folder / "县区").mkdir(parents=True)
    (folder / "甲.txt").write_text(FIRST, encoding="utf-8")
    (folder / "县区" / "乙.txt").write_text(SECOND, encoding="utf-8")
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def run(path: Path, *archives: Path, retry_failed: bool = False) -> list[Outcome]:
    with Ledger.open(path) as ledger:
        return list(batch.run(ledger, archives, retry_failed=retry_failed))


def dump(path: Path) -> list[str]:
    with Ledger.open_readonly(path) as ledger:
        return list(ledger.dump())


def texts(path: Path) -> list[str]:
    with Ledger.open_readonly(path) as ledger:
        return sorted(claim.text for claim in ledger.records(Claim))


def touch(file: Path) -> None:
    """Give ``file`` a time of its own, as an editor would; two writes may fall into one tick of the clock."""
    later = file.stat().st_mtime_ns + 1_000_000_000
    os.utime(file, ns=(later, later))


def test_reads_every_file_of_the_folders(archive: Path, path: Path) -> None:
    outcomes = run(path, archive)
    assert [Path(outcome.file.path).name for outcome in outcomes] == ["乙.txt", "甲.txt"]
    assert [outcome.file.status for outcome in outcomes] == ["ok", "ok"]
    assert {"1,513宗", "3万人次", "96场", "2,400人"} <= set(texts(path))


def test_a_second_run_does_nothing(archive: Path, path: Path) -> None:
    run(path, archive)
    before = path.read_bytes()
    assert run(path, archive) == []
    assert path.read_bytes() == before


def test_a_changed_file_is_read_again_and_its_old_records_go(archive: Path, path: Path, tmp_path: Path) -> None:
    run(path, archive)
    (archive / "甲.txt").write_text("全年调处劳资纠纷77宗。\n", encoding="utf-8")
    assert [outcome.work for outcome in run(path, archive)] == ["changed"]
    assert "77宗" in texts(path)
    assert "1,513宗" not in texts(path)
    run(tmp_path / "fresh.db", archive)
    assert dump(path) == dump(tmp_path / "fresh.db")


def test_a_file_that_only_looks_changed_is_not_read_again(archive: Path, path: Path) -> None:
    run(path, archive)
    touch(archive / "甲.txt")
    assert run(path, archive) == []
    assert run(path, archive) == []


def test_a_vanished_file_is_noted_and_keeps_its_records(archive: Path, path: Path) -> None:
    run(path, archive)
    kept = (archive / "甲.txt").rename(archive.parent / "elsewhere.txt")
    assert run(path, archive) == []
    with Ledger.open_readonly(path) as ledger:
        gone = [Path(file.path).name for file in ledger.files() if not file.present]
        assert gone == ["甲.txt"]
        assert batch.summary(ledger, [archive], 0).vanished == (str(archive / "甲.txt"),)
    assert "1,513宗" in texts(path)
    kept.rename(archive / "甲.txt")
    assert run(path, archive) == []
    with Ledger.open_readonly(path) as ledger:
        assert all(file.present for file in ledger.files())


def test_a_run_over_one_folder_says_nothing_of_another(archive: Path, path: Path) -> None:
    run(path, archive)
    run(path, archive / "县区")
    with Ledger.open_readonly(path) as ledger:
        assert all(file.present for file in ledger.files())


def test_files_with_the_same_bytes_are_one_document(archive: Path, path: Path) -> None:
    (archive / "副本.txt").write_text(FIRST, encoding="utf-8")
    outcomes = run(path, archive)
    assert [outcome.duplicate for outcome in outcomes] == [False, False, True]
    with Ledger.open_readonly(path) as ledger:
        assert len(list(ledger.records(Document))) == 2
        assert len(list(ledger.files())) == 3


def test_history_leaves_no_mark_on_shared_documents(archive: Path, path: Path, tmp_path: Path) -> None:
    run(path, archive)
    (archive / "丙.txt").write_text(FIRST, encoding="utf-8")  # sorts before 甲.txt and takes over its document
    run(path, archive)
    run(tmp_path / "fresh.db", archive)
    assert dump(path) == dump(tmp_path / "fresh.db")
    (archive / "丙.txt").write_text("新建公园3个。\n", encoding="utf-8")
    run(path, archive)
    run(tmp_path / "fresh2.db", archive)
    assert dump(path) == dump(tmp_path / "fresh2.db")


def test_another_version_of_the_program_reads_everything_again(
    archive: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(path, archive)
    monkeypatch.setattr(batch, "extractor_version", lambda: "9.9.9")
    assert [outcome.work for outcome in run(path, archive)] == ["outdated", "outdated"]
    assert run(path, archive) == []


def test_the_version_names_the_data_that_decide_the_records() -> None:
    version = batch.extractor_version()
    assert version.startswith("0.")
    assert len(version.split("/")[-1]) == 12


def test_a_file_that_breaks_a_stage_is_named_and_the_run_goes_on(
    archive: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import jixiao.analyse as stage

    real = stage.analyse

    def fragile(source: object, **chosen: object) -> object:
        if "甲" in source.path:  # type: ignore[attr-defined]
            raise RuntimeError("boom")
        return real(source, **chosen)  # type: ignore[arg-type]

    monkeypatch.setattr(stage, "analyse", fragile)
    run(path, archive)
    with Ledger.open_readonly(path) as ledger:
        states = {Path(file.path).name: (file.status, file.reason) for file in ledger.files()}
    assert states["乙.txt"] == ("ok", None)
    assert states["甲.txt"][0] == "failed"
    assert "RuntimeError" in str(states["甲.txt"][1])
    assert run(path, archive) == []
    monkeypatch.setattr(stage, "analyse", real)
    assert run(path, archive) == []
    assert [outcome.work for outcome in run(path, archive, retry_failed=True)] == ["retried"]
    assert "1,513宗" in texts(path)


def test_an_empty_file_and_binary_rubbish_get_a_line_with_a_reason(archive: Path, path: Path) -> None:
    (archive / "空.txt").write_bytes(b"")
    (archive / "坏.txt").write_bytes(bytes(range(256)) * 40)
    run(path, archive)
    with Ledger.open_readonly(path) as ledger:
        states = {Path(file.path).name: file for file in ledger.files()}
        assert batch.summary(ledger, [archive], 4).done == 4
    assert states["空.txt"].status != "ok"
    assert states["空.txt"].reason
    assert states["坏.txt"].status != "ok"
    assert states["坏.txt"].reason


def test_the_ledger_inside_its_archive_is_no_report(archive: Path) -> None:
    run(archive / "台账.db", archive)
    assert run(archive / "台账.db", archive) == []
    with Ledger.open_readonly(archive / "台账.db") as ledger:
        assert [Path(file.path).name for file in ledger.files()] == ["乙.txt", "甲.txt"]


def test_walking_leaves_out_hidden_files_and_does_not_follow_links_to_folders(archive: Path) -> None:
    (archive / ".hidden").write_text("x")
    (archive / "~$lock.docx").write_text("x")
    (archive / "jixiao.toml").write_text("")
    (archive / "loop").symlink_to(archive)
    (archive / "链接.txt").symlink_to(archive / "甲.txt")
    assert [file.name for file in walk(archive)] == ["甲.txt", "链接.txt", "乙.txt"]


def test_a_missing_archive_is_wrong_use(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="不存在"):
        run(path, tmp_path / "nowhere")


def test_names_that_are_not_utf8_are_read_as_gb18030(archive: Path, path: Path) -> None:
    raw = os.fsencode(archive) + b"/" + "自评.txt".encode("gb18030")
    with open(raw, "wb") as stream:  # noqa: PTH123 (a name of bytes)
        stream.write(SECOND.replace("96", "97").encode())
    assert readable(os.fsdecode(raw)) == str(archive / "自评.txt")
    run(path, archive)
    assert run(path, archive) == []
    assert "97场" in texts(path)
    with Ledger.open_readonly(path) as ledger:
        assert str(archive / "自评.txt") in {document.path for document in ledger.records(Document)}


# ---- links across documents


@pytest.fixture
def office(archive: Path) -> Path:
    (archive / "目标表.txt").write_text(PLAN, encoding="utf-8")
    (archive / "报告.txt").write_text(REPORT, encoding="utf-8")
    return archive


def answered(path: Path) -> set[tuple[str, str, str]]:
    with Ledger.open_readonly(path) as ledger:
        claims = {claim.claim_id: claim.text for claim in ledger.records(Claim)}
        targets = {target.target_id: target.text for target in ledger.records(Target)}
        return {(claims[one.claim_id], targets[one.target_id or ""], one.verdict) for one in ledger.records(Link)}


BOTH = {("72场", "≥60场", "met"), ("895件", "≥900件", "unmet")}


def test_a_run_ends_with_links_to_the_targets_of_other_documents(office: Path, path: Path) -> None:
    run(path, office)
    assert answered(path) == BOTH
    before = path.read_bytes()
    assert run(path, office) == []
    assert path.read_bytes() == before


def test_the_order_in_which_documents_come_leaves_no_mark_on_the_links(
    office: Path, path: Path, tmp_path: Path
) -> None:
    for name in ("目标表.txt", "甲.txt", "报告.txt", "县区"):
        run(path, office / name)
    run(tmp_path / "other.db", office / "报告.txt")
    assert answered(tmp_path / "other.db") == set()
    run(tmp_path / "other.db", office / "目标表.txt", office)
    assert answered(path) == answered(tmp_path / "other.db") == BOTH
    with Ledger.open_readonly(path) as one, Ledger.open_readonly(tmp_path / "other.db") as other:
        assert one.linkings() == other.linkings()


def test_links_follow_the_documents(office: Path, path: Path, tmp_path: Path) -> None:
    run(path, office)
    (office / "目标表.txt").write_text(PLAN.replace("≥900件", "≥800件"), encoding="utf-8")
    run(path, office)
    assert answered(path) == {("72场", "≥60场", "met"), ("895件", "≥800件", "met")}
    run(tmp_path / "fresh.db", office)
    assert dump(path) == dump(tmp_path / "fresh.db")
    kept = (office / "目标表.txt").rename(tmp_path / "elsewhere.txt")
    run(path, office)
    assert answered(path) == set()
    kept.rename(office / "目标表.txt")
    run(path, office)
    assert dump(path) == dump(tmp_path / "fresh.db")


def test_links_are_made_anew_by_another_version_of_the_program(
    office: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(path, office)
    with Ledger.open_readonly(path) as ledger:
        before = ledger.linkings()
    monkeypatch.setattr(batch, "extractor_version", lambda: "9.9.9")
    run(path, office)
    with Ledger.open_readonly(path) as ledger:
        assert ledger.linkings().keys() == before.keys()
        assert ledger.linkings() != before
    assert answered(path) == BOTH


def test_killed_while_linking_and_run_again_gives_the_same_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "offices"
    folder.mkdir()
    for name in ("沙堤区", "月湖区", "鹤涌区"):
        (folder / f"{name}目标表.txt").write_text(PLAN.replace("沙堤区", name), encoding="utf-8")
        (folder / f"{name}报告.txt").write_text(REPORT.replace("沙堤区", name), encoding="utf-8")
    run(tmp_path / "undisturbed.db", folder)
    with Ledger.open(tmp_path / "read.db") as ledger:  # everything but the links
        for _ in batch.run(ledger, [folder]):
            pass
        for doc_id in ledger.linkings():
            ledger.link_across(doc_id, (), None)
        ledger.finish()
    seen = set()
    for countdown in range(16, 110, 6):
        path = tmp_path / f"{countdown}.db"
        path.write_bytes((tmp_path / "read.db").read_bytes())
        command = [sys.executable, "-c", KILLED_AT, str(countdown), "run", str(folder), "-o", str(path)]
        ended = subprocess.run(command, capture_output=True, check=False)
        if ended.returncode == -signal.SIGKILL:
            with Ledger.open_readonly(path) as ledger:
                links = list(ledger.records(Link))
                seen.add(len(links))
                assert len(links) == 2 * len(ledger.linkings())  # all links of a document or none
        run(path, folder)
        assert dump(path) == dump(tmp_path / "undisturbed.db")
    assert {0, 2, 4, 6} <= seen


# ---- killed runs

KILLED_AT = """
import os, signal, sys
from jixiao.ledger import Ledger

countdown = int(sys.argv.pop(1))
initialise = Ledger.__init__

def watched(self, connection, path):
    initialise(self, connection, path)
    def count(_):
        global countdown
        countdown -= 1
        if countdown == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(count)

Ledger.__init__ = watched
from jixiao.cli import main
main()
"""


def many(archive: Path) -> None:
    for n in range(12):
        text = "".join(f"第{n}组第{m}次检查企业{n * 100 + m}家，整改问题{m + 1}个。\n" for m in range(6))
        (archive / f"{n:02}.txt").write_text(text, encoding="utf-8")
    (archive / "同一内容.txt").write_bytes((archive / "03.txt").read_bytes())


@pytest.mark.parametrize(
    "statements", [(2, 9, 30, 31, 32, 33, 34), (60, 137, 222, 400), (45, 46, 47, 48, 49, 50, 51, 52)]
)
def test_killed_before_any_statement_and_run_again_gives_the_same_ledger(
    archive: Path, path: Path, tmp_path: Path, statements: tuple[int, ...]
) -> None:
    many(archive)
    run(tmp_path / "undisturbed.db", archive)
    for countdown in statements:
        command = [sys.executable, "-c", KILLED_AT, str(countdown), "run", str(archive), "-o", str(path)]
        ended = subprocess.run(command, capture_output=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
    run(path, archive)
    assert dump(path) == dump(tmp_path / "undisturbed.db")
    assert run(path, archive) == []


def test_killed_from_outside_and_run_again_gives_the_same_ledger(archive: Path, path: Path, tmp_path: Path) -> None:
    many(archive)
    run(tmp_path / "undisturbed.db", archive)
    kills = 0
    for wait in (0.15, 0.25, 0.3, 0.35, 0.4):
        with subprocess.Popen(
            [sys.executable, "-m", "jixiao", "run", str(archive), "-o", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
        if path.exists():
            dump(path)  # readable at any time
    run(path, archive)
    assert kills
    assert dump(path) == dump(tmp_path / "undisturbed.db")


def test_two_runs_at_once_give_the_same_ledger_as_one(archive: Path, path: Path, tmp_path: Path) -> None:
    many(archive)
    command = [sys.executable, "-m", "jixiao", "run", str(archive), "-o", str(path)]
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    run(tmp_path / "one.db", archive)
    assert dump(path) == dump(tmp_path / "one.db")


def test_killed_while_a_changed_file_is_replaced(archive: Path, path: Path, tmp_path: Path) -> None:
    many(archive)
    run(path, archive)
    before = texts(path)
    (archive / "03.txt").write_text("改建道路15公里。\n", encoding="utf-8")
    # The old content stays in the ledger, for another file has it too; the new one is there wholly or not at all.
    fresh = {tuple(before), tuple(sorted([*before, "15公里"]))}
    seen = set()
    for countdown in (12, 20, 26, 32, 40, 60, 90):
        command = [sys.executable, "-c", KILLED_AT, str(countdown), "run", str(archive), "-o", str(path)]
        subprocess.run(command, capture_output=True, check=False)
        seen.add(tuple(texts(path)))
    assert seen == fresh
    run(path, archive)
    run(tmp_path / "undisturbed.db", archive)
    assert dump(path) == dump(tmp_path / "undisturbed.db")


def test_what_stands_beside_documents_is_no_document(tmp_path: Path) -> None:
    for name in ("报告.txt", "报告.txt.gold", "manifest.jsonl", "jixiao.toml", "旧.ledger", ".隐藏.txt", "~$报告.docx"):
        (tmp_path / name).write_text("举办培训3期。", encoding="utf-8")
    assert [path.name for path in walk(tmp_path)] == ["报告.txt"]
