"""Checks the transformer that compare_quality.py trains.

    check_transformer.py TEXT

TEXT is a sentence that is repeated some ten times. Each check prints `ok: transformer: FACT`.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
import torch  # noqa: E402
from facts import check  # noqa: E402
from quality_transformer import (  # noqa: E402
    RECIPES, Recipe, Setting, Trainer, Transformer, encode, fastest_setting, learning_rate,
    mean_loss, pieces, split,
)  # fmt: skip

SMALL = Recipe(layers=2, heads=2, width=32, block=8, batch=32, dropout=0.1)
CLASSES = 7

# Logits are below 10, after a few dozen sums in another order, each with an error of at most 1e-6.
TOLERANCE = 1e-5


def small_model() -> Transformer:
    """Returns a model whose large weights make its predictions depend on the context."""
    torch.manual_seed(1)
    model = Transformer(SMALL, CLASSES).eval()
    with torch.no_grad():
        for weights in model.parameters():
            if weights.dim() > 1:
                weights.mul_(10)
    return model


def random_ids(*shape: int) -> torch.Tensor:
    return torch.randint(CLASSES, shape, generator=torch.Generator().manual_seed(2))


def predictions_depend_on_no_later_character() -> None:
    model, ids = small_model(), random_ids(1, SMALL.block)
    logits = model(ids)
    for changed in range(SMALL.block):
        other = ids.clone()
        other[0, changed] = (other[0, changed] + 1) % CLASSES
        differences = (model(other) - logits).abs().amax(dim=(0, 2))  # [time]
        assert (differences[:changed] == 0).all(), differences
        assert (differences[changed:] > TOLERANCE).all(), differences


def logits_are_those_of_the_formulas() -> None:
    """The attention, head by head and position by position, in double precision."""
    model, ids = small_model().double(), random_ids(1, SMALL.block)
    size = SMALL.width // SMALL.heads
    x = model.characters.weight[ids[0]] + model.positions.weight
    for block in model.blocks:
        normal = standardized(x) * block.norm_1.weight
        q, k, v = (normal @ block.attention.query_key_value.weight.T).split(SMALL.width, dim=1)
        outputs = torch.zeros_like(x)
        for head in range(SMALL.heads):
            part = slice(head * size, (head + 1) * size)
            for t in range(SMALL.block):
                scores = k[: t + 1, part] @ q[t, part] / math.sqrt(size)
                outputs[t, part] = scores.exp() / scores.exp().sum() @ v[: t + 1, part]
        x = x + outputs @ block.attention.out.weight.T
        up = standardized(x) * block.norm_2.weight @ block.up.weight.T
        x = x + 0.5 * up * (1 + torch.erf(up / math.sqrt(2))) @ block.down.weight.T
    expected = standardized(x) * model.norm.weight @ model.characters.weight.T
    torch.testing.assert_close(model(ids)[0], expected, rtol=0, atol=1e-9)  # rounding of doubles


def standardized(x: torch.Tensor) -> torch.Tensor:
    variance = x.var(dim=1, keepdim=True, correction=0)
    return (x - x.mean(dim=1, keepdim=True)) / torch.sqrt(variance + 1e-5)


def weights_are_as_many_as_in_nanogpt() -> None:
    """nanoGPT reports 0.80 and 10.65 million for 65 characters, without those of positions."""
    for recipe, expected in (("cpu", 0.80), ("gpu", 10.65)):
        model = Transformer(RECIPES[recipe], 65)
        weights = sum(w.numel() for w in model.parameters()) - model.positions.weight.numel()
        assert round(weights / 1e6, 2) == expected, (recipe, weights)


def loss_of_windows_is_the_naive_one() -> None:
    """One character at a time, from the same context."""
    model, ids = small_model(), random_ids(54)
    half = SMALL.block // 2
    for window in (None, 5, SMALL.block, 20, 100):
        losses = []
        for i in range(len(ids) - 1):
            first = 0 if window is None else i // window * window
            end = len(ids) - 1 if window is None else min(first + window, len(ids) - 1)
            read = i - first  # characters of the window before this one
            if read < SMALL.block:
                start = first
            else:  # half a block at a time; the last piece ends with the window
                piece_end = first + SMALL.block + (read - SMALL.block) // half * half + half
                start = min(piece_end, end) - SMALL.block
            logits = model(ids[None, start : i + 1])[0, -1]
            losses.append(-torch.log_softmax(logits, 0)[ids[i + 1]].item())
        expected = sum(losses) / len(losses)
        actual = mean_loss(model, ids, window)
        model.eval()  # mean_loss leaves it in training mode
        assert abs(actual - expected) < TOLERANCE, (window, actual, expected)


def pieces_score_each_character_once_with_half_a_block_of_context() -> None:
    for block in (8, 64):
        for length in (1, 7, 8, 9, 63, 64, 65, 300, 1000):
            for window in (None, 1, 10, 64, 256):
                scored = []
                for piece in pieces(length, window, block):
                    assert piece.end - piece.start <= block, piece
                    first = 0 if window is None else piece.scored // window * window
                    assert first <= piece.start <= piece.scored < piece.end, piece
                    assert piece.scored - piece.start >= min(piece.scored - first, block // 2)
                    scored += range(piece.scored, piece.end)
                assert scored == list(range(length)), (block, length, window)


def learning_rate_warms_up_and_falls_to_a_tenth() -> None:
    recipe = RECIPES["cpu"]
    rates = [learning_rate(recipe, step, 2000) for step in range(2000)]
    assert math.isclose(rates[0], 1e-3 / 101)
    assert max(rates) == rates[100] == 1e-3
    assert rates[:101] == sorted(rates[:101])
    assert rates[100:] == sorted(rates[100:], reverse=True)
    assert math.isclose(rates[-1], 1e-4)
    middle = (100 + 1999) / 2  # where a cosine has fallen by half
    assert abs(rates[int(middle)] - 5.5e-4) < 1e-6


def fastest_setting_is_found() -> None:
    times = {("float32", 8): 3.0, ("bfloat16", 8): 2.0, ("bfloat16", 4): 1.0, ("bfloat16", 2): 1.5}
    found = fastest_setting(lambda setting: times[setting], ["float32", "bfloat16"], 8)
    assert found == (Setting("bfloat16", 4), 1.0), found
    assert fastest_setting(lambda setting: 1.0, ["float32"], 1) == (Setting("float32", 1), 1.0)


def training_learns(text: Path) -> None:
    ids, classes = encode(text.read_text(encoding="utf-8"))
    training, validation = split(ids)
    assert len(validation) == math.floor(len(ids) * 0.1 + 0.5)
    trainer = Trainer(SMALL, training, classes, "float32", seed=1)
    before = mean_loss(trainer.model, validation, SMALL.block)
    assert abs(before - math.log(classes)) < 0.1  # small weights predict all characters alike
    for _ in range(200):
        trainer.step(0.01)
    after = mean_loss(trainer.model, validation, SMALL.block)
    # The frequencies of the characters alone give 2.86; this run ends at 0.69.
    assert after < 1, (before, after)


FACTS = (
    predictions_depend_on_no_later_character,
    logits_are_those_of_the_formulas,
    weights_are_as_many_as_in_nanogpt,
    loss_of_windows_is_the_naive_one,
    pieces_score_each_character_once_with_half_a_block_of_context,
    learning_rate_warms_up_and_falls_to_a_tenth,
    fastest_setting_is_found,
)


def main() -> int:
    torch.set_num_threads(1)  # these networks are too small for more
    passed = [check("transformer", fact) for fact in FACTS]
    passed.append(check("transformer", training_learns, Path(sys.argv[1])))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
