// ONNX Runtime's JavaScript gives no access to a graph's metadata, so the texts are read from the file: field 14 of ModelProto
// holds pairs of key (field 1) and value (field 2); everything else is skipped by its length.
const metadataField = 14;

/**
 * Class names and colors of a graph that `sparserefine export` wrote.
 * @param {Uint8Array} bytes The file.
 * @returns {{names: string[], colors: Uint8Array}} Names, none where the file has none; red, green, blue of each of 256 classes.
 */
export function readClasses(bytes) {
  const texts = new Map();
  for (const [field, entry] of fields(bytes)) {
    if (field === metadataField) {
      const pair = new Map(fields(entry));
      texts.set(decode(pair.get(1)), decode(pair.get(2)));
    }
  }

  const colors = distinctColors();
  const given = texts.get("class_colors") ?? "";
  for (let i = 0; i < Math.min(given.length / 2, colors.length); i++) {
    colors[i] = parseInt(given.substr(2 * i, 2), 16);
  }

  return { names: JSON.parse(texts.get("class_names") ?? "[]"), colors };
}

const decode = bytes => new TextDecoder().decode(bytes);

// The fields of a message with their numbers. Only those with a length have a value; groups do not occur.
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
    const tag = number();
    const wire = tag % 8;
    const length = wire === 0 ? (number(), 0) : wire === 1 ? 8 : wire === 2 ? number() : wire === 5 ? 4 : NaN;
    if (!(at + length <= bytes.length)) throw new Error("expected an ONNX file, got one that ends early or another kind");
    yield [(tag - wire) / 8, bytes.subarray(at, at + length)];
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
