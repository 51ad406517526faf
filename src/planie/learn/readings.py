"""Pinyin of characters that plans of education use often and that have one reading there.

Each row is a syllable with its tone mark and the characters, simplified and traditional, that it
is printed behind on pages that gloss: 標(biāo)準(zhǔn). Source: common knowledge, GB/T 16159-2012.
"""

from __future__ import annotations

from typing import Final

_ROWS: Final = (
    "biāo 标標", "zhǔn 准準", "huà 化", "xué 学學", "xiào 校", "jiào 较較", "shī 师師", "yòu 幼", "ér 儿兒", "yuán 园園员員",
    "bān 班", "kè 课課", "chéng 程", "shuǐ 水", "píng 平", "zhì 质質制", "tí 提", "shēng 升生", "quán 全", "miàn 面",
    "fā 发發", "zhǎn 展", "guī 规規", "huá 划劃", "mù 目", "rèn 任", "wù 务務", "cuò 措", "bǎo 保", "zhàng 障",
    "jiàn 建", "shè 设設", "xīn 新", "gǎi 改", "kuò 扩擴", "gé 革", "chuàng 创創", "jí 级級", "lǜ 率", "dá 达達",
    "dào 到", "yǐ 以", "xià 下", "chāo 超", "guò 过過", "bǐ 比", "lì 例励勵", "zēng 增", "jiǎn 减減", "jiǎng 讲講",
    "péi 培", "xùn 训訓", "míng 名", "gōng 公工", "bàn 办辦", "mín 民", "pǔ 普", "huì 惠会會", "jūn 均", "héng 衡",
    "yì 义義", "zhí 职職值", "yè 业業", "gāo 高", "zhōng 终終", "xiǎo 小", "tè 特", "shū 殊书書", "cán 残殘", "jí 疾",
    "chéng 城", "xiāng 乡鄉", "zhèn 镇鎮", "xiàn 县縣", "qū 区區", "shì 市示", "guó 国國", "tīng 厅廳", "jú 局", "jīng 经經精",
    "fèi 费費", "tóu 投", "rù 入", "cái 财財", "zhèng 政", "zī 资資", "jīn 金", "bǔ 补補", "zhù 助", "pín 贫貧",
    "kùn 困", "dū 督", "dǎo 导導", "kǎo 考", "píng 评評", "jià 价價", "jiān 监監", "cè 测測", "ān 安", "wěn 稳穩",
    "fáng 防", "kòng 控", "wèi 卫衛", "tǐ 体體", "yì 艺藝", "láo 劳勞", "dòng 动動", "yuè 阅閱", "dú 读讀", "xì 系",
    "tǒng 统統", "jī 机機", "gòu 构構", "dǎng 党黨", "tuán 团團", "duì 队隊", "wǔ 伍", "lǐng 领領", "xiān 先", "jìn 进進",
    "shí 实實", "shī 施", "luò 落", "shēn 深", "rù 入", "kāi 开開", "tuī 推", "qiáng 强強", "yōu 优優", "zhì 智",
    "wǎng 网網", "luò 络絡", "xìn 信", "xī 息", "kē 科", "jì 技", "yán 研", "cái 才", "yù 育", "rén 人",
    "kǒu 口", "cūn 村", "sù 宿", "shè 舍", "shí 食", "táng 堂", "chǎng 场場", "guǎn 馆館", "bèi 备備", "píng 凭憑",
    "zhāo 招", "pìn 聘", "biān 编編", "jī 积積", "jí 极極", "gǒng 巩鞏", "gù 固", "wán 完", "shàn 善", "zhù 筑築",
)  # fmt: skip

READINGS: Final[dict[str, str]] = {
    character: syllable for syllable, characters in (row.split() for row in _ROWS) for character in characters
}
"""Character → its syllable with tone mark."""
