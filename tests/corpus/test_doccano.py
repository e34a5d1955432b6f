"""doccano's JSONL: what its importer asks for, and every span, relation and attribute back after its export."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from corpus.marks import archive, hostile, whole_archive
from jixiao.corpus import doccano
from jixiao.corpus.gold import GoldError
from jixiao.corpus.spans import Marked, from_gold, to_gold


def exported(out: Path, documents: list[Marked]) -> list[dict[str, Any]]:
    doccano.write(documents, out)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]


def through_doccano(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What doccano does between import and export: new ids everywhere, its own order, unknown columns kept as they are."""
    ids = count(7001)
    back = []
    for row in rows:
        new = {entity["id"]: next(ids) for entity in row["entities"]}
        entities = [{**entity, "id": new[entity["id"]]} for entity in row["entities"]]
        entities.sort(key=lambda entity: entity["start_offset"])
        relations = [
            {**relation, "id": next(ids), "from_id": new[relation["from_id"]], "to_id": new[relation["to_id"]]}
            for relation in row["relations"]
        ]
        kept = {name: value for name, value in row.items() if name not in ("entities", "relations", "Comments")}
        back.append({"id": next(ids), **kept, "entities": entities, "relations": relations, "Comments": ["看过"]})
    return back


def test_the_whole_archive_comes_back(tmp_path: Path) -> None:
    documents = [from_gold(hostile()), *whole_archive()]
    rows = exported(tmp_path / "a.jsonl", documents)
    assert list(doccano.read(tmp_path / "a.jsonl")) == documents

    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, through_doccano(rows))), encoding="utf-8")
    back = list(doccano.read(tmp_path / "b.jsonl"))
    for marked, other in zip(documents, back, strict=True):
        assert sorted(marked.spans, key=lambda span: span.id) == sorted(other.spans, key=lambda span: span.id)
        assert other.relations == marked.relations
    golds = [document.gold for document in (hostile(), *archive())]
    assert list(map(to_gold, back)) == golds


def test_rows_fit_doccanos_importer(tmp_path: Path) -> None:
    rows = exported(tmp_path / "a.jsonl", [from_gold(hostile()), *whole_archive()])
    ids = [entity["id"] for row in rows for entity in row["entities"]]
    assert len(ids) == len(set(ids))
    columns = {tuple(row) for row in rows}
    assert columns == {("text", "entities", "relations", "Comments", "meta")}  # a column that a row lacks becomes NaN
    for row in rows:
        assert row["text"]
        here = {entity["id"] for entity in row["entities"]}
        units = len(row["text"].encode("utf-16-le")) // 2
        for entity in row["entities"]:
            assert set(entity) == {"id", "label", "start_offset", "end_offset"}
            assert 0 <= entity["start_offset"] < entity["end_offset"] <= units
            assert entity["label"]
        for relation in row["relations"]:
            assert relation["type"]
            assert {relation["from_id"], relation["to_id"]} <= here


def test_offsets_count_utf16_units(tmp_path: Path) -> None:
    row = exported(tmp_path / "a.jsonl", [from_gold(hostile())])[0]
    coded = row["text"].encode("utf-16-le")
    entity = next(entity for entity in row["entities"] if entity["label"] == "claim")
    quote = coded[2 * entity["start_offset"] : 2 * entity["end_offset"]].decode("utf-16-le")
    assert quote == "1,5\r\n13\t宗|件"
    assert row["text"].index(quote) == entity["start_offset"] - 2  # two 𠮷 before it


def test_a_span_added_in_doccano_is_read_and_an_unknown_label_refused(tmp_path: Path) -> None:
    row = exported(tmp_path / "a.jsonl", [replace(from_gold(hostile()), links=(), findings=())])[0]
    row["entities"].append({"id": 99, "label": "action", "start_offset": 0, "end_offset": 1})
    path = tmp_path / "b.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    added = next(doccano.read(path)).spans[-1]
    assert (added.label, added.start, added.end, added.attributes) == ("action", 0, 1, {})
    row["entities"][-1]["label"] = "人名"
    path.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(GoldError, match="人名"):
        list(doccano.read(path))


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"text": "甲"}', '{"text":"甲","meta":{"spans":[]},"entities":[],"relations":[]}']
)
def test_other_files_are_refused_with_their_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(GoldError, match=r"x\.jsonl:1|not an export"):
        list(doccano.read(path))
