// The suite without its fence, for one purpose: to see that the witness would notice. Nothing in suite/ knows of it.
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

/** Path of the executable. It never lies where the panel looks for the one it deploys. */
export async function buildUnfencedSuite(): Promise<string> {
  const { code } = await bundleUnfenced();
  return makeExecutable(withBuildInfo(code), workFolder);
}
