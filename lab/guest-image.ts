import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureGuestPackages, GUEST_PACKAGES } from "@/lab/guest-packages";
import { CACHE_DIR, LAB_SOURCE } from "@/lab/places";
import { ensureRootImage } from "@/lab/root-image";
import { runBound } from "@/lab/shell";

const SOURCE = path.join(LAB_SOURCE, "guest");
// 4 s on a quiet machine; compression and a static link are slow on a loaded one.
const BUILD_TIMEOUT_MS = 300_000;
// Two labs of different sources share the cache: shorter takes the image from under the other's deployment.
const KEEP_IMAGE_MS = 24 * 3_600_000;

export interface GuestImage {
  path: string;
  sha256: string;
}

/** The management VM's QCOW2, named after its sources; the folder holds the image and its checksum. */
export function guestImagePath(): string {
  const hash = createHash("sha256").update(GUEST_PACKAGES.join());
  for (const file of sourceFiles(SOURCE)) hash.update(path.relative(SOURCE, file)).update(readFileSync(file));
  return path.join(CACHE_DIR, `guest-${hash.digest("hex").slice(0, 16)}`, "mnvm.qcow2");
}

export function cachedGuestImage(): GuestImage | null {
  const image = guestImagePath();
  return existsSync(image) ? { path: image, sha256: readFileSync(`${image}.sha256`, "utf8").trim() } : null;
}

export async function ensureGuestImage(): Promise<GuestImage> {
  const cached = cachedGuestImage();
  if (cached) return cached;
  const debs = await ensureGuestPackages();
  const root = await ensureRootImage();
  console.error("building the management VM's image");
  const image = guestImagePath();
  const work = path.join(CACHE_DIR, "guest.partial");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(path.join(work, "out"), { recursive: true });
  await runBound(["cp", "--recursive", debs, path.join(work, "debs")]);
  const built = path.join(work, "out/mnvm.qcow2");
  await runBound([path.join(SOURCE, "build.sh"), work, root, built], { timeoutMs: BUILD_TIMEOUT_MS });
  writeFileSync(`${built}.sha256`, `${createHash("sha256").update(readFileSync(built)).digest("hex")}\n`);
  removeOldImages();
  renameSync(path.join(work, "out"), path.dirname(image));
  rmSync(work, { recursive: true });
  return { path: image, sha256: readFileSync(`${image}.sha256`, "utf8").trim() };
}

function removeOldImages(): void {
  for (const entry of readdirSync(CACHE_DIR)) {
    const folder = path.join(CACHE_DIR, entry);
    if (!/^guest-[0-9a-f]{16}$/.test(entry) || Date.now() - statSync(folder).mtimeMs < KEEP_IMAGE_MS) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
