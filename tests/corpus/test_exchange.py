"""``jixiao corpus export`` and ``corpus import``: out to a tool and back into an archive, and what goes wrong on the way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from corpus.marks import ARCHIVE, archive, hostile, whole_archive
from jixiao.cli import main
from jixiao.corpus import exchange
from jixiao.corpus.archive import entries, read_archive
from jixiao.corpus.formats import FORMATS, reader, writer
from jixiao.corpus.gold import read_gold
from jixiao.corpus.spans import About, from_gold
from jixiao.messages import UserError

TEXT = "一、履职\n联系人：王小明，电话13800138000。\n全年调处劳资纠纷22宗。\n"
GOLD = "== claims\n[22宗] | = 22 宗 | 劳资纠纷 | 调处 | 数量 | 2022\n"
TWO_WAY = [name for name, form in FORMATS.items() if form.back]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An archive of two documents, one annotated, with a manifest and a split."""
    folder = tmp_path / "档案" / "某县"
    folder.mkdir(parents=True)
    (folder / "报告.txt").write_bytes(TEXT.encode())
    (folder / "报告.txt.gold").write_bytes(GOLD.encode())
    (folder / "新报告.txt").write_bytes("二、效益\n2023年，调处劳资纠纷30宗。\n".encode())
    line = {"file": "报告.txt", "organisation": "某县司法局", "fiscal_year": "2022", "document_type": "self_evaluation"}
    (folder / "manifest.jsonl").write_text(json.dumps(line), encoding="utf-8")
    (tmp_path / "档案" / "splits.json").write_text(json.dumps({"train": ["某县/报告.txt"], "test": []}))
    return folder.parent


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(main, ["corpus", *map(str, arguments)])


@pytest.mark.parametrize("form", TWO_WAY)
def test_out_and_back_into_a_new_archive(form: str, place: Path, tmp_path: Path) -> None:
    sent = call("export", form, place, "-o", tmp_path / "out", "--no-mask")
    assert sent.exit_code == 0
    assert "已导出 2 份文件（其中 1 份有标注）" in sent.stderr
    got = call("import", form, tmp_path / "out", "-o", tmp_path / "回")
    assert got.exit_code == 0, got.output
    folder = tmp_path / "回" / "某县"
    assert (folder / "报告.txt").read_bytes() == TEXT.encode()
    gold = read_gold((folder / "报告.txt.gold").read_text(encoding="utf-8"), TEXT)
    assert gold == read_gold(GOLD, TEXT)
    entry = entries(folder)["报告.txt"]
    assert (entry.organisation, entry.fiscal_year, entry.document_type) == ("某县司法局", "2022", "self_evaluation")


@pytest.mark.parametrize("form", TWO_WAY)
def test_personal_data_are_masked_and_the_archive_keeps_its_own_text(form: str, place: Path, tmp_path: Path) -> None:
    assert call("export", form, place, "-o", tmp_path / "out", "--split", "train").exit_code == 0
    out = tmp_path / "out"
    files = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
    everything = "".join(file.read_text(encoding="utf-8") for file in files)
    assert "某某某" in everything
    assert "王小明" not in everything
    assert "13800138000" not in everything
    got = call("import", form, out, "-o", place)
    assert got.exit_code == 2
    assert "已有 1 份标注" in got.output
    assert call("import", form, out, "-o", place, "--overwrite").exit_code == 0
    [document] = [document for document in read_archive([place]) if document.gold]
    assert document.source.text == TEXT
    assert document.gold == read_gold(GOLD, TEXT)


@pytest.mark.parametrize("form", TWO_WAY)
def test_the_whole_archive_goes_out_and_comes_back(form: str, tmp_path: Path) -> None:
    writer(form)([from_gold(hostile()), *whole_archive()], tmp_path / "out")
    copy = tmp_path / "archive"
    shutil.copytree(ARCHIVE, copy, ignore=shutil.ignore_patterns("*.gold"))
    (copy / "某县").mkdir()
    (copy / hostile().name).write_bytes(hostile().source.text.encode())
    for marked in reader(form)(tmp_path / "out"):
        exchange.save(exchange.incoming(marked, copy, lambda text: text))
    golds = {document.name: document.gold for document in read_archive([copy])}
    assert golds == {document.name: document.gold for document in (hostile(), *archive())}


def test_documents_without_gold_go_out_as_the_program_reads_them(place: Path) -> None:
    marked = {
        marked.key: marked
        for marked in exchange.outgoing(read_archive([place]), {"train": frozenset({"某县/报告.txt"})})
    }
    assert marked["某县/新报告.txt"].origin == "model"
    assert (marked["某县/报告.txt"].origin, marked["某县/报告.txt"].split) == ("gold", "train")
    assert marked["某县/报告.txt"].about.organisation == "某县司法局"
    beside = list(exchange.outgoing(read_archive([place]), {}, beside=True))
    assert [document.predicted is not None for document in beside] == [True, False]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "xml", "{place}", "-o", "{out}"), "没有 xml 格式"),
        (("import", "conll", "{place}", "-o", "{out}"), "没有 conll 格式，可用的有：label-studio、doccano、brat"),
        (("export", "brat", "{place}"), "缺少选项 --output"),
        (("export", "brat", "{out}", "-o", "{out}"), "不存在"),
        (("export", "brat", "{place}", "-o", "{place}"), "不是空文件夹"),
        (("export", "doccano", "{place}", "-o", "{place}"), "是文件夹"),
        (("export", "doccano", "{place}", "-o", "{out}/a/b"), "无法写入"),
        (("export", "doccano", "{place}", "-o", "{out}", "--split", "test"), "没有可导出的文件"),
        (("import", "brat", "{out}", "-o", "{place}"), "不存在"),
        (("import", "brat", "{place}", "-o", "{out}"), "没有已完成的标注"),
    ],
)  # fmt: skip
def test_wrong_use_is_explained(arguments: tuple[str, ...], said: str, place: Path, tmp_path: Path) -> None:
    filled = [argument.format(place=place, out=tmp_path / "out") for argument in arguments]
    found = call(*filled)
    assert found.exit_code == 2
    assert said in found.output.replace("\n", "")
    assert not (tmp_path / "out").exists()


def test_files_that_cannot_be_read_are_named(place: Path, tmp_path: Path) -> None:
    (place / "某县" / "空.txt").write_bytes(b"")
    found = call("export", "doccano", place, "-o", tmp_path / "out.jsonl")
    assert found.exit_code == 1
    assert "空.txt：文件是空的" in found.stderr
    assert "已导出 2 份文件" in found.stderr
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_nothing_is_left_where_an_export_fails(place: Path, tmp_path: Path) -> None:
    (place / "某县" / "报告.txt.gold").write_text("== claims\n[23宗] | = 23 宗 | 甲 | | 数量\n", encoding="utf-8")
    found = call("export", "label-studio", place, "-o", tmp_path / "out")
    assert found.exit_code == 2
    assert "标注有误" in found.output
    assert [path.name for path in tmp_path.iterdir()] == ["档案"]


@pytest.mark.parametrize("key", ["../外.txt", "/etc/passwd", "某县/../../外.txt", "", "C:\\外.txt"])
def test_a_name_cannot_lead_out_of_the_archive(key: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="不能用作"):
        exchange.incoming(replace(from_gold(hostile()), key=key), tmp_path, lambda text: text)


def test_another_text_and_unreadable_ones_are_refused(place: Path, tmp_path: Path) -> None:
    marked = from_gold(hostile())
    with pytest.raises(UserError, match="对不上"):
        exchange.incoming(replace(marked, key="某县/新报告.txt"), place, lambda text: text)
    page = "<html><body><p>调处22宗</p></body></html>"
    marked = replace(marked, text=page, spans=(), relations=(), links=(), findings=(), about=About())
    arrived = exchange.incoming(marked, tmp_path / "neu", lambda text: text)
    with pytest.raises(UserError, match="读出来不一样"):
        exchange.save(arrived)
    assert list((tmp_path / "neu").rglob("*.*")) == []


def test_what_is_not_installed_is_named(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name="pyarrow")

    monkeypatch.setattr("jixiao.corpus.formats.writer", missing)
    found = call("export", "parquet", place, "-o", tmp_path / "out")
    assert found.exit_code == 2
    assert "需要 pyarrow，请先运行：pip install 'jixiao[corpus]'" in found.output
