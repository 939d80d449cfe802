import { withStaleAsUnknown } from "@/contract/cluster-status";
import { AppError } from "@/contract/errors";
import type { MaintenanceInput } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { factsOfStatus, type MaintenanceGuard, maintenanceGuards } from "@/contract/maintenance-guards";
import type { PlannedStep } from "@/contract/run";
import { say } from "@/contract/sentence";
import type { AuditSubject } from "@/server/audit/service";
import { getCluster } from "@/server/cluster/service";
import { refuseWhileHeld, startAudited } from "@/server/maintenance/held";
import { maintenanceInputOf, type MaintenanceWish } from "@/server/maintenance/input";
import { lookForOrderAt, lookWithOsdsAt } from "@/server/maintenance/sight";
import { planRun } from "@/server/run/service";

export interface MaintenancePlan {
  readonly guards: readonly MaintenanceGuard[];
  readonly input: MaintenanceInput;
  readonly steps: readonly PlannedStep[];
  readonly factsDigest: string;
}

/** The plan exactly as it would run now, and what holds it back. Nothing is stored. */
export async function planMaintenance(
  wish: MaintenanceWish,
  actor: string,
  isOrdered = false,
): Promise<MaintenancePlan> {
  const { clusterId, kind, subject } = wish;
  const sight = await (isOrdered ? lookForOrderAt(clusterId, subject) : lookWithOsdsAt(clusterId));
  const status = withStaleAsUnknown((await getCluster(clusterId)).status, Date.now());
  const okToStop = sight.okToStop[subject] ?? null;
  const facts = factsOfStatus(status, { activeRun: sight.activeRun, okToStop, open: sight.open });
  const input = await maintenanceInputOf(wish, status, sight, actor);
  const { steps, factsDigest } = planRun(kind, clusterId, input);
  return { guards: maintenanceGuards(facts, { kind, subject }), input, steps, factsDigest };
}

export interface MaintenanceOrder extends MaintenanceWish {
  /** What the person typed: the node's name, or the cluster's. */
  readonly confirmation: string;
  readonly factsDigest: string;
  readonly idempotencyKey: string;
}

/** Refused while any guard fails or is unknown, when the plan is no longer the one that was shown, or without the typed word. */
export async function startMaintenance(order: MaintenanceOrder, subject: AuditSubject): Promise<{ runId: string }> {
  const { clusterId, kind, idempotencyKey, factsDigest } = order;
  const actor = subject.actor?.username ?? "trivet";
  const { guards, input } = await planMaintenance(order, actor, true);
  refuseWhileHeld(kind, guards);
  const { name } = await getCluster(clusterId);
  const word = order.subject === wholeCluster ? name : order.subject;
  const takesAway = kind === "node-down" || kind === "cluster-down";
  if (takesAway && order.confirmation.trim() !== word)
    throw new AppError("bad-input", say("type-to-confirm", { word }), { facts: { word } });
  const request = { kind, clusterId, input, actor, idempotencyKey, expectedFactsDigest: factsDigest };
  return await startAudited(request, order.subject, subject);
}
