// The suite without its fence, for one purpose: to see that the witness would notice. Nothing in suite/ knows of it.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { type Bundle, bundleSuite, makeExecutable, withBuildInfo } from "@/scripts/build-suite";

const replacement = join(import.meta.dirname, "unfenced-image-store.ts");
const workFolder = join(import.meta.dirname, "../..", "dist/unfenced");

const withoutFence: Plugin = {
  name: "without-fence",
  setup(build) {
    build.onResolve({ filter: /^@\/suite\/daemon\/image-store$/ }, ({ importer }) =>
      importer === replacement ? undefined : { path: replacement },
    );
  },
};

export const bundleUnfenced = (): Promise<Bundle> => bundleSuite([withoutFence]);

/** Path of the executable, made anew when its sources changed. It never lies where the panel looks for the one it deploys. */
export async function buildUnfencedSuite(): Promise<string> {
  const { code } = await bundleUnfenced();
  const hash = createHash("sha256").update(code).digest("hex");
  const record = join(workFolder, "built");
  if (readIfThere(record) === hash) return join(workFolder, "zsha");
  const executable = makeExecutable(withBuildInfo(code), workFolder);
  writeFileSync(record, hash);
  return executable;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
