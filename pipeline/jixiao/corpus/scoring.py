"""How right extraction is against gold: what is paired with what, what counts as right, and the figures made of the counts.

A gold annotation and a record are paired where their spans overlap, the best overlap first, one to one. What is right in a
pair is said by one function a layer (:data:`LAYERS`), from which both the figures and the list of errors are made. Spans and
phrases are scored twice, as MeasEval (SemEval-2021, task 8) does: *exact*, and by *overlap*, where a pair counts as much as
it shares (the F1 of its characters) and what has no partner counts nothing. Gold qualifiers are neither wanted nor punished.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from operator import mul
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from jixiao.analyse import Report
from jixiao.corpus.gold import Gold, GoldBudget, GoldLink, GoldMention, GoldSection, GoldTarget
from jixiao.phrases import ALIKE, alike, similarity
from jixiao.records import Budget, Claim, Link, Record, Section, Target

RESAMPLES = 1000
_SAME_UNIT = {"％": "%", "百分比": "%", "元人民币": "元", "人民币元": "元", "百分点": "个百分点"}

Counts = dict[str, float]
Judgement = dict[
    str, float
]  # what a pair is worth in each measure of its layer, 0–1; a measure that does not apply is left out


class Spanned(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


G = TypeVar("G", bound=Spanned)
F = TypeVar("F", bound=Spanned)
K = TypeVar("K", bound=Hashable)


# ---- what is the same


def unit_key(unit: str) -> str:
    """The unit without blanks, its synonyms made one: ``％`` is ``%``, 百分点 is 个百分点."""
    unit = "".join(unit.split())
    return _SAME_UNIT.get(unit, unit)


def _same_phrase(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


# ---- pairing


def paired(
    gold: Sequence[tuple[int, int]],
    found: Sequence[tuple[int, int]],
    fits: Callable[[int, int], bool] = lambda i, j: True,
) -> list[tuple[int, int]]:
    """Indices of the spans that overlap, the best overlap (shared over joint length) first, one to one.

    Only pairs that ``fits`` allows are made. Of equal overlaps the later spans come first, as in the reference scorer.
    """
    order = sorted(range(len(found)), key=lambda j: found[j][0])
    starts = [found[j][0] for j in order]
    longest = max((end - start for start, end in found), default=0)
    scored = []
    for i, (start, end) in enumerate(gold):
        for at in range(bisect_left(starts, start - longest), bisect_left(starts, end)):
            j = order[at]
            shared = min(end, found[j][1]) - max(start, found[j][0])
            if shared > 0 and fits(i, j):
                scored.append((shared / (max(end, found[j][1]) - min(start, found[j][0])), i, j))
    chosen: list[tuple[int, int]] = []
    taken_gold: set[int] = set()
    taken: set[int] = set()
    for _, i, j in sorted(scored, reverse=True):
        if i not in taken_gold and j not in taken:
            taken_gold.add(i)
            taken.add(j)
            chosen.append((i, j))
    return chosen


def pairs(gold: Sequence[G], found: Sequence[F]) -> list[tuple[G, F]]:
    """What overlaps of ``gold`` and ``found``, the best overlap first, one to one."""
    return [(gold[i], found[j]) for i, j in paired(_spans(gold), _spans(found))]


def _spans(items: Iterable[Spanned]) -> list[tuple[int, int]]:
    return [(item.start, item.end) for item in items]


# ---- what is right in a pair


def judge_span(gold: Spanned, found: Spanned) -> Judgement:
    shared = min(gold.end, found.end) - max(gold.start, found.start)
    lengths = gold.end - gold.start + found.end - found.start
    return {
        "detection": 1.0,
        "exact": float((gold.start, gold.end) == (found.start, found.end)),
        "overlap": 2 * max(0, shared) / lengths,
    }


def judge_claim(gold: GoldMention, found: Claim | GoldMention) -> Judgement:
    """``value`` leaves the upper end aside where the gold has none; ``record`` is value, unit and entity together."""
    value = gold.value == found.value and gold.value_max in (None, found.value_max)
    unit = unit_key(gold.unit) == unit_key(found.unit)
    shared = similarity(gold.entity, found.entity)
    judged = judge_span(gold, found) | {
        "value": float(value),
        "unit": float(unit),
        "approx": float(gold.approx == found.approx),
        "quantity": float(value and unit),
        "entity_exact": float(shared == 1.0),
        "entity_overlap": shared,
        "record": float(value and unit and shared >= ALIKE),
        "entity": float(shared >= ALIKE),
        "action": float(alike(gold.action, found.action)),
        "category": float(_category(found) in gold.category),
    }
    if gold.period:
        judged["period"] = float(gold.period == found.period)
    return judged


def _category(found: Claim | GoldMention) -> str:
    return found.category if isinstance(found, Claim) else found.category[0]


def judge_section(gold: GoldSection, found: Section | GoldSection) -> Judgement:
    """A heading; that it is in the right place of the outline is its ``level``."""
    level, label = gold.level == found.level, gold.label == found.label
    return {"detection": 1.0, "labelled": float(label), "level": float(level), "label": float(label)}


def judge_target(gold: GoldTarget, found: Target | GoldTarget) -> Judgement:
    """``record`` is indicator, comparator, value and unit together."""
    indicator = similarity(gold.indicator, found.indicator)
    comparator = gold.comparator == found.comparator
    value = (gold.value, gold.value_max) == (found.value, found.value_max)
    unit = unit_key(gold.unit) == unit_key(found.unit)
    judged = judge_span(gold, found) | {
        "record": float(indicator >= ALIKE and comparator and value and unit),
        "indicator": float(indicator >= ALIKE),
        "comparator": float(comparator),
        "value": float(value),
        "unit": float(unit),
        "level2": float(_same_phrase(gold.level2, found.level2)),
    }
    if gold.actual_text is not None:
        judged["actual"] = float(_same_phrase(gold.actual_text, found.actual_text or ""))
    return judged


def judge_budget(gold: GoldBudget, found: Budget | GoldBudget) -> Judgement:
    """``record`` is item, basis and amount together."""
    item, basis, amount = alike(gold.item, found.item), gold.basis == found.basis, gold.amount == found.amount
    judged = judge_span(gold, found) | {
        "record": float(item and basis and amount),
        "item": float(item),
        "basis": float(basis),
        "amount": float(amount),
    }
    if gold.fiscal_year:
        judged["year"] = float(gold.fiscal_year == found.fiscal_year)
    return judged


def judge_link(gold: GoldLink, found: Resolved | GoldLink) -> Judgement:
    """A pair names the same claim and the same target already; the verdict is what is left to judge."""
    same = set(gold.claims) == set(found.claims) and _same_phrase(gold.target, found.target)
    return {"detection": 1.0, "exact": float(same), "verdict": float(gold.verdict == found.verdict)}


class Resolved(NamedTuple):
    """A link with what it joins in place of identifiers: the claims' spans, and the target's indicator or budget's item."""

    claims: tuple[tuple[int, int], ...]
    target: str
    verdict: str


def resolve(links: Iterable[Link], records: Iterable[Record]) -> list[Resolved]:
    """``links`` with their ends looked up among ``records``, which must hold them (KeyError otherwise)."""
    spans: dict[str, tuple[int, int]] = {}
    names: dict[str, str] = {}
    for record in records:
        if isinstance(record, Claim):
            spans[record.claim_id] = (record.start, record.end)
        elif isinstance(record, Target):
            names[record.target_id] = record.indicator
        elif isinstance(record, Budget):
            names[record.budget_id] = record.item
    return [
        Resolved(
            claims=tuple(spans[claim] for claim in dict.fromkeys((link.claim_id, *link.operands))),
            target=names[link.target_id or link.budget_id or ""],
            verdict=link.verdict,
        )
        for link in links
    ]


# ---- the layers


class Layer(NamedTuple):
    """What is compared in one go: a block of the gold and the records that answer it."""

    name: str
    block: str
    annotated: Callable[[Gold], Sequence[Any]]
    extracted: Callable[[Report, Sequence[Record]], Sequence[Any]]  # the second: targets and budgets of other documents
    judge: Callable[[Any, Any], Judgement]
    span: Callable[[Any], tuple[int, int]] = lambda item: (item.start, item.end)
    fits: Callable[[Any, Any], bool] = lambda gold, found: True
    ignored: Callable[[Any], bool] = lambda gold: False  # gold that is neither wanted nor punished


def _heading(section: Section | GoldSection) -> tuple[int, int]:
    return section.start, section.start + max(1, len(section.title))


def _of(kind: type[Record]) -> Callable[[Report, Sequence[Record]], Sequence[Any]]:
    return lambda report, others: [record for record in report.records() if isinstance(record, kind)]


class Place(NamedTuple):
    start: int
    end: int


def qualifiers_of(report: Report, others: Sequence[Record] = ()) -> list[Place]:
    """Where the claims' qualifiers stand: the places of their text nearest before their claim, else after it."""
    text = report.source_text
    places = set()
    for claim in report.claims:
        reach = 2 * len(claim.sentence)
        for qualifier in claim.qualifiers:
            start = text.rfind(qualifier, max(0, claim.start - reach), claim.start)
            if start < 0:
                start = text.find(qualifier, claim.end, claim.end + reach)
            if start >= 0:
                places.add(Place(start, start + len(qualifier)))
    return sorted(places)


CLAIMS = Layer(
    "claims",
    "claims",
    lambda gold: gold.mentions,
    _of(Claim),
    judge_claim,
    ignored=lambda gold: gold.role == "qualifier",
)
LAYERS = (
    Layer("sections", "sections", lambda gold: gold.sections, _of(Section), judge_section, _heading),
    CLAIMS,
    Layer(
        "qualifiers",
        "claims",
        lambda gold: [m for m in gold.mentions if m.role == "qualifier"],
        qualifiers_of,
        judge_span,
    ),
    Layer("targets", "targets", lambda gold: gold.targets, _of(Target), judge_target),
    Layer("budgets", "budgets", lambda gold: gold.budgets, _of(Budget), judge_budget),
    Layer(
        "links",
        "links",
        lambda gold: gold.links,
        lambda report, others: resolve([link for link in report.links if link.target_id], (*report.records(), *others)),
        judge_link,
        lambda link: link.claims[0],
        lambda gold, found: alike(gold.target, found.target),
    ),
)


class Measure(NamedTuple):
    """A line of the tables. ``shared``: accuracy over the pairs it applies to; else precision, recall and F1."""

    group: str
    layer: str
    name: str
    shared: bool = False


def _measures(group: str, layer: str, rated: str, shared: str = "") -> list[Measure]:
    return [
        *(Measure(group, layer, name) for name in rated.split()),
        *(Measure(group, layer, name, shared=True) for name in shared.split()),
    ]


MEASURES = (
    *_measures("sections", "sections", "detection labelled", "level label"),
    *_measures("quantities", "claims", "detection exact overlap quantity", "value unit approx"),
    *_measures("claims", "claims", "entity_exact entity_overlap record", "entity action period category"),
    *_measures("qualifiers", "qualifiers", "detection overlap"),
    *_measures("targets", "targets", "detection exact overlap record", "indicator comparator value unit level2 actual"),
    *_measures("budgets", "budgets", "detection exact overlap record", "item basis amount year"),
    *_measures("links", "links", "detection exact", "verdict"),
)


class Pair(NamedTuple):
    gold: Any
    found: Any
    judged: Judgement


class Comparison(NamedTuple):
    """Gold and records of one layer of one document, set side by side."""

    pairs: list[Pair]
    missed: list[Any]
    spurious: list[Any]

    def counts(self) -> Counts:
        """``gold``, ``predicted``, what the pairs are worth in each measure, and as ``of_…`` how many it was asked of."""
        counts: Counts = {
            "gold": len(self.pairs) + len(self.missed),
            "predicted": len(self.pairs) + len(self.spurious),
        }
        for pair in self.pairs:
            for name, worth in pair.judged.items():
                counts[name] = counts.get(name, 0) + worth
                counts["of_" + name] = counts.get("of_" + name, 0) + 1
        return counts


def compare(layer: Layer, gold: Sequence[Any], found: Sequence[Any]) -> Comparison:
    """``gold`` beside ``found``; what the layer ignores of the gold, and what answers that, stand in none of the lists."""
    indices = paired(
        [layer.span(item) for item in gold],
        [layer.span(item) for item in found],
        lambda i, j: layer.fits(gold[i], found[j]),
    )
    with_partner, answers = {i for i, _ in indices}, {j for _, j in indices}
    return Comparison(
        pairs=[
            Pair(gold[i], found[j], layer.judge(gold[i], found[j])) for i, j in indices if not layer.ignored(gold[i])
        ],
        missed=[item for i, item in enumerate(gold) if i not in with_partner and not layer.ignored(item)],
        spurious=[item for j, item in enumerate(found) if j not in answers],
    )


def measure(gold: Sequence[GoldMention], found: Sequence[Claim]) -> Counts:
    """The counts of the claims' layer, for training: counts of several documents may be added with :func:`add`."""
    return compare(CLAIMS, gold, found).counts()


def add(many: Iterable[Mapping[K, float]]) -> dict[K, float]:
    total: dict[K, float] = {}
    for counts in many:
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
    return total


# ---- the figures


class Figure(msgspec.Struct, frozen=True):
    """A figure and, where it was resampled, its interval; None where nothing is there to judge."""

    value: float | None
    low: float | None = None
    high: float | None = None


def precision(counts: Mapping[str, float], name: str) -> float | None:
    return _share(counts.get(name, 0), counts.get("predicted", 0))


def recall(counts: Mapping[str, float], name: str) -> float | None:
    return _share(counts.get(name, 0), counts.get("gold", 0))


def f1(counts: Mapping[str, float], name: str) -> float | None:
    return _share(2 * counts.get(name, 0), counts.get("gold", 0) + counts.get("predicted", 0))


def accuracy(counts: Mapping[str, float], name: str) -> float | None:
    """The share that is right of the pairs that ``name`` was asked of."""
    return _share(counts.get(name, 0), counts.get("of_" + name, 0))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def macro_f1(confusion: Mapping[tuple[str, str], float]) -> float | None:
    """The mean F1 of the labels that the gold has; ``confusion`` counts (gold label, found label)."""
    scores = [score for _, _, score, count in by_label(confusion).values() if count]
    return _share(sum(scores), len(scores))


def by_label(confusion: Mapping[tuple[str, str], float]) -> dict[str, tuple[float, float, float, float]]:
    """Precision, recall, F1 and gold count of every label; a precision or recall of nothing is 0."""
    gold = add({wanted: count} for (wanted, _), count in confusion.items())
    found = add({given: count} for (_, given), count in confusion.items())
    scores: dict[str, tuple[float, float, float, float]] = {}
    for label in {**gold, **found}:
        right = confusion.get((label, label), 0)
        scores[label] = (
            _share(right, found.get(label, 0)) or 0.0,
            _share(right, gold.get(label, 0)) or 0.0,
            _share(2 * right, gold.get(label, 0) + found.get(label, 0)) or 0.0,
            gold.get(label, 0),
        )
    return scores


def intervals(
    documents: Sequence[Mapping[K, float]],
    figures: Mapping[str, Callable[[Mapping[K, float]], float | None]],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Figure]:
    """Each figure of the documents' summed counts, with its 95 % interval: percentiles of bootstrap samples of documents.

    Documents are drawn whole, for what one writer does in a document hangs together. Fewer than two give no interval.
    """
    names = list(dict.fromkeys(name for counts in documents for name in counts))
    columns = [[counts.get(name, 0) for counts in documents] for name in names]
    drawn: dict[str, list[float]] = {name: [] for name in figures}
    chance = random.Random(seed)
    everyone = range(len(documents))
    for _ in range(resamples if len(documents) > 1 else 0):
        times = Counter(chance.choices(everyone, k=len(documents)))
        weights = [times[i] for i in everyone]
        counts = {name: sum(map(mul, weights, column)) for name, column in zip(names, columns, strict=True)}
        for name, figure in figures.items():
            value = figure(counts)
            if value is not None:
                drawn[name].append(value)
    whole = {name: sum(column) for name, column in zip(names, columns, strict=True)}
    return {name: Figure(figure(whole), *_percentiles(drawn[name])) for name, figure in figures.items()}


def _percentiles(values: list[float]) -> tuple[float | None, float | None]:
    if not values:
        return None, None
    values = sorted(values)
    last = len(values) - 1
    return values[round(0.025 * last)], values[round(0.975 * last)]


# ---- calibration


class Bin(msgspec.Struct, frozen=True):
    """Predictions of about the same confidence: how many, how sure on average, and how often right."""

    low: float
    high: float
    size: int
    confidence: float
    right: float


class Calibration(msgspec.Struct, frozen=True):
    """``brier``: mean squared distance of confidence and truth; ``ece``: mean distance of a bin's confidence and its share
    of right ones, weighted by size."""

    size: int
    brier: float
    ece: float
    bins: tuple[Bin, ...]


def calibration(predictions: Sequence[tuple[float, bool]], bins: int = 10) -> Calibration | None:
    """How far the confidences of ``predictions`` (confidence, was right) can be taken as probabilities; None without any."""
    if not predictions:
        return None
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, right in predictions:
        groups[min(bins - 1, int(confidence * bins))].append((confidence, right))
    filled = tuple(
        Bin(k / bins, (k + 1) / bins, len(g), sum(c for c, _ in g) / len(g), sum(r for _, r in g) / len(g))
        for k, g in enumerate(groups)
        if g
    )
    total = len(predictions)
    return Calibration(
        size=total,
        brier=sum((confidence - right) ** 2 for confidence, right in predictions) / total,
        ece=sum(b.size * abs(b.confidence - b.right) for b in filled) / total,
        bins=filled,
    )
