import { bracketGuards } from "@/contract/bracket-guards";
import { type BracketKind, type EndableBracket, endableBracketSchema } from "@/contract/bracket-kinds";
import { type ClusterStatus, withStaleAsUnknown } from "@/contract/cluster-status";
import { AppError } from "@/contract/errors";
import type { MaintenanceInput } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { factsOfStatus, type GuardFacts, type MaintenanceGuard } from "@/contract/maintenance-guards";
import { bracketName, type OpenBracket, openBrackets, overdueSince, unreadBrackets } from "@/contract/open-bracket";
import type { PlannedCommand } from "@/contract/run";
import { say } from "@/contract/sentence";
import type { AuditSubject } from "@/server/audit/service";
import { getCluster } from "@/server/cluster/service";
import { bracketTrail } from "@/server/maintenance/bracket-trail";
import { refuseWhileHeld, startAudited } from "@/server/maintenance/held";
import { maintenanceInputOf } from "@/server/maintenance/input";
import { lookAt, type MaintenanceSight } from "@/server/maintenance/sight";
import { planRun } from "@/server/run/service";

/** How a bracket that belongs to no maintenance is ended: the very run, and what must hold for it. */
export interface BracketEnding {
  readonly bracket: EndableBracket;
  readonly guards: readonly MaintenanceGuard[];
  readonly commands: readonly PlannedCommand[];
  readonly factsDigest: string;
}

export interface SeenBracket extends OpenBracket {
  /** This panel's own first sight; null: it sees it for the first time. */
  readonly firstSeenAt: string | null;
  readonly overdueSince: string | null;
  /** Null: its maintenance ends it. */
  readonly ending: BracketEnding | null;
}

export interface BracketSight {
  readonly at: string;
  readonly open: readonly SeenBracket[];
  /** Kinds that cannot be read now: neither open nor closed. */
  readonly unread: readonly BracketKind[];
}

interface Scene {
  status: ClusterStatus;
  sight: MaintenanceSight;
  facts: GuardFacts;
}

async function sceneOf(clusterId: string, fresh: boolean): Promise<Scene> {
  const sight = await lookAt(clusterId, fresh);
  const status = withStaleAsUnknown((await getCluster(clusterId)).status, Date.now());
  const { activeRun, open } = sight;
  return { status, sight, facts: factsOfStatus(status, { activeRun, okToStop: null, open }) };
}

async function inputFor(clusterId: string, bracket: EndableBracket, scene: Scene, actor: string) {
  const subject = bracket.node ?? wholeCluster;
  const wish = { clusterId, kind: "node-up", subject, guests: "stop" } as const;
  const base = await maintenanceInputOf(wish, scene.status, scene.sight, actor);
  return { ...base, flags: "none", bracket } satisfies MaintenanceInput;
}

const endable = ({ kind, node, flags }: OpenBracket): EndableBracket | null =>
  endableBracketSchema.safeParse({ kind, node, flags }).data ?? null;

async function endingOf(
  clusterId: string,
  open: OpenBracket,
  scene: Scene,
  actor: string,
): Promise<BracketEnding | null> {
  const bracket = endable(open);
  if (bracket === null) return null;
  const { steps, factsDigest } = planRun("end-bracket", clusterId, await inputFor(clusterId, bracket, scene, actor));
  const commands = steps.flatMap((step) => (step.id.startsWith("ensure-") ? step.commands : []));
  return { bracket, guards: bracketGuards(scene.facts, bracket), commands, factsDigest };
}

/** Everything somebody left on, with what ends it. Nothing is changed. */
export async function bracketSight(clusterId: string, actor: string, fresh = false): Promise<BracketSight> {
  const scene = await sceneOf(clusterId, fresh);
  const trail = await bracketTrail(clusterId);
  const nowMs = Date.now();
  const open = await Promise.all(
    openBrackets(scene.status, scene.sight).map(async (bracket): Promise<SeenBracket> => {
      const firstSeenAt = trail.get(bracketName(bracket))?.firstSeenAt ?? null;
      const ending = await endingOf(clusterId, bracket, scene, actor);
      return { ...bracket, firstSeenAt, overdueSince: overdueSince(bracket, firstSeenAt, nowMs), ending };
    }),
  );
  return { at: new Date(nowMs).toISOString(), open, unread: unreadBrackets(scene.status, scene.sight) };
}

export interface EndBracketOrder {
  readonly clusterId: string;
  readonly bracket: EndableBracket;
  readonly factsDigest: string;
  readonly idempotencyKey: string;
}

/** Refused while a guard fails or is unknown, when it is no longer there, or when another command would run than the one shown. */
export async function endBracket(order: EndBracketOrder, subject: AuditSubject): Promise<{ runId: string }> {
  const { clusterId, bracket, factsDigest, idempotencyKey } = order;
  const actor = subject.actor?.username ?? "trivet";
  const scene = await sceneOf(clusterId, true);
  const what = bracketName(bracket);
  if (!openBrackets(scene.status, scene.sight).some((one) => bracketName(one) === what))
    throw new AppError("blocked", say("bracket-gone", { what }), { facts: { request: "end-bracket", because: what } });
  refuseWhileHeld("end-bracket", bracketGuards(scene.facts, bracket));
  const input = await inputFor(clusterId, bracket, scene, actor);
  const request = { kind: "end-bracket", clusterId, input, actor, idempotencyKey } as const;
  return await startAudited({ ...request, expectedFactsDigest: factsDigest }, what, subject);
}

/** VMs of the platform that a cold start left stopped: a person chose which are started. */
export async function startVms(
  order: { clusterId: string; vms: readonly string[]; idempotencyKey: string },
  subject: AuditSubject,
): Promise<{ runId: string }> {
  const { clusterId, vms, idempotencyKey } = order;
  const actor = subject.actor?.username ?? "trivet";
  const scene = await sceneOf(clusterId, true);
  refuseWhileHeld("start-vms", bracketGuards(scene.facts, { kind: "vm-ha-off", node: null, flags: [] }));
  const wish = { clusterId, kind: "cluster-up", subject: wholeCluster, guests: "stop" } as const;
  const base = await maintenanceInputOf(wish, scene.status, scene.sight, actor);
  const input: MaintenanceInput = { ...base, flags: "none", vms: [...vms] };
  return await startAudited({ kind: "start-vms", clusterId, input, actor, idempotencyKey }, vms.join(", "), subject);
}
