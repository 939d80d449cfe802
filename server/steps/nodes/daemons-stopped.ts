import { monitorsSuffice } from "@/contract/node-change-guards";
import type { NodeChangeInput } from "@/contract/node-change";
import { say, type Sentence } from "@/contract/sentence";
import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { lastLookAtCeph } from "@/server/steps/nodes/last-look";
import {
  helperOf,
  leavingNames,
  leavingOsds,
  makesCeph,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";
import { mayBeDestroyed } from "@/server/steps/nodes/osds-drained";

const daemonsOf = (input: NodeChangeInput, node: string): string[] => [
  ...leavingOsds(input, node).map((id) => `ceph-osd@${id}`),
  `ceph-mon@${node}`,
  `ceph-mgr@${node}`,
];
const stop = (units: readonly string[]): string[] => ["systemctl", "disable", "--now", ...units];
const start = (units: readonly string[]): string[] => ["systemctl", "enable", "--now", ...units];
/** systemctl: some of these units are not installed here, or were never enabled. */
const notThere = [1, 5];

async function stillRunning(context: NodeChangeContext): Promise<string[]> {
  const units = daemonsOf(context.input, context.cell);
  const { stdout } = await context.command(["systemctl", "is-active", ...units], { allow: [1, 2, 3, 4] });
  const states = stdout.trim().split("\n");
  return units.filter((_unit, at) => ["active", "activating"].includes(states[at] ?? ""));
}

/** Asked again at the last moment: a monitor or a disk of a node that stays may have failed while the data moved. */
const stillNeeded = (context: NodeChangeContext): Promise<Sentence | null> =>
  lastLookAtCeph(context, async (seen) => [
    monitorsSuffice(seen, leavingNames(context.input)),
    await mayBeDestroyed(context),
  ]);

export const daemonsStoppedStep: NodeChangeStep = {
  plan: (input) =>
    makesCeph(input)
      ? {
          id: "ensure-ceph-daemons-stopped",
          phase: "storage",
          cells: leavingNames(input),
          commands: leavingNames(input).map((node) => shown(node, stop(daemonsOf(input, node)))),
          undo: {
            kind: "commands",
            commands: leavingNames(input).map((node) => shown(node, start(daemonsOf(input, node)))),
          },
          pointOfNoReturn: false,
          softTimeoutSeconds: 60,
          timeoutSeconds: 300,
        }
      : null,
  definition: {
    id: "ensure-ceph-daemons-stopped",
    async precheck(context) {
      if ((await stillRunning(context)).length === 0)
        return { kind: "already", observed: say("osds-stopped", { node: context.cell }) };
      const reason = await stillNeeded(context);
      return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
    },
    async run(context) {
      const ids = leavingOsds(context.input, context.cell);
      await context.command(stop(daemonsOf(context.input, context.cell)), { allow: notThere });
      // The map calls a stopped OSD up until it is told or its grace is over, and purges none that is up.
      const helper = helperOf(context.input);
      if (ids.length > 0)
        await context.command(ceph("osd", "down", ...ids.map(String)), { node: helper, timeoutMs: cephTimeoutMs });
    },
    async verify(context) {
      const units = await stillRunning(context);
      return units.length === 0
        ? { reached: true, observed: say("osds-stopped", { node: context.cell }) }
        : { reached: false, missing: say("osds-still-run", { node: context.cell, units: units.join(", ") }) };
    },
    async undo(context) {
      await context.command(start(daemonsOf(context.input, context.cell)), { allow: notThere });
      return { observed: say("osds-run-again", { node: context.cell }) };
    },
  },
};
