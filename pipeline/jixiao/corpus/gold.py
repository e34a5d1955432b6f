"""The gold markup: stand-off annotation in a text file that people write, read and review.

Beside a document ``NAME.txt`` stands ``NAME.txt.gold``. Blocks begin with ``== claims``, ``== sections``, ``== targets``,
``== budgets``, ``== links`` and ``== findings``; a line is one annotation, its fields parted by `` | ``, and ``#`` begins a
comment line. The first field is a snippet of the source with the annotated span in square brackets and as much around it
as makes it plain; a line break is written ⏎, a carriage return ␍, a form feed ␌, a tab ⇥ and a bar ¦, and a square bracket of the
source may be written ⟦ or ⟧ where it could be taken for a mark::

    == claims
    及时调处劳资纠纷[1513 宗]，帮助 | = 1513 宗 | 劳资纠纷 | 调处 | 数量 社会效益 | 2020
    涉及职工[30人以上]劳资纠纷 | ? > 30 人 | 职工 | 涉及 | 数量

The second field of a claim is ``?`` for a qualifier, then how the value is meant (``=`` exact, ``~`` about, ``>`` more, ``<``
less), the value in base units or ``low..high``, and the unit. Then entity, action, categories (one or two), and the
period if it is known. Lines of a block stand in the order of the text: a snippet is looked for from the beginning of the one
before. :func:`read_gold` refuses what does not fit, with the line's number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal, get_args

import msgspec

from jixiao.analyse import Report
from jixiao.records import (
    CATEGORIES,
    SECTION_LABELS,
    Approx,
    Basis,
    Category,
    Comparator,
    SectionLabel,
    Severity,
    Verdict,
)

SIGNS: dict[str, Approx] = {"=": "exact", "~": "about", ">": "more", "<": "less"}
MARKS: dict[Approx, str] = {approx: sign for sign, approx in SIGNS.items()}
VISIBLE = {"\n": "⏎", "\r": "␍", "\f": "␌", "\t": "⇥", "|": "¦"}
_SHOW = str.maketrans(VISIBLE)
_BRACKETS = str.maketrans("[]", "⟦⟧")
_PLAIN = str.maketrans("⟦⟧", "[]")
CONTEXT = 8  # characters of the source that a drafted snippet shows on either side

Role = Literal["claim", "qualifier"]


class GoldError(ValueError):
    """A line of a gold file that does not fit; the message names file and line."""


class GoldMention(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity as a person sees it; ``start`` and ``end`` are source offsets, ``category`` all labels that are right."""

    start: int
    end: int
    text: str
    role: Role
    value: Decimal
    value_max: Decimal | None
    approx: Approx
    unit: str
    entity: str
    action: str
    category: tuple[Category, ...]
    period: str | None


class GoldSection(msgspec.Struct, frozen=True, kw_only=True):
    """A heading; ``end`` is where its section ends, from the levels of the headings after it."""

    start: int
    end: int
    title: str
    level: int
    label: SectionLabel


class GoldTarget(msgspec.Struct, frozen=True, kw_only=True):
    start: int
    end: int
    text: str
    level1: str
    level2: str
    indicator: str
    comparator: Comparator
    value: Decimal | None
    value_max: Decimal | None
    unit: str
    actual_text: str | None
    weight: Decimal | None
    score: Decimal | None


class GoldBudget(msgspec.Struct, frozen=True, kw_only=True):
    start: int
    end: int
    text: str
    item: str
    basis: Basis
    amount: Decimal
    fiscal_year: str | None


class GoldLink(msgspec.Struct, frozen=True, kw_only=True):
    """Claims (by their spans) that answer a target or budget line of ``file`` (None: the same document)."""

    claims: tuple[tuple[int, int], ...]
    file: str | None
    target: str
    verdict: Verdict


class GoldFinding(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    severity: Severity
    message: str
    evidence: tuple[tuple[int, int], ...]


class Gold(msgspec.Struct, frozen=True, kw_only=True):
    """All that a gold file says; ``blocks`` names those it has, for an empty block says that there is nothing to find."""

    blocks: frozenset[str]
    mentions: tuple[GoldMention, ...] = ()
    sections: tuple[GoldSection, ...] = ()
    targets: tuple[GoldTarget, ...] = ()
    budgets: tuple[GoldBudget, ...] = ()
    links: tuple[GoldLink, ...] = ()
    findings: tuple[GoldFinding, ...] = ()


class _Line(msgspec.Struct, frozen=True):
    name: str
    number: int
    fields: tuple[str, ...]

    def error(self, message: str) -> GoldError:
        return GoldError(f"{self.name}:{self.number}: {message}")

    def field(self, index: int, default: str = "") -> str:
        return self.fields[index] if index < len(self.fields) else default


def read_gold(text: str, source: str, name: str = "gold") -> Gold:
    """Read a gold file's ``text`` against its document's ``source`` text; raises :class:`GoldError` on what does not fit."""
    blocks: dict[str, list[_Line]] = {}
    current: list[_Line] | None = None
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not raw.strip() or raw.startswith("#"):
            continue
        if raw.startswith("== "):
            title = raw[3:].strip()
            if title not in ("claims", "sections", "targets", "budgets", "links", "findings") or title in blocks:
                raise GoldError(f"{name}:{number}: unknown or repeated block {title!r}")
            current = blocks[title] = []
            continue
        if current is None:
            raise GoldError(f"{name}:{number}: annotation before the first block")
        current.append(_Line(name, number, tuple(field.strip() for field in raw.split(" | "))))
    return Gold(
        blocks=frozenset(blocks),
        mentions=tuple(_mentions(blocks.get("claims", ()), source)),
        sections=tuple(_sections(blocks.get("sections", ()), source)),
        targets=tuple(_targets(blocks.get("targets", ()), source)),
        budgets=tuple(_budgets(blocks.get("budgets", ()), source)),
        links=tuple(_links(blocks.get("links", ()), source)),
        findings=tuple(_findings(blocks.get("findings", ()), source)),
    )


def locate(snippet: str, source: str, after: int = 0) -> tuple[int, int] | None:
    """The span of the bracketed part of ``snippet`` in ``source``, the first that begins at or after ``after``, or None.

    Brackets of the source itself may stand inside the marks or before them: the closing mark is the snippet's last ``]``, the
    opening one the first ``[`` with which the rest is found.
    """
    shown, text = snippet.translate(_SHOW), _shown(source)
    opened, closed = shown.find("["), shown.rfind("]")
    while 0 <= opened < closed:
        pieces = (shown[:opened], shown[opened + 1 : closed], shown[closed + 1 :])
        before, inside, behind = (piece.translate(_PLAIN) for piece in pieces)
        place = text.find(before + inside + behind, max(0, after - len(before)))
        if inside and place >= 0:
            return place + len(before), place + len(before) + len(inside)
        opened = shown.find("[", opened + 1)
    return None


@lru_cache(maxsize=4)
def _shown(source: str) -> str:
    """``source`` as snippets show it, so that a ⏎ or ¦ that was printed is found as well as one that stands for another."""
    return source.translate(_SHOW).translate(_PLAIN)


def _located(lines: Iterable[_Line], source: str) -> Iterator[tuple[_Line, int, int]]:
    after = 0
    for line in lines:
        span = locate(line.fields[0], source, after)
        if span is None:
            raise line.error(f"the text does not have {line.fields[0]!r} at or after the line before")
        yield line, *span
        after = span[0] + 1


def _decimal(line: _Line, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise line.error(f"{text!r} is no number")
    return number


def _value(line: _Line, text: str) -> tuple[Decimal, Decimal | None]:
    low, dots, high = text.partition("..")
    return _decimal(line, low), _decimal(line, high) if dots else None


def _mentions(lines: Iterable[_Line], source: str) -> Iterator[GoldMention]:
    last_end = 0
    for line, start, end in _located(lines, source):
        words = line.field(1).split(" ", 3)
        role: Role = "claim"
        if words and words[0] == "?":
            role, words = "qualifier", line.field(1)[1:].split()
        if len(words) < 2 or words[0] not in SIGNS:
            raise line.error("the value reads: [?] = ~ > or <, the value, the unit")
        value, value_max = _value(line, words[1])
        categories = tuple(line.field(4).split())
        if len(categories) not in (1, 2) or any(category not in CATEGORIES for category in categories):
            raise line.error(f"categories are one or two of {' '.join(CATEGORIES)}")
        if start < last_end:
            raise line.error("overlaps the mention before")
        last_end = end
        yield GoldMention(
            start=start,
            end=end,
            text=source[start:end],
            role=role,
            value=value,
            value_max=value_max,
            approx="range" if value_max is not None else SIGNS[words[0]],
            unit=" ".join(words[2:]),
            entity=line.field(2),
            action=line.field(3),
            category=categories,  # type: ignore[arg-type]
            period=line.field(5) or None,
        )


def _sections(lines: Iterable[_Line], source: str) -> Iterator[GoldSection]:
    found: list[tuple[int, int, int, SectionLabel]] = []
    for line, start, end in _located(lines, source):
        label = line.field(2)
        if not line.field(1).isdecimal() or label not in SECTION_LABELS:
            raise line.error("a section reads: [heading] | level | label")
        found.append((start, end, int(line.field(1)), label))
    ends = section_ends([(start, level) for start, _, level, _ in found], len(source))
    for (start, heading_end, level, label), end in zip(found, ends, strict=True):
        yield GoldSection(start=start, end=end, title=source[start:heading_end], level=level, label=label)


def section_ends(headings: Sequence[tuple[int, int]], length: int) -> list[int]:
    """Where the sections end whose ``headings`` (start, level) are given in the order of a text of ``length`` characters."""
    return [
        next((start for start, deeper in headings[i + 1 :] if deeper <= level), length)
        for i, (_, level) in enumerate(headings)
    ]


def _targets(lines: Iterable[_Line], source: str) -> Iterator[GoldTarget]:
    for line, start, end in _located(lines, source):
        path = line.field(1).split("/", 2)
        words = line.field(2).split(" ", 2)
        if len(path) != 3 or words[0] not in get_args(Comparator):
            raise line.error(
                "a target reads: [cell] | level1/level2/indicator | comparator value unit | actual=… weight=…"
            )
        qualitative = words[0] == "qualitative"
        value, value_max = (None, None) if qualitative or len(words) < 2 else _value(line, words[1])
        extra = dict(field.split("=", 1) for field in line.fields[3:] if "=" in field)
        yield GoldTarget(
            start=start,
            end=end,
            text=source[start:end],
            level1=path[0],
            level2=path[1],
            indicator=path[2],
            comparator=words[0],  # type: ignore[arg-type]
            value=value,
            value_max=value_max,
            unit=words[2] if len(words) > 2 else "",
            actual_text=extra.get("actual") or None,
            weight=_decimal(line, extra["weight"]) if "weight" in extra else None,
            score=_decimal(line, extra["score"]) if "score" in extra else None,
        )


def _budgets(lines: Iterable[_Line], source: str) -> Iterator[GoldBudget]:
    for line, start, end in _located(lines, source):
        if line.field(2) not in get_args(Basis):
            raise line.error("a budget reads: [amount] | item | basis | yuan | year")
        yield GoldBudget(
            start=start,
            end=end,
            text=source[start:end],
            item=line.field(1),
            basis=line.field(2),  # type: ignore[arg-type]
            amount=_decimal(line, line.field(3)),
            fiscal_year=line.field(4) or None,
        )


def _links(lines: Iterable[_Line], source: str) -> Iterator[GoldLink]:
    for line in lines:
        spans = [locate(snippet, source) for snippet in line.fields[0].split(" + ")]
        if any(span is None for span in spans) or line.field(2) not in get_args(Verdict):
            raise line.error("a link reads: [claim] + [claim] | file: indicator | verdict")
        file, colon, target = line.field(1).partition(": ")
        yield GoldLink(
            claims=tuple(span for span in spans if span),
            file=file if colon else None,
            target=target if colon else line.field(1),
            verdict=line.field(2),  # type: ignore[arg-type]
        )


def _findings(lines: Iterable[_Line], source: str) -> Iterator[GoldFinding]:
    for line in lines:
        spans = [locate(snippet, source) for snippet in line.fields[3:]]
        if line.field(1) not in get_args(Severity) or any(span is None for span in spans):
            raise line.error("a finding reads: code | severity | message | [quote] | [quote] …")
        yield GoldFinding(
            code=line.field(0),
            severity=line.field(1),  # type: ignore[arg-type]
            message=line.field(2),
            evidence=tuple(span for span in spans if span),
        )


def draft(report: Report) -> str:
    """A gold file with what the program found, for a person to correct: sections and claims, in the order of the text."""
    source = report.source_text
    lines = ["== sections"]
    for section in report.sections:
        heading = section.start + max(1, heading_length(source, section.start, section.title))
        lines.append(f"{_snippet(source, section.start, heading, 0)} | {section.level} | {section.label}")
    lines += ["", "== claims"]
    last = 0
    for claim in report.claims:
        if claim.start < last:
            continue
        last = claim.end
        value = str(claim.value) if claim.value_max is None else f"{claim.value}..{claim.value_max}"
        meant = f"{MARKS.get(claim.approx, '=')} {value} {claim.unit}".strip()
        fields = [_snippet(source, claim.start, claim.end, CONTEXT), meant, claim.entity, claim.action, claim.category]
        lines.append(" | ".join([*fields, claim.period or ""]).rstrip(" |"))
    return "\n".join(lines) + "\n"


def write_gold(gold: Gold, source: str) -> str:
    """The gold file that :func:`read_gold` reads as ``gold``; every snippet has as much context as its place needs.

    Raises :class:`GoldError` where the markup cannot say it: overlapping mentions, spans without text, records that are not
    in the order of the text, a line break or a ``" | "`` in a field, a section's end that its level does not tell.
    """
    blocks = {
        "sections": _lines(
            (
                (section.start, section.start + len(section.title), _section_fields(section))
                for section in gold.sections
            ),
            source,
        ),
        "claims": _lines(((mention.start, mention.end, _mention_fields(mention)) for mention in gold.mentions), source),
        "targets": _lines(((target.start, target.end, _target_fields(target)) for target in gold.targets), source),
        "budgets": _lines(((budget.start, budget.end, _budget_fields(budget)) for budget in gold.budgets), source),
        "links": (_link_line(link, source) for link in gold.links),
        "findings": (_finding_line(finding, source) for finding in gold.findings),
    }
    text = "\n".join(
        f"== {name}\n" + "".join(f"{line}\n" for line in lines) for name, lines in blocks.items() if name in gold.blocks
    )
    if read_gold(text, source) != gold:
        raise GoldError("the markup cannot say all of this annotation")
    return text


def _lines(annotations: Iterable[tuple[int, int, list[str]]], source: str) -> Iterator[str]:
    after = 0
    for start, end, fields in annotations:
        for field in fields:
            if field != field.strip() or "\n" in field or " | " in field:
                raise GoldError(
                    f"{start}-{end}: a field holds no line break, no ' | ' and no blank at its ends: {field!r}"
                )
        yield " | ".join([_unmistakable(source, start, end, after), *fields]).rstrip(" |")
        after = start + 1


def _meant(value: Decimal | None, value_max: Decimal | None, unit: str) -> str:
    number = str(value) if value_max is None else f"{value}..{value_max}"
    return f" {number} {unit}".rstrip()


def _section_fields(section: GoldSection) -> list[str]:
    return [str(section.level), section.label]


def _mention_fields(mention: GoldMention) -> list[str]:
    role = "? " if mention.role == "qualifier" else ""
    meant = f"{role}{MARKS.get(mention.approx, '=')}{_meant(mention.value, mention.value_max, mention.unit)}"
    return [meant, mention.entity, mention.action, " ".join(mention.category), mention.period or ""]


def _target_fields(target: GoldTarget) -> list[str]:
    meant = "" if target.value is None else _meant(target.value, target.value_max, target.unit)
    extra = {"actual": target.actual_text, "weight": target.weight, "score": target.score}
    return [
        f"{target.level1}/{target.level2}/{target.indicator}",
        target.comparator + meant,
        *(f"{name}={value}" for name, value in extra.items() if value is not None),
    ]


def _budget_fields(budget: GoldBudget) -> list[str]:
    return [budget.item, budget.basis, str(budget.amount), budget.fiscal_year or ""]


def _link_line(link: GoldLink, source: str) -> str:
    claims = " + ".join(_unmistakable(source, *span, 0, avoid=" + ") for span in link.claims)
    return " | ".join([claims, link.target if link.file is None else f"{link.file}: {link.target}", link.verdict])


def _finding_line(finding: GoldFinding, source: str) -> str:
    quotes = (_unmistakable(source, *span, 0) for span in finding.evidence)
    return " | ".join([finding.code, finding.severity, finding.message, *quotes])


def _unmistakable(source: str, start: int, end: int, after: int, avoid: str = " | ") -> str:
    """The snippet with the least context by which :func:`locate` finds this span, looked for from ``after``."""
    for context in range(CONTEXT, len(source) + CONTEXT, CONTEXT):
        before = source[max(0, start - context) : start].lstrip("#= ")  # a comment or a block's title begins with these
        for left, right in ((before, source[end : end + context]), (before, ""), ("", "")):
            pieces = (piece.translate(_SHOW).translate(_BRACKETS) for piece in (left, source[start:end], right))
            snippet = "{}[{}]{}".format(*pieces).strip()
            if avoid not in snippet and locate(snippet, source, after) == (start, end):
                return snippet
    raise GoldError(f"no snippet tells the place {start}-{end}: {source[start:end]!r}")


def heading_length(source: str, start: int, title: str) -> int:
    """How many source characters the heading takes: as many as hold the title's, blanks aside."""
    wanted = "".join(title.split())
    taken = 0
    for length, character in enumerate(source[start : start + 4 * len(title) + 40], 1):
        if taken < len(wanted) and character == wanted[taken]:
            taken += 1
            if taken == len(wanted):
                return length
    return len(title)


def _snippet(source: str, start: int, end: int, context: int) -> str:
    before, behind = source[max(0, start - context) : start], source[end : end + context]
    return f"{before}[{source[start:end]}]{behind}".translate(_SHOW)
