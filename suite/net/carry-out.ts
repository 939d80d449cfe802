import { AppError } from "@/contract/errors";
import { announce, announcedAddresses, drive, driveCommands, waitSettled } from "@/suite/net/drive";
import type { Pending } from "@/suite/net/pending-change";
import { pause } from "@/suite/system/clock";
import { ensureFile, removeIfThere } from "@/suite/system/files";

/** Switches look at their links ten times a second. Shorter: the gap is not seen. */
const letGoMs = 1_500;

/** Keyfiles that others may read are ignored by NetworkManager. */
const modeOf = (path: string): number => (path.endsWith(".nmconnection") ? 0o600 : 0o644);

async function write(path: string, text: string | null): Promise<void> {
  if (text === null) await removeIfThere(path);
  else await ensureFile(path, text, { mode: modeOf(path) });
}

/** All that is needed at boot, before any network stack has started. */
export async function writeFiles(pending: Pending, which: "before" | "after"): Promise<void> {
  for (const file of pending.files) await write(file.path, file[which]);
}

/** The wanted state, from whatever is there. Files first: a crash in between leaves them right for the next boot. */
export async function goForward(pending: Pending): Promise<void> {
  if (!pending.changed) return;
  await writeFiles(pending, "after");
  const failures = await drive(driveCommands(pending.stack, pending.forward));
  if (failures.length > 0) throw new AppError("command-failed", failures.join("; "));
  await waitSettled(pending.wanted);
}

/** To the end, whatever fails on the way: half a way back is worse than one with a hole, and trying again would flap what works. */
export async function goBack(pending: Pending): Promise<void> {
  if (!pending.changed) return;
  await writeFiles(pending, "before");
  const down = pending.downBefore.map((nic) => ["ip", "link", "set", "dev", nic, "down"]);
  const failures = await drive([...driveCommands(pending.stack, pending.backward), ...pending.reactivate, ...down]);
  for (const failure of failures) console.error(`on the way back: ${failure}`);
  await letGoOfPorts(pending.idleBefore);
}

/**
 * A switch port that spoke LACP with the bond takes part in nothing more, yet its link is up, and a switch that knows the channel may
 * go on choosing it: the NIC that carries the address then hears nothing. A link that goes away makes it choose anew.
 */
async function letGoOfPorts(nics: readonly string[]): Promise<void> {
  if (nics.length === 0) return;
  const set = (state: string): string[][] => nics.map((nic) => ["ip", "link", "set", "dev", nic, state]);
  await drive(set("down"));
  await pause(letGoMs);
  await drive(set("up"));
}

/** For whoever holds a program open for it: neighbours that are not told find a moved address after 41 s. */
export const announceForward = (pending: Pending): Promise<void> =>
  pending.changed ? announce(announcedAddresses(pending.wanted)) : Promise.resolve();
export const announceBack = (pending: Pending): Promise<void> =>
  pending.changed ? announce(pending.addressesBefore) : Promise.resolve();
