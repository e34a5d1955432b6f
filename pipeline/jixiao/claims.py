"""From quantities to claims."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import regex

from jixiao.clean import Cleaned
from jixiao.lexicon import Lexicon
from jixiao.records import Claim, Document, Section, record_id


def find_claims(cleaned: Cleaned, sections: Sequence[Section], document: Document, lexicon: Lexicon) -> tuple[Claim, ...]:
    # Thin first version, to be replaced.
    claims = []
    source = cleaned.view.source
    for match in regex.finditer(r"(?<!\d)(\d+)([宗件户名人场家个条])", cleaned.view.text):
        start, end = cleaned.view.source_span(*match.span())
        claims.append(
            Claim(
                claim_id=record_id("claim", document.doc_id, start, end), doc_id=document.doc_id, section_id=None,
                section_label="other", sentence=source[start:end], start=start, end=end, text=source[start:end],
                value=Decimal(match[1]), value_max=None, approx="exact", unit=match[2], entity="", action="", qualifiers=(),
                period=None, change=None, category="数量", category_confidence=0.5, confidence=0.5, rule="thin", origin="prose",
            )
        )
    return tuple(claims)
