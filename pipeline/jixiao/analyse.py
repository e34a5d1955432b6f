"""The way a report flows: the list of the stages, in order, and the best description of the program."""

from __future__ import annotations

import msgspec

from jixiao import linear
from jixiao.budgets import find_budgets
from jixiao.claims import find_claims
from jixiao.clean import clean
from jixiao.ingest import Source
from jixiao.ingest.metadata import describe
from jixiao.lexicon import Lexicon, load
from jixiao.linear import Models
from jixiao.link import link, link_budgets
from jixiao.ocr import Repair
from jixiao.records import Budget, Claim, Document, Link, Record, Section, Target
from jixiao.segment import segment
from jixiao.target_rows import read_rows
from jixiao.targets import find_targets

TIMED_OUT = "文本结构异常，识别规则在时限内未能完成，已停止处理；请检查文件内容，或检查自行添加的规则"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found in one document. ``source_text`` is what every offset of the records points into.

    ``links`` join claims and targets of this document; those to other documents are made where an archive is known.
    ``repairs`` are the misread characters that were mended before anything was looked for; the source keeps them.
    """

    source_text: str
    document: Document
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]
    targets: tuple[Target, ...] = ()
    budgets: tuple[Budget, ...] = ()
    links: tuple[Link, ...] = ()
    repairs: tuple[Repair, ...] = ()

    def records(self) -> tuple[Record, ...]:
        return (self.document, *self.sections, *self.claims, *self.targets, *self.budgets, *self.links)


def analyse(source: Source, lexicon: Lexicon | None = None, models: Models | None = None) -> Report:
    """Everything jixiao finds in ``source``, in the order of the stages.

    ``lexicon`` and ``models`` are those shipped with the package if None; with ``linear.RULES_ONLY`` no model is asked.
    Never raises on odd text: where a pattern of the lexicon does not come to an end, the document's status is ``failed``, its
    reason says so, and there are no records.
    """
    lexicon = lexicon or load()
    models = models or linear.load()
    try:
        cleaned = clean(source.text, lexicon)
        document = describe(source, cleaned, lexicon)
        sections = segment(cleaned, source.doc_id, lexicon, document.document_type)
        rows = tuple(read_rows(cleaned, lexicon, document.fiscal_year))
        claims = find_claims(cleaned, sections, document, lexicon, models, rows=rows)
        targets = find_targets(rows, cleaned, document, lexicon)
        budgets = find_budgets(cleaned, sections, document, lexicon, claims)
        titles = {section.section_id: section.title for section in sections}
        links = link(claims, targets, titles, lexicon, models.link) + link_budgets(claims, budgets, budgets)
    except TimeoutError:
        document = describe(source, clean("", lexicon), lexicon)
        stopped = msgspec.structs.replace(document, status="failed", reason=TIMED_OUT)
        return Report(source_text=source.text, document=stopped, sections=(), claims=())
    return Report(
        source_text=source.text,
        document=document,
        sections=sections,
        claims=claims,
        targets=targets,
        budgets=budgets,
        links=links,
        repairs=cleaned.repairs,
    )
