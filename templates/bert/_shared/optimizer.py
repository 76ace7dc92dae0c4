"""AdamW as BERT is trained with it, and the arithmetic that the hardware does fastest."""

from collections import defaultdict
from pathlib import Path

import torch
from settings import Settings
from torch import nn

CPU_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})


def make_optimizer(
    model: nn.Module, heads: tuple[str, ...], settings: Settings
) -> torch.optim.AdamW:
    """Return AdamW with no decay of biases and norms, and with the heads' own learning rate."""
    by_kind = defaultdict(list)
    for name, parameter in model.named_parameters():
        by_kind[name.startswith(heads), parameter.ndim > 1].append(parameter)
    groups = [
        {
            "params": parameters,
            "highest": (is_head and settings.head_learning_rate) or settings.learning_rate,
            "weight_decay": settings.weight_decay if decays else 0.0,
        }
        for (is_head, decays), parameters in by_kind.items()
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, fused=True)


def set_learning_rate(
    optimizer: torch.optim.Optimizer, step: int, total: int, warmup_share: float
) -> float:
    """Let the learning rate rise linearly, then fall linearly to 0; return the encoder's."""
    warmup = max(1, round(warmup_share * total))
    factor = min((step + 1) / warmup, (total - step) / max(1, total - warmup + 1))
    for group in optimizer.param_groups:
        group["lr"] = factor * group["highest"]
    return float(optimizer.param_groups[0]["lr"])


def uses_bf16(precision: str, device: torch.device) -> bool:
    """Tell whether to compute in bfloat16; `auto` does where the hardware has it."""
    if precision != "auto":
        return precision == "bf16"
    if device.type == "cuda":
        # Without emulation: cards before Ampere would only get slower.
        return torch.cuda.get_device_capability(device) >= (8, 0)
    flags = Path("/proc/cpuinfo")
    return flags.is_file() and bool(CPU_FLAGS & set(flags.read_text(encoding="utf-8").split()))
