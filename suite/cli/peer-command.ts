import { AppError } from "@/contract/errors";
import { peerCommands } from "@/suite/setup/peer-access";
import { removeNodeSetup } from "@/suite/setup/remove-node-setup";
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
    case undefined:
      throw new AppError("not-allowed", `a peer may ask for ${peerCommands.join(" or ")} only`);
  }
}
