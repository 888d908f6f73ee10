// Photo in, label map out, in Node. Install once with `npm ci --ignore-scripts` in this folder, then
//   sparserefine export --model samples/models/fundus.sparserefine --out fundus.onnx
//   node samples/Node/refine.mjs fundus.onnx samples/photos/06_h.jpg answer.png
import { readFile, rename, writeFile } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";
import { encodeIndexPng } from "../Browser/index-png.js";
import { readMetadata } from "../Browser/graph-file.js";

const [graph, photo, answer] = process.argv.slice(2);
if (!answer) {
  console.error("usage: node refine.mjs M.onnx PHOTO ANSWER.png");
  process.exit(2);
}

let name = graph; // what a message is about
try {
  const { colors } = readMetadata(await readFile(graph));
  const session = await InferenceSession.create(graph);

  // Turned upright as EXIF says; stored values whatever the color profile; alpha dropped: as the library reads photos.
  name = photo;
  const { data, info } = await sharp(photo, { limitInputPixels: false, ignoreIcc: true })
    .rotate().removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const { labels } = await session.run({ image: new Tensor("uint8", data, [1, info.height, info.width, 3]) });

  // Under another name first, so that nothing half-written is taken for an answer.
  name = answer;
  await writeFile(`${answer}.part`, await encodeIndexPng(labels.data, info.width, info.height, colors));
  await rename(`${answer}.part`, answer);
  console.log(`${answer}: ${info.width}x${info.height}`);
} catch (e) {
  console.error(`${name}: ${e.message.split("\n")[0]}`);
  process.exit(2);
}
