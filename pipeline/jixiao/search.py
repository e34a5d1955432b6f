"""The search language: how text is indexed, what a query means, and where exactly a hit stands.

Text is cut into runs (Han characters, numbers, words of other scripts, percent signs). A run of Han characters is
indexed as its overlapping bigrams followed by its last character, so that

* a word of two characters and more is a phrase of bigrams, found wherever it stands, whatever a word segmenter thinks;
* a single character is a prefix query: it begins a bigram, or it is the last of its run;
* a phrase that crosses runs («82.50万元», «共1513宗») is one phrase of tokens.

Numbers are indexed without thousands separators and closing zeros, so «1513», «1,513» and «１５１３.00» are one number,
and «151» does not find it. The standard library's ``re`` serves here: every pattern is a class or an alternation of
classes (linear on any input), and a search should not wait for another import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FOLD |= {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_FOLD |= {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<han>[{_HAN}]+)|(?P<sign>[%‰])|(?P<word>[^\W\d_{_HAN}]+)")
_DROPPABLE = re.compile(r"[ \n\r\u00a0]+|,")
_TIGHT = re.compile(r"[a-z0-9.]")
_THOUSAND = re.compile(r"[0-9]{3}(?![0-9])")
_LONGEST_VALUE = 40
_OPEN = ("han", "word")  # kinds of which a beginning may be asked for


class Run(NamedTuple):
    """A stretch of one script in a folded text, ``start``/``end`` being its place there."""

    kind: str
    text: str
    start: int
    end: int


Term = tuple[Run, ...]
"""What one word or quoted phrase of a query asks for: runs that must follow each other."""


def fold(text: str) -> tuple[str, list[int]]:
    """``text`` with full-width forms and capitals folded, blanks inside Chinese and thousands separators removed.

    The list gives for each character of the folded text its offset in ``text``.
    """
    folded = text.translate(_FOLD)
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _DROPPABLE.finditer(folded):
        start, end = match.span()
        before, after = folded[start - 1 : start] if start else "", folded[end : end + 1]
        if match[0] == ",":
            drop = "0" <= before <= "9" and _THOUSAND.match(folded, end) is not None
        else:
            drop = not (_TIGHT.match(before) and _TIGHT.match(after))
        if drop:
            pieces.append(folded[at:start])
            offsets.extend(range(at, start))
            at = end
    pieces.append(folded[at:])
    offsets.extend(range(at, len(folded)))
    return "".join(pieces), offsets


def runs(folded: str) -> list[Run]:
    """The runs of a text that went through :func:`fold`, numbers in their plain form."""
    return [
        Run(match.lastgroup or "", _number(match[0]) if match.lastgroup == "number" else match[0], *match.span())
        for match in _RUN.finditer(folded)
    ]


def _number(digits: str) -> str:
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits if digits.startswith("0.") else digits.lstrip("0") or "0"


def _bigrams(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


def index_terms(text: str) -> str:
    """``text`` as the space-separated tokens that go into the index."""
    tokens: list[str] = []
    for run in runs(fold(text)[0]):
        if run.kind == "han":
            tokens.extend(_bigrams(run.text))
            tokens.append(run.text[-1])
        else:
            tokens.append(run.text)
    return " ".join(tokens)


def own_text(action: str, entity: str, text: str, qualifiers: str, column: str | None, value: str) -> str:
    """What a claim says of itself, as one text for the index: here a word weighs more than in the sentence around."""
    plain = value if len(value) <= _LONGEST_VALUE and "E" not in value else ""
    return "\t".join((action, entity, text, qualifiers, column or "", plain))


def parse(query: str) -> tuple[Term, ...]:
    """The words and "quoted phrases" of ``query``, all of which must be found; those of signs alone are dropped."""
    parts = re.split(r'["“”]', query)
    words = [word for i, part in enumerate(parts) for word in ([part] if i % 2 else part.split())]
    return tuple(term for word in words if (term := tuple(runs(fold(word)[0]))))


def match_expression(terms: Iterable[Term]) -> str:
    """The FTS5 expression that finds every row in which all ``terms`` occur (where runs mix, perhaps a few more)."""
    return " AND ".join(_phrase(term) for term in terms)


def _phrase(term: Term) -> str:
    tokens: list[str] = []
    prefix = False
    for i, run in enumerate(term):
        last = i == len(term) - 1
        if run.kind == "han":
            tokens.extend(_bigrams(run.text))
            if not last:
                tokens.append(run.text[-1])
            elif len(run.text) == 1:
                tokens.append(run.text)
                prefix = True
        else:
            tokens.append(run.text)
            prefix = last and run.kind == "word"
    return '"' + " ".join(tokens) + '"' + ("*" if prefix else "")


def exact(terms: Iterable[Term]) -> bool:
    """Whether the index alone answers ``terms``: a term of one Han run cannot be found where it does not stand."""
    return all(len(term) == 1 and term[0].kind == "han" for term in terms)


def find(terms: Iterable[Term], text: str) -> list[tuple[tuple[int, int], ...]]:
    """For each of ``terms``, the places in ``text`` where it stands (none: an empty tuple)."""
    folded, offsets = fold(text)
    there = runs(folded)
    return [tuple((offsets[start], offsets[end - 1] + 1) for start, end in _occurrences(term, there)) for term in terms]


def _occurrences(term: Term, there: Sequence[Run]) -> Iterator[tuple[int, int]]:
    if len(term) == 1:
        for run in there:
            yield from _inside(term[0], run)
        return
    for at in range(len(there) - len(term) + 1):
        window = there[at : at + len(term)]
        if all(
            _agree(asked, run, i, len(term) - 1) for i, (asked, run) in enumerate(zip(term, window, strict=True))
        ) and all(
            window[i].start == window[i - 1].end
            for i in range(1, len(term))
            if term[i].start == term[i - 1].end  # asked without a gap, so no gap may be found
        ):
            last = window[-1]
            end = last.start + len(term[-1].text) if last.kind in _OPEN else last.end
            start = window[0].end - len(term[0].text) if window[0].kind == "han" else window[0].start
            yield start, end


def _agree(asked: Run, run: Run, at: int, last: int) -> bool:
    """Runs inside a term are asked for whole; the first may be the end of a Han run, the last a beginning."""
    if asked.kind != run.kind:
        return False
    if at == last and run.kind in _OPEN:
        return run.text.startswith(asked.text)
    if at == 0 and run.kind == "han":
        return run.text.endswith(asked.text)
    return run.text == asked.text


def _inside(asked: Run, run: Run) -> Iterator[tuple[int, int]]:
    if asked.kind != run.kind:
        return
    if run.kind == "han":
        at = run.text.find(asked.text)
        while at >= 0:
            yield run.start + at, run.start + at + len(asked.text)
            at = run.text.find(asked.text, at + len(asked.text))
    elif run.kind == "word" and run.text.startswith(asked.text):
        yield run.start, run.start + len(asked.text)
    elif run.text == asked.text:
        yield run.start, run.end
