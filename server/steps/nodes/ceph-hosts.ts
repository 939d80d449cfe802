import { z } from "zod";
import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { cephAnswer } from "@/server/steps/nodes/ceph-answer";
import { type NodeChangeContext, onStaying } from "@/server/steps/nodes/node-change-step";

const treeSchema = z.object({
  nodes: z.array(z.object({ name: z.string(), type: z.string(), children: z.array(z.number()).default([]) })),
});

/** Refused by Ceph itself as long as a disk is there. */
export const hostOutOfTree = (name: string): string[] => ceph("osd", "crush", "remove", name);

/** Those of these machines that Ceph's tree still names though their last disk has gone: whoever counts hosts counts them. */
export async function emptyHosts(context: NodeChangeContext, names: readonly string[]): Promise<string[]> {
  const { nodes } = await cephAnswer(context, treeSchema, ["osd", "tree"]);
  return nodes
    .filter(({ name, type, children }) => type === "host" && children.length === 0 && names.includes(name))
    .map(({ name }) => name);
}

export async function removeEmptyHosts(context: NodeChangeContext, names: readonly string[]): Promise<void> {
  for (const name of await emptyHosts(context, names))
    await onStaying(context, hostOutOfTree(name), { timeoutMs: cephTimeoutMs });
}
