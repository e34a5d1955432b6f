"""What an annotated archive holds, counted: for tables, plots and the dataset's card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import quantiles

import msgspec
import regex

from jixiao.clean import Cleaned, clean
from jixiao.corpus.archive import Annotated
from jixiao.corpus.gold import GoldMention
from jixiao.lexicon import load

SENTENCE_END = "。！？；\n"
# Kinds of noise by words in what a manifest calls it; the first that fits.
_NOISE = (
    ("recognition", regex.compile("ocr")),
    ("markup", regex.compile("html|markdown|chrome|script|boilerplate|character_reference")),
    ("table", regex.compile("table|cell|column|caption|header|row|form_|blocks|codes")),
    ("page", regex.compile("wrap|page|running|form_feed|blank_line|line_start")),
    ("width", regex.compile("fullwidth|width|ideographic")),
    ("encoding", regex.compile("encoding|utf16|crlf|gb18030")),
)

Counts = dict[str, int]


class Spread(msgspec.Struct, frozen=True):
    """Five numbers of a distribution."""

    least: float
    quarter: float
    median: float
    three_quarters: float
    most: float


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of an archive. ``totals`` has the sizes; in ``counts`` stands, for each aspect, how often each value occurs.

    Figures of claims are of the annotation, qualifiers left out unless they are named. ``ellipsis`` is the share of claims
    with an entity whose words do not stand in the claim's own sentence; ``density`` is in claims per 1,000 characters, counted
    in steps of ten; ``planted`` is what authors say they put in.
    """

    totals: Counts
    counts: dict[str, Counts]
    ellipsis: float
    density: Spread
    entity_length: Spread


def count(documents: Iterable[Annotated]) -> Statistics:
    """The statistics of ``documents``. Raises :class:`ValueError` if none of them is annotated."""
    totals: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = {name: Counter() for name in _ASPECTS}
    lengths: list[int] = []
    densities: list[float] = []
    absent = 0
    regions, organisations = set(), set()
    for document in documents:
        entry, gold, text = document.entry, document.gold, document.source.text
        totals["documents"] += 1
        totals["characters"] += len(text)
        counts["format"][document.source.format] += 1
        regions.add(document.path.parent.name)
        if entry is not None:
            organisations.add((document.path.parent.name, entry.organisation))
            counts["region"][entry.region or document.path.parent.name] += 1
            counts["document_type"][entry.document_type] += 1
            counts["department"][entry.department or "–"] += 1
            counts["fiscal_year"][entry.fiscal_year or "–"] += 1
            counts["noise"].update({_noise(name) for name in entry.noise})
            counts["planted"].update(planted.code for planted in entry.planted)
        if gold is None:
            continue
        totals["annotated"] += 1
        claims = [mention for mention in gold.mentions if mention.role == "claim"]
        totals.update(
            claims=len(claims),
            qualifiers=len(gold.mentions) - len(claims),
            sections=len(gold.sections),
            targets=len(gold.targets),
            budgets=len(gold.budgets),
            links=len(gold.links),
            findings=len(gold.findings),
        )
        counts["section_label"].update(section.label for section in gold.sections)
        counts["verdict"].update(link.verdict for link in gold.links)
        counts["finding"].update(finding.code for finding in gold.findings)
        counts["comparator"].update(target.comparator for target in gold.targets)
        counts["basis"].update(budget.basis for budget in gold.budgets)
        cleaned = clean(text, load())
        for claim in claims:
            counts["unit"][claim.unit] += 1
            counts["approx"][claim.approx] += 1
            counts["category"].update(claim.category)
            if claim.entity:
                lengths.append(len("".join(claim.entity.split())))
                counts["entity_length"][str(lengths[-1])] += 1
                absent += not _in_sentence(claim, cleaned)
        if claims:
            densities.append(1000 * len(claims) / len(text))
            counts["density"][str(int(densities[-1] // 10) * 10)] += 1
    if not totals["annotated"]:
        raise ValueError("no document is annotated")
    totals["regions"], totals["organisations"] = len(regions), len(organisations)
    return Statistics(
        totals={name: totals[name] for name in _TOTALS},
        counts={name: dict(counted.most_common()) for name, counted in counts.items()},
        ellipsis=round(absent / max(1, len(lengths)), 4),
        density=_spread(densities),
        entity_length=_spread(lengths),
    )


_TOTALS = (
    *("documents", "annotated", "regions", "organisations", "characters"),
    *("sections", "claims", "qualifiers", "targets", "budgets", "links", "findings"),
)
_ASPECTS = (
    *("document_type", "region", "department", "fiscal_year", "format", "noise", "category", "unit", "approx"),
    *("entity_length", "density", "section_label", "comparator", "basis", "verdict", "finding", "planted"),
)


def _noise(name: str) -> str:
    return next((kind for kind, pattern in _NOISE if pattern.search(name)), "other")


def _in_sentence(claim: GoldMention, cleaned: Cleaned) -> bool:
    """Whether the entity stands in the claim's sentence of the cleaned text, which wraps no lines."""
    text = cleaned.view.text
    start, end = cleaned.view.position(claim.start), cleaned.view.position(claim.end)
    left = max(text.rfind(mark, 0, start) for mark in SENTENCE_END) + 1
    right = min((at for mark in SENTENCE_END if (at := text.find(mark, end)) >= 0), default=len(text))
    return "".join(claim.entity.split()) in "".join(text[left:right].split())


def _spread(numbers: list[float] | list[int]) -> Spread:
    if len(numbers) < 2:
        return Spread(*(float(numbers[0]) if numbers else 0.0,) * 5)
    quarters = quantiles(numbers, n=4, method="inclusive")
    return Spread(*(round(number, 2) for number in (min(numbers), *quarters, max(numbers))))


def most(counts: Mapping[str, int], n: int) -> list[tuple[str, int]]:
    """The ``n`` most frequent, the more frequent first and the alike by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:n]
