"""How a number bounds its metric, and whether it is a level or a change.

In: the words that touch a number (its prefix and suffix inside the value) and up to some forty
characters of its sentence on either side. Out: a comparator (``>=`` ``>`` ``<=`` ``<`` ``~``
``=``) and a change (``increase`` ``decrease`` ``level``). Nothing is refused: where no word
speaks, the number is an exact level. Source: section 3 of the annotation guide.
"""

from __future__ import annotations

import re
from typing import Final

from planie.schema import Change, Comparator

# --- bounds ------------------------------------------------------------------

_Table = tuple[tuple[Comparator, str], ...]

_BEFORE: Final[_Table] = (
    (">=", r"不[得应能可宜]?(?:少|低|小)于|至少|最少|最低|起码|≥"),  # 不低于6%, 至少1名
    ("<=", r"不[得应能可宜]?(?:超过|超出|超|高于|多于|大于|突破)|至多|最多|最高|≤"),  # 不超过40分钟
    (">", r"超过|超出|突破|跨过|高于|多于|大于|优于|(?<!赶)超|逾"),  # 超8000名, 突破8万亿元
    ("<", r"低于|不到|不足|少于|小于|不满|未满|未达|不及"),  # 不足百人, 低于1.5%
    ("~", r"大约|几乎|(?<![节预签集公违履特条制合契])约|接近|将近|(?<![附最新就邻亲远靠相])近|大概|大致"),  # 近3万人次
)
_AFTER: Final[_Table] = (
    (">=", r"以上|之上|(?<=.)起"),  # 97.5%以上, 1名及以上, 15名(含)以上; 六起 is a count
    ("<=", r"以内|以下|之内|之下|内"),  # 5%以内, 3个工作日内
    (">", r"出头|多|余|餘"),  # 3年多, 2倍多
    ("<", r"不到"),  # 1个不到
    ("~", r"左右|上下|前后"),  # 5.5%左右
)
_OUTSIDE: Final[_Table] = (
    (">=", r"以上|之上"),  # 力争…|90%|以上
    ("<=", r"以内|以下|之内|内(?=$|[，,、。；;)）办完对])"),  # 控制在|80所|以内
    (">", r"出头"),
    ("~", r"左右|上下"),
)
_APART: Final[_Table] = (
    (">=", r"不[得应能可宜]?(?:少|低|小)于|至少|最少|起码"),  # 至少配备校医|1名|
    ("<=", r"不[得应能可宜]?(?:超过|高于|多于|大于)|至多|最多"),  # 每班不超过学生|45人|
)


def _rows(table: _Table) -> str:
    """One alternation with a group a row, so that a match tells its row."""
    return "|".join(f"({words})" for _, words in table)


def _said(table: _Table, match: re.Match[str] | None) -> Comparator | None:
    return None if match is None else table[int(match.lastindex or 1) - 1][0]


_INCLUSIVE: Final = r"(?:[(（]含[^)）]{0,6}[)）])?"
_PREFIX: Final = re.compile(_rows(_BEFORE))
_SUFFIX: Final = re.compile(rf"{_INCLUSIVE}[”’\"]?(?:及其|及|或)?(?:{_rows(_AFTER)}){_INCLUSIVE}[”’\"]?$")
_TOUCHING: Final = re.compile(rf"(?:{_rows(_BEFORE)})[达为了各每均有到]{{0,2}}$")
_FOLLOWING: Final = re.compile(rf"[”’\"]?{_INCLUSIVE}(?:及其|及|或)?(?:{_rows(_OUTSIDE)})")
_STRONG: Final = re.compile(_rows(_APART))
_HELD: Final = re.compile(r"(?:控制|限制|压缩|压减|稳定|保持|降低|下降|降|减少|缩短|缩小)[在到至]")
_HELD_WITHIN: Final = re.compile(rf"[^，,、；;。：:\d]{{0,8}}?(?:{_rows(_OUTSIDE)})")
_PART_OF: Final = re.compile(r"(?:(超过|超出)|(低于|不足|不到))[^，,、；;。：:\d]{1,16}的$")
_AT_MOST: Final = re.compile(r"最高(?:不?超过|可|达|为|到|每[年月人生校班]|给予|奖励|奖补|补贴|补助|资助|支持)*$")
_ABOUT: Final = re.compile(r"(?:大约|约)占[^，,、；;。：:\d]{0,24}$")  # 约占全国|1/10|
_PAIRED: Final = re.compile(  # 至少掌握2项运动技能和|1项|艺术特长
    r"[^，,、；;。：:\d]{0,8}?(?:\d+|[一二两三四五六七八九十])[个所名门项次场节篇][^，,、；;。：:\d]{1,10}(?:和|以及)各?$"
)
_LIMIT: Final = re.compile(r"(?<![权年期时额无有上下极])限$")  # 每个节目限|3名|
_STOP: Final = re.compile(r"[，,；;。：:!！?？\n(（]")
_NUMBER: Final = re.compile(
    r"[\d*](?![\d*]*[年月日届级])|[一二两三四五六七八九十百千万几]+[个名所人项次场家间处门倍成台套条件天轮期种类]|分之"
)


def prefix_bound(text: str) -> Comparator | None:
    """Return the bound that the words before a number inside its value say: 不少于, 近, 上(百)."""
    matches = list(_PREFIX.finditer(text))
    if not matches and text.endswith("上"):
        return ">"
    return _said(_BEFORE, matches[-1] if matches else None)


def split_bound(text: str) -> tuple[str, Comparator | None]:
    """Take the bound off the end of what follows a number: ``名及以上`` → ``名``, ``>=``."""
    found: list[Comparator | None] = []
    while (match := _SUFFIX.search(text, max(0, len(text) - 20))) is not None:
        found.insert(0, _said(_AFTER, match))
        text = text[: match.start()]
    return text, strongest(*found) if found else None


def bound_apart(before: str, after: str, *, share: bool) -> Comparator | None:
    """Return the bound that the sentence sets away from its number, or just outside its span.

    *share* says that the number is a part of a whole, which 超过总数的 may precede.
    """
    clause = _STOP.split(before)[-1]
    if found := _said(_OUTSIDE, _FOLLOWING.match(after)) or _said(_BEFORE, _TOUCHING.search(clause)):
        return found
    if _HELD.search(clause) and (found := _said(_OUTSIDE, _HELD_WITHIN.match(after))):
        return found
    if _ABOUT.search(clause):
        return "~"
    strong = list(_STRONG.finditer(clause))
    if strong and (_PAIRED.match(clause, strong[-1].end()) or not _NUMBER.search(clause, strong[-1].end())):
        return _said(_APART, strong[-1])
    if share and (part := _PART_OF.search(clause)):
        return ">" if part[1] else "<"
    return "<=" if _AT_MOST.search(clause) or _LIMIT.search(clause) else None


def strongest(*bounds: Comparator | None) -> Comparator:
    """Return the first bound that is no mere estimate, else ``~`` if any says so, else ``=``."""
    return next((b for b in bounds if b not in (None, "~", "=")), None) or ("~" if "~" in bounds else "=")


# --- change ------------------------------------------------------------------

_VERB: Final = re.compile(
    # what a metric does by itself: the amount follows at once (下降0.5个百分点)
    r"(?P<down_by>负增长|下降|回落|下滑|下跌|收窄|递减|下浮|下调|精简|缩短|缩小|(?<!加)减(?!少)|降(?!低)|缩(?!减))"
    r"|(?P<up_by>增长|上升|上涨|攀升|递增|回升|上浮|上调|增收|增支|(?<![新递净])增(?!加)|(?<!提)升|涨|翻(?!修|新|建|番|盖|译|转|倒))"
    # what is done to a thing, whose name may stand between (增加学位600个)
    r"|(?P<down>(?:减少|降低|压减|压缩|削减|核减|调减|缩减|压降)(?![额量率]))"
    r"|(?P<up>(?:净增加?|增加|核增|调增)(?![值额量率])|扩大(?!会议)"
    r"|(?P<better>提高(?!班)|提升(?!工程|行动|计划|项目|专项|班|培训|改造)))"
)
_TO: Final = re.compile(r"了?(?:[至为]|到(?!位))")
_FILLERS: Final = re.compile(r"[了约近超逾均都也各再“”\s]|平均|分别|超过|各自")
_REACHES: Final = re.compile(r"(?:达到|达|为)$")
_OTHER: Final = re.compile(
    r"新建|建成|新增|招聘|引进|安排|评选|选派|举办|创建|达到|高于|低于|超过|完成|实现|确保|(?:控制|保持|稳定)在|(?:[为是占达至在]|到(?!位))$"
)
_ACTION: Final = re.compile(
    r"新建|建|改造|培训|培养|招聘|引进|评选|选派|选聘|举办|开展|组织|安排|投入|新增|完成|认定|配备|配置|补充|购置|设立|"
    r"资助|发放|惠及|覆盖|争取|奖补|实施|打造|成立|遴选|录用|开设|开发|获|达|为|占|是"
)
_MORE: Final = re.compile(r"[比较][^，,、；;。]{0,8}[年期月初末][^，,、；;。]{0,3}?(多|少)[出了]?$")
_BEHIND: Final = re.compile(
    r"(?:以上|左右|以内|以下)?(?:的(?:年均|年|净)?)?"
    r"(?:(增长|提升|提高|增幅|增加|涨幅|升幅)|(下降|降低|降幅|减少|减幅))(?!\w)"
)
_HAN: Final = "一二两三四五六七八九十百千万半几"
_LISTED: Final = re.compile(
    rf"(?:[\d*.]+[^，,；;。：:、和及与\d]{{0,8}}|[{_HAN}]+[个所名人次分成项场家间处门倍台套条天期种类节篇件户亩岁级][^，,；;。：:、和及与\d]{{0,4}})"
    r"(?:、|和|及|与|以及)$"
)
_REACHED: Final = re.compile(r"(?:、|和|及|与)(?:突破|达到|达|(超过?))$")  # 净增98万户、突破1900万户
_AMOUNT: Final = re.compile(
    r"^(?!.*(?:[高低快慢大小多少]于|高出|低出|超|比)).*(?:(增幅|涨幅|升幅)|(降幅|减幅|跌幅))(?:达到|达|为|在)?$"
)  # 近视率年降幅≥|1个百分点|
_POINTS: Final = ("个百分点", "个千分点")


def read_change(before: str, after: str, *, unit: str, counted: bool, action: str | None = None) -> Change:
    """Say whether a number is a change or a level.

    *before* ends where the number begins (bounds taken off), *after* begins where it ends.
    *counted* says that the unit counts things or measures land and buildings: 提升12所 betters
    them and raises no number. *action* is the action of the number's frame, ``None`` if not known.
    """
    stretch = _STOP.split(before)[-1]
    if (reached := _REACHED.search(stretch)) and (counted or not reached[1]):
        return "level"
    stretch = _TOUCHING.sub("", stretch)
    while (listed := _LISTED.search(stretch, max(0, len(stretch) - 24))) is not None:
        stretch = stretch[: listed.start()]  # 分别增长8%、|7%|
    *earlier, clause = stretch.split("、")
    if unit in _POINTS and (amount := _AMOUNT.search(clause)):
        return "increase" if amount[1] else "decrease"
    if verb := _governing(clause):
        found = _by(verb, clause[verb.end() :], unit, counted)
    elif more := _MORE.search(clause):
        found = "increase" if more[1] == "多" else "decrease"
    else:
        found = _shared(earlier, clause, action) if counted else None
    return found or (None if counted else _behind(after)) or "level"


def _governing(clause: str) -> re.Match[str] | None:
    """The last verb of change; one letter of a longer word (升级) must touch the number to be one."""
    verbs = [v for v in _VERB.finditer(clause) if len(v.group()) > 1 or not _rest(clause[v.end() :])]
    return verbs[-1] if verbs else None


def _rest(text: str) -> str:
    """What stands between a verb and its number, less the words that change nothing."""
    return _FILLERS.sub("", text)


def _direction(verb: re.Match[str]) -> Change:
    return "increase" if verb["up"] or verb["up_by"] else "decrease"


def _by(verb: re.Match[str], text: str, unit: str, counted: bool) -> Change | None:
    if _TO.match(text) or _NUMBER.search(text):
        return None
    rest = _rest(text)
    if reaches := _REACHES.fullmatch(rest):  # 增长达8% is a rise; 提高达到90% is a level
        return _direction(verb) if verb["up_by"] or unit in _POINTS else None
    if verb["up_by"] or verb["down_by"]:
        return None if rest else _direction(verb)
    if _OTHER.search(rest) or reaches:
        return None
    if verb["better"] and counted and (rest or verb.group() == "提升"):
        return None
    return _direction(verb)


def _shared(earlier: list[str], clause: str, action: str | None) -> Change | None:
    """A verb said once for several things: 增加小学、初中学位|600个|."""
    if action is not None:
        verb = _VERB.fullmatch(action.strip())
        return None if verb is None or verb["better"] else _direction(verb)
    for segment in reversed([*earlier, clause]):
        if (verb := _VERB.match(segment)) and (verb["up"] or verb["down"]) and not verb["better"]:
            return None if _NUMBER.match(segment, verb.end()) else _direction(verb)
        if _ACTION.search(segment):
            return None
    return None


def _behind(after: str) -> Change | None:
    """The verb behind its amount: 3.2个百分点的提升."""
    if found := _BEHIND.match(after):
        return "increase" if found[1] else "decrease"
    return None
