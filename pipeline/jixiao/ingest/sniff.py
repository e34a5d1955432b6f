"""What a file is, by what stands in it: names lie (.doc files are web pages, .txt files are spreadsheets)."""

from __future__ import annotations

# (mark, at offset, kind); the first that fits decides.
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "ole"),
    (b"PK\x03\x04", 0, "zip"),
    (b"PK\x05\x06", 0, "zip"),
    (b"{\\rtf", 0, "rtf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image"),
    (b"\xff\xd8\xff", 0, "image"),
    (b"GIF87a", 0, "image"),
    (b"GIF89a", 0, "image"),
    (b"II*\x00", 0, "image"),
    (b"MM\x00*", 0, "image"),
    (b"WEBP", 8, "image"),
    (b"Rar!\x1a\x07", 0, "archive"),
    (b"7z\xbc\xaf\x27\x1c", 0, "archive"),
    (b"\x1f\x8b\x08", 0, "archive"),
    (b"ustar", 257, "archive"),
    (b"MZ", 0, "program"),
    (b"\x7fELF", 0, "program"),
    (b"SQLite format 3\x00", 0, "database"),
    (b"%!PS", 0, "postscript"),
    (b"CAJ", 0, "caj"),
    (b"HN\x00\x00", 0, "caj"),
    (b"KDH ", 0, "caj"),
)
_IN_ZIP = (
    (b"word/", "docx"),
    (b"xl/", "xlsx"),
    (b"ppt/", "pptx"),
    (b"OFD.xml", "ofd"),
    (b"opendocument.text", "odt"),
    (b"opendocument.spreadsheet", "ods"),
)
_IN_OLE = (  # names of the streams, in UTF-16
    ("EncryptedPackage", "encrypted_office"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_XML_OFFICE = (
    (b"Excel.Sheet", "xml_office"),
    (b"Word.Document", "xml_office"),
    (b"schemas-microsoft-com:office:spreadsheet", "xml_office"),
    (b"schemas.microsoft.com/office/word/2003/wordml", "xml_office"),
)

_AS_TABLE = "请用Excel或WPS打开后另存为网页（.html）或以制表符分隔的文本（.txt）再导入"
_AS_TEXT = "请用{program}打开后另存为纯文本（.txt，UTF-8编码）再导入"
UNREADABLE: dict[str, str] = {
    "pdf": "这是PDF文件，目前不能读取；请用阅读软件另存为文本（.txt）或网页（.html）再导入",
    "doc": "这是Word文档（.doc），目前不能读取；" + _AS_TEXT.format(program="Word或WPS"),
    "docx": "这是Word文档（.docx），目前不能读取；" + _AS_TEXT.format(program="Word或WPS"),
    "odt": "这是文字文档（.odt），目前不能读取；" + _AS_TEXT.format(program="WPS或LibreOffice"),
    "rtf": "这是RTF文档，目前不能读取；" + _AS_TEXT.format(program="Word或WPS"),
    "xls": "这是Excel表格（.xls），目前不能读取；" + _AS_TABLE,
    "xlsx": "这是Excel表格（.xlsx），目前不能读取；" + _AS_TABLE,
    "ods": "这是电子表格（.ods），目前不能读取；" + _AS_TABLE,
    "ppt": "这是演示文稿（.ppt），不是报告文本；" + _AS_TEXT.format(program="PowerPoint或WPS"),
    "pptx": "这是演示文稿（.pptx），不是报告文本；" + _AS_TEXT.format(program="PowerPoint或WPS"),
    "encrypted_office": "这是加密的Office文档；请用密码打开并取消加密，另存为纯文本（.txt）再导入",
    "ole": "这是旧版Office或WPS文档，目前不能读取；" + _AS_TEXT.format(program="Word或WPS"),
    "xml_office": "这是Office的XML文档，目前不能读取；" + _AS_TEXT.format(program="Word、Excel或WPS"),
    "ofd": "这是OFD版式文件，目前不能读取；请用OFD阅读软件导出为文本（.txt）再导入",
    "caj": "这是CAJ文件，目前不能读取；请用阅读软件导出为文本（.txt）再导入",
    "mht": "这是网页归档（.mht），目前不能读取；请用浏览器打开后另存为网页（.html）再导入",
    "image": "这是图片或扫描件，里面没有文字可读；请先用文字识别（OCR）软件转成文本（.txt）再导入",
    "zip": "这是压缩包；请解压后把里面的文件逐个导入",
    "archive": "这是压缩包；请解压后把里面的文件逐个导入",
    "program": "这是程序文件，不是报告；请核对是否选错了文件",
    "database": "这是数据库文件，不是报告；请核对是否选错了文件",
    "postscript": "这是打印文件（PostScript），目前不能读取；请另存为文本（.txt）再导入",
}


def sniff(data: bytes) -> str:
    """The kind of file: a key of :data:`UNREADABLE`, or ``text`` where the bytes may be text (web pages included)."""
    for mark, offset, kind in _MAGIC:
        if data.startswith(mark, offset):
            if kind == "zip":
                # The names of the members stand at the head of each and again at the end of the file.
                return next((name for part, name in _IN_ZIP if part in data[:8192] or part in data[-65536:]), kind)
            if kind == "ole":
                return next((name for part, name in _IN_OLE if part.encode("utf-16-le") in data), kind)
            if kind == "program" and not _has_nul(data):
                continue  # a text that begins with the letters MZ
            if kind == "caj" and not _has_nul(data):
                continue
            return kind
    if data.startswith(b"BM") and len(data) > 26 and int.from_bytes(data[2:6], "little") == len(data):
        return "image"
    # Readers accept a PDF whose mark stands anywhere in the first kilobyte; a text that talks of it has no objects.
    if b"%PDF-" in data[:1024] and (data.startswith(b"%PDF-") or b" obj" in data):
        return "pdf"
    head = data[:4096]
    if head.lstrip().startswith(b"<?xml") and any(mark in head for mark, _ in _XML_OFFICE):
        return "xml_office"
    lowered = head.lower()
    if b"mime-version:" in lowered and b"multipart/related" in lowered:
        return "mht"
    return "text"


def _has_nul(data: bytes) -> bool:
    return b"\0" in data[:4096]
