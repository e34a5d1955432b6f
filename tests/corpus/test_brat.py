"""brat stand-off: files that keep to brat's documented rules, and everything back from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from corpus.marks import annotated, archive, hostile, whole_archive
from jixiao.analyse import analyse
from jixiao.corpus import brat
from jixiao.corpus.gold import GoldError
from jixiao.corpus.spans import Marked, from_gold, from_report, to_gold


def configuration(text: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    """``annotation.conf`` as brat's server reads it: sections of ``TERM ARGUMENT:VALUE|VALUE, …``."""
    sections: dict[str, dict[str, dict[str, list[str]]]] = {}
    section = ""
    for line in text.split("\n"):
        if head := re.fullmatch(r"\s*\[(.*)\]\s*", line):
            section = head[1]
            sections[section] = {}
        elif line.strip():
            found = re.match(r"^(\s*)(\S+)(?:\s+(.*))?$", line)
            assert found, line
            arguments = [argument.strip() for argument in (found[3] or "").split(",") if argument.strip()]
            pairs = (re.fullmatch(r"(.+?):(\S+)", argument) for argument in arguments)
            assert found[2] not in sections[section], line
            sections[section][found[2]] = {pair[1]: pair[2].split("|") for pair in pairs if pair}
    return sections


def check(text: str, annotations: str, conf: dict[str, dict[str, dict[str, list[str]]]]) -> None:
    """The rules of brat's stand-off format and its configuration (brat.nlplab.org/standoff.html, configuration.html)."""
    assert not annotations or annotations.endswith("\n")
    lines = annotations.split("\n")[:-1]
    assert annotations.splitlines() == lines  # brat's server ends lines wherever Python does
    types: dict[str, str] = {}
    ids: list[str] = []
    for line in lines:
        id, data, *tail = line.split("\t")
        ids.append(id)
        assert re.fullmatch(r"[TRA#][1-9][0-9]*", id), line
        if id[0] == "T":
            label, places = data.split(" ", 1)
            assert label in conf["entities"], line
            ends = [tuple(map(int, place.split(" "))) for place in places.split(";")]
            flat = [end for pair in ends for end in pair]
            assert flat == sorted(flat), line
            assert all(0 <= start < end <= len(text) for start, end in ends), line
            assert tail == [" ".join(text[start:end] for start, end in ends)], line
            assert not any(re.search(r"[\n\r]", text[start:end]) for start, end in ends), line
            types[id] = label
    assert len(ids) == len(set(ids))
    said: set[tuple[str, str]] = set()
    for line in lines:
        id, data, *tail = line.split("\t")
        if id[0] == "R":
            label, first, second = data.split(" ")
            rule = conf["relations"][label]
            for argument, name in ((first, "Arg1"), (second, "Arg2")):
                role, end = argument.split(":")
                assert role == name, line
                assert types[end] in rule[name], line
        elif id[0] == "A":
            name, target, value = data.split(" ")
            rule = conf["attributes"][name]
            assert types[target] in rule["Arg"], line
            assert value in rule["Value"], line
            assert (name, target) not in said, line
            said.add((name, target))
        elif id[0] == "#":
            kind, target = data.split(" ")
            assert kind == "AnnotatorNotes", line
            assert target in types, line
            assert len(tail) == 1, line


@pytest.fixture(scope="module")
def documents() -> list[Marked]:
    report = from_report("某县/没有标注.md", analyse(archive()[0].source))
    return [from_gold(hostile()), report, *whole_archive()]


@pytest.fixture(scope="module")
def folder(documents: list[Marked], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("brat")
    brat.write(documents, path)
    return path


def test_every_file_keeps_to_brats_rules(folder: Path, documents: list[Marked]) -> None:
    conf = configuration((folder / "annotation.conf").read_text(encoding="utf-8"))
    assert list(conf) == ["entities", "relations", "events", "attributes"]
    files = sorted(folder.rglob("*.ann"))
    assert len(files) == len(documents)
    for file in files:
        text = file.with_suffix(".txt").read_bytes().decode()
        check(text, file.read_bytes().decode(), conf)


def test_the_whole_archive_comes_back(folder: Path, documents: list[Marked]) -> None:
    back = {marked.key: marked for marked in brat.read(folder)}
    assert back == {marked.key: marked for marked in documents}
    for document in (hostile(), *archive()):
        assert to_gold(back[document.name]) == document.gold


def test_lines_look_as_brat_writes_them() -> None:
    text = "调处劳资纠\n纷1513宗𠮷，8件"
    gold = "== claims\n[1513宗] | = 1513 宗 | 劳资纠纷 | 调处 | 数量 社会效益 | 2020\n[8件] | = 8 件 | 甲\\乙\t丙 |  | 数量\n"
    assert brat.standoff(from_gold(annotated(text, gold)))[0] == [
        "T1\tclaim 7 12\t1513宗",
        "T2\tclaim 14 16\t8件",
        "T3\tentity 2 5;6 7\t劳资纠 纷",
        "T4\taction 0 2\t调处",
        "R1\tentity_of Arg1:T3 Arg2:T1\t",
        "R2\taction_of Arg1:T4 Arg2:T1\t",
        "A1\tapprox T1 exact",
        "A2\tcategory T1 数量",
        "A3\tcategory_2 T1 社会效益",
        "A4\tapprox T2 exact",
        "A5\tcategory T2 数量",
        "#1\tAnnotatorNotes T1\tvalue=1513 | unit=宗 | period=2020",
        "#2\tAnnotatorNotes T2\tvalue=8 | unit=件 | entity=甲\\u005c乙\\u0009丙",
    ]


def test_what_an_annotator_adds_is_read(tmp_path: Path) -> None:
    brat.write([from_gold(annotated("新建公厕5座", "== claims\n"))], tmp_path)
    file = tmp_path / "某县" / "报告.ann"
    assert file.read_text(encoding="utf-8") == ""
    file.write_text(
        "T1\tclaim 4 6\t5座\nT2\tentity 2 4\t公厕\nA1\tapprox T1 exact\nA2\tcategory T1 数量\n"
        "#1\tAnnotatorNotes T1\tvalue=5 | unit=座 | 看不清=是\nR1\tentity_of Arg1:T2 Arg2:T1\t\n",
        encoding="utf-8",
    )
    [marked] = brat.read(tmp_path)
    [mention] = to_gold(marked).mentions
    assert (mention.text, mention.unit, mention.entity, mention.category) == ("5座", "座", "公厕", ("数量",))


@pytest.mark.parametrize(
    "line", ["T1", "T1\tclaim a b\t5座", "R1\tentity_of Arg1:T1\t", "R1\tentity_of Arg1:T8 Arg2:T9\t"]
)
def test_lines_that_are_none_are_refused(tmp_path: Path, line: str) -> None:
    brat.write([from_gold(annotated("新建公厕5座", "== claims\n"))], tmp_path)
    (tmp_path / "某县" / "报告.ann").write_text(line, encoding="utf-8")
    with pytest.raises(GoldError, match="报告"):
        list(brat.read(tmp_path))


def test_two_documents_with_one_name_are_refused(tmp_path: Path) -> None:
    marked = from_gold(annotated("新建公厕5座", "== claims\n"))
    with pytest.raises(GoldError, match="two documents"):
        brat.write([marked, replace(marked, key="某县/报告")], tmp_path)
