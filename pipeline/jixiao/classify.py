"""Official indicator categories of claims, by what is counted, the unit, the verb and the section.

The rules are data (``patterns/categories.toml``), tried in order; the source of the categories is the Ministry of Finance's
framework of performance indicators (财预〔2020〕10号 and its successors), 资金 and 资源 added for what reports state besides.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import regex

from jixiao.lexicon import Lexicon
from jixiao.records import Category, SectionLabel


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
    entity: str, action: str, unit: str, dimension: str, label: SectionLabel, sentence: str, lexicon: Lexicon
) -> tuple[Category, float]:
    """The category of a claim and how sure that is, 0–1. ``entity`` may have the column head of a table cell before it."""
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
