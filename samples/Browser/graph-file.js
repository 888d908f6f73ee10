// What an ONNX file says of itself, and the cutting of one graph into its stages. ONNX Runtime's JavaScript gives no access to a
// graph's metadata, and runs a graph as a whole; both are plain protobuf messages, read here field by field.
const model = { graph: 7, metadata: 14 };
const graphFields = { node: 1, initializer: 5, input: 11, output: 12 };
const nodeFields = { input: 1, output: 2, attribute: 5 };
const attributeFields = { graph: 6, graphs: 11 };
const tensorName = 8;
const types = { float32: 1, uint8: 2, int64: 7 };

/**
 * What the page and the Node sample need of a graph that `sparserefine export` wrote.
 * @param {Uint8Array} bytes The file.
 * @returns {{names: string[], colors: Uint8Array, stages: {stage: string, ends: Object<string, string>}[]}} Class names, none where the
 * file has none; red, green, blue of each of 256 classes; where the graph can be cut.
 */
export function readMetadata(bytes) {
  const texts = new Map();
  for (const { field, value } of fields(bytes)) {
    if (field === model.metadata) {
      const [key, text] = [...fields(value)].map(part => decode(part.value));
      texts.set(key, text ?? "");
    }
  }

  const colors = distinctColors();
  const given = texts.get("class_colors") ?? "";
  for (let i = 0; i < Math.min(given.length / 2, colors.length); i++) {
    colors[i] = parseInt(given.substr(2 * i, 2), 16);
  }

  return { names: JSON.parse(texts.get("class_names") ?? "[]"), colors, stages: JSON.parse(texts.get("stages") ?? "[]") };
}

/**
 * A part of the graph.
 * @param {Uint8Array} bytes The file.
 * @param {Object<string, string>} begins Inner values that come in, with their types.
 * @param {Object<string, string>} ends What goes out, inner values or outputs, with their types.
 * @returns {Uint8Array} A file of the nodes between them; of the graph's own inputs it has those that it needs.
 */
export function cut(bytes, begins, ends) {
  const wanted = new Set(Object.keys(ends));
  const parts = [];
  for (const part of fields(bytes)) {
    parts.push(part.field === model.graph ? message(model.graph, between([...fields(part.value)], begins, ends, wanted)) : part.raw);
  }

  return joined(parts);
}

function between(graph, begins, ends, wanted) {
  const kept = new Set();
  const missing = new Set(wanted);
  for (const part of graph.filter(({ field }) => field === graphFields.node).reverse()) { // nodes stand in order of work
    const named = kind => [...fields(part.value)].filter(({ field }) => field === kind).map(({ value }) => decode(value));
    named(nodeFields.output).forEach(name => missing.delete(name));
    if (named(nodeFields.output).some(name => wanted.has(name) && !(name in begins))) {
      kept.add(part);
      needs(part.value).forEach(name => wanted.add(name));
    }
  }

  if (missing.size) {
    throw new Error(`expected ${[...missing].join(", ")} in the graph (sparserefine export --outputs dense_labels,mask), got none`);
  }

  const rest = graph.filter(part => {
    switch (part.field) {
      case graphFields.node: return kept.has(part);
      case graphFields.initializer: return wanted.has(text(part.value, tensorName));
      case graphFields.input: return wanted.has(text(part.value, 1));
      case graphFields.output: return false;
      default: return true;
    }
  });
  const declared = (field, values) => Object.entries(values).map(([name, type]) => message(field, valueInfo(name, types[type])));
  const used = Object.fromEntries(Object.entries(begins).filter(([name]) => wanted.has(name)));
  return joined([...rest.map(({ raw }) => raw), ...declared(graphFields.input, used), ...declared(graphFields.output, ends)]);
}

// The names that a node reads, those that the bodies of loops take from outside among them.
function needs(node) {
  return [...fields(node)].flatMap(({ field, value }) =>
    field === nodeFields.input ? [decode(value)]
      : field !== nodeFields.attribute ? []
        : [...fields(value)].filter(part => part.field === attributeFields.graph || part.field === attributeFields.graphs)
          .flatMap(part => [...fields(part.value)].flatMap(inner =>
            inner.field === graphFields.node ? needs(inner.value) : inner.field === graphFields.output ? [text(inner.value, 1)] : [])));
}

function text(bytes, field) {
  for (const part of fields(bytes)) {
    if (part.field === field) return decode(part.value);
  }

  return "";
}

const decode = bytes => new TextDecoder().decode(bytes);

// ValueInfoProto: name (1), type (2) of tensor_type (1) of elem_type (1). No shape: the runtime finds it.
function valueInfo(name, type) {
  return joined([message(1, new TextEncoder().encode(name)), message(2, message(1, Uint8Array.of(8, type)))]);
}

function message(field, bytes) {
  const head = [8 * field + 2];
  let length = bytes.length;
  for (; length > 127; length = Math.floor(length / 128)) head.push(length % 128 + 128);
  return joined([Uint8Array.of(...head, length), bytes]);
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

// The fields of a message: their numbers, what those with a length hold, and all their bytes. Groups do not occur.
function* fields(bytes) {
  let at = 0;
  const number = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const next = bytes[at++];
      if (next === undefined) throw new Error("expected an ONNX file, got one that ends early or another kind");
      value += (next & 127) * scale;
      if (next < 128) return value;
    }
  };
  while (at < bytes.length) {
    const from = at;
    const tag = number();
    const wire = tag % 8;
    const length = wire === 0 ? (number(), 0) : wire === 1 ? 8 : wire === 2 ? number() : wire === 5 ? 4 : NaN;
    if (!(at + length <= bytes.length)) throw new Error("expected an ONNX file, got one that ends early or another kind");
    yield { field: (tag - wire) / 8, value: bytes.subarray(at, at + length), raw: bytes.subarray(from, at + length) };
    at += length;
  }
}

// As the library's own palette: class 0 black, the others' bits spread over the high bits of the channels; 255 is no class.
function distinctColors() {
  const colors = new Uint8Array(3 * 256);
  for (let c = 0; c < 255; c++) {
    for (let bit = 0; bit < 8; bit++) {
      colors[3 * c + bit % 3] |= ((c >> bit) & 1) << (7 - Math.floor(bit / 3));
    }
  }

  return colors.fill(128, 3 * 255);
}
