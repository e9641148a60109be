"""Recurrent layers and cells, by their state dicts: outputs, final states, gradients; sequences of different lengths."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden import uniform, values

LAYERS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
CELLS = {"RNNCell": nn.RNNCell, "LSTMCell": nn.LSTMCell, "GRUCell": nn.GRUCell}


def flat(output, state):
    """The output, h, and of an LSTM c."""
    return (output, *state) if isinstance(state, tuple) else (output, state)


def attrs(inputs, hidden, **options):
    return {"in": inputs, "hidden": hidden, "layers": 1, "bias": True, "batch_first": False, "bidirectional": False,
            **options}


def make(op, a):
    kind = {"nonlinearity": a["nonlinearity"]} if "nonlinearity" in a else {}
    return LAYERS[op](a["in"], a["hidden"], num_layers=a["layers"], bias=a["bias"], batch_first=a["batch_first"],
                      bidirectional=a["bidirectional"], **kind)


def layer(g, op, a, *shape):
    g.module(op, a, {"x": uniform(*shape)}, lambda: make(op, a), fn=lambda m, x: flat(*m(x)))


def with_state(g, op, a, *shape):
    """Initial states of PyTorch's shape; batches first or not, they are not."""
    samples = shape[0] if a["batch_first"] else shape[1]
    states = (a["layers"] * (2 if a["bidirectional"] else 1), samples, a["hidden"])
    given = {"x": uniform(*shape), "h0": uniform(*states, low=-1, high=1)}
    if op == "LSTM":
        given["c0"] = uniform(*states, low=-1, high=1)
    g.module(op, a, given, lambda: make(op, a),
             fn=lambda m, x, *s: flat(*m(x, s if op == "LSTM" else s[0])), note="from a state")


def with_lengths(g, op, a, lengths, *shape):
    def run(m, x, given):
        packed = pack_padded_sequence(x, given, batch_first=a["batch_first"], enforce_sorted=False)
        output, state = m(packed)
        steps = x.shape[1 if a["batch_first"] else 0]
        return flat(pad_packed_sequence(output, batch_first=a["batch_first"], total_length=steps)[0], state)
    g.module(op, a, {"x": uniform(*shape), "lengths": values(*lengths, dtype=torch.int64)}, lambda: make(op, a), fn=run)


def cases(g):
    for op in LAYERS:
        layer(g, op, attrs(1, 1), 1, 1, 1)
        layer(g, op, attrs(4, 3), 5, 2, 4)
        layer(g, op, attrs(3, 17), 4, 3, 3)
        layer(g, op, attrs(4, 3, bias=False), 3, 2, 4)
        layer(g, op, attrs(4, 3), 3, 4)
        layer(g, op, attrs(3, 5, layers=2, bidirectional=True, batch_first=True), 2, 4, 3)
        with_state(g, op, attrs(4, 3, layers=3), 3, 2, 4)
        with_state(g, op, attrs(4, 3, bidirectional=True, batch_first=True), 2, 3, 4)
        with_lengths(g, op, attrs(3, 4), (2, 5, 1), 5, 3, 3)
        with_lengths(g, op, attrs(3, 4, layers=2, bidirectional=True, batch_first=True), (2, 4, 3, 1), 4, 4, 3)
    for a in (attrs(4, 3, nonlinearity="relu"), attrs(4, 3, nonlinearity="relu", layers=2, bidirectional=True)):
        layer(g, "RNN", a, 4, 2, 4)
    for op in CELLS:
        for bias in (True, False):
            for batch in ((5,), ()):
                given = {"x": uniform(*batch, 4), "h": uniform(*batch, 3, low=-1, high=1)}
                if op == "LSTMCell":
                    given["c"] = uniform(*batch, 3, low=-1, high=1)
                g.module(op, {"in": 4, "hidden": 3, "bias": bias}, given, lambda: CELLS[op](4, 3, bias=bias),
                         fn=lambda m, x, *s: m(x, s if op == "LSTMCell" else s[0]))
