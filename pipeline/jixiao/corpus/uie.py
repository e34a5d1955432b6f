"""UIE: the JSON lines that PaddleNLP's fine-tuning of UIE reads (``finetune.py --train_path train.txt --dev_path dev.txt``).

A line asks one question of one passage: ``{"content", "result_list": [{"text", "start", "end"}], "prompt"}``, where
``start`` and ``end`` are half-open offsets into ``content``. Prompts are

- the name of a kind of span (``数量``, ``限定量``, ``对象``, ``动作``): all of them in the passage;
- ``X的数量``, ``X的限定量`` and ``X的动作``: the quantities that count the entity X, and their verbs;
- ``Q的指标类别[数量,质量,…]``: the category of the quantity Q, a choice. Its answers point into the prompt, as UIE counts
  there: from the prompt's end, one more for the separator.

A line with an empty ``result_list`` is a negative: a kind of span that the passage has none of (all such are written), or
a question about an entity of the same document of which this passage gives no number (at most :data:`NEGATIVES` for every
relation that holds). Those whose name stands in the passage are taken first, for they are the ones that teach.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from jixiao.corpus.passages import learnable, passages, searched, trimmed, write_by_split
from jixiao.corpus.spans import Marked, Span
from jixiao.records import CATEGORIES

KINDS = {"claim": "数量", "qualifier": "限定量", "entity": "对象", "action": "动作"}
PASSAGE = 400  # characters; with the prompt it stays within UIE's 512 tokens
NEGATIVES = 2

Line = dict[str, Any]


def write(documents: Iterable[Marked], out: Path) -> None:
    """``SPLIT.txt``, as PaddleNLP calls them, in the folder ``out``; documents that nobody has searched for claims are left out."""
    lines = ((marked.split, line) for marked in searched(documents) for line in uie_lines(marked))
    write_by_split(((split, msgspec.json.encode(line).decode() + "\n") for split, line in lines), out, ".txt")


def uie_lines(marked: Marked) -> Iterator[Line]:
    """The questions and answers of one document, which has been searched for claims, passage by passage."""
    spans = learnable(marked)
    pairs = _pairs(marked, {span.id: span for span in spans})
    names = sorted({_printed(marked.text, entity) for entity, _, _ in pairs})
    for first, last in passages(marked.text, PASSAGE, [(span.start, span.end) for span in spans]):
        start, end = trimmed(marked.text, first, last)  # PaddleNLP strips blanks, and offsets would shift
        content = marked.text[start:end]
        if not content:
            continue
        here = [span for span in spans if start <= span.start and span.end <= end]
        for label, name in KINDS.items():
            yield _line(content, name, [span for span in here if span.label == label], start)
        asked: dict[str, list[Span]] = defaultdict(list)
        for entity, kind, answer in pairs:
            if entity in here and answer in here:
                asked[f"{_printed(marked.text, entity)}的{kind}"].append(answer)
        for prompt in sorted(asked):
            yield _line(content, prompt, asked[prompt], start)
        for prompt in _negatives(content, names, asked, f"{marked.key}:{start}"):
            yield _line(content, prompt, (), start)
        yield from _choices(marked.text, content, here)


def _pairs(marked: Marked, by_id: dict[str, Span]) -> list[tuple[Span, str, Span]]:
    """Entity, what is asked of it, and the span that answers."""
    counts = {relation.target: by_id[relation.source] for relation in marked.relations if relation.label == "entity"}
    found = [(entity, KINDS[by_id[target].label], by_id[target]) for target, entity in counts.items()]
    for relation in marked.relations:
        if relation.label == "action" and relation.target in counts:
            found.append((counts[relation.target], KINDS["action"], by_id[relation.source]))
    return found


def _negatives(content: str, names: Sequence[str], asked: Collection[str], seed: str) -> list[str]:
    """Questions about entities of the document that this passage does not answer."""
    absent = [name for name in names if f"{name}的{KINDS['claim']}" not in asked]
    random.Random(seed).shuffle(absent)
    absent.sort(key=lambda name: name not in content)
    return [f"{name}的{KINDS['claim']}" for name in absent[: NEGATIVES * len(asked)]]


def _printed(text: str, span: Span) -> str:
    """A span's words as they stand in a prompt: on one line."""
    return "".join(text[span.start : span.end].split())


def _line(content: str, prompt: str, spans: Sequence[Span], start: int) -> Line:
    places = sorted({(span.start - start, span.end - start) for span in spans})
    results = [{"text": content[first:last], "start": first, "end": last} for first, last in places]
    return {"content": content, "result_list": results, "prompt": prompt}


def _choices(text: str, content: str, here: Sequence[Span]) -> Iterator[Line]:
    """The category of every quantity; none where the same words stand for quantities of different categories."""
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for span in here:
        if span.label == "claim":
            found[_printed(text, span)].add(tuple(span.attributes["category"]))
    for name, categories in found.items():
        if len(categories) > 1:
            continue
        # The order of the choices must not tell the answer.
        choices = random.Random(f"{content}:{name}").sample(CATEGORIES, len(CATEGORIES))
        prompt = f"{name}的指标类别[{','.join(choices)}]"
        results = []
        for category in categories.pop():
            place = prompt.rindex(category) - len(prompt) - 1
            results.append({"text": category, "start": place, "end": place + len(category)})
        yield {"content": content, "result_list": results, "prompt": prompt}
