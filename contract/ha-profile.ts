import { z } from "zod";
import { observedSchema } from "@/contract/observed-schema";

/** How soon a silent owner counts as lost. Safety never depends on it: fencing does that. */
export const haProfiles = ["default", "fast"] as const;
export const haProfileSchema = z.enum(haProfiles);
export type HaProfile = z.infer<typeof haProfileSchema>;

/** Consul's gossip, as its configuration file writes it. */
export type GossipSettings = Readonly<
  Record<"probe_interval" | "probe_timeout" | "gossip_interval", string> & { suspicion_mult: number }
>;

export interface CephSetting {
  readonly key: string;
  readonly value: string;
}

export interface ProfileSettings {
  readonly gossip: GossipSettings;
  /** Options of the `global` section of Ceph's configuration database. */
  readonly ceph: readonly CephSetting[];
}

/**
 * Clients and OSDs whose monitor died with the node get no new map for `mon_client_ping_timeout` (30 s by default), and a
 * request to a dead OSD asks for a new map only after `objecter_timeout` (10 s). Both only make a client ask again sooner.
 */
const askSooner: readonly CephSetting[] = [
  { key: "mon_client_ping_interval", value: "2" },
  { key: "mon_client_ping_timeout", value: "5" },
  { key: "objecter_timeout", value: "2" },
  { key: "objecter_tick_interval", value: "1" },
];

/**
 * Every monitor write waits for a dead monitor 2 × mon_lease + an election; OSDs are reported down after the grace. A write that comes
 * sooner than `paxos_propose_interval` (1 s) after the last one waits for its end: the fence, half a second on average.
 */
const failSooner: readonly CephSetting[] = [
  { key: "paxos_propose_interval", value: "0.25" },
  { key: "mon_lease", value: "2" },
  { key: "mon_election_timeout", value: "2" },
  { key: "osd_heartbeat_grace", value: "6" },
  { key: "osd_heartbeat_interval", value: "2" },
];

export const profileSettings: Readonly<Record<HaProfile, ProfileSettings>> = {
  // One second less of suspicion than Consul's own: a node counts as lost after 4 to 5 s instead of 5 to 6.
  default: {
    gossip: { probe_interval: "1s", probe_timeout: "500ms", gossip_interval: "200ms", suspicion_mult: 3 },
    ceph: askSooner,
  },
  fast: {
    gossip: { probe_interval: "500ms", probe_timeout: "200ms", gossip_interval: "100ms", suspicion_mult: 3 },
    ceph: [...askSooner, ...failSooner],
  },
};

/** Every option a profile may set: a change of profile removes those the new one does not name. */
export const profileCephKeys: readonly string[] = profileSettings.fast.ceph.map(({ key }) => key);

/** `zsha/profile` in Consul: what was chosen for this cluster. */
export const profileRecordSchema = z.object({
  profile: haProfileSchema,
  /** True: the suite may set Ceph's options: its own Ceph, or the owner of an existing one agreed. */
  cephTuned: z.boolean(),
  actor: z.string(),
  at: z.string(),
});
export type ProfileRecord = z.infer<typeof profileRecordSchema>;

/** One setting that is not what the profile says, as read back from where it counts. */
export const profileDeviationSchema = z.object({
  where: z.enum(["consul", "ceph"]),
  /** Consul is set per node, Ceph once for all. */
  node: z.string().nullable(),
  setting: z.string(),
  wanted: z.string(),
  found: z.string(),
});
export type ProfileDeviation = z.infer<typeof profileDeviationSchema>;

/** What `zsha status --json` says of the profile. */
export const profileStatusSchema = z.object({
  profile: haProfileSchema,
  cephTuned: z.boolean(),
  /** Consul's settings of the node that answered. */
  consul: observedSchema(z.array(profileDeviationSchema)),
  ceph: observedSchema(z.array(profileDeviationSchema)),
});
export type ProfileStatus = z.infer<typeof profileStatusSchema>;
