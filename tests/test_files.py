"""Files: encodings told apart, the text of HTML, DOCX and PDF, and what is refused."""

from __future__ import annotations

import io
import json
import lzma
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from planie.errors import DependencyError, FileError
from planie.files import EXTENSIONS, iter_files, passed_over, read_file
from planie.files import encodings as table

SIMPLIFIED = "临江市教育局2024年工作计划\r\n\r\n　　（一）全市学前三年毛入园率达到97.5%以上，新建幼儿园12所。\n"
TRADITIONAL = "臨江市教育局2024年工作計劃\r\n\r\n　　（一）全市學前三年毛入園率達到97.5%以上，新建幼兒園12所。\n"
LONG = SIMPLIFIED * 500
LONG_TRADITIONAL = TRADITIONAL * 500


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


# --- encodings ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, encoding) for text in (SIMPLIFIED, LONG) for encoding in ("gb18030", "gbk")),
        *((text, encoding) for text in (TRADITIONAL, LONG_TRADITIONAL) for encoding in ("big5", "cp950", "gb18030")),
        *((SIMPLIFIED, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32")),
        ("教育局", "gb18030"),
        ("教育局", "utf-8"),
        ("工作计划", "gb18030"),
        ("工作計劃", "big5"),
        ("縣教育局工作計劃", "big5"),
        ("学校𠮷㐂", "gb18030"),
        ("plain ASCII", "ascii"),
    ],
)
def test_encodings_are_told_apart(tmp_path: Path, text: str, encoding: str) -> None:
    path = write(tmp_path, "plan.txt", text.encode(encoding))
    assert read_file(path) == text


def test_marks_of_both_byte_orders(tmp_path: Path) -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read_file(write(tmp_path, "plan.md", mark + SIMPLIFIED.encode(encoding))) == SIMPLIFIED


@pytest.mark.parametrize("length", [6, 8, 12, 20, 60])
def test_short_texts_of_real_documents_are_told_apart(length: int, tmp_path: Path) -> None:
    opencc = pytest.importorskip("opencc")
    found = sorted((Path(__file__).resolve().parents[2] / "shared").glob("realdocs/*.txt"))
    if not found:
        pytest.skip("../shared/realdocs is not there")
    convert = opencc.OpenCC("s2tw").convert
    wrong = asked = 0
    for path in found[:60]:
        text = path.read_text(encoding="utf-8").replace("\n", "")
        for at in range(0, len(text) - length, len(text) // 10):
            piece = text[at : at + length]
            for said, encoding in ((piece, "gb18030"), (convert(piece), "cp950")):
                data = said.encode(encoding, "replace")
                if any(byte > 0x7F for byte in data) and data.decode(encoding) == said:
                    asked += 1
                    wrong += table.decode(data, "piece") != said
    assert asked > 500
    assert wrong / asked < (0.02 if length < 12 else 0.002), (wrong, asked)


def test_a_character_cut_off_at_the_end_is_no_other_encoding(tmp_path: Path) -> None:
    data = LONG.encode()[:-4]
    assert read_file(write(tmp_path, "cut.txt", data[: len(data) - 1])).startswith(SIMPLIFIED)
    assert read_file(write(tmp_path, "cut.txt", LONG.encode("gbk")[:-4])).startswith(SIMPLIFIED)


def test_a_few_bad_bytes_are_marked(tmp_path: Path) -> None:
    data = LONG.encode().replace("所".encode(), b"\xe6\x89", 1)
    assert read_file(write(tmp_path, "bad.txt", data)).count("\ufffd") == 1


def test_a_named_encoding_is_believed(tmp_path: Path) -> None:
    path = write(tmp_path, "plan.txt", "工作計劃".encode("big5"))
    assert read_file(path, encoding="big5") == "工作計劃"
    with pytest.raises(FileError, match=r"plan\.txt.*offset 0.*utf-8"):
        read_file(path, encoding="utf-8")
    with pytest.raises(FileError, match=r"'klingon' is no encoding; allowed are UTF-8"):
        read_file(path, encoding="klingon")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"abc\x00\x01", "NUL byte at offset 3.*; save it as UTF-8, or as HTML, DOCX or PDF"),
        (SIMPLIFIED.encode("utf-16-le"), "NUL byte"),
        (bytes(range(128, 256)) * 40, "no text in UTF-8.*; save it as UTF-8"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(FileError, match=f"plan.txt: .*{says}"):
        read_file(write(tmp_path, "plan.txt", data))


def test_common_characters_are_those_that_were_counted() -> None:
    import planie.heal

    packed = (Path(planie.heal.__file__).parent / "pairs.xz").read_bytes()
    counted = json.loads(lzma.decompress(packed).partition(b"\n")[0])["characters"]
    assert "".join(c for c in counted if "\u4e00" <= c < "\ua000")[:600] == table._SIMPLIFIED


# --- HTML --------------------------------------------------------------------

PARAGRAPH = "认真贯彻党的教育方针，全面推进素质教育，努力办好人民满意的教育，确保各项任务落到实处。"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>工作计划_范文网</title><style>p{{}}</style></head>
<body><div class="nav"><a href="/">首页</a> <a href="/j">计划</a></div>
<div class="content"><h1>临江市教育局2024年工作计划</h1>
<p><strong>一、主要<span>目标</span></strong></p><p>　　{PARAGRAPH}</p>
<p>毛入园率达到<b>97.5</b>%以上，<br>新建幼儿园&nbsp;12所。</p>
<h3>（二）任务</h3><ul><li>新建1所</li><li>改建2所<ul><li>其中公办1所</li></ul></li></ul>
<p>{PARAGRAPH}</p>
<table><tr><th>指标</th><th>2023年</th><th>2025年</th></tr>
<tr><td><p>毛入园率</p></td><td></td><td><p>97%</p></td></tr></table>
<p style="display:none">看不见的</p></div>
<div class="related"><h3>相关文章</h3><ul>{"".join(f"<li><a href=/{i}>学校工作总结之{i}</a></li>" for i in range(12))}</ul></div>
<script>var hidden = "一、脚本";</script></body></html>"""
MAIN = f"""临江市教育局2024年工作计划
一、主要目标
　　{PARAGRAPH}
毛入园率达到97.5%以上，
新建幼儿园\u00a012所。
（二）任务
新建1所
改建2所
其中公办1所
{PARAGRAPH}
指标\t2023年\t2025年
毛入园率\t\t97%"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", ["plan.html", "PLAN.HTM"])
def test_html_main_text(tmp_path: Path, name: str, encoding: str) -> None:
    pytest.importorskip("trafilatura")
    assert read_file(write(tmp_path, name, PAGE.encode(encoding))) == MAIN


def test_html_title_that_stands_outside_the_main_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trafilatura = pytest.importorskip("trafilatura")
    title = "临江市“十四五”教育事业发展规划"
    page = f"""<html><head><title>{title}_临江市教育局</title></head><body><div><a href=/>规划计划</a></div>
    <h1>{title}</h1><p>{PARAGRAPH}</p></body></html>"""
    monkeypatch.setattr(trafilatura, "extract", lambda *_, **__: PARAGRAPH)
    assert read_file(write(tmp_path, "named.html", page.encode())) == f"{title}\n{PARAGRAPH}"


def test_html_laid_out_by_tables(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    page = f"""<html><body><table><tr><td><a href=/>首页</a></td><td><a href=/b>新闻</a></td></tr><tr><td colspan=2>
    <p>一、目标</p><p>{PARAGRAPH}</p><p>新建幼儿园<span>12</span>所。</p>
    <table><tr><td>指标</td><td>值</td></tr></table></td></tr></table></body></html>"""
    lines = read_file(write(tmp_path, "old.html", page.encode())).split("\n")
    assert lines[-4:] == ["一、目标", PARAGRAPH, "新建幼儿园12所。", "指标\t值"]


def test_html_keeps_all_that_is_visible_where_the_main_text_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trafilatura = pytest.importorskip("trafilatura")
    path = write(tmp_path, "plan.html", PAGE.encode())
    for found in (None, "", "一、主要目标"):
        monkeypatch.setattr(trafilatura, "extract", lambda *_, found=found, **__: found)
        text = read_file(path)
        assert "学校工作总结之3" in text
        assert "看不见的" not in text
        assert "脚本" not in text


@pytest.mark.parametrize("page", ["<html><body><script>x()</script></body></html>", "<!-- 无 -->", " \n"])
def test_html_without_text_is_refused(tmp_path: Path, page: str) -> None:
    pytest.importorskip("trafilatura")
    with pytest.raises(FileError, match=r"empty\.html: .*visible"):
        read_file(write(tmp_path, "empty.html", page.encode()))


def test_html_of_great_depth_and_with_a_declaration(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    deep = "<?xml version='1.0' encoding='gb2312'?><html><body>" + "<div>" * 1500 + "<p>目标12所</p>"
    assert "目标12所" in read_file(write(tmp_path, "deep.html", deep.encode()))


# --- DOCX --------------------------------------------------------------------


def docx_file(path: Path) -> Path:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("临江市教育局2024年工作计划", 1)
    document.add_paragraph("一、主要目标")
    rows = document.add_table(rows=2, cols=3)
    for cell, text in zip(rows.rows[0].cells, ("指标", "2023年", "2025年"), strict=True):
        cell.text = text
    rows.cell(1, 0).text = "毛入园率\n（学前）"
    rows.cell(1, 1).merge(rows.cell(1, 2)).text = "97%"
    paragraph = document.add_paragraph("新建幼儿园")
    paragraph.add_run("12").bold = True
    paragraph.add_run("所。")
    document.save(str(path))
    return path


def test_docx_in_document_order(tmp_path: Path) -> None:
    path = docx_file(tmp_path / "plan.docx")
    assert read_file(path).split("\n") == [
        "临江市教育局2024年工作计划",
        "一、主要目标",
        "指标\t2023年\t2025年",
        "毛入园率 （学前）\t97%",
        "新建幼儿园12所。",
    ]


def test_docx_content_controls_tracked_changes_and_cells_merged_downwards(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    body = document.element.body
    changed = (
        "<w:p {0}><w:r><w:t>培训教师</w:t></w:r><w:ins><w:r><w:t>300名</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>200名</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom></w:p>"
    )
    control = "<w:sdt {0}><w:sdtContent><w:p><w:r><w:t>临江市教育局工作计划</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    for xml in (changed, control):
        body.insert(0, parse_xml(xml.format(nsdecls("w"))))
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).merge(table.cell(2, 0)).text = "新建幼儿园12所"
    for row, text in enumerate("甲乙丙"):
        table.cell(row, 1).text = text
    document.save(str(tmp_path / "plan.docx"))
    lines = read_file(tmp_path / "plan.docx").split("\n")
    assert lines == ["临江市教育局工作计划", "培训教师300名", "新建幼儿园12所\t甲", "乙", "丙"]


def test_lines_of_preformatted_text_stay_apart_beside_marks(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    page = f"<html><body><pre>一、目标\n<b>二、任务</b>\n{PARAGRAPH}</pre></body></html>"
    assert read_file(write(tmp_path, "plan.html", page.encode())).split("\n")[:2] == ["一、目标", "二、任务"]


def a_zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", "no document")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"plain text", r"no DOCX file \(what is in it looks like plain text\)"),
        (b"%PDF-1.4\n", "looks like a PDF file"),
        (b"\x89PNG\r\n", r"looks like a picture \(PNG\)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Word file"),
        (a_zip(), "damaged DOCX file"),
        (b"", "empty"),
    ],
)
def test_what_is_no_docx_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    pytest.importorskip("docx")
    with pytest.raises(FileError, match=rf"plan\.docx: .*{says}"):
        read_file(write(tmp_path, "plan.docx", data))


# --- PDF ---------------------------------------------------------------------


def pdf_file(pages: list[list[str]], *, encrypted: bool = False) -> bytes:
    """Write a PDF by hand, with a Chinese font that is named and not embedded."""
    font, objects = 3, [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"", b""]
    objects[2] = b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
    objects[3] = (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>"
    )
    kids = []
    for lines in pages:
        shown = b"BT /F 12 Tf 16 TL 50 800 Td " + b" ".join(
            b"<" + line.encode("utf-16-be").hex().encode() + b"> Tj T*" for line in lines
        )
        stream = shown + b" ET"
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F %d 0 R>>>>>>"
            % (len(objects), font)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    out, offsets = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    at = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32)
    trailer = b"/Size %d/Root 1 0 R%s" % (len(objects) + 1, lock if encrypted else b"")
    out.write(b"trailer<<%s>>\nstartxref\n%d\n%%%%EOF" % (trailer, at))
    return out.getvalue()


def test_pdf_lines_become_paragraphs(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    pages = [
        [
            "临江市教育局工作计划",
            "一、主要目标",
            PARAGRAPH[:38] + "毛入",
            "园率达到97.5%以上。",
            "（一）新建幼儿园12所",
            "— 1 —",
        ],
        [PARAGRAPH[:40], "（二）" + PARAGRAPH[:37], PARAGRAPH[37:], "2"],
    ]
    text = read_file(write(tmp_path, "plan.pdf", pdf_file(pages)))
    assert text.split("\n") == [
        "临江市教育局工作计划",
        "一、主要目标",
        PARAGRAPH[:38] + "毛入园率达到97.5%以上。",
        "（一）新建幼儿园12所",
        PARAGRAPH[:40],
        "（二）" + PARAGRAPH,
    ]


def test_what_a_browser_prints_beside_a_page_is_left_out(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    head, foot = "11/22/26, 3:04 PM 临江市教育局工作计划", "https://example.org/plan?id=3 {}/2"
    pages = [[head, "一、主要目标", PARAGRAPH[:40], foot.format(1)], [head, PARAGRAPH[40:], foot.format(2)]]
    text = read_file(write(tmp_path, "plan.pdf", pdf_file(pages)))
    assert text.split("\n") == ["一、主要目标", PARAGRAPH]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<html>not found</html>", "no PDF file .*looks like an HTML page"),
        (b"\0\1\2\3", "looks like binary data of an unknown kind"),
        (b"%PDF-1.4\n" + b"rubbish" * 50, "damaged"),
        (pdf_file([[]]), "1 page without text.*OCR"),
        (pdf_file([["学校"]], encrypted=True), "encrypted"),
    ],
)
def test_what_is_no_pdf_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    pytest.importorskip("pypdfium2")
    with pytest.raises(FileError, match=rf"plan\.pdf: .*{says}"):
        read_file(write(tmp_path, "plan.pdf", data))


# --- libraries and folders ---------------------------------------------------


@pytest.mark.parametrize(
    ("name", "library", "data"),
    [
        ("plan.html", "trafilatura", b"<p>a</p>"),
        ("plan.docx", "docx", a_zip()),
        ("plan.pdf", "pypdfium2", pdf_file([["学校"]])),
    ],
)
def test_a_missing_library_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, library: str, data: bytes
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(DependencyError, match=rf"{library}.*planie\[{Path(name).suffix[1:]}\]"):
        read_file(write(tmp_path, name, data))


def test_text_needs_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("trafilatura", "lxml", "docx", "pypdfium2"):
        monkeypatch.setitem(sys.modules, library, None)
    for name in ("plan.txt", "plan.md", "plan", "plan.wps"):
        assert read_file(write(tmp_path, name, SIMPLIFIED.encode("gbk"))) == SIMPLIFIED


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.txt: cannot be read \(No such file"):
        read_file(tmp_path / "gone.txt")
    with pytest.raises(FileError, match="is a folder"):
        read_file(tmp_path)


def test_iter_files(tmp_path: Path) -> None:
    names = "b/2.PDF b/1.txt a.md a.html z.htm c/d/e.docx x.exe ~$e.docx .hidden.txt .git/config.txt".split()
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    found: Any = iter_files([tmp_path, tmp_path / "x.exe", str(tmp_path / "a.md")])
    expected = "a.html a.md b/1.txt b/2.PDF c/d/e.docx z.htm x.exe a.md".split()
    assert [path.relative_to(tmp_path).as_posix() for path in found] == expected
    assert {Path(name).suffix.lower() for name in expected[:-2]} == EXTENSIONS
    assert passed_over(tmp_path) == [tmp_path / "x.exe"]


def test_iter_files_names_what_is_missing_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"not found: .*gone, .*lost\.txt; name"):
        iter_files([tmp_path, tmp_path / "gone", tmp_path / "lost.txt"])
