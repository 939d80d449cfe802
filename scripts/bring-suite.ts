import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Puts an executable where an operator puts a newer suite for this panel; null takes it away again. */
export async function bringSuite(dataDirectory: string, executable: string | null): Promise<void> {
  const place = join(dataDirectory, "suite");
  await rm(place, { recursive: true, force: true });
  if (executable === null) return;
  await mkdir(place, { recursive: true });
  await copyFile(executable, join(place, "zsha"));
}
