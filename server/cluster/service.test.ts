import { afterEach, beforeEach, expect, test } from "vitest";
import { ConsulOverSsh } from "@/server/adapters/consul/consul-over-ssh";
import { SshConnections } from "@/server/adapters/ssh/connections";
import { SshNodeAccess } from "@/server/adapters/ssh/node-access";
import { installClusterDoors } from "@/server/cluster/doors";
import { clusterConfig, getCluster, listClusters, watchCluster } from "@/server/cluster/service";
import { collectFacts } from "@/server/node/collect-facts";
import { nodeFacts } from "@/server/node/service";
import { stopWatchers } from "@/server/status/watchers";
import { factsCommand } from "@/testing/scripted-cluster/scripted-facts";
import { type ScriptedCluster, startScriptedCluster } from "@/testing/scripted-cluster/scripted-cluster";
import { ScriptedConsul } from "@/testing/scripted-cluster/scripted-consul";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

const names = ["ceph-1", "ceph-2", "ceph-3"];
const token = "0c9c1b86-2f0e-4b2e-8a59-5f3a6d2b9a10";
const hardware = { index: 1, managementIp: "10.0.2.1", storageIp: "10.0.1.1", memoryGiB: 64, emptyDisks: 1 };
let temporary: TemporaryDatabase;
let cluster: ScriptedCluster;
let consul: ScriptedConsul;
let connections: SshConnections;
let id: string;

beforeEach(async () => {
  temporary = await temporaryDatabase();
  consul = new ScriptedConsul(
    names.map((name) => ({ name, address: "127.0.0.1" })),
    token,
  );
  const files = { "/etc/zsha/consul-tokens.json": JSON.stringify({ managementToken: "m", suiteToken: token }) };
  cluster = await startScriptedCluster({
    nodes: names.map((name) => ({ name, files, commands: [factsCommand(hardware)] })),
    ports: () => new Map([[8500, consul.port]]),
  });
  connections = new SshConnections();
  const access = new SshNodeAccess({ connections, panelKey: () => Promise.resolve(cluster.privateKey), collectFacts });
  installClusterDoors({
    hosts: (nodes) => access.hosts(nodes),
    consul: (hosts, readToken) => new ConsulOverSsh({ hosts, readToken }),
  });
  const nodes = names.map((name, position) => {
    const { port, hostKey } = cluster.node(name);
    return {
      name,
      position,
      address: "127.0.0.1",
      port,
      user: "root",
      hostKeyType: hostKey.keyType,
      hostKey: "",
      fingerprint: hostKey.fingerprint,
    };
  });
  ({ id } = await temporary.client.cluster.create({
    data: { name: "office", nodes: { create: nodes } },
  }));
});
afterEach(async () => {
  stopWatchers();
  connections.close();
  await cluster.stop();
  await temporary.close();
});

test("a stored cluster is listed with what its watcher knows, first nothing, then the truth", async () => {
  const [listed] = await listClusters();
  expect(listed).toMatchObject({ id, name: "office", headline: { code: "not-read-yet", tone: "unknown" } });
  const watcher = await watchCluster(id);
  await expect.poll(() => watcher.newest.leader, { timeout: 8_000 }).toMatchObject({ value: "127.0.0.1:8300" });
  const now = await getCluster(id);
  expect(now.status.nodes.map(({ member }) => member)).toMatchObject([
    { value: "alive" },
    { value: "alive" },
    { value: "alive" },
  ]);
  expect(await watchCluster(id)).toBe(watcher);
  await expect(getCluster("other")).rejects.toMatchObject({ code: "not-found" });
});

test("a cluster counts as deployed once its deployment has succeeded", async () => {
  const { client } = temporary;
  const run = {
    clusterId: id,
    kind: "deploy-cluster",
    input: "{}",
    plan: "{}",
    factsDigest: "",
    codeVersion: "",
    actor: "a",
  };
  const { id: runId } = await client.run.create({ data: { ...run, state: "running", idempotencyKey: "once" } });
  expect((await getCluster(id)).state).toBe("being-deployed");
  await client.run.update({ where: { id: runId }, data: { state: "succeeded" } });
  expect((await getCluster(id)).state).toBe("managed");
});

test("the configuration comes from Consul with its version, opened by the token on the node", async () => {
  expect(await clusterConfig(id)).toBeNull();
  consul.put("zsha/config", '{"Node": 5}');
  await expect(clusterConfig(id)).rejects.toMatchObject({ code: "config-invalid", facts: { field: "Node" } });
});

test("a node's facts are read through the cluster", async () => {
  expect(await nodeFacts(id, "ceph-2")).toMatchObject({ hostName: "ceph-2" });
  await expect(nodeFacts(id, "ceph-9")).rejects.toMatchObject({ code: "not-found" });
});
