"""Trains the full-resolution opponent: fundus-full's U-Net with three cheap deep levels, warm-started from it.

    train_full.py --data DIR --start fundus-full.onnx --out fundus-full-deep.onnx --minutes 40 [--threads 1] [--seed 1]

DIR holds images/train/*.jpg, labels/train/*.png. The starting network's convolutions (batch norm already folded) are read out of
its ONNX file; below its last level (stride 8) come levels of stride 16, 32 and 64, so that the receptive field covers about a
thousand pixels. The last convolution of this addition begins at zero, so training begins at the starting network's own answer.
A checkpoint beside --out is written every few minutes and taken up again. Needs PyTorch 1.13, numpy, PIL, onnx.
"""
import argparse, glob, os, time
import numpy as np
import onnx, onnx.numpy_helper
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

MEAN = np.array([123.675, 116.28, 103.53], np.float32)
STD = np.array([58.395, 57.12, 57.375], np.float32)


def pair(i, m, o, stride=1):
    return nn.Sequential(nn.Conv2d(i, m, 3, stride, 1), nn.ReLU(), nn.Conv2d(m, o, 3, 1, 1), nn.ReLU())


class Net(nn.Module):
    """16-32-64-96 U-Net of the starting file, then 128-128-128 at strides 16, 32, 64."""

    def __init__(self):
        super().__init__()
        self.e = nn.ModuleList([pair(3, 16, 16), pair(16, 32, 32, 2), pair(32, 64, 64, 2), pair(64, 96, 96, 2)])
        self.d = nn.ModuleList([pair(160, 64, 64), pair(96, 32, 32), pair(48, 16, 16)])
        self.deep = nn.ModuleList([pair(96, 128, 128, 2), pair(128, 128, 128, 2), pair(128, 128, 128, 2)])
        self.rise = nn.ModuleList([pair(256, 128, 128), pair(256, 128, 96)])
        self.join = nn.Conv2d(96, 96, 3, 1, 1)
        self.h = nn.Conv2d(16, 2, 1)

    def forward(self, x):
        skips = []
        for level in self.e:
            x = level(x)
            skips.append(x)
        a = self.deep[0](x)
        b = self.deep[1](a)
        c = self.deep[2](b)
        b = self.rise[0](torch.cat([F.interpolate(c, size=b.shape[2:], mode="nearest"), b], 1))
        a = self.rise[1](torch.cat([F.interpolate(b, size=a.shape[2:], mode="nearest"), a], 1))
        x = x + self.join(F.interpolate(a, size=x.shape[2:], mode="nearest"))
        for level, skip in zip(self.d, reversed(skips[:-1])):
            x = level(torch.cat([F.interpolate(x, size=skip.shape[2:], mode="nearest"), skip], 1))
        return self.h(x)


def start_from(net, path):
    graph = onnx.load(path).graph
    values = {t.name: onnx.numpy_helper.to_array(t) for t in graph.initializer}
    convs = [n for n in graph.node if n.op_type == "Conv"]
    order = [m for part in (net.e, net.d) for s in part for m in (s[0], s[2])] + [net.h]
    assert len(convs) == len(order)
    for node, conv in zip(convs, order):
        conv.weight.data = torch.tensor(values[node.input[1]])
        conv.bias.data = torch.tensor(values[node.input[2]])
    nn.init.zeros_(net.join.weight)
    nn.init.zeros_(net.join.bias)
    for part in (net.deep, net.rise):
        for m in part.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
                nn.init.zeros_(m.bias)


def crop(photos, rng, size):
    image, label = photos[rng.integers(len(photos))]
    scale = np.exp(rng.uniform(np.log(0.75), np.log(1.4)))
    side = int(round(size / scale))
    while True:
        y, x = rng.integers(image.shape[0] - side), rng.integers(image.shape[1] - side)
        if label[y:y + side:4, x:x + side:4].mean() > 0.01:
            break
    a = torch.from_numpy(image[y:y + side, x:x + side].astype(np.float32)).permute(2, 0, 1)[None]
    b = torch.from_numpy(label[y:y + side, x:x + side]).long()[None]
    if side != size:
        a = F.interpolate(a, size=(size, size), mode="bilinear", align_corners=False, antialias=side > size)
        b = F.interpolate(b[None].float(), size=(size, size), mode="nearest")[0].long()
    gain = torch.tensor(rng.uniform(0.8, 1.2, 3) * rng.uniform(0.8, 1.2), dtype=torch.float32).view(1, 3, 1, 1)
    a = (a * gain + rng.uniform(-20, 20)).clamp(0, 255)
    a = (a - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
    turns = int(rng.integers(4))
    a, b = torch.rot90(a, turns, (2, 3)), torch.rot90(b, turns, (1, 2))
    if rng.random() < 0.5:
        a, b = a.flip(3), b.flip(2)
    return a, b


def loss_of(z, y):
    p = z.softmax(1)[:, 1]
    g = y.float()
    dice = 1 - (2 * (p * g).sum() + 1) / (p.sum() + g.sum() + 1)
    return F.cross_entropy(z, y) + 0.5 * dice


def export(net, path):
    temporary = path + ".tmp"
    torch.onnx.export(net.eval(), torch.zeros(1, 3, 256, 256), temporary, opset_version=13, input_names=["image"], output_names=["logits"],
                      dynamic_axes={"image": {0: "batch", 2: "height", 3: "width"}, "logits": {0: "batch", 2: "height", 3: "width"}})
    os.replace(temporary, path)
    net.train()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--start", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--minutes", type=float, required=True, help="of processor time")
    arguments.add_argument("--size", type=int, default=640)
    arguments.add_argument("--batch", type=int, default=2)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=1)
    o = arguments.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    rng = np.random.default_rng(o.seed)
    photos = []
    for path in sorted(glob.glob(os.path.join(o.data, "images/train/*.jpg"))):
        label = os.path.join(o.data, "labels/train", os.path.splitext(os.path.basename(path))[0] + ".png")
        photos.append((np.asarray(Image.open(path).convert("RGB")), np.asarray(Image.open(label))))
    net = Net()
    start_from(net, o.start)
    net = net.to(memory_format=torch.channels_last)
    average = Net()
    average.load_state_dict(net.state_dict())
    optimizer = torch.optim.AdamW(net.parameters(), lr=o.rate, weight_decay=0.01)
    spent, step = 0.0, 0
    if os.path.exists(o.out + ".ckpt"):
        c = torch.load(o.out + ".ckpt")
        net.load_state_dict(c["net"]); average.load_state_dict(c["average"]); optimizer.load_state_dict(c["optimizer"])
        spent, step = c["spent"], c["step"]
        rng = np.random.default_rng(o.seed + step)
    begin, saved, total = time.process_time() - spent, spent, o.minutes * 60
    losses = []
    while spent < total:
        warm = min(1.0, (step + 1) / 50)
        rate = o.rate * warm * (0.5 + 0.5 * np.cos(np.pi * spent / total))
        for group in optimizer.param_groups:
            group["lr"] = rate
        crops = [crop(photos, rng, o.size) for _ in range(o.batch)]
        x = torch.cat([c[0] for c in crops]).contiguous(memory_format=torch.channels_last)
        y = torch.cat([c[1] for c in crops])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            z = net(x)
        loss = loss_of(z.float(), y)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step += 1
        keep = min(0.995, step / (step + 10))
        with torch.no_grad():
            for a, b in zip(average.parameters(), net.parameters()):
                a.lerp_(b, 1 - keep)
        losses.append(loss.item())
        spent = time.process_time() - begin
        if step % 25 == 0:
            print(f"step {step} loss {np.mean(losses[-50:]):.4f} rate {rate:.5f} cpu {spent / 60:.1f} min", flush=True)
        if spent - saved > 240:
            saved = spent
            torch.save({"net": net.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(),
                        "spent": spent, "step": step}, o.out + ".ckpt.tmp")
            os.replace(o.out + ".ckpt.tmp", o.out + ".ckpt")
            export(average, o.out)
    export(average, o.out)
    print(f"done: {step} steps, {sum(p.numel() for p in net.parameters())} parameters", flush=True)


if __name__ == "__main__":
    main()
