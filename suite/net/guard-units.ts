import { AppError } from "@/contract/errors";
import { guardPort } from "@/contract/net-ballot";
import { waitingGuardUnit } from "@/contract/net-guard";
import { probePort } from "@/contract/net-probe";
import { stateFolder } from "@/suite/net/pending-change";
import { ensureFile, ensureSymlink, exists, removeIfThere } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";
import { systemctl } from "@/suite/system/systemd";

const systemdTimeoutMs = 20_000;
const bootUnitFile = "/etc/systemd/system/zsha-net-boot.service";
const guardUnitFile = "/etc/systemd/system/zsha-net-guard.service";
const rollbackUnit = "zsha-net-rollback";
/** The guard asks its peers after the deadline and needs up to 20 s to go back; only a guard that hangs is overtaken. */
const timerGraceSeconds = 45;

const wants: readonly (readonly [link: string, target: string])[] = [
  ["/etc/systemd/system/sysinit.target.wants/zsha-net-boot.service", bootUnitFile],
  ["/etc/systemd/system/multi-user.target.wants/zsha-net-guard.service", guardUnitFile],
];

const bootUnit = (program: string): string => `[Unit]
Description=Undoes a network change that was never confirmed
DefaultDependencies=no
After=local-fs.target
Before=network-pre.target systemd-networkd.service networking.service NetworkManager.service network.service
Wants=network-pre.target
ConditionPathExists=${stateFolder}/pending.json

[Service]
Type=oneshot
ExecStart=${program} net-rollback --boot

[Install]
WantedBy=sysinit.target
`;

const guardUnit = (program: string): string => `[Unit]
Description=Keeps or undoes a change of this node's networks, as the nodes decide together
After=network.target dbus.service
ConditionPathExistsGlob=${stateFolder}/*.json
StartLimitIntervalSec=0

[Service]
ExecStart=${program} net-guard
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target
`;

const waitingGuards = `${waitingGuardUnit("*")}.service`;

/**
 * The dead man's dead man: a timer of systemd, should the guard itself hang. Gone after a reboot, which has a unit of its own.
 * One per change, and transient: for a changed file systemd would have to read all units anew, five seconds on a busy node.
 */
export const rollbackTimer = (change: string): string => `${rollbackUnit}-${change}.timer`;

const timerCommand = (program: string, change: string, seconds: number): string[] => [
  ...["systemd-run", "--quiet", `--unit=${rollbackUnit}-${change}`],
  // Without AccuracySec systemd may take a minute longer.
  ...[`--on-active=${seconds}`, "--timer-property=AccuracySec=100ms"],
  ...[program, "net-rollback", "--by-timer", change],
];

/** Written and linked by hand: each call of systemctl is a program more, and each `enable` makes systemd read all units anew. */
export async function startGuard(program: string, change: string, seconds: number): Promise<void> {
  await writeUnits(program);
  // One that waits to be armed would take the new one's socket with it when it goes.
  await runCommand(["systemctl", "stop", waitingGuards], { timeoutMs: systemdTimeoutMs });
  await Promise.all([
    startTimer(program, change, seconds),
    // Restarted, not started: the guard of an earlier change may still be telling its peers.
    run(["systemctl", "restart", "zsha-net-guard.service"]),
  ]);
}

export const startTimer = (program: string, change: string, seconds: number): Promise<void> =>
  run(timerCommand(program, change, seconds + timerGraceSeconds));

/** What takes over after a reboot. */
export async function writeUnits(program: string): Promise<void> {
  const isKnown = await exists(guardUnitFile);
  const isOther = [
    await ensureFile(bootUnitFile, bootUnit(program), { mode: 0o644 }),
    await ensureFile(guardUnitFile, guardUnit(program), { mode: 0o644 }),
  ].includes(true);
  for (const [link, target] of wants) await ensureSymlink(link, target);
  // A unit that systemd has never seen is read when it is first asked for.
  if (isKnown && isOther) await systemctl("daemon-reload");
}

async function run(argv: readonly string[]): Promise<void> {
  const result = await runCommand(argv, { timeoutMs: systemdTimeoutMs });
  if (!succeeded(result))
    throw new AppError(
      "command-failed",
      `no rollback could be armed, so nothing was changed: ${describeFailure(argv, result)}`,
    );
}

/** For guards that hang: killed first, and stopped so that systemd does not start them again by itself. */
export async function endGuards(): Promise<void> {
  const units = ["zsha-net-guard.service", waitingGuards];
  for (const verb of [["kill", "--signal=SIGKILL"], ["stop"]])
    for (const unit of units) await runCommand(["systemctl", ...verb, unit], { timeoutMs: systemdTimeoutMs });
}

export async function disarmTimer(): Promise<void> {
  await runCommand(["systemctl", "stop", `${rollbackUnit}-*.timer`], { timeoutMs: systemdTimeoutMs });
}

export async function retireGuard(): Promise<void> {
  await disarmTimer();
  for (const [link] of wants) await removeIfThere(link);
}

/** firewalld closes what it does not know. The opening ends by itself, whatever becomes of this program. */
export async function openPorts(seconds: number): Promise<void> {
  if (!(await exists("/usr/bin/firewall-cmd"))) return;
  const state = await runCommand(["firewall-cmd", "--state"], { timeoutMs: systemdTimeoutMs });
  if (!succeeded(state)) return;
  for (const port of [guardPort, probePort])
    await runCommand(["firewall-cmd", `--add-port=${port}/udp`, `--timeout=${seconds}`], {
      timeoutMs: systemdTimeoutMs,
    });
}
