"""Instances carry segments and labels, and their loss is the one of BertForPreTraining."""

import importlib
from typing import Any

import pytest
import torch
from transformers import BertForPreTraining

from tests.bert import tiny

batches: Any = importlib.import_module("batches")
corpus: Any = importlib.import_module("corpus")
instances: Any = importlib.import_module("instances")
masking: Any = importlib.import_module("masking")
objectives: Any = importlib.import_module("objectives")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return tiny.make_tokenizer(tmp_path_factory.mktemp("tokenizer"))


def make(tokenizer: Any, *names: str, seed: int = 0) -> Any:
    structure = instances.Structure(
        objectives=names,
        max_length=32,
        short_share=0.1,
        masking=masking.Masking(share=0.15, most=20, whole_words=False),
    )
    texts = [f"the film {number} was seen once more" for number in range(12)]
    tokens = tokenizer(texts, add_special_tokens=False)["input_ids"]
    documents = [tokens[:6], tokens[6:], tokens[:1]]
    return instances.make_instances(
        documents, structure, instances.tokens_of(tokenizer), batches.seeded(seed)
    )


def test_segments_part_the_two_texts_at_the_separator(tokenizer: Any) -> None:
    made = make(tokenizer, "nsp")
    assert {instance.next_label for instance in made} == {0, 1}
    for instance in made:
        first = instance.segments.count(0)
        assert instance.segments == [0] * first + [1] * (len(instance.tokens) - first)
        assert instance.tokens[0] == tokenizer.cls_token_id
        ends = [at for at, token in enumerate(instance.tokens) if token == tokenizer.sep_token_id]
        assert ends == [first - 1, len(instance.tokens) - 1]


def test_a_lone_sentence_has_no_second_segment_and_no_label(tokenizer: Any) -> None:
    lone = [instance for instance in make(tokenizer, "mlm", "nsp") if 1 not in instance.segments]
    assert [instance.next_label for instance in lone] == [-100]


def test_without_masked_words_nothing_is_masked(tokenizer: Any) -> None:
    assert all(not instance.masked_positions for instance in make(tokenizer, "nsp"))


def test_without_next_sentences_no_instance_is_labelled(tokenizer: Any) -> None:
    made = make(tokenizer, "mlm")
    assert made
    assert {instance.next_label for instance in made} == {-100}
    assert all(instance.masked_positions for instance in made)


def test_the_same_seed_makes_the_same_instances(tokenizer: Any) -> None:
    assert make(tokenizer, "mlm", "nsp", seed=1) == make(tokenizer, "mlm", "nsp", seed=1)
    assert make(tokenizer, "mlm", "nsp", seed=1) != make(tokenizer, "mlm", "nsp", seed=2)


def test_the_loss_is_that_of_the_model_with_labels_at_the_masked_words_only(
    tokenizer: Any,
) -> None:
    made = [instance for instance in make(tokenizer, "mlm", "nsp") if instance.next_label >= 0]
    batch = instances.collate(made, tokenizer.pad_token_id)
    torch.manual_seed(0)
    model: Any = BertForPreTraining(tiny.make_config(len(tokenizer)))
    model.eval()
    labels = torch.full_like(batch["input_ids"], -100)
    labels.view(-1)[batch["masked_positions"]] = batch["masked_labels"]
    expected = model(
        input_ids=batch["input_ids"],
        attention_mask=batch["attention_mask"],
        token_type_ids=batch["token_type_ids"],
        labels=labels,
        next_sentence_label=batch["next_labels"],
    )
    loss, sums = objectives.pretraining_loss(model, batch)
    assert loss.item() == pytest.approx(expected.loss.item(), rel=1e-5)
    assert int(sums["mlm_loss"][1]) == sum(len(i.masked_positions) for i in made)
    assert int(sums["nsp_loss"][1]) == len(made)


def test_held_out_documents_depend_on_their_text_alone() -> None:
    documents = [[[number], [number + 1]] for number in range(40)] + [[[7]], [[8]]]
    learnt, held_out = corpus.hold_out(documents, 0.25)
    assert len(held_out) == 10
    assert sorted(learnt + held_out) == sorted(documents)
    again = corpus.hold_out(documents[::-1], 0.25)
    assert sorted(again[1]) == sorted(held_out)


def test_batches_hold_every_sequence_once_and_pad_little() -> None:
    rng = batches.seeded("lengths")
    lengths = [rng.randint(5, 128) for _ in range(1000)]
    made = batches.batches_by_length(lengths, 16, batches.seeded("order"))
    assert sorted(number for batch in made for number in batch) == list(range(1000))
    longest = sum(max(lengths[number] for number in batch) * len(batch) for batch in made)
    assert sum(lengths) / longest > 0.9
