"""jixiao as spaCy components: thin adapters over the stages, for pipelines and corpora kept in spaCy's formats.

.. code-block:: python

    nlp = spacy.blank("zh")
    nlp.add_pipe("jixiao_sections")
    nlp.add_pipe("jixiao_quantities")
    nlp.add_pipe("jixiao_claims")
    doc = nlp(text)
    for span in doc.spans["claims"]:
        print(span.label_, span._.entity, span._.value, span._.unit, span._.claim.period)

Each component reads ``doc.text`` (the source text of every offset), needs none of the others and works beside any. It
fills a group of ``doc.spans`` (``spans_key``, by default the name of what it holds), the spans labelled with the section
label, the dimension of the unit (``number`` without one) and the category. A pipeline of ``jixiao_claims`` alone finds the
same claims with the same section labels as one with all three, and costs what :func:`jixiao.analyse.analyse` costs.

Extensions: ``doc._.report`` is all that ``analyse`` found (None before ``jixiao_claims``); ``span._.section``,
``span._.quantity`` and ``span._.claim`` are the record behind a span, ``span._.value``, ``value_max``, ``approx``,
``unit``, ``entity`` and ``action`` are its fields; all of them None for spans of others or records without the field.

Files of any format go in through :func:`make_doc`: ``nlp(make_doc(nlp, jixiao.ingest.read(path)))``. The records are then
those that ``jixiao extract`` prints for the file, identifiers included; a bare text is taken for a file of UTF-8 text
without a name.

Limits: a span consists of whole tokens. With spaCy's default segmenter for Chinese (``char``) tokens are characters, and
``span.text`` is the record's text; a segmenter of words may glue a figure to its neighbours, the span then covers these
too, while ``start``, ``end`` and ``text`` of the record stay exact. The records are kept as JSON in
``doc.user_data["jixiao"]`` and found by ``span.id_``, so both survive ``Doc.to_bytes`` and
``DocBin(store_user_data=True)``, but not ``Doc.from_docs`` and ``Span.as_doc``, which make new texts. Texts beyond
``nlp.max_length`` are refused by spaCy.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from spacy.language import Language
from spacy.tokens import Doc, Span

from jixiao.analyse import Report, analyse
from jixiao.clean import clean
from jixiao.ingest import Source
from jixiao.ingest.metadata import describe
from jixiao.lexicon import load
from jixiao.quantities import Quantity, find_quantities
from jixiao.records import Claim, Section, document_id, record_id
from jixiao.segment import segment

Component = Callable[[Doc], Doc]
Found = Section | Quantity | Claim

_USER_DATA = "jixiao"
_encoder = msgspec.json.Encoder(decimal_format="string")


# --- Components -----------------------------------------------------------------------------------------------------------


@Language.factory("jixiao_sections", default_config={"spans_key": "sections"}, assigns=["doc.spans"])
def sections_component(nlp: Language, name: str, spans_key: str) -> Component:
    """``doc.spans[spans_key]``: the sections, labelled with their section label; subsections overlap what holds them."""
    load()  # a broken lexicon is met here and not at the first text
    return functools.partial(add_sections, spans_key=spans_key)


@Language.factory("jixiao_quantities", default_config={"spans_key": "quantities"}, assigns=["doc.spans"])
def quantities_component(nlp: Language, name: str, spans_key: str) -> Component:
    """``doc.spans[spans_key]``: every quantity, stated by the department or not, labelled with its dimension."""
    load()
    return functools.partial(add_quantities, spans_key=spans_key)


@Language.factory(
    "jixiao_claims",
    default_config={"spans_key": "claims", "min_confidence": 0.0},
    assigns=["doc.spans", "doc._.report"],
)
def claims_component(nlp: Language, name: str, spans_key: str, min_confidence: float) -> Component:
    """``doc.spans[spans_key]``: the claims of at least ``min_confidence``, labelled with their category; ``doc._.report`` has all."""
    load()
    return functools.partial(add_claims, spans_key=spans_key, min_confidence=min_confidence)


def add_sections(doc: Doc, spans_key: str) -> Doc:
    source, lexicon = source_of(doc), load()
    cleaned = clean(source.text, lexicon)
    found = segment(cleaned, source.doc_id, lexicon, describe(source, cleaned, lexicon).document_type)
    _keep(doc, "sections", found)
    doc.spans[spans_key] = [_span(doc, each.section_id, each.start, each.end, each.label) for each in found]
    return doc


def add_quantities(doc: Doc, spans_key: str) -> Doc:
    source, lexicon = source_of(doc), load()
    view = clean(source.text, lexicon).view
    found: dict[str, Quantity] = {}
    for quantity in find_quantities(view.text, lexicon):
        start, end = view.source_span(quantity.start, quantity.end)
        found[record_id("quantity", source.doc_id, start, end)] = msgspec.structs.replace(
            quantity, start=start, end=end
        )
    _keep(doc, "quantities", found)
    doc.spans[spans_key] = [
        _span(doc, id, each.start, each.end, each.dimension or "number") for id, each in found.items()
    ]
    return doc


def add_claims(doc: Doc, spans_key: str, min_confidence: float) -> Doc:
    report = analyse(source_of(doc))
    _keep(doc, "report", msgspec.structs.replace(report, source_text=""))
    doc.spans[spans_key] = [
        _span(doc, each.claim_id, each.start, each.end, each.category)
        for each in report.claims
        if each.confidence >= min_confidence
    ]
    return doc


def make_doc(nlp: Language, source: Source) -> Doc:
    """A Doc of the text of ``source``, not yet run through the pipeline, that remembers the file it came from.

    Raises ValueError for texts beyond ``nlp.max_length``.
    """
    doc = nlp.make_doc(source.text)
    # doc.text is the source text already.
    _keep(doc, "source", msgspec.structs.replace(source, text=""))
    return doc


def source_of(doc: Doc) -> Source:
    """What :func:`make_doc` was given, or else the text of ``doc`` as a file of UTF-8 text without a name would give it."""
    kept = _kept(doc, "source")
    if kept is not None:
        return msgspec.structs.replace(msgspec.json.decode(kept, type=Source), text=doc.text)
    return Source(text=doc.text, format="text", encoding="utf-8", path="", doc_id=document_id(doc.text.encode()))


def _span(doc: Doc, id: str, start: int, end: int, label: str) -> Span:
    span = doc.char_span(start, end, label=label, span_id=id, alignment_mode="expand")
    if span is None:
        raise ValueError(f"{id} lies outside the tokens of the Doc")
    return span


# --- Records kept in the Doc ----------------------------------------------------------------------------------------------


def _keep(doc: Doc, part: str, found: Any) -> None:
    doc.user_data[_USER_DATA] = {**doc.user_data.get(_USER_DATA, {}), part: _encoder.encode(found).decode()}


def _kept(doc: Doc, part: str) -> str | None:
    json: str | None = doc.user_data.get(_USER_DATA, {}).get(part)
    return json


# Spans are asked for their records one by one, and usually all spans of one Doc after another.
@functools.lru_cache(maxsize=4)
def _sections(json: str) -> Mapping[str, Section]:
    return {each.section_id: each for each in msgspec.json.decode(json, type=tuple[Section, ...])}


@functools.lru_cache(maxsize=4)
def _quantities(json: str) -> Mapping[str, Quantity]:
    return msgspec.json.decode(json, type=dict[str, Quantity])


@functools.lru_cache(maxsize=4)
def _report(json: str) -> Report:
    return msgspec.json.decode(json, type=Report)


@functools.lru_cache(maxsize=4)
def _claims(json: str) -> Mapping[str, Claim]:
    return {each.claim_id: each for each in _report(json).claims}


def _look_up(span: Span, part: str, read: Callable[[str], Mapping[str, Any]]) -> Any:
    json = _kept(span.doc, part) if span.id else None
    return read(json).get(span.id_) if json is not None else None


# --- Extensions -----------------------------------------------------------------------------------------------------------


def get_report(doc: Doc) -> Report | None:
    """What ``jixiao_claims`` found in ``doc``; None if it has not run."""
    json = _kept(doc, "report")
    return msgspec.structs.replace(_report(json), source_text=doc.text) if json is not None else None


def get_section(span: Span) -> Section | None:
    section: Section | None = _look_up(span, "sections", _sections)
    return section


def get_quantity(span: Span) -> Quantity | None:
    """The quantity of a span of ``jixiao_quantities``, its ``start`` and ``end`` in the source text; None for other spans."""
    quantity: Quantity | None = _look_up(span, "quantities", _quantities)
    return quantity


def get_claim(span: Span) -> Claim | None:
    claim: Claim | None = _look_up(span, "report", _claims)
    return claim


def _get_field(span: Span, field: str) -> Any:
    return getattr(get_claim(span) or get_quantity(span), field, None)


def _fields(names: Iterable[str]) -> dict[str, Callable[[Span], Any]]:
    return {name: functools.partial(_get_field, field=name) for name in names}


SPAN_EXTENSIONS: Mapping[str, Callable[[Span], Any]] = {
    "section": get_section,
    "quantity": get_quantity,
    "claim": get_claim,
    **_fields(("value", "value_max", "approx", "unit", "entity", "action")),
}

# An extension of the same name that another package has set is an error here (spaCy's E090), not a silent mix-up.
Doc.set_extension("report", getter=get_report)
for _name, _getter in SPAN_EXTENSIONS.items():
    Span.set_extension(_name, getter=_getter)
