"""Annotations as spans, relations and attributes: the neutral form that every exchange format is written from and read into.

:func:`from_gold` and :func:`from_report` make a :class:`Marked` of a gold annotation or of what the program found,
:func:`to_gold` is the inverse: ``to_gold(from_gold(document)) == document.gold``, but for the order of links, which has no
meaning: those within the document come first. The spans have these labels and attributes (all
attributes are strings as the gold writes them, ``category`` is a tuple of them; one that is not known is absent):

==================== ========================================================================================================
``claim``            value, value_max, approx, unit, category, period; entity and action only where no span says the same
``qualifier``        the same, of a quantity that only restricts what is counted
``entity, action``   none; several quantities may share one
``section``          the heading: level, label, and ``end``, the offset where its section ends
``target``           level1, level2, indicator, comparator, value, value_max, unit, actual_text, weight, score
``budget``           item, basis, amount, fiscal_year
==================== ========================================================================================================

Relations: ``entity`` and ``action`` from such a span to its quantity; ``met``, ``unmet`` or ``undetermined`` from a claim to the
target or budget line of the same document that it answers; ``operand`` from a further claim to the one whose answer it helps to
compute. Links that relations cannot say (to another document, as a rule) and findings stay beside the spans as the gold has them.

The gold has entities and actions as words, not as places. A word is looked for around its quantity, blanks, line breaks
and emphasis inside allowed; where it is nowhere (a misread character was mended, a head was put together from two places) there is
no span, and the quantity's attribute keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Literal, TypeVar, cast, get_args

import msgspec

from jixiao.analyse import Report
from jixiao.corpus.archive import Annotated
from jixiao.corpus.gold import (
    Gold,
    GoldBudget,
    GoldError,
    GoldFinding,
    GoldLink,
    GoldMention,
    GoldSection,
    GoldTarget,
    heading_length,
    section_ends,
)
from jixiao.lexicon import Lexicon, load
from jixiao.quantities import find_quantities
from jixiao.records import CATEGORIES, SECTION_LABELS, Approx, Basis, Claim, Comparator, Verdict

SpanLabel = Literal["claim", "qualifier", "entity", "action", "section", "target", "budget"]
RelationLabel = Literal["entity", "action", "met", "unmet", "undetermined", "operand"]
SPAN_LABELS: tuple[SpanLabel, ...] = get_args(SpanLabel)
RELATION_LABELS: tuple[RelationLabel, ...] = get_args(RelationLabel)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

# What an attribute may be: one (of ``category``, one or two) of these; attributes not named here are free text. By span label,
# for a form to ask the right things.
NAMES = {  # in the forms of annotation tools; the labels themselves are data and stay
    "claim": "量化表述",
    "qualifier": "限定数量",
    "entity": "对象",
    "action": "动作",
    "section": "章节标题",
    "target": "绩效目标",
    "budget": "资金",
    "met": "达标",
    "unmet": "未达标",
    "undetermined": "无法判断",
    "operand": "参与计算",
    "value": "数值",
    "value_max": "最大值",
    "approx": "精确程度",
    "unit": "单位",
    "category": "类别",
    "period": "所属期间",
    "level": "层级",
    "label": "章节类别",
    "level1": "一级指标",
    "level2": "二级指标",
    "indicator": "三级指标",
    "comparator": "比较方式",
    "actual_text": "实际完成值",
    "weight": "分值",
    "score": "得分",
    "item": "资金项目",
    "basis": "口径",
    "amount": "金额（元）",
    "fiscal_year": "年度",
}
CHOICES: dict[str, tuple[str, ...]] = {
    "category": CATEGORIES,
    "approx": get_args(Approx),
    "label": SECTION_LABELS,
    "comparator": get_args(Comparator),
    "basis": get_args(Basis),
}
_QUANTITY = ("value", "value_max", "approx", "unit", "entity", "action", "category", "period")
ATTRIBUTES: dict[SpanLabel, tuple[str, ...]] = {
    "claim": _QUANTITY,
    "qualifier": _QUANTITY,
    "entity": (),
    "action": (),
    "section": ("level", "label", "end"),
    "target": tuple(name for name in GoldTarget.__struct_fields__ if name not in ("start", "end", "text")),
    "budget": tuple(name for name in GoldBudget.__struct_fields__ if name not in ("start", "end", "text")),
}

_Record = TypeVar("_Record", GoldMention, GoldSection, GoldTarget, GoldBudget)
_PLACE = ("start", "end", "text", "title", "role")  # what the span itself says, not its attributes

_SENTENCE = re.compile(r"[。！？!?]|\n[ \t\u3000]*\n")
_BEFORE, _BEHIND = 400, 120  # characters around a quantity among which its entity is looked for
_SENTENCES = 3  # how many sentences before its own
_INSIDE = r"[\s*_`~]*"  # what may stand between the characters of a word in the source
_LINE_BREAKS = re.compile(r"[^\S\n]*[\r\n]+\s*")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the text. ``score`` is the program's confidence (0–1), None for what a person annotated."""

    id: str
    label: SpanLabel
    start: int
    end: int
    attributes: dict[str, str | tuple[str, ...]] = {}
    score: float | None = None


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    label: RelationLabel
    source: str
    target: str


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the whole document; None where the manifest (or else the program) does not say."""

    title: str | None = None
    organisation: str | None = None
    region: str | None = None
    fiscal_year: str | None = None
    document_type: str | None = None


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """A document with its spans.

    ``key`` is the document's name within its archive (``REGION/FILE``), ``text`` its source text, which all offsets (code points,
    half open) point into. Spans stand in the order of their kinds and, within a kind, of the text; their ids are unique in the
    document. ``origin`` says who made the spans; ``blocks`` are the kinds of annotation that were looked for (an empty one says that
    there is nothing to find); ``split`` is the part of the corpus it belongs to (``train``, ``dev``, ``test``; None where there
    is no split); ``predicted`` is what the program found in the same document, where it was asked for beside
    the gold.
    """

    key: str
    text: str
    spans: tuple[Span, ...]
    relations: tuple[Relation, ...]
    links: tuple[GoldLink, ...] = ()
    findings: tuple[GoldFinding, ...] = ()
    blocks: frozenset[str]
    about: About = About()
    origin: Literal["gold", "model"] = "gold"
    split: str | None = None
    predicted: Marked | None = None


def from_gold(document: Annotated) -> Marked:
    """The gold of ``document`` as spans; raises :class:`GoldError` where it has none."""
    gold, text = document.gold, document.source.text
    if gold is None:
        raise GoldError(f"{document.name}: not annotated")
    sections = [
        Span(
            id=f"s{i}",
            label="section",
            start=section.start,
            end=section.start + len(section.title),
            attributes={"level": str(section.level), "label": section.label, "end": str(section.end)},
        )
        for i, section in enumerate(gold.sections, 1)
    ]
    mentions = [_span(f"q{i}", mention.role, mention) for i, mention in enumerate(gold.mentions, 1)]
    lines = [
        *(_span(f"t{i}", "target", target) for i, target in enumerate(gold.targets, 1)),
        *(_span(f"b{i}", "budget", budget) for i, budget in enumerate(gold.budgets, 1)),
    ]
    quantities, words, relations = with_words(text, mentions)
    answers, links = _answers(gold.links, quantities, lines)
    return Marked(
        key=document.name,
        text=text,
        spans=(*sections, *quantities, *words, *lines),
        relations=(*relations, *answers),
        links=tuple(links),
        findings=gold.findings,
        blocks=gold.blocks,
        about=_about(document.entry) if document.entry else About(),
    )


def from_report(key: str, report: Report) -> Marked:
    """What the program found, with its confidence."""
    text = report.source_text
    lexicon = load()
    sections = [
        Span(
            id=f"s{i}",
            label="section",
            start=section.start,
            end=section.start + max(1, heading_length(text, section.start, section.title)),
            attributes={"level": str(section.level), "label": section.label, "end": str(section.end)},
        )
        for i, section in enumerate(report.sections, 1)
    ]
    claims = [of_claim(f"q{i}", claim, claim.start, claim.end) for i, claim in enumerate(report.claims, 1)]
    qualifiers = _qualifiers(text, report.claims, lexicon)
    quantities, words, relations = with_words(text, claims)
    return Marked(
        key=key,
        text=text,
        spans=(*sections, *quantities, *qualifiers, *words),
        relations=tuple(relations),
        blocks=frozenset({"sections", "claims"}),
        about=_about(report.document),
        origin="model",
    )


def of_claim(id: str, claim: Claim, start: int, end: int) -> Span:
    """A claim of the program, at its place in the text at hand."""
    fields = {name: getattr(claim, name) for name in GoldMention.__struct_fields__ if hasattr(claim, name)}
    attributes = _attributes(fields | {"category": (claim.category,)})
    return Span(id=id, label="claim", start=start, end=end, attributes=attributes, score=claim.confidence)


def _qualifiers(text: str, claims: Iterable[Claim], lexicon: Lexicon) -> list[Span]:
    """The program keeps qualifiers as words of their claims: here they get a place and, read once more, their value."""
    found: dict[tuple[int, int], Span] = {}
    taken = {(claim.start, claim.end) for claim in claims}
    for claim in claims:
        for word in claim.qualifiers:
            place = nearest(word, text, claim.start, claim.end)
            values = find_quantities(word, lexicon)
            if place is None or place in taken or place in found or len(values) != 1:
                continue
            value = values[0]
            attributes = _attributes(
                {
                    "value": value.value,
                    "value_max": value.value_max,
                    "approx": value.approx,
                    "unit": value.unit,
                    "category": (claim.category,),
                    "period": claim.period,
                }
            )
            found[place] = Span(
                id=f"r{len(found) + 1}",
                label="qualifier",
                start=place[0],
                end=place[1],
                attributes=attributes,
                score=claim.confidence,
            )
    return list(found.values())


def to_gold(marked: Marked) -> Gold:
    """The annotation that ``marked`` says; raises :class:`GoldError` where an attribute is missing or no value of its kind."""
    text = marked.text
    headings = _labelled(marked, "section")
    levels = [(heading.start, _level(heading)) for heading in headings]
    said = _said(marked)
    sections = tuple(
        _read(
            GoldSection,
            heading,
            {"start": heading.start, "end": end, "title": text[heading.start : heading.end], "level": level},
        )
        for heading, (_, level), end in zip(headings, levels, section_ends(levels, len(text)), strict=True)
    )
    mentions = tuple(
        _read(GoldMention, quantity, {**_place(quantity, text), "role": quantity.label, **said[quantity.id]})
        for quantity in _labelled(marked, "claim", "qualifier")
    )
    targets = tuple(_read(GoldTarget, target, _place(target, text)) for target in _labelled(marked, "target"))
    budgets = tuple(_read(GoldBudget, budget, _place(budget, text)) for budget in _labelled(marked, "budget"))
    links = (*_links(marked), *marked.links)
    layers: dict[str, Sequence[object]] = {
        "sections": sections,
        "claims": mentions,
        "targets": targets,
        "budgets": budgets,
        "links": links,
        "findings": marked.findings,
    }
    return Gold(
        blocks=marked.blocks | {name for name, layer in layers.items() if layer},
        mentions=mentions,
        sections=sections,
        targets=targets,
        budgets=budgets,
        links=links,
        findings=marked.findings,
    )


def masked(marked: Marked, mask: Callable[[str], str]) -> Marked:
    """``marked`` with personal data replaced by ``mask``, which keeps the length, so that every offset stays.

    What was replaced in the text is replaced in attributes, the title and the findings' messages too. Raises ValueError where
    ``mask`` changes the length.
    """
    hidden = mask(marked.text)
    if len(hidden) != len(marked.text):
        raise ValueError("a mask must keep the length of the text")
    if hidden == marked.text:
        return marked
    swaps = dict(_swaps(marked.text, hidden))
    pattern = re.compile("|".join(map(re.escape, sorted(swaps, key=len, reverse=True))) or "(?!)")

    def hide(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(lambda found: swaps[found[0]], value)
        return tuple(map(hide, value)) if isinstance(value, tuple) else value

    return msgspec.structs.replace(
        marked,
        text=hidden,
        spans=tuple(
            msgspec.structs.replace(span, attributes={name: hide(value) for name, value in span.attributes.items()})
            for span in marked.spans
        ),
        findings=tuple(msgspec.structs.replace(finding, message=hide(finding.message)) for finding in marked.findings),
        about=msgspec.structs.replace(marked.about, title=hide(marked.about.title)),
        predicted=masked(marked.predicted, mask) if marked.predicted else None,
    )


def _swaps(text: str, hidden: str) -> Iterator[tuple[str, str]]:
    """What was replaced by what: whole words, so with what stood beside a replaced character and looked masked already."""
    for start, end in _runs(text, hidden):
        while start and hidden[start - 1] == hidden[start]:
            start -= 1
        while end < len(hidden) and hidden[end] == hidden[end - 1]:
            end += 1
        if end - start > 1:  # a single character would be replaced in words where it means something else
            yield text[start:end], hidden[start:end]


def _runs(text: str, hidden: str) -> Iterator[tuple[int, int]]:
    start = None
    for i in range(len(text) + 1):
        differs = i < len(text) and text[i] != hidden[i]
        if differs and start is None:
            start = i
        elif not differs and start is not None:
            yield start, i
            start = None


def _about(known: Any) -> About:
    return About(**{name: getattr(known, name) for name in About.__struct_fields__})


def _attributes(fields: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    plain = msgspec.to_builtins({name: value for name, value in fields.items() if name not in _PLACE})
    return {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items() if value}


def _span(id: str, label: SpanLabel, record: GoldMention | GoldTarget | GoldBudget) -> Span:
    return Span(
        id=id, label=label, start=record.start, end=record.end, attributes=_attributes(msgspec.structs.asdict(record))
    )


# Entities and actions: words of the gold, places in the text


def with_words(text: str, quantities: Iterable[Span]) -> tuple[list[Span], list[Span], list[Relation]]:
    """The quantities without the words that have a place now, the spans of these places, and the relations between them."""
    left: list[Span] = []
    words: dict[tuple[str, int, int], Span] = {}
    relations: list[Relation] = []
    kinds: tuple[Literal["entity", "action"], ...] = ("entity", "action")
    numbers = {kind: count(1) for kind in kinds}
    for quantity in quantities:
        attributes = dict(quantity.attributes)
        for kind in kinds:
            word = str(attributes.get(kind, ""))
            place = nearest(word, text, quantity.start, quantity.end)
            if place is None:
                continue
            span = words.get((kind, *place))
            if span is None:
                span = Span(id=f"{kind[0]}{next(numbers[kind])}", label=kind, start=place[0], end=place[1])
                words[(kind, *place)] = span
            relations.append(Relation(label=kind, source=span.id, target=quantity.id))
            if plain(text[slice(*place)]) == word:
                del attributes[kind]
        left.append(msgspec.structs.replace(quantity, attributes=attributes))
    return left, list(words.values()), relations


def nearest(word: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where ``word`` stands nearest to the quantity at ``start``-``end``, in its sentence or else in those before, or None."""
    letters = "".join(word.split())
    if not letters:
        return None
    pattern = re.compile(_INSIDE.join(map(re.escape, letters)))
    behind = _SENTENCE.search(text, end, end + _BEHIND)
    right = behind.start() if behind else min(len(text), end + _BEHIND)
    breaks = [found.end() for found in _SENTENCE.finditer(text, max(0, start - _BEFORE), start)]
    lefts = [*breaks[::-1], max(0, start - _BEFORE)][: _SENTENCES + 1]
    for left, limit in zip(lefts, [right, *lefts], strict=False):
        places = [found.span() for found in pattern.finditer(text, left, limit)]
        apart = [place for place in places if place[1] <= start or place[0] >= end]
        if apart:
            return min(apart, key=lambda place: (max(start - place[1], place[0] - end), place))
    return None


def plain(text: str) -> str:
    """A span's text as a word: line breaks go, and the blanks around them."""
    return _LINE_BREAKS.sub("", text)


def _said(marked: Marked) -> dict[str, dict[str, str]]:
    """Entity and action of every quantity: as its attribute says, or else as the nearest related span does."""
    spans = {span.id: span for span in marked.spans}
    said: dict[str, dict[str, str]] = {span.id: {} for span in marked.spans}
    for relation in marked.relations:
        if relation.label in ("entity", "action") and relation.label not in spans[relation.target].attributes:
            word = spans[relation.source]
            said[relation.target].setdefault(relation.label, plain(marked.text[word.start : word.end]))
    return said


# Links within the document


def _answers(
    links: Iterable[GoldLink], quantities: Iterable[Span], lines: Iterable[Span]
) -> tuple[list[Relation], list[GoldLink]]:
    """Relations for the links that they can say, and the links that they cannot."""
    at = {(span.start, span.end): span.id for span in quantities}
    named: dict[str, str] = {}
    for line in lines:
        named.setdefault(_name(line), line.id)
    relations: list[Relation] = []
    left: list[GoldLink] = []
    helped: dict[str, list[str]] = {}  # a claim's operands, which must be the same wherever it answers
    for link in links:
        ids = [at.get(span) for span in link.claims]
        first, *operands = [id for id in ids if id] or [""]
        sayable = link.file is None and None not in ids and link.target in named
        if not sayable or helped.get(first, operands) != operands:
            left.append(link)
            continue
        relations.append(Relation(label=link.verdict, source=first, target=named[link.target]))
        if first not in helped:
            relations += [Relation(label="operand", source=operand, target=first) for operand in operands]
        helped[first] = operands
    return relations, left


def _links(marked: Marked) -> Iterator[GoldLink]:
    spans = {span.id: span for span in marked.spans}
    operands: dict[str, list[str]] = {}
    for relation in marked.relations:
        if relation.label == "operand":
            operands.setdefault(relation.target, []).append(relation.source)
    for relation in marked.relations:
        if relation.label in VERDICTS:
            claims = (spans[id] for id in [relation.source, *operands.get(relation.source, ())])
            yield GoldLink(
                claims=tuple((claim.start, claim.end) for claim in claims),
                file=None,
                target=_name(spans[relation.target]),
                verdict=relation.label,
            )


def _name(line: Span) -> str:
    return str(line.attributes.get("indicator" if line.label == "target" else "item", ""))


# Spans to records


def _labelled(marked: Marked, *labels: SpanLabel) -> list[Span]:
    return sorted((span for span in marked.spans if span.label in labels), key=lambda span: (span.start, span.end))


def _place(span: Span, text: str) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": text[span.start : span.end]}


def _level(heading: Span) -> int:
    level = str(heading.attributes.get("level", ""))
    if not (level.isascii() and level.isdigit()):
        raise GoldError(f"{heading.id}: a section has a level")
    return int(level)


def _read(record: type[_Record], span: Span, known: Mapping[str, Any]) -> _Record:
    """``span`` as a record: ``known`` fields, its attributes, and blanks for words that nobody gave."""
    blank = {field.name: "" if field.type is str else None for field in msgspec.structs.fields(record)}
    given = {
        name: plain(value.strip()) if isinstance(value, str) else value
        for name, value in span.attributes.items()
        if name in blank
    }
    try:
        return msgspec.convert({**blank, **given, **known}, record)
    except msgspec.ValidationError as error:
        raise GoldError(f"{span.label} {span.start}-{span.end}: {error}") from error


# What formats carry beside spans


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """All of a :class:`Marked` but its text, spans and relations, for a format to carry as JSON."""

    document: str
    about: About
    links: tuple[GoldLink, ...]
    findings: tuple[GoldFinding, ...]
    blocks: tuple[str, ...]
    origin: Literal["gold", "model"]
    split: str | None = None


def beside(marked: Marked) -> dict[str, Any]:
    kept = Beside(
        document=marked.key,
        about=marked.about,
        links=marked.links,
        findings=marked.findings,
        blocks=tuple(sorted(marked.blocks)),
        origin=marked.origin,
        split=marked.split,
    )
    return cast("dict[str, Any]", msgspec.to_builtins(kept))


def restored(kept: Any, text: str, spans: Iterable[Span], relations: Iterable[Relation]) -> Marked:
    """The inverse of :func:`beside`; raises :class:`GoldError` where the JSON does not fit or a place lies outside the text."""
    try:
        known = msgspec.convert(kept, Beside)
    except msgspec.ValidationError as error:
        raise GoldError(f"not an export of this program: {error}") from error
    marked = Marked(
        key=known.document,
        text=text,
        spans=tuple(spans),
        relations=tuple(relations),
        links=known.links,
        findings=known.findings,
        blocks=frozenset(known.blocks),
        about=known.about,
        origin=known.origin,
        split=known.split,
    )
    odd = [span.label for span in marked.spans if span.label not in SPAN_LABELS]
    odd += [relation.label for relation in marked.relations if relation.label not in RELATION_LABELS]  # type: ignore[misc]
    if odd:
        raise GoldError(f"{marked.key}: unknown labels {'、'.join(sorted(set(odd)))}")
    places = [(span.start, span.end) for span in marked.spans]
    places += [claim for link in marked.links for claim in link.claims]
    places += [quote for finding in marked.findings for quote in finding.evidence]
    outside = [place for place in places if not 0 <= place[0] < place[1] <= len(text)]
    if outside:
        raise GoldError(f"{marked.key}: {outside[0]} is no place in the text of {len(text)} characters")
    ids = {span.id for span in marked.spans}
    if len(ids) < len(marked.spans) or any({relation.source, relation.target} - ids for relation in marked.relations):
        raise GoldError(f"{marked.key}: spans share an id, or a relation has an end that is no span")
    return marked
