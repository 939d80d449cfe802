import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A shell script kept as a real file beside its user; read from the root of the product, which every start script makes the working directory. */
export function shellFile(path: string): string {
  return readFileSync(join(/* turbopackIgnore: true */ process.cwd(), path), "utf8");
}
