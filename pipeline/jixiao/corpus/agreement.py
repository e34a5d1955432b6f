"""How far two annotators agree: F1 of spans and relations, agreement of fields, Krippendorff's alpha of labels.

Neither annotator is the right one, so every figure here is the same with the two exchanged. Spans are paired as for scoring.
A relation joins a quantity with its entity or its action, or claims with the target they answer: *exact* where both ends are
the same, *overlap* where the spans overlap and the phrases share 60 % of their characters in order. Fields are compared on
paired spans and must be equal, blanks aside.

Alpha is that of K. Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011): nominal for single labels, with the
MASI distance (Passonneau 2006) for a claim's one or two categories. Its interval is from bootstrap samples of documents.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from jixiao.corpus import scoring
from jixiao.corpus.archive import read_archive
from jixiao.corpus.evaluation import place_of, shown
from jixiao.corpus.gold import Gold
from jixiao.corpus.scoring import LAYERS, Counts, Figure, Layer
from jixiao.phrases import alike

V = TypeVar("V", bound=Hashable)
Coincidences = dict[tuple[Any, Any], float]
Distance = Callable[[Any, Any], float]


class Twice(msgspec.Struct, frozen=True, kw_only=True):
    """A document as two people annotated it."""

    name: str
    text: str
    one: Gold
    other: Gold


def read_twice(documents: Iterable[Path], one: Path, other: Path) -> list[Twice]:
    """The documents that have gold in both trees (``REGION/NAME.gold``). Raises GoldError where a gold file does not fit."""
    places = list(documents)
    second = {document.name: document.gold for document in read_archive(places, gold=other)}
    return [
        Twice(name=document.name, text=document.source.text, one=document.gold, other=again)
        for document in read_archive(places, gold=one)
        if document.gold is not None and (again := second[document.name]) is not None
    ]


# ---- Krippendorff's alpha


def nominal(one: Any, other: Any) -> float:
    return float(one != other)


@lru_cache(maxsize=4096)
def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Distance of two sets of labels: 1 less their Jaccard index, weighted by how they lie (same, within, across, apart)."""
    shared = len(one & other)
    if not shared:
        return float(one != other)
    weight = 1.0 if one == other else 2 / 3 if shared == min(len(one), len(other)) else 1 / 3
    return 1 - weight * shared / len(one | other)


def coincidences(units: Iterable[Sequence[V]]) -> dict[tuple[V, V], float]:
    """How often two values were given to the same unit; a unit is its values, and one with fewer than two tells nothing."""
    found: dict[tuple[V, V], float] = {}
    for values in units:
        for i, one in enumerate(values):
            for j, other in enumerate(values):
                if i != j:
                    found[one, other] = found.get((one, other), 0) + 1 / (len(values) - 1)
    return found


def alpha(found: Mapping[tuple[V, V], float], distance: Distance = nominal) -> float | None:
    """1 less observed over expected disagreement; None where only one value was ever given, for nothing can be expected."""
    totals = scoring.add({one: count} for (one, _), count in found.items())
    observed = sum(count * distance(one, other) for (one, other), count in found.items())
    expected = sum(a * b * distance(one, other) for one, a in totals.items() for other, b in totals.items())
    return 1 - observed * (sum(totals.values()) - 1) / expected if expected else None


# ---- what is compared


def _squeezed(text: str | None) -> str:
    return "".join((text or "").split())


FIELDS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "sections": {"level": lambda item: item.level, "label": lambda item: item.label},
    "claims": {
        "role": lambda item: item.role,
        "value": lambda item: (item.value, item.value_max),
        "unit": lambda item: scoring.unit_key(item.unit),
        "approx": lambda item: item.approx,
        "entity": lambda item: _squeezed(item.entity),
        "action": lambda item: _squeezed(item.action),
        "period": lambda item: item.period,
        "category": lambda item: frozenset(item.category),
    },
    "targets": {
        "level1": lambda item: _squeezed(item.level1),
        "level2": lambda item: _squeezed(item.level2),
        "indicator": lambda item: _squeezed(item.indicator),
        "comparator": lambda item: item.comparator,
        "value": lambda item: (item.value, item.value_max),
        "unit": lambda item: scoring.unit_key(item.unit),
        "actual": lambda item: _squeezed(item.actual_text),
    },
    "budgets": {
        "item": lambda item: _squeezed(item.item),
        "basis": lambda item: item.basis,
        "amount": lambda item: item.amount,
        "year": lambda item: item.fiscal_year,
    },
    "links": {"verdict": lambda item: item.verdict},
}


class Labelling(NamedTuple):
    """Labels of a layer's paired items: what stands for an item, and how far two of those are apart."""

    name: str
    layer: str
    label: Callable[[Any], Any]
    distance: Distance = nominal


LABELLINGS = (
    Labelling("categories", "claims", lambda item: frozenset(item.category), masi),
    Labelling("first_category", "claims", lambda item: item.category[0]),
    Labelling("role", "claims", lambda item: item.role),
    Labelling("label", "sections", lambda item: item.label),
    Labelling("comparator", "targets", lambda item: item.comparator),
    Labelling("basis", "budgets", lambda item: item.basis),
    Labelling("verdict", "links", lambda item: item.verdict),
)
_PER_LABEL = ("categories", "label")


class Side(NamedTuple):
    """Two annotators' items of one layer of one document: those paired, and those that one of them alone has."""

    pairs: list[tuple[Any, Any]]
    only_one: list[Any]
    only_other: list[Any]


def side_by_side(layer: Layer, one: Gold, other: Gold) -> Side:
    first, second = layer.annotated(one), layer.annotated(other)
    indices = scoring.paired(
        [layer.span(item) for item in first],
        [layer.span(item) for item in second],
        lambda i, j: layer.fits(first[i], second[j]),
    )
    left, right = {i for i, _ in indices}, {j for _, j in indices}
    return Side(
        pairs=[(first[i], second[j]) for i, j in sorted(indices)],
        only_one=[item for i, item in enumerate(first) if i not in left],
        only_other=[item for j, item in enumerate(second) if j not in right],
    )


COMPARED = tuple(layer for layer in LAYERS if layer.name in FIELDS)


# ---- figures


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """Spans or relations of one kind: how many each annotator has, and the F1 of what they share."""

    name: str
    one: float
    other: float
    exact: Figure
    overlap: Figure


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """The share of ``size`` paired items whose field is the same."""

    layer: str
    name: str
    size: float
    agreed: Figure


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """Alpha of one labelling (``label`` None) or of one label against all others; ``one``/``other``: how often each gave it."""

    name: str
    label: str | None
    size: float
    one: float
    other: float
    both: float
    alpha: Figure


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to settle: ``kind`` is a field, ``span``, or ``only_one``/``only_other``; the readings are empty there."""

    document: str
    layer: str
    kind: str
    line: int
    start: int
    end: int
    text: str
    sentence: str
    highlight: tuple[int, int]
    one: str
    other: str


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    documents: tuple[str, ...]
    characters: int
    joined: tuple[Joined, ...]
    fields: tuple[Field, ...]
    reliability: tuple[Reliability, ...]
    labels: tuple[Reliability, ...]
    disagreements: tuple[Disagreement, ...]


def agree(documents: Sequence[Twice]) -> Agreement:
    """All figures over the blocks that both annotators have of a document; where a block is missing it was not annotated."""
    joined: list[Joined] = []
    fields: list[Field] = []
    reliability: list[Reliability] = []
    labels: list[Reliability] = []
    disagreements: list[Disagreement] = []
    for layer in COMPARED:
        both = [d for d in documents if layer.block in d.one.blocks and layer.block in d.other.blocks]
        sides = [side_by_side(layer, d.one, d.other) for d in both]
        if not any(side.pairs or side.only_one or side.only_other for side in sides):
            continue
        joined += _joined(layer, sides)
        fields += _fields(layer, sides)
        for labelling in LABELLINGS:
            if labelling.layer == layer.name:
                whole, single = _reliability(labelling, sides)
                reliability.append(whole)
                labels += single if labelling.name in _PER_LABEL else []
        for document, side in zip(both, sides, strict=True):
            disagreements += _disagreements(layer, document, side)
    order = {(layer.name, kind): at for at, (layer, kind) in enumerate(_kinds())}
    return Agreement(
        documents=tuple(document.name for document in documents),
        characters=sum(len(document.text) for document in documents),
        joined=tuple(joined),
        fields=tuple(fields),
        reliability=tuple(reliability),
        labels=tuple(labels),
        disagreements=tuple(sorted(disagreements, key=lambda d: (order[d.layer, d.kind], d.document, d.start))),
    )


def _kinds() -> Iterator[tuple[Layer, str]]:
    for layer in COMPARED:
        for kind in ("only_one", "only_other", "span", *FIELDS[layer.name]):
            yield layer, kind


def _joined(layer: Layer, sides: Sequence[Side]) -> Iterator[Joined]:
    if layer.name == "links":
        exact = _both_ends(lambda item: (frozenset(item.claims), item.file, _squeezed(item.target)))
        yield _f1s("link", [_tally(side, exact, lambda a, b: 1.0) for side in sides])
        return

    def same(one: Any, other: Any) -> float:
        return float(layer.span(one) == layer.span(other))

    def shared(one: Any, other: Any) -> float:
        (a, b), (c, d) = layer.span(one), layer.span(other)
        return 2 * max(0, min(b, d) - max(a, c)) / (b - a + d - c)

    yield _f1s("quantities" if layer.name == "claims" else layer.name, [_tally(side, same, shared) for side in sides])
    if layer.name == "claims":
        yield _f1s("entity", [_relations(side, lambda item: item.entity) for side in sides])
        yield _f1s("action", [_relations(side, lambda item: item.action) for side in sides])


def _both_ends(ends: Callable[[Any], Any]) -> Callable[[Any, Any], float]:
    return lambda one, other: float(ends(one) == ends(other))


def _tally(side: Side, exact: Callable[[Any, Any], float], overlap: Callable[[Any, Any], float]) -> Counts:
    return {
        "gold": len(side.pairs) + len(side.only_one),
        "predicted": len(side.pairs) + len(side.only_other),
        "exact": sum(exact(one, other) for one, other in side.pairs),
        "overlap": sum(overlap(one, other) for one, other in side.pairs),
    }


def _relations(side: Side, phrase: Callable[[Any], str]) -> Counts:
    """A quantity and a phrase; a quantity without one has no relation."""
    kept = [(one, other) for one, other in side.pairs if phrase(one) and phrase(other)]
    exact = _both_ends(lambda item: (item.start, item.end, _squeezed(phrase(item))))
    lone = Side(
        kept,
        [a for a, b in side.pairs if phrase(a) and not phrase(b)] + [item for item in side.only_one if phrase(item)],
        [b for a, b in side.pairs if phrase(b) and not phrase(a)] + [item for item in side.only_other if phrase(item)],
    )
    return _tally(lone, exact, lambda one, other: float(alike(phrase(one), phrase(other))))


def _f1s(name: str, documents: Sequence[Counts]) -> Joined:
    figures = scoring.intervals(documents, {key: partial(scoring.f1, name=key) for key in ("exact", "overlap")})
    total = scoring.add(documents)
    return Joined(
        name=name, one=total["gold"], other=total["predicted"], exact=figures["exact"], overlap=figures["overlap"]
    )


def _fields(layer: Layer, sides: Sequence[Side]) -> Iterator[Field]:
    documents = []
    for side in sides:
        counts: Counts = {}
        for name, reading in FIELDS[layer.name].items():
            counts["of_" + name] = len(side.pairs)
            counts[name] = sum(reading(one) == reading(other) for one, other in side.pairs)
        documents.append(counts)
    for name in FIELDS[layer.name]:
        figure = scoring.intervals(documents, {"": partial(scoring.accuracy, name=name)})[""]
        yield Field(layer=layer.name, name=name, size=sum(counts["of_" + name] for counts in documents), agreed=figure)


def _reliability(labelling: Labelling, sides: Sequence[Side]) -> tuple[Reliability, list[Reliability]]:
    """Alpha of the labelling, and of each label against the others, the most frequent first."""
    given = [[(labelling.label(one), labelling.label(other)) for one, other in side.pairs] for side in sides]

    def measured(label: str | None, units: list[list[tuple[Any, Any]]], distance: Distance) -> Reliability:
        flat = [unit for document in units for unit in document]
        return Reliability(
            name=labelling.name,
            label=label,
            size=len(flat),
            one=sum(bool(a) for a, _ in flat),
            other=sum(bool(b) for _, b in flat),
            both=sum(bool(a and a == b) for a, b in flat),
            alpha=scoring.intervals(
                [coincidences(document) for document in units], {"": lambda found: alpha(found, distance)}
            )[""],
        )

    def has(value: Any, label: str) -> bool:
        return label in value if isinstance(value, frozenset) else bool(value == label)

    single = []
    for label in dict.fromkeys(_labels(given)):
        binary = [[(has(a, label), has(b, label)) for a, b in document] for document in given]
        single.append(measured(label, binary, nominal))
    return measured(None, given, labelling.distance), sorted(single, key=lambda one: -(one.one + one.other))


def _labels(given: Iterable[Iterable[tuple[Any, Any]]]) -> Iterator[str]:
    for document in given:
        for unit in document:
            for value in unit:
                yield from sorted(value) if isinstance(value, frozenset) else (value,)


# ---- disagreements


def _disagreements(layer: Layer, document: Twice, side: Side) -> Iterator[Disagreement]:
    def made(kind: str, item: Any, one: str, other: str) -> Disagreement:
        place = place_of(document.text, *layer.span(item))
        return Disagreement(document=document.name, layer=layer.name, kind=kind, one=one, other=other, **place)

    for item in side.only_one:
        yield made("only_one", item, _described(layer, item), "")
    for item in side.only_other:
        yield made("only_other", item, "", _described(layer, item))
    for one, other in side.pairs:
        if layer.span(one) != layer.span(other):
            quotes = (" ".join(document.text[slice(*layer.span(item))].split()) for item in (one, other))
            yield made("span", one, *quotes)
        for name, reading in FIELDS[layer.name].items():
            if reading(one) != reading(other):
                yield made(name, one, shown(one, name), shown(other, name))


def _described(layer: Layer, item: Any) -> str:
    names = ("target", "verdict") if layer.name == "links" else FIELDS[layer.name]
    return " · ".join(filter(None, (shown(item, name) for name in names)))
