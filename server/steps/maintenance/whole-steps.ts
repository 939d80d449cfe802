import type { HaStatus } from "@/contract/ha-status";
import { subjectsOf } from "@/contract/maintenance";
import { factsOfHa, nodeGuards } from "@/contract/maintenance-guards";
import { joined, say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import {
  type MaintenanceContext,
  type MaintenanceStep,
  shown,
  statusCommand,
  statusWithin,
  whatIsMissing,
} from "@/server/steps/maintenance/maintenance-step";

/** Monitors elect, OSDs peer and serf tells it around: minutes after a cold start. Data is copied as long as it takes. */
const servicesWaitSeconds = 1_800;
const healthyWaitSeconds = 7_200;
const pollMs = 1_000;
/** Nothing is done between the end of the wait and the step's own look, which takes over what the wait has just seen. */
const sameLookMs = 5_000;
/** One reading of a busy cluster may go unanswered right after a good one. */
const confirmWaitMs = 45_000;

/** Consul, monitors and OSDs of the nodes that came back. OSDs must be up **and** in before any flag is ended. */
function servicesMissing(ha: HaStatus, nodes: readonly string[]): Sentence | null {
  const facts = factsOfHa(ha, ha.at, { okToStop: null, open: null });
  const lost = facts.members.filter(
    ({ node, member }) => nodes.includes(node) && !(member.state === "known" && member.value === "alive"),
  );
  if (lost.length > 0) return say("guard-nodes-lost", { nodes: lost.map(({ node }) => node).join(", ") });
  if (ha.consul.state === "known" && ha.consul.value.leader === null) return say("consul-leaderless");
  if (ha.ceph.state === "unknown") return say("guard-unread", { what: say("reading-ceph"), reason: ha.ceph.reason });
  const { monitors, osdsByHost } = ha.ceph.value;
  const out = monitors.filter(({ inQuorum }) => !inQuorum).map(({ name }) => name);
  if (out.length > 0) return say("monitors-out", { names: out.join(", ") });
  if (osdsByHost === null) return say("guard-unread", { what: say("reading-ceph"), reason: say("osd-tree-unread") });
  const osds = nodes.flatMap((node) => (osdsByHost[node] ?? []).filter(({ up, in: isIn }) => !(up && isIn)));
  return osds.length === 0 ? null : say("osds-not-back", { osds: osds.map(({ id }) => `osd.${id}`).join(", ") });
}

/** Nothing that would hold the next maintenance back is left, on any node. */
function healthMissing(ha: HaStatus): Sentence | null {
  const facts = factsOfHa(ha, ha.at, { okToStop: null, open: null });
  const [standby] = ha.services.filter(({ node }) => node !== ha.managementVm.node);
  if (ha.managementVm.state !== "running") return say("vm-not-started");
  const open = nodeGuards(facts, standby?.node ?? "", "must-be-gone").filter(({ state }) => state !== "holds");
  const off = ha.services.filter(({ state }) => state !== "running").map(({ node }) => node);
  const service = off.length === 0 ? [] : [say("zshad-not-running", { nodes: off.join(", ") })];
  const missing = [...service, ...open.map(({ sentence }) => sentence)];
  return missing.length === 0 ? null : joined(missing);
}

interface Goal {
  readonly id: "verify-services-back" | "verify-cluster-healthy";
  readonly missing: (ha: HaStatus, context: MaintenanceContext) => Sentence | null;
  readonly reached: Sentence;
  readonly softSeconds: number;
  readonly waitSeconds: number;
}

const waitFor = (goal: Goal): MaintenanceStep => {
  const missingNow = (context: MaintenanceContext, withinMs: number) =>
    whatIsMissing<Sentence>(async () => goal.missing(await statusWithin(context, withinMs), context));
  return {
    plan: ({ helper }) => ({
      id: goal.id,
      phase: "verify",
      cells: [helper],
      commands: [shown(helper, statusCommand)],
      undo: { kind: "none", because: say("only-looks") },
      pointOfNoReturn: false,
      cancellable: true,
      softTimeoutSeconds: goal.softSeconds,
      timeoutSeconds: goal.waitSeconds + 120,
    }),
    definition: {
      id: goal.id,
      precheck: async () => await Promise.resolve({ kind: "ready" as const }),
      async run(context) {
        const look = async () => {
          const missing = await missingNow(context, 0);
          if (missing !== null) context.progress(null, null, missing);
          return missing === null ? true : null;
        };
        await pollUntil(look, { timeoutMs: goal.waitSeconds * 1000, everyMs: pollMs, signal: context.signal });
      },
      async verify(context) {
        let missing: Sentence | null = null;
        let withinMs = sameLookMs;
        const look = async () => {
          missing = await missingNow(context, withinMs);
          withinMs = 0;
          return missing === null ? true : null;
        };
        const seen = await pollUntil(look, { timeoutMs: confirmWaitMs, everyMs: pollMs, signal: context.signal });
        return seen === true ? { reached: true, observed: goal.reached } : { reached: false, missing: missing ?? "" };
      },
    },
  };
};

export const servicesBackStep: MaintenanceStep = waitFor({
  id: "verify-services-back",
  missing: (ha, { input }) => servicesMissing(ha, subjectsOf(input)),
  reached: say("services-back"),
  softSeconds: 120,
  waitSeconds: servicesWaitSeconds,
});

export const clusterHealthyStep: MaintenanceStep = waitFor({
  id: "verify-cluster-healthy",
  missing: healthMissing,
  reached: say("cluster-healthy"),
  softSeconds: 180,
  waitSeconds: healthyWaitSeconds,
});
