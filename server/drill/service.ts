import { type ClusterStatus, withStaleAsUnknown } from "@/contract/cluster-status";
import type { DrillFault, DrillInput } from "@/contract/drill";
import { type DrillGuard, drillGuards, drillPlaces, guardSentence, guardsHold } from "@/contract/drill-guards";
import { drillPromise, promiseFacts } from "@/contract/drill-promise";
import { AppError } from "@/contract/errors";
import { perNodeValue } from "@/contract/ha-config";
import type { PlannedStep } from "@/contract/run";
import { joined, say } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { clusterConfig, getCluster } from "@/server/cluster/service";
import { drillsOf } from "@/server/drill/store";
import { listRuns, planRun, startRun } from "@/server/run/service";

const historyMax = 100;

export const listDrills = (clusterId: string) => drillsOf(clusterId, historyMax);

export interface DrillPlan {
  readonly guards: readonly DrillGuard[];
  /** Null: it cannot even be said where what would be done. */
  readonly plan: {
    readonly input: DrillInput;
    readonly steps: readonly PlannedStep[];
    readonly factsDigest: string;
  } | null;
}

/** What a drill would do now, and what holds it back. Nothing is stored. */
export async function planDrill(clusterId: string, fault: DrillFault): Promise<DrillPlan> {
  const { status } = await getCluster(clusterId);
  const fresh = withStaleAsUnknown(status, Date.now());
  const [active] = await listRuns({ clusterId, activeOnly: true, limit: 1 });
  const guards = drillGuards({ ha: fresh.ha, runLock: fresh.runLock, activeRun: active?.id ?? null });
  const input = await inputOf(clusterId, fresh, fault);
  if (input === null) return { guards, plan: null };
  const { steps, factsDigest } = planRun("drill", clusterId, input);
  return { guards, plan: { input, steps, factsDigest } };
}

async function inputOf(clusterId: string, status: ClusterStatus, fault: DrillFault): Promise<DrillInput | null> {
  if (status.ha.state === "unknown") return null;
  const ha = status.ha.value;
  const places = drillPlaces(ha);
  const view = places === null ? null : await clusterConfig(clusterId);
  if (places === null || view === null) return null;
  const nodes = ha.services.map(({ node, ip }) => ({ name: node, ip }));
  const management = view.config.Network.filter(({ IsMgmt }) => IsMgmt);
  const addresses = nodes.flatMap(({ name }) => management.flatMap(({ Ipaddr }) => perNodeValue(Ipaddr, name) ?? []));
  const facts = promiseFacts(ha);
  return {
    fault,
    nodes,
    ...places,
    addresses: [...new Set(addresses)],
    profile: facts.profile,
    promise: drillPromise(fault, facts),
  };
}

export interface DrillOrder {
  readonly clusterId: string;
  readonly fault: DrillFault;
  /** What the person typed: the name of the node that will be hit. */
  readonly confirmation: string;
  readonly factsDigest: string;
  readonly idempotencyKey: string;
}

/** Refused while any guard fails or is unknown, when the plan is no longer the one that was shown, or without the typed word. */
export async function startDrill(order: DrillOrder, subject: AuditSubject): Promise<{ runId: string }> {
  const { clusterId, fault, idempotencyKey } = order;
  const { guards, plan } = await planDrill(clusterId, fault);
  const open = guards.filter(({ state }) => state !== "holds");
  if (plan === null || !guardsHold(guards))
    throw new AppError("blocked", say("drill-held-back", { guards: joined(open.map(guardSentence)) }), {
      facts: { request: "drill", because: open.map(({ code }) => code).join(", ") },
      advice: say("drill-remove-guards"),
    });
  if (order.confirmation.trim() !== plan.input.owner)
    throw new AppError("bad-input", say("drill-type-owner", { node: plan.input.owner }), {
      facts: { node: plan.input.owner },
    });
  const { runId } = await startRun({
    kind: "drill",
    clusterId,
    input: plan.input,
    actor: subject.actor?.username ?? "trivet",
    idempotencyKey,
    expectedFactsDigest: order.factsDigest,
  });
  await recordAudit(subject, "run-created", { target: `cluster:${clusterId}`, facts: { run: runId, drill: fault } });
  return { runId };
}
