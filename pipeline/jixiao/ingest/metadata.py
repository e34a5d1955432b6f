"""What the text says of itself: title, organisation, region, fiscal year, document type."""

from __future__ import annotations

from jixiao.clean import Cleaned
from jixiao.ingest import Source
from jixiao.lexicon import Lexicon
from jixiao.records import Document


def describe(source: Source, cleaned: Cleaned, lexicon: Lexicon) -> Document:
    return Document(
        doc_id=source.doc_id,
        path=source.path,
        title=None,
        organisation=None,
        region=None,
        fiscal_year=None,
        document_type="other",
        pages=None,
        characters=len(source.text),
        format=source.format,
        encoding=source.encoding,
        status=source.status,
        reason=source.reason,
        warnings=source.warnings,
    )
