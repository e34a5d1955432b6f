"""Label Studio: a folder with ``tasks.json`` (its import format) and ``config.xml`` (the labelling form that goes with it).

Gold is an annotation, what the program found is a prediction with its scores. Offsets count code points, as Label Studio has stored
them since 1.5; each of \\r and \\n counts one. An attribute is a result of its own that shares the id of its span: a choice where
the values are a closed set, a number for a heading's level, else a text (amounts too, for their digits must stay as printed).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec

from jixiao import __version__
from jixiao.corpus.gold import GoldError, section_ends
from jixiao.corpus.spans import (
    ATTRIBUTES,
    CHOICES,
    NAMES,
    RELATION_LABELS,
    SPAN_LABELS,
    Marked,
    Relation,
    Span,
    beside,
    restored,
)

TASKS, CONFIG = "tasks.json", "config.xml"
_LABELS, _TEXT = "span", "text"  # the names of the form's own controls
_COLOURS = ("#1b7837", "#a6dba0", "#2166ac", "#b2182b", "#636363", "#8073ac", "#e08214")


def write(documents: Iterable[Marked], out: Path) -> None:
    """Write the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / CONFIG).write_text(config(), encoding="utf-8")
    with (out / TASKS).open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for i, document in enumerate(documents):
            file.write((",\n" if i else "\n") + json.dumps(task(document), ensure_ascii=False))
        file.write("\n]\n")


def config() -> str:
    """The labelling form: spans, relations, and the attributes of the span that is selected."""
    forms = []
    for name in dict.fromkeys(name for label in SPAN_LABELS for name in ATTRIBUTES[label]):
        if name == "end":  # told by the levels of the headings that follow
            continue
        labels = ",".join(label for label in SPAN_LABELS if name in ATTRIBUTES[label])
        per_region = f'name="{name}" toName="{_TEXT}" perRegion="true"'
        if name in CHOICES:
            choices = "".join(f"<Choice value={quoteattr(value)}/>" for value in CHOICES[name])
            several = ' choice="multiple"' if name == "category" else ' choice="single"'
            form = f'<Choices {per_region}{several} showInline="true">{choices}</Choices>'
        elif name == "level":
            form = f'<Number {per_region} min="1" max="9"/>'
        else:
            form = f'<TextArea {per_region} editable="true" maxSubmissions="1" rows="1"/>'
        forms.append(
            f'    <View visibleWhen="region-selected" whenTagName="{_LABELS}" whenLabelValue="{labels}">\n'
            f'      <Header value="{NAMES[name]} {name}" size="6"/>\n      {form}\n    </View>\n'
        )
    labels = "".join(
        f'    <Label value="{label}" hint="{NAMES[label]}" background="{colour}"/>\n'
        for label, colour in zip(SPAN_LABELS, _COLOURS, strict=True)
    )
    relations = "".join(f'    <Relation value="{label}"/>\n' for label in RELATION_LABELS)
    return (
        f'<View>\n  <Header value="$document"/>\n  <Relations>\n{relations}  </Relations>\n'
        f'  <Labels name="{_LABELS}" toName="{_TEXT}">\n{labels}  </Labels>\n'
        f'  <Text name="{_TEXT}" value="$text" granularity="symbol"/>\n  <View>\n{"".join(forms)}  </View>\n</View>\n'
    )


def task(marked: Marked) -> dict[str, Any]:
    """One task; ``data.jixiao`` carries what has no place in the text."""
    found = marked if marked.origin == "model" else marked.predicted
    predictions = []
    if found is not None:
        scores = [span.score for span in found.spans if span.score is not None]
        predictions.append(
            {
                "model_version": f"jixiao {__version__}",
                "score": round(sum(scores) / len(scores), 4) if scores else 0.0,
                "result": result(found),
            }
        )
    return {
        "data": {"text": marked.text, "document": marked.key, "jixiao": beside(marked)},
        "annotations": [{"result": result(marked)}] if marked.origin == "gold" else [],
        "predictions": predictions,
    }


def result(marked: Marked) -> list[dict[str, Any]]:
    regions: list[dict[str, Any]] = []
    for span in marked.spans:
        place = {"start": span.start, "end": span.end}
        common: dict[str, Any] = {"id": span.id, "to_name": _TEXT}
        if span.score is not None:
            common["score"] = span.score
        value = {**place, "text": marked.text[span.start : span.end], "labels": [span.label]}
        regions.append({**common, "from_name": _LABELS, "type": "labels", "value": value})
        for name, said in span.attributes.items():
            if name == "end":
                continue
            if name in CHOICES:
                kind, answer = "choices", {"choices": [said] if isinstance(said, str) else list(said)}
            elif name == "level":
                kind, answer = "number", {"number": int(str(said))}  # type: ignore[dict-item]
            else:
                kind, answer = "textarea", {"text": [str(said)]}
            regions.append({**common, "from_name": name, "type": kind, "value": {**place, **answer}})
    return regions + [
        {
            "type": "relation",
            "from_id": relation.source,
            "to_id": relation.target,
            "direction": "right",
            "labels": [relation.label],
        }
        for relation in marked.relations
    ]


def read(path: Path) -> Iterator[Marked]:
    """The annotated documents of a JSON export of Label Studio, or of a folder of :func:`write`.

    Of several annotations of a task the last counts that was not cancelled; tasks without one are passed over.
    """
    file = path / TASKS if path.is_dir() else path
    try:
        tasks = json.loads(file.read_bytes())
    except (ValueError, OSError) as error:
        raise GoldError(f"{file.name}: {error}") from error
    if not isinstance(tasks, list):
        raise GoldError(f"{file.name}: a list of tasks is expected (Label Studio's JSON export, not JSON_MIN)")
    for number, entry in enumerate(tasks, 1):
        try:
            done = [annotation for annotation in entry["annotations"] if not annotation.get("was_cancelled")]
            if done:
                yield _document(entry["data"], done[-1]["result"])
        except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
            if isinstance(error, GoldError):
                raise
            raise GoldError(f"{file.name}: task {number}: {type(error).__name__}: {error}") from error


def _document(data: dict[str, Any], results: list[dict[str, Any]]) -> Marked:
    spans: dict[str, Span] = {}
    attributes: dict[str, dict[str, str | tuple[str, ...]]] = {}
    relations: list[Relation] = []
    for entry in results:
        kind = entry["type"]
        if kind == "relation":
            ends = (entry["from_id"], entry["to_id"])
            source, target = reversed(ends) if entry.get("direction") == "left" else ends
            relations.append(Relation(label=(entry.get("labels") or [""])[0], source=source, target=target))
            continue
        id, name, value = entry["id"], entry["from_name"], entry["value"]
        if kind == "labels":
            spans[id] = Span(id=id, label=value["labels"][0], start=int(value["start"]), end=int(value["end"]))
        elif kind == "choices":
            chosen = value["choices"]
            attributes.setdefault(id, {})[name] = tuple(chosen) if name == "category" else chosen[0]
        elif kind == "number":
            attributes.setdefault(id, {})[name] = str(value["number"])
        elif kind == "textarea":
            attributes.setdefault(id, {})[name] = "".join(value["text"])
    headings = sorted((span for span in spans.values() if span.label == "section"), key=lambda span: span.start)
    levels = [(heading.start, int(str(attributes.get(heading.id, {}).get("level", 1)))) for heading in headings]
    for heading, end in zip(headings, section_ends(levels, len(data["text"])), strict=True):
        attributes.setdefault(heading.id, {})["end"] = str(end)
    whole = (msgspec.structs.replace(span, attributes=attributes.get(span.id, {})) for span in spans.values())
    marked = restored(data["jixiao"], data["text"], whole, relations)
    return msgspec.structs.replace(marked, origin="gold")
