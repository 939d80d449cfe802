import { AppError } from "@/contract/errors";
import { qemuHook } from "@/suite/libvirt/qemu-hook";
import { ensureFile, readTextIfThere } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";

const hookPath = "/etc/libvirt/hooks/qemu";
/** libvirtd's own stop is quick; its first start on a busy node took 5 s. */
const restartTimeoutMs = 60_000;

export interface HookResult {
  readonly changed: boolean;
  readonly observed: string;
}

/**
 * Puts the hook in place. libvirtd looks for a hook file only when it starts, so the first one needs a restart (guests
 * live on through it); later content is picked up by itself. Somebody else's hook is refused, never overwritten.
 */
export async function ensureHook(): Promise<HookResult> {
  const before = await readTextIfThere(hookPath);
  if (before !== null && before !== qemuHook && !before.includes("zsha:")) {
    throw new AppError(
      "blocked",
      `${hookPath} belongs to somebody else; the management VM needs its own refusals there`,
      {
        advice: `Move it to ${hookPath}.d/ (libvirt runs both) and try again.`,
      },
    );
  }
  const changed = await ensureFile(hookPath, qemuHook, { mode: 0o755 });
  if (before === null) {
    const argv = ["systemctl", "try-restart", "libvirtd.service"];
    const result = await runCommand(argv, { timeoutMs: restartTimeoutMs });
    if (!succeeded(result)) throw new AppError("command-failed", describeFailure(argv, result));
  }
  return { changed, observed: `${hookPath} lets the management VM start with a permit only` };
}
