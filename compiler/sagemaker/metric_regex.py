"""The regular expressions of metrics, as SageMaker reads them."""

import re
import warnings

# Named groups and classes of characters, which Python writes otherwise or does not have.
JAVA = (
    (re.compile(r"\(\?<(?![=!])"), "(?P<"),
    (re.compile(r"\\[pP]\{\w+\}"), r"\\w"),
    (re.compile(r"\\[hHRXGz]"), r"\\s"),
)
INVALID = (re.error, OverflowError, RecursionError)


def compiled(regex: str) -> re.Pattern[str]:
    """Compile an expression, which may be written as in Java; raises one of `INVALID`."""
    for java, python in JAVA:
        regex = java.sub(python, regex)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(regex)


def values_in(regex: re.Pattern[str], line: str) -> list[str]:
    """Return the texts that are read as values of the metric from a line of the log."""
    group = 1 if regex.groups else 0
    return [match.group(group) or "" for match in regex.finditer(line)]


def is_number(text: str) -> bool:
    """Return whether SageMaker can read a text as the value of a metric."""
    try:
        float(text)
    except ValueError:
        return False
    return True
