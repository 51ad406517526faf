"""The Chinese words that a page for readers has for the names of the guide; a name without one stands for itself."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "ORG": "机构",
    "PROGRAM": "项目",
    "METRIC": "指标",
    "ACTION": "做法",
    "VALUE": "数值",
    "TIME": "时间",
}
ROLES: Final = {
    "value": "数值",
    "metric": "指标",
    "head": "中心词",
    "subject": "主语",
    "action": "做法",
    "when": "期限",
    "base": "起点",
    "program": "项目",
    "org": "单位",
}
KINDS: Final = {"plan": "计划", "scheme": "方案", "report": "报告", "speech": "讲话", "other": "其他"}
STATUSES: Final = {"planned": "计划", "achieved": "已完成"}
COMPARATORS: Final = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "~": "约", "=": ""}
CHANGES: Final = {"increase": "增加", "decrease": "减少", "level": ""}  # 提高3.2个百分点 is 增加 3.2
BOUNDS: Final = {"by": "前", "in": "", "every": "", "from": "起"}  # 2025年9月前
SOURCES: Final = {"stated": "", "heading": "据小标题", "title": "据文件标题", "period": "据规划期"}
REPAIRS: Final = {
    "slide": "错位的字",
    "stripped": "残缺的字",
    "markup": "网页标记",
    "page": "分页编号",
    "wrapped": "断行",
    "spam": "垃圾内容",
    "gloss": "夹注",
    "footnote": "脚注编号",
    "radical": "部首字",
    "composed": "组合字",
    "number": "数字写法",
    "spaced": "字间空格",
    "invisible": "不可见字符",
    "space": "空白",
    "width": "全角半角",
    "traditional": "繁体",
}
ASIDES: Final = {
    "markup": "网页标记",
    "navigation": "导航",
    "byline": "署名与来源",
    "related": "相关链接",
    "advertisement": "广告",
    "spam": "垃圾内容",
    "caption": "图片说明",
    "contents": "目录",
    "excerpt": "重复的摘录",
    "repetition": "重复的段落",
    "repeated title": "重复的标题",
}
