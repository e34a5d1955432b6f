"""What a document says of itself, on made covers, on the archive and on the seeds."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.clean import Cleaned, clean
from jixiao.ingest import read, read_bytes
from jixiao.ingest.metadata import describe
from jixiao.lexicon import BodyRule, GovernmentRule, TypeRule, load
from jixiao.records import Document
from jixiao.textmap import View

LEXICON = load()
RULES: list[TypeRule | BodyRule | GovernmentRule] = [
    *LEXICON.metadata.title,
    *LEXICON.metadata.body,
    *LEXICON.metadata.government,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.regex[:20])
def test_rules_match_their_examples_and_no_counter_example(rule: TypeRule | BodyRule | GovernmentRule) -> None:
    pattern = regex.compile(rule.regex)
    assert all(pattern.search(text) for text in rule.examples)
    assert not any(pattern.search(text) for text in rule.counter)


@pytest.mark.parametrize("rule", LEXICON.metadata.title, ids=lambda rule: rule.type + rule.regex[:10])
def test_the_first_rule_that_matches_a_title_is_its_own(rule: TypeRule) -> None:
    for title in rule.examples:
        assert about(f"{title}\n\n一、概况\n").document_type == rule.type


def about(text: str, name: str = "a.txt") -> Document:
    source = read_bytes(text.encode(), name)
    return describe(source, clean(source.text, LEXICON), LEXICON)


def what(document: Document) -> tuple[str | None, ...]:
    return (
        document.title, document.organisation, document.region, document.fiscal_year, document.document_type,
    )  # fmt: skip


BODY = "\n\n一、部门概况\n\n本单位年末在职36人，全年支出1,286万元。\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青渡市交通运输局2023年度部门整体绩效自评报告" + BODY,
         ("青渡市交通运输局2023年度部门整体绩效自评报告", "青渡市交通运输局", "青渡市", "2023", "self_evaluation")),
        ("青渡市澜桥区民政局\n2022年度部门整体支出绩效自评报告\n（2023年4月）" + BODY,
         ("青渡市澜桥区民政局2022年度部门整体支出绩效自评报告", "青渡市澜桥区民政局", "青渡市澜桥区", "2022", "self_evaluation")),
        ("2021年度部门整体绩效自评报告\n部门名称（公章）：云岭县水务局（本级）\n填报人：某某  联系电话：0649-5550101" + BODY,
         ("2021年度部门整体绩效自评报告", "云岭县水务局", "云岭县", "2021", "self_evaluation")),
        ("附件2\n部门整体支出绩效目标表\n（2024年度）\n部门名称\t石门岭县档案馆\t编制数\t12\n一级指标\t二级指标\t三级指标\t指标值\n",
         ("部门整体支出绩效目标表（2024年度）", "石门岭县档案馆", "石门岭县", "2024", "target_table")),
        ("项目支出绩效自评表\n（2022年度）\n主管部门\t青渡市水务局\t实施单位\t青渡市河湖管理中心\n",
         ("项目支出绩效自评表（2022年度）", "青渡市河湖管理中心", "青渡市", "2022", "self_evaluation")),
        ("滨浦新区应急管理局2022年部门预算\n目录\n第一部分 部门概况\n",
         ("滨浦新区应急管理局2022年部门预算", "滨浦新区应急管理局", "滨浦新区", "2022", "budget")),
        ("云岭县林业局二〇二三年度部门决算" + BODY,
         ("云岭县林业局二〇二三年度部门决算", "云岭县林业局", "云岭县", "2023", "final_accounts")),
        ("青渡市财政局关于开展2023年度绩效自评工作的通知\n各县（区）财政局：\n" + BODY,
         ("青渡市财政局关于开展2023年度绩效自评工作的通知", "青渡市财政局", "青渡市", "2023", "other")),
        ("2026年北原省政府工作报告\n——2026年1月20日在北原省第十四届人民代表大会第四次会议上\n各位代表：\n",
         ("2026年北原省政府工作报告", "北原省人民政府", "北原省", "2026", "other")),
        ("政府工作报告\n——2025年2月8日在云岭县第十六届人民代表大会第五次会议上\n各位代表：\n",
         ("政府工作报告", "云岭县人民政府", "云岭县", "2025", "other")),
        ("月桥区教育局2023年度部门整体绩效自评报告" + BODY + "\n青渡市月桥区教育局\n2024年3月5日\n",
         ("月桥区教育局2023年度部门整体绩效自评报告", "青渡市月桥区教育局", "青渡市月桥区", "2023", "self_evaluation")),
        ("望川市公安局沙口分局2021年度部门整体绩效自评报告\n分局在沙口区委领导下开展工作，管辖沙口区全境。\n",
         ("望川市公安局沙口分局2021年度部门整体绩效自评报告", "望川市公安局沙口分局", "望川市沙口区", "2021", "self_evaluation")),
        ("云岭县城市管理局2023年度部门整体绩效自评报告" + BODY,
         ("云岭县城市管理局2023年度部门整体绩效自评报告", "云岭县城市管理局", "云岭县", "2023", "self_evaluation")),
        ("青渡市住房和城市建设局2023年度部门整体绩效自评报告" + BODY,
         ("青渡市住房和城市建设局2023年度部门整体绩效自评报告", "青渡市住房和城市建设局", "青渡市", "2023", "self_evaluation")),
        ("首页 > 政务公开 > 部门预算\n云岭县司法局2022年部门预算公开\n发布时间：2022-02-21\n",
         ("云岭县司法局2022年部门预算公开", "云岭县司法局", "云岭县", "2022", "budget")),
        ("绩效目标申报表\n申报年度： 2025  部门名称： 云岭县妇女联合会\n一级指标\t二级指标\t三级指标\t指标值\n",
         ("绩效目标申报表", "云岭县妇女联合会", "云岭县", "2025", "target_table")),
    ],
)  # fmt: skip
def test_covers_titles_and_forms(text: str, expected: tuple[str | None, ...]) -> None:
    assert what(about(text)) == expected


def test_what_nothing_says_stays_none() -> None:
    assert what(about("今天天气很好。\n我们去了公园，看见3只鸟。\n")) == (None, None, None, None, "other")


def test_the_date_of_the_report_is_not_its_year() -> None:
    assert about("部门整体绩效自评报告\n（2023年4月）\n" + BODY).fiscal_year is None


def test_the_year_most_measures_are_for_where_no_line_states_it() -> None:
    text = (
        "项目支出绩效目标申报表\n申请单位：云岭县总工会\n政策依据：《2024年工作要点》、县工发〔2024〕6号\n"
        "测算依据：\n1.2025年送清凉5万元。\n2.2025年培训8万元。\n3.2024年展览尾款1万元。\n4.2025年报刊2万元，2026年安保预付款1万元。\n"
    )
    assert about(text).fiscal_year == "2025"


def test_no_year_where_the_measures_are_divided() -> None:
    text = "项目支出绩效目标申报表\n1.2025年培训。\n2.2025年展览。\n3.2025年竞赛。\n4.2026年培训。\n5.2026年展览。\n6.2026年竞赛。\n"
    assert about(text).fiscal_year is None


def test_the_body_tells_where_there_is_no_title() -> None:
    text = (
        "第一部分部门概况\n云岭县水务局包括局机关和2个所属单位。\n云岭县水务局2023年部门预算收入1,200万元。\n"
        "2023年部门预算支出1,200万元，2023年部门预算收支与上年持平。\n云岭县水务局，2023年预算数为4万元。\n"
    )
    assert what(about(text)) == (None, "云岭县水务局", "云岭县", "2023", "budget")


def test_the_file_name_is_the_last_resort() -> None:
    document = about("全年支出1,286万元。\n", "云岭县水务局2022年度部门整体绩效自评报告.txt")
    assert what(document) == (
        "云岭县水务局2022年度部门整体绩效自评报告", "云岭县水务局", "云岭县", "2022", "self_evaluation",
    )  # fmt: skip
    document = about("云岭县教育局2023年部门预算\n", "云岭县水务局2022年度部门整体绩效自评报告.txt")
    assert what(document) == ("云岭县教育局2023年部门预算", "云岭县教育局", "云岭县", "2023", "budget")


def test_a_web_page_title_is_used_without_its_site() -> None:
    page = "<html><head><title>云岭县水务局2022年部门预算-云岭县人民政府</title></head><body><p>支出1万元。</p></body></html>"
    assert about(page, "a.html").title == "云岭县水务局2022年部门预算"


def test_what_ingest_found_is_passed_on() -> None:
    source = read_bytes(
        "第一行\n".encode() + b"\xff" + "支出120万元，执行率98.5%，较上年提高。\n又一行\n再一行\n末行\n".encode(),
        "乱.txt",
    )
    document = describe(source, clean(source.text, LEXICON), LEXICON)
    assert (document.status, document.reason, document.warnings) == ("partial", source.reason, source.warnings)
    assert (document.doc_id, document.path, document.format) == (source.doc_id, "乱.txt", "text")
    assert document.characters == len(source.text)


DOCUMENTS = Path(__file__).resolve().parents[2] / "annotations" / "documents"


def _manifest() -> list[tuple[Path, dict[str, str]]]:
    found = []
    for path in sorted(DOCUMENTS.glob("*/manifest.jsonl")):
        for line in path.read_bytes().splitlines():
            if line.strip():
                entry = msgspec.json.decode(line)
                found.append((path.parent / entry["file"], entry))
    return [(file, entry) for file, entry in found if file.exists()]


@pytest.mark.parametrize(
    ("file", "entry"), _manifest(), ids=lambda value: value.name if isinstance(value, Path) else ""
)
def test_the_documents_of_the_archive(file: Path, entry: dict[str, str]) -> None:
    source = read(file)
    document = describe(source, clean(source.text, LEXICON), LEXICON)
    assert (document.organisation, document.fiscal_year, document.document_type) == (
        entry["organisation"], entry["fiscal_year"], entry["document_type"],
    )  # fmt: skip
    # The manifest's region begins with the province, which a county's report need not name.
    assert document.region is not None
    assert document.region in entry["region"]


@pytest.mark.parametrize(
    ("number", "expected"),
    {
        "000": (None, "深圳市龙岗区总工会", "深圳市龙岗区", "2022", "budget"),
        "001": (
            "二级项目支出绩效目标申报表",
            "深圳市深汕特别合作区组织人事局",
            "深圳市深汕特别合作区",
            "2025",
            "target_table",
        ),
        "002": ("2020年度部门整体绩效自评报告", "深圳市龙岗区总工会", "深圳市龙岗区", "2020", "self_evaluation"),
        "003": ("2023年度部门整体绩效自评报告", "深圳市福田区总工会", "深圳市福田区", "2023", "self_evaluation"),
        "004": ("东莞市部门整体预算绩效目标表(2025年)", "东莞市总工会", "东莞市", "2025", "target_table"),
    }.items(),
)
def test_the_seeds(shared: Path, number: str, expected: tuple[str | None, ...]) -> None:
    source = read(next((shared / "seeds").glob(f"{number}_*.txt")))
    assert what(describe(source, clean(source.text, LEXICON), LEXICON)) == expected


@pytest.mark.parametrize("region", ["北京市", "山东省", "江西省", "辽宁省", "陕西省", "青海省"])
def test_government_work_reports(shared: Path, region: str) -> None:
    source = read(shared / "corpora" / f"{region}.txt")
    document = describe(source, clean(source.text, LEXICON), LEXICON)
    assert what(document)[1:] == (f"{region}人民政府", region, "2026", "other")


@given(st.text(alphabet="青渡市云岭县水务局总工会2023年度部门整体绩效自评报告预算表（）：\t\n 。《》", max_size=120))
@settings(max_examples=200, deadline=None)
def test_no_text_raises_and_what_is_said_stands_in_the_text(text: str) -> None:
    source = read_bytes(text.encode(), "a.txt")
    cleaned = clean(source.text, LEXICON)
    document = describe(source, cleaned, LEXICON)
    for value in (document.region, document.fiscal_year):
        assert value is None or all(char in source.text or char.isdecimal() for char in value)


@pytest.mark.parametrize(
    "text", ["（" * 500_000, "1" * 500_000, "云岭县" * 200_000, "2023年" * 150_000, "局" * 500_000, " " * 500_000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    source = read_bytes(text.encode() + b"x", "a.txt")
    start = time.perf_counter()
    describe(source, Cleaned(View(text), ()), LEXICON)
    assert time.perf_counter() - start < 5
