// Renames a finished installation to its place. Where another build was first, its installation stands and this one goes.
import fs from "node:fs";

const [draft, place] = process.argv.slice(2);
try {
  fs.renameSync(draft, place);
} catch (error) {
  if (!fs.existsSync(place)) throw error;
  fs.rmSync(draft, { recursive: true, force: true });
}
