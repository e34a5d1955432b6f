"""What the fields and label values of the records are called in Chinese; in English they bear their own names."""

from __future__ import annotations

import re
from decimal import Decimal

from jixiao.messages import Language
from jixiao.records import Target

FIELDS = {
    "action": "动作",
    "actual_end": "实际完成止",
    "actual_start": "实际完成起",
    "actual_text": "实际完成情况",
    "actual_value": "实际完成值",
    "amount": "金额（元）",
    "answers": "回应目标",
    "approx": "精确程度",
    "basis": "口径",
    "bbox": "页面位置",
    "budget_id": "预算标识",
    "category": "类别",
    "category_confidence": "类别置信度",
    "change": "增减",
    "characters": "字符数",
    "claim_id": "陈述标识",
    "code": "编码",
    "column": "表格列",
    "comparator": "比较方式",
    "confidence": "置信度",
    "deviation": "偏差原因",
    "doc_id": "文件标识",
    "document_type": "文件类型",
    "encoding": "编码方式",
    "end": "止",
    "entity": "对象",
    "evidence": "依据",
    "expected": "应为",
    "file": "文件",
    "finding_id": "疑点标识",
    "fiscal_year": "年度",
    "format": "格式",
    "indicator": "指标",
    "item": "项目",
    "label": "章节标签",
    "level": "层级",
    "level1": "一级指标",
    "level2": "二级指标",
    "line": "行",
    "link_id": "对应标识",
    "message": "说明",
    "method": "方法",
    "operands": "计算项",
    "organisation": "单位",
    "origin": "来源",
    "page": "页",
    "pages": "页数",
    "path": "路径",
    "period": "期间",
    "project": "项目名称",
    "qualifiers": "限定",
    "ratio": "完成比例",
    "reason": "原因",
    "region": "地区",
    "rule": "规则",
    "same_as": "同一事实",
    "score": "得分",
    "section": "章节",
    "section_id": "章节标识",
    "section_label": "章节标签",
    "sentence": "所在句",
    "severity": "程度",
    "start": "起",
    "stated": "所述",
    "status": "状态",
    "target_id": "目标标识",
    "text": "原文",
    "title": "标题",
    "tolerance": "允许误差",
    "unit": "计量单位",
    "value": "数值",
    "value_max": "数值上限",
    "verdict": "结论",
    "warnings": "提示",
    "weight": "分值",
}

VALUES = {
    # section labels
    "overview": "基本情况",
    "duties": "部门职能",
    "work_plan": "年度工作任务",
    "budget_preparation": "预算编制",
    "budget_execution": "预算执行",
    "management": "管理",
    "goals": "履职目标",
    "performance": "履职情况",
    "results": "履职绩效",
    "economy": "经济性",
    "efficiency": "效率性",
    "effectiveness": "效果性",
    "economic_benefit": "经济效益",
    "social_benefit": "社会效益",
    "ecological_benefit": "生态效益",
    "sustainable_impact": "可持续影响",
    "fairness": "公平性",
    "satisfaction": "满意度",
    "experience": "经验做法",
    "problems": "存在问题",
    "improvement": "改进措施",
    "next_plan": "后续计划",
    "score_table": "评分表",
    "target_table": "绩效目标表",
    "glossary": "名词解释",
    "annex": "附件",
    "contents": "目录",
    "other": "其他",
    # document types
    "self_evaluation": "自评报告",
    "budget": "预算",
    "final_accounts": "决算",
    # how exact, and which way
    "exact": "准确数",
    "about": "约数",
    "more": "以上（余、超、≥）",
    "less": "以下（近、不足、≤）",
    "range": "区间",
    "increase": "增加",
    "decrease": "减少",
    "from": "变化前",
    "to": "变化后",
    "prose": "正文",
    "table": "表格",
    # verdicts and comparators
    "met": "达成",
    "unmet": "未达成",
    "undetermined": "不能判定",
    "ge": "不低于",
    "gt": "高于",
    "le": "不高于",
    "lt": "低于",
    "eq": "等于",
    "qualitative": "定性",
    # bases of budgets
    "adjusted": "调整后预算",
    "actual": "实际支出",
    "previous_year": "上年",
    "direct": "直接",
    "derived": "推算",
    # status of a file
    "ok": "已读取",
    "partial": "部分读取",
    "refused": "无法受理",
    "failed": "处理失败",
}


_MARKS = re.compile(r"\*+|</?[A-Za-z]{1,10}/?>")
_BARE = re.compile(r"[\d,，.]+")
_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "about": "约"}


def one_line(text: str) -> str:
    """``text`` without breaks, blanks, and marks of the format it was written in."""
    return _MARKS.sub("", "".join(text.split()))


def number(value: Decimal) -> str:
    """Without closing zeros: 5.70 is 5.7."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def target_text(target: Target) -> str:
    """A target as printed, completed where its sign or unit stands in a column of its own: 2.05 → ≥20500人."""
    text = one_line(target.text)
    if target.value is not None and _BARE.fullmatch(text):
        high = "" if target.value_max is None else f"–{number(target.value_max)}"
        return f"{_SIGNS.get(target.comparator, '')}{number(target.value)}{high}{target.unit}"
    return text if target.value is None or target.unit in text or target.unit == "元" else f"{text}{target.unit}"


def field(name: str, language: Language) -> str:
    return FIELDS.get(name, name) if language == "zh" else name


def value(name: str | None, language: Language) -> str:
    if name is None:
        return ""
    return VALUES.get(name, name) if language == "zh" else name
