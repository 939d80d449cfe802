// Who belongs to a cluster as its nodes say themselves: Consul's servers, Ceph's monitors, disks and copies, the suite's standbys.
import assert from "node:assert/strict";
import { z } from "zod";
import { suitePaths } from "@/contract/node-setup";
import * as lab from "@/lab/cluster";
import { onNode } from "@/testing/deployed-lab";
import { guardsMs, status } from "@/testing/maintained-lab";
import { until } from "@/testing/maintenance-sights";
import { StorageWatch } from "@/testing/witness/storage-watch";

/** The pool the wizard suggests. */
const pool = "zstack";

/** The token goes from its file into the program's environment on the node itself. */
const consulScript = `CONSUL_HTTP_TOKEN=$(sed -n 's/.*"managementToken": *"\\([^"]*\\)".*/\\1/p' ${suitePaths.consulTokens}) exec consul "$@"`;
const consul = async (node: string, ...words: string[]): Promise<string[]> =>
  (await onNode(node, ["sh", "-c", consulScript, "sh", ...words])).stdout.trim().split("\n").slice(1);

/** As this node's own gossip has them: address and state. */
const gossipOf = async (node: string): Promise<string[]> =>
  (await consul(node, "members"))
    .map((line) => line.split(/\s+/))
    .map(([, address = "", state = ""]) => `${address.replace(/:\d+$/, "")} ${state}`)
    .toSorted();

/** Servers with a vote; those that only listen have none yet. */
const votersOf = async (node: string): Promise<string[]> =>
  (await consul(node, "operator", "raft", "list-peers"))
    .map((line) => line.split(/\s+/))
    .flatMap(([, , address = "", , voter]) => (voter === "true" ? [address.replace(/:\d+$/, "")] : []))
    .toSorted();

const quorumSchema = z.object({ quorum_names: z.array(z.string()), monmap: z.object({ mons: z.array(z.unknown()) }) });
const treeSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      type: z.string(),
      children: z.array(z.number()).default([]),
      status: z.string().optional(),
      reweight: z.number().optional(),
    }),
  ),
});
const pgSchema = z.object({
  pg_summary: z.object({ num_pg_by_state: z.array(z.object({ name: z.string(), num: z.number() })) }),
});

async function ceph<T>(node: string, schema: z.ZodType<T>, ...words: string[]): Promise<T> {
  const { stdout } = await onNode(node, ["ceph", "--connect-timeout", "20", ...words, "--format", "json"]);
  return schema.parse(JSON.parse(stdout));
}

/** "host: disks that are up and in". */
async function disksByHost(node: string): Promise<string[]> {
  const { nodes } = await ceph(node, treeSchema, "osd", "tree");
  const serves = (id: number): boolean =>
    nodes.some((one) => one.id === id && one.status === "up" && one.reweight === 1);
  return nodes
    .filter(({ type }) => type === "host")
    .map(({ name, children }) => `${name}: ${children.filter(serves).length}`)
    .toSorted();
}

const addressesOf = async (names: readonly string[]): Promise<string[]> =>
  (await lab.status()).nodes.flatMap(({ name, storageIp }) => (names.includes(name) ? [storageIp] : [])).toSorted();

/** These and no others are in, everything has all its copies, and every standby could take over. */
export async function whole(members: readonly string[]): Promise<void> {
  const [asked = ""] = members;
  const addresses = await addressesOf(members);
  // A node's word about itself is some seconds old, and unknown for a moment after a restart.
  await until(
    "every standby ready",
    async () => {
      const { services, managementVm } = await status(asked);
      const standbys = services.filter(({ node }) => node !== managementVm.node);
      const isReady = standbys.every(({ state, eligible }) => state === "running" && eligible === true);
      return isReady && managementVm.state === "running" && services.length === members.length ? true : null;
    },
    guardsMs,
  );
  const seen = await status(asked);
  assert.equal(seen.consul.state === "known" && seen.consul.value.autopilotSafe, true, "autopilot");
  for (const node of members) {
    assert.deepEqual(
      await gossipOf(node),
      addresses.map((ip) => `${ip} alive`),
      `gossip of ${node}`,
    );
    assert.deepEqual(await votersOf(node), addresses, `raft of ${node}`);
  }
  const { quorum_names: quorum, monmap } = await ceph(asked, quorumSchema, "quorum_status");
  assert.deepEqual(quorum.toSorted(), [...members]);
  assert.equal(monmap.mons.length, members.length);
  assert.deepEqual(
    await disksByHost(asked),
    members.map((node) => `${node}: 1`),
  );
  const { pg_summary: groups } = await ceph(asked, pgSchema, "pg", "stat");
  const unclean = groups.num_pg_by_state.filter(({ name }) => !name.startsWith("active+clean"));
  assert.deepEqual(unclean, []);
}

/** What Ceph itself says of the image, read on that node: who has it open, and whom the suite shuts out. */
export async function imageSeenBy(node: string): Promise<{ watchers: readonly string[]; blocked: readonly string[] }> {
  const watch = new StorageWatch(
    (asked, argv, options) => lab.exec(asked, argv, options),
    [node],
    pool,
    () => undefined,
  );
  try {
    return await watch.look(false);
  } finally {
    await watch.stop();
  }
}
