import { type DrillInput, ownerCutSeconds } from "@/contract/drill";
import { managementVmDomainName } from "@/contract/ha-config";
import { suitePaths } from "@/contract/node-setup";

/** libvirt's own note of the QEMU it started. */
const qemuPidFile = `/run/libvirt/qemu/${managementVmDomainName}.pid`;
export const cutTable = "trivet_drill";
export const healUnit = (runId: string): string => `zsha-drill-heal-${runId}`;

/** The run holds the cluster's lock; naming it lets its own command through. */
export const migrateCommand = (runId: string, target: string): readonly string[] => [
  suitePaths.executable,
  "migrate",
  target,
  "--run",
  runId,
];

/**
 * What breaks, as one argument vector run on the owner. The hard crash skips every service and even the flush of the page cache,
 * as a power cut does; the kernel starts the node again.
 */
export function faultCommand(input: DrillInput, runId: string): readonly string[] {
  switch (input.fault) {
    case "daemon-crash":
      return ["systemctl", "kill", "--signal=SIGKILL", "--kill-who=main", "zsha.service"];
    case "qemu-crash":
      return ["pkill", "--signal", "KILL", "--pidfile", qemuPidFile];
    case "guest-halt":
      return ["virsh", "shutdown", managementVmDomainName];
    case "node-crash":
      return ["reboot", "--force", "--force", "--no-sync"];
    case "owner-cut":
      return ["nft", cutRules(input)];
    case "migration":
      return migrateCommand(runId, input.standby);
  }
}

/** Takes the table away again, armed before it is made. Should the node restart meanwhile, the table is gone anyway. */
export const healCommand = (runId: string): readonly string[] => [
  "systemd-run",
  `--unit=${healUnit(runId)}`,
  `--on-active=${ownerCutSeconds}`,
  "--timer-property=AccuracySec=1s",
  "nft",
  "delete",
  "table",
  "inet",
  cutTable,
];

/** Nothing to or from the other members' storage addresses, where Consul and Ceph between the nodes speak. Everybody else is let through. */
function cutRules({ nodes, owner }: DrillInput): string {
  const peers = nodes.filter(({ name }) => name !== owner).map(({ ip }) => ip);
  const set = `{ ${peers.join(", ")} }`;
  return [
    `add table inet ${cutTable}`,
    `add chain inet ${cutTable} in { type filter hook input priority -200; }`,
    `add chain inet ${cutTable} out { type filter hook output priority -200; }`,
    `add rule inet ${cutTable} in ip saddr ${set} drop`,
    `add rule inet ${cutTable} out ip daddr ${set} drop`,
  ].join("; ");
}

/**
 * Notes the time on disk, then breaks; takes the note back when the breaking itself was refused. Once per drill whoever asks
 * again: the note is the proof. An empty note is a node that died in between: nobody breaks a second time without looking.
 */
const onceScript = [
  'if [ -s "$1" ]; then exit 0; fi',
  "set -C",
  'date +%s.%N > "$1" || exit 1',
  'sync "$1"',
  "note=$1; shift",
  '"$@" && exit 0',
  "code=$?",
  'rm -f "$note"',
  "exit $code",
].join("\n");

export const onceOnly = (marker: string, argv: readonly string[]): readonly string[] => [
  "sh",
  "-c",
  onceScript,
  "drill-once",
  marker,
  ...argv,
];
