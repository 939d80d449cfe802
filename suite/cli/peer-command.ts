import { consulKeys } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import { type HaProfile, profileRecordSchema } from "@/contract/ha-profile";
import { readKey } from "@/suite/setup/consul-kv";
import { readConsulTokens } from "@/suite/setup/member-files";
import { peerCommands } from "@/suite/setup/peer-access";
import { removeNodeSetup } from "@/suite/setup/remove-node-setup";
import { setNodeProfile } from "@/suite/setup/node-profile";
import { systemctl, waitActive } from "@/suite/system/systemd";

const startTimeoutMs = 30_000;

/** sshd's forced command for the cluster's own key: does what is on the list, whatever else the other side wanted. */
export async function runPeerCommand(wanted: string | undefined): Promise<void> {
  const command = peerCommands.find((name) => name === wanted?.trim());
  switch (command) {
    case "remove-node-setup":
      await removeNodeSetup(() => undefined);
      return;
    case "start-services":
      for (const unit of ["consul.service", "zsha.service"]) {
        await systemctl("start", unit);
        await waitActive(unit, startTimeoutMs);
      }
      return;
    case "set-profile":
      await setNodeProfile(await chosenProfile());
      return;
    case undefined:
      throw new AppError("not-allowed", `a peer may ask for ${peerCommands.join(" or ")} only`);
  }
}

/** A peer may ask for what the cluster has on record, and for nothing else. */
async function chosenProfile(): Promise<HaProfile> {
  const { suiteToken } = await readConsulTokens();
  const entry = await readKey(consulKeys.profile, suiteToken);
  if (entry === null) throw new AppError("not-found", `Consul has no ${consulKeys.profile}`);
  return profileRecordSchema.parse(JSON.parse(entry.value)).profile;
}
