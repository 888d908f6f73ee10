// A label map as a PNG file of 8 bits a pixel whose stored numbers are the classes, as `sparserefine score` writes it. A canvas
// would write colors instead. Runs in browsers and in Node.

/**
 * @param {Uint8Array} labels Classes, row by row.
 * @param {number} width Columns.
 * @param {number} height Rows.
 * @param {Uint8Array} colors Red, green, blue of at most 256 classes.
 * @returns {Promise<Uint8Array>} The file.
 */
export async function encodeIndexPng(labels, width, height, colors) {
  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter, none
  for (let y = 0; y < height; y++) {
    rows.set(labels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }

  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3], 8); // 8 bits a pixel, palette
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const chunks = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    chunk("IHDR", header),
    chunk("PLTE", colors),
    chunk("IDAT", new Uint8Array(await new Response(packed).arrayBuffer())),
    chunk("IEND", new Uint8Array()),
  ];
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function chunk(name, data) {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, checksum(bytes.subarray(4, data.length + 8)));
  return bytes;
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) {
    n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  }

  return n;
});

// CRC-32 of PNG's chunks.
function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum = table[(sum ^ byte) & 255] ^ (sum >>> 8);
  }

  return ~sum >>> 0;
}
