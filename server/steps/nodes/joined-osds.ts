import { z } from "zod";
import { say } from "@/contract/sentence";
import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { disksOf, osdUuid } from "@/server/steps/deployment/ceph-layout";
import { cephOsds } from "@/server/steps/deployment/ceph-osds";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { fsidNow } from "@/server/steps/nodes/ceph-membership";
import { cephAnswer } from "@/server/steps/nodes/ceph-answer";
import { hostOutOfTree, removeEmptyHosts } from "@/server/steps/nodes/ceph-hosts";
import {
  asDeployment,
  helperOf,
  leavingNames,
  type NodeChangeContext,
  type NodeChangeStep,
  onJoining,
  onStaying,
  separable,
} from "@/server/steps/nodes/node-change-step";
import { backOffSeconds, drain, out, safeToDestroy } from "@/server/steps/nodes/osds-drained";

const step = onJoining(cephOsds);
const dumpSchema = z.object({ osds: z.array(z.object({ osd: z.number(), uuid: z.string() })) });
const down = (id: string): string[] => ceph("osd", "down", id);
const purge = (id: string): string[] => ceph("osd", "purge", id, "--yes-i-really-mean-it");

/** Those in the map that this run made on the machine: their UUIDs follow from it. */
async function osdsOf(context: NodeChangeContext): Promise<number[]> {
  const { input, cell } = context;
  const fsid = await fsidNow(context);
  const uuids = disksOf(input.deployment, cell).map(({ path }) => osdUuid(fsid, cell, path));
  const { osds } = await cephAnswer(context, dumpSchema, ["osd", "dump"]);
  return osds.flatMap(({ osd, uuid }) => (uuids.includes(uuid) ? [osd] : []));
}

/** As in the first deployment; but here data has moved to these disks, and each of two machines may have a copy of the same. */
async function copyBack(context: NodeChangeContext): Promise<number[]> {
  const ids = await osdsOf(context);
  if (ids.length > 0) await drain(context, ids);
  return ids;
}

/** The tree would name the machine on; one whose place it was to take stays there. */
const outOfTree = (context: NodeChangeContext): Promise<void> =>
  removeEmptyHosts(context, leavingNames(context.input).includes(context.cell) ? [] : [context.cell]);

export const joinedOsdsStep: NodeChangeStep = {
  plan(input) {
    const line = step.plan(input);
    if (line === null || line.undo.kind === "none") return line;
    const helper = helperOf(input);
    const first = line.cells.flatMap((cell) =>
      [out, safeToDestroy].map((words) => ({ ...shown(helper, words(["«id»"])), cell })),
    );
    const last = (node: string) =>
      leavingNames(input).includes(node) ? [] : [{ ...shown(helper, hostOutOfTree(node)), cell: node }];
    const withDrain = {
      ...line,
      undo: { ...line.undo, commands: [...first, ...line.undo.commands, ...line.cells.flatMap(last)] },
      timeoutSeconds: line.timeoutSeconds + backOffSeconds,
    };
    return separable(withDrain, (node) => [
      ...[out(["«id»"]), safeToDestroy(["«id»"]), down("«id»"), purge("«id»")].map((argv) => shown(helper, argv)),
      ...last(node),
    ]);
  },
  definition: {
    ...step.definition,
    async undo(context) {
      await copyBack(context);
      const undone = await cephOsds.definition.undo?.(asDeployment(context));
      if (undone === undefined) throw new Error("the OSDs have lost their undo");
      await outOfTree(context);
      return undone;
    },
    async undoWithoutNode(context) {
      for (const id of await copyBack(context))
        for (const argv of [down(String(id)), purge(String(id))])
          await onStaying(context, argv, { timeoutMs: cephTimeoutMs });
      await outOfTree(context);
      return { observed: say("osds-removed") };
    },
  },
};
