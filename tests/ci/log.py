"""What GitHub's runner makes of a log: the commands in it, unless they are stopped."""

import re
from dataclasses import dataclass

COMMAND = re.compile(r"::([a-z-]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    name: str
    properties: dict[str, str]
    message: str


def commands(log: str) -> list[Command]:
    """Return the commands that are carried out; the runner passes over blanks before them."""
    found: list[Command] = []
    stopped = ""
    for line in log.splitlines():
        text = line.strip()
        if stopped:
            stopped = "" if text == f"::{stopped}::" else stopped
            continue
        match = COMMAND.fullmatch(text)
        if match is None:
            continue
        name, listed, message = match[1], match[2] or "", match[3]
        if name == "stop-commands":
            stopped = message
            continue
        pairs = [each.partition("=") for each in listed.split(",") if each]
        properties = {key: plain(value) for key, _, value in pairs}
        found.append(Command(name=name, properties=properties, message=plain(message)))
    assert not stopped, "commands are stopped for good"
    return found


def plain(text: str) -> str:
    for written, meant in (("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text
