"""Read metrics out of a job's log by the regular expressions of its MetricDefinitions."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from compiler.local.resolve import Json


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
        self._rest = ""
        self.values: dict[str, list[MetricValue]] = {name: [] for name, _ in self._regexes}
        self.last_line = ""

    def write(self, chunk: bytes) -> None:
        """Take the next part of the log."""
        *lines, self._rest = re.split(r"\r\n|\n|\r", self._rest + self._decode(chunk))
        for line in lines:
            self._line(line)

    def close(self) -> None:
        """Take the last line, if no line break ended it."""
        self._line(self._rest)
        self._rest = ""

    def _line(self, line: str) -> None:
        if line.strip():
            self.last_line = line.strip()
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
