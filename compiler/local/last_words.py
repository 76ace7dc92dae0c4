"""What a script that failed said last, as far as it looks like the reason of its failure."""

TRACEBACK = "Traceback (most recent call last):"
# Behind the traceback that ends a script come the rest of its message and a few lines of clean-up.
AFTER_TRACEBACK = 20


class LastWords:
    """Takes the lines of a log and keeps the one that may say why the script failed.

    It is the error below the last traceback, if not much follows it; otherwise the last line,
    unless that has a metric in it. Only a guess can tell stderr: the log has both streams in one.
    """

    def __init__(self) -> None:
        self._last = ""
        # What stands before each line of the traceback that is being read, such as a rank.
        self._prefix: str | None = None
        self._error = ""
        self._since = 0

    def line(self, line: str) -> None:
        """Take the next line."""
        text = line.strip()
        if not text:
            return
        self._last, self._since = text, self._since + 1
        if text.endswith(TRACEBACK):
            self._prefix = line[: line.index(TRACEBACK)]
        elif self._prefix is not None:
            rest = line.removeprefix(self._prefix)
            if not rest.startswith((" ", "\t")):
                self._prefix, self._error, self._since = None, rest.strip(), 0

    def was_metric(self) -> None:
        """Learn that the line taken last has a metric in it: it is no reason to fail."""
        self._last = ""

    @property
    def reason(self) -> str | None:
        """The words that look like a reason, or None."""
        if self._error and self._since <= AFTER_TRACEBACK:
            return self._error
        return self._last or None
