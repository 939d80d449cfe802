import { AppError } from "@/contract/errors";
import type { HaProfile, ProfileStatus } from "@/contract/ha-profile";
import { sentenceText } from "@/contract/sentence";
import type { Console } from "@/suite/cli/console";
import { changeProfile } from "@/suite/commands/change-profile";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import { profileRecordOf, readProfile } from "@/suite/commands/profile-reading";
import { requirePeer } from "@/suite/install/peers";
import { setNodeProfile } from "@/suite/setup/node-profile";
import { runCommand } from "@/suite/system/run-command";

/** A person waits; Ceph's own command takes half a second. */
const readTimeoutMs = 10_000;

/** Without a name it tells, with one it changes; both end with what was read back. */
export async function runProfile(
  console: Console,
  access: ClusterAccess,
  { wanted, tuneCeph, actor }: { wanted: HaProfile | null; tuneCeph: boolean | null; actor: string },
): Promise<void> {
  if (wanted !== null) {
    await changeProfile(
      access,
      { profile: wanted, tuneCeph },
      {
        run: runCommand,
        actor,
        say: (line) => console.say(line),
        async setOn(node) {
          if (node.name === access.cluster.node) await setNodeProfile(wanted);
          else await requirePeer(node, "set-profile");
        },
      },
    );
  }
  const record = profileRecordOf(await access.consul.read("zsha/"));
  const status = await readProfile(access, record, runCommand, new Date().toISOString(), readTimeoutMs);
  for (const line of describe(status)) console.say(line);
  console.result(status);
  if (wanted !== null && deviationsOf(status).length > 0)
    throw new AppError("verification-failed", `not everything is as the ${wanted} profile says`);
}

const deviationsOf = ({ consul, ceph }: ProfileStatus) =>
  [consul, ceph].flatMap((read) => (read.state === "known" ? read.value : []));

function describe(status: ProfileStatus): string[] {
  const unread = [status.consul, status.ceph].flatMap((read) =>
    read.state === "unknown" ? [sentenceText(read.reason)] : [],
  );
  return [
    `profile ${status.profile}, Ceph ${status.cephTuned ? "set with it" : "left alone"}`,
    ...deviationsOf(status).map(
      ({ where, setting, wanted, found }) => `${where}: ${setting} is ${found}, the profile says ${wanted}`,
    ),
    ...unread.map((reason) => `not read: ${reason}`),
  ];
}
