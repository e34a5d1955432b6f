from __future__ import annotations

import multiprocessing
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

from jixiao.analyse import Report, analyse
from jixiao.ingest import read
from jixiao.spacy_components import SPAN_EXTENSIONS, make_doc

DOCUMENTS = Path(__file__).resolve().parents[1] / "annotations" / "documents"

TEXT = """澄江市民政局2022年度部门整体支出绩效自评报告

一、主要履职情况
全年调处劳资纠纷1,513宗，发放慰问金82.50万元。

二、满意度
服务对象满意度为99.70%，回访约２００户，共走
访20-30家。
"""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline()


def pipeline() -> Language:
    nlp = spacy.blank("zh")
    for name in ("jixiao_sections", "jixiao_quantities", "jixiao_claims"):
        nlp.add_pipe(name)
    return nlp


def archive() -> list[Path]:
    files = [path for path in sorted(DOCUMENTS.rglob("*")) if path.is_file() and path.suffix != ".jsonl"]
    assert files
    return files


def spans_of(doc: Doc, group: str) -> list[tuple[str, str, str]]:
    return [(span.text, span.label_, span.id_) for span in doc.spans[group]]


def test_pipeline_is_built_by_name_with_its_defaults(nlp: Language) -> None:
    assert nlp.pipe_names == ["jixiao_sections", "jixiao_quantities", "jixiao_claims"]
    assert nlp.get_pipe_meta("jixiao_claims").default_config == {"spans_key": "claims", "min_confidence": 0.0}


def test_components_are_found_without_importing_jixiao() -> None:
    script = "import spacy; nlp = spacy.blank('zh'); nlp.add_pipe('jixiao_claims'); print(len(nlp('办结3件。').spans['claims']))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "1\n"


def test_spans_carry_label_and_fields(nlp: Language) -> None:
    doc = nlp(TEXT)
    sections = [(span._.section.title, span.label_) for span in doc.spans["sections"]]
    assert sections == [("一、主要履职情况", "performance"), ("二、满意度", "satisfaction")]
    disputes, money, *_ = doc.spans["claims"]
    assert (disputes.text, disputes.label_) == ("1,513宗", "数量")
    assert (disputes._.entity, disputes._.action, disputes._.value, disputes._.unit) == (
        "劳资纠纷",
        "调处",
        Decimal(1513),
        "宗",
    )
    assert (money._.value, money._.unit, money._.approx, money._.value_max) == (Decimal(825000), "元", "exact", None)
    assert money._.claim.section_label == "performance"


def test_quantities_bear_source_offsets_and_dimension(nlp: Language) -> None:
    doc = nlp(TEXT)
    found = {span.text: span for span in doc.spans["quantities"]}
    assert [(text, span.label_) for text, span in found.items()] == [
        ("1,513宗", "count"),
        ("82.50万元", "money"),
        ("99.70%", "ratio"),
        ("约２００户", "household"),
        ("20-30家", "institution"),
    ]
    visits = found["20-30家"]
    assert TEXT[visits._.quantity.start : visits._.quantity.end] == "20-30家"
    assert (visits._.value, visits._.value_max, visits._.approx) == (Decimal(20), Decimal(30), "range")
    assert visits._.claim is None and visits._.entity is None


@pytest.mark.parametrize("path", archive(), ids=lambda path: path.stem)
def test_report_and_spans_agree_with_analyse(nlp: Language, path: Path) -> None:
    source = read(path)
    expected = analyse(source)
    doc = nlp(make_doc(nlp, source))

    assert doc.text == source.text
    assert doc._.report == expected
    assert spans_of(doc, "claims") == [(claim.text, claim.category, claim.claim_id) for claim in expected.claims]
    assert [span._.claim for span in doc.spans["claims"]] == list(expected.claims)
    assert [span._.section for span in doc.spans["sections"]] == list(expected.sections)
    assert [(span.start_char, span.end_char) for span in doc.spans["sections"]] == [
        (section.start, section.end) for section in expected.sections
    ]
    quantities = {(span.start_char, span.end_char): span for span in doc.spans["quantities"]}
    for claim in expected.claims:
        if claim.origin == "prose":
            assert quantities[claim.start, claim.end]._.value == claim.value


def test_bare_text_is_a_file_of_utf_8(nlp: Language, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    expected = analyse(read(path))
    report = nlp(TEXT)._.report
    assert report.document == msgspec.structs.replace(expected.document, path="")
    assert report == msgspec.structs.replace(expected, document=report.document)


def test_claims_alone_find_the_same(nlp: Language) -> None:
    alone = spacy.blank("zh")
    alone.add_pipe("jixiao_claims")
    doc = alone(TEXT)
    assert list(doc.spans) == ["claims"]
    assert doc._.report == nlp(TEXT)._.report


def test_options(nlp: Language) -> None:
    other = spacy.blank("zh")
    other.add_pipe("jixiao_sections", config={"spans_key": "headings"})
    other.add_pipe("jixiao_claims", name="sure", config={"spans_key": "sure", "min_confidence": 1.0})
    doc = other(TEXT)
    assert set(doc.spans) == {"headings", "sure"}
    assert doc._.report == nlp(TEXT)._.report
    claims = doc._.report.claims
    assert [span._.claim for span in doc.spans["sure"]] == [claim for claim in claims if claim.confidence >= 1.0]
    with pytest.raises(ValueError, match="min_confidence"):
        other.add_pipe("jixiao_claims", name="wrong", config={"min_confidence": "high"})


def test_saved_pipeline_does_the_same(nlp: Language, tmp_path: Path) -> None:
    saved = spacy.blank("zh")
    saved.add_pipe("jixiao_claims", config={"spans_key": "figures", "min_confidence": 0.5})
    saved.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    assert loaded.config["components"]["jixiao_claims"]["spans_key"] == "figures"
    assert spans_of(loaded(TEXT), "figures") == spans_of(saved(TEXT), "figures") != []


def everything(doc: Doc) -> tuple[Report | None, dict[str, list[object]]]:
    return doc._.report, {
        group: [(span.text, span.label_, *(getattr(span._, name) for name in SPAN_EXTENSIONS)) for span in spans]
        for group, spans in doc.spans.items()
    }


@pytest.mark.parametrize("store", ["docbin", "bytes", "disk"])
def test_records_survive_storing(nlp: Language, store: str, tmp_path: Path) -> None:
    doc = nlp(TEXT)
    fresh = spacy.blank("zh").vocab
    if store == "docbin":
        data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
        (loaded,) = DocBin().from_bytes(data).get_docs(fresh)
    elif store == "bytes":
        loaded = Doc(fresh).from_bytes(doc.to_bytes())
    else:
        doc.to_disk(tmp_path / "doc")
        loaded = Doc(fresh).from_disk(tmp_path / "doc")
    assert everything(loaded) == everything(doc)
    assert doc._.report is not None and len(doc.spans["claims"]) == 5


def test_many_texts_in_batches_and_processes(nlp: Language) -> None:
    sources = [read(path) for path in archive()[:6]]
    expected = [everything(nlp(make_doc(nlp, source))) for source in sources]
    docs = nlp.pipe((make_doc(nlp, source) for source in sources), batch_size=2)
    assert [everything(doc) for doc in docs] == expected
    if multiprocessing.get_start_method() == "fork":  # elsewhere every process would import spaCy anew
        docs = nlp.pipe([make_doc(nlp, source) for source in sources[:2]], n_process=2)
        assert [everything(doc) for doc in docs] == expected[:2]


def test_tokens_wider_than_the_record_keep_its_exact_place() -> None:
    nlp = pipeline()
    text = "全年调处劳资纠纷1,513宗。"
    doc = Doc(nlp.vocab, words=["全年", "调处", "劳资", "纠纷1,513宗", "。"], spaces=[False] * 5)
    (span,) = nlp(doc).spans["claims"]
    assert span.text == "纠纷1,513宗"
    assert span._.claim.text == "1,513宗" == text[span._.claim.start : span._.claim.end]


def test_two_records_in_one_token_stay_apart() -> None:
    nlp = pipeline()
    doc = Doc(nlp.vocab, words=["惠及", "62户、215人", "。"], spaces=[False] * 3)
    assert [(span.text, span._.unit) for span in nlp(doc).spans["quantities"]] == [
        ("62户、215人", "户"),
        ("62户、215人", "人"),
    ]


def test_spans_of_others_have_no_record(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert {getattr(doc[0:2]._, name) for name in SPAN_EXTENSIONS} == {None}
    named = Span(doc, 0, 2, label="ORG", span_id="somebody's own")
    assert {getattr(named._, name) for name in SPAN_EXTENSIONS} == {None}
    assert nlp.make_doc(TEXT)._.report is None
    assert nlp.make_doc(TEXT)[0:2]._.claim is None


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000\r\n\t", "没有数字。", "\ufeff1"])
def test_texts_without_claims(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert list(doc.spans["claims"]) == []
    assert doc._.report.source_text == text


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *"一二、。，：（）\n\r\t \u3000#*|<>",
                "1,513宗",
                "99.7%",
                "近９万余元",
                "发放",
                "（一）目标",
                "\n\n",
                "  ",
            ]
        )
    ).map("".join)
)
def test_any_text_any_blanks(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    for group in ("claims", "sections"):
        for span in doc.spans[group]:
            record = span._.claim or span._.section
            assert (span.start_char, span.end_char) == (record.start, record.end)
    for span in doc.spans["quantities"]:
        assert (span.start_char, span.end_char) == (span._.quantity.start, span._.quantity.end)
