"""The phrases around a quantity that could name what it counts, and the verb that governs it.

Around every quantity the clause offers a few: the noun phrase before it (调处「劳资纠纷」1513宗), the one after it (举办6场
「慰问活动」), the subject of a verb of level (「地区生产总值」增长5.5%), the purpose of money (投入200万元支持「社会组织」), or, where
the clause leaves it out, the entity of the claim before (…，高于全国1.7个百分点). :func:`candidates` lists them with what
speaks for each; the best one wins. A trained ranker can take the place of the weights.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from jixiao.windows import DUAL, LEVEL, MARK, NOUN, OTHER, QUANTITY, QUOTE, SUFFIXES, VERB, Token, Vocabulary

JOINERS = frozenset("、和与及或") | {"以及", "暨"}
JOINING = JOINERS | frozenset("—-/·")
GOVERNING = (VERB, DUAL)  # kinds of words that may govern a figure
UNDERGOING = frozenset(("享受", "遭受", "造成"))
COMPARISONS = frozenset(
    ("比", "较", "距", "相比", "高于", "低于", "快于", "优于", "好于", "多于", "少于", "高出", "低")
)
NEVER_ENTITY = frozenset(
    (
        "台阶",
        "大关",
        "关口",
        "其中",
        "当中",
        "同比",
        "环比",
        "平均",
        "年底",
        "年末",
        "年初",
        "上年",
        "去年",
        "今年",
        "同期",
        "上年同期",
        "全年",
        "年度",
        "元",
        "人民币",
        "目标值",
        "指标值",
        "控制值",
        "差",
        "公安机关",
        "司法机关",
        "检察机关",
        "纪检监察机关",
    )
)
AGAINST = frozenset("比 较 距 离 时比".split())
DIFFERING = frozenset(
    "多 少 高 低 快 慢 早 晚 长 短 差 多出 少了 贵 贵出 便宜 便宜了 晚了 提前 提早 推迟 延后 省下 超出".split()
)
SET_BEFOREHAND = ("计划", "任务", "目标", "概算", "标准", "要求", "上限", "限价", "指导价", "平均值")
EXCEEDING = ("超", "高出", "低于", "少于", "多于")
PERSONS = (
    *"员者工师生户民人兵军长代",
    "代表",
    "干部",
    "群众",
    "学生",
    "职工",
    "儿童",
    "老人",
    "家庭",
    "团",
    "队",
    "对象",
    "嘉宾",
    "岗位",
    "编制",
)
HOUSEHOLDS = ("户", "家庭", "民", "商", "企业", "单位", "主体", "店", "厂")
# How the nouns end that a unit counts.
COUNTED_BY = {"名": PERSONS, "位": PERSONS, "户": HOUSEHOLDS}
HOW = frozenset("由 需 系 经 受".split())
CAUSES = frozenset("影响 因素 原因 口径".split())
CAUSED = frozenset("受 因 由于 扣除 剔除 按 同".split())
EARLIER = frozenset("提前 推迟 延后 提早 滞后 晚 早 延期".split())
REACH_AGAINST = 10  # words of what a difference is held against
BASES = frozenset(("上年", "去年", "年初", "上年同期", "去年同期", "上年度", "上一年", "同期", "原来", "此前"))
BETTER = frozenset(("高于", "低于", "快于", "优于", "好于", "多于", "少于", "高出"))
KINDS_OF = frozenset(("各类", "各项", "各种", "各级", "全", "等", "的"))
PLACES = frozenset(
    ("全国", "全省", "全市", "全区", "全县", "世界", "全球", "同期", "上年", "去年", "上年同期", "全国平均")
)
BUDGETS = ("预算", "预算数", "预算总额")
RATIOS = frozenset(("ratio", "percentage-point", "multiple", "score", "density", "temperature"))
AGENTS = (
    "局",
    "委",
    "会",
    "政府",
    "单位",
    "部门",
    "办",
    "院",
    "处",
    "中心",
    "财政",
    "我区",
    "我市",
    "我县",
    "全区",
    "全市",
    "全县",
    "全省",
    "公司",
)
ACTING = ("部门", "街道", "单位")
OFFICES = ("局", "委", "厅", "委员会")  # whose figure it is goes without saying
RISES = frozenset(
    (
        "总量",
        "总数",
        "总额",
        "总值",
        "增幅",
        "降幅",
        "增速",
        "涨幅",
        "跌幅",
        "增长率",
        "同比增幅",
        "同比增速",
        "增长幅度",
        "下降幅度",
    )
)
PARTS = frozenset(("占比", "比重", "比例"))
SHARES = frozenset(("占", "约占", "占到", "占比"))
SUMS = frozenset("共 合计 总计 共计 累计 由 从 到 至 比 较 是 共有 合计为 计 有".split()) | {""}
NOT_VERBS = frozenset("一是 二是 三是 四是 五是 六是 加上 作为 须待 经 含 主要是".split())
GIVING = frozenset(("为", "向", "给", "对", "使", "让", "把", "将", "从"))
CHANGES = frozenset(("增长", "下降", "提高", "提升", "减少", "增加", "降低", "上升"))
DOERS = "员者工师生户民人"  # ends of nouns for persons, who do what follows
NAMED_AFTER = frozenset("项目 工程 行动 计划 对象 体系 经费 资金 补助 目标".split())
TAKING = frozenset(
    "完成 新增 建成 争取 获批 引进 签约 推进 拨付 安排 投入 申报 获得 承担 承接 立项 开工 竣工 谋划 储备".split()
)
PLACE = re.compile(
    r"^(?!.*(?:园区|小区|社区|片区|城区|山区|景区|示范区|保护区|行政村|自然村|城市|超市|乡镇|集镇|城镇|下乡|返乡|城乡|家乡|辖区|地区)$).*[县区市镇乡州旗]$|街道$"
)
COMMON_PLACES = frozenset(
    "全县 全区 全市 全镇 全乡 本县 本区 本市 我县 我区 我市 辖区 地区 库区 灾区 牧区 林区 矿区 老区 街区 城镇".split()
)
GRADED = re.compile(r"^(?:中央|[\u4e00-\u9fff]{1,2}级(?:以[上下])?)(?=..)")
HEADS = frozenset("人 名 户 人次".split())
IN_POST, POSTS = "实有", "编制"
PLACE_UNITS = frozenset("个 处 片 座 条".split())
SHARE_NAMES = ("率", "比例", "比重", "占比")
FINDING = frozenset("计算 测算 统计 核算 折算 考核".split())
TIMES = frozenset("时间 时长 用时 时限 周期 工期 天数".split())
SIZES = TIMES | frozenset("面积 里程 长度 规模 能力 产能 金额 标准".split())
WAYS = frozenset("方式 形式 途径".split())  # 以外包方式「聘用」协管员
INNER = frozenset("再 直接 月 日 周".split())  # inside a name: 转岗职工「再」就业人数, 护理对象「月」补助标准
# How or when, inside the name of a rate: 案件「按期」结案率.
MANNERS = frozenset("按期 按时 及时 就近 有效 全年 年 首次 一次 一次性 规范 如期 依法 全部 平均 在线 网上 当年".split())
SORTS = frozenset("专职 兼职 国有 集体 公办 民办 刑事 民事 线上 线下 男 女 男性 女性 室内 室外 城镇 农村".split())
LONG_PHRASE = 12
MAX_CLAUSE = 60
ALIKE = 0.6  # the share of characters, in order, from which two phrases count as the same
MAX_PHRASE = 40  # characters of an entity; what is longer is a sentence that was not cut


class Candidate(NamedTuple):
    """A phrase that may name what is counted (``entity``), where it stands, the verb there, and what speaks for it, 0–1."""

    entity: str
    action: str
    source: str
    score: float


class Phrase(NamedTuple):
    """A run of tokens ``row[first:last]``; ``verb`` is the index of the verb that ends it on the left, or -1.

    ``level`` is the verb of level between the phrase and the quantity ("" if none), ``compared`` says that a base of
    comparison (比上年, 高于全国) stands there.
    """

    first: int
    last: int
    verb: int
    level: str
    compared: bool


def similarity(one: str, other: str) -> float:
    """2 × longest common subsequence over both lengths, blanks left out; two empty phrases are the same."""
    a, b = "".join(one.split()), "".join(other.split())
    if a == b:
        return 1.0
    # Hyyrö's bits in place of the table: a bit a character of b, 0 where the subsequence has grown by it.
    places: dict[str, int] = {}
    for i, character in enumerate(b):
        places[character] = places.get(character, 0) | 1 << i
    whole = bits = (1 << len(b)) - 1
    for character in a:
        grown = bits & places.get(character, 0)
        bits = (bits + grown | bits - grown) & whole
    return 2 * (len(b) - bits.bit_count()) / (len(a) + len(b))


def alike(one: str, other: str) -> bool:
    return similarity(one, other) >= ALIKE


def clause_bounds(row: Sequence[Token], k: int) -> tuple[int, int]:
    """First and one-past-last index of the clause that token ``k`` stands in: cut at marks other than 、 and joining dashes.

    At most ``MAX_CLAUSE`` tokens either way, so that a text without marks stays linear.
    """
    low = k
    first, last = max(0, k - MAX_CLAUSE), min(len(row), k + MAX_CLAUSE)
    while low > first and not (row[low - 1].kind == MARK and row[low - 1].text not in "、—-/"):
        low -= 1
    high = k + 1
    while high < last and not (row[high].kind == MARK and row[high].text not in "、—-/"):
        high += 1
    return low, high


def phrase_before(row: Sequence[Token], k: int, low: int, words: Vocabulary) -> Phrase:
    """The noun phrase that ends before quantity ``k``, fillers and verbs of level between them skipped.

    ``low`` is the first token of the clause.
    """
    if k > low and row[k - 1].text == "的":
        base = k - 2
        if base <= low or not (row[base].tag == "t" or row[base].text in BASES):
            return Phrase(k, k, -1, "", False)  # 重点指导的2家企业: what precedes only describes what follows
        while base > low and row[base - 1].text in ("由", "从", "比", "较"):
            base -= 1
        return phrase_before(row, base, low, words)  # 火灾次数由上年的3起减为1起
    last, low, level, compared = _end_before(row, k, low, words)
    money = row[k].kind == QUANTITY and row[k].text[-1] == "元"
    first, verb = _beginning(row, last, low, words, money=money)
    if verb >= 0 and not (last > low and _is_measured(row[last - 1], words)):  # 建设改造农村公路: both words govern
        while first < last - 1 and row[first].kind == DUAL and row[first].text in words.action:
            if row[first + 1].kind != NOUN or row[first + 1].text in words.head_noun:
                break
            first += 1
    if last - first == 1 and row[first].kind == DUAL:
        # a lone word that can be a verb, with nothing before it, is one: 累计培训500人次
        listed = first - 2 >= low and row[first - 1].text == "、" and row[first - 2].kind == QUANTITY  # …46个、维修73个
        alone = first == low or (row[first - 1].kind in (OTHER, LEVEL) and row[first - 1].text != "等") or listed
        if alone and not (money and listed):  # 货物12万元、服务15万元
            return Phrase(last, last, first, level, compared)
    if not (last - first == 1 and row[first].text in ("其他", "其它")):
        while first < last and (row[first].text in words.determiner or row[first].kind in (MARK, OTHER)):
            first += 1
    if last - first > 2 and row[first].text == "计划" and row[first + 1].kind in GOVERNING:
        first, verb = first + 2, first + 1  # 计划整备土地2,000亩
    if verb == first - 1 > low and first < last and row[verb - 1].text == "被":
        first, verb = verb - 1, -1  # 被检查企业
    if first > low and last - first > 1 and row[first - 1].text in ("不", "未"):
        first -= 1  # 不合格食品 is the contrary of 合格食品
    # a noun of one character needs what stands before it: 逾期「率」, 除颤「仪」
    while first == last - 1 and len(row[first].text) == 1 and first > low and _joins(row[first - 1]):
        first -= 1
        verb = (
            first - 1
            if verb == first and first > low and row[first - 1].kind == VERB
            else -1
            if verb == first
            else verb
        )
    for i in range(last - 2, first, -1):  # 采摘节、展销等促销活动: the last word says what all of them are
        if row[i].text == "等" and row[i + 1].kind in (NOUN, DUAL):
            first = i + 1
            break
    name = "".join(token.text for token in row[first:last])
    if name in words.base and first - 2 >= low and row[first - 1].text == "的" and row[first - 2].kind == QUANTITY:
        return Phrase(first, first, -1, level, True)  # 低于90%的目标值3.8个百分点
    # “三公”经费全年预算, but 该项目全年预算 is of one named before
    whole_year = first - 2 > low and row[first - 1].text == "全年"
    if name in words.generic and first - 1 > low and (row[first - 1].tag == "t" or whole_year):
        earlier = phrase_before(row, first - 1, low, words)
        if (
            (not whole_year or earlier.last - earlier.first > 1)
            and earlier.first < earlier.last
            and not row[earlier.last - 1].text.endswith((*AGENTS, "队", "所"))
        ):
            stage = name in BUDGETS and row[first - 1].text in ("年初", "全年")
            end = last if stage else earlier.last  # “三公”经费年初预算, but 公务接待费 of 公务接待费2023年预算数
            return Phrase(earlier.first, end, earlier.verb, level, compared)
        if row[first - 1].text in ("年初", "全年"):
            first -= 1
    return Phrase(first, last, verb, level, compared)


def _joins(token: Token) -> bool:
    """Whether a word can be the beginning of a name: no mark, figure, preposition, conjunction or particle."""
    return token.kind in (NOUN, VERB, DUAL) or (token.kind == OTHER and token.tag[0] in "vnatbjz")


def _end_before(row: Sequence[Token], k: int, low: int, words: Vocabulary) -> tuple[int, int, str, bool]:
    """Where the phrase before ``k`` ends, the clause's beginning, the verb of level skipped, and whether a base was."""
    last, level, compared = k, "", False
    against, difference = _held_against(row, k, low)
    if against >= 0:
        last, level, compared = against, difference, True
    for i in range(k - 1, max(low, k - 9) - 1, -1):
        if row[i].kind in (QUANTITY, MARK) or compared:
            break
        if row[i].text in COMPARISONS and i + 1 < k:
            compared, last = True, i
            if row[i].text in BETTER:
                level = row[i].text
            break
    if compared and not level:
        level = next((token.text for token in reversed(row[last:k]) if token.kind == LEVEL), "")
    while last > low or (last and row[last - 1].text in ")）"):
        token = row[last - 1]
        if token.kind == MARK and token.text in ")）":  # 其他人员（临聘人员）4人
            opened = next((i for i in range(last - 2, max(-1, last - 14), -1) if row[i].text in "(（"), -1)
            if opened <= 0 or any(t.kind == QUANTITY for t in row[opened:last]):
                break
            last = opened
            low = min(low, clause_bounds(row, opened - 1)[0])
            continue
        if token.kind == LEVEL:
            if not level or level in words.filler:
                level = token.text
        elif token.text in CAUSES and (cause := _cause(row, last - 1, low)) >= 0:
            last = cause  # 零售总额受疫情影响下降2.3%
            continue
        elif token.text not in words.filler and not (
            token.kind == OTHER and (token.tag in ("d", "ad", "y", "ul", "t") or token.text in words.adverb)
        ):
            break
        last -= 1
    return last, low, level, compared


def _cause(row: Sequence[Token], i: int, low: int) -> int:
    """Where a cause begins that ends with word ``i`` (受…影响, 扣除…因素, 因…原因); -1 where none does."""
    for j in range(i - 1, max(low - 1, i - REACH_AGAINST), -1):
        if row[j].kind in (QUANTITY, MARK):
            break
        if row[j].text in CAUSED:
            return j
    return -1


def _held_against(row: Sequence[Token], k: int, low: int) -> tuple[int, str]:
    """Where a comparison begins whose difference ``k`` is, and the word for it: 比120人的目标少42人; (-1, "") without one."""
    i = k - 1
    while i > low and row[i].text in ("了", "出"):
        i -= 1
    if i > low and row[i].text in DIFFERING:
        for j in range(i - 1, max(low, i - REACH_AGAINST) - 1, -1):
            if row[j].text in AGAINST:
                return j, row[i].text
    return -1, ""


def _beginning(row: Sequence[Token], last: int, low: int, words: Vocabulary, *, money: bool = False) -> tuple[int, int]:
    """Where the noun phrase that ends at ``last`` begins, and the index of the verb that governs it there (-1 if none)."""
    measured = last > low and _is_measured(row[last - 1], words)
    named = last > low and row[last - 1].text.endswith(SHARE_NAMES)
    first = last
    pending = -1  # a word that governs if no other verb does: 平台采购扶贫产品
    while first > low:
        token = row[first - 1]
        following = row[first] if first < last else None
        before = row[first - 2] if first - 2 >= low else None
        if token.kind == QUANTITY:
            break
        if token.kind == MARK or (token.kind == OTHER and token.text in JOINERS):
            if following is None or before is None or token.text not in JOINING:
                break
            if before.kind not in (NOUN, QUOTE, DUAL):
                break
            if before.kind == DUAL and following.kind in (DUAL, VERB) and not measured and not money:
                break
        elif token.kind == VERB or token.kind == LEVEL:
            shares = token.text == "占" and row[last - 1].text in ("比重", "比例", "占比")
            noun_before = before is not None and before.kind == NOUN
            inside = following is not None and token.kind == VERB and _is_inside(token, following, noun_before, words)
            if following is not None and before is not None and before.text in words.light and token.kind == VERB:
                head = row[last - 1]
                inside = inside or head.kind == DUAL or head.text in words.head_noun or head.text[-1] in SUFFIXES
            if following is not None and token.kind == VERB and not inside:
                inside = _is_governed(row, first - 2, low, words)
                # one verb is part of a rate's name: 灌溉工程「覆盖」耕地比例
                inside = inside or (named and noun_before and not _takes(token, words))
                inside = inside or (noun_before and _names_with(token, before, following, words))
            raising = token.kind == LEVEL and noun_before and following is not None and following.text in NAMED_AFTER
            if following is None or not (shares or inside or raising):
                return first, first - 1
            named = named and row[last - 1].text[-1] == "率"
        elif token.kind == DUAL and following is not None:
            if _governs(row, first - 1, low, following, words) and not (
                money and before is not None and before.kind == NOUN
            ):
                return first, first - 1
            doubled = following.kind == DUAL and first + 1 == last  # 灌渠设施维修养护
            if pending < 0 and not measured and not doubled and before is not None and before.kind == NOUN:
                pending = first - 1 if following.text not in words.head_noun else -1
        elif token.kind == OTHER:
            if following is None or before is None:
                break
            if token.text in ("以上", "以下") and before.text[-1] in "级及":  # 市级以上劳模, B级及以上企业
                first -= 1
                continue
            if not (token.text in INNER or (named and token.text in MANNERS)):
                break
            if following.kind not in (NOUN, DUAL, VERB) or before.kind not in (NOUN, DUAL, QUOTE):
                break
        first -= 1
    if 0 <= pending < last - 2 or (pending == last - 2 and len(row[last - 1].text) > 1):
        return pending + 1, pending
    return first, -1


def _governs(row: Sequence[Token], i: int, low: int, following: Token, words: Vocabulary) -> bool:
    """Whether word ``i``, verb or noun by its place, is the clause's verb: 培训「职工」14万人次, not 职工「培训」中心."""
    if following.text in words.head_noun or following.text in words.measure_noun or following.text == "平均":
        return False
    before = row[i - 1] if i > low else None
    if before is not None and before.tag in ("a", "ad", "d") and (i - 2 < low or row[i - 2].text == "、"):
        before = None
    if before is None or before.text in WAYS or before.text.endswith(ACTING):
        return True
    return (before.kind in (OTHER, QUANTITY, LEVEL) or before.text == "、") and before.text not in KINDS_OF


def _takes(token: Token, words: Vocabulary) -> bool:
    """Whether a verb has a rate as its object: 实现覆盖率95%, or tells how it was found: 按常住人口计算建档率."""
    return (
        token.text in TAKING
        or token.text in FINDING
        or token.text in words.light
        or token.text in words.increase
        or token.text in words.decrease
    )


def _names_with(token: Token, before: Token | None, following: Token, words: Vocabulary) -> bool:
    """Whether a verb that governs nothing by itself joins two nouns to a name: 知识产权「质押」融资, 公益事业「捐赠」票据."""
    return (
        before is not None
        and following.kind == NOUN
        and token.text not in words.action
        and token.text not in words.filler
        and not _takes(token, words)
        and before.text not in words.persons
        and before.text[-1] not in DOERS
        and not before.text.endswith(AGENTS)
    )


def _is_governed(row: Sequence[Token], i: int, low: int, words: Vocabulary) -> bool:
    """Whether nouns that end at ``i``, things and not doers, are the object of a verb: 组织「山洪灾害」防御演练, not 组织职工参加…"""
    while i > low and row[i].kind == VERB and row[i - 1].kind in (NOUN, VERB):  # 完成小微企业「新增」信贷投放
        i -= 1
    if i < low or row[i].kind not in (NOUN, DUAL) or row[i].text[-1] in DOERS or row[i].text.endswith(AGENTS):
        return False
    while i >= low and row[i].kind in (NOUN, DUAL):
        i -= 1
    return i >= low and row[i].kind == VERB and row[i].text in words.action


def _is_measured(token: Token, words: Vocabulary) -> bool:
    return token.text in words.measure_noun or token.text.endswith(("费", "率", "额", "经费", "资金", "数", "量"))


def _is_inside(token: Token, following: Token, noun_before: bool, words: Vocabulary) -> bool:
    """Whether a verb stands inside a noun phrase, before what it names: 粮食播种「面积」, 市级疏堵「工程」; not 完成「投资」."""
    if following.text == "平均":
        return noun_before  # 征地审核平均用时
    if following.text in TIMES:
        return True  # 审批时限, 办理用时
    if following.text in words.measure_noun:
        return (
            following.text[-1] in "率数次量额度比值"
            or following.text in ("比重", "比例")
            or token.text not in words.action
            or (noun_before and following.text in SIZES)
        )
    if following.text in NAMED_AFTER and noun_before and token.text not in words.light and token.text not in TAKING:
        return True  # 消费促进项目
    single = len(following.text) == 1 and len(token.text) > 1
    if single and following.text in SUFFIXES:
        return True  # 采样台
    return following.text in words.head_noun and (token.text not in words.action or single)


def phrase_after(row: Sequence[Token], k: int, high: int, words: Vocabulary, *, governed: bool = False) -> Phrase:
    """The noun phrase that follows quantity ``k`` directly (or after 的).

    ``governed`` says that the clause has its verb before ``k``: a verb at the phrase's beginning then only describes
    (建设4个抽水蓄能电站).
    """
    first = k + 1
    if first < high and row[first].text == "的":
        first += 1
    last = first
    if first < high and row[first].kind in (
        VERB,
        OTHER,
        DUAL,
        LEVEL,
    ):  # 54家待完善的企业工会: the noun stands behind 的
        for i in range(first + 1, min(high - 1, first + 9)):
            if row[i].kind in (QUANTITY, MARK):
                break
            if row[i].text == "的":
                first = last = i + 1
                break
    while last < high:
        token = row[last]
        following = row[last + 1] if last + 1 < high else None
        listed = token.text == "、" and last > first and following is not None and following.kind in (NOUN, DUAL)
        if listed and (row[k].text[-1] in HEADS or row[last - 1].end - row[first].start <= 3):
            last += 1  # 192名行政、技术、巡查责任人; 8个国控、省控断面
            continue
        if token.kind in (QUANTITY, MARK, LEVEL):
            break
        if token.kind == VERB:
            describes = governed and last == first and token.text not in words.action and following is not None
            if not (describes and following is not None and following.kind == NOUN) and (
                following is None or not _is_inside(token, following, last > first, words)
            ):
                break
        elif token.kind == DUAL:
            if last > first and row[last - 1].text[-1] in DOERS and token.text in words.action:
                break
            if following is not None and following.kind not in (NOUN, QUOTE, DUAL):
                if last > first or following.kind != OTHER or following.text not in ("和", "及", "与"):
                    break
            elif following is None and last == first and k and row[k - 1].kind == NOUN:
                break
        elif token.kind == OTHER:
            lone = last == first == k + 1 and len(token.text) == 1 and token.tag in ("q", "t", "ng", "vg", "zg", "g")
            if lone and (following is None or following.kind not in (NOUN, QUOTE, DUAL)):
                last += 1 + (following is not None and following.kind == OTHER and len(following.text) == 1)
                break  # 三大「节」, 三大「节会」
            if token.text == "的" and last > first and following is not None and following.kind in (NOUN, QUOTE, DUAL):
                if _is_thing(row[last - 1], row[first]):
                    break  # 11所学校的校舍: what the unit counts stands before 的
                first = last + 1
            elif (
                token.text in ("和", "及", "与")
                and first < last <= first + 2
                and row[last - 1].end - row[first].start <= 3
                and following is not None
                and following.kind == NOUN
            ):
                last += 1
            else:
                break
        last += 1
    differs = last - first > 1 and row[last - 1].text in DIFFERING
    if differs:
        last -= 1  # 比120人的目标少42人
    if (first == k + 2 and row[k + 1].text == "的") or differs:  # 高于95%的国家要求
        name = "".join([token.text for token in row[first : last + 1]])
        if name in words.base or "".join([token.text for token in row[first:last]]) in words.base:
            return Phrase(first, first, -1, "", False)
    if last < high and last - first > 1 and row[last].kind in (QUANTITY, LEVEL) and _is_measured(row[last - 1], words):
        # 131个食堂“明厨亮灶”接入率100%, 25名队员平均年龄56岁: the measure belongs to the next figure
        cut = next(
            (i for i in range(first + 1, last) if row[i].kind in (DUAL, QUOTE, VERB) or row[i].text == "平均"), last
        )
        last = cut
    while first < last and row[first].text in words.determiner:
        first += 1
    while first + 1 < last and (row[last - 1].kind in (OTHER, MARK) or row[last - 1].text == "基本"):
        last -= 1
    kinds = COUNTED_BY.get(row[k].text[-1])
    if kinds and not row[last - 1].text.endswith(kinds):  # 486名教师跨校交流
        last = next((i + 1 for i in range(last - 1, first - 1, -1) if row[i].text.endswith(kinds)), last)
    return Phrase(first, last, -1, "", False)


def _is_thing(last: Token, first: Token) -> bool:
    """Whether a phrase before 的 names a thing (乡镇, 项目), and does not describe one (亏损, 优秀)."""
    return (
        last.kind == NOUN
        and last.tag[0] in "nj"
        and len(last.text) > 1
        and first.kind == NOUN
        and first.tag[0] not in "va"
    )


def render(row: Sequence[Token], phrase: Phrase) -> str:
    """The phrase as printed; a long quoted name before its noun is left out, marks around a quoted name alone too."""
    run = list(row[phrase.first : phrase.last])
    if not run:
        return ""
    if len(run) == 1 and run[0].kind != QUOTE:
        return "" if run[0].text in NEVER_ENTITY or len(run[0].text) > MAX_PHRASE else run[0].text
    if len(run) > 1 and run[0].kind == QUOTE and run[0].text[0] == "“":
        rest = sum(len(token.text) for token in run[1:])
        if len(run[0].text) >= 10 and rest >= 4:
            run = run[1:]
    office = next((i for i in range(len(run) - 1, 0, -1) if run[i - 1].text.endswith(OFFICES)), 0)
    if office and run[office].kind not in (MARK, OTHER):  # 生态环境局总编制
        run = run[office:]
    while len(run) > 1 and run[0].text[0] == "每":  # 每人每年补助
        run = run[1:]
    text = "".join([token.text for token in run])
    # the shortest phrase that names it: of a long chain of modifiers the nearest stay
    if len(text) > LONG_PHRASE and not any(token.kind in (QUOTE, MARK) or token.text in JOINERS for token in run):
        while len(run) > 1 and len(text) > LONG_PHRASE:
            text = text[len(run[0].text) :]
            run = run[1:]
    if len(run) == 1 and run[0].kind == QUOTE:
        text = text[1:-1]
    if text.endswith("自评得分"):  # the mark of the report itself, whatever it is called in full
        return "自评得分"
    return "" if text in NEVER_ENTITY or len(text) > MAX_PHRASE else text


def governing_verb(row: Sequence[Token], first: int, last: int, low: int, high: int) -> str:
    """The verb of the clause ``row[low:high]`` for a phrase with its figure at ``row[first:last]``; "" if there is none.

    The nearest before it, else the first after it; with a preposition before the figure (为102名残疾人提供培训) the verb after it.
    """
    given = first > low and row[first - 1].text in GIVING
    behind = ""
    for i in range(last, high):
        token = row[i]
        if token.kind == VERB or token.text in CHANGES or (token.kind == DUAL and row[i - 1].kind != NOUN):
            behind = verb_group(row, i, low, forward=high)
            break
        if token.kind in (QUANTITY, MARK):
            break
    if given and behind:
        return behind
    for i in range(first - 1, low - 1, -1):
        token = row[i]
        if token.text in NOT_VERBS:
            break
        if token.kind == VERB or (token.kind == DUAL and (i == low or row[i - 1].kind in (OTHER, QUANTITY, LEVEL))):
            return verb_group(row, i, low)
        if token.kind == LEVEL and plain_level(token.text) and token.text not in ("从", "由", "比", "较"):
            return plain_level(token.text)
    return behind


@functools.lru_cache(maxsize=4096)
def plain_level(word: str) -> str:
    """A verb of level without what it was printed with: 分别达 → 达, 预计增长 → 增长; "" for mere sums (共, 合计)."""
    for prefix in ("分别", "预计", "同比", "环比", "累计", "总量", "总数", "总额", "总投资", "得分", "均", "约", "已"):
        word = word.removeprefix(prefix)
    if len(word) > 2 and word[-1] in "到至":
        word = word[:-1]
    return "" if word in SUMS else word


def verb_group(row: Sequence[Token], i: int, low: int, forward: int = 0) -> str:
    """Verb ``i`` with the verbs it is joined to: 收集并采纳, 推举产生, 建成通车."""
    first, last = i, i + 1
    if not forward and first - 1 >= low and row[first - 1].kind == VERB and len(row[first - 1].text) <= 2:
        first -= 1
    if not forward and first - 2 >= low and row[first - 1].text == "并" and row[first - 2].kind in (VERB, DUAL):
        first -= 2
    while last < forward and row[last].kind == VERB and len(row[last].text) <= 2:
        last += 1
    return "".join(token.text for token in row[first:last])


def candidates(
    row: Sequence[Token],
    k: int,
    low: int,
    high: int,
    unit: str,
    dimension: str,
    modifier: str,
    context_entity: str,
    words: Vocabulary,
    *,
    same_unit: bool = False,
) -> list[Candidate]:
    """What quantity ``k`` of ``row`` may count, best first; empty where the text offers nothing.

    The clause is ``row[low:high]``. ``unit`` and ``dimension`` are the quantity's, ``modifier`` its printed modifier
    where that is also its verb (超过), ``context_entity`` the entity of the claim before, for clauses that leave it out;
    ``same_unit`` says that that claim was counted in the same unit.
    """
    governed = any(token.kind in GOVERNING for token in row[low:k])
    before = phrase_before(row, k, low, words)
    after = phrase_after(row, k, high, words, governed=governed)
    if dimension == "ratio" and before.verb > low and row[before.verb].text in SHARES:
        part = phrase_before(row, before.verb, low, words)  # 民生支出占一般公共预算支出77.9% is a figure of the part
        if part.first < part.last:
            before = part._replace(level="占")
    entity_before, entity_after = render(row, before), render(row, after)
    if entity_after[:1] in ("按", "因") or (entity_after and row[after.first].text in HOW):
        entity_after = ""  # 上年结转318万元按原用途使用
    if k > low and row[k - 1].text in EARLIER:
        entity_after = ""  # 工程提前38天交工
    if context_entity and entity_before in RISES:  # …出口120亿元，增速5.2%: what rose is what was named
        entity_before = context_entity
    elif context_entity and entity_before in PARTS and not context_entity.endswith(entity_before):
        entity_before = context_entity + entity_before  # 基本支出451万元（占比14%）
    verb = verb_group(row, before.verb, low) if before.verb >= 0 else ""
    if context_entity and entity_before and _is_one_of_places(row, before, unit):
        entity_before = context_entity  # …补助资金300万元，其中东湖县80万元、西坪县65万元
    if before.verb > low and before.last - before.first == 1 and row[before.verb].text == "实现" and unit in HEADS:
        who = render(row, phrase_before(row, before.verb, low, words))  # 就业困难人员实现就业4,200人
        entity_before = who if who and who[-1] in DOERS else entity_before
    ratio = dimension in RATIOS
    level = before.level
    named = plain_level(level)
    found: list[Candidate] = []
    direct = k + 1 < high and row[k + 1].kind in (NOUN, QUOTE, DUAL)
    source = "before"
    if entity_before and context_entity and _only_modifies(row, before, words):
        entity_before, source = _sort_of(entity_before, context_entity), "sort"
    if not entity_before and k > low and row[k - 1].text == IN_POST and POSTS in context_entity and unit in HEADS:
        entity_before = IN_POST  # 编制46名，实有44人: who is there is not what was granted
    if entity_before.endswith(SET_BEFOREHAND):
        past = next((i for i in range(low, k) if row[i].text.startswith(EXCEEDING)), -1)
        if past >= 0:  # 新增就业438名，超出计划38名
            passed = render(row, phrase_before(row, past, low, words))
            entity_before = "" if passed.startswith("每") else passed
    if k > low and row[k - 1].text in words.gain:
        per = next((i for i in range(k - 2, max(low - 1, k - 4), -1) if row[i].text.endswith("均")), -1)
        if per >= 0:  # 户均增收3,200元
            entity_before = "".join([token.text for token in row[per:k]])
        elif any(token.text in GIVING for token in row[low:k]):  # 为经营户减负69万元
            entity_before = row[k - 1].text
    what_became = entity_before in words.partaking or (same_unit and entity_before in words.result)
    told = entity_before if what_became else ""
    if entity_before:
        tied = level or k + 1 >= high or row[k + 1].kind in (MARK, VERB, OTHER, LEVEL, QUANTITY)
        score = 0.85 if tied else 0.55
        if ratio:
            score = 0.9 if level or not direct else 0.6
        elif direct and level in ("共", "共有", "共计", "有", "合计", "累计", ""):
            score = 0.55
        if k and row[k - 1].text == "等" and direct:
            score = 0.3
        if before.compared and entity_before in PLACES:
            score = 0.2
        if told or (entity_before in words.pointing and entity_before != IN_POST):
            score = 0.35  # 受理投诉21件，办结21件: what it was done to was named before
        action = (named or verb or modifier) if ratio or (named and not verb) else (verb or named or modifier)
        if entity_before == IN_POST:
            action = ""
        elif not action and before.last == k:
            action = governing_verb(row, before.first, k + 1, low, high)
        found.append(Candidate(entity_before, action, source, score))
    joined = after.last + 1 < high and row[after.last].text in JOINERS and row[after.last + 1].kind == QUANTITY
    if (entity_after in words.grade or entity_after.endswith("级")) and joined:  # 2个国家级和22个省级区域医疗中心
        head = phrase_after(row, after.last + 1, high, words)
        entity_after += render(row, head._replace(first=head.first + (row[head.first].text in words.grade)))
    if entity_after:
        score = (0.7 if ratio and not level else 0.5 if ratio else 0.8) if direct else 0.65
        if unit.startswith("大"):
            score = 0.95
        if direct and row[k + 1].kind == DUAL and entity_before and not unit.startswith("大"):
            score -= 0.3
        action = governing_verb(row, k, after.last, low, high)
        found.append(Candidate(entity_after, action or modifier, "after", score))
    if not entity_before and not entity_after and k == low and k > 1 and row[k - 1].text in "：:":
        label = render(row, phrase_before(row, k - 1, clause_bounds(row, k - 2)[0], words))  # 支出：812.60万元
        if label:
            found.append(Candidate(label, "", "label", 0.6))
    if not entity_before and not entity_after:
        found.extend(_elliptic(row, k, low, high, dimension, before, words))
    if context_entity:
        score = 0.6 if before.compared and not entity_before else 0.4
        action = told or named or verb or modifier or governing_verb(row, k, k + 1, low, high)
        found.append(Candidate(context_entity, action, "context", score))
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _sort_of(sort: str, named: str) -> str:
    """What a word that only says which sort counts, with the noun that was named before: 护林员…，乡级142名、村级386名."""
    if sort in SORTS:
        noun = named[2:] if named[:2] in SORTS else named
        return sort + noun if len(noun) <= LONG_PHRASE else sort
    noun = GRADED.sub("", named)  # 市级竞赛12场、县级20场
    return noun if noun == named and len(noun) > 4 else sort + noun


def _is_one_of_places(row: Sequence[Token], phrase: Phrase, unit: str) -> bool:
    """Whether the phrase is a place in a list of places, each with its figure: it says where, not what."""
    if unit in PLACE_UNITS or not _is_place(row, phrase.last):
        return False
    others = (i for i, token in enumerate(row) if token.kind == QUANTITY and i != phrase.last)
    return any(_is_place(row, i) for i in others)


def _is_place(row: Sequence[Token], end: int) -> bool:
    """Whether the name of a county, town or district ends before token ``end``."""
    return (
        end > 0
        and row[end - 1].kind == NOUN
        and PLACE.search(row[end - 1].text) is not None
        and (len(row[end - 1].text) > 2 or row[end - 1].text not in COMMON_PLACES or row[end - 1].tag == "ns")
    )


def _only_modifies(row: Sequence[Token], phrase: Phrase, words: Vocabulary) -> bool:
    """Whether a phrase only says which of the things named before: 乡级, 国有, 其他, C级."""
    name = "".join(token.text for token in row[phrase.first : phrase.last])
    if name in words.grade or name in SORTS:
        return True
    return len(name) <= 4 and name[-1] in "级型"


def _elliptic(
    row: Sequence[Token], k: int, low: int, high: int, dimension: str, before: Phrase, words: Vocabulary
) -> list[Candidate]:
    """Phrases farther off, for a quantity with none at its side."""
    found: list[Candidate] = []
    # 9家、12家基层单位: the noun stands behind the last of the list
    last = k
    while last + 2 < high and row[last + 1].text in "、和及" and row[last + 2].kind == QUANTITY:
        last += 2
    # 1690户2690人享受低保: figures side by side share what follows
    while last + 1 < high and row[last + 1].kind == QUANTITY:
        last += 1
    if last > k:
        entity = render(row, phrase_after(row, last, high, words))
        if entity:
            found.append(Candidate(entity, governing_verb(row, k, last + 1, low, high), "after", 0.6))
    if dimension == "money":
        purpose = _purpose(row, k, high, words)
        if purpose:
            found.append(Candidate(purpose, governing_verb(row, k, k + 1, low, high), "purpose", 0.45))
    verb = before.verb if before.verb >= 0 else (k - 1 if k > low and row[k - 1].kind in (VERB, DUAL, LEVEL) else -1)
    # 老旧小区改造完工1225个: the subject of the verb that stands at the figure
    if verb > low:
        first = verb
        while first > low and (
            row[first - 1].kind in (VERB, DUAL) or row[first - 1].text == "基本"
        ):  # 棚户区改造基本建成
            first -= 1
        subject = phrase_before(row, first, low, words)
        name = render(row, subject)
        if name and not name.endswith(AGENTS) and name not in words.grade:
            found.append(Candidate(name, verb_group(row, verb, first), "subject", 0.5))
        group = "".join(token.text for token in row[first : verb + 1])
        if 4 <= len(group) <= 6 and verb - first == 1:  # 追赃挽损9400余万元
            found.append(Candidate(group, "", "verb", 0.42))
    # 为1690户低保对象…发放补贴; 35人享受低保: the object of the verb behind the figure
    if dimension not in ("money", "ratio", "percentage-point"):
        for i in range(last + 1, min(high, last + 4)):
            raised = row[i].kind == LEVEL and i == k + 1 and plain_level(row[i].text)  # 4次提高养老金标准
            if raised or (row[i].kind in GOVERNING and (row[i].text in words.action or row[i].text in UNDERGOING)):
                entity = render(row, phrase_after(row, i, high, words))
                given = k > low and row[k - 1].text in ("为", "向", "给", "对", "使", "让")
                if entity:
                    found.append(Candidate(entity, row[i].text, "object", 0.55 if given or raised else 0.35))
                break
    return found


def _purpose(row: Sequence[Token], k: int, high: int, words: Vocabulary) -> str:
    if k + 1 < high and row[k + 1].text == "作为":
        return render(row, phrase_before(row, high, k + 2, words))
    for i in range(k + 1, min(high, k + 4)):
        if row[i].text in words.purpose or (i == k + 1 and row[i].kind == VERB and row[i].text in words.action):
            while i + 1 < high and (row[i + 1].kind == VERB or row[i + 1].text == "新"):
                i += 1  # 支持新筹集公租房
            return render(row, phrase_after(row, i, high, words))
    return ""
