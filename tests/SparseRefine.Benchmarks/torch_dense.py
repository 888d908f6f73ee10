#!/usr/bin/env python3
"""The dense feature refinement network (light backbone) in PyTorch, one training step timed on the crops that the benchmark program wrote.

usage: torch_dense.py CASE.safetensors RESULT.safetensors THREADS SECONDS
"""
import math
import sys
import time

import torch
import torch.nn.functional as F

from torch_compare import measure, read, write

CROPS = 4


def weight(p, name):
    w = p[name + ".weight"]
    if w.dim() == 2:
        return w.t()[:, :, None, None].contiguous()
    return w.reshape(3, 3, w.shape[1], w.shape[2]).permute(3, 2, 0, 1).contiguous()


class Network:
    def __init__(self, tensors, layout):
        self.p, self.layout, self.trained = {}, layout, []
        for name, tensor in tensors.items():
            if name.endswith(".weight") and tensor.dim() > 1:
                tensor = weight(tensors, name[:-len(".weight")]).contiguous(memory_format=layout)
            if "running" not in name:
                tensor = tensor.clone(memory_format=torch.preserve_format).requires_grad_()
                self.trained.append(tensor)
            self.p[name] = tensor.clone() if "running" in name else tensor

    def unit(self, x, name, stride=1, relu=True):
        p, w = self.p, self.p[name + ".conv.weight"]
        x = F.conv2d(x, w, None, stride, w.shape[2] // 2)
        n = name + ".norm"
        x = F.batch_norm(x, p[n + ".running_mean"], p[n + ".running_var"], p[n + ".weight"], p[n + ".bias"], True, 0.1, 1e-5)
        return F.relu(x) if relu else x

    def linear(self, x, name):
        return F.conv2d(x, self.p[name + ".weight"], self.p.get(name + ".bias"))

    def attention(self, x):
        flat = lambda t: t.flatten(2)
        q, k = flat(self.linear(x, "module.attention.query")), flat(self.linear(x, "module.attention.key"))
        q, k = q - q.mean(2, keepdim=True), k - k.mean(2, keepdim=True)
        weights = torch.softmax(q.transpose(1, 2) @ k / math.sqrt(q.shape[1]), 2)
        weights = weights + torch.softmax(flat(self.linear(x, "module.attention.unary")), 2)
        y = weights @ flat(self.linear(x, "module.attention.value")).transpose(1, 2)
        return x + y.transpose(1, 2).reshape(x.shape)

    def __call__(self, x):
        x = self.unit(x, "stem", 2)
        stages = []
        for stage in range(1, 5):
            x = self.unit(x, f"stage{stage}.down", 2)
            block = 1
            while f"stage{stage}.block{block}.1.conv.weight" in self.p:
                name = f"stage{stage}.block{block}"
                x = F.relu(x + self.unit(self.unit(x, name + ".1"), name + ".2", relu=False))
                block += 1
            stages.append(x)
        pooled = [F.avg_pool2d(s, 8 >> i) for i, s in enumerate(stages[:3])] + [stages[3]]
        y = self.linear(self.attention(self.unit(torch.cat(pooled, 1), "module.fuse")), "decoder.lateral4")
        for i in (2, 1, 0):
            up = F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False)
            y = self.linear(stages[i], f"decoder.lateral{i + 1}") + up
        y = self.linear(self.unit(y, "decoder.smooth"), "decoder.classifier")
        return F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False)


def main():
    torch.set_num_threads(int(sys.argv[3]))
    tensors, _ = read(sys.argv[1])
    flat, labels = tensors.pop("input"), tensors.pop("labels").long()
    side = math.isqrt(flat.shape[0] // CROPS)
    labels = labels.reshape(CROPS, side // 2, side // 2)
    figures = {"version": torch.__version__}
    for layout, name in ((torch.contiguous_format, "NCHW"), (torch.channels_last, "channels last")):
        network = Network(tensors, layout)
        decayed = [t for t in network.trained if t.dim() > 1]
        rest = [t for t in network.trained if t.dim() == 1]
        optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}], lr=1e-3)
        x = flat.reshape(CROPS, side, side, -1).permute(0, 3, 1, 2).contiguous(memory_format=layout)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(network(x), labels)
            loss.backward()
            optimizer.step()
            return loss.item()

        losses = [step() for _ in range(3)]
        best, median = measure(step, float(sys.argv[4]) / 2)
        if "median" not in figures or median < float(figures["median"]):
            figures.update({f"loss{i}": repr(l) for i, l in enumerate(losses)}, best=repr(best), median=repr(median), layout=name)
    write(sys.argv[2], {}, figures)


if __name__ == "__main__":
    main()
