"""Where in a file a judged text's characters stand: the line that an editor can jump to.

Not for documents that only show a text, such as pages: their lines are not those of what was judged.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_LINE_END = re.compile(r"\r\n|\n|\r")


class JudgedFile:
    """The file that was judged, by the path it was named with; `text` is the file's, None where its lines say nothing.

    What is judged of a text begins at its first character that is no white space.
    """

    def __init__(self, path: str, text: str | None) -> None:
        self.path = path
        self._skipped = 0 if text is None else len(text) - len(text.lstrip())
        self._starts = [] if text is None else [0, *(found.end() for found in _LINE_END.finditer(text))]

    def line(self, offset: int) -> int:
        """The line, 1.., of an offset into the judged text; 0 where no line can be told."""
        return bisect_right(self._starts, offset + self._skipped)

    def place(self, offset: int) -> str:
        """The beginning "path:line:", "" where no line can be told."""
        line = self.line(offset)
        return f"{self.path}:{line}:" if line else ""
