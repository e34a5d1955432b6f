"""The programs one would otherwise take for a part of the job, measured on the same text with the same rules.

Recognizers-Text finds numbers, percentages and currency; JioNLP finds sums of money. Neither knows entities or categories, so
what is compared is whether a gold quantity was found at all, with its value, and with value and unit. Because they are made
to find every numeral (dates and ordinals too), their precision is low by their nature, and the money of the gold alone is
scored beside all of it.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from jixiao.analyse import analyse
from jixiao.corpus.evaluation import Subject
from jixiao.corpus.scoring import CLAIMS, Comparison, Judgement, add, compare, f1, precision, recall, unit_key
from jixiao.ingest.source import Source
from jixiao.messages import UserError

MONEY = "元"
INSTALL = "pip install 'jixiao[benchmark]'"


class Quantity(NamedTuple):
    """What a peer found; ``value`` is None where it gives no single number, ``unit`` empty where it knows none."""

    start: int
    end: int
    value: Decimal | None
    value_max: Decimal | None
    unit: str


class PeerLine(NamedTuple):
    """Precision, recall and F1 of one program over ``what`` (``all`` quantities of the gold, or its ``money``)."""

    program: str
    what: str
    measure: str
    gold: float
    precision: float | None
    recall: float | None
    f1: float | None


Finder = Callable[[Source], Sequence[Quantity]]


def jixiao() -> Finder:
    return lambda source: [
        Quantity(claim.start, claim.end, claim.value, claim.value_max, claim.unit) for claim in analyse(source).claims
    ]


def recognizers() -> Finder:
    from recognizers_number import Culture, NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer

    models = (
        NumberWithUnitRecognizer(Culture.Chinese).get_currency_model(),
        NumberRecognizer(Culture.Chinese).get_percentage_model(),
        NumberRecognizer(Culture.Chinese).get_number_model(),
    )

    def find(source: Source) -> list[Quantity]:
        found: list[Quantity] = []
        covered: set[int] = set()  # a number inside a sum of money or a percentage that was found is that one again
        for model in models:
            for quantity in map(_recognized, model.parse(source.text)):
                place = range(quantity.start, quantity.end)
                if covered.isdisjoint(place):
                    covered.update(place)
                    found.append(quantity)
        return found

    return find


def _recognized(result: Any) -> Quantity:
    resolution = result.resolution or {}
    printed = resolution.get("value") or ""
    currency = "元" if resolution.get("isoCurrency") == "CNY" else resolution.get("unit", "")
    unit = "%" if printed.endswith("%") else currency
    return Quantity(result.start, result.end + 1, _number(printed.rstrip("%")), None, unit)


def jionlp() -> Finder:
    with contextlib.redirect_stdout(io.StringIO()):  # it greets
        import jionlp as peer

    def find(source: Source) -> list[Quantity]:
        found = []
        for result in peer.ner.extract_money(source.text):
            number, case = result["detail"]["num"], result["detail"]["case"]
            low, high = number if isinstance(number, list) else (number, None)
            start, end = result["offset"]
            found.append(Quantity(start, end, _number(low), _number(high), case))
        return found

    return find


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


PROGRAMS: dict[str, Callable[[], Finder]] = {"jixiao": jixiao, "Recognizers-Text": recognizers, "JioNLP": jionlp}


def judge_quantity(gold: Any, found: Quantity) -> Judgement:
    value = gold.value == found.value and gold.value_max in (None, found.value_max)
    return {
        "detection": 1.0,
        "value": float(value),
        "quantity": float(value and unit_key(gold.unit) == unit_key(found.unit)),
    }


_QUANTITIES = CLAIMS._replace(name="quantities", judge=judge_quantity)


def compare_peers(
    subjects: Sequence[Subject], progress: Callable[[int, int, str], None] | None = None
) -> list[PeerLine]:
    """All programs over the same documents. Raises :class:`UserError` where a peer is not installed."""
    lines = []
    finders = {name: _loaded(name) for name in PROGRAMS}
    subjects = [subject for subject in subjects if "claims" in subject.gold.blocks]
    for number, (name, find) in enumerate(finders.items()):
        comparisons: dict[str, list[Comparison]] = {"all": [], "money": []}
        for done, subject in enumerate(subjects, 1):
            low, high = subject.region or (0, len(subject.source.text))
            gold = [mention for mention in subject.gold.mentions if low <= mention.start < high]
            found = [quantity for quantity in find(subject.source) if low <= quantity.start < high]
            money = [[item for item in items if unit_key(item.unit) == MONEY] for items in (gold, found)]
            comparisons["all"].append(compare(_QUANTITIES, gold, found))
            comparisons["money"].append(compare(_QUANTITIES, *money))
            if progress:
                progress(number * len(subjects) + done, len(finders) * len(subjects), subject.name)
        for what, made in comparisons.items():
            if what == "all" and name == "JioNLP":
                continue  # it looks for money only
            total = add(comparison.counts() for comparison in made)
            for measure in ("detection", "value", "quantity"):
                shares = [figure(total, measure) for figure in (precision, recall, f1)]
                lines.append(PeerLine(name, what, measure, total["gold"], *shares))
    return lines


def _loaded(name: str) -> Finder:
    try:
        return PROGRAMS[name]()
    except ImportError as error:
        raise UserError("extra_missing", needed=name, install=INSTALL) from error
