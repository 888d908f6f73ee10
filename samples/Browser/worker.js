// Opens the graph and answers photos, away from the page's own thread.
import { cut, readMetadata } from "./graph-file.js";
import { encodeIndexPng } from "./index-png.js";

const runtime = new URL("./node_modules/onnxruntime-web/dist/", import.meta.url);
const longestShown = 4096; // pixels of a side of what is drawn
const bandRows = 256; // rows of a photo that are read from a canvas at a time

const outputs = { labels: "uint8", dense_labels: "uint8", mask: "uint8" };
const titles = { dense: "Dense model", select: "Selection", refine: "Refinement" };

let ort;
let stages = []; // of the graph: their names and sessions, in order
let classes;
let processor;

const work = { open, refine };
onmessage = async ({ data }) => {
  try {
    await work[data.kind](data);
  } catch (e) {
    postMessage({ kind: "failed", ...explain(e) });
  }
};

/** An error that says itself what a visitor can do. */
class Problem extends Error { }

function tell(text, share) {
  postMessage({ kind: "progress", text, share });
}

async function open({ graph, gpu }) {
  const bytes = await download(graph);
  classes = readMetadata(bytes);
  let note = "";
  try {
    await openStages(bytes, gpu);
  } catch (e) {
    if (!gpu) throw e;
    note = `WebGPU cannot be used: ${e.message}`;
    await openStages(bytes, false);
  }

  if (processor !== "GPU" && !crossOriginIsolated) {
    note += " The server does not send the headers that threads need, so that one thread works.";
  }

  postMessage({
    kind: "opened",
    processor,
    note,
    classes: classes.names.map((name, i) => ({ name, color: `rgb(${classes.colors.subarray(3 * i, 3 * i + 3).join()})` })),
  });
}

// One session a stage, each of its part of the graph, so that their times are seen.
async function openStages(bytes, gpu) {
  tell("Opening the model …");
  ort = await import(new URL(gpu ? "ort.webgpu.bundle.min.mjs" : "ort.wasm.bundle.min.mjs", runtime));
  ort.env.wasm.wasmPaths = runtime.href;
  ort.env.wasm.numThreads = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 8) : 1;
  ort.env.logLevel = "error"; // ONNX Runtime warns of nodes that it leaves to the CPU on purpose
  const opened = [];
  let begins = {};
  for (const { stage, ends } of [...classes.stages, { stage: "refine", ends: outputs }]) {
    const session = await ort.InferenceSession.create(
      cut(bytes, begins, ends), { executionProviders: gpu ? ["webgpu", "wasm"] : ["wasm"], logSeverityLevel: 3 });
    opened.push({ stage, session });
    begins = { ...begins, ...ends };
  }

  stages = opened;
  processor = gpu ? "GPU" : `${ort.env.wasm.numThreads} ${ort.env.wasm.numThreads === 1 ? "thread" : "threads"}`;
}

async function download(address) {
  const response = await fetch(address).catch(() => ({ ok: false, status: "no answer" }));
  if (!response.ok) throw new Problem(`The model could not be loaded: expected model.onnx beside this page, got ${response.status}.`);
  const size = Number(response.headers.get("Content-Length"));
  const parts = [];
  let length = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    tell(`Loading the model: ${(length / 1e6).toFixed(1)} MB`, size ? length / size : undefined);
  }

  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function refine({ photo }) {
  const times = [];
  const stage = async (name, text, action) => {
    tell(text);
    const from = performance.now();
    const result = await action();
    times.push([name, performance.now() - from]);
    return result;
  };
  const { bitmap, pixels } = await stage("Decode", `Reading ${photo.name} …`, () => decode(photo));
  const { width, height } = bitmap;
  const values = { image: new ort.Tensor("uint8", pixels, [1, height, width, 3]) };
  for (const { stage: name, session } of stages) {
    const inputs = Object.fromEntries(session.inputNames.map(input => [input, values[input]]));
    Object.assign(values, await stage(titles[name] ?? name, `${titles[name] ?? name}: ${width} x ${height} pixels …`, () => session.run(inputs)));
  }

  const [labels, dense, mask] = ["labels", "dense_labels", "mask"].map(name => values[name].data);
  const layers = await stage("Paint", "Painting …", async () => ({
    photo: await shrink(bitmap),
    dense: paint(dense, width, height, colorOf),
    refined: paint(labels, width, height, colorOf),
    selected: paint(mask, width, height, value => value ? 0xc0ffff00 : 0),
  }));
  const png = await stage("Encode", "Encoding …", () => encodeIndexPng(labels, width, height, classes.colors));
  let selected = 0;
  let changed = 0;
  for (let i = 0; i < labels.length; i++) {
    selected += mask[i];
    changed += labels[i] !== dense[i];
  }

  const share = count => `${count.toLocaleString("en")} (${(100 * count / labels.length).toFixed(1)} %)`;
  postMessage({
    kind: "answer",
    name: photo.name,
    layers,
    png: new Blob([png], { type: "image/png" }),
    times: [...times, ["Together", times.reduce((sum, [, ms]) => sum + ms, 0)]],
    facts: [["Photo", `${width} x ${height}`], ["Selected", share(selected)], ["Changed by refining", share(changed)]],
    processor,
  }, Object.values(layers));
}

// Stored values whatever the color profile, as the library reads photos; upright as EXIF says.
async function decode(photo) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(photo, { colorSpaceConversion: "none", imageOrientation: "from-image" });
  } catch {
    throw new Problem(`${photo.name}: expected a photo that this browser can show (PNG, JPEG, WebP, AVIF), got ${photo.size ? "something else or a damaged one" : "an empty file"}.`);
  }

  const { width, height } = bitmap;
  const pixels = new Uint8Array(3 * width * height);
  const canvas = new OffscreenCanvas(width, Math.min(height, bandRows));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (let top = 0, to = 0; top < height; top += bandRows) {
    const rows = Math.min(bandRows, height - top);
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, top, width, rows, 0, 0, width, rows);
    const band = context.getImageData(0, 0, width, rows).data;
    for (let from = 0; from < band.length; from += 4) {
      pixels[to++] = band[from];
      pixels[to++] = band[from + 1];
      pixels[to++] = band[from + 2];
    }
  }

  return { bitmap, pixels };
}

function shownSize(width, height) {
  const scale = Math.min(1, longestShown / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

function shrink(bitmap) {
  const [resizeWidth, resizeHeight] = shownSize(bitmap.width, bitmap.height);
  return createImageBitmap(bitmap, { resizeWidth, resizeHeight });
}

// A canvas's pixels are red, green, blue, alpha in memory. Black lets the photo through: it is what most lists of colors give the background.
function colorOf(label) {
  const [red, green, blue] = classes.colors.subarray(3 * label, 3 * label + 3);
  return red | green | blue ? (0xff << 24 | blue << 16 | green << 8 | red) >>> 0 : 0;
}

function paint(values, width, height, color) {
  const [columns, rows] = shownSize(width, height);
  const colors = Uint32Array.from({ length: 256 }, (_, value) => color(value));
  const painted = new Uint32Array(columns * rows);
  for (let y = 0, to = 0; y < rows; y++) {
    const row = Math.floor((y + 0.5) * height / rows) * width;
    for (let x = 0; x < columns; x++) {
      painted[to++] = colors[values[row + Math.floor((x + 0.5) * width / columns)]];
    }
  }

  const canvas = new OffscreenCanvas(columns, rows);
  canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(painted.buffer), columns, rows), 0, 0);
  return canvas.transferToImageBitmap();
}

// ONNX Runtime ends in different ways where WebAssembly's memory (4 GB at most) does: an error of its own, a trap, or a bare number.
function explain(e) {
  const text = e?.message ?? String(e);
  const state = { ready: stages.length > 0, lost: stages.length > 0 };
  if (e instanceof Problem) return { ...state, message: text, lost: false };
  if (e instanceof RangeError || /^\d+$/.test(text) || /alloc|memory|out of bounds|aborted/i.test(text)) {
    return { message: "The memory that this browser gives a page does not hold this photo. Close other pages, or take a smaller photo.", ...state };
  }

  return { message: `The model failed: ${text}`, ...state };
}
