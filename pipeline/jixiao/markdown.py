"""Markdown marks out of the text, and what they said of each line kept beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import regex

from jixiao import outline
from jixiao.lexicon import Lexicon
from jixiao.textmap import Edit, View


class Mark(msgspec.Struct, frozen=True):
    """What the Markdown marks of one line said. ``bold_end`` is a source offset, 0 for none."""

    level: int = 0
    bold_end: int = 0
    item: bool = False
    bold: bool = False  # all of it


NO_MARK = Mark()
# The standard library's engine is the faster one for plain patterns that almost no line holds.
_SIGN = re.compile(r"[#*_`~|$\\│┃]")
_SIGN_AT_HEAD = re.compile(r"[ \t]*(?:>|[-+] |[•●◆■▪])|[-=]{3}")
_HEAD = regex.compile(
    r"[ \t]*+(?P<quote>(?:>++(?:[ \t]++|$))*+(?!\d))?(?P<hash>#{1,6}+(?:[ \t]++|(?=[\p{Han}（(《“*])))?"
    r"(?P<item>(?:[-*+](?=[ \t]++[^\s-])(?![ \t]*+\d{1,4}[ \t]*+-)|[•●◆■▪])[ \t]*+)?"  # «- 3 -» is a page number
)
_RULE_LINE = regex.compile(r"[ \t]*+(?:(?:[-=_*~][ \t]*+){3,}+|(?:`{3,}|~{3,})\w{0,20})[ \t]*+")
_PIPE_RULE = regex.compile(
    r"[ \t]*+[|│┃]?(?:[ \t]*+:?-+:?[ \t]*+[|│┃┼+])*+(?:[ \t]*+:?-+:?[ \t]*+)?[ \t]*+|[─━┌┐└┘├┤┬┴┼═╔╗╚╝╠╣╦╩╬ \t]+"
)
_SPAN = regex.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+.!|~>-])"
    r"|(?P<image>!\[[^\[\]\n]{0,200}\]\([^()\s]{0,500}\))"
    r"|(?P<link>\[(?P<label>[^\[\]\n]{1,200})\]\([^()\s]{0,500}\))"
    r"|(?P<math>\$(?=[^$\n]{1,300}\$)(?=[^$\n]*[\\<>^_]))(?P<formula>[^$\n]{1,300})\$"
    r"|(?P<mark>\*\*|__|~~)|(?P<code>(?P<tick>`{1,2}+)[^`\n]{1,200}(?P=tick))"
    r"|(?<![A-Za-z\d*)）%])\*(?P<figure>\d[\d,，.]{0,20})\*(?![A-Za-z\d*])|(?P<star>\*)"  # *96.8*%, but not 600元*50人*2
)
_BORDER = regex.compile(r"[ \t]*+(?<!\\)[|│┃][ \t]*+")
_MATH = regex.compile(
    r"\\(?:text|mathrm|mathbf|operatorname)\s*\{|\\(?P<name>[A-Za-z]{1,20})\s?|\\(?P<char>[%$#&_{}, ;!])|[{}]"
)
_MATH_SIGNS = {
    **dict.fromkeys(("geq", "ge", "geqslant"), "≥"),
    **dict.fromkeys(("leq", "le", "leqslant"), "≤"),
    "times": "×",
    "div": "÷",
    "sim": "~",
    "pm": "±",
    "neq": "≠",
    "ne": "≠",
    "approx": "≈",
    "cdot": "·",
    "lt": "<",
    "gt": ">",
    "sum": "Σ",
    "Sigma": "Σ",
    "Delta": "Δ",
    "rightarrow": "→",
    "permil": "‰",
    "sqrt": "√",
    "circ": "°",
}


def remove_markdown(view: View, lexicon: Lexicon) -> tuple[View, list[Mark]]:
    """``view`` without Markdown marks, pipe tables as rows with tabs; and what the marks said of each of its lines."""
    edits: list[Edit] = []
    noted: dict[int, _Unmarked] = {}
    lines = view.text.split("\n")
    fences = sum(1 for line in lines if line.startswith("```"))
    open_bold: tuple[int, Edit] | None = None
    at = 0
    for number, line in enumerate(lines):
        if line and (_SIGN.search(line) or _SIGN_AT_HEAD.match(line) or "](" in line):
            piped = _is_piped(lines, number)
            if (piped and _PIPE_RULE.fullmatch(line)) or (
                _RULE_LINE.fullmatch(line) and (fences > 1 or line.lstrip()[0] != "`")
            ):
                edits.append(Edit(at, at + len(line), ""))
            else:
                unmarked = _unmark_line(line, at, piped, lexicon)
                edits.extend(unmarked.edits)
                noted[number] = unmarked
                if unmarked.lone_bold is not None:
                    # Bold text that a broken line cut in two: the mark that opens it, and the one below that closes it.
                    if open_bold is not None and number - open_bold[0] <= 4:
                        edits += (open_bold[1], unmarked.lone_bold)
                        open_bold = None
                    else:
                        open_bold = number, unmarked.lone_bold
        at += len(line) + 1
    marks = [NO_MARK] * len(lines)
    for number, unmarked in noted.items():
        if unmarked.level or unmarked.item or unmarked.bold_end:
            bold_end = view.source_span(unmarked.bold_end - 1, unmarked.bold_end)[1] if unmarked.bold_end else 0
            marks[number] = Mark(unmarked.level, bold_end, unmarked.item, unmarked.bold)
    edits.sort()
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


class _Unmarked(msgspec.Struct):
    """The edits of one line, and what they took away; offsets into the view, ``bold_end`` 0 for none."""

    edits: list[Edit]
    level: int = 0
    item: bool = False
    bold_end: int = 0
    bold: bool = False
    lone_bold: Edit | None = None


def _unmark_line(line: str, at: int, piped: bool, lexicon: Lexicon) -> _Unmarked:
    """What ``line``, which begins at ``at``, is without its marks."""
    found = _Unmarked(list(_pipe_edits(line, at)) if piped else [])
    begin = 0 if piped else _unmark_head(line, at, found)
    edits = found.edits
    pending: dict[str, tuple[int, int]] = {}
    bold: list[tuple[int, int]] = []
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
        elif match["figure"]:
            edits += (Edit(at + start, at + start + 1, ""), Edit(at + end - 1, at + end, ""))
        elif match["mark"]:
            mark = match["mark"]
            opening = pending.pop(mark, None)
            if opening is None:
                pending[mark] = start, end
            elif mark != "__" or line[opening[1] : start].strip(" _"):  # else the blank of a form, to be filled in
                edits += (Edit(at + opening[0], at + opening[1], ""), Edit(at + start, at + end, ""))
                if mark != "~~":
                    bold.append((opening[0], end))
        elif _is_emphasis(line):
            edits.append(Edit(at + start, at + end, ""))
    if "**" in pending:
        start, end = pending["**"]
        found.lone_bold = Edit(at + start, at + end, "")
    bold_end = _bold_lead(line, begin, bold, lexicon)
    if bold_end:
        found.bold_end = at + bold_end
        found.bold = not line[bold_end:].strip(" *_:：")
    return found


def _unmark_head(line: str, at: int, found: _Unmarked) -> int:
    """Takes the marks off the beginning of ``line`` (and the closing # marks off its end); where its text begins."""
    head = _HEAD.match(line)
    if head is None or head.end() == len(line) or not (head["hash"] or head["item"] or head["quote"]):
        return 0
    found.level = len(head["hash"].strip()) if head["hash"] else 0
    found.item = bool(head["item"])
    found.edits.append(Edit(at, at + head.end(), ""))
    text = line.rstrip()
    closing = len(text) - len(text.rstrip("#"))
    if found.level and closing and text[:-closing][-1:] == " ":
        found.edits.append(Edit(at + len(text) - closing, at + len(text), ""))
    return int(head.end())


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


def _is_emphasis(line: str) -> bool:
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
