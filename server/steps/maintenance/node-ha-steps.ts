import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import {
  type MaintenanceContext,
  type MaintenanceStep,
  shown,
  statusNow,
} from "@/server/steps/maintenance/maintenance-step";

const unit = "zsha.service";
const stop = ["systemctl", "stop", unit];
const start = ["systemctl", "start", unit];
/** systemctl is-active of a unit that is inactive, failed or unknown. */
const notActive = [3, 4];
/** Its session ends within the lock's TTL; then the peers' reading says so. */
const noticedMs = 90_000;
const pollMs = 1_000;

async function isActive(context: MaintenanceContext): Promise<boolean> {
  const argv = ["systemctl", "is-active", "--quiet", unit];
  return (await context.command(argv, { node: context.input.subject, allow: notActive })).code === 0;
}

/** What the nodes that stay say of the service: by it they count their standbys. */
async function toldByPeers(context: MaintenanceContext): Promise<"running" | "stopped" | "unknown"> {
  const { services } = await statusNow(context);
  return services.find(({ node }) => node === context.input.subject)?.state ?? "unknown";
}

async function waitForPeers(context: MaintenanceContext, wanted: "running" | "gone"): Promise<boolean> {
  const look = async () => {
    const told = await toldByPeers(context);
    return (wanted === "running") === (told === "running") ? true : null;
  };
  const bounds = { timeoutMs: noticedMs, everyMs: pollMs, signal: context.signal };
  return (await pollUntil(look, bounds)) === true;
}

/** The node's own part in HA: a node about to be switched off must not be chosen by a failover that happens right now. */
export const haPausedStep: MaintenanceStep = {
  plan: ({ subject }) => ({
    id: "ensure-ha-paused",
    phase: "ha",
    cells: [subject],
    commands: [shown(subject, stop)],
    undo: { kind: "commands", commands: [shown(subject, start)] },
    pointOfNoReturn: false,
    softTimeoutSeconds: 30,
    timeoutSeconds: 300,
  }),
  definition: {
    id: "ensure-ha-paused",
    precheck: async (context) =>
      (await isActive(context))
        ? { kind: "ready" }
        : { kind: "already", observed: say("ha-paused", { node: context.cell }) },
    async run(context) {
      // Never on the owner: its daemon's end would make the others fence a healthy VM.
      const { managementVm } = await statusNow(context);
      if (managementVm.node === context.cell || managementVm.state === "unknown") return;
      await context.command(stop);
    },
    async verify(context) {
      if (await isActive(context)) return { reached: false, missing: say("ha-not-paused", { node: context.cell }) };
      return (await waitForPeers(context, "gone"))
        ? { reached: true, observed: say("ha-paused", { node: context.cell }) }
        : { reached: false, missing: say("ha-still-counted", { node: context.cell }) };
    },
    async undo(context) {
      await context.command(start);
      return { observed: say("ha-resumed", { node: context.cell }) };
    },
  },
};

/** The service starts with the node; here it is seen to, and seen by the others. */
export const haResumedStep: MaintenanceStep = {
  plan: ({ subject }) => ({
    id: "ensure-ha-resumed",
    phase: "ha",
    cells: [subject],
    commands: [shown(subject, start)],
    undo: { kind: "none", because: say("ha-stays-on") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 30,
    timeoutSeconds: 300,
  }),
  definition: {
    id: "ensure-ha-resumed",
    precheck: async (context) =>
      (await isActive(context)) && (await toldByPeers(context)) === "running"
        ? { kind: "already", observed: say("ha-resumed", { node: context.cell }) }
        : { kind: "ready" },
    async run(context) {
      await context.command(start);
    },
    verify: async (context) =>
      (await isActive(context)) && (await waitForPeers(context, "running"))
        ? { reached: true, observed: say("ha-resumed", { node: context.cell }) }
        : { reached: false, missing: say("zshad-not-running", { nodes: context.cell }) },
  },
};
