"""What a secret looks like: by the name of what holds it, and by its own form."""

import re
from collections.abc import Mapping
from types import MappingProxyType

# Forms that are made to be recognized.
FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
        "a private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY"),
        "a GitHub token": re.compile(
            r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{22,}"
        ),
        "a GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}"),
        "a Hugging Face token": re.compile(r"\bhf_[A-Za-z0-9]{30,}"),
        "a Slack token": re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
        "a Google API key": re.compile(r"\bAIza[A-Za-z0-9_-]{35}"),
        "an API key": re.compile(r"\b[sr]k-[A-Za-z0-9_-]{20,}|\b[sr]k_live_[A-Za-z0-9]{16,}"),
        "a JSON web token": re.compile(
            r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
        ),
        "an address with a password": re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://[^/\s:@]*:[^/\s@]+@"),
    }
)
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
PASSWORDS = ("password", "passwd", "passphrase", "pwd", "secret", "credential", "credentials")
KEYS = frozenset({"access", "account", "api", "auth", "private", "secret", "signing"})
# Before `token`: what models read and write, and no one has to keep to himself.
OF_TEXT = frozenset(
    {
        "additional", "audio", "bos", "class", "cls", "decoder", "end", "eos", "first", "image",
        "last", "mask", "max", "min", "new", "next", "num", "pad", "per", "prompt", "sep",
        "special", "start", "stop", "unk", "unknown", "video",
    }
)  # fmt: skip
# An ARN, an address, a path or name of a secret in a store, a variable, a placeholder, a mark.
REFERENCE = re.compile(r"(?:arn:|[a-z][a-z0-9+.-]*://|/|\$|\{\{|<|\[|ssm:|secretsmanager:|%\()")
NOTHING = re.compile(r"(?:|none|null|auto|default|true|false|yes|no|env|\*+|x+|\.+)", re.IGNORECASE)
SHORTEST_TOKEN = 8


def form_of(text: str) -> str | None:
    """Return which kind of secret stands in a text, told by its form."""
    return next((kind for kind, form in FORMS.items() if form.search(text)), None)


def is_reference(value: str) -> bool:
    """Return whether a value only says where a secret is, or that there is none."""
    return NOTHING.fullmatch(value) is not None or REFERENCE.match(value) is not None


def is_secret(name: str, value: str) -> bool:
    """Return whether what has this name is secret, and the value no reference to it."""
    return not is_reference(value) and sounds_secret(name, value)


def sounds_secret(name: str, value: str) -> bool:
    """Return whether a name is that of a secret; whether a token is one, its value tells."""
    words = [each.lower() for each in WORDS.findall(name)]
    if not words:
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last.endswith(PASSWORDS) or last == "apikey" or (last == "key" and before in KEYS):
        return True
    is_long = len(value) >= SHORTEST_TOKEN and not any(each.isspace() for each in value)
    return last == "token" and before not in OF_TEXT and is_long and not value.isdigit()
