"""Functions of each element. Numbers far apart are in cases of their own: the tolerance looks at the largest."""

import torch
import torch.nn.functional as F

from golden import uniform, values

INF = float("inf")
NAN = float("nan")

# name, attributes, function, where it is defined
FUNCTIONS = [
    ("neg", {}, torch.neg, (-3, 3)),
    ("abs", {}, torch.abs, (-3, 3)),
    ("sign", {}, torch.sign, (-3, 3)),
    ("floor", {}, torch.floor, (-3, 3)),
    ("ceil", {}, torch.ceil, (-3, 3)),
    ("square", {}, torch.square, (-3, 3)),
    ("exp", {}, torch.exp, (-3, 3)),
    ("log", {}, torch.log, (0.05, 5)),
    ("log1p", {}, torch.log1p, (-0.9, 5)),
    ("sqrt", {}, torch.sqrt, (0.05, 5)),
    ("rsqrt", {}, torch.rsqrt, (0.05, 5)),
    ("sin", {}, torch.sin, (-8, 8)),
    ("cos", {}, torch.cos, (-8, 8)),
    ("erf", {}, torch.erf, (-3, 3)),
    ("tanh", {}, torch.tanh, (-3, 3)),
    ("sigmoid", {}, torch.sigmoid, (-6, 6)),
    ("relu", {}, torch.relu, (-3, 3)),
    ("leaky_relu", {"slope": 0.1}, lambda x: F.leaky_relu(x, 0.1), (-3, 3)),
    ("gelu", {}, F.gelu, (-4, 4)),
    ("clamp", {"low": -1, "high": 2.5}, lambda x: x.clamp(-1, 2.5), (-3, 4)),
    ("clamp", {"low": 2, "high": -1}, lambda x: x.clamp(2, -1), (-3, 4)),
    ("pow_value", {"exponent": 2}, lambda x: x.pow(2), (-3, 3)),
    ("pow_value", {"exponent": 3}, lambda x: x.pow(3), (-3, 3)),
    ("pow_value", {"exponent": 0.5}, lambda x: x.pow(0.5), (0.05, 5)),
    ("pow_value", {"exponent": -1.5}, lambda x: x.pow(-1.5), (0.3, 5)),
]

SHAPES = {"float32": [(130,), (17, 3)], "float64": [(), (3, 1, 17), (0, 3)]}

# At ties and at the ends of what the types hold.
EDGES = {
    "zeros": values(0.0, -0.0),
    "infinities": values(INF, -INF),
    "nan": values(NAN, 1.0),
    "ties": values(-1.0, 1.0, 2.0, 2.5),
    "tiny": values(1e-30, -1e-30),
    "large": values(50.0, -50.0, 80.0),
}

# Where Jacquard differs on purpose, or PyTorch's result depends on which of its loops ran.
DIFFERENT = {
    ("sign", "nan"): "of NaN PyTorch gives 0; here a NaN stays one",
    ("abs", "nan"): "the gradient at NaN is 0 in PyTorch, as its sign is; here NaN",
    ("clamp", "nan"): "the gradient at NaN is 0 in PyTorch; here it passes, as the value does",
    ("gelu", "infinities"): "PyTorch's vectorized loop gives NaN for infinity, its plain one infinity",
    ("pow_value 0.5", "zeros"): "PyTorch's gradient at -0 is infinity, unlike that of its own sqrt; here minus infinity",
    ("pow_value 0.5", "infinities"): "PyTorch takes the root, NaN for minus infinity; here the power, as IEEE 754 has it",
}


def cases(g):
    for op, attrs, fn, (low, high) in FUNCTIONS:
        for dtype, shapes in SHAPES.items():
            for shape in shapes:
                g.case(op, attrs, {"x": uniform(*shape, low=low, high=high)}, fn, dtypes=(dtype,))
        for note, edge in EDGES.items():
            if any((key, note) in DIFFERENT for key in (op, f"{op} {attrs.get('exponent')}")):
                continue
            g.case(op, attrs, {"x": edge}, fn, note=note)
