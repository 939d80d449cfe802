import type { ClusterStatus, NodeStatus } from "@/contract/cluster-status";
import { bmcSecretSchema } from "@/contract/maintenance";
import { known, type Observed, unknown } from "@/contract/observed";
import type { NodeEvidence } from "@/contract/recovery-facts";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { hostOf, nodesOf } from "@/server/cluster/service";
import { maintenanceDoors } from "@/server/maintenance/doors";
import { powerChoice } from "@/server/maintenance/power";
import type { RemoteHost } from "@/server/ports/remote-host";
import { oncePerProcess } from "@/server/process";

/** Two echoes, one second each: a lost one is no cut. */
const echo = (address: string): readonly string[] => ["ping", "-n", "-q", "-c", "2", "-i", "0.3", "-W", "1", address];
const echoTimeoutMs = 5_000;
/** ping: nothing came back. Any other status is ping's own trouble. */
const nothingCameBack = 1;
/** As many of the others are asked: one of them may have the broken cable. */
const askersMax = 2;
const powerTimeoutMs = 8_000;
/** Longer shows a repair too late; shorter asks the nodes for every open page. */
const evidenceAgeMs = 5_000;

interface Standing {
  atMs: number;
  evidence: Promise<NodeEvidence[]>;
}
const standings = (): Map<string, Standing> => oncePerProcess("recovery evidence", () => new Map<string, Standing>());

/** What the others and the management controllers say of nodes the panel or Consul has lost. Nobody else is asked. */
export async function gatherEvidence(clusterId: string, status: ClusterStatus): Promise<NodeEvidence[]> {
  const standing = standings().get(clusterId);
  if (standing !== undefined && Date.now() - standing.atMs < evidenceAgeMs) return await standing.evidence;
  const evidence = gatherNow(clusterId, status);
  standings().set(clusterId, { atMs: Date.now(), evidence });
  return await evidence;
}

const now = (): string => new Date().toISOString();

const reachableOf = ({ link }: NodeStatus): Observed<boolean> =>
  link.state === "known" ? known(link.value.reachable, link.at) : link;

const isWell = ({ link, member }: NodeStatus): boolean =>
  link.state === "known" && link.value.reachable && member.state === "known" && member.value === "alive";

async function gatherNow(clusterId: string, status: ClusterStatus): Promise<NodeEvidence[]> {
  const nodes = await nodesOf(clusterId);
  const answering = status.nodes.filter(({ link }) => link.state === "known" && link.value.reachable);
  return await Promise.all(
    status.nodes.map(async (node): Promise<NodeEvidence> => {
      const { lastSignAt, member } = node;
      const base = { node: node.name, reachable: reachableOf(node), member, lastSignAt };
      if (isWell(node)) return { ...base, managementEcho: null, storageEcho: null, power: null };
      const names = answering.filter(({ name }) => name !== node.name).slice(0, askersMax);
      const askers = await Promise.all(names.map(({ name }) => hostOf(clusterId, name)));
      const storageIp = nodes.find(({ name }) => name === node.name)?.storageIp ?? null;
      const [managementEcho, storageEcho, power] = await Promise.all([
        echoFrom(askers, node.address),
        echoFrom(askers, storageIp),
        powerOf(clusterId, node.name),
      ]);
      return { ...base, managementEcho, storageEcho, power };
    }),
  );
}

/** One that hears it is enough; that nobody does is only said when everybody asked has said so. */
async function echoFrom(askers: readonly RemoteHost[], address: string | null): Promise<Observed<boolean> | null> {
  if (address === null || askers.length === 0) return null;
  const heard = await Promise.all(askers.map((asker) => heardBy(asker, address)));
  const yes = heard.find((one) => one.state === "known" && one.value);
  return yes ?? heard.find(({ state }) => state === "unknown") ?? heard[0] ?? null;
}

async function heardBy(asker: RemoteHost, address: string): Promise<Observed<boolean>> {
  try {
    const result = await asker.exec(echo(address), { timeoutMs: echoTimeoutMs });
    if (result.kind === "exited" && result.code === 0) return known(true, now());
    if (result.kind === "exited" && result.code === nothingCameBack) return known(false, now());
    return unknown(say("no-answer-within", { seconds: echoTimeoutMs / 1000 }), now());
  } catch (error) {
    return unknown(formatErrorChain(error), now());
  }
}

async function powerOf(clusterId: string, node: string): Promise<Observed<"on" | "off"> | null> {
  const choice = await powerChoice(clusterId, node);
  if (choice.by === "hand") return null;
  const { openSecret, power } = maintenanceDoors();
  try {
    const bmc = bmcSecretSchema.parse(JSON.parse(await openSecret(choice.secretRef)));
    return known(await power.state(bmc, AbortSignal.timeout(powerTimeoutMs)), now());
  } catch (error) {
    return unknown(formatErrorChain(error), now());
  }
}
