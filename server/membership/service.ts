import { withStaleAsUnknown, type ClusterStatus } from "@/contract/cluster-status";
import { AppError } from "@/contract/errors";
import { factsOfStatus } from "@/contract/maintenance-guards";
import { joiningNames, machinesMissing, type NodeChangeInput } from "@/contract/node-change";
import { type NodeChangeGuard, nodeChangeGuards } from "@/contract/node-change-guards";
import type { PlannedStep } from "@/contract/run";
import { say } from "@/contract/sentence";
import type { AuditSubject } from "@/server/audit/service";
import { enterNodeRows, forgetNodeRows, nodeLoginRow, replaceNodeRow, rowOf } from "@/server/membership/store";
import { getCluster } from "@/server/cluster/service";
import { refuseWhileHeld, startAudited } from "@/server/maintenance/held";
import { lookAt } from "@/server/maintenance/sight";
import { newestSuite } from "@/server/lifecycle/suite-bundle";
import { nodeChangeOf, type NodeChangeWish } from "@/server/membership/input";
import { planRun } from "@/server/run/service";

export interface NodeChangePlan {
  readonly guards: readonly NodeChangeGuard[];
  readonly steps: readonly PlannedStep[];
  readonly factsDigest: string;
  /** What a person types to confirm. */
  readonly word: string;
}

const answersOf = (status: ClusterStatus): Record<string, boolean | null> =>
  Object.fromEntries(
    status.nodes.map(({ name, link }) => [name, link.state === "known" ? link.value.reachable : null]),
  );

async function prepare(wish: NodeChangeWish, actor: string, fresh: boolean) {
  const { clusterId, kind } = wish;
  const sight = await lookAt(clusterId, fresh);
  const cluster = await getCluster(clusterId);
  const status = withStaleAsUnknown(cluster.status, Date.now());
  const { input, problems } = await nodeChangeOf(wish, status, actor);
  const facts = {
    ...factsOfStatus(status, { activeRun: sight.activeRun, okToStop: null, open: sight.open }),
    answers: answersOf(status),
    machineProblems: problems,
    suiteBrought: (await newestSuite()).version,
  };
  // What must hold is shown before any machine is offered; what would be done is known only with all of them.
  const { steps, factsDigest } =
    machinesMissing(wish) === null ? planRun(kind, clusterId, input) : { steps: [], factsDigest: "" };
  const word = kind === "add-node" ? cluster.name : wish.leaving.join(", ");
  return { input, guards: nodeChangeGuards(facts, kind, input), steps, factsDigest, word };
}

/** The plan exactly as it would run now, and what holds it back. Nothing is stored. */
export async function planNodeChange(wish: NodeChangeWish, actor: string): Promise<NodeChangePlan> {
  const { guards, steps, factsDigest, word } = await prepare(wish, actor, false);
  return { guards, steps, factsDigest, word };
}

export interface NodeChangeOrder extends NodeChangeWish {
  readonly confirmation: string;
  readonly factsDigest: string;
  readonly idempotencyKey: string;
}

/** Refused while any guard fails or is unknown, when the plan is no longer the one that was shown, or without the typed word. */
export async function startNodeChange(order: NodeChangeOrder, subject: AuditSubject): Promise<{ runId: string }> {
  const { clusterId, kind, idempotencyKey } = order;
  const actor = subject.actor?.username ?? "trivet";
  const { input, guards, word } = await prepare(order, actor, true);
  refuseWhileHeld(kind, guards);
  if (order.confirmation.trim() !== word)
    throw new AppError("bad-input", say("type-to-confirm", { word }), { facts: { word } });
  const takeBack = await enter(clusterId, input);
  try {
    const expectedFactsDigest = order.factsDigest;
    const request = { kind, clusterId, input, actor, idempotencyKey, expectedFactsDigest };
    return await startAudited(request, word, subject);
  } catch (error) {
    await takeBack();
    throw error;
  }
}

/** The run reaches the new machines by their names in the cluster, under the host keys a person compared. */
async function enter(clusterId: string, input: NodeChangeInput): Promise<() => Promise<void>> {
  const joining = new Set(joiningNames(input));
  const fresh = input.deployment.nodes.filter(({ name }) => joining.has(name));
  const replaced = new Set(input.leaving.map(({ name }) => name));
  const newcomers = fresh.filter(({ name }) => replaced.has(name));
  const before = await Promise.all(
    newcomers.map(async ({ name }) => ({ name, login: await nodeLoginRow(clusterId, name) })),
  );
  const added = fresh.filter(({ name }) => !replaced.has(name));
  await enterNodeRows(clusterId, added);
  for (const node of newcomers) await replaceNodeRow(clusterId, node.name, rowOf(node));
  return async () => {
    await forgetNodeRows(
      clusterId,
      added.map(({ name }) => name),
    );
    for (const { name, login } of before) await replaceNodeRow(clusterId, name, login);
  };
}
