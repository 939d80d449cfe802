// The suite as it is, under a higher version: what an upgrade is shown with. It never lies where a panel looks by itself.
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { bundleSuite, makeExecutable, withBuildInfo } from "@/scripts/build-suite";

const workFolder = join(import.meta.dirname, "..", "dist/newer");

const withVersion = (version: string, protocol: number): Plugin => ({
  name: "with-version",
  setup(build) {
    build.onLoad({ filter: /\/contract\/version\.ts$/ }, () => ({
      contents: `export const productVersion = ${JSON.stringify(version)};\nexport const contractProtocol = ${protocol};\n`,
      loader: "ts",
    }));
  },
});

/** Path of an executable that calls itself `version`. */
export async function buildNewerSuite(version: string): Promise<string> {
  const { code } = await bundleSuite([withVersion(version, 1)]);
  return makeExecutable(withBuildInfo(code, version), join(workFolder, version), version);
}
