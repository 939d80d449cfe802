import { randomUUID } from "node:crypto";
import type { Bundle } from "@/contract/bundle";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { makeBundle } from "@/server/bundle/make";
import { collectPanel } from "@/server/bundle/panel-part";
import { getCluster, hostOf } from "@/server/cluster/service";
import { oncePerProcess, shutdownSignal } from "@/server/process";

/** In memory, never on disk: a bundle is for taking away, not for keeping. */
const bundlesKept = 3;
/** A node that hangs in each of its commands; a healthy cluster takes a minute. */
const bundleTimeoutMs = 15 * 60_000;

interface Kept {
  bundle: Bundle;
  file: Buffer | null;
}
const kept = (): Map<string, Kept> => oncePerProcess("support bundles", () => new Map());

export async function startBundle(clusterId: string, subject: AuditSubject): Promise<{ bundleId: string }> {
  const cluster = await getCluster(clusterId);
  const running = [...kept().values()].find(
    ({ bundle }) => bundle.clusterId === clusterId && bundle.state === "collecting",
  );
  if (running !== undefined) return { bundleId: running.bundle.id };
  const id = randomUUID();
  const actor = subject.actor?.username ?? "trivet";
  const head = { id, clusterId, clusterName: cluster.name, actor, startedAt: new Date().toISOString() };
  await recordAudit(subject, "support-bundle-made", { target: `cluster:${clusterId}`, facts: { bundle: id } });
  const slot: Kept = {
    bundle: { ...head, state: "collecting", reason: null, parts: [], entries: [], bytes: null },
    file: null,
  };
  kept().set(id, slot);
  forgetOld();
  const hosts = await Promise.all(cluster.nodes.map(({ name }) => hostOf(clusterId, name)));
  void makeBundle({
    ...head,
    hosts,
    collectPanel: (add, doing) => collectPanel(clusterId, add, doing),
    onChange: (bundle) => void (slot.bundle = bundle),
    signal: AbortSignal.any([shutdownSignal(), AbortSignal.timeout(bundleTimeoutMs)]),
  }).then(
    (file) => {
      slot.file = file;
    },
    (error: unknown) => {
      slot.bundle = { ...slot.bundle, state: "failed", reason: formatErrorChain(error) };
    },
  );
  return { bundleId: id };
}

function forgetOld(): void {
  for (const id of [...kept().keys()].slice(0, -bundlesKept)) kept().delete(id);
}

/** Newest first. */
export const bundlesOf = (clusterId: string): Bundle[] =>
  [...kept().values()]
    .map(({ bundle }) => bundle)
    .filter((bundle) => bundle.clusterId === clusterId)
    .toReversed();

export function bundleFile(id: string): { bundle: Bundle; file: Buffer } {
  const found = kept().get(id);
  if (found === undefined || found.file === null)
    throw new AppError("not-found", say("no-bundle"), { facts: { what: "bundle", id }, advice: say("bundle-again") });
  return { bundle: found.bundle, file: found.file };
}
