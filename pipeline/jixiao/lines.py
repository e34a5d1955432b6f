"""The lines of a text, and what each is: running text, a table row, a caption, a piece of page furniture."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import regex

from jixiao import outline
from jixiao.lexicon import Lexicon, Rule
from jixiao.markdown import Mark

COLON = regex.compile(r"[:：]")
FINAL = frozenset("。；：！？;:!?…")


class Line(msgspec.Struct):
    """One line of the text on its way to a paragraph or a table row; offsets into the view that is being laid out.

    ``kind`` is prose, row, fragment (of a table), caption, label, note, dotted (of a table of contents) or dropped.
    ``gap`` counts the blank lines before the line, ``width`` is in half-width characters (in text that
    was broken after so many characters, each counts for two). ``weak`` marks a line that is
    a table row if it stands in a table. ``tail`` is the end of the paragraph so far.
    """

    text: str
    start: int
    end: int
    gap: int
    page_break: bool
    mark: Mark
    width: int
    kind: str = "prose"
    prefix: outline.Prefix | None = None
    weak: bool = False
    following_gap: int = 0
    below_heading: bool = False
    joined: bool = False
    tail: str = ""


class Patterns(msgspec.Struct, frozen=True, eq=False):
    """``patterns/page_furniture.toml``, compiled."""

    page_number: Any
    maybe_page_number: Any
    contents_line: Any
    caption: Any
    label: Any
    note: Any
    row: Any
    weak_row: Any
    spaced_word: Any
    unit_start: frozenset[str]
    table_head: frozenset[str]


def _any_of(rules: tuple[Rule, ...]) -> Any:
    return regex.compile("|".join(f"(?:{rule.regex})" for rule in rules))


@functools.cache
def patterns_of(lexicon: Lexicon) -> Patterns:
    furniture = lexicon.furniture
    spaced = "|".join(" *+".join(word) for word in furniture.spaced_word.split())
    return Patterns(
        page_number=_any_of(furniture.page_number),
        maybe_page_number=_any_of(furniture.maybe_page_number),
        contents_line=_any_of(furniture.contents_line),
        caption=_any_of(furniture.caption),
        label=_any_of(furniture.label),
        note=_any_of(furniture.note),
        row=_any_of(furniture.row),
        weak_row=_any_of(furniture.weak_row),
        spaced_word=regex.compile(rf"(?<!\p{{Han}})(?:{spaced})(?!\p{{Han}})"),
        unit_start=frozenset(furniture.unit_start + "，。；：、）)%％‰之以"),
        table_head=frozenset(furniture.table_head.split()),
    )


def split_lines(text: str, marks: list[Mark]) -> list[Line]:
    lines: list[Line] = []
    at, gap, page_break, tabular = 0, 0, False, False
    for number, raw in enumerate(text.split("\n")):
        stripped = raw.strip()
        if not stripped:
            gap += 1
            page_break = page_break or "\f" in raw
        else:
            if "\t" in stripped or (tabular and "\t" in raw and gap == 0):
                stripped = raw.strip(" ")  # outer tabs are empty cells
                tabular = True
            else:
                tabular = False
            start = at + raw.index(stripped)
            width = len(stripped.encode("gb18030", "replace"))
            lines.append(Line(stripped, start, start + len(stripped), gap, page_break, marks[number], width))
            gap, page_break = 0, False
        at += len(raw) + 1
    return lines


def classify(lines: list[Line], lexicon: Lexicon) -> None:
    """What can be told from a line alone."""
    patterns = patterns_of(lexicon)
    for line in lines:
        text = line.text
        short = len(text) <= 160
        if short and text[-1] in "0123456789-—–)）" and patterns.contents_line.fullmatch(text):
            line.kind = "dotted"
            continue
        line.prefix = outline.prefix(text, lexicon)
        if "\t" in text:
            if line.prefix is None or "\t" in text[line.prefix.length :] or "\t" not in text[: line.prefix.length + 1]:
                line.kind = "row"
        elif len(text) <= 90:
            if patterns.caption.fullmatch(text):
                line.kind = "caption"
            elif (
                ("：" in text or ":" in text)
                and line.prefix is None
                and _has_label(text)
                and patterns.label.fullmatch(text)
            ):
                line.kind = "label"
            elif text[0] in "备注说填资数" and patterns.note.match(text):
                line.kind = "note"


def _has_label(text: str) -> bool:
    """Whether a colon of the line follows anything but 其中, as a table head's may."""
    colons = text.count("：") + text.count(":")
    return colons > text.count("其中：") + text.count("其中:")


def drop_furniture(lines: list[Line], patterns: Patterns) -> None:
    """Page numbers and running heads: the gap they leave is the larger of those around them."""
    sure, maybe = patterns.page_number, patterns.maybe_page_number
    pages: list[int] = []
    guesses: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if len(line.text) <= 24 and line.kind != "row":
            if sure.fullmatch(line.text):
                pages.append(index)
            else:
                match = maybe.fullmatch(line.text)
                if match:
                    guesses.append((index, int(next(group for group in match.groups() if group))))
    pages.extend(_running_numbers(lines, guesses))
    pages.sort()
    for index in pages:
        lines[index].kind = "dropped"
    _drop_running_heads(lines, pages, patterns.table_head)
    gap, page_break = 0, False
    for line in lines:
        if line.kind == "dropped":
            gap, page_break = max(gap, line.gap), True
        else:
            line.gap, line.page_break = max(gap, line.gap), line.page_break or page_break
            gap, page_break = 0, False


def _running_numbers(lines: list[Line], guesses: list[tuple[int, int]]) -> Iterator[int]:
    """Which of the lone numbers count up by one through the document, or stand beside a page break."""
    at_break = [
        (index, n)
        for index, n in guesses
        if lines[index].page_break or (index + 1 < len(lines) and lines[index + 1].page_break)
    ]
    yielded = set()
    for index, _ in at_break:
        yielded.add(index)
        yield index
    usual = Counter(line.gap for line in lines[1:]).most_common(1)[0][0] if len(lines) > 1 else 0
    apart = [
        (index, n)
        for index, n in guesses
        if lines[index].gap > usual
        or (index + 1 < len(lines) and lines[index + 1].gap > usual)
        or index + 1 == len(lines)
    ]
    for position, (index, n) in enumerate(apart):
        before = position > 0 and apart[position - 1][1] == n - 1
        after = position + 1 < len(apart) and apart[position + 1][1] == n + 1
        if (before or after) and index not in yielded and _beside_no_row(lines, index):
            yield index


def _beside_no_row(lines: list[Line], index: int) -> bool:
    return not any(lines[near].kind == "row" for near in (index - 1, index + 1) if 0 <= near < len(lines))


def _drop_running_heads(lines: list[Line], pages: list[int], table_head: frozenset[str]) -> None:
    """Short lines that stand at the edge of pages again and again."""

    def plain(line: Line) -> bool:
        short = line.kind in ("prose", "label") and len(line.text) <= 40 and not (line.prefix or line.mark.level)
        if not short:
            return False
        # The head of a table may come again and again, and what stands below it says nothing without it.
        named = COLON.split(line.text, maxsplit=1)[0] in table_head
        return not named and sum(word in table_head for word in line.text.split()) < 3

    edges: list[int] = []
    for index in pages:
        edges.extend(
            near for near in (index - 1, index + 1) if 0 <= near < len(lines) and lines[near].kind != "dropped"
        )
    edges.extend(index for index, line in enumerate(lines) if line.page_break and line.kind != "dropped")
    counts = Counter(lines[index].text for index in set(edges) if plain(lines[index]))
    for index in edges:
        if counts[lines[index].text] > 1 and plain(lines[index]):
            lines[index].kind = "dropped"
    # No page numbers to go by: a line that comes three times and oftener than not cuts a sentence in two.
    repeated = Counter(line.text for line in lines if plain(line) and len(line.text) > 3)
    repeated = Counter({text: count for text, count in repeated.items() if count > 2})
    if not repeated:
        return
    places: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line.text in repeated and plain(line):
            places.setdefault(line.text, []).append(index)
    for indices in places.values():
        cutting = [
            i for i in indices if 0 < i < len(lines) - 1 and _unfinished(lines[i - 1]) and lines[i + 1].prefix is None
        ]
        if 2 * len(cutting) >= len(indices):
            for index in indices:
                if index > 2:
                    lines[index].kind = "dropped"


def _unfinished(line: Line) -> bool:
    return line.kind == "prose" and line.width >= 40 and line.text[-1] not in FINAL
