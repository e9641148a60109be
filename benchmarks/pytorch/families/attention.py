"""Attention: the function with its masks, multi-head attention, transformer layers and stacks by their state dicts."""

import torch
from torch import nn
import torch.nn.functional as F

from golden import tensor, uniform, values


def bools(*shape):
    """Mostly true; the first column always, so that every query sees a key."""
    def make(generator, _):
        mask = torch.from_numpy(generator.random(shape) < 0.7)
        mask[..., 0] = True
        return mask
    return make


def function(g):
    for q, k, v in (((3, 4), (5, 4), (5, 2)), ((1, 2, 5, 8), (1, 2, 5, 8), (1, 2, 5, 8)), ((1, 1, 3), (1, 1, 3), (1, 1, 3)),
                    ((1, 7, 5), (1, 9, 5), (1, 9, 3)), ((1, 2, 4, 4), (3, 2, 6, 4), (3, 1, 6, 2))):
        scores = (*torch.broadcast_shapes(q[:-2], k[:-2], v[:-2]), q[-2], k[-2])
        # The gradient of a single weight is 0, which no tolerance fits.
        grads = k[-2] > 1
        given = {"q": uniform(*q), "k": uniform(*k), "v": uniform(*v)}
        g.case("attention", {}, given, F.scaled_dot_product_attention, grads=grads)
        g.case("attention", {"causal": True}, given, lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), grads=grads)
        g.case("attention", {"scale": 0.3}, given, lambda q, k, v: F.scaled_dot_product_attention(q, k, v, scale=0.3), grads=grads)
        masked = lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, attn_mask=m)
        g.case("attention", {}, {**given, "mask": bools(*scores[-2:])}, masked, note="bool", grads=grads)
        g.case("attention", {}, {**given, "mask": uniform(*scores)}, masked, note="added", grads=grads)
    # A query that may look at nothing.
    g.case("attention", {}, {"q": uniform(2, 3), "k": uniform(4, 3), "v": uniform(4, 2),
                             "mask": values(0, 0, 0, 0, 1, 0, 1, 1, shape=(2, 4), dtype=torch.bool)},
           lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, attn_mask=m), note="nothing to look at")
    # No keys at all, large scores.
    g.case("attention", {}, {"q": uniform(2, 3), "k": uniform(0, 3), "v": uniform(0, 2)},
           F.scaled_dot_product_attention, grads=False)
    g.case("attention", {}, {"q": uniform(3, 4, low=-50, high=50), "k": uniform(5, 4, low=-50, high=50), "v": uniform(5, 2)},
           F.scaled_dot_product_attention, note="large", grads=False)


def multihead(g):
    def attend(m, q, k, v, padding=None, mask=None):
        return m(q, k, v, key_padding_mask=padding, attn_mask=mask, need_weights=False)[0]

    def self_attend(m, x, padding=None, mask=None):
        return attend(m, x, x, x, padding, mask)

    plain = {"embed": 4, "heads": 2, "kdim": 4, "vdim": 4, "bias": True, "batch_first": True}
    make = lambda a: lambda: nn.MultiheadAttention(a["embed"], a["heads"], bias=a["bias"], kdim=a["kdim"], vdim=a["vdim"],
                                                    batch_first=a["batch_first"])
    padding = values(0, 0, 0, 1, 1, 0, 0, 0, 0, 0, shape=(2, 5), dtype=torch.bool)
    causal = tensor(torch.triu(torch.ones(5, 5, dtype=torch.bool), 1))
    for attrs in (plain, {**plain, "bias": False}, {**plain, "batch_first": False}):
        g.module("self_attention", attrs, {"x": uniform(2, 5, 4)}, make(attrs), fn=self_attend)
    g.module("self_attention", plain, {"x": uniform(5, 4)}, make(plain), fn=self_attend)
    g.module("self_attention", plain, {"x": uniform(2, 5, 4), "padding": padding}, make(plain), fn=self_attend)
    g.module("self_attention", plain, {"x": uniform(2, 5, 4), "padding": padding, "mask": causal}, make(plain), fn=self_attend)
    g.module("self_attention", plain, {"x": uniform(2, 5, 4), "padding": padding, "mask": uniform(4, 5, 5)}, make(plain),
             fn=self_attend, grads=("x",), note="added")
    for attrs in (plain, {**plain, "kdim": 3, "vdim": 6}, {**plain, "kdim": 3, "vdim": 6, "bias": False}):
        g.module("cross_attention", attrs, {"q": uniform(2, 4, 4), "k": uniform(2, 5, attrs["kdim"]),
                                            "v": uniform(2, 5, attrs["vdim"])}, make(attrs), fn=attend)
    g.module("memory_attention", plain, {"q": uniform(2, 4, 4), "k": uniform(2, 5, 4)}, make(plain),
             fn=lambda m, q, k: attend(m, q, k, k))


def layers(g):
    base = {"width": 4, "heads": 2, "forward": 5, "activation": "relu", "norm_first": False, "batch_first": True, "bias": True}
    keep = lambda a: dict(dim_feedforward=a["forward"], dropout=0.5, activation=a["activation"], norm_first=a["norm_first"],
                          batch_first=a["batch_first"], bias=a["bias"])
    padding = values(0, 0, 0, 1, 1, 0, 0, 0, 0, 0, shape=(2, 5), dtype=torch.bool)
    mask = tensor(torch.triu(torch.ones(5, 5, dtype=torch.bool), 1))
    variants = (base, {**base, "norm_first": True, "activation": "gelu"}, {**base, "batch_first": False},
                {**base, "bias": False, "norm_first": True})
    for a in variants:
        def encoder(a=a):
            return nn.TransformerEncoderLayer(a["width"], a["heads"], **keep(a))

        def decoder(a=a):
            return nn.TransformerDecoderLayer(a["width"], a["heads"], **keep(a))
        x, memory = ((2, 5, 4), (2, 3, 4)) if a["batch_first"] else ((5, 2, 4), (3, 2, 4))
        g.module("encoder_layer", a, {"x": uniform(*x)}, encoder)
        g.module("decoder_layer", a, {"x": uniform(*x), "memory": uniform(*memory)}, decoder)
        if not a["batch_first"] or not a["bias"]:
            continue
        g.module("encoder_layer", a, {"x": uniform(*x), "mask": mask, "padding": padding}, encoder,
                 fn=lambda m, x, mask, padding: m(x, src_mask=mask, src_key_padding_mask=padding),
                 grads=False)
        g.module("decoder_layer", a, {"x": uniform(*x), "memory": uniform(*memory), "mask": mask, "padding": padding}, decoder,
                 fn=lambda m, x, memory, mask, padding: m(x, memory, tgt_mask=mask, tgt_key_padding_mask=padding),
                 grads=False)
    for norm in (False, True):
        a = {**base, "norm_first": norm, "layers": 2, "norm": norm}
        last = lambda: nn.LayerNorm(4) if norm else None
        g.module("encoder", a, {"x": uniform(2, 5, 4)}, lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(4, 2, **keep(a)), 2, last(), enable_nested_tensor=False), grads=norm)
        g.module("decoder", a, {"x": uniform(2, 5, 4), "memory": uniform(2, 3, 4)}, lambda: nn.TransformerDecoder(
            nn.TransformerDecoderLayer(4, 2, **keep(a)), 2, last()), grads=norm)


def rotate(x, base, first):
    """Rotary positions (Su et al. 2021), the halves of the vector as pairs; x is [..., T, D]."""
    t, d = x.shape[-2:]
    rates = base ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
    angles = (torch.arange(first, first + t, dtype=torch.float64)[:, None] * rates).to(x.dtype)
    a, b = x[..., :d // 2], x[..., d // 2:]
    return torch.cat((a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin()), -1)


def positions(g):
    for shape, base, first in (((3, 4), 10000, 0), ((2, 3, 5, 6), 100, 7), ((1, 2), 10000, 1)):
        g.case("rotary", {"base": base, "first": first}, {"x": uniform(*shape)}, lambda x: rotate(x, base, first),
               dtypes=("float32",))


def cases(g):
    function(g)
    multihead(g)
    layers(g)
    positions(g)
