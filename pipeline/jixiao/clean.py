"""From source text to a clean view of paragraphs and tables.

Three passes over the text, each of them a list of edits that keeps its place in the source: characters (full-width forms,
invisible characters, tags and entities), Markdown marks, and the layout of lines (page numbers and running heads out,
broken lines rejoined, table rows with tabs, blanks inside prose gone). What follows knows nothing of any of them.
"""

from __future__ import annotations

import functools
import html
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec
import regex
import rjieba

from jixiao import outline
from jixiao.lexicon import Lexicon, Rule
from jixiao.textmap import Edit, View


class Block(msgspec.Struct, frozen=True):
    """A paragraph (one line of the view, no line break inside) or a table (rows on lines, cells parted by tabs).

    ``start`` and ``end`` are offsets into the view's text, the line break after the block excluded. ``level`` is the
    number of # marks the line began with, 0 for none. ``bold_end`` is where a run of bold text that opened the line ended
    (the numbering before it counts as part of it): ``start`` for none, ``end`` where all of the line was bold. ``item``
    says that the line bore the mark of a list item. ``dotted`` marks a line of a table of contents.
    """

    kind: Literal["paragraph", "table"]
    start: int
    end: int
    level: int = 0
    bold_end: int = 0
    item: bool = False
    dotted: bool = False


class Cleaned(msgspec.Struct, frozen=True):
    """The view and its blocks, in order; whatever of the text is in no block is a line break."""

    view: View
    blocks: tuple[Block, ...]


def clean(source_text: str, lexicon: Lexicon) -> Cleaned:
    """The view of ``source_text`` without the traces of its page and its mark-up, and the blocks of that view.

    Never raises, whatever the text. Edits made to the view after the three passes must leave its line breaks and tabs alone,
    for the blocks are cut along them.
    """
    view = fold_characters(View(source_text))
    view, marks = remove_markdown(view, lexicon)
    view, lines = lay_out(view, marks, lexicon)
    return Cleaned(view, _blocks(view, lines))


def rows(cleaned: Cleaned, block: Block) -> list[list[tuple[int, int]]]:
    """The cells of a table block, row by row, as half-open offsets into the view's text; an empty cell is an empty span.

    A paragraph is one row of one cell. Rows need not be equally long: a line that the table's text was broken into is a row.
    """
    text = cleaned.view.text
    found: list[list[tuple[int, int]]] = []
    at = block.start
    for line in text[block.start : block.end].split("\n"):
        cells = []
        for cell in line.split("\t"):
            cells.append((at, at + len(cell)))
            at += len(cell) + 1
        found.append(cells)
    return found


# --- Characters -----------------------------------------------------------------------------------------------------------

_ONE_TO_ONE = {
    **{code: code - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)},
    **{ord(wide): ascii_ for wide, ascii_ in zip("％＋－．", "%+-.", strict=True)},
    **dict.fromkeys(map(ord, "\u00a0\u1680\u202f\u205f\u3000\x1f"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys(map(ord, "\x0b\x1c\x1d\x1e\x85\u2028\u2029"), "\n"),
}
_INVISIBLE = r"\x00-\x08\x0e-\x1b\x7f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\ufff9-\ufffc"
_TAG_NAMES = (
    "a|abbr|article|aside|b|big|blockquote|body|br|caption|center|cite|code|col|colgroup|dd|del|div|dl|dt|em|figcaption|figure|"
    "font|footer|h[1-6]|head|header|hr|html|i|img|input|ins|label|li|main|mark|meta|nav|o:p|ol|p|pre|q|s|section|small|"
    "span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|wbr"
)
_ODD_CHARACTER = regex.compile(
    rf"(?P<zero>[{_INVISIBLE}]++|\r(?=\n))|(?P<line>[\r\f])"
    r"|(?P<comma>，(?<=(?<![\d.])\d{1,3}，)(?=\d{3}(?!\d)))"
    rf"|(?P<tag><(?:/?(?P<name>(?i:{_TAG_NAMES}))(?:[\s/][^<>\n]{{0,400}})?>|!--(?:(?!-->|<!--)[^\n]){{0,2000}}+-->))"
    r"|(?P<entity>&(?:amp;)?(?:[A-Za-z][A-Za-z0-9]{1,24}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)"
)
_INLINE_TAGS = frozenset("a abbr b big cite code del em font i ins label mark o:p q s small span strike strong sub sup tt u wbr".split())


def fold_characters(view: View) -> View:
    """Full-width forms folded, odd line ends and blanks made plain, invisible characters, tags and entities resolved."""
    text = view.text
    folded = text.translate(_ONE_TO_ONE)
    if folded != text:
        view = view.edit([Edit(0, len(text), folded)])
    edits = list(_character_edits(folded))
    return view.edit(edits) if edits else view


def _character_edits(text: str) -> Iterator[Edit]:
    line_end, tabular, row_open = -1, False, False
    for match in _ODD_CHARACTER.finditer(text):
        kind, (start, end) = match.lastgroup, match.span()
        if kind == "zero":
            yield Edit(start, end, "")
        elif kind == "line":
            # A form feed keeps a line of its own, by which the layout knows the page break.
            yield Edit(start, end, "\n" if text[start] == "\r" else "\n\f\n")
        elif kind == "comma":
            yield Edit(start, end, ",")
        elif kind == "entity":
            name = match[0].replace("&amp;", "&", 1) if match[0].startswith("&amp;") and len(match[0]) > 5 else match[0]
            char = html.unescape(name)
            if char != name:
                yield Edit(start, end, "" if char in "\u200b\u200c\u200d\ufeff\xad" else regex.sub(r"[\s\x00-\x1f]", " ", char))
        else:
            name = (match["name"] or "").lower()
            if start >= line_end:
                line_end = text.find("\n", start)
                line_end = len(text) if line_end < 0 else line_end
                first = text.rfind("\n", 0, start) + 1
                tabular = "\t" in text[first:line_end] or text.count("|", first, line_end) > 1
            closing = text[start + 1] == "/"
            if not name or name in _INLINE_TAGS:
                yield Edit(start, end, "")
            elif name == "tr":
                yield Edit(start, end, "" if closing else "\n")
                row_open = False
            elif name in ("td", "th"):
                yield Edit(start, end, "" if closing or not row_open else "\t")
                row_open = True
            elif name == "table":
                yield Edit(start, end, "\n")
                row_open = False
            else:
                yield Edit(start, end, " " if tabular or row_open else "\n")


# --- Markdown -------------------------------------------------------------------------------------------------------------


class Mark(msgspec.Struct, frozen=True):
    """What the Markdown marks of one line said. ``bold_end`` is a source offset, 0 for none."""

    level: int = 0
    bold_end: int = 0
    item: bool = False
    bold: bool = False  # all of it


_NO_MARK = Mark()
_SUSPECT = regex.compile(r"[#*_`~|$\\│┃]|\]\(|^[ \t]*+(?:>|[-+•●◆■▪] |[•●◆■▪])|^[-=]{3}")
_HEAD = regex.compile(
    r"[ \t]*+(?P<quote>(?:>++(?:[ \t]++|$))*+(?!\d))?(?P<hash>#{1,6}+(?:[ \t]++|(?=[\p{Han}（(《“*])))?(?P<item>(?:[-*+](?=[ \t]++[^\s-])(?![ \t]*+\d{1,4}[ \t]*+-)|[•●◆■▪])[ \t]*+)?"
)
_RULE_LINE = regex.compile(r"[ \t]*+(?:(?:[-=_*~][ \t]*+){3,}+|(?:`{3,}|~{3,})\w{0,20})[ \t]*+")
_PIPE_RULE = regex.compile(r"[ \t]*+[|│┃]?(?:[ \t]*+:?-+:?[ \t]*+[|│┃┼+])*+(?:[ \t]*+:?-+:?[ \t]*+)?[ \t]*+|[─━┌┐└┘├┤┬┴┼═╔╗╚╝╠╣╦╩╬ \t]+")
_SPAN = regex.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+.!|~>-])"
    r"|(?P<image>!\[[^\[\]\n]{0,200}\]\([^()\s]{0,500}\))"
    r"|(?P<link>\[(?P<label>[^\[\]\n]{1,200})\]\([^()\s]{0,500}\))"
    r"|(?P<math>\$(?=[^$\n]{1,300}\$)(?=[^$\n]*[\\<>^_]))(?P<formula>[^$\n]{1,300})\$"
    r"|(?P<mark>\*\*|__|~~)|(?P<code>(?P<tick>`{1,2}+)[^`\n]{1,200}(?P=tick))|(?P<star>\*)"
)
_BORDER = regex.compile(r"[ \t]*+(?<!\\)[|│┃][ \t]*+")
_MATH = regex.compile(r"\\(?:text|mathrm|mathbf|operatorname)\s*\{|\\(?P<name>[A-Za-z]{1,20})\s?|\\(?P<char>[%$#&_{}, ;!])|[{}]")
_MATH_SIGNS = {
    **dict.fromkeys(("geq", "ge", "geqslant"), "≥"),
    **dict.fromkeys(("leq", "le", "leqslant"), "≤"),
    **{"times": "×", "div": "÷", "sim": "~", "pm": "±", "neq": "≠", "ne": "≠", "approx": "≈", "cdot": "·", "lt": "<"},
    **{"gt": ">", "sum": "Σ", "Sigma": "Σ", "Delta": "Δ", "rightarrow": "→", "permil": "‰", "sqrt": "√", "circ": "°"},
}


def remove_markdown(view: View, lexicon: Lexicon) -> tuple[View, list[Mark]]:
    """``view`` without Markdown marks, pipe tables as rows with tabs, and what the marks said, line for line of the view."""
    edits: list[Edit] = []
    noted: list[tuple[int, int, int, bool, bool]] = []
    text = view.text
    at = 0
    lines = text.split("\n")
    open_mark: tuple[str, int, int, int] | None = None
    fences = sum(1 for line in lines if line.startswith("```"))
    for number, line in enumerate(lines):
        if line and _SUSPECT.search(line):
            piped = _is_piped(lines, number)
            if _RULE_LINE.fullmatch(line) and (line.strip()[0] != "`" or fences > 1) or piped and _PIPE_RULE.fullmatch(line):
                edits.append(Edit(at, at + len(line), ""))
            else:
                open_mark = _unmark_line(line, at, number, piped, edits, noted, open_mark, lexicon)
        at += len(line) + 1
    if not edits:
        return view, [_NO_MARK] * len(lines)
    edits.sort()
    marks = [_NO_MARK] * len(lines)
    for number, level, bold_end, item, whole in noted:
        marks[number] = Mark(level, view.source_span(bold_end - 1, bold_end)[1] if bold_end else 0, item, whole)
    return view.edit(edits), marks


def _is_piped(lines: list[str], number: int) -> bool:
    """Whether a line is a row of a pipe table: it holds cell borders, and so does its neighbour or its own edge."""
    line = lines[number]
    if "|" not in line and "│" not in line and "┃" not in line and "─" not in line:
        return False
    borders = _borders(line)
    if borders == 0:
        return False
    stripped = line.strip()
    if borders > 1 and stripped[0] in "|│┃" and stripped[-1] in "|│┃":
        return True
    for other in (number - 1, number + 1):
        if 0 <= other < len(lines) and _borders(lines[other]) and _PIPE_RULE.fullmatch(lines[other]):
            return True
    return borders > 1 and any(_borders(lines[n]) == borders for n in (number - 1, number + 1) if 0 <= n < len(lines))


def _borders(line: str) -> int:
    return line.count("|") - line.count("\\|") + line.count("│") + line.count("┃") + line.count("┼")


def _unmark_line(
    line: str,
    at: int,
    number: int,
    piped: bool,
    edits: list[Edit],
    noted: list[tuple[int, int, int, bool, bool]],
    open_mark: tuple[str, int, int, int] | None,
    lexicon: Lexicon,
) -> tuple[str, int, int, int] | None:
    """Edits for one line, and the bold mark it leaves open (mark, line, start, end), to be closed by a line below."""
    level, item, begin = 0, False, 0
    if piped:
        edits.extend(_pipe_edits(line, at))
    else:
        head = _HEAD.match(line)
        assert head is not None  # every part of the pattern is optional
        begin = head.end()
        if begin == len(line):
            begin = 0
        elif head["hash"] or head["item"] or head["quote"]:
            level, item = (len(head["hash"].strip()) if head["hash"] else 0), bool(head["item"])
            edits.append(Edit(at, at + begin, ""))
            closing = len(line.rstrip()) - len(line.rstrip().rstrip("#"))
            if level and closing and line.rstrip()[: -closing][-1:] == " ":
                edits.append(Edit(at + len(line.rstrip()) - closing, at + len(line.rstrip()), ""))
        else:
            begin = 0
    pending: dict[str, tuple[int, int]] = {}
    spans: list[tuple[int, int]] = []
    for match in _SPAN.finditer(line, begin):
        start, end = match.span()
        if match["escaped"]:
            edits.append(Edit(at + start, at + start + 1, ""))
        elif match["image"]:
            edits.append(Edit(at + start, at + end, ""))
        elif match["link"]:
            first, last = match.span("label")
            edits += (Edit(at + start, at + first, ""), Edit(at + last, at + end, ""))
        elif match["math"]:
            edits.extend(_math_edits(line, at, start, end))
        elif match["code"]:
            ticks = len(match["tick"])
            edits += (Edit(at + start, at + start + ticks, ""), Edit(at + end - ticks, at + end, ""))
        elif match["mark"]:
            mark = match["mark"]
            if mark not in pending:
                pending[mark] = (start, end)
            else:
                first = pending.pop(mark)
                if mark == "__" and not line[first[1] : start].strip(" _"):
                    continue  # the blank of a form to be filled in
                edits += (Edit(at + first[0], at + first[1], ""), Edit(at + start, at + end, ""))
                if mark != "~~":
                    spans.append((first[0], end))
        elif _is_emphasis(line, start):
            edits.append(Edit(at + start, at + end, ""))
    if "**" in pending:
        start, end = pending["**"]
        if open_mark and number - open_mark[1] <= 4:
            edits += (Edit(open_mark[2], open_mark[3], ""), Edit(at + start, at + end, ""))
            open_mark = None
        else:
            open_mark = ("**", number, at + start, at + end)
    bold_end = _bold_lead(line, begin, spans, lexicon)
    if level or item or bold_end:
        whole = bold_end > 0 and not line[bold_end:].strip(" *_:：")
        noted.append((number, level, at + bold_end if bold_end else 0, item, whole))
    return open_mark


def _bold_lead(line: str, begin: int, spans: list[tuple[int, int]], lexicon: Lexicon) -> int:
    """Where the bold text ends that opens the line (after its numbering, if any), or 0."""
    if not spans:
        return 0
    lead = line[begin : spans[0][0]].strip()
    if lead:
        prefix = outline.prefix(lead, lexicon)
        if prefix is None or prefix.length < len(lead):
            return 0
    end = spans[0][1]
    for start, stop in spans[1:]:
        if line[end:start].strip():
            break
        end = stop
    return end - 2 if line[end - 2 : end] in ("**", "__") and end > 2 else end


def _is_emphasis(line: str, start: int) -> bool:
    """Whether a single star is one of a pair that sets a whole line in italics («*注：…*»)."""
    stripped = line.strip()
    return len(stripped) > 2 and stripped[0] == stripped[-1] == "*" and stripped[1] not in " *" and line.count("*") == 2


def _pipe_edits(line: str, at: int) -> Iterator[Edit]:
    """Outer borders and the blanks beside borders deleted, inner borders made tabs."""
    end = len(line.rstrip())
    begin = len(line) - len(line.lstrip())
    for match in _BORDER.finditer(line, 0, end):
        start, stop = match.span()
        outer = start <= begin or stop >= end
        yield Edit(at + start, at + stop, "" if outer else "\t")


def _math_edits(line: str, at: int, start: int, end: int) -> Iterator[Edit]:
    """«$90\\% \\leq x$» as it would be printed: «90% ≤ x»."""
    yield Edit(at + start, at + start + 1, "")
    for match in _MATH.finditer(line, start + 1, end - 1):
        sign = _MATH_SIGNS.get(match["name"], "") if match["name"] else (match["char"] or "")
        yield Edit(at + match.start(), at + match.end(), sign)
    yield Edit(at + end - 1, at + end, "")


# --- Lines ----------------------------------------------------------------------------------------------------------------


class Line:
    """One line of the text on its way to a paragraph or a table row; offsets into the view that is being laid out."""

    __slots__ = ("end", "below_heading", "following_gap", "gap", "joined", "kind", "mark", "page_break", "prefix", "start", "tail", "text", "weak", "width")

    def __init__(self, text: str, start: int, gap: int, page_break: bool, mark: Mark) -> None:
        self.text = text
        self.start = start
        self.end = start + len(text)
        self.gap = gap  # how many blank lines stand before it
        self.following_gap = 0
        self.joined = False  # to the line above it
        self.below_heading = False
        self.page_break = page_break
        self.mark = mark
        self.kind = "prose"  # prose · row · fragment (of a table) · caption · label · note · dotted · dropped
        self.weak = False  # a table row, if it stands in a table
        self.width = 0
        self.tail = ""  # the end of the paragraph so far
        self.prefix: outline.Prefix | None = None


class Laid(msgspec.Struct, frozen=True):
    """A line of the laid-out view: its kind, and the marks of the line it began with."""

    kind: str
    mark: Mark


_FINAL = frozenset("。；：！？;:!?…")
_CLOSERS = frozenset("，。；：、！？）》”’」』】〕％%,;:!?)]·~～")
_PAIRS = {"《": "》", "（": "）", "“": "”", "(": ")", "〔": "〕", "【": "】", "「": "」", "‘": "’"}
_SENTENCE_MARK = regex.compile(r"[。；！？]")
_INNER_MARK = regex.compile(r"[，。；：、！？]")
_NUMBER_FIELD = regex.compile(r"(?:[-+−]?\d[\d,]*+(?:\.\d++)?[%‰]?|[-—–/]{1,4}|\d{4}年)")
_BLANKS = regex.compile(r"[ \t\f]++")
_KEEP_BEFORE = frozenset(".,;:!?)%'\"")


class _Patterns(msgspec.Struct, frozen=True, eq=False):
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
def _patterns(lexicon: Lexicon) -> _Patterns:
    furniture = lexicon.furniture
    spaced = "|".join(" *+".join(word) for word in furniture.spaced_word.split())
    return _Patterns(
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


def lay_out(view: View, marks: list[Mark], lexicon: Lexicon) -> tuple[View, list[Laid]]:
    """The view with one paragraph or table row a line, no blank lines, and what each line is."""
    lines = _lines(view.text, marks)
    patterns = _patterns(lexicon)
    _classify(lines, lexicon)
    _drop_furniture(lines, patterns)
    lines = [line for line in lines if line.kind != "dropped"]
    for line, following in zip(lines, lines[1:], strict=False):
        line.following_gap = following.gap
        following.below_heading = line.mark.level > 0 or (line.prefix is not None and line.text[-1] not in _FINAL)
    widths = _widths(lines)
    for line in lines:
        if line.kind == "label" and widths.full and line.width >= widths.full - 8:
            line.kind = "prose"  # a full line that happens to hold a colon
    _find_tables(lines, widths.full, patterns)
    edits: list[Edit] = []
    laid: list[Laid] = []
    at, last = 0, None
    for line in lines:
        if last is None:
            edits.append(Edit(at, line.start, ""))
            laid.append(Laid(line.kind, line.mark))
            line.tail = line.text[-120:]
        else:
            glue = _glue(last, line, widths)
            edits.append(Edit(at, line.start, "\n" if glue is None else glue))
            if glue is None:
                laid.append(Laid(line.kind, line.mark))
        edits.extend(_blank_edits(line, patterns))
        at, last = line.end, line
    edits.append(Edit(at, len(view.text), ""))
    return view.edit(edit for edit in edits if edit.start < edit.end or edit.replacement), laid


def _lines(text: str, marks: list[Mark]) -> list[Line]:
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
            line = Line(stripped, at + raw.index(stripped), gap, page_break, marks[number])
            line.width = len(stripped.encode("gb18030", "replace"))
            lines.append(line)
            gap, page_break = 0, False
        at += len(raw) + 1
    return lines


def _classify(lines: list[Line], lexicon: Lexicon) -> None:
    """What can be told from a line alone."""
    patterns = _patterns(lexicon)
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
            elif ("：" in text or ":" in text) and line.prefix is None and _has_label(text) and patterns.label.fullmatch(text):
                line.kind = "label"
            elif text[0] in "备注说填资数" and patterns.note.match(text):
                line.kind = "note"


def _has_label(text: str) -> bool:
    """Whether a colon of the line follows anything but 其中, as a table head's may."""
    colons = text.count("：") + text.count(":")
    return colons > text.count("其中：") + text.count("其中:")


def _drop_furniture(lines: list[Line], patterns: _Patterns) -> None:
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
    _drop_running_heads(lines, pages)
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
        if lines[index].gap > usual or (index + 1 < len(lines) and lines[index + 1].gap > usual) or index + 1 == len(lines)
    ]
    for position, (index, n) in enumerate(apart):
        before = position > 0 and apart[position - 1][1] == n - 1
        after = position + 1 < len(apart) and apart[position + 1][1] == n + 1
        if (before or after) and index not in yielded and _beside_no_row(lines, index):
            yield index


def _beside_no_row(lines: list[Line], index: int) -> bool:
    return not any(lines[near].kind == "row" for near in (index - 1, index + 1) if 0 <= near < len(lines))


def _drop_running_heads(lines: list[Line], pages: list[int]) -> None:
    """Short lines that stand at the edge of pages again and again."""
    def plain(line: Line) -> bool:
        return line.kind in ("prose", "label") and len(line.text) <= 40 and not (line.prefix or line.mark.level)

    edges: list[int] = []
    for index in pages:
        edges.extend(near for near in (index - 1, index + 1) if 0 <= near < len(lines) and lines[near].kind != "dropped")
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
        cutting = [i for i in indices if 0 < i < len(lines) - 1 and _unfinished(lines[i - 1]) and lines[i + 1].prefix is None]
        if 2 * len(cutting) >= len(indices):
            for index in indices:
                if index > 2:
                    lines[index].kind = "dropped"


def _unfinished(line: Line) -> bool:
    return line.kind == "prose" and line.width >= 40 and line.text[-1] not in _FINAL


class Widths(NamedTuple):
    """Where lines break, in half-width characters. ``full`` is 0 unless the whole document is wrapped at that width; ``page``
    is the width that some lines were left at where the rest was rejoined already (at page ends mostly), 0 if there is none."""

    full: int
    page: int


def _widths(lines: list[Line]) -> Widths:
    """Lines that stop in mid-sentence tell the width, if they are many and hardly any line is longer."""
    prose = [line for line in lines if line.kind == "prose" and 30 <= line.width and not line.mark.level]
    broken = [line for line in prose if line.text[-1] not in _FINAL]
    if len(broken) < 4:
        return Widths(0, 0)
    widths = sorted(line.width for line in broken)
    every = sorted(line.width for line in prose)
    running = sorted(line.width for line in broken if line.prefix is None)
    page, most = 0, 2
    for width in sorted(set(widths), reverse=True):
        if width > 400:  # no page is so wide
            continue
        low = bisect_left(widths, width - 9)
        band = bisect_right(widths, width) - low
        peers = len(widths) - bisect_left(widths, int(0.72 * width))
        longer = len(every) - bisect_right(every, width + 2)
        if band >= 4 and 2 * band >= peers and 7 * longer <= band:
            near = Counter(widths[low : low + band])
            peak = max(near, key=lambda other: (near[other], other))
            return Widths(peak, peak)
        if 36 <= width <= 90:
            alike = bisect_right(running, width) - bisect_left(running, width - 9)
            if alike > most:
                page, most = width, alike
    return Widths(0, page)


# --- Tables that were flattened into lines -----------------------------------------------------------------------------------


def _find_tables(lines: list[Line], full: int, patterns: _Patterns) -> None:
    """Marks rows of tables whose borders are blanks, and the pieces of broken cells and heads that stand around them."""
    for line in lines:
        if line.kind == "prose" and " " in line.text and not line.mark.level:
            strength = 0 if _is_outer_heading(line) else _row_strength(line.text, patterns)
            if strength > 1:
                line.kind = "row"
            elif strength:
                line.weak = True
    for order in (lines, lines[::-1]):  # downwards and upwards, so that a run of weak rows beside a strong one joins it
        beside = False
        for line in order:
            if line.weak and beside:
                line.kind = "row"
            beside = line.kind == "row"
    _fill_tables(lines, full, patterns.table_head)


def _is_outer_heading(line: Line) -> bool:
    """Whether a line is numbered like a part or section and holds no figure, as a row of a table would."""
    if line.prefix is None or line.prefix.style not in ("part", "chapter", "section", "han", "han_paren"):
        return False
    return not any(char.isdigit() for char in line.text[line.prefix.length :])


def _row_strength(text: str, patterns: _Patterns) -> int:
    """2 for a line that can only be a table row, 1 for one that is a row beside others, 0 for running text."""
    if patterns.row.fullmatch(text):
        return 2
    if patterns.weak_row.fullmatch(text):
        return 1
    if _SENTENCE_MARK.search(text) or len(text) > 300:
        return 0
    fields = text.split()
    if len(fields) < 2:
        return 0
    heads = sum(1 for field in fields if field.lstrip("*") in patterns.table_head)
    if heads > 2 or (heads == 2 and len(fields) < 5):
        return 2
    numbers = 0
    for position, field in enumerate(fields):
        following = fields[position + 1][0] if position + 1 < len(fields) else ""
        if following not in patterns.unit_start and _NUMBER_FIELD.fullmatch(field):
            numbers += 1
    last = _NUMBER_FIELD.fullmatch(fields[-1]) is not None
    if "，" in text:
        return 0
    wide = regex.split(r" {2,}", text)
    if (numbers > 1 and last) or (len(wide) > 2 and "：" not in text and any(len(field) > 1 for field in wide)):
        return 2
    return 1 if (numbers and last) or (numbers and len(fields) > 2) or len(wide) == 2 and "：" not in text else 0


def _fill_tables(lines: list[Line], full: int, table_head: frozenset[str]) -> None:
    """Short lines between two rows, or between a caption and the first row below it, are pieces of the table.

    In a wrapped document so are the short lines below the last row, for running text would fill the line.
    """
    limit = full - 8 if full else 90
    run: list[Line] = []
    after = ""
    for line in lines:
        if line.kind == "row":
            if run and after == "caption" and _is_title_line(run[0]):
                run[0].kind = "caption"  # the line below «表 3» is the table's title
                del run[0]
            _make_pieces(run, table_head)
            run, after = [], "row"
        elif line.kind == "prose" and after and len(run) < 60 and _is_piece(line, limit, full):
            run.append(line)
        elif line.kind == "caption":
            if after == "row" and full:
                _make_pieces(run, table_head)
            run, after = [], "caption"
        elif line.kind != "label" or after != "caption":
            if after == "row" and (full or any(piece.weak for piece in run)) and (full or line.kind == "note"):
                _make_pieces(run, table_head)
            run, after = [], ""
    if after == "row" and full:
        _make_pieces(run, table_head)


def _make_pieces(run: list[Line], table_head: frozenset[str]) -> None:
    for line in run:
        line.kind = "row" if line.weak or not table_head.isdisjoint(line.text.split()) else "fragment"


def _is_title_line(line: Line) -> bool:
    return line.text.rstrip("）)").endswith("表") or "表（" in line.text


def _is_piece(line: Line, limit: int, full: int) -> bool:
    """Whether a line is short enough for a table cell and is no heading by its marks or its numbering."""
    if line.mark.level or line.mark.bold_end or line.width >= limit or line.text[-1] in "：:":
        return False
    if not full and line.text[-1] in "。；" and not line.weak:
        return False
    if line.prefix is None:
        return True
    return line.prefix.style not in ("part", "chapter", "han", "han_paren") or line.text[-1] in "0123456789"


# --- Joining and blanks -------------------------------------------------------------------------------------------------------


def _glue(above: Line, below: Line, widths: Widths) -> str | None:
    """What stands between two lines: None for a new paragraph or row, else what joins them, "" or a blank."""
    below.tail = below.text[-120:]
    if above.kind != "prose" or below.kind not in ("prose", "label", "note"):
        return None
    if below.kind != "prose" and not (_is_open(above.tail) or (widths.full and _fills(above, below, widths.full))):
        return None
    if below.mark.level or below.mark.item or above.mark.level or above.mark.bold:
        return None
    if not _continues(above, below, widths):
        return None
    below.tail = (above.tail + below.text)[-120:]
    below.joined = True
    below.prefix = below.prefix if below.kind == "caption" else None
    first, last = below.text[0], above.text[-1]
    if first.isascii() and last.isascii() and first.isalnum() and last.isalnum():
        if first.isdigit() and last.isdigit():
            return "" if widths.full and above.width >= widths.full - 4 else " "
        return " " if first.isalpha() or last.isalpha() else ""
    return ""


def _continues(above: Line, below: Line, widths: Widths) -> bool:
    """Whether the sentence of ``above`` runs on in ``below``."""
    first, last = below.text[0], above.text[-1]
    full = bool(widths.full) and _fills(above, below, widths.full)
    opened = _is_open(above.tail)
    if below.prefix is not None and not (opened and last not in _FINAL and (full or above.prefix is None)):
        return False
    if first in _CLOSERS and last not in "。！？":
        return True
    if last in "。！？":
        return full and below.width >= widths.full - 1
    if last in "；：;:…":
        return full
    if full or opened or (len(below.text) < 3 and above.width >= 60 and _INNER_MARK.search(above.text) is not None) or (last in "，、,—" and above.width > 16):
        return True
    if widths.full:
        if above.width > widths.full + 12:  # a page set broadside
            return _INNER_MARK.search(above.text) is not None
        return _heading_wraps(above, below, widths.full)
    at_page_width = bool(widths.page) and -11 <= above.width - widths.page <= 2
    if above.prefix is not None and not above.joined:
        # A numbered line without an end is a heading, unless a word goes on below.
        long = above.width >= 90 and _SENTENCE_MARK.search(above.text) is not None
        return long or ((at_page_width or above.width >= 60) and _word_straddles(above.text, below.text))
    if above.width >= 60 and _INNER_MARK.search(above.text) is not None:
        return True
    if at_page_width:
        return above.joined or above.below_heading or _INNER_MARK.search(above.text) is not None
    return above.width >= 40 and _word_straddles(above.text, below.text)


def _fills(above: Line, below: Line, full: int) -> bool:
    """Whether a line ends where the page ends: nothing more of what follows would have fitted in."""
    slack = 4 if above.joined else 8  # the indent of a paragraph's first line is no part of the text
    number = _UNBREAKABLE.match(below.text)
    return full - slack <= above.width + (number.end() - 1 if number else 0) and above.width <= full + 12


_UNBREAKABLE = regex.compile(r"[\w.,%]{1,12}(?<=^[\x21-\x7e]+)")


def _heading_wraps(above: Line, below: Line, full: int) -> bool:
    """A numbered heading set in larger type that runs on for a few characters: «第五部分 …经费预算 / 情况»."""
    return (
        above.prefix is not None
        and not _INNER_MARK.search(above.text)
        and 2 * above.width > full
        and below.width <= 12
        and below.gap <= above.gap
        and below.following_gap > below.gap
    )


def _is_open(text: str) -> bool:
    """Whether a bracket, quotation or book title is left open at the end of a line."""
    tail = text[-120:]
    for opener, closer in _PAIRS.items():
        at = tail.rfind(opener)
        if at >= 0 and tail.find(closer, at) < 0:
            return True
    return False


def _word_straddles(above: str, below: str) -> bool:
    """Whether the dictionary sees one word across the line break."""
    head, tail = above[-8:], below[:8]
    at = 0
    for word in rjieba.cut(head + tail, False):
        at += len(word)
        if at >= len(head):
            return at > len(head)
    return False


def _blank_edits(line: Line, patterns: _Patterns) -> Iterator[Edit]:
    text = line.text
    if " " not in text and "\t" not in text:
        return
    if line.kind in ("row", "fragment"):
        yield from _cell_edits(line, patterns)
        return
    fields = line.kind in ("label", "caption", "note")
    for match in _BLANKS.finditer(text):
        start, end = match.span()
        before, after = text[start - 1], text[end]
        keep = (
            before.isascii()
            and after.isascii()
            and (before.isalnum() or before in _KEEP_BEFORE)
            and (after.isalnum() or after in "('\"")
        )
        if not keep and fields:
            keep = _NEXT_LABEL.match(text, end) is not None
        if not keep and line.prefix is not None and end == line.prefix.length and line.prefix.style in ("part", "chapter", "section"):
            keep = True
        yield Edit(line.start + start, line.start + end, " " if keep else "")


_NEXT_LABEL = regex.compile(r"(?:(?:\p{Han} ){1,4}\p{Han}|\p{Han}{2,12}(?:[(（][^()（）]{1,10}[)）])?) ?[:：]")


def _cell_edits(line: Line, patterns: _Patterns) -> Iterator[Edit]:
    """In a row, a tab with the blanks around it is a border; so are blanks where there are no tabs."""
    text = line.text
    inner = [match.span() for match in patterns.spaced_word.finditer(text)] if "  " in text or " " in text else []
    tabs = "\t" in text
    for match in _CELL_GAP.finditer(text):
        start, end = match.span()
        gap = match[0]
        if "\t" in gap:
            yield Edit(line.start + start, line.start + end, "\t" * gap.count("\t"))
            continue
        before, after = text[start - 1], text[end]
        if any(first < start < last for first, last in inner):
            replacement = ""
        elif tabs:
            keep = before.isascii() and after.isascii() and (before.isalnum() or before in _KEEP_BEFORE) and after.isalnum()
            replacement = " " if keep else ""
        elif end - start == 1 and _is_inner_gap(line, start, end, patterns):
            replacement = ""
        else:
            replacement = "\t"
        yield Edit(line.start + start, line.start + end, replacement)


def _is_inner_gap(line: Line, start: int, end: int, patterns: _Patterns) -> bool:
    """Whether a single blank stands inside a cell: before a unit, or before a number that belongs to the words before it."""
    text = line.text
    before, after = text[start - 1], text[end]
    if before.isdigit():
        number = _NUMBER_END.search(text, max(0, start - 20), start)
        return (
            number is not None
            and number[0].isdecimal()
            and after in patterns.unit_start
            and not after.isascii()
            and not text.startswith(("项目", "本年", "本级", "人员", "个人", "公用", "年度", "分值", "其中"), end)
        )
    if not after.isdigit():
        return False
    if before in ("约近超达为共展照按有至逾每第于即" if line.kind == "fragment" or line.prefix is not None else "约近超逾"):
        return True
    number = _NUMBER_AND_NEXT.match(text, end)
    return line.kind == "fragment" and number is not None and number[1] in patterns.unit_start and not before.isascii()


_CELL_GAP = regex.compile(r"[ \t]++")
_NUMBER_END = regex.compile(r"[\d,.]++$")
_NUMBER_AND_NEXT = regex.compile(r"[\d,.]++ (\S)")


def _blocks(view: View, lines: list[Laid]) -> tuple[Block, ...]:
    """One block a paragraph; rows and pieces that follow one another make one table."""
    blocks: list[Block] = []
    at = 0
    table: int | None = None
    for text, line in zip(view.text.split("\n") if lines else (), lines, strict=True):
        end = at + len(text)
        if line.kind in ("row", "fragment"):
            table = at if table is None else table
        else:
            if table is not None:
                blocks.append(Block("table", table, at - 1))
                table = None
            mark = line.mark
            bold_end = min(max(view.position(mark.bold_end), at), end) if mark.bold_end else at
            blocks.append(Block("paragraph", at, end, mark.level, bold_end, mark.item, line.kind == "dotted"))
        at = end + 1
    if table is not None:
        blocks.append(Block("table", table, at - 1))
    return tuple(blocks)
