"""Label Studio: its SDK accepts form, annotations and predictions, its converter finds the same spans, and all comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface
from msgspec.structs import replace

from corpus.marks import archive, hostile, whole_archive
from jixiao.analyse import analyse
from jixiao.corpus import labelstudio
from jixiao.corpus.gold import GoldError
from jixiao.corpus.spans import RELATION_LABELS, SPAN_LABELS, Marked, from_gold, from_report, to_gold


@pytest.fixture(scope="module")
def documents() -> list[Marked]:
    """The hard document and the archive; two of them with what the program found."""
    found = [
        replace(from_gold(document), predicted=from_report(document.name, analyse(document.source)))
        for document in (hostile(), archive()[0])
    ]
    return [*found, *whole_archive()[1:]]


GOLDS = [hostile().gold, *(document.gold for document in archive())]


@pytest.fixture(scope="module")
def folder(documents: list[Marked], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("labelstudio")
    labelstudio.write(documents, path)
    return path


@pytest.fixture(scope="module")
def tasks(folder: Path) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = json.loads((folder / "tasks.json").read_bytes())
    return tasks


@pytest.fixture(scope="module")
def form(folder: Path) -> LabelInterface:
    return LabelInterface((folder / "config.xml").read_text(encoding="utf-8"))


def test_the_sdk_accepts_the_form(form: LabelInterface) -> None:
    form.validate()
    assert set(form.get_control("span").labels) == set(SPAN_LABELS)
    assert form.get_control("category").is_multiple_choice
    assert not form.get_control("approx").is_multiple_choice
    relations = [relation.attrib["value"] for relation in form.parse(form.config)[3].iter("Relation")]
    assert relations == list(RELATION_LABELS)


def test_the_sdk_accepts_every_task(form: LabelInterface, tasks: list[dict[str, Any]]) -> None:
    assert len(tasks) == len(GOLDS)
    for task in tasks:
        assert form.validate_task({"data": task["data"]})
        for annotation in task["annotations"]:
            assert form._validate_object(annotation, return_errors=True) == []
        for prediction in task["predictions"]:
            assert form.validate_prediction(prediction, return_errors=True) == []
    assert [len(task["predictions"]) for task in tasks[:3]] == [1, 1, 0]
    prediction = tasks[1]["predictions"][0]
    assert prediction["model_version"].startswith("jixiao ")
    claims = [region for region in prediction["result"] if region.get("value", {}).get("labels") == ["claim"]]
    assert claims
    assert all(0 <= claim["score"] <= 1 for claim in claims)


def test_the_sdks_converter_finds_the_same_spans(folder: Path, documents: list[Marked], tmp_path: Path) -> None:
    converter = Converter(config=str(folder / "config.xml"), project_dir=None)
    exported = [{"id": i, **task} for i, task in enumerate(json.loads((folder / "tasks.json").read_bytes()))]
    for task in exported:
        task["annotations"] = [{"id": 1, "completed_by": {"id": 1}, **annotation} for annotation in task["annotations"]]
    source = tmp_path / "export.json"
    source.write_text(json.dumps(exported), encoding="utf-8")
    converter.convert_to_json_min(str(source), str(tmp_path / "out"), is_dir=False)
    rows = json.loads((tmp_path / "out" / "result.json").read_bytes())
    for row, marked in zip(rows, documents, strict=True):
        found = {(span["start"], span["end"], span["labels"][0]) for span in row["span"]}
        assert found == {(span.start, span.end, span.label) for span in marked.spans}
        assert all(row["text"][span["start"] : span["end"]] == span["text"] for span in row["span"])


def test_the_whole_archive_comes_back(folder: Path, documents: list[Marked]) -> None:
    back = list(labelstudio.read(folder))
    assert back == [replace(marked, predicted=None) for marked in documents]
    assert list(map(to_gold, back)) == GOLDS


def test_offsets_count_code_points(tasks: list[dict[str, Any]]) -> None:
    task = tasks[0]
    claim = next(region for region in task["annotations"][0]["result"] if region["value"].get("labels") == ["claim"])
    text = task["data"]["text"]
    assert text[:3] == "# 𠮷"
    assert text[claim["value"]["start"] : claim["value"]["end"]] == claim["value"]["text"] == "1,5\r\n13\t宗|件"


def edited(task: dict[str, Any], result: list[dict[str, Any]], **annotation: Any) -> dict[str, Any]:
    return {"id": 7, "data": task["data"], "annotations": [{"id": 1, "result": result, **annotation}]}


def test_what_an_annotator_adds_is_read(tasks: list[dict[str, Any]], tmp_path: Path) -> None:
    text = tasks[0]["data"]["text"]
    start = text.index("22宗")
    place = {"start": start, "end": start + 3}
    action = {"start": text.index("发放"), "end": text.index("发放") + 2}
    common = {"id": "aBc-1", "to_name": "text", "origin": "manual"}
    result = [
        {**common, "from_name": "span", "type": "labels", "value": {**place, "text": "22宗", "labels": ["claim"]}},
        {**common, "from_name": "category", "type": "choices", "value": {**place, "choices": ["质量", "时效"]}},
        {**common, "from_name": "approx", "type": "choices", "value": {**place, "choices": ["exact"]}},
        {**common, "from_name": "value", "type": "textarea", "value": {**place, "text": [" 22.0 "]}},
        {**common, "from_name": "entity", "type": "textarea", "value": {**place, "text": ["纠\n纷"]}},
        {**common, "id": "x", "from_name": "span", "type": "labels", "value": {**action, "labels": ["action"]}},
        {"type": "relation", "from_id": "aBc-1", "to_id": "x", "direction": "left", "labels": ["action"]},
    ]
    path = tmp_path / "export.json"
    path.write_text(
        json.dumps(
            [edited(tasks[0], [], was_cancelled=True), edited(tasks[0], result), {**tasks[1], "annotations": []}]
        )
    )
    [marked] = labelstudio.read(path)
    [mention] = to_gold(replace(marked, links=(), findings=())).mentions
    assert (str(mention.value), mention.category, mention.entity, mention.action) == (
        "22.0",
        ("质量", "时效"),
        "纠纷",
        "发放",
    )


def test_a_document_without_gold_is_a_prediction_only() -> None:
    document = archive()[0]
    task = labelstudio.task(from_report(document.name, analyse(document.source)))
    assert task["annotations"] == []
    assert task["predictions"][0]["score"] > 0


@pytest.mark.parametrize(
    "content",
    ["{", "{}", '[{"data": {}}]', '[{"data": {"text": "甲"}, "annotations": [{"result": [{"type": "labels"}]}]}]'],
)
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=r"x\.json"):
        list(labelstudio.read(path))
