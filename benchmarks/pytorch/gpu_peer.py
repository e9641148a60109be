"""PyTorch as the other side of `./run gpu-bench`: reads a line, does what it says, answers with a line.

    python3 gpu_peer.py DEVICE          cuda, or cpu to try it

    prepare VARIANT PRECISION NAME      ready, or unsupported
    nanos N                             does it N times, waits for the device: nanoseconds of one
    release                             gives all memory back
    version, quit

VARIANT is `eager`, as a user writes it with PyTorch's fastest settings (fused optimizers, channels-last images), `compile`
(torch.compile) or `graph` (the whole step as one CUDA graph, with a capturable optimizer). A step gathers its batch from data
on the device, and does not read the loss. NAME says all there is to know about the work; its sizes are those of Java's side.
"""
import re
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

ANSWERS = sys.stdout
sys.stdout = sys.stderr
DEVICE = torch.device(sys.argv[1] if len(sys.argv) > 1 else "cuda")
CUDA = DEVICE.type == "cuda"
MI = 1 << 20
HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def wait():
    if CUDA:
        torch.cuda.synchronize()


def random(*sizes, dtype=torch.float32):
    return (torch.rand(*sizes, device=DEVICE) * 2 - 1).to(dtype)


class Timed:
    """`body`, again and again."""

    def __init__(self, body):
        self.body = body

    def nanos(self, times):
        wait()
        start = time.perf_counter_ns()
        for _ in range(times):
            self.body()
        wait()
        return (time.perf_counter_ns() - start) / times


def quiet(body):
    def run():
        with torch.no_grad():
            body()

    return Timed(run)


class Step:
    """A training step with Adam, from gathering the batch to the update."""

    SAMPLES = 12_800

    def __init__(self, model, x, y, batch, loss, variant, precision):
        self.x, self.y, self.batch, self.loss = x, y, batch, loss
        self.half = HALVES.get(precision)
        self.model = model.to(DEVICE)
        if x.dim() == 4:
            self.x = x.contiguous(memory_format=torch.channels_last)
            self.model.to(memory_format=torch.channels_last)
        graph = variant == "graph"
        self.optimizer = torch.optim.Adam(self.model.parameters(), 1e-3, fused=True, capturable=graph)
        self.called = torch.compile(self.model) if variant == "compile" else self.model
        self.order, self.next = torch.randperm(len(x), device=DEVICE), 0
        self.once = self.captured() if graph else lambda: self.step(self.index())

    def index(self):
        if self.next + self.batch > len(self.order):
            self.order, self.next = torch.randperm(len(self.order), device=DEVICE), 0
        self.next += self.batch
        return self.order[self.next - self.batch:self.next]

    def step(self, index):
        x, y = self.x.index_select(0, index), self.y.index_select(0, index)
        with torch.autocast(DEVICE.type, self.half or torch.bfloat16, enabled=self.half is not None):
            out = self.called(x)
        loss = self.loss(out.float(), y)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss

    def captured(self):
        place = self.index().clone()
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self.step(place)
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        self.optimizer.zero_grad(set_to_none=True)
        with torch.cuda.graph(self.graph):
            self.kept = self.step(place)

        def replay():
            place.copy_(self.index())
            self.graph.replay()

        return replay

    def nanos(self, times):
        return Timed(self.once).nanos(times)


class Net(nn.Module):
    """PyTorch's MNIST example."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3)
        self.dropout1, self.dropout2 = nn.Dropout(0.25), nn.Dropout(0.5)
        self.fc1, self.fc2 = nn.Linear(9216, 128), nn.Linear(128, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
        x = F.relu(self.fc1(torch.flatten(self.dropout1(x), 1)))
        return self.fc2(self.dropout2(x))


class Residual(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(outside), nn.BatchNorm2d(outside)
        self.short = nn.Sequential() if stride == 1 and inside == outside else nn.Sequential(
            nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.short(x))


def resnet18():
    """For 32x32: a stem of 3x3 without pooling."""
    layers, inside = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()], 64
    for outside, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Residual(inside, outside, stride), Residual(outside, outside, 1)]
        inside = outside
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


class Lstm(nn.Module):
    def __init__(self, inputs, state):
        super().__init__()
        self.rnn, self.fc = nn.LSTM(inputs, state, batch_first=True), nn.Linear(state, 10)

    def forward(self, x):
        return self.fc(self.rnn(x)[0][:, -1])


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width, bias=False), nn.LayerNorm(width, bias=False)
        self.c_attn, self.c_proj = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.c_fc, self.c_out = nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = (p.view(n, t, self.heads, d // self.heads).transpose(1, 2)
                   for p in self.c_attn(self.ln_1(x)).split(d, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(n, t, d)
        x = x + self.c_proj(y)
        return x + self.c_out(F.gelu(self.c_fc(self.ln_2(x))))


class Gpt(nn.Module):
    """GPT-2's shape, with nanoGPT's defaults: no biases, tied weights."""

    def __init__(self, layers, heads, width, vocabulary, context):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.h = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.ln_f, self.context = nn.LayerNorm(width, bias=False), context
        nn.init.normal_(self.wte.weight, std=0.02)
        nn.init.normal_(self.wpe.weight, std=0.02)

    def forward(self, x):
        y = self.wte(x) + self.wpe.weight[:x.shape[1]]
        return F.linear(self.ln_f(self.h(y)), self.wte.weight)


def numbers(text):
    return [int(v) for v in re.findall(r"\d+", text)]


def training(name, variant, precision):
    if m := re.fullmatch(r"train mlp (\d+)-(\d+)-(\d+) batch (\d+)", name):
        a, b, c, batch = map(int, m.groups())
        model = nn.Sequential(nn.Flatten(), nn.Linear(a, b), nn.ReLU(), nn.Dropout(0.2), nn.Linear(b, c))
        sample = (1, 28, 28)
    elif m := re.fullmatch(r"train cnn batch (\d+)", name):
        model, sample, batch = Net(), (1, 28, 28), int(m[1])
    elif m := re.fullmatch(r"train resnet18 batch (\d+)", name):
        model, sample, batch = resnet18(), (3, 32, 32), int(m[1])
    elif m := re.fullmatch(r"train lstm (\d+)-(\d+) sequence (\d+) batch (\d+)", name):
        inputs, state, steps, batch = map(int, m.groups())
        model, sample = Lstm(inputs, state), (steps, inputs)
    elif m := re.fullmatch(r"train gpt (.*)", name):
        layers, heads, width, vocabulary, context, batch = numbers(m[1])
        count = max(batch * 16, 64)
        tokens = torch.randint(vocabulary, (count, context + 1), device=DEVICE)
        return Step(Gpt(layers, heads, width, vocabulary, context), tokens[:, :-1].contiguous(),
                    tokens[:, 1:].contiguous(), batch, lambda out, y: F.cross_entropy(out.flatten(0, 1), y.flatten()),
                    variant, precision)
    else:
        return None
    count = max(batch * 16, min(Step.SAMPLES, batch * 200))
    return Step(model, torch.rand(count, *sample, device=DEVICE), torch.randint(10, (count,), device=DEVICE), batch,
                F.cross_entropy, variant, precision)


def elementwise(name):
    if m := re.fullmatch(r"(\w+)(?:\(x\*w \+ b\))? (\d+) Mi", name):
        n = int(m[2]) * MI
        if m[1] == "adam":
            p = random(n).requires_grad_()
            p.grad = random(n)
            return Timed(torch.optim.Adam([p], 1e-3, fused=True).step)
        x = random(n)
        if m[1] == "copy":
            y = torch.empty_like(x)
            return quiet(lambda: y.copy_(x))
        if m[1] == "exp":
            return quiet(x.exp)
        if m[1] == "gelu":
            w, b = random(n), random(n)
            return quiet(lambda: F.gelu(torch.addcmul(b, x, w)))
    if m := re.fullmatch(r"(softmax|layer norm|cross-entropy) (\d+)x(\d+)( forward\+backward)?", name):
        x = random(int(m[2]), int(m[3]))
        if m[1] == "softmax":
            return quiet(lambda: x.softmax(1))
        if m[1] == "layer norm":
            w, b = torch.ones(x.shape[1], device=DEVICE), torch.zeros(x.shape[1], device=DEVICE)
            return quiet(lambda: F.layer_norm(x, x.shape[1:], w, b))
        x.requires_grad_()
        y = torch.randint(x.shape[1], (len(x),), device=DEVICE)
        return Timed(lambda: torch.autograd.grad(F.cross_entropy(x, y), x))
    return None


def prepare(variant, precision, name):
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    if variant == "graph" and not CUDA:
        return None
    if name.startswith("train "):
        return training(name, variant, precision)
    if variant != "eager":
        return None
    if m := re.fullmatch(r"gemm (\d+)", name):
        n = int(m[1])
        a, b = (random(n, n, dtype=HALVES.get(precision, torch.float32)) for _ in range(2))
        return quiet(lambda: a @ b)
    return elementwise(name)


task = None
for line in sys.stdin:
    verb, _, rest = line.strip().partition(" ")
    if verb == "quit":
        break
    try:
        if verb == "version":
            answer = f"PyTorch {torch.__version__}, Python {sys.version.split()[0]}, " + (
                torch.cuda.get_device_name() + f", CUDA {torch.version.cuda}" if CUDA else "CPU")
        elif verb == "prepare":
            task = None
            task = prepare(*rest.split(" ", 2))
            wait()
            answer = "ready" if task else "unsupported"
        elif verb == "nanos":
            answer = repr(task.nanos(int(rest)))
        elif verb == "release":
            task = None
            if CUDA:
                torch.cuda.empty_cache()
            answer = "released"
        else:
            answer = f"error what is '{line.strip()}'?"
    except Exception as e:  # the parent prints it
        answer = "error " + (str(e) or repr(e)).replace("\n", " ")
    print(answer, file=ANSWERS, flush=True)
