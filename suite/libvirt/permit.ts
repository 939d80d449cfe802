import { rm } from "node:fs/promises";
import { suitePaths } from "@/contract/node-setup";
import type { Permit } from "@/suite/core/projections";
import { ensureFile, readTextIfThere } from "@/suite/system/files";

/** Both are read by the libvirt hook with `read`, `case` and `[`: one plain word each, no JSON. */
export const permitPath = `${suitePaths.runDirectory}/permit`;
export const revokedPath = `${suitePaths.runDirectory}/revoked-epoch`;

/** "EPOCH START-ID UPTIME": the hook compares with /proc/uptime, which a changed clock does not move. */
export async function writePermit(permit: Permit | null, monotonicMs: number): Promise<void> {
  if (permit === null) return rm(permitPath, { force: true });
  const uptime = Number(((await readTextIfThere("/proc/uptime")) ?? "0").split(" ")[0]);
  const until = permit.until === null ? 0 : Math.floor(uptime + (permit.until - monotonicMs) / 1000);
  await ensureFile(permitPath, `${permit.epoch} ${permit.startId} ${until}\n`, { mode: 0o600 });
}

/** The highest epoch proven over. Only grows; gone with the next boot, when no QEMU is left to reconnect to. */
export async function writeRevoked(epoch: number): Promise<void> {
  const before = Number((await readTextIfThere(revokedPath)) ?? "0");
  if (epoch > before) await ensureFile(revokedPath, `${epoch}\n`, { mode: 0o600 });
}
