import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { aptDownload } from "@/lab/apt-download";
import { bookwormSources, debianMirrors } from "@/lab/debian-sources";
import { CACHE_DIR } from "@/lab/places";

/** What machines of our own boot from: the management VM and the rig. */
export const GUEST_PACKAGES = ["linux-image-cloud-amd64", "qemu-guest-agent", "busybox-static"] as const;

/** Kept apart from the images, so that a change of their sources costs seconds and no download. */
export async function ensureGuestPackages(): Promise<string> {
  const folder = path.join(CACHE_DIR, "guest-packages");
  if (existsSync(folder)) return folder;
  console.error("fetching kernel and tools of the lab's machines");
  const work = `${folder}.partial`;
  const files = await aptDownload(work, bookwormSources(await debianMirrors()), GUEST_PACKAGES);
  mkdirSync(path.join(work, "debs"));
  for (const file of files) renameSync(file, path.join(work, "debs", path.basename(file)));
  renameSync(path.join(work, "debs"), folder);
  rmSync(work, { recursive: true });
  return folder;
}
