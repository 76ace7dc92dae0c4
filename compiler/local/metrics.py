"""Read metrics out of a job's log by the regular expressions of its MetricDefinitions."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from compiler.local.last_words import LastWords
from compiler.local.resolve import Json

# What a line has beyond is in the log, and no metric is looked for in it.
LINE_LIMIT = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricValue:
    """One value of a metric, the `index`-th in the log."""

    name: str
    index: int
    time: str
    value: float


class MetricReader:
    """Takes a log as it is written and finds the values in its complete lines."""

    def __init__(
        self,
        definitions: list[Json],
        *,
        clock: Callable[[], str],
        found: Callable[[MetricValue], None],
    ) -> None:
        self._regexes = [(each["Name"], re.compile(each["Regex"])) for each in definitions]
        self._clock = clock
        self._found = found
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        # The parts of the line that has not ended: joining them with each chunk would take
        # quadratic time where a line is long.
        self._parts: list[str] = []
        self._room = LINE_LIMIT
        self.values: dict[str, list[MetricValue]] = {name: [] for name, _ in self._regexes}
        self.last_words = LastWords()

    def write(self, chunk: bytes) -> None:
        """Take the next part of the log."""
        first, *others = re.split(r"\r\n|\n|\r", self._decode(chunk))
        self._add(first)
        for part in others:
            self._end_line()
            self._add(part)

    def close(self) -> None:
        """Take the last line, if no line break ended it."""
        self._end_line()

    def _add(self, part: str) -> None:
        part = part[: self._room]
        if part:
            self._parts.append(part)
            self._room -= len(part)

    def _end_line(self) -> None:
        line = "".join(self._parts)
        self._parts, self._room = [], LINE_LIMIT
        self.last_words.line(line)
        for name, regex in self._regexes:
            for match in regex.finditer(line):
                self._value(name, match.group(1) if regex.groups else match.group(0))

    def _value(self, name: str, text: str) -> None:
        try:
            value = float(text)
        except ValueError:
            return  # The service too drops what matches and is no number.
        values = self.values[name]
        metric = MetricValue(name=name, index=len(values), time=self._clock(), value=value)
        values.append(metric)
        self.last_words.was_metric()
        self._found(metric)

    def final(self) -> list[Json]:
        """Return the FinalMetricDataList of DescribeTrainingJob: the last value of each metric.

        Metrics of CloudWatch have no value that is not finite.
        """
        finite = {
            name: [each for each in values if isfinite(each.value)]
            for name, values in self.values.items()
        }
        return [
            {"MetricName": name, "Value": values[-1].value, "Timestamp": values[-1].time}
            for name, values in finite.items()
            if values
        ]

    def recorded(self) -> tuple[Json, ...]:
        """Return all values, as the run record holds them."""
        return tuple(
            {
                "name": name,
                "values": [{"index": v.index, "time": v.time, "value": v.value} for v in values],
            }
            for name, values in self.values.items()
            if values
        )
