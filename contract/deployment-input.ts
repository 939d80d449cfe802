import { z } from "zod";
import {
  type DeploymentDraft,
  type DraftNode,
  imageInfoSchema,
  softwarePlanSchema,
  storagePlanSchema,
} from "@/contract/deployment";
import { draftProblems } from "@/contract/deployment-problems";
import { haConfigSchema } from "@/contract/ha-config";
import { haProfileSchema } from "@/contract/ha-profile";
import { type NetworkId, networkPlanSchema } from "@/contract/network-plan";
import type { FieldProblem } from "@/contract/preflight";

/** A disk as it was when a person chose it. A step must find the same serial and size before it writes to the path. */
export const chosenDiskSchema = z.object({
  node: z.string(),
  path: z.string(),
  sizeBytes: z.number(),
  serial: z.string().nullable(),
  rotational: z.boolean(),
  /** True: the disk held data and a person typed the confirmation for this very disk. */
  wipeConfirmed: z.boolean(),
});
export type ChosenDisk = z.infer<typeof chosenDiskSchema>;

export const inputNodeSchema = z.object({
  name: z.string(),
  /** Where the panel's ssh goes; may be none of the planned addresses. */
  address: z.string(),
  port: z.number().int(),
  user: z.string(),
  /** "SHA256:…", accepted by a person. */
  hostKeyFingerprint: z.string(),
  hostKeyType: z.string().nullable(),
  /** Base64 of the public key with that fingerprint. */
  hostKey: z.string().nullable(),
  machineId: z.string(),
  packageManager: z.enum(["apt", "dnf", "yum", "none"]),
  architecture: z.string(),
  networkStack: z.array(z.enum(["networkd", "network-manager", "ifupdown", "network-scripts"])),
  storageIp: z.string(),
  managementIp: z.string(),
});
export type InputNode = z.infer<typeof inputNodeSchema>;

/**
 * Everything the run of `deploy-cluster` needs: immutable once started, stored with the run. No secret is in it;
 * `…SecretRef` names one in the sealed store.
 */
export const deploymentInputSchema = z.object({
  protocol: z.literal(1),
  clusterName: z.string().min(1),
  nodes: z.array(inputNodeSchema).min(1),
  networks: z.array(networkPlanSchema),
  storage: storagePlanSchema,
  /** Of `bootstrap`; empty for an existing Ceph. */
  disks: z.array(chosenDiskSchema),
  image: imageInfoSchema.extend({
    /** On the panel: absolute, or relative to TRIVET_DATA. Null where the node has the file or fetches it itself. */
    panelPath: z.string().nullable(),
  }),
  config: haConfigSchema,
  software: softwarePlanSchema,
  haProfile: haProfileSchema,
  platform: z.object({ kind: z.enum(["zstack", "none"]), user: z.string(), passwordSecretRef: z.string().nullable() }),
  /** As config.ChronyServers: a node among them is a source for the others, never for itself (A17). */
  timeServers: z.array(z.string()),
});
export type DeploymentInput = z.infer<typeof deploymentInputSchema>;

const [bootstrapSchema, existingSchema] = storagePlanSchema.options;
/**
 * The cluster as its later procedures need it: only what its nodes can tell a panel that did not deploy it. What is asked once, at the
 * first deployment, is not in it.
 */
export const clusterInputSchema = deploymentInputSchema.omit({ image: true }).extend({
  storage: z.discriminatedUnion("mode", [
    bootstrapSchema.pick({ mode: true, replicas: true, failureDomain: true, pool: true, osdMemoryTargetMb: true }),
    existingSchema.pick({ mode: true, monitors: true, user: true, keySecretRef: true, pool: true, tuneFailover: true }),
  ]),
});
export type ClusterInput = z.infer<typeof clusterInputSchema>;

export type DeploymentInputResult =
  | { ok: true; input: DeploymentInput }
  /** Every error of the draft; advice does not stop a deployment and is not listed. */
  | { ok: false; problems: FieldProblem[] };

/** The draft as the input of a run, or everything that is still wrong with it. */
export function deploymentInput(draft: DeploymentDraft): DeploymentInputResult {
  const problems = draftProblems(draft).filter((problem) => problem.severity === "error");
  if (problems.length > 0) return { ok: false, problems };
  const parsed = deploymentInputSchema.safeParse({
    protocol: 1,
    clusterName: draft.clusterName,
    nodes: draft.nodes.map((node) => inputNode(node, draft)),
    networks: draft.networks,
    storage: draft.storage,
    disks: chosenDisks(draft),
    image: draft.image === null ? null : { ...draft.image, panelPath: imagePanelPath(draft.image.source) },
    config: draft.config,
    software: draft.software,
    haProfile: draft.haProfile,
    platform: draft.platform,
    timeServers: draft.config?.ChronyServers ?? [],
  });
  if (parsed.success) return { ok: true, input: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => ({
      path: issue.path.join("."),
      code: "incomplete",
      severity: "error",
      facts: { reason: issue.message },
    })),
  };
}

/** Uploads lie at uploads/ID below TRIVET_DATA: the one rule server/deployment writes and the run reads by. */
export const uploadPath = (uploadId: string): string => `uploads/${uploadId}`;

function imagePanelPath(source: NonNullable<DeploymentDraft["image"]>["source"]): string | null {
  switch (source.kind) {
    case "upload":
      return uploadPath(source.uploadId);
    case "panel-path":
      return source.path;
    case "node-path":
    case "url":
      return null;
  }
}

function inputNode(node: DraftNode, draft: DeploymentDraft): unknown {
  const facts = node.facts;
  return {
    name: facts?.hostName,
    address: node.address,
    port: node.port,
    user: node.user,
    hostKeyFingerprint: node.acceptedFingerprint,
    hostKeyType: node.presentedKeyType,
    hostKey: node.presentedKey,
    machineId: facts?.machineId,
    packageManager: facts?.packageManager,
    architecture: facts?.os.architecture,
    networkStack: facts?.networkStack,
    storageIp: addressOn(draft, "storage", facts?.hostName),
    managementIp: addressOn(draft, "management", facts?.hostName),
  };
}

function addressOn(draft: DeploymentDraft, id: NetworkId, node: string | undefined): string | null {
  const plan = draft.networks.find((network) => network.id === id);
  return plan?.onNodes.find((entry) => entry.node === node)?.ip ?? null;
}

function chosenDisks(draft: DeploymentDraft): ChosenDisk[] {
  const { storage } = draft;
  if (storage?.mode !== "bootstrap") return [];
  return draft.nodes.flatMap(({ facts }) => {
    if (facts === null) return [];
    const chosen = storage.disks[facts.hostName] ?? [];
    return facts.disks
      .filter((disk) => chosen.includes(disk.path))
      .map((disk) => ({
        node: facts.hostName,
        path: disk.path,
        sizeBytes: disk.sizeBytes,
        serial: disk.serial,
        rotational: disk.rotational,
        wipeConfirmed: storage.wipeConfirmed.includes(`${facts.hostName}:${disk.path}`),
      }));
  });
}
