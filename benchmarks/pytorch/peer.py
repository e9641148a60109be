"""PyTorch as a contestant of `jacquard bench peers`: reads a line, does what it says, answers with a line.

    python peer.py VARIANT THREADS

VARIANT is `plain`, as a user writes it, or `tuned`: fused optimizers, channels-last images. What needs the environment (an
allocator that keeps memory, a BLAS that takes AVX-512) is set by who starts this. The protocol is that of Child.java,
the numbers are those of Numbers.java.
"""
import re
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

ANSWERS = sys.stdout
sys.stdout = sys.stderr
VARIANT, THREADS = sys.argv[1], int(sys.argv[2])
TUNED = VARIANT == "tuned"
torch.set_num_threads(THREADS)
GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def unit(seed, count):
    with np.errstate(over="ignore"):
        i = np.arange(1, count + 1, dtype=np.uint64)
        z = np.uint64((seed + 1) * GOLDEN & MASK) + i * np.uint64(GOLDEN * 31 & MASK)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        z = z ^ z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)


def uniform(seed, *sizes, bound=1.0):
    values = (2 * unit(seed, int(np.prod(sizes))) - 1) * np.float32(bound)
    return torch.from_numpy(values).reshape(sizes)


def labels(seed, count, bound):
    return torch.from_numpy((unit(seed, count) * np.float32(bound)).astype(np.int64))


def fill(model):
    bound = 0
    with torch.no_grad():
        for stream, (name, p) in enumerate(model.named_parameters()):
            if p.dim() > 1:
                bound = 1 / (p.numel() / p.shape[0]) ** 0.5
            if p.dim() > 1 or not name.endswith("weight"):  # the factors of norms stay ones
                p.copy_(uniform(stream, *p.shape, bound=bound))
    return model


def summary(t):
    v = t.detach().double().flatten()
    return [v.mean().item(), v.abs().mean().item(), v[0].item(), v[-1].item()]


class Timed:
    """`body`, timed; `check` gives numbers of its result."""

    def __init__(self, body, check, repeats=1):
        self.body, self.check, self.repeats = body, check, repeats

    def run(self, times):
        nanos = []
        for _ in range(times):
            start = time.perf_counter_ns()
            for _ in range(self.repeats):
                self.body()
            nanos.append((time.perf_counter_ns() - start) / self.repeats)
        return nanos


def values(body, repeats=1):
    @torch.no_grad()
    def quiet():
        return body()

    return Timed(quiet, lambda: summary(quiet()), repeats)


class Steps:
    def __init__(self, model, sample, classes, batch, optimizer, steps=200):
        self.model, self.batch, count = model, batch, steps * batch
        if optimizer == "adamw":  # tokens, and another token after each
            self.x, self.y = (labels(seed, count * sample[0], classes).reshape(-1, *sample)
                              for seed in (100, 101))
        else:
            self.x = uniform(100, count, *sample)
            self.y = labels(101, count, classes)
        if TUNED and len(sample) == 3:
            self.x = self.x.contiguous(memory_format=torch.channels_last)
            model.to(memory_format=torch.channels_last)
        make = {"adam": lambda: torch.optim.Adam(model.parameters(), 1e-3, fused=TUNED),
                "adamw": lambda: torch.optim.AdamW(model.parameters(), 1e-3, fused=TUNED),
                "sgd": lambda: torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, fused=TUNED)}[optimizer]
        self.optimizer = make()
        self.losses = [self.step(torch.arange(i * batch, (i + 1) * batch)) for i in range(3)]
        self.optimizer = make()
        self.order, self.next = torch.randperm(count), 0

    def step(self, index):
        x, y = self.x.index_select(0, index), self.y.index_select(0, index)
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.model(x).flatten(0, -2), y.flatten())
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def run(self, times):
        nanos = []
        for _ in range(times):
            start = time.perf_counter_ns()
            if self.next + self.batch > len(self.order):
                self.order, self.next = torch.randperm(len(self.order)), 0
            self.step(self.order[self.next:self.next + self.batch])
            self.next += self.batch
            nanos.append(time.perf_counter_ns() - start)
        return nanos

    def check(self):
        return self.losses


def mlp(sizes):
    layers = []
    for i in range(1, len(sizes)):
        if i > 1:
            layers.append(nn.ReLU())
        layers.append(nn.Linear(sizes[i - 1], sizes[i]))
    return fill(nn.Sequential(*layers))


def cnn():
    return fill(nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
                              nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10)))


class Block(nn.Module):
    """With the shortcut without parameters of He et al. 2016, section 4.2."""

    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.stride, self.channels = stride, (after - before) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.stride > 1:
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.channels, self.channels))
        return F.relu(y + x)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        for i, (before, width) in enumerate([(16, 16), (16, 32), (32, 64)]):
            blocks = [Block(before, width, 1 if i == 0 else 2), Block(width, width, 1), Block(width, width, 1)]
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


class GptBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width, bias=False)
        self.c_attn = nn.Linear(width, 3 * width, bias=False)
        self.c_proj = nn.Linear(width, width, bias=False)
        self.ln_2 = nn.LayerNorm(width, bias=False)
        self.c_fc = nn.Linear(width, 4 * width, bias=False)
        self.c_out = nn.Linear(4 * width, width, bias=False)

    def forward(self, x):
        n, t, width = x.shape
        q, k, v = (p.view(n, t, self.heads, -1).transpose(1, 2) for p in self.c_attn(self.ln_1(x)).chunk(3, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.c_proj(y.transpose(1, 2).reshape(n, t, width))
        return x + self.c_out(F.gelu(self.c_fc(self.ln_2(x))))


class Gpt(nn.Module):
    """The layout of nanoGPT, without biases and dropout; the logits' weight is that of the embedding."""

    def __init__(self, vocabulary, layers, width, heads, context):
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.wpe = nn.Embedding(context, width)
        self.h = nn.Sequential(*(GptBlock(width, heads) for _ in range(layers)))
        self.ln_f = nn.LayerNorm(width, bias=False)

    def forward(self, x):
        return self.ln_f(self.h(self.wte(x) + self.wpe.weight[:x.shape[1]])) @ self.wte.weight.t()


def lstm(steps, batch, inputs, hidden):
    layer = fill(nn.LSTM(inputs, hidden))
    x = uniform(101, steps, batch, inputs).requires_grad_()
    g = uniform(102, steps, batch, hidden)

    def run():
        x.grad = None
        layer.zero_grad()
        layer(x)[0].backward(g)

    return Timed(run, lambda: (run(), summary(x.grad) + summary(next(layer.parameters()).grad))[1])


def convolution(n, c, side, k, kernel, backward):
    x = uniform(1, n, c, side, side)
    w = uniform(2, k, c, kernel, kernel, bound=1 / (c * kernel * kernel) ** 0.5)
    g = uniform(3, n, k, side, side)
    if TUNED:
        x, w, g = (t.contiguous(memory_format=torch.channels_last) for t in (x, w, g))
    if not backward:
        return values(lambda: F.conv2d(x, w, padding=kernel // 2))
    x.requires_grad_()
    w.requires_grad_()

    def both():
        x.grad = w.grad = None
        F.conv2d(x, w, padding=kernel // 2).backward(g)

    return Timed(both, lambda: (both(), summary(x.grad) + summary(w.grad))[1])


def update(count):
    p = uniform(1, count).requires_grad_()
    p.grad = uniform(2, count)
    optimizer = torch.optim.Adam([p], 1e-3, fused=TUNED)
    return Timed(optimizer.step, lambda: [0.0])


def gradient(x, loss):
    x.requires_grad_()

    def run():
        x.grad = None
        loss().backward()

    return Timed(run, lambda: (run(), summary(x.grad))[1])


def operation(op, sizes):
    if op == "lstm forward+backward":
        return lstm(*sizes)
    x = uniform(1, *sizes)
    if op == "gelu-fma":
        w, b = uniform(2, *sizes), uniform(3, *sizes)
        return values(lambda: F.gelu(torch.addcmul(b, x, w)))
    if op == "adam":
        return update(sizes[0])
    if op == "layernorm forward+backward":
        w, b, g = torch.ones(sizes[1]), torch.zeros(sizes[1]), uniform(2, *sizes)
        w.requires_grad_()
        b.requires_grad_()
        x.requires_grad_()

        def run():
            x.grad = w.grad = b.grad = None
            F.layer_norm(x, sizes[1:], w, b).backward(g)

        return Timed(run, lambda: (run(), summary(x.grad) + summary(w.grad))[1])
    if op == "softmax-cross-entropy forward+backward":
        y = labels(2, *sizes)
        return gradient(x, lambda: F.cross_entropy(x, y))
    one = {"softmax": lambda: x.softmax(1), "exp": x.exp, "tanh": x.tanh, "sigmoid": x.sigmoid, "erf": x.erf,
           "sum": x.sum}.get(op)
    if one:
        return values(one)
    if op == "transpose-copy":
        return values(lambda: x.t().contiguous())
    if op == "broadcast-add":
        row = uniform(2, sizes[1])
        return values(lambda: x + row)
    if op == "add-one-element":
        y = uniform(2, *sizes)
        return values(lambda: x + y, 2000)
    return None


def prepare(name):
    if m := re.fullmatch(r"matmul (\d+)x(\d+)x(\d+) (..)", name):
        rows, columns, inner = (int(v) for v in m.groups()[:3])
        a = uniform(1, inner, rows).t() if m[4] == "tn" else uniform(1, rows, inner)
        b = uniform(2, columns, inner).t() if m[4] == "nt" else uniform(2, inner, columns)
        return values(lambda: a @ b)
    if name == "start":
        return Steps(mlp([784, 128, 10]), (784,), 10, 64, "adam", 3)
    if m := re.fullmatch(r"mlp ([\dx]+) batch (\d+) (\w+)", name):
        sizes = [int(v) for v in m[1].split("x")]
        return Steps(mlp(sizes), (sizes[0],), sizes[-1], int(m[2]), m[3])
    if m := re.fullmatch(r"cnn mnist batch (\d+) adam", name):
        return Steps(cnn(), (1, 28, 28), 10, int(m[1]), "adam")
    if m := re.fullmatch(r"resnet20 batch (\d+) sgd", name):
        return Steps(fill(ResNet20()), (3, 32, 32), 10, int(m[1]), "sgd")
    if m := re.fullmatch(r"gpt layers (\d+) width (\d+) heads (\d+) context (\d+) batch (\d+) adamw", name):
        layers, width, heads, context, batch = (int(v) for v in m.groups())
        return Steps(fill(Gpt(65, layers, width, heads, context)), (context,), 65, batch, "adamw")
    if m := re.fullmatch(r"conv (\d+)x\d+ N(\d+) C(\d+) (\d+)x\d+ K(\d+) (forward\S*)", name):
        kernel, n, c, side, k = (int(v) for v in m.groups()[:5])
        return convolution(n, c, side, k, kernel, m[6] != "forward")
    if m := re.fullmatch(r"inference (\w+)", name):
        model, x, repeats = ((mlp([784, 128, 10]), uniform(9, 1, 784), 200) if m[1] == "mlp"
                             else (cnn(), uniform(9, 1, 1, 28, 28), 5))
        model.eval()
        if TUNED:
            model = torch.jit.freeze(torch.jit.trace(model, x))
        return values(lambda: model(x), repeats)
    if m := re.fullmatch(r"(.+) ([\dx]+)", name):
        return operation(m[1], [int(v) for v in m[2].split("x")])
    return None


def peak():
    with open("/proc/self/status") as status:
        return [int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024]


task = None
for line in sys.stdin:
    verb, _, rest = line.strip().partition(" ")
    if verb == "quit":
        break
    try:
        if verb == "version":
            answer = f"PyTorch {torch.__version__}, {VARIANT}, Python {sys.version.split()[0]}"
        elif verb == "prepare":
            task = prepare(rest)
            answer = "ready" if task else "unsupported"
        elif verb == "run":
            answer = " ".join(map(repr, task.run(int(rest))))
        elif verb == "check":
            answer = " ".join(map(repr, task.check()))
        elif verb == "peak":
            answer = " ".join(map(repr, peak()))
        else:
            answer = f"error what is '{line.strip()}'?"
    except Exception as e:  # the parent prints it
        answer = "error " + str(e).replace("\n", " ")
    print(answer, file=ANSWERS, flush=True)
