#!/usr/bin/env python3
"""Keep one comment with the plan on a pull request of GitHub, or a merge request of GitLab.

The comment is found again by its first line, among those of the same author, and is then updated.
Whatever goes wrong is told and is no failure: the plan stands in the log too.

Read from the environment, beside what GitHub and GitLab set themselves:

- GITHUB_TOKEN and PIPEC_PULL_REQUEST, its number; or PIPEC_GITLAB_TOKEN, which may use the API
- PIPEC_COMMENT_AUTHOR: who comments, if it is not the token's user
- PIPEC_COMMIT and PIPEC_RUN_URL: what the plan was made of, and where
"""

import argparse
import json
import os
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

PAGE = 100
MOST_PAGES = 50
TIMEOUT = 20.0
CUT = "\n\n…cut: see the whole plan in the artefacts of the run.\n"


class NotCommentedError(Exception):
    """Why there is no comment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the comments of one pull request are, and how this forge speaks of them."""

    api: str
    comments: str  # all of them, below the API
    comment: str  # one of them, before its number
    update: str  # the method
    headers: Mapping[str, str]
    longest: int
    author: str | None
    author_member: tuple[str, str]


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Comment a file, and tell what was done; always ends with 0."""
    parser = argparse.ArgumentParser(prog="pipec-comment", description="Keep one comment.")
    parser.add_argument("file", type=Path, help="Markdown of `pipec plan`")
    parser.add_argument("--key", default="", help="tells comments about several targets apart")
    parser.add_argument("--only-update", action="store_true", help="make no new comment")
    options = parser.parse_args(arguments)
    try:
        text = options.file.read_text("utf-8")
        place = place_of(environment)
        said = keep(place, body_of(text, options.key, environment, place.longest), options)
    except (NotCommentedError, OSError, ValueError, HTTPException) as error:
        _warn(f"the plan was not commented: {error}", environment)
    else:
        sys.stdout.write(f"pipec-comment: {said}\n")
    return 0


def place_of(environment: Mapping[str, str]) -> Place:
    """Return where the comments are, or raise why that is not known."""
    if environment.get("GITLAB_CI"):
        project, number, token, api = _needed(
            environment,
            ("CI_MERGE_REQUEST_PROJECT_ID", "no merge request"),
            ("CI_MERGE_REQUEST_IID", "no merge request"),
            ("PIPEC_GITLAB_TOKEN", "PIPEC_GITLAB_TOKEN is not set"),
            ("CI_API_V4_URL", "CI_API_V4_URL is not set"),
        )
        notes = f"projects/{quote(project, safe='')}/merge_requests/{int(number)}/notes"
        return Place(
            api=api, comments=notes, comment=f"{notes}/", update="PUT", longest=1_000_000,
            headers={"PRIVATE-TOKEN": token},
            author=environment.get("PIPEC_COMMENT_AUTHOR"), author_member=("author", "username"),
        )  # fmt: skip
    number, token, repository = _needed(
        environment,
        ("PIPEC_PULL_REQUEST", "no pull request"),
        ("GITHUB_TOKEN", "GITHUB_TOKEN is not set"),
        ("GITHUB_REPOSITORY", "GITHUB_REPOSITORY is not set"),
    )
    issues = f"repos/{quote(repository)}/issues"
    # A workflow's own token has no user to ask for.
    bot = "github-actions[bot]" if environment.get("GITHUB_ACTIONS") else None
    return Place(
        api=environment.get("GITHUB_API_URL") or "https://api.github.com",
        comments=f"{issues}/{int(number)}/comments", comment=f"{issues}/comments/",
        update="PATCH", longest=65_536,
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        author=environment.get("PIPEC_COMMENT_AUTHOR") or bot, author_member=("user", "login"),
    )  # fmt: skip


def _needed(environment: Mapping[str, str], *names: tuple[str, str]) -> list[str]:
    for name, missing in names:
        if not environment.get(name):
            raise NotCommentedError(missing)
    return [environment[name] for name, _ in names]


def body_of(text: str, key: str, environment: Mapping[str, str], longest: int) -> str:
    """Return the comment: its mark, the plan as far as there is room, and what it was made of."""
    mark, _, plan = text.partition("\n")
    if not mark.startswith("<!-- ") or not mark.endswith(" -->"):
        raise NotCommentedError("the file does not begin with a mark")
    if key:
        mark = f"{mark.removesuffix(' -->')} of {quote(key)} -->"
    commit, run = environment.get("PIPEC_COMMIT", ""), environment.get("PIPEC_RUN_URL", "")
    made = [f"commit {commit[:12]}"] if commit else []
    made += [f"[run]({run})"] if run else []
    foot = f"\n<sub>{', '.join(made)}</sub>\n" if made else ""
    room = longest - len(mark) - 1 - len(foot)
    if len(plan) > room:
        plan = plan[: room - len(CUT)].rpartition("\n")[0] + CUT
    return f"{mark}\n{plan}{foot}"


def keep(place: Place, body: str, options: argparse.Namespace) -> str:
    """Update the comment that there is, or make one; return what was done."""
    mark = body.partition("\n")[0]
    number = next(_own(place, mark), None)
    if number is not None:
        _call(place, place.update, f"{place.comment}{number}", {"body": body})
        return f"updated comment {number}"
    if options.only_update:
        return "there are no changes and is no comment to update"
    made = _call(place, "POST", place.comments, {"body": body})
    return f"made comment {made.get('id')}"


def _own(place: Place, mark: str) -> Iterator[int]:
    """Yield the numbers of the comments with the mark that nobody else has written.

    A comment of somebody else could be made to say anything after it was updated.
    """
    outer, inner = place.author_member
    author = place.author or _call(place, "GET", "user").get(inner)
    for page in range(1, MOST_PAGES + 1):
        found = _call(place, "GET", f"{place.comments}?per_page={PAGE}&page={page}")
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise NotCommentedError(f"GET {place.comments}: the answer is no list of comments")
        for each in found:
            first = str(each.get("body") or "").splitlines()[:1]
            if first == [mark] and (each.get(outer) or {}).get(inner) == author:
                yield int(each["id"])
        if len(found) < PAGE:
            return


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Go nowhere else: the token would be sent there too."""

    def redirect_request(self, *_: Any) -> None:
        """Return no request to follow with."""


def _call(place: Place, method: str, path: str, content: object = None) -> Any:
    url = f"{place.api.rstrip('/')}/{path}"
    if not url.startswith(("https://", "http://")):
        raise NotCommentedError(f"{url} is no address of the web")
    data = json.dumps(content).encode() if content is not None else None
    headers = {**place.headers, "Content-Type": "application/json", "User-Agent": "pipec"}
    request = urllib.request.Request(url, data, dict(headers), method=method)  # noqa: S310
    try:
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(request, timeout=TIMEOUT) as answer:
            return json.loads(answer.read())
    except HTTPError as error:
        said = _message(error)
        raise NotCommentedError(f"{method} {path}: {error.code} {error.reason}{said}") from error


def _message(error: HTTPError) -> str:
    try:
        said = json.loads(error.read()).get("message")
    except (OSError, ValueError, AttributeError, HTTPException):
        return ""
    return f", {said}" if said else ""


def _warn(message: str, environment: Mapping[str, str]) -> None:
    line = "".join(char if char.isprintable() else " " for char in message)
    if environment.get("GITHUB_ACTIONS"):
        sys.stdout.write(f"::warning title=pipec::{line.replace('%', '%25')}\n")
    else:
        sys.stdout.write(f"pipec-comment: {line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
