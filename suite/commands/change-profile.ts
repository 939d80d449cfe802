import { consulKeys } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import type { HaProfile, ProfileRecord } from "@/contract/ha-profile";
import type { HaNode } from "@/contract/ha-config";
import { sentenceText } from "@/contract/sentence";
import type { RunCommand } from "@/suite/ceph/ceph-cli";
import { type ClusterAccess, readCluster } from "@/suite/commands/cluster-access";
import { profileRecordOf } from "@/suite/commands/profile-reading";
import { setCephTimings } from "@/suite/setup/ceph-timings";

/** Every member alive and every zshad with a session again, before the next Consul is restarted. */
const wholeTimeoutMs = 90_000;
const pollMs = 500;

export interface ProfileDoors {
  readonly run: RunCommand;
  readonly actor: string;
  readonly say: (line: string) => void;
  /** Sets the profile on one node; on another one through its peer door. */
  readonly setOn: (node: HaNode) => Promise<void>;
}

/**
 * Another profile for a cluster that runs. Ceph first, then one Consul after the other; the node that runs the management VM
 * comes last, so that a trouble shows elsewhere. Run again after a failure it finishes what is missing.
 */
export async function changeProfile(
  access: ClusterAccess,
  order: { profile: HaProfile; tuneCeph: boolean | null },
  doors: ProfileDoors,
): Promise<ProfileRecord> {
  const read = await access.consul.read("zsha/");
  const before = profileRecordOf(read);
  const record: ProfileRecord = {
    profile: order.profile,
    cephTuned: order.tuneCeph ?? before?.cephTuned ?? false,
    actor: doors.actor,
    at: access.wallClock().toISOString(),
  };
  await untilWhole(access);
  const written = await access.consul.put(consulKeys.profile, JSON.stringify(record));
  if (written.kind !== "done")
    throw new AppError("command-outcome-unknown", `The profile was not recorded: ${sentenceText(written.because)}`, {
      advice: "Run the command again.",
    });
  const user = access.cluster.cephUser;
  if (record.cephTuned && user !== null) doors.say((await setCephTimings(record.profile, user, doors.run)).observed);
  else if (user !== null) doors.say("Ceph's options are left as they are (--tune-ceph sets them)");
  for (const node of await inOrder(access)) {
    await doors.setOn(node);
    await untilWhole(access);
    doors.say(`${node.name}: Consul gossips as the ${record.profile} profile says`);
  }
  return record;
}

async function inOrder(access: ClusterAccess): Promise<HaNode[]> {
  const owner = (await readCluster(access)).seen.owner.record?.node;
  const { nodes } = access.cluster;
  return [...nodes.filter((node) => node.name !== owner), ...nodes.filter((node) => node.name === owner)];
}

async function untilWhole(access: ClusterAccess): Promise<void> {
  const deadline = performance.now() + wholeTimeoutMs;
  let missing = "";
  for (;;) {
    try {
      missing = await whoIsMissing(access);
      if (missing === "") return;
    } catch (error) {
      missing = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > deadline)
      throw new AppError("blocked", `the cluster is not whole: ${missing}`, {
        advice: 'See "zsha status"; run the command again when every node is back.',
      });
    await access.sleep(pollMs);
  }
}

async function whoIsMissing(access: ClusterAccess): Promise<string> {
  const { seen } = await readCluster(access);
  const stopped = seen.intent.record?.want === "stopped";
  const silent = access.cluster.nodes.filter((node) => !stopped && (seen.peers[node.name]?.session ?? null) === null);
  if (silent.length > 0) return `zshad of ${silent.map((node) => node.name).join(", ")} holds no session`;
  const answer = await access.consul.get("/v1/agent/members");
  const members = "value" in answer ? answer.value : null;
  if (!Array.isArray(members)) return "Consul does not tell its members";
  const alive = members.filter((member: { Status?: unknown }) => member.Status === 1).length;
  return alive >= access.cluster.nodes.length
    ? ""
    : `${alive} of ${access.cluster.nodes.length} Consul members are alive`;
}
