"""A metric's name: the words of its entities made whole, and the front modifier that its number splits off.

In: healed text and entities of it. Out: words without spaces. Rule 3 of the annotation guide: in
未建公办园的|26个|乡镇 the library writes the modifier back. What governs the phrase (对成效突出的10所学校,
持续推进已批建的3家实验室) is no part of it, and a list cut in two (以合唱、戏剧为主的5支社团) gives none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from planie.spans import Entity

_REACH: Final = 30  # characters: no front modifier is longer
_FRONT: Final = re.compile(r"[^,，。;；:：、!！?？()（）\n]{2,30}的$")
_OUTSIDE: Final = ("VALUE", "METRIC", "ACTION", "TIME")  # what ends before a modifier begins
_PAIRS: Final = ("“”", "《》")

_NO_WORD: Final = {
    # a function word → what makes a longer word of it
    "对": "口外应接标照比", "将": "军来", "把": "关握", "向": "阳", "为": "期主首民", "给": "",
    "在": "建校编岗册读园职籍训外线研库营产用施", "和": "谐美", "与": "会", "及": "时格", "以及": "", "并": "", "或": "",
    "使": "用", "让": "", "要": "求素件", "须": "", "应": "届急用", "好": "评转", "了": "", "有": "", "还": "", "又": "", "再": "",
    "觉得": "", "认为": "", "这": "", "这些": "", "这个": "", "那": "", "那些": "", "那个": "",
    "其中": "", "包括": "", "共": "享建", "共有": "", "按": "", "我们": "", "我": "国省市县区镇乡校",
}  # fmt: skip
"""What may stand before a modifier: 对|成效突出的; not 对口帮扶的, 在建的."""
_LEADS: Final = "|".join(
    rf"{word}(?![{not_before}])" if not_before else word
    for word, not_before in sorted(_NO_WORD.items(), key=lambda item: -len(item[0]))
)
_VERBS: Final = (
    r"推进|推动|落实|完成|实现|实施|启动|开展|组织|抓好|做好|办好|支持|帮助|整治|改造|建设|扶持|确保|力争|争取"
)
_GOVERNS: Final = re.compile(
    rf"(?:{_LEADS}|特别|重点|(?:继续|持续|稳步|加快|扎实|全面|全力|积极|深入|认真|大力)+(?:{_VERBS})?|感谢|慰问|表彰|奖励"
    rf"|(?:{_VERBS})(?=已|符合|列入|纳入|涉及|尚|未|[省市县区]委|[省市县区]里|[省市县区]上|上级|中央|国家))"
)
_OWNING: Final = re.compile(r"有.{1,4}的$")  # 有条件的, 有需求的
_MASKS: Final = re.escape("*×●○■□★☆▲△")
_BLANKS: Final = "#＃*×"
_HEADINGS: Final = "(?:工作|总体|主要|发展)目标|指导思想|工作思路|(?:主要|工作|重点)任务|基本情况"
_NUMBER: Final = rf"(?:\d{{1,2}}[.．、](?!\d)|[(（][一二三四五六七八九十\d]{{1,2}}[)）](?![类班级组期批号])|[一二三四五六七八九十]{{1,3}}、(?![一二三四五六七八九十]))(?:{_HEADINGS})?"
_FRONT_DIRT: Final = re.compile(  # ●临江市; but ●●中学 is a name that was blanked out
    rf"^(?:[●○■□★☆▲△](?![{_MASKS}])|[◆◇▶►•·‧▪※➢➤✓√≥≤>＞<＜=＝~～—–-]|{_NUMBER})+"
)
_END_DIRT: Final = re.compile("[◆◇▶►•‧▪※➢➤✓√≥≤>＞<＜=＝~～—–-]+$")

_US: Final = re.compile(  # rule 7 of corpus/GUIDELINES.md
    "^我们?(?:国(?!家|防|际|学(?![前校生龄位历])|旗|有)|校(?!园)|园(?!林|地)|院(?!校)|局|市(?!民(?!办)|场)|县(?!城(?!区|乡|镇|内))|省|区|州|旗|镇|乡|街道"
    "|中心(?!校|园|小学|学校|幼儿园))(?![域区级直和及与、])的?"
)
_TELLS: Final = re.compile(
    r"(?:[司局厅部处科委校院园县市区镇乡]?长|党?[委组]?书记|主任|主席|(?:有关|相关)?负责人|发言人)(?![会校])"
    r"[^,，。;；]{0,12}?(?:介绍|表示|说|透露|指出|告诉|通报|强调)"
)
_TOLD: Final = re.compile(r"(?:最新|有关|相关)?(?:统计|介绍|消息|数据|测算|通报|透露|了解)")
_STAGE: Final = re.compile("(?:普通|职业|城区|农村|公办|民办)?(?:小学|初中|高中|普高|职高|中职|中专|幼儿园|学前教育)")
_LEVEL: Final = re.compile("(?:国家|省|市|州|区|县|镇|乡|校|院|局|部)级(?:及?以上)?(?=..|$)")
_EACH: Final = re.compile("(?<=..)(?:班班|校校|园园|村村|镇镇|乡乡|户户|人人)$")  # 小学|班班|配备
_TIED: Final = re.compile("后(?![备勤期进续方台代半])|前(?![期沿台景端置列言述来线后])")  # 转移|后培训, 入职|前培训
_HAVE: Final = re.compile("(?<=^全[国省市县区州旗镇乡校园])(?:共有|现有|已有|有(?![效关偿线无机]))")  # 全国有特教学校
_PLACE_HAS: Final = re.compile("^[^每占]{1,8}?[县区市旗镇乡村校](?:拥有|现有|共有)(?=..)")  # 某镇现有|幼儿园
_LEADING: Final = re.compile("^(?:特别是|尤其是|其中|将(?![军来])|用于|拥有(?=[^的]+$))(?=..)")
_SHARE_CUT: Final = re.compile("(?<=..)占$")  # rule 11 of corpus/GUIDELINES.md
_BODY_LEADS: Final = re.compile("^(?:与|由(?!于)|自(?=[省市县区]委|[省市县区]政府))(?=..)")
_ADVERB: Final = re.compile("(?:(?<=..)(?:都|已经|(?<![平人生户校班年月日师县])均|分别)|(?<=.)基本)$")  # 新学校都
_ALL_KINDS: Final = re.compile("^(?:各级各类|各级|各类)(?=..)")  # what 公办 is not: 民办|各级各类幼儿园
_RATIO: Final = re.compile(  # 生师比 and 占比 are names
    "(?:[占之配评同环]|[师生机班幼职普徒岗位学青]{2}|收入|招生|供需|存贷|粮经)比$"
)
_THAN: Final = re.compile(  # 民办园|比2016年增加: what it is compared with is no part of it
    r"[比较](?=(?:(?:19|20)\d\d年|[上去前]年|同期)[^,，。;；\d]{0,6}?(?:增|减|提高|下降|上升|净|多|少|高|低|翻))"
)
_LISTED: Final = re.compile("(?<=.)[两三四五六七八九]科?$")  # 语文、数学、英语|三科: how many were listed
_SCOPE: Final = re.compile("全[国省市县区州旗镇乡校园]")
_AREA: Final = re.compile(
    "总?(?:占地|建筑|用地|校园|校舍|园区|绿化|运动场地?|活动场地|规划|使用|房屋){1,2}总?(?:面积?)$|总?面积$|总?占地$"
)
_AN_AREA: Final = re.compile("^(?!占(?!地)).*(?:面积|占地)$")
_RATE: Final = re.compile("(?:率|比例|占比)$")
_DEGREE: Final = re.compile("((?:研究生|硕士|博士|本科|大专|专科|中专)(?:及?以上)?)(?:学历|学位)?")
_ABOVE: Final = re.compile("(?:研究生|硕士|本科|大专|专科|(?<!高)中专)及?以上")
_TOTAL: Final = re.compile("(?:人数|总数)$")


def said(text: str, start: int, end: int) -> str:
    """The words without spaces, bullets and list numbers; a quotation that opens or closes at the edge is made whole."""
    while text[start] in _BLANKS and start and text[start - 1] == text[start]:
        start -= 1  # #|#镇: a name that was blanked out is so as a whole
    for opening, closing in _PAIRS:
        words = re.sub(f"{opening}[^{opening}{closing}]*{closing}", "", text[start:end])
        if closing in words and text[start - 1 : start] == opening:
            start -= 1
        if opening in words and text[end : end + 1] == closing:
            end += 1
    if _THAN.match(text, end - 1) and not _RATIO.search(text, start, end):
        end -= 1
    words = re.sub(r"\s+", "", text[start:end])
    if text[start - 1 : start] in ("、", "和", "及") and "科" in text[end - 1 : end + 1]:
        words = _LISTED.sub("", words)
    if re.match("[两三四五六七八九]科..", text[start - 1 : end]) and start:
        words = words[1:]  # 英三|科合格率
    return _END_DIRT.sub("", _FRONT_DIRT.sub("", words)) or words


def begins(text: str, entities: Sequence[Entity], index: int) -> int:
    """Where the METRIC at *index* begins: with the ACTION that it was cut from, if 后 or 前 ties them (转移|后培训)."""
    before, metric = entities[index - 1] if index else None, entities[index]
    if before is None or before.label != "ACTION" or before.end != metric.start or not _TIED.match(text, metric.start):
        return metric.start
    return before.start


def body(name: str) -> str:
    """A body's *name* less the word that joins it to its sentence: 与|某大学, 自|县委."""
    return _BODY_LEADS.sub("", name)


def is_source(text: str, start: int, end: int) -> bool:
    """Whether the body that stands there is who tells of a figure, not who answers for it: 据|省教育厅|介绍, |市教育局|局长……."""
    if _TELLS.match(text, end):
        return True
    return text[max(0, start - 1) : start] == "据" and _TOLD.match(text, end) is not None


def metric(subject: str, words: str, head: str) -> str:
    """Write a metric's name from its parts, of which any may be empty."""
    subject, words = _US.sub("", subject), _US.sub("", words) or words
    words = _SHARE_CUT.sub("", _PLACE_HAS.sub("", _LEADING.sub("", words)))
    subject, words = _HAVE.sub("", subject), _EACH.sub("", _ADVERB.sub("", _HAVE.sub("", words)))
    if _STAGE.fullmatch(words) and (other := _STAGE.match(head)) and other.end() < len(head):
        head = head[other.end() :]  # 小学在校生, 初中: 初中在校生
    elif words and (scope := _SCOPE.match(head)) and scope.end() < len(head) and not _SCOPE.match(words):
        words, head = scope.group() + words, head[scope.end() :]  # 全县在校学生, 小学: 全县小学在校学生
    elif _LEVEL.fullmatch(words):
        head = _LEVEL.sub("", head, count=1) if _LEVEL.match(head) else head  # 省级获奖, 市级: 市级获奖
    elif (degree := _DEGREE.fullmatch(words)) and (other := _ABOVE.search(head)) and other.start():
        return head[: other.start()] + degree[1] + head[other.end() :]  # 教师专科以上学历比例, 本科以上
    elif words in ("专职", "兼职"):
        head = head.removeprefix("专兼职") or head  # 专兼职心理教师, 专职: 专职心理教师
    name, head = joined([_owner(subject, words), words]), _ALL_KINDS.sub("", head)
    return name if len(head) > 2 and name.startswith(head) else joined([name, head])


def joined(parts: Sequence[str]) -> str:
    """Write the parts of a name one behind the other; what one ends or begins with is not said twice."""
    name = ""
    for part in parts:
        if len(part) > 2 and name.startswith(part):
            continue  # 中小学教师, 中小学
        if name[:3] == part[:3] and len(part) <= 4 <= len(name) and not part.startswith(name):
            name = part  # 总上线考生, 总上线率: what is shared is the thing
        else:
            name += part[_shared(name, part) :]
    return name


def _shared(name: str, part: str) -> int:
    """How much of the beginning of *part* stands in *name* already: 一本上线, 上线率; 全县小学, 全县教师."""
    for size in range(min(len(name), len(part)), 0, -1):
        if name.endswith(part[:size]) and (size > 1 or size == len(part)):
            return size
    scope = _SCOPE.match(part)
    return len(scope.group()) if scope and name.startswith(scope.group()) and scope.end() < len(part) else 0


def _owner(subject: str, words: str) -> str:
    """Take from *subject* a measure that is none of *words*: 学校占地面积, 建筑面积 → 学校."""
    if _RATE.search(subject) and _RATE.search(words):
        return ""  # 中职升学率, 就业率: no rate has another
    if _AN_AREA.search(words):
        return _AREA.sub("", subject) if subject != words else subject
    return "" if _TOTAL.search(subject) and _TOTAL.search(words) and not words.startswith("占") else subject


def front_modifier(text: str, entities: Sequence[Entity], value: int, metric: Entity) -> str:
    """The modifier before the number that stands directly before *metric*; empty if there is none."""
    start = entities[value].start
    if metric.start != entities[value].end:
        return ""
    floor, at = max(0, start - _REACH), value - 1
    while at >= 0 and entities[at].end > floor:
        if entities[at].label in _OUTSIDE:
            floor = entities[at].end
        at -= 1
    match = _FRONT.search(text[floor:start])
    if match is None or text[floor + match.start() - 1 : floor + match.start()] == "、":
        return ""
    words = re.sub(r"\s+", "", match.group())
    while (lead := _GOVERNS.match(words)) and not _OWNING.fullmatch(words):
        words = words[lead.end() :]
    whole = all(words.count(opening) == words.count(closing) for opening, closing in _PAIRS)
    return words if whole and len(words) > 2 else ""
