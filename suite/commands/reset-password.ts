import { AppError } from "@/contract/errors";
import { haConfigSchema, managementVmDomainName } from "@/contract/ha-config";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import { readCluster } from "@/suite/commands/cluster-access";
import { peerUri } from "@/suite/libvirt/peer-access";
import type { RunCommand } from "@/suite/ceph/ceph-cli";

/** The manual's default: known to everybody who has read it, hence the gate and the advice. */
export const defaultPassword = "password";
const resetTimeoutMs = 20_000;

/** What virsh's own reader of lines takes as one word. */
const plainPassword = /^[A-Za-z0-9_.-]{8,64}$/;

/** Sets the VM's root password through the guest agent, wherever the VM runs. */
export async function resetRootPassword(
  access: ClusterAccess,
  run: RunCommand,
  password: string,
  say: (line: string) => void,
): Promise<{ node: string }> {
  if (!plainPassword.test(password))
    throw new AppError("bad-input", "the password must be 8 to 64 letters, digits and any of _ . -");
  const { seen, config } = await readCluster(access);
  const parsed = config === null ? access.cluster.config : haConfigSchema.parse(JSON.parse(config.text));
  if (!parsed.AllowResetRootPassword) {
    throw new AppError("not-allowed", "AllowResetRootPassword is false in the cluster's configuration", {
      advice: 'Set it to true with "zsha export-config" and "zsha import-config", then run this again.',
    });
  }
  const owner = seen.owner.record;
  const node = access.cluster.nodes.find((candidate) => candidate.name === owner?.node);
  if (node === undefined || seen.owner.session === null || owner?.phase !== "running") {
    throw new AppError("blocked", "The management VM is not running, so nobody can take the password");
  }
  say(`Reset MNVM root password on ${node.ip}`);
  const uri = node.name === access.cluster.node ? "qemu:///system" : peerUri(node.ip);
  // Through standard input, and its echo on standard output stays here.
  const result = await run(["virsh", "--connect", uri], {
    timeoutMs: resetTimeoutMs,
    stdin: `set-user-password --domain "${managementVmDomainName}" --user root --password ${password}\nquit\n`,
  });
  const output = result.kind === "not-started" ? "" : result.stdout;
  const domain = /Password set successfully for root in (.+)/.exec(output)?.[1];
  if (domain === undefined) {
    const said = result.kind === "not-started" ? result.reason : result.stderr.trim().split("\n").slice(-1).join("");
    throw new AppError("command-failed", `The guest did not take the password: ${said || result.kind}`, {
      advice: "qemu-guest-agent must run inside the management VM.",
    });
  }
  say(`Password set successfully for root in ${domain.trim()}`);
  return { node: node.name };
}
