"""Web pages: what a reader sees, one paragraph a line, one table row a line with its cells parted by tabs.

A scanner over the tags and not a tree: budget pages need lines, cells and entities, for which the tags are enough. It
is linear on any input, where the tree builder tried (lexbor) takes 14 s for 100,000 unclosed ``<div>`` and is quadratic
in list items, options, distinct ``<font>`` and attributes as well.
"""

from __future__ import annotations

import functools
from html import unescape

import regex

# Elements whose content is no text of the page, up to their closing tag.
_RAW = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "noembed",
        "noframes",
        "xmp",
        "textarea",
        "svg",
        "math",
        "object",
        "audio",
        "video",
    )
)
_HIDDEN = frozenset(("head", "select", "datalist", "button"))
_BLOCK = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "ul",
        "caption",
    )
)
_IN_HEAD = frozenset(("head", "title", "meta", "link", "base"))
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_DEEPEST_TABLE = 24  # tables nested deeper are read as plain lines
_WIDEST_ROW = 256
_TAG = regex.compile(r"""<(/?)([a-zA-Z][^\s/>]{0,60}+)((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>""")
_PLAIN_TAG = regex.compile(r"<(/?)([a-zA-Z][^\s/>]{0,60}+)([^>]*+)>")
_SPAN = regex.compile(r"""\b(colspan|rowspan)\s*+=\s*+["']?\s*+(\d{1,5})""", regex.IGNORECASE)
_NO_DISPLAY = regex.compile(r"""\bstyle\s*+=\s*+["'][^"']{0,400}?\bdisplay\s*+:\s*+none""", regex.IGNORECASE)
_HIDDEN_ATTRIBUTE = regex.compile(r"(?:^|\s)hidden(?:[\s=/]|$)", regex.IGNORECASE)
_QUOTED = regex.compile(r""""[^"]*+"|'[^']*+'""")
_META_TITLE = regex.compile(r"""name\s*+=\s*+["']?(?:ArticleTitle|ContentTitle|title)["'\s]""", regex.IGNORECASE)
_CONTENT = regex.compile(r"""content\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""", regex.IGNORECASE)
_CHARSET = regex.compile(rb"""<meta[^>]{0,200}?charset\s*+=\s*+["']?\s*+([\w-]{2,30})""", regex.IGNORECASE)
_BLANKS = regex.compile(r"[ \t\n\r\f]+")
# A line break in the page's own lines: nothing between two Han characters, a blank elsewhere.
_SOFT_BREAK = "\x1f"
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]"
_WRAPPED = regex.compile(rf"(?<={_WIDE}) *+\x1f[ \x1f]*+(?={_WIDE})")
_SOFT_RUN = regex.compile(r"\x1f[ \x1f]*+")
_ODD_REFERENCE = regex.compile(
    r"&(?:#(?:\d{8,}+|[xX][0-9a-fA-F]{7,}+);?|(#0*+(?:9|10|13|31);|#[xX]0*+(?:9|[aA]|[dD]|1[fF]);|Tab;|NewLine;))"
)
_EDGES = " \t\n\r\f\u00a0\u3000"


def declared_encoding(data: bytes) -> str | None:
    """What the page's ``<meta charset>`` says, or None. gb2312 there means its superset, as in browsers."""
    found = _CHARSET.search(data[:4096])
    if not found:
        return None
    name = found[1].decode("ascii").lower()
    return "gb18030" if name in ("gb2312", "gbk", "gb_2312-80") else name


def looks_like_html(text: str) -> bool:
    """Whether the text is a web page by how it begins, whatever the file's name; tags inside a report make none."""
    head = text[:4096].lstrip("\ufeff \t\r\n\f\0")
    head = regex.sub(r"\A(?:<!--.*?-->\s*+|<\?xml[^>]*+>\s*+)++", "", head, flags=regex.DOTALL)
    if regex.match(r"<(?:!doctype\s+html|html|head|body|meta|title|link|script|style)\b", head, regex.IGNORECASE):
        return True
    if regex.match(r"<(?:div|table|p|h[1-6]|ul|ol|center|font|span|section|article|br)\b", head, regex.IGNORECASE):
        # A fragment saved without its frame: it ends in a tag as well.
        return text[-4096:].rstrip("\0 \t\r\n\f").endswith(">")
    return bool(regex.search(r"<html[\s>]", head[:1024], regex.IGNORECASE))


def extract(page: str, most: int) -> tuple[str, str | None, bool]:
    """The page's text (at most ``most`` characters), its title or None, and whether all of it was read."""
    return _Reader(page, most).read()


class _Table:
    """A table being read. Cells hold text in which line breaks may still stand; ``cells`` counts all of them."""

    __slots__ = ("carried", "cell", "cells", "nested", "rows", "spans")

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.carried: dict[int, int] = {}  # column → rows that a cell above still covers
        self.cell: list[str] | None = None
        self.spans = (1, 1)
        self.cells = 0
        self.nested = False

    def begin_row(self) -> None:
        self.end_row()
        self.rows.append([])
        self.skip_covered()

    def end_row(self) -> None:
        self.end_cell()
        # Cells from above may cover columns that lie behind the row's own last cell.
        while self.rows and any(column >= len(self.rows[-1]) for column in self.carried):
            if len(self.rows[-1]) in self.carried:
                self.skip_covered()
            else:
                self.add("")

    def skip_covered(self) -> None:
        row = self.rows[-1]
        while (left := self.carried.pop(len(row), 0)) > 0:
            if left > 1:
                self.carried[len(row)] = left - 1
            self.add("")

    def begin_cell(self, attributes: str) -> None:
        self.end_cell()
        if not self.rows:
            self.begin_row()
        spans = {name.lower(): max(1, int(number)) for name, number in _SPAN.findall(attributes)} if attributes else {}
        self.spans = (spans.get("colspan", 1), spans.get("rowspan", 1))
        self.cell = []

    def end_cell(self) -> None:
        if self.cell is None:
            return
        columns, rows = self.spans
        for number in range(min(columns, max(1, _WIDEST_ROW - len(self.rows[-1])))):
            column = len(self.rows[-1])
            if rows > 1 and column < _WIDEST_ROW:
                self.carried[column] = rows - 1
            self.add("" if number else "".join(self.cell))
        self.cell = None
        self.skip_covered()

    def add(self, cell: str) -> None:
        self.rows[-1].append(cell)
        self.cells += 1

    def text(self) -> str:
        self.end_row()
        if self.nested or all(len(row) <= 1 for row in self.rows):
            return "\n".join(cell for row in self.rows for cell in row)  # a frame to place things, not a table
        rows = ([_one_line(cell) for cell in row] for row in self.rows)
        return "\n".join("\t".join(row) for row in rows if any(row))


class _Reader:
    def __init__(self, page: str, most: int) -> None:
        self.page = page
        self.most = most
        self.size = 0  # of the text so far, blank cells included, so that a page cannot grow without bound
        self.root: list[str] = []
        self.tables: list[_Table] = []
        self.ignored_tables = 0
        self.title: str | None = None
        self.meta_title: str | None = None
        self.pre = 0
        self.hidden = ""  # the element whose content is left out until it closes
        self.hidden_depth = 0

    def read(self) -> tuple[str, str | None, bool]:
        page, at, end = self.page, 0, len(self.page)
        tag = _TAG
        while at < end and self.size <= self.most:
            opening = page.find("<", at)
            if opening != at:
                self.put_text(page[at : opening if opening >= 0 else end])
                if opening < 0:
                    break
            if page.startswith("<!--", opening):
                # "-->" may begin inside the opening mark: <!--> is an empty comment.
                at = _after(page, "-->", opening + 2)
                continue
            if page.startswith(("<!", "<?"), opening):
                at = _after(page, ">", opening + 2)
                continue
            if not page[opening + 1 : opening + 3].lstrip("/")[:1].isalpha():
                self.put_text("<")
                at = opening + 1
                continue
            match = tag.match(page, opening)
            if match is None and tag is _TAG:
                # An attribute's quote never closes: from here on a tag ends at its first ">", so that no text is
                # swallowed and the search is not repeated for every tag.
                tag = _PLAIN_TAG
                match = tag.match(page, opening)
            if match is None:
                self.put_text(page[opening:])  # no ">" any more
                break
            at = self.read_tag(match[1] == "/", match[2].lower(), match[3], match.end())
        while self.tables:
            self.close_table()
        text = "\n".join(filter(None, map(_tidy, "".join(self.root).split("\n"))))
        return text[: self.most], self.meta_title or self.title, self.size <= self.most and len(text) <= self.most

    def read_tag(self, closing: bool, name: str, attributes: str, at: int) -> int:
        """Take in one tag that ends at ``at``; returns where to read on."""
        if name == "title" and not closing:
            return self.read_title(at)
        if name == "meta":
            self.read_meta(attributes)
            return at
        if name in _RAW:
            return at if closing or attributes.endswith("/") else self.skip_raw(name, at)
        if self.hidden == "head" and not closing and name not in _IN_HEAD:
            self.hidden = ""  # as browsers do, the first tag of the body ends a head left open
        if self.hidden:
            if name == self.hidden:
                self.hidden_depth += -1 if closing else 1
                if self.hidden_depth == 0:
                    self.hidden = ""
        elif not closing and name not in _VOID and (name in _HIDDEN or (attributes and _is_invisible(attributes))):
            self.hidden, self.hidden_depth = name, 1
        elif name in ("table", "tr", "td", "th"):
            self.put_table_tag(name, closing, attributes)
        elif name in _BLOCK:
            if name == "pre":
                self.pre = max(0, self.pre + (-1 if closing else 1))
            self.put("\n")
        return at

    def put(self, text: str) -> None:
        self.size += len(text)
        target = self.root
        for table in reversed(self.tables):
            if table.cell is not None:
                target = table.cell
                break
            # Text between a table's rows stands before the table, as browsers show it.
        target.append(text)

    def put_text(self, text: str) -> None:
        if self.hidden:
            return
        if _SOFT_BREAK in text:
            text = text.replace(_SOFT_BREAK, " ")
        if not self.pre:
            text = _BLANKS.sub(_blank, text)
        if "&" in text:
            text = _unescape(text)
        self.put(text)

    def put_table_tag(self, name: str, closing: bool, attributes: str) -> None:
        if name == "table" and (self.ignored_tables or (not closing and len(self.tables) >= _DEEPEST_TABLE)):
            self.ignored_tables += -1 if closing else 1
        elif name == "table" and not closing:
            if self.tables:
                self.tables[-1].nested = True
            self.put("\n")
            self.tables.append(_Table())
            return
        elif name == "table":
            self.close_table()
            return
        if self.ignored_tables or not self.tables:
            self.put("\n")
            return
        table = self.tables[-1]
        before = table.cells
        if closing:
            table.end_cell()
        elif name == "tr":
            table.begin_row()
        else:
            table.begin_cell(attributes)
        self.size += table.cells - before

    def close_table(self) -> None:
        if self.tables:
            size = self.size
            self.put(f"\n{self.tables.pop().text()}\n")
            self.size = size  # its text was counted as it came

    def skip_raw(self, name: str, at: int) -> int:
        closing = _closing(name).search(self.page, at)
        return closing.end() if closing else len(self.page)

    def read_title(self, at: int) -> int:
        closing = _closing("title").search(self.page, at)
        if closing is None:
            return len(self.page)  # an open title swallows the page, in browsers too
        if self.title is None:
            self.title = _short(self.page[at : closing.start()])
        return int(closing.end())

    def read_meta(self, attributes: str) -> None:
        if self.meta_title is None and _META_TITLE.search(attributes) and (content := _CONTENT.search(attributes)):
            self.meta_title = _short(content[1] or content[2] or "")


def _is_invisible(attributes: str) -> bool:
    if _NO_DISPLAY.search(attributes):
        return True
    return "hidden" in attributes and bool(_HIDDEN_ATTRIBUTE.search(_QUOTED.sub("", attributes)))


@functools.cache
def _closing(name: str) -> regex.Pattern[str]:
    return regex.compile(rf"</{name}\b[^>]*+>?", regex.IGNORECASE)


def _after(page: str, mark: str, at: int) -> int:
    found = page.find(mark, at)
    return found + len(mark) if found >= 0 else len(page)


def _blank(run: regex.Match[str]) -> str:
    return _SOFT_BREAK if "\n" in run[0] or "\r" in run[0] else " "


def _unescape(text: str) -> str:
    # int() refuses references of thousands of digits; those written in digits must not look like cells and lines.
    return unescape(_ODD_REFERENCE.sub(lambda odd: " " if odd[1] else "\ufffd", text))


def _short(text: str) -> str | None:
    return _BLANKS.sub(" ", _unescape(text[:1000])).strip(_EDGES) or None


def _one_line(cell: str) -> str:
    return " ".join(filter(None, (_tidy(line.replace("\t", " ")) for line in cell.split("\n"))))


def _tidy(line: str) -> str:
    """A line of the text, soft breaks resolved and edges trimmed unless they are blank cells; "" if it is blank."""
    if _SOFT_BREAK in line:
        line = _SOFT_RUN.sub(" ", _WRAPPED.sub("", line))
    if "\t" in line:
        return line if line.strip(_EDGES) else ""
    return line.strip(_EDGES)
