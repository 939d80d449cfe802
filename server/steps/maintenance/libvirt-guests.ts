import { AppError } from "@/contract/errors";
import { managementVmDomainName } from "@/contract/ha-config";
import { maintenanceRecordPath, subjectsOf } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import {
  type MaintenanceContext,
  type MaintenanceStep,
  nodeOf,
  shown,
} from "@/server/steps/maintenance/maintenance-step";
import { readRecord } from "@/server/steps/maintenance/record";
import { exitedZero, isOutcomeUnknown } from "@/server/ports/remote-host";

/** A guest that flushes a large cache needs minutes; one that ignores ACPI is for a person, not for a timer, to kill. */
const shutdownWaitMs = 600_000;
const pollMs = 2_000;
/** The suite's own way from one libvirt to another: its key opens nothing but libvirt's helper. */
const peerUri = (ip: string): string => `qemu+ssh://root@${ip}/system?command=/etc/zsha/ssh/connect&no_tty=1`;

const listCommand = ["virsh", "--quiet", "list", "--name"];

/** What runs there by libvirt, without the management VM: the suite looks after that one. */
export async function guestsOn(context: MaintenanceContext, node: string): Promise<string[]> {
  const { stdout } = await context.command(listCommand, { node });
  const names = stdout.split("\n").map((line) => line.trim());
  return names.filter((name) => name !== "" && name !== managementVmDomainName);
}

const migrateCommand = (guest: string, ip: string): readonly string[] => [
  "virsh",
  "migrate",
  "--live",
  "--p2p",
  "--persistent",
  "--undefinesource",
  "--abort-on-error",
  guest,
  peerUri(ip),
  "--migrateuri",
  `tcp://${ip}`,
];

async function sendAway(context: MaintenanceContext, node: string, guest: string, part: number): Promise<void> {
  const { input } = context;
  const migrates =
    input.platform.kind === "none" && input.platform.guests === "migrate" && input.subject !== wholeCluster;
  if (!migrates) {
    await context.command(["virsh", "--quiet", "shutdown", guest], { node, allow: [1] });
    return;
  }
  const target = nodeOf(input, input.helper);
  const argv = migrateCommand(guest, target.storageIp ?? target.address);
  const result = await context.detached(argv, { node, part: String(part) });
  if (exitedZero(result) || isOutcomeUnknown(result)) return;
  throw new AppError("command-failed", say("guest-stays", { guest, node, said: result.stderr.trim().slice(-500) }), {
    facts: { node, guest },
  });
}

/** `platform: none`: the guests of the node are migrated or shut down by libvirt itself, as the operator chose. */
export const guestsAwayStep: MaintenanceStep = {
  plan(input) {
    if (input.platform.kind !== "none") return null;
    const nodes = subjectsOf(input);
    const verb = input.platform.guests === "stop" || input.subject === wholeCluster ? "shutdown" : "migrate --live";
    return {
      id: "ensure-guests-away",
      phase: "platform",
      cells: nodes,
      commands: nodes.flatMap((node) => [shown(node, listCommand), { node, text: `virsh ${verb} «each guest»` }]),
      undo:
        verb === "shutdown"
          ? { kind: "commands", commands: nodes.map((node) => ({ node, text: "virsh start «each guest that ran»" })) }
          : { kind: "none", because: say("guests-run-well") },
      pointOfNoReturn: false,
      softTimeoutSeconds: 300,
      timeoutSeconds: 3_600,
    };
  },
  definition: {
    id: "ensure-guests-away",
    async precheck(context) {
      const guests = await guestsOn(context, context.cell);
      return guests.length === 0
        ? { kind: "already", observed: say("no-guests", { node: context.cell }) }
        : { kind: "ready" };
    },
    async run(context) {
      const guests = await guestsOn(context, context.cell);
      for (const [part, guest] of guests.entries()) await sendAway(context, context.cell, guest, part);
      const look = async () => {
        const left = await guestsOn(context, context.cell);
        if (left.length > 0) context.progress(null, null, say("guests-leaving", { guests: left.join(", ") }));
        return left.length === 0 ? true : null;
      };
      await pollUntil(look, { timeoutMs: shutdownWaitMs, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const left = await guestsOn(context, context.cell);
      return left.length === 0
        ? { reached: true, observed: say("no-guests", { node: context.cell }) }
        : { reached: false, missing: say("guests-left", { node: context.cell, guests: left.join(", ") }) };
    },
    async undo(context) {
      await startRecorded(context, context.cell);
      return { observed: say("guests-again", { node: context.cell }) };
    },
  },
};

async function recordedGuests(context: MaintenanceContext, node: string): Promise<string[]> {
  return (await readRecord(context))?.before.guests[node] ?? [];
}

/** Those that ran there before and do not run there now. A guest without a definition is gone with its shutdown: told, not made up. */
async function startRecorded(context: MaintenanceContext, node: string): Promise<void> {
  const running = new Set(await guestsOn(context, node));
  for (const guest of await recordedGuests(context, node))
    if (!running.has(guest)) await context.command(["virsh", "--quiet", "start", guest], { node, allow: [1] });
}

async function notBack(context: MaintenanceContext): Promise<string[]> {
  const running = new Set(await guestsOn(context, context.cell));
  return (await recordedGuests(context, context.cell)).filter((guest) => !running.has(guest));
}

/** Starts what the way down had shut down. */
export const guestsStartedStep: MaintenanceStep = {
  plan(input) {
    if (input.platform.kind !== "none") return null;
    // Guests that were migrated away run well where they are.
    if (input.platform.guests === "migrate" && input.subject !== wholeCluster) return null;
    const nodes = subjectsOf(input);
    return {
      id: "ensure-guests-started",
      phase: "platform",
      cells: nodes,
      commands: nodes.map((node) => ({
        node,
        text: `virsh start «each guest in ${maintenanceRecordPath(input.subject)}»`,
      })),
      undo: { kind: "none", because: say("guests-run-well") },
      pointOfNoReturn: false,
      softTimeoutSeconds: 60,
      timeoutSeconds: 600,
    };
  },
  definition: {
    id: "ensure-guests-started",
    async precheck(context) {
      const missing = await notBack(context);
      return missing.length === 0
        ? { kind: "already", observed: say("guests-again", { node: context.cell }) }
        : { kind: "ready" };
    },
    run: (context) => startRecorded(context, context.cell),
    async verify(context) {
      const missing = await notBack(context);
      return missing.length === 0
        ? { reached: true, observed: say("guests-again", { node: context.cell }) }
        : { reached: false, missing: say("guests-not-back", { node: context.cell, guests: missing.join(", ") }) };
    },
  },
};
