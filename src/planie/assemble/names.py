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


def said(text: str, start: int, end: int) -> str:
    """The words without spaces; a quotation that opens or closes at the edge is made whole."""
    for opening, closing in _PAIRS:
        words = text[start:end]
        if words.count(closing) > words.count(opening) and text[start - 1 : start] == opening:
            start -= 1
        elif words.count(opening) > words.count(closing) and text[end : end + 1] == closing:
            end += 1
    return re.sub(r"\s+", "", text[start:end])


def joined(parts: Sequence[str]) -> str:
    """Write the parts of a name one behind the other; what one ends with already is not said twice."""
    name = ""
    for part in parts:
        name = name if name.endswith(part) else name + part
    return name


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
