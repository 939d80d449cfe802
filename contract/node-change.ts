import { z } from "zod";
import { say, type Sentence } from "@/contract/sentence";
import { clusterInputSchema } from "@/contract/deployment-input";
import { maintenanceInputSchema } from "@/contract/maintenance";

/** Procedures that change who belongs to a cluster. Stored: retired, never renamed. */
export const nodeChangeKinds = ["replace-node", "add-node", "remove-node"] as const;
export const nodeChangeKindSchema = z.enum(nodeChangeKinds);
export type NodeChangeKind = z.infer<typeof nodeChangeKindSchema>;

export const leavingNodeSchema = z.object({
  name: z.string(),
  storageIp: z.string(),
  /** Its OSDs when the plan was made: no other is ever purged. */
  osds: z.array(z.number().int()),
});
export type LeavingNode = z.infer<typeof leavingNodeSchema>;

/** Input of all three: everything the plan is made from. No secret is in it. */
export const nodeChangeInputSchema = z.object({
  protocol: z.literal(1),
  actor: z.string(),
  /** The cluster as it is to be afterwards: nodes that stay come first, those that join last. */
  deployment: clusterInputSchema,
  /** New machines, by the name they are to have. A replaced node is in `leaving` too, under the same name. */
  joining: z.array(z.object({ name: z.string(), hostNameBefore: z.string() })),
  leaving: z.array(leavingNodeSchema),
  platform: maintenanceInputSchema.shape.platform,
});
export type NodeChangeInput = z.infer<typeof nodeChangeInputSchema>;

export const joiningNames = ({ joining }: Pick<NodeChangeInput, "joining">): string[] =>
  joining.map(({ name }) => name);

/** Members before and after; the first of them is asked first. */
export const stayingNames = ({ deployment, joining }: Pick<NodeChangeInput, "deployment" | "joining">): string[] => {
  const fresh = new Set(joiningNames({ joining }));
  return deployment.nodes.map(({ name }) => name).filter((name) => !fresh.has(name));
};

/** A machine a person offers as a member, with the host key he compared. Nothing of it is secret. */
export const newMachineSchema = z.object({
  /** The name it is to have in the cluster. */
  name: z.string().min(1).max(63),
  address: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  hostKeyType: z.string(),
  /** Base64 of the public key with that fingerprint. */
  hostKey: z.string(),
  /** "SHA256:…", accepted by a person. */
  hostKeyFingerprint: z.string(),
  /** Paths of the disks that become OSDs. */
  disks: z.array(z.string()),
  /** Of these, the ones that held data and were confirmed to be emptied. */
  wipeConfirmed: z.array(z.string()),
  /** Of a node that is added; a replaced one keeps the addresses of its place. */
  storageIp: z.string().nullable(),
  managementIp: z.string().nullable(),
});
export type NewMachine = z.infer<typeof newMachineSchema>;

/** What a person wishes: members that go, and machines that come under the names they are to have. */
export interface OfferedChange {
  readonly kind: NodeChangeKind;
  readonly leaving: readonly string[];
  readonly machines: readonly Pick<NewMachine, "name">[];
}

/** To replace, to add and to remove are changes of their own: each takes away or brings what it is for, and nothing else. */
export function isMixed({ kind, leaving, machines }: OfferedChange): boolean {
  switch (kind) {
    case "replace-node":
      return leaving.length === 0 || machines.some(({ name }) => !leaving.includes(name));
    case "add-node":
      return leaving.length > 0;
    case "remove-node":
      return leaving.length === 0 || machines.length > 0;
  }
}

/** Why the change cannot begin yet, while a machine it needs has not been offered. */
export function machinesMissing({ kind, leaving, machines }: OfferedChange): Sentence | null {
  if (kind === "add-node" && machines.length === 0) return say("machines-missing");
  const missing = kind === "replace-node" ? leaving.filter((node) => machines.every(({ name }) => name !== node)) : [];
  return missing.length === 0 ? null : say("machine-missing", { nodes: missing.join(", ") });
}
