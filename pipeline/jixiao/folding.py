"""Characters to their plain form: full-width digits and letters, odd blanks and line ends, tags and entities."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import regex

from jixiao.textmap import Edit, View

_ONE_TO_ONE: dict[int, int | str] = {
    **{code: code - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)},
    **{ord(wide): ascii_ for wide, ascii_ in zip("％＋－．", "%+-.", strict=True)},
    **dict.fromkeys(map(ord, "\u00a0\u1680\u202f\u205f\u3000\x1f"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # lone surrogates, which no encoding and no segmenter takes
    **dict.fromkeys(map(ord, "\x0b\x1c\x1d\x1e\x85\u2028\u2029"), "\n"),
}
_INVISIBLE = (
    r"\x00-\x08\x0e-\x1b\x7f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
    r"\ufff9-\ufffc"
)
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
_FOLDED = re.compile(
    "[" + "".join(re.escape(chr(code)) for code in _ONE_TO_ONE if not 0xD800 <= code < 0xE000) + "\ud800-\udfff]"
)
# Where any of it can begin, found by the faster engine; fastest where a single class of characters comes first.
_SPOT = re.compile(rf"[{_INVISIBLE}\r\f&<，](?:(?<!，)|(?<=[0-9]，)(?=[0-9]))")
_INLINE_TAG = regex.compile(
    "a|abbr|b|big|cite|code|del|em|font|i|ins|label|mark|o:p|q|s|small|span|strike|strong|su[bp]|tt|u|wbr"
)


def fold_characters(view: View) -> View:
    """The view with full-width forms folded, odd blanks and line ends made plain, and tags and entities resolved.

    Punctuation stays as it is, but for a full-width comma that groups the digits of a number. Tags are taken for what
    they are only by their names, so that «得分<90%» is left alone.
    """
    # A pattern passes over a Han text several times faster than str.translate, which asks for every character.
    view = view.exchange(_FOLDED.sub(lambda odd: odd[0].translate(_ONE_TO_ONE), view.text))
    edits = list(_character_edits(view.text))
    return view.edit(edits) if edits else view


class _Row:
    """The row of an HTML table that is being read: how many tabs stand before its next cell."""

    def __init__(self) -> None:
        self.open = False
        self.column = 0
        self.width = 0  # of the cell before
        self.reaching: dict[int, int] = {}  # column → rows below that a cell above reaches into

    def begin(self) -> None:
        self.open, self.column, self.width = False, 0, 0

    def cell(self, tag: str) -> int:
        """The tabs before the cell that ``tag`` opens: one a column passed, those taken by cells from above included."""
        tabs = self.width if self.open else 0
        self.column += self.width
        while self.reaching.get(self.column, 0) > 0:
            self.reaching[self.column] -= 1
            self.column += 1
            tabs += 1
        self.open = True
        self.width = _span(tag, "colspan")
        rows = _span(tag, "rowspan")
        if rows > 1:
            self.reaching.update(dict.fromkeys(range(self.column, self.column + self.width), rows - 1))
        return tabs


def _span(tag: str, attribute: str) -> int:
    found = regex.search(attribute + r"""\s*=\s*["']?\s*(\d{1,3})""", tag, regex.IGNORECASE)
    return min(max(int(found[1]), 1), 100) if found else 1


def _odd_characters(text: str) -> Iterator[regex.Match[str]]:
    at = 0
    for spot in _SPOT.finditer(text):
        match = _ODD_CHARACTER.match(text, spot.start()) if spot.start() >= at else None
        if match:
            at = match.end()
            yield match


def _character_edits(text: str) -> Iterator[Edit]:
    line_end, tabular, row = -1, False, _Row()
    for match in _odd_characters(text):
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
                yield Edit(
                    start, end, "" if char in "\u200b\u200c\u200d\ufeff\xad" else regex.sub(r"[\s\x00-\x1f]", " ", char)
                )
        else:
            name = (match["name"] or "").lower()
            if start >= line_end:
                line_end = text.find("\n", start)
                line_end = len(text) if line_end < 0 else line_end
                first = text.rfind("\n", 0, start) + 1
                tabular = "\t" in text[first:line_end] or text.count("|", first, line_end) > 1
            closing = text[start + 1] == "/"
            if not name or _INLINE_TAG.fullmatch(name):
                yield Edit(start, end, "")
            elif name == "tr":
                yield Edit(start, end, "\t" * (row.width - 1) if closing else "\n")
                row.begin()
            elif name in ("td", "th"):
                yield Edit(start, end, "" if closing else "\t" * row.cell(match[0]))
            elif name == "table":
                yield Edit(start, end, "\n")
                row = _Row()
            else:
                yield Edit(start, end, " " if tabular or row.open else "\n")
