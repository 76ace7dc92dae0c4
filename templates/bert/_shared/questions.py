"""Questions about contexts, as files in the form of SQuAD."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from container import JobError


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A part of a context, and the character at which it starts."""

    text: str
    start: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question with the answers that its context holds; none if it has no answer."""

    question: str
    context: str
    answers: tuple[Answer, ...]


def read_questions(folder: Path) -> list[Question]:
    """Read every *.json of `folder`; an answer that the context does not hold fails the job."""
    paths = sorted(folder.glob("*.json"))
    questions = [question for path in paths for question in _read(path)]
    if not questions:
        raise JobError(f"`{folder}` has no *.json file with questions")
    return questions


def _read(path: Path) -> list[Question]:
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise JobError(f"`{path}` line {error.lineno} is not JSON: {error.msg}") from error
    questions = []
    place = f"`{path}`: data"
    for at, article in _listed(read, "data", f"`{path}`"):
        for number, paragraph in _listed(article, "paragraphs", f"{place}[{at}]"):
            there = f"{place}[{at}].paragraphs[{number}]"
            context = _text(paragraph, "context", there)
            for index, asked in _listed(paragraph, "qas", there):
                questions.append(_question(asked, context, f"{there}.qas[{index}]"))
    return questions


def _question(asked: Any, context: str, place: str) -> Question:
    answers = []
    for at, answer in _listed(asked, "answers", place):
        there = f"{place}.answers[{at}]"
        text = _text(answer, "text", there)
        start = answer.get("answer_start")
        if not text or not isinstance(start, int) or not context.startswith(text, max(start, 0)):
            raise JobError(f"{there}: the context does not hold `{text}` at {start}")
        answers.append(Answer(text=text, start=start))
    question = _text(asked, "question", place)
    return Question(question=question, context=context, answers=tuple(answers))


def _listed(owner: Any, name: str, place: str) -> list[tuple[int, Any]]:
    value = owner.get(name) if isinstance(owner, dict) else None
    if not isinstance(value, list):
        raise JobError(f"{place} has no list `{name}`")
    return list(enumerate(value))


def _text(owner: Any, name: str, place: str) -> str:
    value = owner.get(name) if isinstance(owner, dict) else None
    if not isinstance(value, str):
        raise JobError(f"{place} has no text `{name}`")
    return value
