import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Tests are not built into anything. */
const isSource = (path: string): boolean => !/\.test\.tsx?$/.test(path);

/** SHA-256 over names and contents of the files below the given places. A place that does not exist counts as empty. */
export function hashFiles(root: string, places: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of places.flatMap((place) => filesBelow(root, place)).filter(isSource)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(root: string, place: string): string[] {
  const full = join(root, place);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [place];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesBelow(root, `${place}/${name}`));
}
