import {
  type Adoption,
  type FoundCluster,
  foundCluster,
  type NodeMemory,
  type TakeOverView,
} from "@/contract/adoption";
import type { DeploymentDraft, DraftNode } from "@/contract/deployment";
import { AppError } from "@/contract/errors";
import { clusterFileSchema, suitePaths } from "@/contract/node-setup";
import { joined, say, type Sentence, sentenceText } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import type { Member } from "@/server/adoption/read-member";
import { rebuiltFrom, sealed, type Whose } from "@/server/adoption/recall";
import { type AdoptedNode, knownName, markForgotten, storeAdopted } from "@/server/adoption/store";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { fenceSeenBy } from "@/server/cluster/fence";
import { deploymentDoors } from "@/server/deployment/doors";
import { DraftNodes } from "@/server/deployment/nodes";
import { draftRow } from "@/server/deployment/service";
import { isNameTaken } from "@/server/deployment/start";
import type { RemoteHost } from "@/server/ports/remote-host";
import { listRuns } from "@/server/run/service";
import { removeSecretsOf } from "@/server/secret/service";
import { forgetWatcher } from "@/server/status/watchers";
import { noDirectory, parseRecords, recordListCommand } from "@/server/steps/maintenance/record";

/** Two small files; a node that was just switched on answers slowly. */
const recordsMs = 20_000;

/** What the nodes of a draft remember of the cluster they are. Nothing is stored or changed. */
export async function lookAtNodes(draftId: string): Promise<TakeOverView> {
  const { draft } = await draftRow(draftId);
  const remembered = await memories(draft);
  const found = foundCluster(remembered.map(({ memory }) => memory));
  if (found.problems.length > 0) return { ...found, limits: [] };
  const { networks, cluster } = await rebuiltFrom(membersIn(found, remembered), whose(draft));
  const unknown = [networks, cluster].flatMap((part) => ("unknown" in part ? part.unknown : []));
  const limits = new Map(unknown.map((sentence) => [sentenceText(sentence), sentence]));
  return { ...found, limits: [...limits.values()] };
}

const whose = ({ id, clusterName, platform }: DeploymentDraft): Whose => ({ clusterId: id, clusterName, platform });

interface Remembering {
  readonly node: DraftNode;
  readonly memory: NodeMemory;
  readonly host: RemoteHost | null;
}

async function memories({ id, nodes }: DeploymentDraft): Promise<Remembering[]> {
  const reached = new DraftNodes(deploymentDoors().access);
  return await Promise.all(
    nodes.map(async (node): Promise<Remembering> => {
      const { address, facts } = node;
      const name = facts?.hostName ?? address;
      const nothing = { address, name, file: null, open: [], fence: 0 };
      if (facts === null) return { node, memory: { ...nothing, unread: say("adopt-not-logged-in") }, host: null };
      try {
        const host = await reached.hostOf(id, name);
        return { node, memory: { ...nothing, ...(await memoryOf(host)), unread: null }, host };
      } catch (error) {
        const reason: Sentence = error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);
        return { node, memory: { ...nothing, unread: reason }, host: null };
      }
    }),
  );
}

async function memoryOf(host: RemoteHost): Promise<Pick<NodeMemory, "file" | "open" | "fence">> {
  const text = await host.readFile(suitePaths.clusterFile);
  if (text === null) return { file: null, open: [], fence: 0 };
  const listed = await host.exec(recordListCommand, { timeoutMs: recordsMs });
  const isThere = listed.kind === "exited" && listed.code === 0;
  if (!isThere && !(listed.kind === "exited" && listed.code === noDirectory))
    throw new AppError("command-failed", say("no-answer-within", { seconds: recordsMs / 1000 }));
  return {
    file: clusterFileSchema.parse(JSON.parse(text)),
    open: isThere ? parseRecords(listed.stdout) : [],
    fence: await fenceSeenBy(host),
  };
}

/** From then on the panel knows the cluster as if it had deployed it. Nothing is changed on the nodes. */
export async function adoptCluster(draftId: string, subject: AuditSubject): Promise<{ clusterId: string }> {
  const { draft } = await draftRow(draftId);
  const remembered = await memories(draft);
  const found = foundCluster(remembered.map(({ memory }) => memory));
  const { platform, clusterName } = draft;
  const problems = [...found.problems];
  if (await isNameTaken(clusterName)) problems.push(say("adopt-name-taken", { name: clusterName }));
  if (platform.kind === "zstack" && platform.passwordSecretRef === null) problems.push(say("adopt-no-account"));
  const known = membersIn(found, remembered);
  const [first] = known;
  if (problems.length > 0 || first === undefined) {
    const because = joined(problems);
    throw new AppError("blocked", say("adopt-held-back", { because }), { facts: { because: sentenceText(because) } });
  }
  const actor = subject.actor?.username ?? "trivet";
  const { config } = first.file;
  const adoption: Adoption = {
    protocol: 1,
    actor,
    at: new Date().toISOString(),
    platform,
    config,
    fence: Math.max(0, ...remembered.map(({ memory }) => memory.fence)),
    ...(await sealed(draftId, await rebuiltFrom(known, whose(draft)))),
  };
  await storeAdopted(draftId, clusterName, known.map(rowOf), adoption);
  const facts = { name: clusterName, nodes: known.map(({ name }) => name).join(" ") };
  await recordAudit(subject, "cluster-adopted", { target: `cluster:${draftId}`, facts });
  return { clusterId: draftId };
}

const membersIn = ({ nodes }: FoundCluster, remembered: readonly Remembering[]): Member[] =>
  nodes.flatMap(({ name, storageIp }) => {
    const one = remembered.find(({ memory }) => memory.file?.node === name);
    const [file, facts, host] = [one?.memory.file, one?.node.facts, one?.host];
    return one && file && facts && host ? [{ name, storageIp, login: loginOf(one.node), facts, file, host }] : [];
  });

const loginOf = (node: DraftNode): Member["login"] => ({
  address: node.address,
  port: node.port,
  user: node.user,
  hostKeyFingerprint: node.acceptedFingerprint ?? "",
  hostKeyType: node.presentedKeyType,
  hostKey: node.presentedKey,
});

const rowOf = ({ name, storageIp, login }: Member): AdoptedNode => ({
  name,
  storageIp,
  address: login.address,
  port: login.port,
  user: login.user,
  hostKeyType: login.hostKeyType ?? "",
  hostKey: login.hostKey ?? "",
  fingerprint: login.hostKeyFingerprint,
});

/** The panel lets go of it: nothing is changed on the nodes, and what runs there runs on. */
export async function forgetCluster(clusterId: string, confirmation: string, subject: AuditSubject): Promise<void> {
  const word = await knownName(clusterId);
  if (word === null)
    throw new AppError("not-found", say("no-cluster", { id: clusterId }), { facts: { cluster: clusterId } });
  if (confirmation.trim() !== word)
    throw new AppError("bad-input", say("type-to-confirm", { word }), { facts: { word } });
  const [active] = await listRuns({ clusterId, activeOnly: true, limit: 1 });
  if (active !== undefined)
    throw new AppError("blocked", say("forget-run-open", { run: active.id }), {
      facts: { run: active.id },
      advice: say("forget-end-run"),
    });
  await markForgotten(clusterId, word);
  forgetWatcher(clusterId);
  await removeSecretsOf(clusterId);
  await recordAudit(subject, "cluster-forgotten", { target: `cluster:${clusterId}`, facts: { name: word } });
}
