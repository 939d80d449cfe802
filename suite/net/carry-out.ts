import { announce, announcedAddresses, drive, driveCommands, waitSettled } from "@/suite/net/drive";
import type { Pending } from "@/suite/net/pending-change";
import { ensureFile, removeIfThere } from "@/suite/system/files";

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
  await drive(driveCommands(pending.stack, pending.forward, "forward"));
  await waitSettled(pending.wanted);
  await announce(announcedAddresses(pending.wanted));
}

export async function goBack(pending: Pending): Promise<void> {
  if (!pending.changed) return;
  await writeFiles(pending, "before");
  await drive([...driveCommands(pending.stack, pending.backward, "back"), ...pending.reactivate]);
  for (const nic of pending.downBefore) await drive([["ip", "link", "set", "dev", nic, "down"]]);
  await announce(pending.addressesBefore);
}
