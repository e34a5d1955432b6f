"""CoNLL: one character a line with its tag (BIO, strictly), as sequence-labelling tools read it.

A line is ``character<TAB>tag``; a blank line parts sentences, ``-DOCSTART-<TAB>O`` and a blank line begin a document. Tags are
QUANTITY, QUALIFIER, ENTITY and ACTION (``B-ENTITY``, ``I-ENTITY``, …). No character of the source is lost: blanks, line
breaks and invisible characters, which readers of the format cannot keep, are the visible tokens ``<U+000A>``,
``<U+3000>`` and so on. A token of more than one character is therefore always such a character, and
:func:`read_conll` gives back the text as it was.

A character has one tag. Where annotations overlap (an entity that holds the number of a qualifier) the quantity wins,
then the shorter span; the others are left out (about one in a hundred, all of them entities or actions).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jixiao.corpus.passages import LABELS, learnable, searched, sentences, write_by_split
from jixiao.corpus.spans import Marked, Span

START = "-DOCSTART-\tO\n\n"
_ESCAPED = re.compile(r"<U\+([0-9A-F]{4,6})>")
_FIRST = ("claim", "qualifier")  # what wins over the others


def write(documents: Iterable[Marked], out: Path) -> None:
    """``SPLIT.conll`` in the folder ``out``; documents that nobody has searched for claims are left out."""
    write_by_split(((marked.split, to_conll(marked)) for marked in searched(documents)), out, ".conll")


def to_conll(marked: Marked) -> str:
    """One document, which has been searched for claims, in the format."""
    spans = learnable(marked)
    tags = _tags(len(marked.text), spans)
    lines = [START]
    for start, end in sentences(marked.text, [(span.start, span.end) for span in spans]):
        lines += [f"{_token(marked.text[at])}\t{tags[at]}\n" for at in range(start, end)]
        lines.append("\n")
    return "".join(lines)


def read_conll(text: str) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    """The documents of a file: source text and spans (start, end, tag). Raises ValueError on what is not strict BIO."""
    for document in text.split(START)[1:]:
        characters: list[str] = []
        spans: list[tuple[int, int, str]] = []
        open_tag = ""
        for line in document.split("\n"):
            if not line:
                open_tag = ""
                continue
            token, tag = line.split("\t")
            at = len(characters)
            escaped = _ESCAPED.fullmatch(token)
            characters.append(chr(int(escaped[1], 16)) if escaped else token)
            prefix, _, name = tag.partition("-")
            if prefix == "B":
                spans.append((at, at + 1, name))
            elif prefix == "I" and name == open_tag:
                spans[-1] = (spans[-1][0], at + 1, name)
            elif tag != "O":
                raise ValueError(f"{tag} after {open_tag or 'O'}")
            open_tag = name
        yield "".join(characters), spans


def _token(character: str) -> str:
    return f"<U+{ord(character):04X}>" if character.isspace() or not character.isprintable() else character


def _tags(length: int, spans: Sequence[Span]) -> list[str]:
    tags = ["O"] * length
    for span in sorted(spans, key=lambda span: (span.label not in _FIRST, span.end - span.start)):
        if all(tag == "O" for tag in tags[span.start : span.end]):
            name = LABELS[span.label]
            tags[span.start : span.end] = [f"B-{name}"] + [f"I-{name}"] * (span.end - span.start - 1)
    return tags
