"""Linear models as shipped in ``models/``: named features, a weight each, and nothing that runs.

A model is a JSON file that people can read and compare; :mod:`jixiao.corpus.training` makes it, this module only adds weights up,
in plain Python, so that neither numpy nor scikit-learn is loaded to read a report.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from importlib.resources import files
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from jixiao.records import Category

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

T = TypeVar("T")
NOTHING = itertools.repeat(0.0)  # the weight of a feature that no model has met


class ModelError(ValueError):
    """A model file that is missing or does not fit; the message names it."""


class Linear(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Weights of features that are present or absent. ``threshold`` is where the model's word begins to count."""

    bias: float = 0.0
    threshold: float = 0.0
    weights: dict[str, float]

    def score(self, features: Iterable[str], before: float | None = None) -> float:
        """The sum of the weights of ``features``; those it never met weigh nothing.

        ``before`` is the score of features that stand before these, where many rows begin with the same ones.
        """
        return sum(map(self.weights.get, features, NOTHING), self.bias if before is None else before)

    def scores(self, rows: Iterable[Iterable[str]]) -> list[float]:
        """:meth:`score` of each row of features."""
        get, bias = self.weights.get, self.bias
        return [sum(map(get, features, NOTHING), bias) for features in rows]

    def probability(self, features: Iterable[str]) -> float:
        """:meth:`score` as a probability, 0–1, for models trained by logistic regression."""
        return logistic(sum(map(self.weights.get, features, NOTHING), self.bias))


class Multiclass(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A weight a class for every feature, for multinomial logistic regression.

    ``threshold`` is the probability from which the model's word counts.
    """

    threshold: float = 0.0
    classes: tuple[Category, ...]
    bias: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]

    def scores(self, features: Iterable[str], before: Sequence[float] | None = None) -> list[float]:
        """The sum of the weights of ``features`` for each of ``classes``; ``before`` as in :meth:`Linear.score`."""
        rows = filter(None, map(self.weights.get, features))
        return list(map(sum, zip(self.bias if before is None else before, *rows, strict=True)))


class Models(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All of ``models/``; None where the rules alone decide.

    ``filter`` says how likely a figure is a claim, ``trust`` and ``verb_trust`` how likely the rules' entity and verb are right;
    ``entity`` and ``action`` rank what else there is, and ``shortlist`` says at a glance which entities are worth ranking.
    ``link`` says how likely a claim answers a target.
    """

    filter: Linear | None = None
    trust: Linear | None = None
    shortlist: Linear | None = None
    entity: Linear | None = None
    verb_trust: Linear | None = None
    action: Linear | None = None
    category: Multiclass | None = None
    link: Linear | None = None


RULES_ONLY = Models()


@functools.cache
def load(folder: Path | None = None) -> Models:
    """The models of ``folder``, or those shipped with the package; read once a process. Raises :class:`ModelError`."""
    where = folder or files("jixiao.models")
    return Models(
        trust=_read(where, "trust", Linear),
        shortlist=_read(where, "shortlist", Linear),
        entity=_read(where, "entity", Linear),
        verb_trust=_read(where, "verb_trust", Linear),
        action=_read(where, "action", Linear),
        category=_read(where, "category", Multiclass),
        filter=_read(where, "filter", Linear),
        link=_read(where, "link", Linear),
    )


def _read(folder: Path | Traversable, name: str, kind: type[T]) -> T | None:
    path = folder / f"{name}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind | None)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path}: {error}") from error


def logistic(score: float) -> float:
    return 1 / (1 + exp(-score)) if score > -700 else 0.0  # exp has no word for more


def softmax(scores: Sequence[float]) -> list[float]:
    """Scores as probabilities that sum to 1; empty for none."""
    top = max(scores, default=0.0)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
