"""doccano's JSONL with relations: a line a document, ``entities`` and ``relations`` as its sequence labelling projects take them.

doccano counts offsets in UTF-16 code units (as its browser side does, unless a project counts graphemes), so a character beyond
the basic plane counts two. It knows no attributes: they stand with the rest in ``meta``, which doccano keeps as it is, each
beside its span's label and place, for doccano gives new ids. A span that was moved or added there comes back without
attributes. The project needs relations switched on and overlapping spans allowed.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from jixiao.corpus.gold import GoldError
from jixiao.corpus.spans import Marked, Relation, Span, beside, restored


def write(documents: Iterable[Marked], out: Path) -> None:
    """Write the JSONL file ``out``; ids are unique in the whole file, for doccano looks ends of relations up in all of it."""
    entity_ids, relation_ids = count(1), count(1)
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(json.dumps(line(document, entity_ids, relation_ids), ensure_ascii=False) + "\n")


def line(marked: Marked, entity_ids: Iterator[int], relation_ids: Iterator[int]) -> dict[str, Any]:
    units = _units(marked.text)
    ids = {span.id: next(entity_ids) for span in marked.spans}
    return {
        "text": marked.text,
        "entities": [
            {
                "id": ids[span.id],
                "label": span.label,
                "start_offset": units[span.start],
                "end_offset": units[span.end],
            }
            for span in marked.spans
        ],
        "relations": [
            {
                "id": next(relation_ids),
                "from_id": ids[relation.source],
                "to_id": ids[relation.target],
                "type": relation.label,
            }
            for relation in marked.relations
        ],
        "Comments": [],
        "meta": {**beside(marked), "spans": msgspec.to_builtins(marked.spans)},
    }


def read(path: Path) -> Iterator[Marked]:
    """The documents of a JSONL file that doccano exported (or that :func:`write` made)."""
    for number, text in enumerate(path.read_bytes().split(b"\n"), 1):
        if text.strip():
            try:
                yield _document(json.loads(text))
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise GoldError(f"{path.name}:{number}: {type(error).__name__}: {error}") from error


def _document(row: dict[str, Any]) -> Marked:
    text, meta = row["text"], dict(row["meta"])
    characters = {unit: character for character, unit in enumerate(_units(text))}
    known: dict[tuple[str, int, int], list[Span]] = {}
    for span in msgspec.convert(meta.pop("spans"), tuple[Span, ...]):
        known.setdefault((span.label, span.start, span.end), []).append(span)
    ids: dict[int, str] = {}
    spans = []
    for entity in row["entities"]:
        place = (entity["label"], characters[entity["start_offset"]], characters[entity["end_offset"]])
        same = known.get(place)
        span = same.pop(0) if same else Span(id=f"d{entity['id']}", label=place[0], start=place[1], end=place[2])
        ids[entity["id"]] = span.id
        spans.append(span)
    relations = [
        Relation(label=relation["type"], source=ids[relation["from_id"]], target=ids[relation["to_id"]])
        for relation in row["relations"]
    ]
    return restored(meta, text, spans, relations)


def _units(text: str) -> array[int]:
    """The UTF-16 offset of every character of ``text`` and of its end."""
    units, at = array("q", [0]), 0
    for character in text:
        at += 1 + (character > "\uffff")
        units.append(at)
    return units
