"""brat stand-off: a folder with ``REGION/NAME.txt`` and ``.ann`` for every document, and the configuration that brat needs.

Offsets count code points, as brat's server does. A span that goes over a line break (or another character that would end a line
of the ``.ann``) is written in fragments without it, as brat demands; a line break at a span's very edge is lost thereby. Attributes
with a closed set of values are attributes (``A``), a second category is ``category_2``; free text stands in the span's
note (``AnnotatorNotes``) as ``name=text`` parted by `` | ``. What brat has no place for (links to other documents, findings) stands in
``NAME.json`` beside, which brat leaves alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from jixiao.corpus.gold import GoldError
from jixiao.corpus.spans import (
    ATTRIBUTES,
    CHOICES,
    NAMES,
    SPAN_LABELS,
    VERDICTS,
    Marked,
    Relation,
    Span,
    beside,
    restored,
)

CONFIGURATION = "annotation.conf"
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_FRAGMENT = re.compile(f"[^{_LINE_ENDS}\t]+")
_ESCAPED = re.compile(rf"[{_LINE_ENDS}\t\\|]")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_RELATIONS = {"entity": "entity_of", "action": "action_of"}  # a relation must not be called what a span is called
_LABELS = {name: label for label, name in _RELATIONS.items()}


def write(documents: Iterable[Marked], out: Path) -> None:
    """Write the folder ``out``; raises GoldError where two documents would share a name."""
    out.mkdir(parents=True, exist_ok=True)
    (out / CONFIGURATION).write_text(annotation_conf(), encoding="utf-8")
    (out / "visual.conf").write_text(visual_conf(), encoding="utf-8")
    for document in documents:
        base = out / PurePosixPath(document.key.removesuffix(".txt"))
        text = base.with_name(base.name + ".txt")
        if text.exists():
            raise GoldError(f"{document.key}: two documents with this name")
        text.parent.mkdir(parents=True, exist_ok=True)
        annotations, kept = standoff(document)
        text.write_bytes(document.text.encode())
        base.with_name(base.name + ".ann").write_bytes("".join(f"{line}\n" for line in annotations).encode())
        base.with_name(base.name + ".json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def annotation_conf() -> str:
    attributes = []
    for name, values in CHOICES.items():
        labels = "|".join(label for label in SPAN_LABELS if name in ATTRIBUTES[label])
        names = [name, "category_2"] if name == "category" else [name]
        attributes += [f"{each}\tArg:{labels}, Value:{'|'.join(values)}" for each in names]
    relations = [
        "entity_of\tArg1:entity, Arg2:claim|qualifier",
        "action_of\tArg1:action, Arg2:claim|qualifier",
        *(f"{verdict}\tArg1:claim|qualifier, Arg2:target|budget" for verdict in VERDICTS),
        "operand\tArg1:claim|qualifier, Arg2:claim|qualifier",
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
    ]
    sections = {"entities": SPAN_LABELS, "relations": relations, "events": (), "attributes": attributes}
    return "\n".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())


def visual_conf() -> str:
    names = {
        **NAMES,
        **{name: NAMES[label] for label, name in _RELATIONS.items()},
        "category_2": f"{NAMES['category']}二",
    }
    labels = "".join(f"{name} | {shown}\n" for name, shown in names.items())
    return f"[labels]\n{labels}\n[drawing]\nSPAN_DEFAULT\tfgColor:black, bgColor:lightgreen, borderColor:darken\n"


def standoff(marked: Marked) -> tuple[list[str], dict[str, Any]]:
    """The lines of the ``.ann`` and what goes beside them."""
    ids = {span.id: f"T{i}" for i, span in enumerate(marked.spans, 1)}
    lines: list[str] = []
    attributes: list[str] = []
    notes: list[str] = []
    for span in marked.spans:
        id = ids[span.id]
        pieces = [found.span() for found in _FRAGMENT.finditer(marked.text, span.start, span.end)]
        if not pieces:
            raise GoldError(f"{marked.key}: {span.start}-{span.end} holds nothing but line breaks")
        places = ";".join(f"{start} {end}" for start, end in pieces)
        quote = " ".join(marked.text[start:end] for start, end in pieces)
        lines.append(f"{id}\t{span.label} {places}\t{quote}")
        free = {"score": str(span.score)} if span.score is not None else {}
        for name, value in span.attributes.items():
            if name in CHOICES:
                values = [value] if isinstance(value, str) else value
                for each, key in zip(values, (name, f"{name}_2"), strict=False):
                    attributes.append(f"A{len(attributes) + 1}\t{key} {id} {each}")
            else:
                free[name] = str(value)
        if free:
            note = " | ".join(f"{name}={_escaped(value)}" for name, value in free.items())
            notes.append(f"#{len(notes) + 1}\tAnnotatorNotes {id}\t{note}")
    relations = [
        f"R{i}\t{_RELATIONS.get(relation.label, relation.label)} Arg1:{ids[relation.source]} Arg2:{ids[relation.target]}\t"
        for i, relation in enumerate(marked.relations, 1)
    ]
    return [*lines, *relations, *attributes, *notes], {**beside(marked), "ids": {new: old for old, new in ids.items()}}


def read(path: Path) -> Iterator[Marked]:
    """The documents of a folder as brat leaves it; raises GoldError where a line is not as :func:`write` makes them."""
    for file in sorted(path.rglob("*.ann")):
        try:
            meta = json.loads(file.with_suffix(".json").read_bytes())
            text = file.with_suffix(".txt").read_bytes().decode()
            lines = file.read_bytes().decode().split("\n")
        except (OSError, ValueError) as error:
            raise GoldError(f"{file.name}: {error}") from error
        yield _document(text, lines, meta, file.name)


def _document(text: str, lines: Iterable[str], meta: dict[str, Any], name: str) -> Marked:
    ids: dict[str, str] = meta.pop("ids", {})
    spans: dict[str, Span] = {}
    attributes: dict[str, dict[str, str | tuple[str, ...]]] = {}
    relations: list[Relation] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            id, data, *rest = line.rstrip("\r").split("\t", 2)
            if id[0] == "T":
                label, places = data.split(" ", 1)
                ends = [int(place) for piece in places.split(";") for place in piece.split()]
                spans[id] = Span(id=ids.get(id, id), label=label, start=ends[0], end=ends[-1])  # type: ignore[arg-type]
            elif id[0] == "R":
                label, first, second = data.split()
                relation = [argument.partition(":")[2] for argument in (first, second)]
                source, target = (ids.get(end, end) for end in relation)
                relations.append(Relation(label=_LABELS.get(label, label), source=source, target=target))  # type: ignore[arg-type]
            elif id[0] in "AM":
                key, target, value = data.split(" ", 2)
                attributes.setdefault(target, {})[key] = value
            elif id[0] == "#" and data.startswith("AnnotatorNotes "):
                note = rest[0] if rest else ""
                said = (field.partition("=") for field in note.split(" | ") if "=" in field)
                attributes.setdefault(data.split()[1], {}).update({key: _plain(value) for key, _, value in said})
        except (ValueError, IndexError) as error:
            raise GoldError(f"{name}:{number}: not a line of brat's: {line!r}") from error
    return restored(meta, text, [_with(span, attributes.get(id, {})) for id, span in spans.items()], relations)


def _with(span: Span, attributes: dict[str, str | tuple[str, ...]]) -> Span:
    score = attributes.pop("score", None) if span.label in ("claim", "qualifier") else None
    second = attributes.pop("category_2", None)
    if "category" in attributes:
        attributes["category"] = tuple(str(value) for value in (attributes["category"], second) if value)
    return msgspec.structs.replace(span, attributes=attributes, score=None if score is None else float(str(score)))


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
