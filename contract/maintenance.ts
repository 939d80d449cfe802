import { z } from "zod";
import { endableBracketSchema } from "@/contract/bracket-kinds";
import { wholeCluster } from "@/contract/maintenance-subject";
import { suitePaths } from "@/contract/node-setup";

/** Planned maintenance (manual 2.1): one node down or up, the whole cluster down or up. Stored: retired, never renamed. */
export const maintenanceKinds = ["node-down", "node-up", "cluster-down", "cluster-up"] as const;
export const maintenanceKindSchema = z.enum(maintenanceKinds);
export type MaintenanceKind = z.infer<typeof maintenanceKindSchema>;

/** How a machine is switched on, and whether its power can be read. */
export const powerSchema = z.discriminatedUnion("by", [
  z.object({ by: z.literal("hand") }),
  /** The ref names a sealed `bmcSecretSchema`. */
  z.object({ by: z.literal("ipmi"), secretRef: z.string() }),
]);
export type PowerChoice = z.infer<typeof powerSchema>;

export const maintenanceNodeSchema = z.object({
  name: z.string(),
  /** Where the panel's ssh goes. */
  address: z.string(),
  storageIp: z.string().nullable(),
  power: powerSchema,
});

export const guestChoices = ["migrate", "stop"] as const;
export const guestChoiceSchema = z.enum(guestChoices);
export type GuestChoice = z.infer<typeof guestChoiceSchema>;

export const maintenancePlatformSchema = z.discriminatedUnion("kind", [
  /** Nobody but libvirt knows the guests. */
  z.object({ kind: z.literal("none"), guests: guestChoiceSchema }),
  z.object({
    kind: z.literal("zstack"),
    user: z.string(),
    passwordSecretRef: z.string(),
    /** The management VM's addresses: which one answers depends on the node it runs on. */
    addresses: z.array(z.string()),
  }),
]);

/** Input of all four procedures: everything the plan is made from. No secret is in it. */
export const maintenanceInputSchema = z.object({
  protocol: z.literal(1),
  actor: z.string(),
  nodes: z.array(maintenanceNodeSchema).min(1),
  subject: z.string(),
  /** The node asked first; when it does not answer, any other that stays up is. */
  helper: z.string(),
  /** Node that takes the management VM first (manual 2.1.1.1.2); null: it runs elsewhere already (2.1.1.1.1). */
  moveVmTo: z.string().nullable(),
  /** `host`: noout for the subject's OSDs only; `cluster`: the manual's flags; `none`: no OSD is concerned. */
  flags: z.enum(["host", "cluster", "none"]),
  platform: maintenancePlatformSchema,
  /** Only of `end-bracket`: what it ends. */
  bracket: endableBracketSchema.optional(),
  /** Only of `start-vms`: the platform's names of them. */
  vms: z.array(z.string()).optional(),
});
export type MaintenanceInput = z.infer<typeof maintenanceInputSchema>;

export const subjectsOf = (input: Pick<MaintenanceInput, "subject" | "nodes">): string[] =>
  input.subject === wholeCluster ? input.nodes.map(({ name }) => name) : [input.subject];

/**
 * What a maintenance took away, kept as a file on every node until it is given back: so any panel can end it, also one that has
 * never seen this cluster, and also when every node was off meanwhile.
 */
export const maintenanceRecordSchema = z.object({
  protocol: z.literal(1),
  kind: z.enum(["node-down", "cluster-down"]),
  subject: z.string(),
  runId: z.string(),
  actor: z.string(),
  at: z.string(),
  flags: maintenanceInputSchema.shape.flags,
  before: z.object({
    /** Node → state of its host at the platform; a host that was disabled stays disabled. */
    hosts: z.record(z.string(), z.string()),
    /** The platform's global switch for the VMs' own HA. Null: not asked. */
    vmHa: z.string().nullable(),
    /** Node → guests that ran there by libvirt, without the management VM. */
    guests: z.record(z.string(), z.array(z.string())),
  }),
});
export type MaintenanceRecord = z.infer<typeof maintenanceRecordSchema>;

export const maintenanceDirectory = `${suitePaths.stateDirectory}/maintenance`;
export const maintenanceRecordPath = (subject: string): string => `${maintenanceDirectory}/${subject}.json`;

/** A board management controller; sealed whole, because an address with a user name is half a key. */
export const bmcSecretSchema = z.object({ address: z.string().min(1), user: z.string(), password: z.string() });
export type BmcSecret = z.infer<typeof bmcSecretSchema>;
export const bmcSecretRef = (clusterId: string, node: string): string => `cluster:${clusterId}:bmc:${node}`;

/** Result of `verify-guests-back`: what a person still has to start. */
export const guestsBackSchema = z.object({ running: z.array(z.string()), stopped: z.array(z.string()) });
export type GuestsBack = z.infer<typeof guestsBackSchema>;
export const guestsBackStep = "verify-guests-back";
