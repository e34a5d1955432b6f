"""How right extraction is on annotated documents: figures by layer with their intervals, and what went wrong where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec

from jixiao import linear
from jixiao.analyse import Report, analyse
from jixiao.archive_links import link_reports
from jixiao.corpus import scoring
from jixiao.corpus.archive import read_archive
from jixiao.corpus.gold import Gold, GoldError, GoldMention, Role
from jixiao.corpus.scoring import LAYERS, MEASURES, Comparison, Counts, Figure, Layer
from jixiao.ingest.source import Source
from jixiao.lexicon import load
from jixiao.linear import Models
from jixiao.records import Approx, Category, Record

SPLITS = "splits.json"
UNPUNISHED = ("qualifiers",)  # layers of whose gold nothing need be found: what is missed of it is no error
_ATTRIBUTES = {"actual": "actual_text", "year": "fiscal_year"}  # of measures that are not called like their field
_SENTENCE_ENDS = "。！？；\n"
_MOST_SENTENCE = 80  # characters of a sentence shown on either side of a span

Confusion = dict[tuple[str, str], float]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A document to be scored; ``region`` is the part of its source text that was annotated (None: all)."""

    name: str
    source: Source
    gold: Gold
    region: tuple[int, int] | None = None


class Error(msgspec.Struct, frozen=True, kw_only=True):
    """Something missed, spurious or wrong. ``fields`` has gold and found reading by measure; ``start``/``end`` are the place
    of the gold (of the record where it is spurious) in the source, ``line`` counts from 1, ``highlight`` is its place in
    ``sentence``."""

    document: str
    layer: str
    kind: Literal["missed", "spurious", "wrong"]
    line: int
    start: int
    end: int
    text: str
    sentence: str
    highlight: tuple[int, int]
    fields: dict[str, tuple[str, str]]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One document's counts by layer; ``confusion`` and ``labels`` count (gold, found) categories and section labels;
    ``sure`` and ``category_sure`` are confidences beside whether record and category were right."""

    name: str
    characters: int
    counts: dict[str, Counts]
    confusion: Confusion
    labels: Confusion
    sure: tuple[tuple[float, bool], ...]
    category_sure: tuple[tuple[float, bool], ...]
    errors: tuple[Error, ...]


# ---- what is scored


def subjects(places: Iterable[Path], split: str | None = None) -> list[Subject]:
    """The annotated documents of ``places``, those without gold left out; with ``split``, only that part's.

    Raises :class:`GoldError` where a gold file does not fit, or FileNotFoundError where no split is written down.
    """
    places = list(places)
    wanted = None if split is None else read_splits(places).get(split, frozenset())
    return [
        Subject(name=document.name, source=document.source, gold=document.gold)
        for document in read_archive(places)
        if document.gold is not None and (wanted is None or document.name in wanted)
    ]


def read_splits(places: Sequence[Path]) -> dict[str, frozenset[str]]:
    """The names of each part from the ``splits.json`` in or above ``places``. Raises FileNotFoundError where there is none."""
    for place in places:
        for folder in (place, *place.absolute().parents[:3]):
            if (folder / SPLITS).is_file():
                parts = msgspec.json.decode((folder / SPLITS).read_bytes(), type=dict[str, Any])
                return {name: frozenset(keys) for name, keys in parts.items() if isinstance(keys, list)}
    raise FileNotFoundError(SPLITS)


def trained_on(places: Sequence[Path], results: Iterable[Result]) -> int:
    """How many of the documents the shipped models have learned from; 0 where no split is written down."""
    try:
        train = read_splits(places).get("train", frozenset())
    except FileNotFoundError:
        return 0
    return sum(result.name in train for result in results)


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """A mention as a line of JSON gold; fields that are not scored are passed over."""

    start: int
    end: int
    role: Role = "claim"
    value: Decimal
    value_max: Decimal | None = None
    approx: Approx = "exact"
    unit: str = ""
    entity: str = ""
    action: str = ""
    category: tuple[Category, ...]
    period: str | None = None


def read_mentions(path: Path, source: str) -> Iterator[GoldMention]:
    """The mentions of a JSONL file, one a line, with offsets into ``source``.

    Raises :class:`GoldError` on a line that is no mention or whose ``text`` does not stand at its place.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = msgspec.json.decode(line, type=_Line)
            text = msgspec.json.decode(line, type=dict[str, object]).get("text")
        except msgspec.DecodeError as error:
            raise GoldError(f"{path.name}:{number}: {error}") from error
        quoted = source[fields.start : fields.end]
        if not quoted or text not in (None, quoted):
            place = f"{fields.start}–{fields.end}"
            raise GoldError(f"{path.name}:{number}: the text has {quoted!r} at {place}, not {text!r}")
        yield GoldMention(text=quoted, **msgspec.structs.asdict(fields))


def subject_of_lines(path: Path, source: Source, region: tuple[int, int] | None = None) -> Subject:
    """A document with gold claims as JSONL, of which only those that begin in ``region`` count."""
    gold = Gold(blocks=frozenset({"claims"}), mentions=tuple(read_mentions(path, source.text)))
    return Subject(name=path.name, source=source, gold=gold, region=region)


# ---- scoring


def evaluate(
    subjects: Sequence[Subject],
    models: Models | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Iterator[Result]:
    """The results of the program with ``models`` (by default those shipped) on each of the ``subjects``.

    They are one archive: claims are linked with the targets of the others of their office and year.
    """
    models = models or linear.load()
    reports = []
    for done, subject in enumerate(subjects, 1):
        reports.append(analyse(subject.source, models=models))
        if progress:
            progress(done, len(subjects), subject.name)
    links = link_reports(reports, load(), models.link)
    targets = [target for report in reports for target in report.targets]
    for subject, report in zip(subjects, reports, strict=True):
        linked = msgspec.structs.replace(report, links=links[report.document.doc_id])
        yield score(subject, linked, [target for target in targets if target.doc_id != report.document.doc_id])


def score(subject: Subject, report: Report, others: Sequence[Record] = ()) -> Result:
    """How right ``report`` is on ``subject``; ``others`` are the targets of other documents that its links name."""
    counts: dict[str, Counts] = {}
    confusion: Confusion = {}
    labels: Confusion = {}
    sure: list[tuple[float, bool]] = []
    category_sure: list[tuple[float, bool]] = []
    errors: list[Error] = []
    show = _Shower(subject)
    for layer in LAYERS:
        if layer.block not in subject.gold.blocks:
            continue
        comparison = scoring.compare(
            layer,
            _within(layer, layer.annotated(subject.gold), subject.region),
            _within(layer, layer.extracted(report, others), subject.region),
        )
        counts[layer.name] = comparison.counts()
        errors += _errors(layer, comparison, show)
        if layer.name == "claims":
            for gold, found, judged in comparison.pairs:
                _tick(confusion, gold.category[0] if not judged["category"] else found.category, found.category)
                sure.append((found.confidence, bool(judged["record"])))
                category_sure.append((found.category_confidence, bool(judged["category"])))
            sure += [(found.confidence, False) for found in comparison.spurious]
        elif layer.name == "sections":
            for gold, found, _ in comparison.pairs:
                _tick(labels, gold.label, found.label)
    return Result(
        name=subject.name,
        characters=len(subject.source.text),
        counts=counts,
        confusion=confusion,
        labels=labels,
        sure=tuple(sure),
        category_sure=tuple(category_sure),
        errors=tuple(sorted(errors, key=lambda error: (error.start, error.end))),
    )


def _tick(confusion: Confusion, gold: str, found: str) -> None:
    confusion[gold, found] = confusion.get((gold, found), 0) + 1


def _within(layer: Layer, items: Sequence[Any], region: tuple[int, int] | None) -> Sequence[Any]:
    if region is None:
        return items
    return [item for item in items if region[0] <= layer.span(item)[0] < region[1]]


# ---- errors


class _Shower:
    """Places of one document as people read them."""

    def __init__(self, subject: Subject) -> None:
        self.name = subject.name
        self.text = subject.source.text

    def error(
        self, layer: str, kind: Literal["missed", "spurious", "wrong"], span: tuple[int, int], fields: dict[str, Any]
    ) -> Error:
        return Error(document=self.name, layer=layer, kind=kind, fields=fields, **place_of(self.text, *span))


def place_of(text: str, start: int, end: int) -> dict[str, Any]:
    """A span as people look it up: its line (from 1), its offsets, its words, the sentence and its place in that."""
    sentence, highlight = sentence_around(text, start, end)
    return {
        "line": text.count("\n", 0, start) + 1,
        "start": start,
        "end": end,
        "text": " ".join(text[start:end].split()),
        "sentence": sentence,
        "highlight": highlight,
    }


def sentence_around(text: str, start: int, end: int) -> tuple[str, tuple[int, int]]:
    """The sentence (at most) about a span, blanks made single, and the span's place in it."""
    left = max((text.rfind(mark, max(0, start - _MOST_SENTENCE), start) + 1 for mark in _SENTENCE_ENDS), default=0)
    left = left or max(0, start - _MOST_SENTENCE)
    ends = [place for mark in _SENTENCE_ENDS if (place := text.find(mark, end, end + _MOST_SENTENCE)) >= 0]
    right = min(ends) + 1 if ends else min(len(text), end + _MOST_SENTENCE)
    before = _single(text[left:start]).lstrip()
    inside = _single(text[start:end])
    return before + inside + _single(text[end:right]).rstrip(), (len(before), len(before) + len(inside))


def _single(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def shown(item: Any, measure: str) -> str:
    """How ``item`` reads in a field that ``measure`` judges; empty where the field is."""
    if measure == "value" and item.value_max is not None:
        return f"{item.value}..{item.value_max}"
    value = getattr(item, _ATTRIBUTES.get(measure, measure))
    return " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _errors(layer: Layer, comparison: Comparison, show: _Shower) -> Iterator[Error]:
    fields = [measure.name for measure in MEASURES if measure.layer == layer.name and measure.shared]
    for gold, found, judged in comparison.pairs:
        wrong = {name: (shown(gold, name), shown(found, name)) for name in fields if judged.get(name) == 0.0}
        if wrong:
            yield show.error(layer.name, "wrong", layer.span(gold), wrong)
    for item in comparison.missed if layer.name not in UNPUNISHED else ():
        yield show.error(layer.name, "missed", layer.span(item), {name: (shown(item, name), "") for name in fields})
    for item in comparison.spurious:
        yield show.error(layer.name, "spurious", layer.span(item), {name: ("", shown(item, name)) for name in fields})


# ---- the summary


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A measure over all documents. ``shared``: an accuracy, a share of ``size`` pairs, without precision and recall; else an
    F1 against a gold of ``size``."""

    group: str
    name: str
    shared: bool
    size: float
    precision: float | None
    recall: float | None
    figure: Figure


class LabelLine(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    precision: float
    recall: float
    f1: float
    size: float


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What an evaluation says; ``confusion`` holds (gold category, found category, count)."""

    documents: int
    characters: int
    lines: tuple[Line, ...]
    macro_f1: Figure
    categories: tuple[LabelLine, ...]
    confusion: tuple[tuple[str, str, float], ...]
    section_labels: tuple[LabelLine, ...]
    confidence: scoring.Calibration | None
    category_confidence: scoring.Calibration | None


def summarise(results: Sequence[Result]) -> Summary:
    lines: list[Line] = []
    for layer in LAYERS:
        documents = [result.counts[layer.name] for result in results if layer.name in result.counts]
        total = scoring.add(documents)
        if not any(total.get(side) for side in ("gold", "predicted")):
            continue  # what nobody wrote and nobody found; what was written and never found is the worst of results
        measures = [measure for measure in MEASURES if measure.layer == layer.name]
        figures = scoring.intervals(
            documents, {measure.name: _figure(measure.name, measure.shared) for measure in measures}
        )
        for group, _, name, shared in measures:
            size = total.get("of_" + name, 0) if shared else total["gold"]
            lines.append(
                Line(
                    group=group,
                    name=name,
                    shared=shared,
                    size=size,
                    precision=None if shared else scoring.precision(total, name),
                    recall=None if shared else scoring.recall(total, name),
                    figure=figures[name],
                )
            )
    confusion = scoring.add(result.confusion for result in results)
    return Summary(
        documents=len(results),
        characters=sum(result.characters for result in results),
        lines=tuple(lines),
        macro_f1=scoring.intervals([result.confusion for result in results], {"": scoring.macro_f1})[""],
        categories=_by_label(confusion),
        confusion=tuple((gold, found, count) for (gold, found), count in sorted(confusion.items())),
        section_labels=_by_label(scoring.add(result.labels for result in results)),
        confidence=scoring.calibration([pair for result in results for pair in result.sure]),
        category_confidence=scoring.calibration([pair for result in results for pair in result.category_sure]),
    )


def _figure(name: str, shared: bool) -> Callable[[Mapping[Any, float]], float | None]:
    return lambda counts: scoring.accuracy(counts, name) if shared else scoring.f1(counts, name)


def _by_label(confusion: Mapping[tuple[str, str], float]) -> tuple[LabelLine, ...]:
    scores = sorted(scoring.by_label(confusion).items(), key=lambda item: -item[1][3])
    return tuple(LabelLine(label=label, precision=p, recall=r, f1=f, size=size) for label, (p, r, f, size) in scores)
