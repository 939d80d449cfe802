import { type MaintenanceRecord, maintenanceRecordPath } from "@/contract/maintenance";
import { say } from "@/contract/sentence";
import { guestsOn } from "@/server/steps/maintenance/libvirt-guests";
import {
  type MaintenanceAssets,
  type MaintenanceContext,
  type MaintenanceStep,
  nodeOf,
  shown,
} from "@/server/steps/maintenance/maintenance-step";
import { hostAt, openPlatform } from "@/server/steps/maintenance/platform-door";
import { readRecord, recordOn, recordPathOf } from "@/server/steps/maintenance/record";
import { SharedLook } from "@/server/steps/maintenance/shared-look";

async function makeRecord(context: MaintenanceContext, assets: MaintenanceAssets): Promise<MaintenanceRecord> {
  const { input, runId } = context;
  const before: MaintenanceRecord["before"] = { hosts: {}, vmHa: null, guests: {} };
  const door = await openPlatform(context, assets);
  if (door !== null) {
    const hosts = await door.hosts();
    for (const { name } of input.nodes) before.hosts[name] = hostAt(hosts, nodeOf(input, name)).state;
    before.vmHa = await door.vmHa();
  } else {
    const guests = input.nodes.map(async ({ name }) => [name, await guestsOn(context, name)] as const);
    before.guests = Object.fromEntries(await Promise.all(guests));
  }
  return {
    protocol: 1,
    kind: input.subject === "cluster" ? "cluster-down" : "node-down",
    subject: input.subject,
    runId,
    actor: input.actor,
    at: new Date().toISOString(),
    flags: input.flags,
    before,
  };
}

/** What was so before is asked once for all nodes, whose records are then the same. Longer would keep what a second attempt finds out of it. */
const oneRecordMs = 10_000;
const records = new SharedLook<MaintenanceRecord>();

/** An attempt that was cut half-way has written what was so before; the present is no longer that. */
const recordFor = (context: MaintenanceContext, assets: MaintenanceAssets): Promise<MaintenanceRecord> =>
  records.take(
    context.plan,
    oneRecordMs,
    async () => (await readRecord(context)) ?? (await makeRecord(context, assets)),
  );

const isThere = async (context: MaintenanceContext): Promise<boolean> =>
  (await recordOn(context, context.cell)) !== null;

const removeCommand = (subject: string): readonly string[] => ["rm", "-f", maintenanceRecordPath(subject)];

async function remove(context: MaintenanceContext): Promise<void> {
  await context.command(removeCommand(context.input.subject));
}

/** Written to every node before anything is taken away, so that any panel can give it back. */
export const recordStep = (assets: MaintenanceAssets): MaintenanceStep => ({
  plan: ({ nodes, subject }) => ({
    id: "ensure-maintenance-record",
    phase: "prepare",
    cells: nodes.map(({ name }) => name),
    commands: nodes.map(({ name }) => ({
      node: name,
      text: `cat > ${maintenanceRecordPath(subject)} < «what is so now»`,
    })),
    undo: { kind: "commands", commands: nodes.map(({ name }) => shown(name, removeCommand(subject))) },
    pointOfNoReturn: false,
    softTimeoutSeconds: 20,
    timeoutSeconds: 180,
  }),
  definition: {
    id: "ensure-maintenance-record",
    precheck: async (context) =>
      (await isThere(context)) ? { kind: "already", observed: say("record-there") } : { kind: "ready" },
    async run(context) {
      const record = await recordFor(context, assets);
      await context.host().writeFile(recordPathOf(context), `${JSON.stringify(record)}\n`, { mode: 0o600 });
    },
    verify: async (context) =>
      (await isThere(context))
        ? { reached: true, observed: say("record-there") }
        : { reached: false, missing: say("record-missing", { nodes: context.cell }) },
    async undo(context) {
      await remove(context);
      return { observed: say("record-gone") };
    },
  },
});

/** Last of all: from then on nothing is left to give back. */
export const recordClosedStep: MaintenanceStep = {
  plan: ({ nodes, subject }) => ({
    id: "ensure-record-closed",
    phase: "verify",
    cells: nodes.map(({ name }) => name),
    commands: nodes.map(({ name }) => shown(name, removeCommand(subject))),
    undo: { kind: "none", because: say("record-needs-no-undo") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 15,
    timeoutSeconds: 120,
  }),
  definition: {
    id: "ensure-record-closed",
    precheck: async (context) =>
      (await isThere(context)) ? { kind: "ready" } : { kind: "already", observed: say("record-gone") },
    run: remove,
    verify: async (context) =>
      (await isThere(context))
        ? { reached: false, missing: say("record-left", { nodes: context.cell }) }
        : { reached: true, observed: say("record-gone") },
  },
};
