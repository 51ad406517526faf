"""Bytes of a text file → text: UTF-8, UTF-16 with its mark, GB18030 and Big5 told apart.

Enters: the bytes of one file and its name. Leaves: text, newlines as they are, without a
byte-order mark. Refused with :class:`FileError`: nothing, NUL bytes, bytes that are no text in
any of these encodings. Chinese is told by what it says: each encoding that can read the bytes
reads them, and the one with the most common characters is believed (general detectors mistake
short Chinese texts). UTF-8 comes first, for hardly any GB18030 or Big5 text is valid UTF-8.
"""

from __future__ import annotations

import codecs

from planie.errors import FileError

ENCODINGS = "UTF-8, UTF-16 with a byte-order mark, GB18030 (GBK, GB2312) or Big5"
"""What can be read without being named."""

MOST_DAMAGE = 0.05
"""Share of characters that may be unreadable before a file is no text of that encoding."""

SAMPLE = 200_000
"""Bytes that are enough to tell one encoding from another."""

_MARKS = (  # the longer first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE = ("gb18030", "cp950", "big5hkscs")  # of equals the first: GB18030 is the more common by far
_PUNCTUATION = "，。、：；（）“”《》？！—…·\u3000０１２３４５６７８９％"
_SIMPLIFIED = (
    "的一人在是有和国以中用行不个会了业为法第发定大可应上理工条年当要地民这作我部政关时对生能十本到管出建"
    "规下者市设务全机动方公主进来经区成新开产你文家件或其同合实保于日等多制事使门们安通员自过现提所面分化"
    "加二后如内数就三并他重体资展程前高代将学表位月单也期目水据及系处统得入施量力之物持品任府与项它电由交"
    "最性平道责相更运场级果信度长计标利查服共外情议需从间好构但组明问都正器还改接报强四式向收五天社证护权"
    "供而院企点示基委源因常小题些元车路次说调意商解置已照立种依没令然监万总美取技求准网名导看城被案比请活"
    "例支户指各装特金子划记命具决费按口推办近无备很起息列县集教增两价造复营境心确结受该防治环包原海选里告"
    "反司布质格认变此书只给创未存职术放检专款科领执么织台省联完容育今域投农军续知流消况做去样违审何村采配"
    "线非济限节协想直序类房际习义至回着医称整修西算步让参局六打达根核批律每许督效传除型东验版预手空态负南"
    "视模快气党引转范斯形那输章少广界字百显别游试录编几论见举超战先必带测色控团深北华影图止则助功予注值易"
    "优七山老码世险风再八亿申研土升把始约维承销罚密排诉己财考站乡料号住严首且客响符库速购益校停身清围队河"
    "居致端策评启央像话卫害志击障周什份众九低软养观克终历群断失移载江补适互州连究率识越药才语措普精属写段"
    "坚感林担积镇登头额球察火望难获席落污言航层俄边简马真健候货即争络较干园势送亚疗史损税铁筑售故尔象择染"
)
"""The 600 most frequent characters, from the most frequent down, as ``training/heal_table.py`` counts them."""

_TRADITIONAL = (
    "國個會業爲發應條當這關時對規設務機動進來經區開產實於門們員過現後內數並體資將學單據處統與項電責運場級"
    "長計標議從間構組問還報強證護權點題車說調種沒監萬總準網導請戶裝劃記決費辦無備縣兩價復營確結該環選裏質"
    "認變書給創職術檢專領執麼織臺聯農軍續況樣違審採線濟節協類際習義醫稱讓參達許傳東驗預態負視氣黨轉範輸廣"
    "顯別遊試錄編幾論見舉戰帶測團華圖則優碼險風億約維銷罰訴財鄉號嚴響庫購圍隊評啓話衛擊衆軟養觀終歷羣斷載"
    "補適連識藥語屬寫堅擔積鎮頭額難獲層邊簡馬貨爭絡較幹園勢亞療損稅鐵築爾擇"
)
"""The traditional forms of those that have one (OpenCC)."""

_VARIANTS = "為眾裡著臺群啟戶說內"
"""Forms that Taiwan and Hong Kong prefer to OpenCC's."""
_COMMON = frozenset(_SIMPLIFIED + _TRADITIONAL + _VARIANTS + _PUNCTUATION)


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """Return the text of *data*; *encoding* is believed, otherwise it is found out.

    Raises:
        FileError: there is nothing, or nothing that is text.
    """
    if not data:
        raise FileError(f"{name}: the file is empty; a text in {ENCODINGS} is expected")
    if encoding is not None:
        return _as_told(data, name, encoding)
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _as_told(data, name, marked)
    if (nul := data.find(0)) >= 0:
        raise FileError(
            f"{name}: a NUL byte at offset {nul}, so this is no text in {ENCODINGS}; "
            "save it as UTF-8, or as HTML, DOCX or PDF (in Python, read_file(path, encoding=…) takes others)"
        )
    return _as_found(data, name)


def _as_told(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise FileError(f"{name}: {encoding!r} is no encoding; allowed are {ENCODINGS}") from error
    except UnicodeDecodeError as error:
        raise FileError(
            f"{name}: the bytes at offset {error.start} are no {encoding} ({error.reason}); "
            "save it as UTF-8; if you named the encoding, name another or leave it out to have it found"
        ) from error


def _as_found(data: bytes, name: str) -> str:
    """Decode by UTF-8 if that reads it, else by the Chinese encoding that reads it best."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    if _damage(text) <= MOST_DAMAGE:
        return text  # a few bad bytes, or a character cut off at the end
    sample = data[:SAMPLE]
    best = max(_CHINESE, key=lambda encoding: _commonness(sample.decode(encoding, "replace")))
    text = data.decode(best, "replace")
    if _damage(text) > MOST_DAMAGE:
        raise FileError(
            f"{name}: the bytes are no text in {ENCODINGS} (the best of them leaves "
            f"{_damage(text):.0%} unread); save it as UTF-8 (in Python, read_file(path, encoding=…) takes others)"
        )
    return text


def _damage(text: str) -> float:
    """Return the share of unreadable places among the characters that are not ASCII."""
    return text.count("\ufffd") / max(1, sum(not character.isascii() for character in text))


def _commonness(text: str) -> float:
    """Return the share of common Chinese characters among those that are not ASCII."""
    foreign = [character for character in text if not character.isascii()]
    return sum(character in _COMMON for character in foreign) / max(1, len(foreign))
