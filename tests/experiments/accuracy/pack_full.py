"""Makes a smaller ONNX file of a model: large weights as int8 with one scale an output channel, restored to float by Cast and Mul.

    pack_full.py IN.onnx OUT.onnx [--least 100000]

ONNX Runtime folds Cast and Mul at load, so the model runs as fast as before. Weights of fewer than --least elements stay float32.
Needs numpy and onnx.
"""
import argparse
import os
import numpy as np
import onnx
from onnx import helper, numpy_helper, TensorProto

arguments = argparse.ArgumentParser()
arguments.add_argument("source")
arguments.add_argument("target")
arguments.add_argument("--least", type=int, default=60000)
o = arguments.parse_args()
model = onnx.load(o.source)
graph = model.graph
nodes, keep = [], []
for tensor in graph.initializer:
    value = numpy_helper.to_array(tensor)
    if value.dtype != np.float32 or value.size < o.least:
        keep.append(tensor)
        continue
    axes = tuple(range(1, value.ndim))
    scale = (np.abs(value).max(axis=axes, keepdims=True) / 127).astype(np.float32)
    rounded = np.clip(np.round(value / scale), -127, 127).astype(np.int8)
    keep.append(numpy_helper.from_array(rounded, tensor.name + ".int8"))
    keep.append(numpy_helper.from_array(scale, tensor.name + ".scale"))
    nodes.append(helper.make_node("Cast", [tensor.name + ".int8"], [tensor.name + ".float"], to=TensorProto.FLOAT))
    nodes.append(helper.make_node("Mul", [tensor.name + ".float", tensor.name + ".scale"], [tensor.name]))
    print(tensor.name, value.shape, "largest error", float(np.abs(rounded * scale - value).max()))
body = list(graph.node)
del graph.initializer[:]
del graph.node[:]
graph.initializer.extend(keep)
graph.node.extend(nodes + body)
onnx.checker.check_model(model, full_check=True)
onnx.save(model, o.target + ".tmp")
os.replace(o.target + ".tmp", o.target)
print(os.path.getsize(o.target), "bytes")
