"""A report as one web page: its text with every claim marked and explained, beside a table of the claims.

The page needs nothing from outside and runs nothing but its own script: everything from the document is escaped, and a
content security policy allows only the style and the script that are part of the program.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import PurePath
from string import Template

import msgspec

from jixiao import __version__
from jixiao.analyse import Report
from jixiao.clean import clean
from jixiao.export.labels import value as label
from jixiao.lexicon import load
from jixiao.messages import Language, Messages
from jixiao.records import CATEGORIES, Claim, Section
from jixiao.textmap import View

_LONGEST_HEADING = 80
_STRETCH = 48  # characters taken at once where the view is the source to the letter
_STOPS = ("。", "；", "：", "，", "！", "？")


class Mark(msgspec.Struct, frozen=True):
    """Claims that share characters of the source, shown as one highlight; ``claims`` index ``report.claims``."""

    start: int
    end: int
    claims: tuple[int, ...]


def page(report: Report, language: Language = "zh") -> str:
    """The page of one report."""
    say = Messages(language)
    marks = _marks(report.claims)
    mark_of = {at: n for n, mark in enumerate(marks) for at in mark.claims}
    body = _Body(report, marks)
    skeleton, policy = template("report.html")
    document = report.document
    title = document.title or PurePath(document.path).name
    return skeleton.substitute(
        language="zh-CN" if language == "zh" else "en",
        title=escape(title),
        csp=policy,
        subtitle=_subtitle(report, language, say),
        notices=_notices(report, say),
        contents_head=escape(say("page_contents")),
        contents=_contents(report),
        text=body.html() or f'<p class="empty">{escape(say("page_no_text"))}</p>',
        claims_head=escape(say("page_claims")),
        chips=_chips(report.claims, language),
        search=escape(say("page_filter")),
        reset=escape(say("page_reset")),
        shown=escape(say("page_shown", shown=len(report.claims), total=len(report.claims))),
        heads=_heads(say),
        rows="".join(_row(at, claim, mark_of[at], body.reading(claim)) for at, claim in enumerate(report.claims)),
        none=escape(say("extract_none") if not report.claims else say("page_none")),
        footer=escape(
            say("page_footer", version=__version__, doc_id=document.doc_id, characters=f"{document.characters:,}")
        ),
        data=_data(report, mark_of, [body.reading(claim) for claim in report.claims], say, language),
    )


@cache
def template(name: str) -> tuple[Template, str]:
    """A page with its style and script, and the policy that allows these two and nothing else."""
    text = (files("jixiao.export") / name).read_text(encoding="utf-8")
    style = text.split("<style>", 1)[1].split("</style>", 1)[0]
    script = text.split("<script>", 1)[1].split("</script>", 1)[0]
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    return Template(text), policy


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _marks(claims: Sequence[Claim]) -> list[Mark]:
    marks: list[Mark] = []
    for at in sorted(range(len(claims)), key=lambda at: (claims[at].start, -claims[at].end)):
        claim = claims[at]
        if marks and claim.start < marks[-1].end:
            last = marks[-1]
            marks[-1] = Mark(last.start, max(last.end, claim.end), (*last.claims, at))
        else:
            marks.append(Mark(claim.start, claim.end, (at,)))
    return marks


class _Body:
    """The text of the document as HTML, paragraph for paragraph of the cleaned view.

    Shown are the characters of the source, not those of the view: what cleaning mended reads as printed, what it
    removed between words (line breaks, page numbers) is left out, and inside a claim nothing is left out.
    """

    def __init__(self, report: Report, marks: Sequence[Mark]) -> None:
        self._report = report
        self._cleaned = clean(report.source_text, load())
        self._view: View = self._cleaned.view
        self._source = report.source_text
        self._marks = marks
        self._next = 0  # the first mark not shown yet
        self._shown = 0  # up to here the source has been shown or passed over

    def html(self) -> str:
        return "".join(self._blocks())

    def _blocks(self) -> Iterator[str]:
        headings = self._headings()
        begun = False  # before the first sentence or heading stand the lines of the report's title
        for at, block in enumerate(self._cleaned.blocks):
            sections = headings.get(at, [])
            begun = begun or bool(sections)
            if block.kind == "table":
                yield "".join(_anchor(n) for n, _ in sections)
                yield self._table(block.start, block.end)
                continue
            text = self._span(block.start, block.end)
            plain = self._view.text[block.start : block.end]
            anchors = "".join(_anchor(n) for n, _ in sections)
            if sections and _same_words(plain, sections[-1][1].title) and len(plain) <= _LONGEST_HEADING:
                level = min(max(sections[-1][1].level, 1) + 1, 6)
                yield f"<h{level}>{anchors}{text}</h{level}>\n"
            else:
                title = not begun and len(plain) <= _LONGEST_HEADING and plain.strip()[-1:] not in _STOPS
                yield f"<p{' class=lead' if title else ''}>{anchors}{text}</p>\n"
                begun = begun or not title
        rest = [self._mark(n) for n in range(self._next, len(self._marks))]
        if rest:
            yield f"<p>{' '.join(rest)}</p>\n"

    def _headings(self) -> dict[int, list[tuple[int, Section]]]:
        """The sections that begin in each block, by the block's position."""
        found: dict[int, list[tuple[int, Section]]] = {}
        blocks = self._cleaned.blocks
        at = 0
        for n, section in sorted(enumerate(self._report.sections), key=lambda item: item[1].start):
            position = self._view.position(section.start)
            while at + 1 < len(blocks) and blocks[at].end <= position:
                at += 1
            found.setdefault(at, []).append((n, section))
        return found

    def _table(self, start: int, end: int) -> str:
        lines, at = [], start
        for line in self._view.text[start:end].split("\n"):
            cells = []
            for cell in line.split("\t"):
                cells.append(self._span(at, at + len(cell)))
                at += len(cell) + 1
            lines.append(cells)
        width = max(map(len, lines))
        rows = []
        for cells in lines:
            # A short row is a caption or a cell merged over the rest of the table.
            spread = f' colspan="{width - len(cells) + 1}"' if len(cells) < width else ""
            last = len(cells) - 1
            rows.append(
                "<tr>"
                + "".join(f"<td{spread if n == last else ''}>{cell}</td>" for n, cell in enumerate(cells))
                + "</tr>"
            )
        return '<div class="grid" tabindex="0"><table>' + "\n".join(rows) + "</table></div>\n"

    def _span(self, start: int, end: int) -> str:
        """What ``view.text[start:end]`` stands for in the source, with the marks in it."""
        out: list[str] = []
        view, source, marks = self._view, self._source, self._marks
        at = retry = start
        while at < end:
            mark = marks[self._next] if self._next < len(marks) else None
            if at >= retry:
                retry = min(at + _STRETCH, end)
                first, last = view.source_span(at, retry)
                before_mark = mark is None or last <= mark.start
                if before_mark and first >= self._shown and source[first:last] == view.text[at:retry]:
                    out.append(escape(source[first:last]))
                    self._shown = last
                    at = retry
                    continue
            first, last = view.source_span(at, at + 1)
            if mark is not None and mark.start < last and first < last:
                if max(first, self._shown) < mark.start:
                    out.append(escape(source[max(first, self._shown) : mark.start]))
                out.append(self._mark(self._next))
                self._next += 1
                self._shown = mark.end
                continue
            if first == last:
                if first >= self._shown:
                    out.append(escape(view.text[at]))
            elif last > self._shown:
                out.append(escape(source[max(first, self._shown) : last]))
                self._shown = last
            at += 1
        return "".join(out)

    def _mark(self, n: int) -> str:
        mark = self._marks[n]
        claims = self._report.claims
        category = CATEGORIES.index(claims[mark.claims[0]].category)
        numbers = " ".join(str(at + 1) for at in mark.claims)
        return (
            f'<mark id="m{n}" class="c{category}" data-c="{numbers}" tabindex="0" aria-describedby="explain">'
            f"{''.join(self._quoted(mark.start, mark.end))}</mark>"
        )

    def _quoted(self, start: int, end: int) -> Iterator[str]:
        """``source[start:end]`` to the letter, what cleaning took out of it (marks of Markdown, a page number) in faint."""
        for text, kept in self._pieces(start, end):
            yield escape(text) if kept or not text.strip() else f'<span class="gone">{escape(text)}</span>'

    def _pieces(self, start: int, end: int) -> Iterator[tuple[str, bool]]:
        at = start
        for position in range(self._view.position(start), self._view.position(end)):
            first, last = self._view.source_span(position, position + 1)
            if first > at:
                yield self._source[at:first], False
            if last > max(first, at):
                yield self._source[max(first, at) : min(last, end)], True
                at = min(last, end)
        if at < end:
            yield self._source[at:end], False

    def reading(self, claim: Claim) -> str:
        """A claim's quantity on one line, without what cleaning took out of it."""
        kept = "".join(text for text, kept in self._pieces(claim.start, claim.end) if kept)
        return "".join((kept or claim.text).split())


def _anchor(n: int) -> str:
    return f'<span class="anchor" id="s{n}"></span>'


def _same_words(text: str, title: str) -> bool:
    return "".join(text.split()) == "".join(title.split())


def _subtitle(report: Report, language: Language, say: Messages) -> str:
    document = report.document
    kind = label(document.document_type, language) if document.document_type != "other" else None
    year = say("page_year", year=document.fiscal_year) if document.fiscal_year else None
    name = PurePath(document.path).name if document.title else None
    items = [document.organisation, document.region, year, kind, name]
    return "".join(f"<li>{escape(item)}</li>" for item in items if item)


def _notices(report: Report, say: Messages) -> str:
    document = report.document
    notices = [*([document.reason] if document.reason else []), *document.warnings]
    if not notices:
        return ""
    return (
        f'<ul class="notices" aria-label="{escape(say("page_notices"))}">'
        + "".join(f"<li>{escape(n)}</li>" for n in notices)
        + "</ul>"
    )


def _contents(report: Report) -> str:
    counts: dict[str | None, int] = {}
    for claim in report.claims:
        counts[claim.section_id] = counts.get(claim.section_id, 0) + 1
    lines = []
    for n, section in enumerate(report.sections):
        count = counts.get(section.section_id)
        number = f'<span class="n">{count}</span>' if count else ""
        lines.append(f'<li class="l{min(section.level, 5)}"><a href="#s{n}">{escape(section.title)}</a>{number}</li>')
    return "".join(lines)


def _chips(claims: Sequence[Claim], language: Language) -> str:
    counts = {category: sum(claim.category == category for claim in claims) for category in CATEGORIES}
    return "".join(
        f'<button type="button" class="chip c{n}" data-k="{n}" aria-pressed="false">{escape(category)}'
        f'<span class="n">{counts[category]}</span></button>'
        for n, category in enumerate(CATEGORIES)
        if counts[category]
    )


def _heads(say: Messages) -> str:
    keys = ("n", "category", "entity", "value")
    names = (say("page_number"), say("col_category"), say("col_entity"), say("col_quantity"))
    return "".join(
        f'<th scope="col" class="h-{key}"{" aria-sort=ascending" if key == "n" else ""}>'
        f'<button type="button" data-s="{key}">{escape(name)}</button></th>'
        for key, name in zip(keys, names, strict=True)
    )


def _row(at: int, claim: Claim, mark: int, quantity: str) -> str:
    what = escape(claim.entity or "—")
    action = f' <span class="act">{escape(claim.action)}</span>' if claim.action else ""
    return (
        f'<tr data-c="{at + 1}"><td class="num"><a href="#m{mark}">{at + 1}</a></td>'
        f'<td><span class="tag c{CATEGORIES.index(claim.category)}">{escape(claim.category)}</span></td>'
        f'<td>{what}{action}</td><td class="num">{escape(quantity)}</td></tr>\n'
    )


def _data(report: Report, mark_of: dict[int, int], quantities: Sequence[str], say: Messages, language: Language) -> str:
    """What the script needs of each claim, as JSON that cannot end its element."""
    number = {claim.claim_id: at for at, claim in enumerate(report.claims)}
    titles = {section.section_id: " › ".join(section.path) for section in report.sections}
    lines = _line_numbers(report)
    items = []
    for at, claim in enumerate(report.claims):
        same = number.get(claim.same_as) if claim.same_as else None
        facts = [
            (say("page_value"), _value(claim, language)),
            (say("page_period"), claim.period or ""),
            (say("page_change"), label(claim.change, language)),
            (say("page_qualifiers"), "；".join(claim.qualifiers)),
            (say("page_column"), claim.column or ""),
            (say("page_section"), titles.get(claim.section_id or "", label(claim.section_label, language))),
            (
                say("page_place"),
                say("page_line", line=lines[at], start=claim.start, end=claim.end)
                + (f" · {say('page_page', page=claim.page)}" if claim.page else ""),
            ),
            (
                say("page_confidence"),
                say("page_sure", claim=f"{claim.confidence:.0%}", category=f"{claim.category_confidence:.0%}"),
            ),
        ]
        items.append(
            {
                "m": mark_of[at],
                "k": CATEGORIES.index(claim.category),
                "e": claim.entity,
                "a": claim.action,
                "t": quantities[at],
                "v": min(float(claim.value), sys.float_info.max),  # JSON knows no infinity
                "f": [fact for fact in facts if fact[1]],
                "s": None if same is None else same + 1,
                "q": claim.sentence,
            }
        )
    words = {
        "same": say("page_same"),
        "shown": say("page_shown", shown="{shown}", total="{total}"),
        "nothing": say("page_no_entity"),
    }
    text = json.dumps(
        {"claims": items, "categories": CATEGORIES, "words": words},
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )
    return (
        text.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def _line_numbers(report: Report) -> list[int]:
    lines: dict[int, int] = {}
    at, line = 0, 1
    for start in sorted({claim.start for claim in report.claims}):
        line += report.source_text.count("\n", at, start)
        at = start
        lines[start] = line
    return [lines[claim.start] for claim in report.claims]


def _value(claim: Claim, language: Language) -> str:
    text = _number(claim.value)
    if claim.value_max is not None:
        text += f" – {_number(claim.value_max)}"
    text += f" {claim.unit}" if claim.unit else ""
    return text if claim.approx == "exact" else f"{text}（{label(claim.approx, language)}）"


def _number(value: Decimal) -> str:
    exponent = value.adjusted()
    return f"{value:,f}" if -20 < exponent < 30 else str(value)
