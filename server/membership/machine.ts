import type { NewMachine } from "@/contract/node-change";
import type { NodeFacts } from "@/contract/node-facts";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { nodesOf } from "@/server/cluster/service";
import { deploymentDoors } from "@/server/deployment/doors";
import type { NodeEndpoint, NodeLogin, OneTimeCredentials } from "@/server/ports/node-access";

export interface PresentedKey {
  readonly keyType: string;
  readonly fingerprint: string;
  readonly key: string;
  /** Members that are pinned to this very key: then it is no new machine. */
  readonly heldBy: readonly string[];
}

/** What the machine's sshd shows before anybody logs in: for a person to compare, and nothing else. */
export async function presentedKey(clusterId: string, endpoint: NodeEndpoint): Promise<PresentedKey> {
  const [shown, nodes] = await Promise.all([deploymentDoors().access.probeHostKey(endpoint), nodesOf(clusterId)]);
  const heldBy = nodes.filter(({ fingerprint }) => fingerprint === shown.fingerprint).map(({ name }) => name);
  return { ...shown, heldBy };
}

type Login = Pick<NewMachine, "address" | "port" | "user" | "hostKeyType" | "hostKeyFingerprint">;
const loginOf = ({ address, port, user, hostKeyType, hostKeyFingerprint }: Login): NodeLogin => ({
  address,
  port,
  user,
  keyType: hostKeyType,
  fingerprint: hostKeyFingerprint,
});

/**
 * The host key was compared by a person; any other ends the connection before the password is sent. Installs the panel's own key
 * where it does not open the machine yet, and reads what the machine is.
 */
export async function admitMachine(
  clusterId: string,
  machine: Login,
  credentials: OneTimeCredentials | null,
  subject: AuditSubject,
): Promise<NodeFacts> {
  const { access } = deploymentDoors();
  const login = loginOf(machine);
  const target = `cluster:${clusterId}`;
  const facts = { address: machine.address, fingerprint: machine.hostKeyFingerprint };
  await recordAudit(subject, "node-key-accepted", { target, facts });
  if (!(await access.panelKeyOpens(login))) {
    if (credentials === null)
      throw new AppError("bad-input", say("machine-needs-credentials", { address: machine.address }), { facts });
    await access.installPanelKey(login, credentials);
    await recordAudit(subject, "node-key-installed", { target, facts });
  }
  return await access.collectFacts(login);
}

export const factsOfMachine = (machine: NewMachine): Promise<NodeFacts> =>
  deploymentDoors().access.collectFacts(loginOf(machine));
