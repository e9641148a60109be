"""bfloat16 and float16: conversions, which are exact, and operations, which may be off by one in the last place."""

import torch
import torch.nn.functional as F

from golden import integers, uniform, values

HALVES = ("bfloat16", "float16")
INF = float("inf")
NAN = float("nan")

# Halfway between two numbers of float16 or bfloat16; next to the largest; below the smallest normal and subnormal one.
ROUNDED = (1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20, -1 - 2**-11, 65504, 65519.9, 65520,
           -70000, 3.3e38, 3.4e38, -3.4e38, 6.1e-5, 6e-8, 2.0**-25, 2.0**-25 * 1.01, 1e-8, 1e-38, 1e-40, 0.1, -0.3, 0.0,
           -0.0, INF, -INF, NAN)


def converted(g):
    everything = {
        "float32": values(*ROUNDED, dtype=torch.float32),
        "float64": values(*(v for v in ROUNDED if not abs(v) > 65504), dtype=torch.float64),
        "int32": values(0, 1, -7, 257, 2049, 65519, -100000, 2**31 - 1, dtype=torch.int32),
        "int64": values(0, -1, 255, 259, 2051, 2**40 + 1, dtype=torch.int64),
        "uint8": integers(17, high=256, dtype=torch.uint8),
        "bool": values(1, 0, 1, dtype=torch.bool),
        "bfloat16": values(*ROUNDED, dtype=torch.bfloat16),
        "float16": values(*ROUNDED, dtype=torch.float16),
    }
    for source, given in everything.items():
        for half in HALVES:
            if source != half:
                g.case("to", {"dtype": half}, {"x": given}, lambda x: x.to(getattr(torch, half)), dtypes=(half,),
                       grads=False, note="from " + source)
    for half in HALVES:
        small = values(0.0, 1.5, -2.75, 100, -0.1, dtype=getattr(torch, half))
        for target in ("float32", "float64", "int32", "int64", "bool"):
            g.case("to", {"dtype": target}, {"x": small}, lambda x: x.to(getattr(torch, target)), dtypes=(half,),
                   grads=target == "float32")


def elementwise(g):
    for op in ("neg", "abs", "exp", "sin", "tanh", "sigmoid", "relu", "square", "erf"):
        g.case(op, {}, {"x": uniform(5, 17)}, getattr(torch, op), dtypes=HALVES)
    for op in ("log", "sqrt", "rsqrt"):
        g.case(op, {}, {"x": uniform(130, low=0.1, high=5)}, getattr(torch, op), dtypes=HALVES)
    for op in ("add", "sub", "mul", "maximum"):
        g.case(op, {}, {"a": uniform(5, 17), "b": uniform(17)}, getattr(torch, op), dtypes=HALVES)
    g.case("div", {}, {"a": uniform(5, 17), "b": uniform(17, low=0.5)}, torch.div, dtypes=HALVES)
    for op in ("eq", "lt", "ge"):
        g.case(op, {}, {"a": values(1, 2, 3, NAN), "b": values(1, 3, 2, NAN)}, getattr(torch, op), dtypes=HALVES, grads=False)


def mixed(g):
    others = {"bfloat16": uniform(7), "float16": uniform(7), "float32": uniform(7), "float64": uniform(7),
              "int64": integers(7), "bool": values(1, 0, 1, 1, 0, 0, 1, dtype=torch.bool)}
    for half in HALVES:
        for other, make in others.items():
            if other == half:
                continue
            def b(generator, _):
                return make(generator, getattr(torch, other)) if other.startswith(("float", "bfloat")) else make(generator, _)
            g.case("mul", {}, {"a": uniform(3, 7), "b": b}, torch.mul, dtypes=(half,), note="with " + other)


def folded(g):
    for op in ("sum", "mean", "amax"):
        for shape, dims in (((130,), (0,)), ((5, 17), (0,)), ((3, 4, 5), (0, 2))):
            g.case(op, {"dims": list(dims), "keepdim": True}, {"x": uniform(*shape)},
                   lambda x: getattr(torch, op)(x, dims, True), dtypes=HALVES)
    for a, b in (((17, 33), (33, 9)), ((2, 3, 4), (2, 4, 5)), ((5,), (5, 3))):
        g.case("matmul", {}, {"a": uniform(*a), "b": uniform(*b)}, torch.matmul, dtypes=HALVES)
    g.case("linear", {}, {"x": uniform(6, 17), "weight": uniform(5, 17), "bias": uniform(5)}, F.linear, dtypes=HALVES)
    for op in ("softmax", "log_softmax"):
        g.case(op, {"dim": 1}, {"x": uniform(5, 17)}, lambda x: getattr(F, op)(x, 1), dtypes=HALVES)
    # On halves PyTorch also rounds between log_softmax and nll; here the result is rounded once.
    g.case("cross_entropy", {}, {"x": uniform(17, 10), "labels": integers(17)},
           lambda x, labels: F.cross_entropy(x.float(), labels).to(x.dtype), dtypes=HALVES)


def edges(g):
    """What goes wrong where a number is rounded too early, or a sum kept in the type of its result."""
    for shape in ((), (3, 0), (17,)):
        for value in (0.1, 3.0):
            g.case("add_value", {"value": value}, {"x": uniform(*shape)}, lambda x: x + value, dtypes=HALVES)
            g.case("mul_value", {"value": value}, {"x": uniform(*shape)}, lambda x: x * value, dtypes=HALVES)
            g.case("div_value", {"value": value}, {"x": uniform(*shape)}, lambda x: x / value, dtypes=HALVES)
        g.case("gelu", {}, {"x": uniform(*shape)}, F.gelu, dtypes=HALVES)
    for op in ("eq", "lt"):
        g.case(op + "_value", {"value": 0.1}, {"x": values(0.1, 0.1001, 0, 1)}, lambda x: getattr(torch, op)(x, 0.1),
               dtypes=HALVES, grads=False)
    all_of_one = {"dims": [0], "keepdim": True}
    g.case("sum", all_of_one, {"x": values(*[1.0] * 3000)}, lambda x: x.sum(0, True), dtypes=HALVES)
    g.case("mean", all_of_one, {"x": values(*[60000.0] * 50)}, lambda x: x.mean(0, True), dtypes=HALVES)
    for shape, dims in (((17,), (0,)), ((5, 17), (0,)), ((3, 4, 5), (0, 2))):
        g.case("var", {"correction": 1, "keepdim": False, "dims": list(dims)}, {"x": uniform(*shape)},
               lambda x: x.var(dims), dtypes=HALVES)


def cases(g):
    converted(g)
    elementwise(g)
    mixed(g)
    folded(g)
    edges(g)
