"""Layers and small networks by their state dicts, forward and backward."""

from torch import nn

from golden import uniform


def cases(g):
    for shape, out, bias in [((4, 5), 3, True), ((1, 17), 1, True), ((2, 3, 5), 4, True), ((130, 3), 17, True),
                             ((4, 5), 3, False), ((0, 5), 3, True), ((2, 1, 3, 6), 2, False)]:
        g.module("Linear", {"in": shape[-1], "out": out, "bias": bias}, {"x": uniform(*shape)},
                 lambda: nn.Linear(shape[-1], out, bias=bias))
    activations = {"ReLU": nn.ReLU, "Tanh": nn.Tanh, "Sigmoid": nn.Sigmoid, "GELU": nn.GELU,
                   "LeakyReLU": nn.LeakyReLU}
    for name, activation in activations.items():
        for batch in (1, 17):
            g.module("mlp", {"sizes": [7, 13, 5, 3], "activation": name}, {"x": uniform(batch, 7)},
                     lambda: nn.Sequential(nn.Linear(7, 13), activation(), nn.Linear(13, 5), activation(),
                                           nn.Linear(5, 3)))
    g.module("images", {}, {"x": uniform(3, 1, 4, 4)},
             lambda: nn.Sequential(nn.Flatten(), nn.Linear(16, 9), nn.ReLU(), nn.Dropout(0.5), nn.Linear(9, 10),
                                   nn.LogSoftmax(dim=1)))
    g.module("shared", {}, {"x": uniform(4, 6)}, lambda: nn.Linear(6, 6),
             fn=lambda layer, x: layer(layer(x).tanh()))
    g.module("Dropout", {"p": 0.3}, {"x": uniform(5, 17)}, lambda: nn.Dropout(0.3))
    g.module("Dropout", {"p": 0.0}, {"x": uniform(5, 17)}, lambda: nn.Dropout(0.0), training=True)
    for dim in (0, 1):
        g.module("Softmax", {"dim": dim}, {"x": uniform(4, 5)}, lambda: nn.Softmax(dim=dim))
