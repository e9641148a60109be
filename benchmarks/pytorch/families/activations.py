"""Activation functions. Numbers far apart are in cases of their own: the tolerance looks at the largest."""

import torch
import torch.nn.functional as F

from golden import uniform, values

INF = float("inf")
NAN = float("nan")

# name, attributes, function
FUNCTIONS = [
    ("elu", {"alpha": 1}, F.elu),
    ("elu", {"alpha": 0.7}, lambda x: F.elu(x, 0.7)),
    ("selu", {}, F.selu),
    ("celu", {"alpha": 2.5}, lambda x: F.celu(x, 2.5)),
    ("gelu_tanh", {}, lambda x: F.gelu(x, approximate="tanh")),
    ("silu", {}, F.silu),
    ("mish", {}, F.mish),
    ("softplus", {"beta": 1, "threshold": 20}, F.softplus),
    ("softplus", {"beta": 2, "threshold": 3}, lambda x: F.softplus(x, 2, 3)),
    ("softsign", {}, F.softsign),
    ("log_sigmoid", {}, F.logsigmoid),
    ("hardsigmoid", {}, F.hardsigmoid),
    ("hardswish", {}, F.hardswish),
    ("hardtanh", {"low": -1, "high": 2}, lambda x: F.hardtanh(x, -1, 2)),
    ("relu6", {}, F.relu6),
    ("tanhshrink", {}, F.tanhshrink),
    ("softshrink", {"lambda": 0.5}, F.softshrink),
    ("hardshrink", {"lambda": 0.5}, F.hardshrink),
    ("threshold", {"threshold": 0.5, "value": 7}, lambda x: F.threshold(x, 0.5, 7)),
]

SHAPES = {"float32": [(67,), (17, 3)], "float64": [(), (3, 1, 17), (0, 3)]}

# At kinks and at the ends of what the types hold.
EDGES = {
    "zeros": values(0.0, -0.0),
    "kinks": values(-3.0, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0, 3.0, 6.0),
    "tiny": values(1e-30, -1e-30),
    "large": values(50.0, -50.0, 80.0),
    "infinity": values(INF),
    "minus infinity": values(-INF),
}

# Where Jacquard differs on purpose, or PyTorch's result depends on which of its loops ran.
DIFFERENT = {
    ("hardswish", "minus infinity"): "PyTorch multiplies by 0 and gives NaN; here the limit, 0",
    ("gelu_tanh", "infinity"): "the gradient is NaN in PyTorch; here the limit, 1",
    ("gelu_tanh", "minus infinity"): "the gradient is NaN in PyTorch; here the limit, 0",
    ("mish", "infinity"): "the gradient is NaN in PyTorch, as 0 times infinity",
}


# In the gradient PyTorch divides by 6 in float32, also for float64.
ROUGH = ("hardsigmoid",)


def cases(g):
    for op, attrs, fn in FUNCTIONS:
        for dtype, shapes in SHAPES.items():
            grads = dtype == "float32" or op not in ROUGH
            for shape in shapes:
                g.case(op, attrs, {"x": uniform(*shape, low=-7, high=7)}, fn, grads=grads, dtypes=(dtype,))
            for note, edge in EDGES.items():
                if (op, note) not in DIFFERENT:
                    g.case(op, attrs, {"x": edge}, fn, grads=grads, dtypes=(dtype,), note=note)
    for shape, slopes in [((17,), 1), ((5, 3), 3), ((2, 3, 4), 3), ((2, 5, 3, 3), 5), ((2, 3, 4), 1), ((0, 3), 3)]:
        g.case("prelu", {}, {"x": uniform(*shape), "weight": uniform(slopes, low=-1, high=1)}, F.prelu)
    g.case("prelu", {}, {"x": values(0.0, -0.0, -2.0), "weight": values(0.25)}, F.prelu, note="zeros")
    for shape, dim in [((8,), 0), ((5, 6), 1), ((4, 3), 0), ((2, 4, 3), -2), ((0, 2), 1)]:
        g.case("glu", {"dim": dim}, {"x": uniform(*shape, low=-6, high=6)}, lambda x: F.glu(x, dim))
