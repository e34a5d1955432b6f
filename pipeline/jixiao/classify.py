"""Official indicator categories of claims, by what is counted, the unit, the verb and the section.

The rules are data (``patterns/categories.toml``), tried in order; the source of the categories is the Ministry of Finance's
framework of performance indicators (财预〔2020〕10号 and its successors), 资金 and 资源 added for what reports state besides.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import pairwise
from math import exp
from typing import NamedTuple

import regex

from jixiao.lexicon import Lexicon
from jixiao.linear import Multiclass
from jixiao.records import Category, SectionLabel

SURE = 0.9  # of a rule that needs no second opinion
CERTAIN = 0.95  # of what unit, section and rule say, from which the words are not asked
LONGEST = 24  # characters of an entity that the model reads


class _Rule(NamedTuple):
    category: Category
    sure: float
    entity: regex.Pattern[str] | None
    context: regex.Pattern[str] | None
    unit: str
    dimensions: frozenset[str]
    actions: frozenset[str]
    sections: frozenset[str]


@functools.cache
def _rules(lexicon: Lexicon) -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            rule.category,
            rule.sure,
            regex.compile(rule.entity) if rule.entity else None,
            regex.compile(rule.context) if rule.context else None,
            rule.unit,
            frozenset(rule.dimension.split()),
            frozenset(rule.action.split()),
            frozenset(rule.section.split()),
        )
        for rule in lexicon.categories
    )


@functools.cache
def _rules_for(dimension: str, lexicon: Lexicon) -> tuple[_Rule, ...]:
    return tuple(rule for rule in _rules(lexicon) if not rule.dimensions or dimension in rule.dimensions)


def classify(
    entity: str,
    action: str,
    unit: str,
    dimension: str,
    label: SectionLabel,
    sentence: str,
    lexicon: Lexicon,
    model: Multiclass | None = None,
) -> tuple[Category, float]:
    """The category of a claim and how sure that is, 0–1. ``entity`` may have the column head of a table cell before it.

    The rules' category is the first of the model's features. It stands without a ``model``, where the rule is sure of itself,
    and where the model is not sure of another one. The words are read only where all else leaves a doubt.
    """
    category, sure = by_rules(entity, action, unit, dimension, label, sentence, lexicon)
    if model is None or sure >= SURE:
        return category, sure
    scores, certain = _frame(model, category, sure, unit, dimension, label)
    if certain is not None:
        return certain
    scores = model.scores(_word_features(entity, action, unit), scores)
    return _likeliest(model, scores, category)


def _likeliest(model: Multiclass, scores: Sequence[float], category: Category) -> tuple[Category, float]:
    """The model's class where it is sure of it, else the rules' ``category``, and its share."""
    best = scores.index(max(scores))
    powers = list(map(exp, scores))  # sums of a few dozen weights, far below what exp has no word for
    total = sum(powers)
    if powers[best] < model.threshold * total and category in model.classes:
        best = model.classes.index(category)
    return model.classes[best], round(powers[best] / total, 3)


def category_features(
    category: Category, sure: float, entity: str, action: str, unit: str, dimension: str, label: SectionLabel
) -> list[str]:
    """What the model sees: the rules' category and how sure they were, then the words, the unit and the section."""
    return _frame_features(category, sure, unit, dimension, label) + _word_features(entity, action, unit)


@functools.lru_cache(maxsize=4096)
def _frame(
    model: Multiclass, category: Category, sure: float, unit: str, dimension: str, label: SectionLabel
) -> tuple[list[float], tuple[Category, float] | None]:
    """What the model makes of all but the words, of which a report has few kinds, and its word where that is CERTAIN already."""
    scores = model.scores(_frame_features(category, sure, unit, dimension, label))
    likeliest = _likeliest(model, scores, category)
    return scores, likeliest if likeliest[1] >= CERTAIN else None


def _frame_features(category: Category, sure: float, unit: str, dimension: str, label: SectionLabel) -> list[str]:
    return [
        f"rule={category}",
        f"rule sure={category} {sure:.2f}",
        f"rule section={category} {label}",
        f"rule dimension={category} {dimension}",
        f"rule unit={category} {unit}",
        f"unit={unit}",
        f"dimension={dimension}",
        f"dimension section={dimension} {label}",
        f"section={label}",
    ]


def _word_features(entity: str, action: str, unit: str) -> list[str]:
    return [
        f"unit head={unit} {entity[-1:]}",
        f"action={action}",
        f"entity={entity}",
        f"head={entity[-1:]}",
        f"end={entity[-2:]}",
        *[f"pair={one}{two}" for one, two in pairwise(entity[:LONGEST])],
    ]


def by_rules(
    entity: str, action: str, unit: str, dimension: str, label: SectionLabel, sentence: str, lexicon: Lexicon
) -> tuple[Category, float]:
    """The category by the first rule that fits, and how sure that rule is; 数量 where none does."""
    for rule in _rules_for(dimension, lexicon):
        if rule.unit and rule.unit not in unit:
            continue
        if rule.actions and action not in rule.actions:
            continue
        if rule.sections and label not in rule.sections:
            continue
        if rule.entity is not None and not rule.entity.search(entity):
            continue
        if rule.context is not None and not rule.context.search(sentence):
            continue
        return rule.category, rule.sure
    return "数量", 0.5
