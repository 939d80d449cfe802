import { AppError } from "@/contract/errors";
import { guardPort } from "@/contract/net-ballot";
import { probePort } from "@/contract/net-probe";
import { stateFolder } from "@/suite/net/pending-change";
import { ensureFile } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";
import { systemctl } from "@/suite/system/systemd";

const systemdTimeoutMs = 20_000;
const bootUnitFile = "/etc/systemd/system/zsha-net-boot.service";
const guardUnitFile = "/etc/systemd/system/zsha-net-guard.service";
export const rollbackUnit = "zsha-net-rollback";
/** The guard asks its peers after the deadline and needs up to 20 s to go back; only a guard that hangs is overtaken. */
const timerGraceSeconds = 45;

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

export async function startGuard(program: string, seconds: number): Promise<void> {
  await ensureFile(bootUnitFile, bootUnit(program), { mode: 0o644 });
  await ensureFile(guardUnitFile, guardUnit(program), { mode: 0o644 });
  // Reads the files anew by itself.
  await systemctl("enable", "--quiet", "zsha-net-boot.service", "zsha-net-guard.service");
  await armTimer(program, seconds + timerGraceSeconds);
  await systemctl("restart", "zsha-net-guard.service");
}

/** The dead man's dead man: a timer of systemd, should the guard itself hang. */
async function armTimer(program: string, seconds: number): Promise<void> {
  await disarmTimer();
  // A unit of an earlier change that failed would keep the name.
  await runCommand(["systemctl", "reset-failed", `${rollbackUnit}.service`], { timeoutMs: systemdTimeoutMs });
  // Without AccuracySec systemd may take a minute longer.
  const timer = ["--on-active", String(seconds), "--timer-property=AccuracySec=100ms"];
  const argv = ["systemd-run", "--quiet", `--unit=${rollbackUnit}`, ...timer, program, "net-rollback", "--by-timer"];
  const result = await runCommand(argv, { timeoutMs: systemdTimeoutMs });
  if (!succeeded(result))
    throw new AppError(
      "command-failed",
      `no rollback could be armed, so nothing was changed: ${describeFailure(argv, result)}`,
    );
}

export async function disarmTimer(): Promise<void> {
  await runCommand(["systemctl", "stop", `${rollbackUnit}.timer`], { timeoutMs: systemdTimeoutMs });
}

export async function retireGuard(): Promise<void> {
  await disarmTimer();
  await runCommand(["systemctl", "disable", "--quiet", "zsha-net-boot.service", "zsha-net-guard.service"], {
    timeoutMs: systemdTimeoutMs,
  });
}

/** firewalld closes what it does not know. The opening ends by itself, whatever becomes of this program. */
export async function openPorts(seconds: number): Promise<void> {
  const state = await runCommand(["firewall-cmd", "--state"], { timeoutMs: systemdTimeoutMs });
  if (!succeeded(state)) return;
  for (const port of [guardPort, probePort])
    await runCommand(["firewall-cmd", `--add-port=${port}/udp`, `--timeout=${seconds}`], {
      timeoutMs: systemdTimeoutMs,
    });
}
