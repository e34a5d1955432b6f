"""Active learning: the claims most worth a person's time, the doubtful ones first and no two of a kind.

A claim is worth the more the less sure the program is of it, and the less it is like those already in the queue. A person
reads a sentence once, so it stands in the queue once, for the most doubtful of its claims.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from jixiao.corpus.masking import mask
from jixiao.corpus.spans import About, Marked, masked, of_claim, with_words
from jixiao.records import Claim, Document, Record, from_json, to_json

NOVELTY = 0.3  # how much being unlike the others counts beside doubt
COPY = 0.8  # likeness from which two sentences are the same but for a word
POOL = 20  # doubtful claims looked at for each one wanted
_DIGITS = re.compile(r"[\d０-９,，.．]+")


class Doubtful(msgspec.Struct, frozen=True, kw_only=True):
    """A claim for the queue: how doubtful it is (0–1), and the claims of its sentence with their places in it."""

    claim: Claim
    document: Document | None
    doubt: float
    places: tuple[tuple[Claim, int, int], ...]


def doubt(claim: Claim) -> float:
    """The chance that something of the claim is wrong. ``confidence`` already weighs how close the next best candidate was."""
    return round(1 - claim.confidence * claim.category_confidence, 4)


def read_lines(path: Path) -> Iterator[Record]:
    """The records of a file as ``jixiao extract --format jsonl`` writes it. Raises :class:`ValueError` on other lines."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield from_json(line)
                except msgspec.DecodeError as error:
                    raise ValueError(f"{path}:{number}: {error}") from error


def queue(records: Iterable[Record], wanted: int = 50, per_document: int = 10) -> list[Doubtful]:
    """The ``wanted`` claims of ``records`` (a document before its claims) most worth a look, the first first.

    Greedy by maximal marginal relevance over the character pairs of entity and sentence. At most ``per_document`` of one
    document; the same records give the same queue.
    """
    pool = heapq.nsmallest(
        max(wanted * POOL, 1000),
        _doubtful(records, 2 * per_document),
        key=lambda item: (-item.doubt, item.claim.claim_id),
    )
    shapes = [_shape(item.claim) for item in pool]
    likeness = [0.0] * len(pool)
    from_document: dict[str, int] = defaultdict(int)
    waiting = set(range(len(pool)))
    chosen: list[Doubtful] = []
    while waiting and len(chosen) < wanted:
        best = max(waiting, key=lambda i: ((1 - NOVELTY) * pool[i].doubt - NOVELTY * likeness[i], -i))
        waiting.remove(best)
        doc_id = pool[best].claim.doc_id
        chosen.append(pool[best])
        from_document[doc_id] += 1
        full = from_document[doc_id] >= per_document
        for i in list(waiting):
            likeness[i] = max(likeness[i], _likeness(shapes[i], shapes[best]))
            if likeness[i] >= COPY or (full and pool[i].claim.doc_id == doc_id):
                waiting.remove(i)
    return chosen


def _doubtful(records: Iterable[Record], most: int) -> Iterator[Doubtful]:
    """The ``most`` doubtful sentences of each document, each with its most doubtful claim."""
    documents: dict[str, Document] = {}

    def claims() -> Iterator[Claim]:
        for record in records:
            if isinstance(record, Document):
                documents[record.doc_id] = record
            elif isinstance(record, Claim):
                yield record

    for doc_id, of_document in groupby(claims(), key=lambda claim: claim.doc_id):
        sentences: dict[str, list[Claim]] = defaultdict(list)
        for claim in of_document:
            if claim.same_as is None:
                sentences[claim.sentence].append(claim)
        items = []
        for sentence, inside in sentences.items():
            worst = max(inside, key=lambda claim: (doubt(claim), -claim.start))
            items.append(
                Doubtful(
                    claim=worst,
                    document=documents.get(doc_id),
                    doubt=doubt(worst),
                    places=tuple(_places(sentence, inside)),
                )
            )
        yield from heapq.nlargest(most, items, key=lambda item: (item.doubt, -item.claim.start))


def _places(sentence: str, claims: Sequence[Claim]) -> Iterator[tuple[Claim, int, int]]:
    """Where the claims of a sentence stand in it, one after the other; one whose text is printed otherwise has no place."""
    after = 0
    for claim in sorted(claims, key=lambda claim: claim.start):
        text = "".join(claim.text.split("\n"))
        at = sentence.find(text, after)
        if at >= 0:
            after = at + len(text)
            yield claim, at, after


def _shape(claim: Claim) -> frozenset[str]:
    text = f"{claim.entity}|{_DIGITS.sub('0', ''.join(claim.sentence.split()))[:120]}"
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def line(item: Doubtful, *, hidden: bool = True) -> dict[str, Any]:
    """``item`` as a line of JSON: the claim as ``extract`` gives it, with where it comes from and how doubtful it is."""
    sentence = mask(item.claim.sentence) if hidden else item.claim.sentence
    claim = msgspec.structs.replace(item.claim, sentence=sentence)
    return {**msgspec.json.decode(to_json(claim)), **_origin(item), "doubt": item.doubt}


def marked(item: Doubtful, *, hidden: bool = True) -> Marked:
    """The sentence of ``item`` as a document of its own, with all that the program found in it, for an annotation tool."""
    sentence = item.claim.sentence
    claims = [of_claim(f"q{i}", claim, start, end) for i, (claim, start, end) in enumerate(item.places, 1)]
    quantities, words, relations = with_words(sentence, claims)
    document = item.document
    found = Marked(
        key=f"{document.path if document else item.claim.doc_id}#{item.claim.claim_id}",
        text=sentence,
        spans=(*quantities, *words),
        relations=tuple(relations),
        blocks=frozenset({"claims"}),
        about=About(**{name: getattr(document, name) for name in About.__struct_fields__}) if document else About(),
        origin="model",
    )
    return masked(found, mask) if hidden else found


def _origin(item: Doubtful) -> dict[str, Any]:
    document = item.document
    return {
        "path": document.path if document else None,
        "organisation": document.organisation if document else None,
        "fiscal_year": document.fiscal_year if document else None,
    }
