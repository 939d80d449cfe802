import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bookwormSources, debianMirrors } from "@/lab/debian-sources";
import { CACHE_DIR, LAB_NAME, LAB_SOURCE } from "@/lab/places";
import { runBound } from "@/lab/shell";

// 70 s on a quiet machine with a near mirror; slow lines need minutes.
const BUILD_TIMEOUT_MS = 1_800_000;

const PACKAGE_LIST = path.join(LAB_SOURCE, "node/packages.txt");
const CUSTOMIZE = path.join(LAB_SOURCE, "node/customize.sh");
export const WITHOUT_DOCUMENTATION = ["doc", "man", "locale", "info"].map(
  (folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`,
);

/** The nodes' root file system, shared read-only by all of them, named after everything that went into it. */
export function rootImagePath(): string {
  const key = createHash("sha256")
    .update(JSON.stringify(WITHOUT_DOCUMENTATION))
    .update(readFileSync(PACKAGE_LIST))
    .update(readFileSync(CUSTOMIZE))
    .digest("hex")
    .slice(0, 16);
  return path.join(CACHE_DIR, `root-${key}`);
}

export async function ensureRootImage(): Promise<string> {
  const root = rootImagePath();
  if (existsSync(root)) return root;
  console.error("building the nodes' root file system (one to five minutes, once)");
  const mirrors = await debianMirrors();
  const partial = `${root}.partial`;
  mkdirSync(CACHE_DIR, { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  const sources = path.join(CACHE_DIR, "bookworm.sources.list");
  writeFileSync(sources, bookwormSources(mirrors));
  await runBound(
    [
      "mmdebstrap",
      "--mode=root",
      "--variant=minbase",
      `--include=${listLines(PACKAGE_LIST).join(",")}`,
      ...WITHOUT_DOCUMENTATION,
      `--customize-hook=${CUSTOMIZE} "$1"`,
      "bookworm",
      partial,
      sources,
    ],
    { visible: true, timeoutMs: BUILD_TIMEOUT_MS },
  );
  renameSync(partial, root);
  return root;
}

/** Only while no cluster runs: an older root may be the lower layer of one. A named lab leaves them to the nameless one. */
export function removeOtherRootImages(): void {
  if (LAB_NAME !== "") return;
  const keep = path.basename(rootImagePath());
  for (const entry of readdirSync(CACHE_DIR)) {
    if (entry.startsWith("root-") && entry !== keep)
      rmSync(path.join(CACHE_DIR, entry), { recursive: true, force: true });
  }
}

export function listLines(file: string): string[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
