import { AppError } from "@/contract/errors";
import { type BmcSecret, bmcSecretRef, bmcSecretSchema, type PowerChoice } from "@/contract/maintenance";
import { say } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { getCluster } from "@/server/cluster/service";
import { hasSecret, openSecret, putSecret, removeSecret } from "@/server/secret/service";

export interface NodePower {
  readonly node: string;
  readonly by: PowerChoice["by"];
  /** Null: switched by hand. The password is never given back. */
  readonly address: string | null;
  readonly user: string | null;
}

export async function powerChoice(clusterId: string, node: string): Promise<PowerChoice> {
  const secretRef = bmcSecretRef(clusterId, node);
  return (await hasSecret(secretRef)) ? { by: "ipmi", secretRef } : { by: "hand" };
}

export async function listPower(clusterId: string): Promise<NodePower[]> {
  const { nodes } = await getCluster(clusterId);
  return await Promise.all(
    nodes.map(async ({ name }): Promise<NodePower> => {
      const choice = await powerChoice(clusterId, name);
      if (choice.by === "hand") return { node: name, by: "hand", address: null, user: null };
      const { address, user } = bmcSecretSchema.parse(JSON.parse(await openSecret(choice.secretRef)));
      return { node: name, by: "ipmi", address, user };
    }),
  );
}

/** Null: by hand from now on, and the password is forgotten. */
export async function setPower(
  clusterId: string,
  node: string,
  bmc: BmcSecret | null,
  subject: AuditSubject,
): Promise<void> {
  const { nodes } = await getCluster(clusterId);
  if (!nodes.some(({ name }) => name === node))
    throw new AppError("not-found", say("no-cluster-node", { node }), { facts: { what: "node", id: node } });
  const ref = bmcSecretRef(clusterId, node);
  if (bmc === null) await removeSecret(ref);
  else await putSecret("bmc-password", JSON.stringify(bmc), ref);
  const facts = { node, kind: bmc === null ? "by-hand" : "bmc-password" };
  await recordAudit(subject, "secret-stored", { target: `cluster:${clusterId}`, facts });
}
