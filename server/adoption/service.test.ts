import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { rightFacts } from "@/contract/draft-fixture";
import { clusterSecretRef } from "@/contract/cluster-secrets";
import { AppError } from "@/contract/errors";
import { suitePaths } from "@/contract/node-setup";
import { sentenceText } from "@/contract/sentence";
import { adoptCluster, forgetCluster, lookAtNodes } from "@/server/adoption/service";
import { managedClusters } from "@/server/cluster/service";
import { clusterNodes } from "@/server/cluster/node-store";
import { findCluster } from "@/server/cluster/store";
import { recalledCluster, recalledNetworks } from "@/server/adoption/recall";
import { hasSecret, openSecret, removeSecret } from "@/server/secret/service";
import { currentNetworks } from "@/server/network/service";
import { database } from "@/server/database/client";
import { installDeploymentDoors } from "@/server/deployment/doors";
import { DraftNodes } from "@/server/deployment/nodes";
import { storePlatformPassword } from "@/server/deployment/secrets";
import { createDraft, getDraft, patchDraft } from "@/server/deployment/service";
import type { NodeAccess, NodeLogin } from "@/server/ports/node-access";
import type { RemoteHost } from "@/server/ports/remote-host";
import { noDirectory } from "@/server/steps/maintenance/record";
import { bareServersInput, consulDigest } from "@/testing/deploy-cluster-world/deploy-worlds";
import { clusterSecrets, nodeFiles } from "@/testing/node-files";
import { temporaryDatabase } from "@/testing/temporary-database";

const subject = { actor: { id: "u1", username: "anna" }, address: null };
const input = bareServersInput();
const names = ["ceph-1", "ceph-2", "ceph-3"];
let close: () => Promise<void>;
beforeAll(async () => {
  ({ close } = await temporaryDatabase());
});
afterAll(() => close());
/** Address → path → text of what lies on the node. */
const files = new Map<string, Map<string, string>>();
beforeEach(() => {
  for (const [at, node] of names.entries()) files.set(`10.0.0.${at + 1}`, nodeFiles(input, node));
});
afterEach(() => files.clear());

const unasked = () => {
  throw new Error("not asked");
};
const forbidden = "not for this user";
const said = (stdout: string) => ({ kind: "exited" as const, code: 0, stdout, stderr: "", seconds: 0 });
const host = ({ address }: NodeLogin): RemoteHost => ({
  node: address,
  async readFile(path) {
    const text = files.get(address)?.get(path) ?? null;
    if (text === forbidden) throw new AppError("command-failed", `${path}: Permission denied`);
    return text;
  },
  exec: async ([program, ...words]) =>
    program === "cat"
      ? said("12\n")
      : words.includes("consul-of-node")
        ? said(`${consulDigest}  /usr/bin/consul\nConsul v1.20.0\n`)
        : { kind: "exited", code: noDirectory, stdout: "", stderr: "", seconds: 0 },
  execDetached: unasked,
  stopDetached: unasked,
  writeFile: unasked,
  upload: unasked,
  reconnect: unasked,
  sayTo: unasked,
  openTunnel: unasked,
});
const access: NodeAccess = {
  probeHostKey: async ({ address }) => ({ keyType: "ssh-ed25519", fingerprint: `SHA256:${address}`, key: "QUFB" }),
  installPanelKey: async () => undefined,
  panelKeyOpens: async () => true,
  collectFacts: async ({ address }) => rightFacts(Number(address.slice(-1))),
  host,
};

async function draftOf(name: string, ends: readonly number[]): Promise<string> {
  installDeploymentDoors({ access, plan: unasked, startRun: unasked });
  const nodes = new DraftNodes(access);
  const { draft } = await createDraft(name, subject);
  const { view } = await nodes.add(
    draft.id,
    ends.map((end) => ({ address: `10.0.0.${end}`, port: 22, user: "root" })),
  );
  for (const { id, presentedFingerprint } of view.draft.nodes)
    await nodes.accept(draft.id, id, presentedFingerprint ?? "", subject);
  return draft.id;
}

async function withPlatform(draftId: string): Promise<void> {
  const value = { kind: "zstack" as const, user: "admin", passwordSecretRef: null };
  await patchDraft(draftId, { part: "platform", value }, (await getDraft(draftId)).draft.revision);
}

test("taken over, it is managed with the pinned keys and the platform's account; forgotten, only its name's history stays", async () => {
  const draftId = await draftOf("elsewhere", [1, 2, 3]);
  expect((await lookAtNodes(draftId)).problems).toEqual([]);
  await withPlatform(draftId);
  await expect(adoptCluster(draftId, subject)).rejects.toThrow(/password is missing/);
  await storePlatformPassword(draftId, "only for this test", subject);
  const { clusterId } = await adoptCluster(draftId, subject);
  expect(await findCluster(clusterId)).toMatchObject({
    name: "elsewhere",
    state: "managed",
    adopted: {
      actor: "anna",
      fence: 12,
      platform: { kind: "zstack", passwordSecretRef: `draft:${draftId}:platform-password` },
    },
  });
  expect(await clusterNodes(clusterId)).toMatchObject(
    names.map((name, at) => ({ name, fingerprint: `SHA256:10.0.0.${at + 1}`, storageIp: `192.168.93.${at + 3}` })),
  );
  expect(await managedClusters()).toContain(clusterId);
  expect(await database().deploymentDraft.count({ where: { id: draftId } })).toBe(0);

  await expect(forgetCluster(clusterId, "elsewher", subject)).rejects.toThrow(/type elsewhere/);
  await forgetCluster(clusterId, "elsewhere", subject);
  expect(await findCluster(clusterId)).toBeNull();
  expect(await clusterNodes(clusterId)).toEqual([]);
  expect(await database().secret.count({ where: { ref: { contains: clusterId } } })).toBe(0);
  // Its name is free again, for the same nodes too.
  const again = await draftOf("elsewhere", [1, 2, 3]);
  expect((await adoptCluster(again, subject)).clusterId).toBe(again);
});

test("without all of its nodes, or under a name that is taken, it is not taken over", async () => {
  await expect(adoptCluster(await draftOf("partly", [1, 2]), subject)).rejects.toThrow(
    /ceph-3 belongs to this cluster/,
  );
  files.get("10.0.0.2")?.delete(suitePaths.clusterFile);
  await expect(adoptCluster(await draftOf("stranger", [1, 2, 3]), subject)).rejects.toThrow(/ceph-2 belongs to no/);
  expect(await database().cluster.count({ where: { name: { in: ["partly", "stranger"] } } })).toBe(0);
});

async function takenOver(name: string): Promise<string> {
  const draftId = await draftOf(name, [1, 2, 3]);
  await adoptCluster(draftId, subject);
  return draftId;
}

test("taken over, its networks and members are known as after a deployment; its keys are sealed and nowhere else", async () => {
  const draftId = await draftOf("whole", [1, 2, 3]);
  expect((await lookAtNodes(draftId)).limits).toEqual([]);
  const { clusterId } = await adoptCluster(draftId, subject);
  expect(await currentNetworks(clusterId)).toEqual(input.networks);
  const cluster = await recalledCluster(clusterId);
  expect(cluster?.nodes.map(({ name, address, hostKey }) => `${name} ${address} ${hostKey}`)).toEqual(
    names.map((name, at) => `${name} 10.0.0.${at + 1} QUFB`),
  );
  expect(cluster?.storage).toMatchObject({ mode: "bootstrap", replicas: 2, pool: "zstack" });
  expect(cluster?.software).toEqual({ consul: { from: "bundle", version: "1.20.0", sha256: consulDigest } });
  expect(JSON.parse(await openSecret(clusterSecretRef(clusterId)))).toEqual(clusterSecrets);
  const { adopted } = await database().cluster.findUniqueOrThrow({ where: { id: clusterId } });
  for (const secret of Object.values(clusterSecrets)) expect(adopted).not.toContain(secret);
});

test("what a node could not say is said before, refused with the reason after, and read once it can", async () => {
  const model = files.get("10.0.0.3")?.get(suitePaths.networkModel) ?? "";
  files.get("10.0.0.3")?.set(suitePaths.networkModel, model.replace('"mtu":9000', '"mtu":1500'));
  const draftId = await draftOf("unlike", [1, 2, 3]);
  const { limits, problems } = await lookAtNodes(draftId);
  expect(problems).toEqual([]);
  expect(limits.map(sentenceText)).toEqual([expect.stringMatching(/storage network of ceph-3 is .*MTU 1500/)]);
  const { clusterId } = await adoptCluster(draftId, subject);
  await expect(currentNetworks(clusterId)).rejects.toThrow(/not enough to change them: the storage network of ceph-3/);
  await expect(recalledCluster(clusterId)).rejects.toThrow(/not enough to change its members/);
  files.get("10.0.0.3")?.set(suitePaths.networkModel, model);
  const [one, other] = await Promise.all([recalledNetworks(clusterId), recalledCluster(clusterId)]);
  expect(one).toEqual(input.networks);
  expect(other?.networks).toEqual(input.networks);
  // Kept: nobody has to be asked any more.
  files.clear();
  expect(await currentNetworks(clusterId)).toEqual(input.networks);
});

test("a node that does not let its keys be read is taken over all the same", async () => {
  files.get("10.0.0.2")?.set(suitePaths.consulTokens, forbidden);
  const clusterId = await takenOver("closed");
  await expect(recalledCluster(clusterId)).rejects.toThrow(/ceph-2 could not be asked: .*Permission denied/);
  expect(await managedClusters()).toContain(clusterId);
});

test("a cluster taken over before its deployment was read is read at the first question", async () => {
  const clusterId = await takenOver("earlier");
  const row = await database().cluster.findUniqueOrThrow({ where: { id: clusterId } });
  const { networks: _networks, cluster: _cluster, ...earlier } = JSON.parse(row.adopted ?? "");
  await database().cluster.update({ where: { id: clusterId }, data: { adopted: JSON.stringify(earlier) } });
  await removeSecret(clusterSecretRef(clusterId));
  expect(await currentNetworks(clusterId)).toEqual(input.networks);
  expect(await hasSecret(clusterSecretRef(clusterId))).toBe(true);
  expect((await recalledCluster(clusterId))?.storage).toMatchObject({ mode: "bootstrap" });
});
