import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { aptDownloadMissing } from "@/lab/apt-download";
import { bookwormSources, debianMirrors } from "@/lab/debian-sources";
import type { GivenFile } from "@/lab/node-layer";
import { CACHE_DIR } from "@/lab/places";
import { ensureRootImage } from "@/lab/root-image";

/** The web consoles Debian has for such a cluster: what ours is measured beside. */
const packages = ["ceph-mgr-dashboard", "cockpit-ws", "cockpit-bridge", "cockpit-system"] as const;

/** Where a node that was given them finds the packages. */
export const rivalsFolder = "/root/rivals";

/** They and what they need beyond a node's own packages, as files for `up`. Named after the root they fit. */
export async function ensureRivalPackages(): Promise<GivenFile[]> {
  const root = await ensureRootImage();
  const folder = path.join(CACHE_DIR, `rivals-${path.basename(root)}`);
  if (!existsSync(folder)) {
    console.error("fetching the other consoles' packages");
    const work = `${folder}.partial`;
    const dpkgStatus = readFileSync(path.join(root, "var/lib/dpkg/status"), "utf8");
    const files = await aptDownloadMissing(work, bookwormSources(await debianMirrors()), dpkgStatus, packages);
    mkdirSync(path.join(work, "debs"));
    for (const file of files) renameSync(file, path.join(work, "debs", path.basename(file)));
    renameSync(path.join(work, "debs"), folder);
    rmSync(work, { recursive: true });
  }
  return readdirSync(folder).map((file) => ({ from: path.join(folder, file), to: `${rivalsFolder}/${file}` }));
}
