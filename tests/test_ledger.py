from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import TEXT, claim, document, link, report, target
from jixiao import search as language
from jixiao.analyse import Report
from jixiao.ledger import FORMAT, File, Filters, Ledger
from jixiao.messages import UserError
from jixiao.records import Budget, Claim, Document, Link, Section, Target


def file_of(made: Report, path: str = "/archive/report.txt", sha256: str = "a" * 64, **fields: Any) -> File:
    given = {
        "archive": "/archive",
        "size": 1,
        "modified": 2,
        "status": "ok",
        "reason": None,
        "extractor": "v1",
        **fields,
    }
    return File(path=path, sha256=sha256, doc_id=made.document.doc_id, **given)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "台账.db"


@pytest.fixture
def ledger(path: Path) -> Any:
    with Ledger.open(path) as opened:
        made = report()
        opened.store(file_of(made), made)
        yield opened


def quantities(ledger: Ledger, query: str, **filters: Any) -> list[str]:
    return [hit.claim.text for hit in ledger.search(query, Filters(**filters)).items]


def test_gives_back_the_records_and_the_text_it_was_given(ledger: Ledger) -> None:
    made = report()
    doc_id = made.document.doc_id
    assert list(ledger.records(Document)) == [made.document]
    assert tuple(ledger.records(Section, doc_id)) == made.sections
    assert tuple(ledger.records(Claim, doc_id)) == made.claims
    assert ledger.source_text(doc_id) == TEXT
    for found in ledger.records(Claim):
        assert TEXT[found.start : found.end] == found.text


def test_keeps_every_kind_of_field(path: Path) -> None:
    text = "下降0.10至20-30家"
    made = document(text, warnings=("第3页未能读取", "另一条"))
    special = claim(
        text,
        made.doc_id,
        "20-30家",
        "20",
        "家",
        value_max=Decimal("30.00"),
        qualifiers=("30人以上", "“引号”"),
        bbox=(1.5, 2.0, 3.0, 4.25),
        page=3,
        same_as="x",
        confidence=0.1,
    )
    tiny = claim(text, made.doc_id, "0.10", "0.10", "")
    whole = Report(source_text=text, document=made, sections=(), claims=(special, tiny))
    with Ledger.open(path) as ledger:
        ledger.store(file_of(whole), whole)
        assert list(ledger.records(Document)) == [made]
        assert list(ledger.records(Claim)) == [special, tiny]
        assert [str(found.value) for found in ledger.records(Claim)] == ["20", "0.10"]


def test_values_sort_as_numbers_and_keep_their_digits(path: Path) -> None:
    text = "\n".join(f"第一季度支出{value}元" for value in ("100", "9", "99.70", "1000000000000"))
    made = document(text)
    claims = tuple(
        claim(text, made.doc_id, f"{value}元", value, "元", after=text.index(f"出{value}元"))
        for value in ("100", "9", "99.70", "1000000000000")
    )
    with Ledger.open(path) as ledger:
        whole = Report(source_text=text, document=made, sections=(), claims=claims)
        ledger.store(file_of(whole), whole)
    rows = sqlite3.connect(path).execute("SELECT value FROM claims ORDER BY value_number").fetchall()
    assert [row[0] for row in rows] == ["9", "99.70", "100", "1000000000000"]


def test_has_room_for_the_records_of_later_stages(path: Path) -> None:
    Ledger.open(path).close()
    tables = {row[0] for row in sqlite3.connect(path).execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert {"files", "documents", "sections", "claims", "targets", "budgets", "links", "findings", "notes"} <= tables


def test_is_one_file_in_wal_mode(path: Path) -> None:
    with Ledger.open(path) as ledger:
        made = report()
        ledger.store(file_of(made), made)
        ledger.finish()
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (FORMAT,)


def test_a_file_stored_again_replaces_its_old_document(ledger: Ledger) -> None:
    text = "另行调解案件37件。\n"
    made = document(text)
    new = Report(
        source_text=text,
        document=made,
        sections=(),
        claims=(claim(text, made.doc_id, "37件", "37", "件", entity="案件"),),
    )
    ledger.store(file_of(new, sha256="b" * 64), new)
    assert [found.text for found in ledger.records(Claim)] == ["37件"]
    assert quantities(ledger, "劳资纠纷") == []
    assert quantities(ledger, "案件") == ["37件"]
    assert not any("1513" in line for line in ledger.dump())


def test_a_document_goes_only_with_its_last_file(ledger: Ledger) -> None:
    made = report()
    ledger.store(file_of(made, path="/archive/copy.txt"))
    failed = msgspec.structs.replace(file_of(made), doc_id=None, status="failed", reason="损坏")
    ledger.store(failed)
    assert len(list(ledger.records(Document))) == 1
    ledger.store(msgspec.structs.replace(failed, path="/archive/copy.txt"))
    assert list(ledger.records(Document)) == []
    assert list(ledger.records(Claim)) == []
    assert ledger.search("劳资").total == 0


def test_a_document_that_cannot_be_stored_leaves_no_trace(ledger: Ledger) -> None:
    before = list(ledger.dump())
    text = "同一处数量5件。"
    made = document(text)
    twice = claim(text, made.doc_id, "5件", "5", "件")
    with pytest.raises(Ledger.IntegrityError):
        ledger.store(
            file_of(report(), path="/archive/other.txt"),
            Report(source_text=text, document=made, sections=(), claims=(twice, twice)),
        )
    assert list(ledger.dump()) == before


def test_the_dump_does_not_show_the_order_in_which_documents_came(tmp_path: Path) -> None:
    first, text = report(), "培训教师96人次。"
    made = document(text)
    second = Report(
        source_text=text, document=made, sections=(), claims=(claim(text, made.doc_id, "96人次", "96", "人次"),)
    )
    stored = [(file_of(first, "/archive/a"), first), (file_of(second, "/archive/b", "b" * 64), second)]
    dumps = []
    for name, order in (("1.db", stored), ("2.db", stored[::-1])):
        with Ledger.open(tmp_path / name) as ledger:
            for file, whole in order:
                ledger.store(file, whole)
            dumps.append(list(ledger.dump()))
    assert dumps[0] == dumps[1]
    assert sum('"claim_index"' in line for line in dumps[0]) > 20


# ---- targets, budgets and links

PLAN = "指标\t目标\n调处纠纷\t≥1500宗\n回访户数\t≥300户\n"


def plan() -> Report:
    made = document(PLAN, "plan.txt", document_type="target_table")
    targets = (
        target(PLAN, made.doc_id, "≥1500宗", "1500", "宗", indicator="调处纠纷", weight=Decimal("10.0")),
        target(PLAN, made.doc_id, "≥300户", "300", "户", indicator="回访户数"),
    )
    amount = Budget(
        budget_id=f"{made.doc_id}:budget:0-2", doc_id=made.doc_id, item="基本支出", code=None, basis="budget",
        amount=Decimal("5855.10"), fiscal_year="2022", start=0, end=2, text="指标",
    )  # fmt: skip
    return Report(source_text=PLAN, document=made, sections=(), claims=(), targets=targets, budgets=(amount,))


@pytest.fixture
def pair(ledger: Ledger) -> Ledger:
    """A report and the plan of its office, its first and last claim linked with the targets there."""
    made, wanted = report(), plan()
    ledger.store(file_of(wanted, "/archive/plan.txt", "c" * 64), wanted)
    first, _, _, last = made.claims
    across = [
        (link(first, wanted.targets[0], ratio=Decimal("1.0087")), wanted.document.doc_id),
        (link(last, wanted.targets[1], "unmet"), wanted.document.doc_id),
    ]
    ledger.link_across(made.document.doc_id, across, "state")
    return ledger


def test_targets_budgets_and_links_come_back_as_they_were(path: Path) -> None:
    whole = plan()
    made = claim(PLAN, whole.document.doc_id, "1500宗", "1500", "宗")
    own = link(made, whole.targets[0], ratio=Decimal("1.0000"))
    whole = msgspec.structs.replace(whole, claims=(made,), links=(own,))
    with Ledger.open(path) as ledger:
        ledger.store(file_of(whole), whole)
        assert tuple(ledger.records(Target)) == whole.targets
        assert tuple(ledger.records(Budget)) == whole.budgets
        assert tuple(ledger.records(Link, whole.document.doc_id)) == (own,)
        assert ledger.counts()["link"] == 1


def test_links_to_other_documents_are_replaced_and_those_inside_stay(pair: Ledger) -> None:
    made, wanted = report(), plan()
    inside = link(made.claims[1], target(TEXT, made.document.doc_id, "82.50万元", "825000", "元"))
    pair.store(file_of(made), msgspec.structs.replace(made, links=(inside,)))
    pair.link_across(made.document.doc_id, [(link(made.claims[0], wanted.targets[0]), wanted.document.doc_id)], "new")
    assert {one.claim_id for one in pair.records(Link)} == {made.claims[0].claim_id, made.claims[1].claim_id}
    assert pair.linkings() == {made.document.doc_id: "new"}
    pair.link_across(made.document.doc_id, (), None)
    assert list(pair.records(Link)) == [inside]
    assert pair.linkings() == {}


@pytest.mark.parametrize("gone", ["/archive/report.txt", "/archive/plan.txt"])
def test_links_go_with_either_end(pair: Ledger, gone: str) -> None:
    failed = msgspec.structs.replace(pair.file(gone), doc_id=None, status="failed", reason="损坏")
    pair.store(failed)
    assert list(pair.records(Link)) == []
    assert pair.linkings() == {}


def test_links_to_a_document_that_has_gone_meanwhile_are_not_written(ledger: Ledger) -> None:
    made, wanted = report(), plan()
    one = link(made.claims[0], wanted.targets[0])
    ledger.link_across(made.document.doc_id, [(one, wanted.document.doc_id)], "state")
    assert list(ledger.records(Link)) == []
    assert ledger.linkings() == {}


def test_a_search_finds_claims_by_the_verdict_of_what_they_answer(pair: Ledger) -> None:
    assert quantities(pair, "", verdict="met") == ["1,513宗"]
    assert quantities(pair, "", verdict="unmet") == ["约２００户"]
    assert quantities(pair, "劳资纠纷", verdict="unmet") == []
    assert quantities(pair, "", verdict="undetermined") == []


def test_an_answer_shows_the_targets_it_answers_the_likeliest_first(pair: Ledger) -> None:
    hit = pair.search("劳资纠纷 1513").items[0]
    assert [(one.target.text, one.link.ratio) for one in hit.answers] == [("≥1500宗", Decimal("1.0087"))]
    made, wanted = report(), plan()
    both = [link(made.claims[0], target, score=score) for target, score in zip(wanted.targets, (0.7, 0.8), strict=True)]
    pair.link_across(made.document.doc_id, [(one, wanted.document.doc_id) for one in both], "new")
    hit = pair.search("劳资纠纷 1513").items[0]
    assert [one.target.text for one in hit.answers] == ["≥300户", "≥1500宗"]
    assert pair.search("慰问金 825000").items[0].answers == ()


def test_a_ledger_of_the_first_version_is_brought_up_to_this_one(path: Path) -> None:
    whole = plan()
    made = claim(PLAN, whole.document.doc_id, "1500宗", "1500", "宗")
    whole = msgspec.structs.replace(whole, claims=(made,), links=(link(made, whole.targets[0]),))
    with Ledger.open(path) as ledger:
        ledger.store(file_of(whole), whole)
        dump = list(ledger.dump())
    with sqlite3.connect(path) as connection:
        for index in ("links_claim", "links_target", "links_target_doc"):
            connection.execute(f"DROP INDEX {index}")
        connection.execute("DROP TABLE linkings")
        connection.execute("ALTER TABLE links DROP COLUMN target_doc_id")
        connection.execute("PRAGMA user_version=1")
    connection.close()
    with pytest.raises(UserError, match="再运行一次"):
        Ledger.open_readonly(path)
    with Ledger.open(path) as ledger:
        assert list(ledger.dump()) == dump
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (FORMAT,)


# ---- searching


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("劳资纠纷", ["1,513宗", "82.50万元"]),
        ("户", ["约２００户", "99.70%"]),
        ("宗", ["1,513宗", "82.50万元"]),
        ("纷", ["1,513宗", "82.50万元"]),
        ("1513", ["1,513宗", "82.50万元"]),
        ("1,513", ["1,513宗", "82.50万元"]),
        ("１５１３宗", ["1,513宗", "82.50万元"]),
        ("99.7%", ["99.70%", "约２００户"]),
        ("825000", ["82.50万元"]),
        ("200", ["约２００户", "99.70%"]),
        ("“慰问金82.50万元”", ["82.50万元", "1,513宗"]),
        ("调处 不存在", []),
        ("513", []),
    ],
)
def test_finds_words_of_any_length_and_numbers_the_claims_own_first(
    ledger: Ledger, query: str, texts: list[str]
) -> None:
    assert quantities(ledger, query) == texts


def test_what_a_claim_says_of_itself_comes_before_what_stands_around_it(ledger: Ledger) -> None:
    assert quantities(ledger, "慰问金") == ["82.50万元", "1,513宗"]
    assert quantities(ledger, "调处劳资") == ["1,513宗", "82.50万元"]


def test_an_answer_shows_section_highlight_and_place(ledger: Ledger) -> None:
    hit = ledger.search("劳资纠纷 1513").items[0]
    assert hit.section is not None
    assert hit.section.title == "一、履职情况"
    assert hit.line == 4
    assert [hit.claim.sentence[start:end] for start, end in hit.highlights] == ["劳资纠纷1,513"]
    assert hit.document.path == "report.txt"


def test_a_number_found_by_value_is_highlighted_as_printed(ledger: Ledger) -> None:
    hit = ledger.search("825000").items[0]
    assert [hit.claim.sentence[start:end] for start, end in hit.highlights] == ["82.50万元"]


@pytest.mark.parametrize(
    ("filters", "texts"),
    [
        ({"category": "资金"}, ["82.50万元"]),
        ({"unit": "户"}, ["约２００户"]),
        ({"section": "satisfaction"}, ["99.70%", "约２００户"]),
        ({"year": "2021"}, []),
        ({"year": "2022", "organisation": "民政"}, ["1,513宗", "82.50万元", "99.70%", "约２００户"]),
        ({"region": "望海"}, []),
        ({"document_type": "budget"}, []),
        ({"document_type": "self_evaluation", "unit": "%"}, ["99.70%"]),
        ({"smallest": Decimal(1000)}, ["1,513宗", "82.50万元"]),
        ({"smallest": Decimal("99.7"), "largest": Decimal("99.7")}, ["99.70%"]),
        ({"largest": Decimal(200), "unit": "户"}, ["约２００户"]),
    ],
)
def test_filters(ledger: Ledger, filters: dict[str, Any], texts: list[str]) -> None:
    assert sorted(quantities(ledger, "", **filters)) == sorted(texts)


def test_limit_and_total(ledger: Ledger) -> None:
    hits = ledger.search("", limit=3)
    assert (len(hits.items), hits.total) == (3, 4)


def test_a_query_of_signs_is_refused_with_advice(ledger: Ledger) -> None:
    with pytest.raises(UserError, match="没有可检索"):
        ledger.search("，。")


def test_over_the_limit_for_ranking_answers_come_by_year_and_amount(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jixiao.ledger.RANKED", 1)
    assert quantities(ledger, "慰问金") == ["82.50万元", "1,513宗"]
    assert quantities(ledger, "调处") == ["82.50万元", "1,513宗"]


ALPHABET = "劳资纠纷户一1２3,.% ，\nab"


@settings(max_examples=60, deadline=None)
@given(
    sentences=st.lists(st.text(alphabet=ALPHABET, min_size=1, max_size=14), min_size=1, max_size=6),
    query=st.text(alphabet="劳资纠纷户一12,.%ab", min_size=1, max_size=4),
)
def test_recall_is_complete(tmp_path_factory: pytest.TempPathFactory, sentences: list[str], query: str) -> None:
    """What ``find`` sees in a sentence the ledger answers, and nothing else."""
    terms = language.parse(query)
    if not terms:
        return
    text = "".join(f"9件{n}" for n in range(len(sentences)))
    made = document(text)
    claims = tuple(
        claim(text, made.doc_id, f"9件{n}", "9", "件", sentence=sentence) for n, sentence in enumerate(sentences)
    )
    whole = Report(source_text=text, document=made, sections=(), claims=claims)
    with Ledger.open(tmp_path_factory.mktemp("ledger") / "l.db") as ledger:
        ledger.store(file_of(whole), whole)
        answers = {hit.claim.claim_id for hit in ledger.search(query, limit=100).items}
    expected = set()
    for one in claims:
        own = language.own_text("", "", one.text, "[]", None, "9")
        if all(a or b for a, b in zip(language.find(terms, one.sentence), language.find(terms, own), strict=True)):
            expected.add(one.claim_id)
    assert answers == expected


# ---- opening


def test_a_ledger_of_a_newer_version_is_refused(path: Path) -> None:
    Ledger.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={FORMAT + 1}")
    for opening in (Ledger.open, Ledger.open_readonly):
        with pytest.raises(UserError, match="请升级"):
            opening(path)


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look", "自评报告".encode() * 400])
def test_a_file_that_is_no_database_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for opening in (Ledger.open, Ledger.open_readonly):
        with pytest.raises(UserError, match="不是 jixiao 的台账"):
            opening(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE claims (a)")
    connection.close()
    content = path.read_bytes()
    for opening in (Ledger.open, Ledger.open_readonly):
        with pytest.raises(UserError, match="不是 jixiao 的台账"):
            opening(path)
    assert path.read_bytes() == content


def test_reading_needs_a_ledger(path: Path) -> None:
    with pytest.raises(UserError, match="不存在"):
        Ledger.open_readonly(path)
    assert not path.exists()


def test_a_ledger_without_a_column_of_this_version_gets_it_on_the_next_run(path: Path) -> None:
    with Ledger.open(path) as ledger:
        made = report()
        ledger.store(file_of(made), made)
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE claims DROP COLUMN same_as")
    connection.close()
    with pytest.raises(UserError, match="再运行一次"):
        Ledger.open_readonly(path)
    with Ledger.open(path) as ledger:
        assert len(list(ledger.records(Claim))) == 4


def test_reads_from_a_folder_it_may_not_write_to(path: Path, ledger: Ledger) -> None:
    ledger.finish()
    ledger.close()
    folder = Path(tempfile.mkdtemp())
    shutil.copy(path, folder / "l.db")
    (folder / "l.db").chmod(0o444)
    folder.chmod(0o555)
    child = os.fork()
    if child == 0:  # root may write everywhere, so the reading is done as nobody
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            with Ledger.open_readonly(folder / "l.db") as reading:
                os._exit(0 if reading.search("劳资").total == 2 else 1)
        except BaseException:
            os._exit(2)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    folder.chmod(0o755)
    shutil.rmtree(folder)
    assert code == 0


def test_readers_see_the_last_whole_document_while_another_is_written(path: Path, ledger: Ledger) -> None:
    with Ledger.open_readonly(path) as reading:
        ledger._db.execute("BEGIN IMMEDIATE")
        ledger._db.execute("DELETE FROM claims")
        assert len(list(reading.records(Claim))) == 4
        ledger._db.execute("ROLLBACK")
