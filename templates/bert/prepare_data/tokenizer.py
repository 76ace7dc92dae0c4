"""Bring a tokenizer to the corpus: the one of the given model, or one learnt from the text."""

import json
import shutil
from pathlib import Path

from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, trainers
from tokenizers.models import WordPiece
from tokenizers.processors import TemplateProcessing

FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
    "special_tokens_map.json",
    "added_tokens.json",
)
UNKNOWN = "[UNK]"
SPECIAL_TOKENS = ("[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]")


def carry_tokenizer(base: Path, destination: Path) -> bool:
    """Copy the tokenizer of the model in `base`, if there is one."""
    found = [base / name for name in FILES if (base / name).is_file()]
    if not found:
        return False
    destination.mkdir(parents=True, exist_ok=True)
    for path in found:
        shutil.copyfile(path, destination / path.name)
    return True


def learn_tokenizer(corpus: Path, vocabulary_size: int) -> None:
    """Learn an uncased WordPiece vocabulary from the texts of `corpus` and save it beside them."""
    tokenizer = Tokenizer(WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary_size, special_tokens=list(SPECIAL_TOKENS), show_progress=False
    )
    tokenizer.train([str(path) for path in sorted(corpus.glob("*.txt"))], trainer)
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )

    folder = corpus / "tokenizer"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    numbered = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    words = "".join(f"{word}\n" for word, _ in numbered)
    (folder / "vocab.txt").write_text(words, encoding="utf-8", newline="\n")
    settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": True}
    settings |= {f"{token.strip('[]').lower()}_token": token for token in SPECIAL_TOKENS}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings) + "\n", encoding="utf-8")
