// What a browser fetches as script before the dashboard can be used, from what `npm run build` left: counted as the panel compresses it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";

const built = join(import.meta.dirname, "../.next");
const route = "/(panel)/clusters/[clusterId]/page";
/** The promise of docs/benchmarks.md. Charts and terminals come later, when the figures are on the screen. */
const mostBytes = 250_000;
const byteFormat = new Intl.NumberFormat("en");

const buildSchema = z.object({ rootMainFiles: z.array(z.string()).min(1) });
const routeSchema = z.record(z.string(), z.object({ entryJSFiles: z.record(z.string(), z.array(z.string())) }));

/** `globalThis.__RSC_MANIFEST["/route"]={…}`, a script of one assignment that is JSON from the first brace after the name. */
function filesOfRoute(script: string): string[] {
  const begin = script.indexOf("=", script.lastIndexOf(`["${route}"]`)) + 1;
  const manifest = routeSchema.parse({ [route]: JSON.parse(script.slice(begin).trim().replace(/;$/, "")) });
  const files = Object.values(manifest).flatMap(({ entryJSFiles }) => Object.values(entryJSFiles).flat());
  if (files.length === 0) throw new Error(`${route}: the build names no script of its own`);
  return files;
}

const read = (file: string): string => readFileSync(join(built, file), "utf8");
const { rootMainFiles } = buildSchema.parse(JSON.parse(read("build-manifest.json")));
const files = new Set([...rootMainFiles, ...filesOfRoute(read(`server/app${route}_client-reference-manifest.js`))]);
const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0);
const figure = `${byteFormat.format(bytes)} bytes in ${files.size} files, compressed; at most ${byteFormat.format(mostBytes)}`;
if (bytes > mostBytes) {
  console.error(`The dashboard's first load is too heavy: ${figure}.
Load what is not needed for the first figures afterwards (next/dynamic), or find what was drawn in: a schema or catalogue in a client component.`);
  process.exit(1);
}
console.log(`Script of the dashboard's first load: ${figure}.`);
