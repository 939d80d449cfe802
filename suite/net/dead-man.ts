import { z } from "zod";
import { AppError } from "@/contract/errors";
import type { NetDecision } from "@/contract/net-apply";
import { announce, drive, driveCommands } from "@/suite/net/drive";
import { readLinks } from "@/suite/net/links";
import { ensureFile, readTextIfThere, removeIfThere } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";
import { systemctl } from "@/suite/system/systemd";

/**
 * A change of the network undoes itself unless it is confirmed over a new connection. The backup lies on disk before the
 * first file changes and goes only when the change is confirmed or undone; a unit undoes it at boot when power failed between.
 */
export const rollbackUnit = "zsha-net-rollback";
const pendingFile = "/var/lib/zsha-network/pending.json";
const undoneFile = "/var/lib/zsha-network/undone.json";
const bootUnitFile = "/etc/systemd/system/zsha-net-boot.service";
const systemdTimeoutMs = 20_000;

const pendingSchema = z.object({
  stack: z.enum(["networkd", "ifupdown"]),
  files: z.array(z.object({ path: z.string(), before: z.string().nullable() })),
  nics: z.array(z.string()),
  /** Made by the change: they go when it is undone. */
  added: z.array(z.string()),
  /** Were there before, were ours, and must be configured again. */
  kept: z.array(z.string()),
  /** A NIC left up that was down can capture the switch's port and keep the real one dark. */
  downBefore: z.array(z.string()),
  addresses: z.array(z.object({ ip: z.string(), device: z.string() })),
  at: z.string(),
});
export type Pending = z.infer<typeof pendingSchema>;

const bootUnit = (program: string): string => `[Unit]
Description=Undoes a network change that was never confirmed
DefaultDependencies=no
After=local-fs.target
Before=network-pre.target systemd-networkd.service networking.service
Wants=network-pre.target
ConditionPathExists=${pendingFile}

[Service]
Type=oneshot
ExecStart=${program} net-rollback --boot

[Install]
WantedBy=sysinit.target
`;

export async function arm(pending: Pending, seconds: number, program: string): Promise<void> {
  if ((await readTextIfThere(pendingFile)) !== null) {
    throw new AppError("conflict", "an earlier network change is neither confirmed nor undone", {
      advice: 'Decide it first: "zsha net-commit" or "zsha net-rollback".',
    });
  }
  await ensureFile(pendingFile, JSON.stringify(pending), { mode: 0o600 });
  await removeIfThere(undoneFile);
  await ensureFile(bootUnitFile, bootUnit(program), { mode: 0o644 });
  await systemctl("daemon-reload");
  await systemctl("enable", "zsha-net-boot.service");
  // A unit of an earlier change that failed would keep the name.
  await runCommand(["systemctl", "reset-failed", `${rollbackUnit}.service`], { timeoutMs: systemdTimeoutMs });
  // Without AccuracySec systemd may take a minute longer.
  const timer = ["--on-active", String(seconds), "--timer-property=AccuracySec=100ms"];
  const argv = ["systemd-run", "--quiet", `--unit=${rollbackUnit}`, ...timer, program, "net-rollback", "--json"];
  const result = await runCommand(argv, { timeoutMs: systemdTimeoutMs });
  if (succeeded(result)) return;
  await removeIfThere(pendingFile);
  throw new AppError(
    "command-failed",
    `no rollback could be armed, so nothing was changed: ${describeFailure(argv, result)}`,
  );
}

/** What was undone once has been asked for again and is in place: a late confirmation is right now. */
export async function forgetUndone(): Promise<void> {
  await removeIfThere(undoneFile);
}

async function readPending(): Promise<Pending | null> {
  const text = await readTextIfThere(pendingFile);
  return text === null ? null : pendingSchema.parse(JSON.parse(text));
}

export async function commit(): Promise<NetDecision> {
  if ((await readPending()) === null) {
    return { outcome: (await readTextIfThere(undoneFile)) === null ? "nothing-pending" : "too-late" };
  }
  // The timer first: from here on nothing can undo it. Stopped while it is firing, the pending file is gone or goes now.
  await runCommand(["systemctl", "stop", `${rollbackUnit}.timer`], { timeoutMs: systemdTimeoutMs });
  const firing = await runCommand(["systemctl", "is-active", `${rollbackUnit}.service`], {
    timeoutMs: systemdTimeoutMs,
  });
  const running = firing.kind === "exited" && ["active", "activating"].includes(firing.stdout.trim());
  if (running || !(await removeIfThere(pendingFile))) return { outcome: "too-late" };
  return { outcome: "committed" };
}

export async function rollBack(options: { boot: boolean }): Promise<NetDecision> {
  const pending = await readPending();
  if (pending === null) return { outcome: "nothing-pending" };
  await undo(pending, options);
  await ensureFile(undoneFile, JSON.stringify({ at: new Date().toISOString(), change: pending.at }), { mode: 0o600 });
  await removeIfThere(pendingFile);
  if (!options.boot) await runCommand(["systemctl", "stop", `${rollbackUnit}.timer`], { timeoutMs: systemdTimeoutMs });
  return { outcome: "rolled-back" };
}

/** Files first: a crash in between leaves them right for the next boot. */
export async function undo(pending: Pending, options: { boot: boolean }): Promise<void> {
  for (const file of pending.files) {
    if (file.before === null) await removeIfThere(file.path);
    else await ensureFile(file.path, file.before, { mode: file.path.endsWith(".nmconnection") ? 0o600 : 0o644 });
  }
  if (!options.boot) {
    const change = { removed: pending.added.toReversed(), nics: pending.nics, made: pending.kept };
    await drive(driveCommands(pending.stack, change));
    for (const nic of pending.downBefore) await drive([["ip", "link", "set", "dev", nic, "down"]]);
    await announce(pending.addresses);
  }
}

/** What `arm` needs to know of the links as they are before the change. */
export async function addressesNow(devices: readonly string[]): Promise<{ ip: string; device: string }[]> {
  const links = await readLinks();
  return links
    .filter((link) => devices.includes(link.name))
    .flatMap((link) => link.addresses.map((address) => ({ ip: address.split("/")[0] ?? "", device: link.name })));
}
