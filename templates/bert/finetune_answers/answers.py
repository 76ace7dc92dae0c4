"""Fine-tune the model of the channel `model` to find answers in contexts, and pack it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from answer_scores import answer_scores
from answering import Search, best_answers, make_windows, positions
from batches import seeded
from container import JobError, checkpoint_dir, required_channel
from loop import Batch, Sums, Task, log, train
from pretrained import load_pretrained, save_finetuned
from questions import Question, read_questions
from sequences import Example, answers_of, collate, fingerprint, hold_out, in_batches, run_batches
from settings import Settings
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import BertForQuestionAnswering


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is fixed when the script is written."""

    max_length: int
    stride: int
    longest_answer: int
    validation_share: float


def finetune(plan: Plan, settings: Settings) -> None:
    """Run the training job."""
    if plan.stride > plan.max_length // 4:
        raise JobError(f"stride {plan.stride} is more than a quarter of max_length")
    questions = read_questions(required_channel("train"))
    learnt, held_out = split_contexts(questions, plan.validation_share, settings.seed)
    print(f"train_questions={len(learnt)} validation_questions={len(held_out)}", flush=True)

    search = Search(
        max_length=plan.max_length,
        stride=plan.stride,
        longest=plan.longest_answer,
        unanswerable=not all(question.answers for question in questions),
    )
    torch.manual_seed(settings.seed)
    model, tokenizer = load_pretrained(
        BertForQuestionAnswering, required_channel("model"), plan.max_length
    )
    # inference.py looks for answers as the validation did.
    model.config.search = asdict(search)
    task = _task(model, tokenizer, learnt, held_out, search, settings)
    train(model, task, settings, checkpoint_dir())
    beside = ["serving.py", "answering.py"]
    save_finetuned(model, tokenizer, plan.max_length, "inference_answers.py", beside)


def split_contexts(
    questions: Sequence[Question], share: float, seed: int
) -> tuple[list[Question], list[Question]]:
    """Return the questions to learn from and those to validate on, which share no context."""
    contexts = list(dict.fromkeys(question.context for question in questions))
    _, held_out = hold_out(contexts, share, seed)
    chosen = frozenset(held_out)
    learnt = [question for question in questions if question.context not in chosen]
    return learnt, [question for question in questions if question.context in chosen]


def make_examples(questions: Sequence[Question], tokenizer: Any, search: Search) -> list[Example]:
    """Return an example for each window, labelled with the first and last token of the answer.

    A window that does not hold the whole answer is labelled with its first token, twice.
    """
    windows = make_windows([(each.question, each.context) for each in questions], tokenizer, search)
    examples = []
    for window in windows:
        answers = questions[window.number].answers
        label = (0, 0)
        if answers:
            label = positions(window, answers[0].start, answers[0].start + len(answers[0].text))
        examples.append(Example(tokens=window.tokens, segments=window.segments, label=label))
    return examples


def _task(
    model: nn.Module,
    tokenizer: Any,
    learnt: Sequence[Question],
    held_out: Sequence[Question],
    search: Search,
    settings: Settings,
) -> Task:
    examples = make_examples(learnt, tokenizer, search)
    padding = tokenizer.pad_token_id

    def after_epoch(trained: nn.Module) -> float:
        measures = _validate(trained, tokenizer, held_out, search, settings)
        log("validation:", {f"validation_{name}": value for name, value in measures.items()})
        return measures["f1"]

    return Task(
        batches=lambda epoch: in_batches(
            examples, settings.batch_size, seeded("order", settings.seed, epoch)
        ),
        collate=lambda chosen: _labelled(chosen, padding),
        loss=_loss,
        after_epoch=after_epoch,
        heads=("qa_outputs.",),
        fingerprint=fingerprint(model, search, settings, examples),
    )


def _labelled(examples: Sequence[Example], padding: int) -> Batch:
    labels = torch.tensor([example.label for example in examples])
    return collate(examples, padding) | {"labels": labels}


def _loss(model: nn.Module, batch: Mapping[str, Tensor]) -> tuple[Tensor, Sums]:
    starts, ends = batch["labels"].unbind(dim=1)
    outputs = answers_of(model, batch)
    start_loss = cross_entropy(outputs.start_logits.float(), starts)
    end_loss = cross_entropy(outputs.end_logits.float(), ends)
    loss = (start_loss + end_loss) / 2
    count = torch.tensor(len(starts))
    right = (outputs.start_logits.argmax(dim=-1) == starts) & (
        outputs.end_logits.argmax(dim=-1) == ends
    )
    return loss, {"train_loss": (loss * len(starts), count), "train_accuracy": (right.sum(), count)}


def _validate(
    model: nn.Module,
    tokenizer: Any,
    questions: Sequence[Question],
    search: Search,
    settings: Settings,
) -> dict[str, float]:
    pairs = [(question.question, question.context) for question in questions]
    windows = make_windows(pairs, tokenizer, search)
    numbered = [
        Example(tokens=window.tokens, segments=window.segments, label=number)
        for number, window in enumerate(windows)
    ]
    batches = in_batches(numbered, settings.batch_size, seeded("validation"))
    logits: list[tuple[list[float], list[float]]] = [([], []) for _ in windows]
    for chosen, outputs in run_batches(model, batches, tokenizer.pad_token_id, settings.precision):
        starts = outputs.start_logits.float().tolist()
        ends = outputs.end_logits.float().tolist()
        for example, pair in zip(chosen, zip(starts, ends, strict=True), strict=True):
            logits[example.label] = pair
    found = best_answers([context for _, context in pairs], windows, logits, search)
    guesses = [best[0].text if best else "" for best in found]
    true = [[answer.text for answer in question.answers] for question in questions]
    return answer_scores(true, guesses)
