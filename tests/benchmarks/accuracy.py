"""How right the extraction is, measured on the annotated archive: ``python tests/benchmarks/accuracy.py [FILE.gold …]``.

Figures per document and for all: detection (a claim was found at all), quantity (value, range and unit right too), record
(the entity right as well: equal, or sharing at least 60 % of the characters in order) as F1, and the shares of found claims
with the right action and category. Qualifiers are neither wanted nor punished.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jixiao.analyse import analyse
from jixiao.corpus.gold import GoldMention, read_gold
from jixiao.ingest import read
from jixiao.records import Claim

ARCHIVE = Path(__file__).resolve().parents[2] / "annotations" / "documents"


def similarity(one: str, other: str) -> float:
    """2 × longest common subsequence over both lengths, blanks left out; two empty phrases are the same."""
    a, b = "".join(one.split()), "".join(other.split())
    if not a or not b:
        return float(a == b)
    row = [0] * (len(b) + 1)
    for character in a:
        diagonal = 0
        for j, rival in enumerate(b, 1):
            above = row[j]
            row[j] = diagonal + 1 if character == rival else max(above, row[j - 1])
            diagonal = above
    return 2 * row[-1] / (len(a) + len(b))


def pairs(gold: Sequence[GoldMention], found: Sequence[Claim]) -> list[tuple[GoldMention, Claim]]:
    """Mentions and claims whose spans overlap, the best overlap first, one to one."""
    scored = []
    for i, mention in enumerate(gold):
        for j, claim in enumerate(found):
            shared = min(mention.end, claim.end) - max(mention.start, claim.start)
            if shared > 0:
                union = max(mention.end, claim.end) - min(mention.start, claim.start)
                scored.append((shared / union, i, j))
    chosen: list[tuple[GoldMention, Claim]] = []
    taken_gold: set[int] = set()
    taken: set[int] = set()
    for _, i, j in sorted(scored, reverse=True):
        if i not in taken_gold and j not in taken:
            taken_gold.add(i)
            taken.add(j)
            chosen.append((gold[i], found[j]))
    return chosen


def measure(gold: Sequence[GoldMention], found: Sequence[Claim]) -> Counter[str]:
    """Counts from which the figures are made; counts of several documents may be added."""
    counts: Counter[str] = Counter(gold=sum(mention.role == "claim" for mention in gold), predicted=len(found))
    for mention, claim in pairs(gold, found):
        if mention.role != "claim":
            counts["predicted"] -= 1
            continue
        quantity = (mention.value, mention.value_max, mention.unit) == (claim.value, claim.value_max, claim.unit)
        counts["detection"] += 1
        counts["quantity"] += quantity
        counts["record"] += quantity and similarity(mention.entity, claim.entity) >= 0.6
        counts["action"] += similarity(mention.action, claim.action) >= 0.6
        counts["category"] += claim.category in mention.category
    return counts


def row(name: str, counts: Counter[str]) -> str:
    def f1(key: str) -> str:
        total = counts["gold"] + counts["predicted"]
        return f"{2 * counts[key] / total:.3f}" if total else "–"

    found = counts["detection"] or 1
    shares = [f"{counts[key] / found:.3f}" for key in ("action", "category")]
    return " | ".join(
        ["", name, str(counts["gold"]), *map(f1, ("detection", "quantity", "record")), *shares, ""]
    ).strip()


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or sorted(ARCHIVE.glob("*/*.gold"))
    print("| document | claims | detection F1 | quantity F1 | record F1 | action | category |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    total: Counter[str] = Counter()
    for path in paths:
        source = read(str(path.with_suffix("")))
        gold = read_gold(path.read_text(encoding="utf-8"), source.text, path.name)
        counts = measure(gold.mentions, analyse(source).claims)
        if counts["gold"] or counts["predicted"]:
            total += counts
            print(row(path.name.removesuffix(".gold"), counts))
    print(row("**all**", total))


if __name__ == "__main__":
    main()
