"""What the filter (``models/filter.json``) takes out of what the rules hold to be claims, and what it takes out wrongly.

    python tests/benchmarks/claim_filter.py [FOLDS]

prints two Markdown tables: by how sure it must be, on regions of the train part of ``annotations`` that it has not seen (a
filter is learned anew for each fold of regions); and as shipped, on dev and test. ``jixiao evaluate`` does not show it: gold
qualifiers are neither wanted nor punished there. Needs ``pip install -e '.[train]'``.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from jixiao import linear
from jixiao.corpus.archive import Annotated, read_archive
from jixiao.corpus.training import FILTERED, Figure, fit_filter, observe
from jixiao.linear import Linear
from jixiao.ranking import only_qualifies

ANNOTATIONS = Path(__file__).resolve().parents[2] / "annotations"
BELOW = (0.5, 0.4, 0.3, FILTERED, 0.1)
HEAD = "qualifiers rightly | nothing at all rightly | claims wrongly |"


def meant(figure: Figure) -> str:
    return figure.gold.role if figure.gold is not None else "none"


def taken_out(figures: Iterable[Figure], model: Linear | None) -> Counter[str]:
    return Counter(meant(figure) for figure in figures if only_qualifies(figure.moment, model))


def row(first: str, told: Counter[str]) -> str:
    return f"| {first} | " + " | ".join(str(told[kind]) for kind in ("qualifier", "none", "claim")) + " |"


def unseen_regions(documents: Iterable[Annotated], folds: int) -> None:
    figures: list[tuple[int, Figure]] = []
    for document in documents:
        region = hashlib.sha256(document.path.parent.name.encode()).hexdigest()
        figures += [(int(region, 16) % folds, figure) for figure in observe([document])]
    models = [fit_filter([figure for part, figure in figures if part != fold]) for fold in range(folds)]
    print(f"| taken out where a claim is less likely than | {HEAD}\n| --- | ---: | ---: | ---: |")
    print(row("(all that the rules hold to be claims)", Counter(meant(figure) for _, figure in figures)))
    for threshold in BELOW:
        told: Counter[str] = Counter()
        for fold, model in enumerate(models):
            if model is not None:
                stricter = msgspec.structs.replace(model, threshold=threshold)
                told += taken_out((figure for part, figure in figures if part == fold), stricter)
        print(row(f"{threshold:.0%}", told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folds", nargs="?", type=int, default=5)
    folds = parser.parse_args().folds
    parts = msgspec.json.decode((ANNOTATIONS / "splits.json").read_bytes(), type=dict[str, list[str]])
    documents = {
        part: [*read_archive(ANNOTATIONS / "documents" / name for name in names)] for part, names in parts.items()
    }
    unseen_regions(documents["train"], folds)
    shipped = linear.load().filter
    print(f"\n| as shipped, on | {HEAD}\n| --- | ---: | ---: | ---: |")
    for part in ("dev", "test"):
        figures = observe(documents[part])
        print(row(f"{part}, all that the rules hold to be claims", Counter(map(meant, figures))))
        print(row(f"{part}, taken out", taken_out(figures, shipped)))


if __name__ == "__main__":
    main()
