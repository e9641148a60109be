"""Runs functions in PyTorch and notes what went in and what came out, for Jacquard's tests to compare with.

A family is a module in families/ with a function `cases(g)`, which calls the methods of a `Golden`:

    from golden import uniform

    def cases(g):
        g.case("exp", {}, {"x": uniform(3, 17)}, lambda x: x.exp())

Numbers come from a generator that is seeded by the case's name, and are multiples of 1/4096, so that every type with at
least 24 bits of precision gets the same ones. How a file is laid out is told in README.md.
"""

import json
import struct
import zlib

import numpy
import torch

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

FLOATS = ("float32", "float64")

SAFETENSORS_NAMES = {
    torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int32: "I32", torch.int64: "I64", torch.uint8: "U8", torch.bool: "BOOL",
}


# ---- what goes in: functions from (generator, floating type) to a tensor

def uniform(*shape, low=-3.0, high=3.0):
    """Floats from [low, high)."""
    def make(generator, dtype):
        numbers = low + (high - low) * generator.random(shape)
        return torch.from_numpy(numpy.asarray(numpy.round(numbers * 4096) / 4096)).to(dtype)
    return make


def integers(*shape, low=0, high=10, dtype=torch.int64):
    """Whole numbers from low to high - 1, of a type that stays in every case."""
    def make(generator, _):
        return torch.from_numpy(numpy.asarray(generator.integers(low, high, shape))).to(dtype)
    return make


def values(*numbers, shape=None, dtype=None):
    """Just these, as a vector or in a shape; of the case's floating type, or of a type that stays."""
    def make(_, floating):
        tensor = torch.tensor(numbers, dtype=torch.float64 if dtype is None else dtype)
        return tensor.reshape(shape if shape is not None else (len(numbers),)).to(dtype or floating)
    return make


def tensor(given):
    """A tensor as it is."""
    return lambda generator, floating: given


class Golden:
    """The cases of one family, as they are collected."""

    def __init__(self):
        self.tensors = {}
        self.metadata = {"pytorch": torch.__version__}
        self.names = set()

    # ---- kinds of cases

    def case(self, op, attrs, inputs, fn, grads=True, dtypes=FLOATS, note=""):
        """
        A function of tensors.

        op      the name under which the Java side registers its function
        attrs   what else the function depends on, as JSON values
        inputs  by name, in order: what `uniform` and the others give
        fn      gets the inputs by position; gives a tensor or a tuple of tensors
        grads   for which inputs the gradient is noted: True (all floating ones), False, or their names
        dtypes  the floating types in which it is run, a case for each
        note    tells cases of equal op, attributes and shapes apart
        """
        for dtype in dtypes:
            floating = getattr(torch, dtype)
            key, generator = self._begin(op, attrs, dtype, note, inputs)
            given = {name: make(generator, floating) for name, make in inputs.items()}
            self._run(key, generator, given, {}, fn, grads)

    def module(self, op, attrs, inputs, make, grads=True, training=False, fn=None, note=""):
        """
        A module, by its state dict, in float32: output, gradients of inputs and parameters, and in training mode also
        the buffers after the call.

        make  gives the module; its floating parameters and buffers are then filled with seeded numbers
        fn    gets the module and the inputs; by default it calls the one with the others
        """
        key, generator = self._begin(op, attrs, "float32", note, inputs)
        module = make().train(training)
        state = module.state_dict()
        for name, value in state.items():
            if value.is_floating_point():
                low, high = (0.5, 1.5) if name.endswith("running_var") else (-0.5, 0.5)
                value.copy_(uniform(*value.shape, low=low, high=high)(generator, value.dtype))
        self.metadata[key]["training"] = training
        given = {name: make_input(generator, torch.float32) for name, make_input in inputs.items()}
        for name, value in state.items():
            self._note(f"{key}.state.{name}", value)
        call = fn if fn is not None else lambda m, *args: m(*args)
        self._run(key, generator, given, dict(module.named_parameters()), lambda *a: call(module, *a), grads)
        if training:
            for name, value in module.named_buffers():
                self._note(f"{key}.after.{name}", value)

    def optimizer(self, op, attrs, make, shapes=((3, 5), (7,), ()), steps=10, dtype="float32", note="", rows=None):
        """
        What an optimizer makes of parameters, given their gradients in each of `steps` steps.

        make  gives the optimizer for a list of parameters; or that and a function that is called after each step
        rows  the share of rows that have a gradient, which is given as a sparse tensor; None for all, and dense ones
        """
        key, generator = self._begin(op, attrs, dtype, note, {})
        type_ = getattr(torch, dtype)
        parameters = [torch.nn.Parameter(uniform(*s, low=-1, high=1)(generator, type_)) for s in shapes]
        made = make(parameters)
        optimizer, after_step = made if isinstance(made, tuple) else (made, lambda: None)
        for i, p in enumerate(parameters):
            self._note(f"{key}.start.{i}", p)
        gradients = [uniform(steps, *s, low=-1, high=1)(generator, type_) for s in shapes]
        if rows is not None:
            for g in gradients:
                g *= torch.from_numpy(generator.random(g.shape[:2]) < rows).reshape(*g.shape[:2], *(1,) * (g.dim() - 2))
        trace = [[] for _ in shapes]
        for step in range(steps):
            for p, g in zip(parameters, gradients):
                p.grad = g[step].clone() if rows is None else g[step].to_sparse(1)
            optimizer.step()
            after_step()
            for t, p in zip(trace, parameters):
                t.append(p.detach().clone())
        for i, t in enumerate(trace):
            self._note(f"{key}.gradients.{i}", gradients[i])
            self._note(f"{key}.steps.{i}", torch.stack(t))

    def schedule(self, op, attrs, make, lr=0.1, steps=20, note=""):
        """The learning rates of `steps` steps. make gives the scheduler for an optimizer, which begins with `lr`."""
        attrs = {"lr": lr, **attrs}
        key, _ = self._begin(op, attrs, "float64", note, {})
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(()))], lr=lr)
        scheduler = make(optimizer)
        rates = []
        for _ in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        self._note(f"{key}.rates", torch.tensor(rates, dtype=torch.float64))

    # ---- how they are noted

    def _begin(self, op, attrs, dtype, note, inputs):
        words = [op, dtype] + [f"{k}={json.dumps(v)}" for k, v in attrs.items()]
        generator = numpy.random.default_rng(0)
        for name, make in inputs.items():
            words.append(f"{name}{list(make(generator, torch.float64).shape)}")
        name = " ".join(words + ([note] if note else []))
        if name in self.names:
            raise ValueError(f"there is a case '{name}' already: give one of them a note")
        self.names.add(name)
        key = str(len(self.names))
        self.metadata[key] = {"name": name, "op": op, "attrs": attrs}
        return key, numpy.random.default_rng(zlib.crc32(name.encode()))

    def _run(self, key, generator, given, parameters, fn, grads):
        wanted = [n for n, t in given.items() if t.is_floating_point()] if grads is True else list(grads or ())
        for name, t in given.items():
            self._note(f"{key}.in.{name}", t)
        leaves = {n: t.detach().clone().requires_grad_(n in wanted) for n, t in given.items()}
        out = fn(*leaves.values())
        out = out if isinstance(out, (tuple, list)) else (out,)
        for i, t in enumerate(out):
            self._note(f"{key}.out.{i}", t)
        targets = {n: leaves[n] for n in wanted}
        if grads is not False:
            targets |= parameters
        if not targets:
            return
        total = 0
        for i, t in enumerate(out):
            if not t.is_floating_point():
                continue
            cotangent = uniform(*t.shape, low=-1, high=1)(generator, t.dtype)
            self._note(f"{key}.cotangent.{i}", cotangent)
            total = total + (t * cotangent).sum()
        found = torch.autograd.grad(total, list(targets.values()))
        for name, gradient in zip(targets, found):
            self._note(f"{key}.grad.{name}", gradient)

    def _note(self, key, t):
        self.tensors[key] = torch.empty(t.shape, dtype=t.dtype).copy_(t.detach())

    # ---- the file

    def write(self, path):
        """A safetensors file: the size of a JSON header, the header, the numbers."""
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in self.metadata.items()}
        header, data = {"__metadata__": texts}, []
        end = 0
        for key, t in self.tensors.items():
            raw = t.reshape(-1).view(torch.uint8).numpy().tobytes()
            header[key] = {"dtype": SAFETENSORS_NAMES[t.dtype], "shape": list(t.shape),
                           "data_offsets": [end, end + len(raw)]}
            end += len(raw)
            data.append(raw)
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        with open(path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text + b"".join(data))
