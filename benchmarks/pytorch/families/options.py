"""What layers and optimizers have beyond the usual: projected LSTMs, the weights of attention, rows that are stepped alone,
batches that are mixed. torchvision's MixUp and CutMix draw their numbers themselves, so both are written out here."""

import math

import torch
from torch import nn

from golden import integers, tensor, uniform, values


def projected(g):
    base = {"in": 3, "hidden": 4, "proj": 2, "layers": 1, "bias": True, "batch_first": False, "bidirectional": False}

    def make(a):
        return lambda: nn.LSTM(a["in"], a["hidden"], num_layers=a["layers"], bias=a["bias"], proj_size=a["proj"],
                               batch_first=a["batch_first"], bidirectional=a["bidirectional"])

    def flat(m, x, *state):
        output, (h, c) = m(x, *([state] if state else []))
        return output, h, c

    def lengths(m, x, given):
        packed = nn.utils.rnn.pack_padded_sequence(x, given, batch_first=m.batch_first, enforce_sorted=False)
        output, (h, c) = m(packed)
        return nn.utils.rnn.pad_packed_sequence(output, batch_first=m.batch_first)[0], h, c

    for a in (base, {**base, "bias": False}, {**base, "hidden": 9, "proj": 7},
              {**base, "layers": 2, "bidirectional": True, "batch_first": True}):
        g.module("projected_lstm", a, {"x": uniform(4, 2, 3)}, make(a), fn=flat)
    g.module("projected_lstm", base, {"x": uniform(5, 3)}, make(base), fn=flat)
    g.module("projected_lstm", base, {"x": uniform(4, 3, 3), "h0": uniform(1, 3, 2, low=-1, high=1),
                                      "c0": uniform(1, 3, 4, low=-1, high=1)}, make(base), fn=flat)
    both = {**base, "bidirectional": True}
    g.module("projected_lstm", both, {"x": uniform(4, 3, 3), "lengths": values(2, 4, 1, dtype=torch.int64)}, make(both),
             fn=lengths)


def weights(g):
    causal = tensor(torch.triu(torch.ones(5, 5, dtype=torch.bool), 1))
    for average in (True, False):
        a = {"embed": 6, "heads": 3, "average": average}
        make = lambda: nn.MultiheadAttention(6, 3, batch_first=True)
        attend = lambda m, q, k, mask=None: m(q, k, k, attn_mask=mask, need_weights=True, average_attn_weights=average)
        g.module("attention_weights", a, {"q": uniform(2, 4, 6), "k": uniform(2, 5, 6)}, make, fn=attend)
        g.module("attention_weights", a, {"q": uniform(2, 5, 6), "k": uniform(2, 5, 6), "mask": causal}, make, fn=attend)
        g.module("attention_weights", a, {"q": uniform(3, 6), "k": uniform(5, 6)}, make, fn=attend)


def rows(g):
    """SparseAdam adds its epsilon before the second moment is corrected, Adam after it: here it is too small to count."""
    for dtype in ("float32", "float64"):
        for lr in (1e-3, 0.1):
            g.optimizer("rows by SparseAdam", {"lr": lr}, lambda p, lr=lr: torch.optim.SparseAdam(p, lr=lr, eps=1e-15),
                        shapes=((7, 3), (4, 1), (5, 2, 3)), dtype=dtype, rows=0.4)
            g.optimizer("rows by SGD", {"lr": lr}, lambda p, lr=lr: torch.optim.SGD(p, lr=lr), shapes=((7, 3), (4, 1)),
                        dtype=dtype, rows=0.4)
    betas = (0.5, 0.6)
    g.optimizer("rows by SparseAdam", {"lr": 0.1, "betas": betas}, lambda p: torch.optim.SparseAdam(p, lr=0.1, betas=betas, eps=1e-15),
                shapes=((7, 3), (4, 1)), rows=0.4)


def mix_labels(y, share, classes):
    one_hot = nn.functional.one_hot(y, classes).to(torch.float32)
    return one_hot.roll(1, 0).mul(1 - share).add(one_hot.mul(share))


def mixing(g):
    """numbers: 1 for CutMix; the share from Beta; the rectangle's middle, as parts of width and height."""
    def run(x, y, numbers):
        cuts, share, across, down = (float(n) for n in numbers)
        if not cuts:
            return x.roll(1, 0).mul(1 - share).add(x.mul(share)), mix_labels(y, share, 4)
        height, width = x.shape[-2:]
        middle_x, middle_y = int(across * width), int(down * height)
        reach = 0.5 * math.sqrt(1 - share)
        half_width, half_height = int(reach * width), int(reach * height)
        x1, y1 = max(middle_x - half_width, 0), max(middle_y - half_height, 0)
        x2, y2 = min(middle_x + half_width, width), min(middle_y + half_height, height)
        mixed = x.clone()
        mixed[..., y1:y2, x1:x2] = x.roll(1, 0)[..., y1:y2, x1:x2]
        return mixed, mix_labels(y, 1 - (x2 - x1) * (y2 - y1) / (width * height), 4)

    for i, numbers in enumerate(((0, 0.7, 0, 0), (0, 0.125, 0.5, 0.5), (0, 1, 0, 0), (1, 0.6, 0.3, 0.7), (1, 0.2, 0.95, 0.05),
                                 (1, 0.95, 0.5, 0.5), (1, 0.01, 0.5, 0.4), (1, 1, 0.5, 0.5))):
        g.case("mix", {}, {"x": uniform(3, 2, 9, 7), "y": integers(3, high=4), "numbers": values(*numbers, dtype=torch.float32)},
               run, grads=False, dtypes=("float32",), note=str(i))
    g.case("mix", {}, {"x": uniform(5, 6), "y": integers(5, high=4), "numbers": values(0, 0.3, 0, 0, dtype=torch.float32)},
           run, grads=False, dtypes=("float32",))


def cases(g):
    projected(g)
    weights(g)
    rows(g)
    mixing(g)
