import { z } from "zod";
import type { CephStatus } from "@/contract/ha-status";
import { type Answer, fails, holds } from "@/contract/maintenance-guards";
import { dataServes, monitorsSuffice } from "@/contract/node-change-guards";
import { joiningNames, type NodeChangeInput } from "@/contract/node-change";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { refusalOf } from "@/server/steps/maintenance/ceph";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { cephAnswer } from "@/server/steps/nodes/ceph-answer";
import { emptyHosts, hostOutOfTree, removeEmptyHosts } from "@/server/steps/nodes/ceph-hosts";
import { lastLookAtCeph } from "@/server/steps/nodes/last-look";
import {
  helperOf,
  leavingNames,
  leavingOsds,
  makesCeph,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";
import { mayBeDestroyed, notYet, osdNames } from "@/server/steps/nodes/osds-drained";

const monmapSchema = z.object({ mons: z.array(z.object({ name: z.string() })) });
const treeSchema = z.object({
  osds: z.array(z.object({ osd: z.number(), up: z.number() })),
});

const leavingMonitors = async (context: NodeChangeContext): Promise<string[]> => {
  const { mons } = await cephAnswer(context, monmapSchema, ["mon", "dump"]);
  return leavingNames(context.input).filter((name) => mons.some((mon) => mon.name === name));
};

/** A monitor that is dead counts in every majority until the map forgets it. */
export const monitorsRemovedStep: NodeChangeStep = {
  plan: (input) =>
    makesCeph(input)
      ? {
          id: "ensure-monitors-removed",
          phase: "storage",
          cells: [helperOf(input)],
          commands: input.leaving.map(({ name }) => shown(helperOf(input), ceph("mon", "remove", name))),
          undo: { kind: "none", because: say("monitor-comes-anew") },
          pointOfNoReturn: false,
          softTimeoutSeconds: 30,
          timeoutSeconds: 180,
        }
      : null,
  definition: {
    id: "ensure-monitors-removed",
    async precheck(context) {
      if ((await leavingMonitors(context)).length === 0)
        return { kind: "already", observed: say("monitors-forgotten") };
      const { input } = context;
      const judge = (seen: CephStatus): Answer[] => [
        monitorsSuffice(seen, leavingNames(input)),
        ...stillVoting(input, seen),
      ];
      const reason = await lastLookAtCeph(context, (seen) => Promise.resolve(judge(seen)));
      return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
    },
    async run(context) {
      for (const name of await leavingMonitors(context))
        await context.command(ceph("mon", "remove", name), { timeoutMs: cephTimeoutMs });
    },
    async verify(context) {
      const left = await leavingMonitors(context);
      return left.length === 0
        ? { reached: true, observed: say("monitors-forgotten") }
        : { reached: false, missing: say("monitors-left", { names: left.join(", ") }) };
    },
  },
};

/** Dead means that it votes no more: else the old machine came back while the new one was prepared. */
const stillVoting = (input: NodeChangeInput, { monitors }: CephStatus): Answer[] =>
  monitors
    .filter(({ name, inQuorum }) => inQuorum && joiningNames(input).includes(name))
    .map(({ name }) => fails(say("monitor-still-answers", { name })));

/**
 * Those of the plan that are still in the map. A number of a replaced machine may have been given to a new OSD since, which is up;
 * one of a machine that leaves is called up until Ceph is told or its grace is over.
 */
async function leftOsds(context: NodeChangeContext): Promise<number[]> {
  const { osds } = await cephAnswer(context, treeSchema, ["osd", "dump"]);
  const replaced = new Set(joiningNames(context.input));
  return context.input.leaving.flatMap((node) =>
    node.osds.filter((id) => osds.some(({ osd, up }) => osd === id && (up === 0 || !replaced.has(node.name)))),
  );
}

const isReplaced = ({ joining }: NodeChangeInput): boolean => joining.length > 0;
/**
 * Of a machine that leaves well Ceph itself refuses as long as data needs the disk. Of a dead one it cannot: its groups lack a copy
 * until the new machine has one, so there the word is given that skips Ceph's own look.
 */
const purge = (input: NodeChangeInput, id: number): string[] =>
  ceph("osd", "purge", String(id), ...(isReplaced(input) ? ["--yes-i-really-mean-it"] : []));

const statusSchema = z.object({ pgmap: z.looseObject({ unfound_objects: z.number().default(0) }) });

/** Nothing may be given up with these disks that no other disk has. */
async function nothingGivenUp(context: NodeChangeContext, seen: CephStatus): Promise<Answer[]> {
  const { pgmap } = await cephAnswer(context, statusSchema, ["status"]);
  const count = pgmap.unfound_objects;
  const unfound = count === 0 ? [] : [fails(say("data-unfound", { count }))];
  return [
    dataServes(seen),
    ...unfound,
    isReplaced(context.input) ? await allDown(context) : await mayBeDestroyed(context),
  ];
}

async function allDown(context: NodeChangeContext): Promise<Answer> {
  const { osds } = await cephAnswer(context, treeSchema, ["osd", "dump"]);
  const up = leavingOsds(context.input).filter((id) => osds.some(({ osd, up: isUp }) => osd === id && isUp === 1));
  return up.length === 0 ? holds(say("guard-data-serves")) : fails(say("osds-still-up", { osds: osdNames(up) }));
}

/** The map changes with each disk that goes: groups settle before Ceph lets the next one go. Longer: data moves, and a person looks. */
const settleSeconds = 1_800;
const pollMs = 3_000;

async function purged(context: NodeChangeContext, id: number): Promise<true | null> {
  const argv = purge(context.input, id);
  const { code, stderr } = await context.command(argv, { allow: notYet, timeoutMs: cephTimeoutMs });
  if (code !== 0)
    context.progress(null, null, say("osds-not-drained", { osds: osdNames([id]), said: refusalOf(stderr) }));
  return code === 0 ? true : null;
}

/** A machine that is replaced comes back under the same name. */
const hostsThatGo = ({ input }: NodeChangeContext): string[] => (isReplaced(input) ? [] : leavingNames(input));

/** From here on the dead machine's disks are worth nothing to this cluster. */
export const osdsRemovedStep: NodeChangeStep = {
  plan(input) {
    const ids = input.leaving.flatMap(({ osds }) => osds);
    if (!makesCeph(input) || ids.length === 0) return null;
    return {
      id: "ensure-osds-removed",
      phase: "storage",
      cells: [helperOf(input)],
      commands: [
        ...ids.map((id) => purge(input, id)),
        ...(isReplaced(input) ? [] : leavingNames(input).map(hostOutOfTree)),
      ].map((argv) => shown(helperOf(input), argv)),
      undo: { kind: "none", because: say("osds-come-anew") },
      pointOfNoReturn: true,
      softTimeoutSeconds: 60,
      timeoutSeconds: settleSeconds + 300,
    };
  },
  definition: {
    id: "ensure-osds-removed",
    async precheck(context) {
      if ((await leftOsds(context)).length === 0)
        return (await emptyHosts(context, hostsThatGo(context))).length === 0
          ? { kind: "already", observed: say("osds-forgotten") }
          : { kind: "ready" };
      // Asked again here, at the last moment: what only these disks hold is given up with them.
      const reason = await lastLookAtCeph(context, (seen) => nothingGivenUp(context, seen));
      return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
    },
    async run(context) {
      for (const id of await leftOsds(context)) {
        // Told once more: Ceph purges none that it calls up, and their daemons were proven stopped.
        await context.command(ceph("osd", "down", String(id)), { timeoutMs: cephTimeoutMs });
        await pollUntil(() => purged(context, id), {
          timeoutMs: settleSeconds * 1000,
          everyMs: pollMs,
          signal: context.signal,
        });
      }
      await removeEmptyHosts(context, hostsThatGo(context));
    },
    async verify(context) {
      const hosts = await emptyHosts(context, hostsThatGo(context));
      const left = [...(await leftOsds(context)).map((id) => `osd.${id}`), ...hosts];
      return left.length === 0
        ? { reached: true, observed: say("osds-forgotten") }
        : { reached: false, missing: say("osds-left", { osds: left.join(", ") }) };
    },
  },
};
