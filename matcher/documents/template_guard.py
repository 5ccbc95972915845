"""Whether an uploaded workbook may be opened at all (表样安全检查), before any parser of sheets sees it.

A template is opened by everybody who fills it, so nothing in it may run or fetch: no macros, no links to other
workbooks, no embedded objects, no connections, no formulas that call out. A zip that unpacks to too much, or XML
that declares entities, is refused unread.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from matcher.documents.template_errors import TemplateError

MOST_BYTES = 5 * 1024 * 1024
"""A form of some hundred cells is 10 to 100 kB, with a picture of a seal perhaps 1 MB."""
_MOST_UNPACKED = 40 * 1024 * 1024
_MOST_PARTS = 500
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Head of OLE files: xls, and every workbook with a password."""
_KINDS = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"{\\rtf", "文档"),
)
_REFUSED_PARTS = (
    (r"vbaProject|vbaData|macrosheets/", "template_macro", "含有宏"),
    (r"externalLinks/", "template_links", "引用了别的工作簿"),
    (r"embeddings/|activeX/|ctrlProps/", "template_objects", "嵌入了对象或控件"),
    (r"connections\.xml|queryTables/|customUI|model/", "template_connections", "连接了外部数据"),
)
_DROPPED_PARTS = (
    (r"xl/charts/", "图表"),
    (r"xl/media/", "图片"),
    (r"xl/drawings/drawing", "图形"),
    (r"xl/pivotTables/", "数据透视表"),
    (r"xl/comments|xl/threadedComments", "批注"),
)
_MACRO_TYPE = re.compile(rb"macroEnabled", re.IGNORECASE)
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_EXTERNAL = re.compile(
    rb'<Relationship\b(?=[^>]*TargetMode\s*=\s*["\']External["\'])(?![^>]*/hyperlink["\'])[^>]*>'
)
_CALLS_OUT = re.compile(
    r"\b(WEBSERVICE|FILTERXML|RTD|CALL|REGISTER(?:\.ID)?|EXEC|DDE|IMAGE|IMPORTDATA)\s*\(|\[[^\]]+\]|\|\s*'",
    re.IGNORECASE,
)


_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What reading a made-up archive may raise: damaged parts, unknown packing, passwords, impossible sizes."""


@dataclass(frozen=True, slots=True)
class GuardedFile:
    """A workbook that may be opened, and what in it is lost when it is filled."""

    content: bytes
    dropped: tuple[str, ...] = ()


def guard(content: bytes) -> GuardedFile:
    """Return a workbook that may be opened.

    Raises
    ------
    TemplateError
        It is no xlsx, too large, or holds what runs or fetches.
    """
    if len(content) > MOST_BYTES:
        raise TemplateError(
            "template_large", "表样超过 5 MB。表样只需要空表，请删去数据和图片后再传。"
        )
    _check_kind(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return GuardedFile(content, _checked(archive))
    except TemplateError:
        raise
    except _UNREADABLE as error:
        raise TemplateError(
            "template_damaged", "文件已损坏或不完整，打不开。请在表格软件里打开并另存为 xlsx 再传。"
        ) from error


def _check_kind(content: bytes) -> None:
    """Refuse what is no zip, saying what it is."""
    if content.startswith(b"PK"):
        return
    if content.startswith(_OLD_WORKBOOK):
        raise TemplateError(
            "template_old",
            "这是旧版 xls 文件，或者设了打开密码。请在表格软件里取消密码，另存为 xlsx 再传。",
        )
    known = next((words for head, words in _KINDS if content.startswith(head)), "")
    said = f"这是{known}，不是 xlsx 表格。" if known else "这不是 xlsx 表格。"
    raise TemplateError("template_not_xlsx", f"{said}请传上级下发的 xlsx 空表。")


def _checked(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """Check every part; return the words for what is lost when the workbook is filled."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if sum(member.file_size for member in members) > _MOST_UNPACKED or len(names) > _MOST_PARTS:
        raise TemplateError(
            "template_large", "表样解压后大得不合常理，没有打开。请只保留空表再传。"
        )
    if "xl/workbook.xml" not in names:
        kind = "Word 文档" if any(name.startswith("word/") for name in names) else "压缩包"
        raise TemplateError(
            "template_not_xlsx", f"这是{kind}，不是 xlsx 表格。请传上级下发的 xlsx 空表。"
        )
    for pattern, code, words in _REFUSED_PARTS:
        if any(re.search(pattern, name) for name in names):
            raise TemplateError(code, f"表样{words}，不能使用。请删去后另存为 xlsx 再传。")
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            _check_part(member.filename, archive.read(member))
    return tuple(
        words for pattern, words in _DROPPED_PARTS if any(re.search(pattern, n) for n in names)
    )


def _check_part(name: str, content: bytes) -> None:
    if _ENTITIES.search(content):
        raise TemplateError("template_entities", "表样里有不允许的内容（实体声明），没有打开。")
    if name == "[Content_Types].xml" and _MACRO_TYPE.search(content):
        raise TemplateError("template_macro", "表样含有宏，不能使用。请删去后另存为 xlsx 再传。")
    if name.endswith(".rels") and _EXTERNAL.search(content):
        raise TemplateError(
            "template_links", "表样引用了外部文件，不能使用。请断开链接后另存为 xlsx 再传。"
        )


def calls_out(formula: str) -> bool:
    """Say whether a formula reaches outside its own workbook."""
    return bool(_CALLS_OUT.search(formula))
