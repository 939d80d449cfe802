import { withStaleAsUnknown } from "@/contract/cluster-status";
import { AppError } from "@/contract/errors";
import { configBackupPath, type LifecycleWish, resetPasswordInputSchema } from "@/contract/lifecycle";
import { type LifecycleGuard, standingGuards } from "@/contract/lifecycle-guards";
import { factsOfStatus } from "@/contract/maintenance-guards";
import type { PlannedStep } from "@/contract/run";
import { joined, say, sentenceText } from "@/contract/sentence";
import { randomPassword } from "@/lib/random-password";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { getCluster, hostOf, nodesOf } from "@/server/cluster/service";
import { newPasswordRef, prepare } from "@/server/lifecycle/inputs";
import { type NodeSuite, suiteLook } from "@/server/lifecycle/look";
import { newestSuite } from "@/server/lifecycle/suite-bundle";
import { lookAt } from "@/server/maintenance/sight";
import type { SuiteBuild } from "@/contract/suite-version";
import { getRun, planRun, runInput, startRun } from "@/server/run/service";
import { hasSecret, openSecret, putSecret, removeSecret } from "@/server/secret/service";

export interface SuiteSight {
  readonly nodes: Readonly<Record<string, NodeSuite>>;
  /** What this panel has to bring. */
  readonly bundle: SuiteBuild;
}

export async function suiteSight(clusterId: string): Promise<SuiteSight> {
  const [nodes, { version, commit, date }] = await Promise.all([suiteLook(clusterId), newestSuite()]);
  return { nodes, bundle: { version, commit, date } };
}

export interface LifecyclePlan {
  readonly guards: readonly LifecycleGuard[];
  /** Null: it cannot even be said what would be done. */
  readonly plan: { readonly steps: readonly PlannedStep[]; readonly factsDigest: string } | null;
  /** What is typed before it starts; null: nothing. */
  readonly word: string | null;
}

/** What would be done now, and what holds it back. Nothing is stored. */
export async function planLifecycle(
  clusterId: string,
  wish: LifecycleWish,
  actor: string,
  fresh = false,
): Promise<LifecyclePlan & { readonly input: unknown }> {
  const sight = await lookAt(clusterId, fresh);
  const cluster = await getCluster(clusterId);
  const status = withStaleAsUnknown(cluster.status, Date.now());
  const facts = factsOfStatus(status, { activeRun: sight.activeRun, okToStop: null, open: sight.open });
  const target = wish.kind === "migrate-vm" ? wish.target : undefined;
  const asked = { clusterId, clusterName: cluster.name, status, actor, fresh };
  const { guards, input, word } = await prepare(wish, asked);
  const all = [...standingGuards(facts, wish.kind, target), ...guards];
  if (input === null) return { guards: all, plan: null, word, input };
  const { steps, factsDigest } = planRun(wish.kind, clusterId, input);
  return { guards: all, plan: { steps, factsDigest }, word, input };
}

export interface LifecycleOrder {
  readonly clusterId: string;
  readonly wish: LifecycleWish;
  readonly confirmation: string;
  readonly factsDigest: string;
  readonly idempotencyKey: string;
}

/** Refused while any guard fails or is unknown, when the plan is no longer the one that was shown, or without the typed words. */
export async function startLifecycle(order: LifecycleOrder, subject: AuditSubject): Promise<{ runId: string }> {
  const { clusterId, wish, confirmation, factsDigest, idempotencyKey } = order;
  const actor = subject.actor?.username ?? "trivet";
  const { guards, plan, word, input } = await planLifecycle(clusterId, wish, actor, true);
  const open = guards.filter(({ state }) => state !== "holds").map(({ sentence }) => sentence);
  if (plan === null || open.length > 0) {
    const because = joined(open);
    throw new AppError("blocked", say("lifecycle-held-back", { because }), {
      facts: { request: wish.kind, because: sentenceText(because) },
    });
  }
  if (word !== null && confirmation.trim() !== word)
    throw new AppError("bad-input", say("type-to-confirm", { word }), { facts: { word } });
  if (wish.kind === "reset-password" && wish.to === "random" && plan.factsDigest === factsDigest)
    await putSecret("vm-password", randomPassword(), newPasswordRef(clusterId));
  const { runId } = await startRun({
    kind: wish.kind,
    clusterId,
    input,
    actor,
    idempotencyKey,
    expectedFactsDigest: factsDigest,
  });
  await recordAudit(subject, "run-created", { target: `cluster:${clusterId}`, facts: { run: runId, kind: wish.kind } });
  return { runId };
}

/** Where the new password of a reset waits to be shown; null: nowhere, or no longer. */
async function waitingPassword(runId: string): Promise<{ ref: string; clusterId: string } | null> {
  const run = await getRun(runId);
  if (run.kind !== "reset-password" || run.state !== "succeeded") return null;
  const ref = resetPasswordInputSchema.parse(await runInput(runId)).passwordSecretRef;
  return ref !== null && (await hasSecret(ref)) ? { ref, clusterId: run.clusterId } : null;
}

export const passwordWaits = async (runId: string): Promise<boolean> => (await waitingPassword(runId)) !== null;

/** The new password of root, once: whoever asks a second time is told that it was shown. */
export async function takePassword(runId: string, subject: AuditSubject): Promise<{ password: string }> {
  const waiting = await waitingPassword(runId);
  if (waiting === null) throw new AppError("not-found", say("password-not-there"), { facts: { run: runId } });
  const { ref, clusterId } = waiting;
  const password = await openSecret(ref);
  await removeSecret(ref);
  await recordAudit(subject, "secret-shown", { target: `cluster:${clusterId}`, facts: { run: runId } });
  return { password };
}

export async function readConfigBackup(clusterId: string, version: number): Promise<{ text: string }> {
  for (const { name } of await nodesOf(clusterId)) {
    const host = await hostOf(clusterId, name);
    const text = await host.readFile(configBackupPath(version)).catch(() => null);
    if (text !== null) return { text };
  }
  throw new AppError("not-found", say("backup-missing", { path: configBackupPath(version) }));
}
