// Kernel and disk of the rig's machine: built once, named after everything that went into them.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bookwormSources, debianMirrors } from "@/lab/debian-sources";
import { sourceFiles } from "@/lab/guest-image";
import { ensureGuestPackages, GUEST_PACKAGES } from "@/lab/guest-packages";
import { LabError } from "@/lab/lab-error";
import { CACHE_DIR, LAB_NAME, LAB_SOURCE } from "@/lab/places";
import { listLines, WITHOUT_DOCUMENTATION } from "@/lab/root-image";
import { runBound } from "@/lab/shell";

const SOURCE = path.join(LAB_SOURCE, "rig");
const GUEST = path.join(SOURCE, "guest");
const NODE_SCRIPTS = ["begin.sh", "start.sh"].map((script) => path.join(LAB_SOURCE, "node", script));
// Two minutes on a quiet machine with a near mirror; slow lines need many more.
const BUILD_TIMEOUT_MS = 1_800_000;

export interface RigImage {
  folder: string;
  kernel: string;
  root: string;
  /** A delta to the root per network stack. */
  stacks: string;
}

function imageFolder(): string {
  const hash = createHash("sha256").update(GUEST_PACKAGES.join()).update(WITHOUT_DOCUMENTATION.join());
  const inputs = [path.join(SOURCE, "packages.txt"), path.join(SOURCE, "modules.txt"), ...sourceFiles(GUEST)];
  for (const file of [...inputs, ...NODE_SCRIPTS]) hash.update(path.basename(file)).update(readFileSync(file));
  return path.join(CACHE_DIR, `rig-${hash.digest("hex").slice(0, 16)}`);
}

/** The packages alone: a change of init, agent or modules must not cost a download. */
function userlandFolder(): string {
  const hash = createHash("sha256").update(WITHOUT_DOCUMENTATION.join());
  const inputs = [path.join(SOURCE, "packages.txt"), path.join(GUEST, "stacks.sh"), path.join(GUEST, "customize.sh")];
  for (const file of inputs) hash.update(readFileSync(file));
  return path.join(CACHE_DIR, `rig-userland-${hash.digest("hex").slice(0, 16)}`);
}

export function rigImage(folder: string): RigImage {
  const file = (name: string) => path.join(folder, name);
  return { folder, kernel: file("vmlinuz"), root: file("root.img"), stacks: file("stacks.img") };
}

export async function ensureRigImage(): Promise<RigImage> {
  const folder = imageFolder();
  const image = rigImage(folder);
  if (existsSync(folder)) return image;
  const debs = await ensureGuestPackages();
  const kernel = readdirSync(debs).find((file) => file.startsWith("linux-image-"));
  if (!kernel) throw new LabError(`${debs} holds no kernel: delete the folder, then try again`);
  const userland = await ensureUserland();
  console.error("building the rig's disk");
  const work = path.join(CACHE_DIR, "rig.partial");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  await runBound(["cp", "--archive", `${userland}/.`, work]);
  await runBound(["dpkg-deb", "-x", path.join(debs, kernel), path.join(work, "kernel")]);
  const out = path.join(work, "out");
  await runBound([path.join(GUEST, "build.sh"), work, out], { timeoutMs: BUILD_TIMEOUT_MS });
  renameSync(out, folder);
  await runBound(["rm", "-rf", work]);
  return image;
}

async function ensureUserland(): Promise<string> {
  const folder = userlandFolder();
  if (existsSync(folder)) return folder;
  console.error("building the rig's root file system (one to five minutes, once)");
  const work = `${folder}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const sources = path.join(work, "sources.list");
  writeFileSync(sources, bookwormSources(await debianMirrors()));
  await runBound(
    [
      "mmdebstrap",
      "--mode=root",
      "--variant=minbase",
      `--include=${listLines(path.join(SOURCE, "packages.txt")).join(",")}`,
      ...WITHOUT_DOCUMENTATION,
      `--customize-hook=${path.join(GUEST, "stacks.sh")} "$1" ${path.join(work, "stacks")}`,
      `--customize-hook=${path.join(GUEST, "customize.sh")} "$1"`,
      "bookworm",
      path.join(work, "root"),
      sources,
    ],
    { visible: true, timeoutMs: BUILD_TIMEOUT_MS },
  );
  renameSync(work, folder);
  return folder;
}

/** Only while no rig runs from them; a named lab leaves them to the nameless one. */
export function removeOtherRigImages(): void {
  if (LAB_NAME !== "") return;
  const keep = [imageFolder(), userlandFolder()].map((folder) => path.basename(folder));
  for (const entry of readdirSync(CACHE_DIR)) {
    if (entry.startsWith("rig-") && !keep.includes(entry))
      rmSync(path.join(CACHE_DIR, entry), { recursive: true, force: true });
  }
}
