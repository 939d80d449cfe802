import { z } from "zod";
import { consulKeys } from "@/contract/consul-keys";
import {
  type GossipSettings,
  type ProfileDeviation,
  type ProfileRecord,
  type ProfileStatus,
  profileRecordSchema,
  profileSettings,
} from "@/contract/ha-profile";
import { known, type Observed, unknown } from "@/contract/observed";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import type { RunCommand } from "@/suite/ceph/ceph-cli";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import type { ReadResult } from "@/suite/consul/consul-client";
import { cephDeviations } from "@/suite/setup/ceph-timings";

/** As the running agent names them. */
const agentNames: Readonly<Record<keyof GossipSettings, string>> = {
  probe_interval: "GossipLANProbeInterval",
  probe_timeout: "GossipLANProbeTimeout",
  gossip_interval: "GossipLANGossipInterval",
  suspicion_mult: "GossipLANSuspicionMult",
};
const agentSchema = z.object({ DebugConfig: z.record(z.string(), z.unknown()) });

/** What was chosen for this cluster; null: nobody has since before profiles were recorded. */
export function profileRecordOf(read: ReadResult): ProfileRecord | null {
  if (read.kind === "unknown") return null;
  const entry = read.entries.find(({ key }) => key === consulKeys.profile);
  if (entry === undefined) return null;
  try {
    return profileRecordSchema.parse(JSON.parse(entry.value));
  } catch {
    return null;
  }
}

/** Read back from where it counts: the running agent and Ceph's configuration database. */
export async function readProfile(
  access: ClusterAccess,
  record: ProfileRecord | null,
  run: RunCommand,
  at: string,
  timeoutMs: number,
): Promise<ProfileStatus> {
  const profile = record?.profile ?? access.cluster.profile;
  const cephTuned = record?.cephTuned ?? false;
  const [consul, ceph] = await Promise.all([
    readConsul(access, profile, at, timeoutMs),
    cephTuned ? readCeph(access, profile, run, at, timeoutMs) : Promise.resolve(known([], at)),
  ]);
  return { profile, cephTuned, consul, ceph };
}

async function readConsul(
  access: ClusterAccess,
  profile: ProfileRecord["profile"],
  at: string,
  timeoutMs: number,
): Promise<Observed<ProfileDeviation[]>> {
  const answer = await access.consul.get("/v1/agent/self", timeoutMs);
  if (!("value" in answer)) return unknown(answer.because, at);
  const parsed = agentSchema.safeParse(answer.value);
  if (!parsed.success) return unknown(say("consul-settings-untold"), at);
  const wanted = profileSettings[profile].gossip;
  const found = parsed.data.DebugConfig;
  const settings = Object.keys(agentNames).flatMap((setting) => {
    const key = setting as keyof GossipSettings;
    const have = found[agentNames[key]];
    const [want, is] = [String(wanted[key]), typeof have === "string" || typeof have === "number" ? String(have) : "?"];
    return is === want
      ? []
      : [{ where: "consul" as const, node: access.cluster.node, setting, wanted: want, found: is }];
  });
  return known(settings, at);
}

async function readCeph(
  access: ClusterAccess,
  profile: ProfileRecord["profile"],
  run: RunCommand,
  at: string,
  timeoutMs: number,
): Promise<Observed<ProfileDeviation[]>> {
  try {
    return known(await cephDeviations(profile, access.cluster.cephUser ?? "admin", run, timeoutMs), at);
  } catch (error) {
    return unknown(formatErrorChain(error), at);
  }
}
