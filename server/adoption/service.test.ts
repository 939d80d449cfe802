import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { rightFacts } from "@/contract/draft-fixture";
import { sampleConfig } from "@/contract/ha-config-sample";
import { clusterFileSchema, suitePaths } from "@/contract/node-setup";
import { adoptCluster, forgetCluster, lookAtNodes } from "@/server/adoption/service";
import { managedClusters } from "@/server/cluster/service";
import { clusterNodes } from "@/server/cluster/node-store";
import { findCluster } from "@/server/cluster/store";
import { database } from "@/server/database/client";
import { installDeploymentDoors } from "@/server/deployment/doors";
import { DraftNodes } from "@/server/deployment/nodes";
import { storePlatformPassword } from "@/server/deployment/secrets";
import { createDraft, getDraft, patchDraft } from "@/server/deployment/service";
import type { NodeAccess, NodeLogin } from "@/server/ports/node-access";
import type { RemoteHost } from "@/server/ports/remote-host";
import { noDirectory } from "@/server/steps/maintenance/record";
import { temporaryDatabase } from "@/testing/temporary-database";

const subject = { actor: { id: "u1", username: "anna" }, address: null };
const names = ["ceph-1", "ceph-2", "ceph-3"];
let close: () => Promise<void>;
beforeAll(async () => {
  ({ close } = await temporaryDatabase());
});
afterAll(() => close());
/** Address → what lies on the node. */
const files = new Map<string, string>();
beforeEach(() => {
  for (const [at, node] of names.entries()) {
    const file = {
      protocol: 1,
      node,
      ip: `10.0.1.${at + 1}`,
      nodes: names.map((name, index) => ({ name, ip: `10.0.1.${index + 1}` })),
      profile: "default",
      datacenter: "dc1",
      cephUser: "zsha",
      suiteVersion: "0.1.0",
      config: sampleConfig("CephConf"),
    };
    files.set(`10.0.0.${at + 1}`, JSON.stringify(clusterFileSchema.parse(file)));
  }
});
afterEach(() => files.clear());

const unasked = () => {
  throw new Error("not asked");
};
const host = ({ address }: NodeLogin): RemoteHost => ({
  node: address,
  readFile: async (path) => (path === suitePaths.clusterFile ? (files.get(address) ?? null) : null),
  exec: async ([program]) =>
    program === "cat"
      ? { kind: "exited", code: 0, stdout: "12\n", stderr: "", seconds: 0 }
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
    names.map((name, at) => ({ name, fingerprint: `SHA256:10.0.0.${at + 1}`, storageIp: `10.0.1.${at + 1}` })),
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
  files.delete("10.0.0.2");
  await expect(adoptCluster(await draftOf("stranger", [1, 2, 3]), subject)).rejects.toThrow(/ceph-2 belongs to no/);
  expect(await database().cluster.count({ where: { name: { in: ["partly", "stranger"] } } })).toBe(0);
});
