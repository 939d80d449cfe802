import type { Adoption } from "@/contract/adoption";
import { clusterSecretRef } from "@/contract/cluster-secrets";
import type { ClusterInput } from "@/contract/deployment-input";
import { AppError } from "@/contract/errors";
import type { NetworkPlan } from "@/contract/network-plan";
import { clusterFileSchema, suitePaths } from "@/contract/node-setup";
import { joined, say, type Sentence, sentenceText } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { type Member, readMember } from "@/server/adoption/read-member";
import { type Found, rebuild, type Rebuilt } from "@/server/adoption/rebuild";
import { knownName, storeRecalled } from "@/server/adoption/store";
import { adoptionOf, nodesOf } from "@/server/cluster/service";
import { deploymentDoors } from "@/server/deployment/doors";
import { oncePerProcess } from "@/server/process";
import { learnSecret } from "@/server/secret/scrub";
import { putSecret } from "@/server/secret/service";
import { jsonOf } from "@/server/steps/maintenance/maintenance-step";

/** What the nodes had to say of the deployment, as far as it is known. Optional: an earlier reading did not get that far. */
export type Recalled = Pick<Adoption, "networks" | "cluster">;

const cephKeyRef = (clusterId: string): string => `cluster/${clusterId}/ceph-key`;

export interface Whose {
  readonly clusterId: string;
  readonly clusterName: string;
  readonly platform: ClusterInput["platform"];
}

/** A node that cannot be read is one more reason, never an error: a dark cluster must be taken over to be started. */
export async function rebuiltFrom(members: readonly Member[], whose: Whose): Promise<Rebuilt> {
  const { clusterId, clusterName, platform } = whose;
  const asked = await eachAsked(members, (member) => readMember(member, member === members[0]));
  if ("unknown" in asked) return nothingKnown(asked.unknown);
  return rebuild(asked.known, { clusterName, platform, keySecretRef: cephKeyRef(clusterId) });
}

async function eachAsked<TNode extends { readonly name: string }, T>(
  nodes: readonly TNode[],
  ask: (node: TNode) => Promise<T>,
): Promise<Found<T[]>> {
  const known: T[] = [];
  const unknown: Sentence[] = [];
  await Promise.all(
    nodes.map(async (node, at) => {
      try {
        known[at] = await ask(node);
      } catch (error) {
        const reason = error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);
        unknown.push(say("adopt-unread", { node: node.name, reason }));
      }
    }),
  );
  return unknown.length > 0 ? { unknown } : { known };
}

const nothingKnown = (unknown: readonly Sentence[]): Rebuilt => ({
  keys: { unknown },
  networks: { unknown },
  cluster: { unknown },
  cephKey: null,
});

/** Seals the keys as a deployment does, and answers what is stored with the cluster: no secret is in it. */
export async function sealed(clusterId: string, { keys, networks, cluster, cephKey }: Rebuilt): Promise<Recalled> {
  if ("known" in keys) {
    const { peerPublicKey: _public, ...secret } = keys.known;
    for (const [name, part] of Object.entries(secret)) learnSecret(part, name);
    await putSecret("consul-token", JSON.stringify(keys.known), clusterSecretRef(clusterId));
  }
  if (cephKey !== null) await putSecret("ceph-key", cephKey, cephKeyRef(clusterId));
  return {
    ...("known" in networks ? { networks: [...networks.known] } : {}),
    ...("known" in cluster ? { cluster: cluster.known } : {}),
  };
}

/** As the nodes had them when the cluster was taken over; null: this panel deployed it. */
export async function recalledNetworks(clusterId: string): Promise<NetworkPlan[] | null> {
  const adoption = await adoptionOf(clusterId);
  if (adoption === null) return null;
  if (adoption.networks !== undefined) return adoption.networks;
  return [...knownOr((await readAgain(clusterId, adoption)).networks, "adopt-networks-unknown")];
}

export async function recalledCluster(clusterId: string): Promise<ClusterInput | null> {
  const adoption = await adoptionOf(clusterId);
  if (adoption === null) return null;
  if (adoption.cluster !== undefined) return adoption.cluster;
  return knownOr((await readAgain(clusterId, adoption)).cluster, "adopt-cluster-unknown");
}

function knownOr<T>(found: Found<T>, code: "adopt-networks-unknown" | "adopt-cluster-unknown"): T {
  if ("known" in found) return found.known;
  const because = joined(found.unknown);
  throw new AppError("blocked", say(code, { because }), {
    facts: { because: sentenceText(because) },
    advice: say("adopt-reads-again"),
  });
}

/**
 * It was taken over before this was read, or the nodes could not say it then: they are asked again, until they can. Whoever asks
 * meanwhile gets the same answer.
 */
function readAgain(clusterId: string, adoption: Adoption): Promise<Rebuilt> {
  const running = oncePerProcess("cluster recall", () => new Map<string, Promise<Rebuilt>>());
  const before = running.get(clusterId);
  if (before !== undefined) return before;
  const reading = readNodes(clusterId, adoption).finally(() => running.delete(clusterId));
  running.set(clusterId, reading);
  return reading;
}

async function readNodes(clusterId: string, adoption: Adoption): Promise<Rebuilt> {
  const [clusterName, nodes] = await Promise.all([knownName(clusterId), nodesOf(clusterId)]);
  const { access } = deploymentDoors();
  const asked = await eachAsked(nodes, async (row): Promise<Member> => {
    const { name, address, port, user, keyType, fingerprint, storageIp } = row;
    const host = access.host(row);
    const file = clusterFileSchema.safeParse(jsonOf((await host.readFile(suitePaths.clusterFile)) ?? ""));
    if (!file.success || file.data.node !== name)
      throw new AppError("not-found", say("adopt-not-member", { node: name }));
    const login = { address, port, user, hostKeyFingerprint: fingerprint, hostKeyType: keyType, hostKey: null };
    const facts = await access.collectFacts(row);
    return { name, storageIp: storageIp ?? file.data.ip, login, facts, file: file.data, host };
  });
  if ("unknown" in asked) return nothingKnown(asked.unknown);
  const whose = { clusterId, clusterName: clusterName ?? "", platform: adoption.platform };
  const rebuilt = await rebuiltFrom(asked.known, whose);
  const recalled = await sealed(clusterId, rebuilt);
  if (recalled.networks !== undefined) await storeRecalled(clusterId, { ...adoption, ...recalled });
  return rebuilt;
}
