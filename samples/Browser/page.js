// What a visitor sees and does. The work is done in worker.js, so that the page stays alive meanwhile.
const get = id => document.getElementById(id);
let worker = null;
let saved = null; // the address of the last PNG

function start(gpu) {
  worker?.terminate();
  worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => hear[data.kind](data);
  worker.onerror = e => hear.failed({ message: `The page's worker did not start: ${e.message ?? "its file could not be loaded"}` });
  get("file").disabled = true;
  worker.postMessage({ kind: "open", graph: new URL("model.onnx", location.href).href, gpu });
}

const hear = {
  progress({ text, share }) {
    get("status").textContent = text;
    get("progress").hidden = false;
    if (share === undefined) {
      get("progress").removeAttribute("value");
    } else {
      get("progress").value = share;
    }
  },

  opened({ processor, classes, note }) {
    rest(`Ready: ${processor}.${note ? ` ${note}` : ""}`);
    get("legend").replaceChildren(...classes.map(({ name, color }) => {
      const item = document.createElement("li");
      const swatch = item.appendChild(document.createElement("i"));
      swatch.style.background = color;
      item.append(name);
      return item;
    }));
  },

  answer({ name, layers, png, times, facts, processor }) {
    rest(`${name} is done: ${processor}.`);
    for (const [id, layer] of Object.entries(layers)) {
      Object.assign(get(id), { width: layer.width, height: layer.height });
      get(id).getContext("bitmaprenderer").transferFromImageBitmap(layer);
    }

    if (saved) URL.revokeObjectURL(saved);
    saved = URL.createObjectURL(png);
    Object.assign(get("save"), { href: saved, download: name.replace(/\.[^.]*$/, "") + ".png" });
    get("answer-title").textContent = name;
    fill("times", times.map(([stage, ms]) => [stage, ms.toFixed(0)]));
    fill("facts", facts);
    get("answer").hidden = false;
    resize();
  },

  // `ready`: the model is open. A worker that failed in ONNX Runtime may have lost its memory: `lost` asks for a new one, which
  // leaves the graphics processor alone.
  failed({ message, ready, lost }) {
    rest("");
    get("file").disabled = !ready;
    get("problem").textContent = message;
    if (lost) start(get("gpu").checked = false);
  },
};

function rest(text) {
  get("status").textContent = text;
  get("progress").hidden = get("stop").hidden = true;
  get("file").disabled = false;
}

function fill(id, rows) {
  get(id).replaceChildren(...rows.map(([name, value]) => {
    const row = document.createElement("tr");
    Object.assign(row.appendChild(document.createElement("th")), { scope: "row", textContent: name });
    row.appendChild(document.createElement("td")).textContent = value;
    return row;
  }));
}

function refine(photo) {
  if (!photo || get("file").disabled) return;
  get("problem").textContent = "";
  get("answer").hidden = true;
  get("file").disabled = true;
  get("stop").hidden = false;
  worker.postMessage({ kind: "refine", photo });
}

function resize() {
  get("figure").style.width = get("full-size").checked ? `${get("refined").width / devicePixelRatio}px` : "";
}

function divide(percent) {
  get("divider").value = percent;
  get("figure").style.setProperty("--at", `${get("divider").value}%`);
  get("divider").setAttribute("aria-valuetext", `low resolution on the left ${get("divider").value} percent, refined on the rest`);
}

get("divider").addEventListener("input", () => divide(get("divider").value));
get("mix").addEventListener("input", () => get("figure").style.setProperty("--mix", get("mix").value / 100));
get("show-selected").addEventListener("change", e => { get("selected").hidden = !e.target.checked; });
get("full-size").addEventListener("change", resize);
get("stop").addEventListener("click", () => start(get("gpu").checked));
get("gpu").addEventListener("change", e => start(e.target.checked));
get("file").addEventListener("click", e => { e.target.value = ""; }); // so that the same photo can be chosen again
get("file").addEventListener("change", e => refine(e.target.files[0]));
for (const kind of ["pointerdown", "pointermove"]) {
  get("figure").addEventListener(kind, e => {
    if (!(e.buttons & 1)) return;
    const box = get("figure").getBoundingClientRect();
    divide(Math.round(100 * (e.clientX - box.left) / box.width));
    get("figure").setPointerCapture(e.pointerId);
  });
}

for (const kind of ["dragover", "dragleave", "drop"]) {
  addEventListener(kind, e => {
    e.preventDefault();
    get("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") refine(e.dataTransfer.files[0]);
  });
}

divide(50);
const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
get("gpu-choice").hidden = !adapter;
get("gpu").checked = !!adapter && !adapter.info?.isFallbackAdapter; // the fallback is a processor that plays one
start(get("gpu").checked);
