#!/usr/bin/env python3
"""The sparse U-Net of SparseRefine in PyTorch's own operators, timed on the inputs that the benchmark program wrote.

usage: torch_compare.py CASE.safetensors RESULT.safetensors

The file holds the weights, the site indices, the features and the labels; its metadata holds the shape and the settings. A 3x3 layer is,
for each of its nine taps, a gather of the input rows, a product with the tap's matrix and an index_add to the output rows. The row
indices are found here from the sites, once, before timing, as the kernel maps are on the other side.

Products run as 1x1 convolutions in channels-last order, in 32 photos of one row each, which makes PyTorch take oneDNN: where PyTorch was
built on the reference BLAS, as Debian's is, that is twenty times faster than the `@` operator. A last photo that
would be ragged is padded with zero rows.
"""
import json
import struct
import sys
import time

import numpy
import torch
import torch.nn.functional as F

BATCH = 32


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data, dtype="<f4", count=(end - begin) // 4, offset=begin)
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors, metadata


def write(path, tensors, metadata):
    header, offset, blobs = {"__metadata__": metadata}, 0, []
    for name, tensor in tensors.items():
        blob = tensor.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def product(x, w):
    if x.dtype == torch.float64:
        return x @ w
    rows = x.shape[0]
    x = F.pad(x, (0, 0, 0, -rows % BATCH))
    x = x.view(BATCH, 1, -1, x.shape[1]).permute(0, 3, 1, 2)
    w = w.t()[:, :, None, None].contiguous(memory_format=torch.channels_last)
    y = F.conv2d(x, w)
    return y.permute(0, 2, 3, 1).reshape(-1, w.shape[0])[:rows]


def convolve(x, w, pairs, rows):
    y = torch.zeros(rows, w.shape[2], dtype=x.dtype)
    for tap, (source, target) in enumerate(pairs):
        if len(source):
            y.index_add_(0, target, product(x[source], w[tap]))
    return y


class Level:
    def __init__(self, ys, xs, height, width):
        self.ys, self.xs, self.height, self.width = ys, xs, height, width
        self.count = len(ys)
        grid = numpy.full((height + 2, width + 2), -1, dtype=numpy.int64)
        grid[ys + 1, xs + 1] = numpy.arange(self.count)
        self.grid = grid

    def coarser(self):
        height, width = (self.height + 1) // 2, (self.width + 1) // 2
        cells = numpy.unique((self.ys // 2) * width + self.xs // 2)
        return Level(cells // width, cells % width, height, width)

    def pairs(self, outputs, stride):
        """For each tap the rows of this level and of the outputs that it connects."""
        result = []
        for tap in range(9):
            source = self.grid[outputs.ys * stride + tap // 3, outputs.xs * stride + tap % 3]
            target = numpy.nonzero(source >= 0)[0]
            result.append((torch.from_numpy(source[target]), torch.from_numpy(target)))
        return result


class Network:
    def __init__(self, weights, planes, reps, levels):
        self.p, self.planes, self.reps, self.levels = weights, planes, reps, levels
        self.same = [level.pairs(level, 1) for level in levels]
        self.down = [fine.pairs(coarse, 2) for fine, coarse in zip(levels, levels[1:])]
        self.up = [[(target, source) for source, target in pairs] for pairs in self.down]

    def norm(self, x, name, training):
        p = self.p
        return F.relu(F.batch_norm(
            x, p[name + ".running_mean"], p[name + ".running_var"], p[name + ".weight"], p[name + ".bias"], training, 0.1, 1e-5))

    def blocks(self, x, name, level, training):
        count = self.levels[level].count
        for i in range(self.reps):
            block = f"{name}.block{i}"
            hidden = convolve(self.norm(x, block + ".norm1", training), self.p[block + ".conv1.weight"], self.same[level], count)
            projection = self.p.get(block + ".proj.weight")
            shortcut = x if projection is None else product(x, projection)
            x = shortcut + convolve(self.norm(hidden, block + ".norm2", training), self.p[block + ".conv2.weight"], self.same[level], count)
        return x

    def __call__(self, x, training):
        last = len(self.planes) - 1
        x = convolve(x, self.p["stem.weight"], self.same[0], self.levels[0].count)
        skips = []
        for i in range(last + 1):
            x = self.blocks(x, f"encoder{i}", i, training)
            if i < last:
                skips.append(x)
                x = convolve(
                    self.norm(x, f"down{i}.norm", training), self.p[f"down{i}.conv.weight"], self.down[i], self.levels[i + 1].count)
        for i in range(last - 1, -1, -1):
            x = convolve(self.norm(x, f"up{i}.norm", training), self.p[f"up{i}.conv.weight"], self.up[i], self.levels[i].count)
            x = self.blocks(torch.cat([skips[i], x], 1), f"decoder{i}", i, training)
        return product(self.norm(x, "final.norm", training), self.p["final.linear.weight"]) + self.p["final.linear.bias"]


def measure(run, seconds):
    run()
    run()
    times = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(times) < 3:
        begin = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - begin))
    return min(times), sorted(times)[len(times) // 2]


def reference(tensors, planes, settings, levels, features, labels):
    """The gradients in double precision, by which both sides' rounding is judged."""
    weights = {name: t.double() for name, t in tensors.items()}
    trained = {name: t.requires_grad_() for name, t in weights.items() if "running" not in name}
    network = Network(weights, planes, int(settings["reps"]), levels)
    F.cross_entropy(network(features.double(), True), labels).backward()
    return {"exact." + name: t.grad.float() for name, t in trained.items()}


def main():
    tensors, settings = read(sys.argv[1])
    torch.set_num_threads(int(settings["threads"]))
    seconds = float(settings["seconds"])
    height, width = int(settings["height"]), int(settings["width"])
    planes = [int(p) for p in settings["planes"].split(",")]

    # Rows and columns apart: single precision is exact up to 2^24 only.
    ys, xs = tensors.pop("input.sites").numpy().astype(numpy.int64).T
    features, labels = tensors.pop("input.features"), tensors.pop("input.labels").long()
    levels = [Level(ys, xs, height, width)]
    while len(levels) < len(planes):
        levels.append(levels[-1].coarser())
    network = Network(tensors, planes, int(settings["reps"]), levels)

    with torch.no_grad():
        logits = network(features, False)
        inference = measure(lambda: network(features, False), seconds)

    exact = reference(tensors, planes, settings, levels, features, labels)
    trained = {name: t.requires_grad_() for name, t in tensors.items() if "running" not in name}
    decayed = [t for name, t in trained.items() if t.dim() > 1]
    others = [t for name, t in trained.items() if t.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}], lr=float(settings["rate"]))

    def step():
        optimizer.zero_grad(set_to_none=False)
        loss = F.cross_entropy(network(features, True), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    loss = step()
    gradients = {"gradient." + name: t.grad.clone() for name, t in trained.items()}
    gradients.update(exact)
    training = measure(step, seconds)
    figures = {
        "loss": repr(loss),
        "inferenceBest": repr(inference[0]), "inferenceMedian": repr(inference[1]),
        "trainingBest": repr(training[0]), "trainingMedian": repr(training[1]),
        "version": torch.__version__,
    }
    write(sys.argv[2], {"logits": logits, **gradients}, figures)


if __name__ == "__main__":
    main()
