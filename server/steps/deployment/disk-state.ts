import { z } from "zod";
import type { ChosenDisk } from "@/contract/deployment-input";
import { say, type Sentence } from "@/contract/sentence";
import type { DeployContext } from "@/server/steps/deployment/deploy-step";

const lsblkSchema = z.object({
  blockdevices: z.array(
    z.object({
      path: z.string(),
      size: z.number(),
      serial: z.string().nullable().optional(),
      mountpoints: z.array(z.string().nullable()).optional(),
      children: z.array(z.unknown()).optional(),
    }),
  ),
});

export type DiskState =
  | { kind: "empty"; stablePath: string }
  | { kind: "has-data"; because: Sentence; stablePath: string }
  /** Not the disk a person chose, or in use now: must not be written whatever was confirmed. */
  | { kind: "changed"; because: Sentence };

/** Pure half: what lsblk and wipefs said about the disk that was chosen. */
export function judgeDisk(disk: ChosenDisk, lsblk: unknown, signatures: string, stablePath: string): DiskState {
  const found = lsblkSchema.parse(lsblk).blockdevices[0];
  if (found === undefined) return { kind: "changed", because: say("disk-gone", { disk: disk.path }) };
  if (found.size !== disk.sizeBytes)
    return {
      kind: "changed",
      because: say("disk-size-changed", { disk: disk.path, found: found.size, planned: disk.sizeBytes }),
    };
  if (disk.serial !== null && (found.serial ?? null) !== disk.serial) {
    return {
      kind: "changed",
      because: say("disk-serial-changed", {
        disk: disk.path,
        found: found.serial ?? say("none"),
        planned: disk.serial,
      }),
    };
  }
  const mounted = (found.mountpoints ?? []).filter((point) => point !== null);
  if (mounted.length > 0)
    return { kind: "changed", because: say("disk-mounted-now", { disk: disk.path, points: mounted.join(", ") }) };
  if ((found.children ?? []).length > 0) return { kind: "has-data", because: say("disk-partitioned"), stablePath };
  if (signatures.trim() !== "")
    return {
      kind: "has-data",
      because: say("disk-signature", { found: signatures.trim().split("\n").join(", ") }),
      stablePath,
    };
  return { kind: "empty", stablePath };
}

/** Kernel names move between boots: the link below by-id is what an OSD keeps, where the disk has one. */
const stableLinkScript = 'find -L /dev/disk/by-id -samefile "$1" 2>/dev/null | sort | head -n 1';

export async function diskState(context: DeployContext, disk: ChosenDisk): Promise<DiskState> {
  const node = context.cell;
  const lsblk = await context.command(
    ["lsblk", "--json", "--bytes", "--output", "PATH,SIZE,SERIAL,MOUNTPOINTS", disk.path],
    { node, allow: [1, 32] },
  );
  if (lsblk.code !== 0) return { kind: "changed", because: say("disk-gone", { disk: disk.path }) };
  const signatures = await context.command(["wipefs", "--noheadings", "--output", "TYPE", disk.path], { node });
  const link = await context.command(["sh", "-c", stableLinkScript, "sh", disk.path], { node });
  return judgeDisk(disk, JSON.parse(lsblk.stdout), signatures.stdout, link.stdout.trim() || disk.path);
}
