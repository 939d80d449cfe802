import { type Answer, fails, holds } from "@/contract/maintenance-guards";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { refusalOf } from "@/server/steps/maintenance/ceph";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import {
  haNow,
  helperOf,
  leavingOsds,
  makesCeph,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";

/** Terabytes over one link take a day; shorter parks a run that is on its way. */
export const drainSeconds = 48 * 3_600;
const pollMs = 3_000;
/** ceph: EBUSY, EAGAIN: data still needs it, or Ceph cannot tell yet. */
export const notYet = [11, 16];

export const out = (ids: readonly (number | string)[]): string[] => ceph("osd", "out", ...ids.map(String));
const back = (ids: readonly number[]): string[] => ceph("osd", "in", ...ids.map(String));
export const safeToDestroy = (ids: readonly (number | string)[]): string[] =>
  ceph("osd", "safe-to-destroy", ...ids.map(String));

/** Ceph's own word, for all of them together: one by one each could go, and together they would take the last copies. */
async function neededStill(
  context: NodeChangeContext,
  ids: readonly number[] = leavingOsds(context.input),
): Promise<string | null> {
  const { code, stderr } = await context.command(safeToDestroy(ids), {
    node: helperOf(context.input),
    allow: notYet,
    timeoutMs: cephTimeoutMs,
  });
  return code === 0 ? null : refusalOf(stderr);
}

/**
 * Disks that joined and are taken back: their data is copied to where it was before. Longer than this no undo waits at a time, because
 * nobody can stop it; pressed again it goes on where it was.
 */
export const backOffSeconds = 3_600;

export async function drain(context: NodeChangeContext, ids: readonly number[]): Promise<void> {
  await context.command(out(ids), { node: helperOf(context.input), timeoutMs: cephTimeoutMs });
  let said: string | null = null;
  const look = async () => {
    said = await neededStill(context, ids);
    if (said !== null) context.progress(await movedShare(context), null, said);
    return said === null ? true : null;
  };
  await pollUntil(look, { timeoutMs: backOffSeconds * 1000, everyMs: pollMs, signal: context.signal });
  if (said !== null) throw new AppError("blocked", say("osds-not-drained", { osds: osdNames(ids), said }));
}

export const osdNames = (ids: readonly number[]): string => ids.map((id) => `osd.${id}`).join(", ");

export async function mayBeDestroyed(context: NodeChangeContext): Promise<Answer> {
  const ids = leavingOsds(context.input);
  const said = ids.length === 0 ? null : await neededStill(context);
  return said === null ? holds(say("osds-drained")) : fails(say("osds-not-drained", { osds: osdNames(ids), said }));
}

/** The data leaves while its old copies still serve: never fewer than before. */
export const osdsDrainedStep: NodeChangeStep = {
  plan(input) {
    const ids = leavingOsds(input);
    if (!makesCeph(input) || ids.length === 0) return null;
    const helper = helperOf(input);
    return {
      id: "ensure-osds-drained",
      phase: "storage",
      cells: [helper],
      commands: [shown(helper, out(ids)), shown(helper, safeToDestroy(ids))],
      undo: { kind: "commands", commands: [shown(helper, back(ids))] },
      pointOfNoReturn: false,
      softTimeoutSeconds: 1_800,
      timeoutSeconds: drainSeconds + 300,
    };
  },
  definition: {
    id: "ensure-osds-drained",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      await context.command(out(leavingOsds(context.input)), { timeoutMs: cephTimeoutMs });
      const look = async () => {
        const said = await neededStill(context);
        if (said !== null) context.progress(await movedShare(context), null, said);
        return said === null ? true : null;
      };
      await pollUntil(look, { timeoutMs: drainSeconds * 1000, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const said = await neededStill(context);
      return said === null
        ? { reached: true, observed: say("osds-drained") }
        : { reached: false, missing: say("osds-not-drained", { osds: osdNames(leavingOsds(context.input)), said }) };
    },
    async undo(context) {
      await context.command(back(leavingOsds(context.input)), { timeoutMs: cephTimeoutMs });
      return { observed: say("osds-in-again") };
    },
  },
};

async function movedShare(context: NodeChangeContext): Promise<number | null> {
  const { ceph: seen } = await haNow(context);
  if (seen.state === "unknown" || seen.value.pgs.total === 0) return null;
  return (seen.value.pgs.byState["active+clean"] ?? 0) / seen.value.pgs.total;
}
