import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, rename, rm } from "node:fs/promises";
import { isSea } from "node:sea";
import { AppError } from "@/contract/errors";
import { suitePaths } from "@/contract/node-setup";
import type { Observation } from "@/suite/setup/step-log";
import { ensureSymlink, exists } from "@/suite/system/files";

/** Every name the one executable answers to, apart from its own. */
export const commandNames = [
  "zshad",
  "zs-bond-lacp",
  "zs-nic-to-bond",
  "zs-network-setting",
  "zs-show-network",
] as const;
export const commandPath = (name: string): string => `/usr/sbin/${name}`;

/** Puts the running program at its place. A running zshad keeps the old file open; rename lets both live. */
export async function installExecutable(): Promise<Observation> {
  if (!isSea()) {
    throw new AppError("missing-tool", "this program runs from its sources and cannot install itself", {
      advice: 'Build the executable with "npm run build:suite" and run dist/zsha.',
    });
  }
  const running = await fileSha256(process.execPath);
  const target = suitePaths.executable;
  const same = process.execPath === target || ((await exists(target)) && (await fileSha256(target)) === running);
  if (!same) {
    const beside = `${target}.new`;
    await rm(beside, { force: true });
    await copyFile(process.execPath, beside);
    await chmod(beside, 0o755);
    await rename(beside, target);
  }
  let changed = !same;
  for (const name of commandNames) changed = (await ensureSymlink(commandPath(name), target)) || changed;
  const found = await fileSha256(target);
  if (found !== running) throw new AppError("verification-failed", `${target} differs from what was copied there`);
  return { changed, observed: `${target} sha256 ${found.slice(0, 12)}` };
}

export function fileSha256(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const hash = createHash("sha256");
    createReadStream(path)
      .on("error", reject)
      .on("data", (chunk) => hash.update(chunk))
      .on("end", () => resolve(hash.digest("hex")));
  });
}
