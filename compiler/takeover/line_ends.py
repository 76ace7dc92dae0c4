"""A text as it was in its file: with the line ends and the mark at its beginning."""

import re
from collections import Counter
from difflib import SequenceMatcher

MARK = "\ufeff"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
END = re.compile(r"[\r\n]+\Z")


def restored(content: bytes, before: str, after: str) -> bytes:
    """Return an edited text as bytes, each line that is not new just as it was.

    `before` is what `content` was read as, with one kind of line end; lines that are new get the
    most usual of the others.
    """
    text = content.decode("utf-8")
    mark = MARK if text.startswith(MARK) else ""
    raw = LINE.findall(text.removeprefix(MARK))
    ends = Counter(match[0] for line in raw if (match := END.search(line)) is not None)
    usual = ends.most_common(1)[0][0] if ends else "\n"
    had, has = LINE.findall(before), LINE.findall(after)
    matcher = SequenceMatcher(None, had, has, autojunk=False)
    lines: list[str] = []
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            lines += raw[start:end]
        else:
            lines += [line.replace("\n", usual) for line in has[first:last]]
    return (mark + "".join(lines)).encode()
