// Who belongs to a cluster, on real nodes: a dead one replaced by a bare machine, two added, two removed; the guest goes on.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewMachine, NodeChangeKind } from "@/contract/node-change";
import type { NodeChangeGuardCode } from "@/contract/node-change-guards";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { onNode } from "@/testing/deployed-lab";
import {
  guardsMs,
  guestAnswers,
  type Maintained,
  maintainedLab,
  nodes as first,
  ownerNow,
  status,
  succeed,
} from "@/testing/maintained-lab";
import { until } from "@/testing/maintenance-sights";
import { StorageWatch } from "@/testing/witness/storage-watch";

/** The pool the wizard suggests. */
const pool = "zstack";
const spares = ["ceph-4", "ceph-5"] as const;
/** Data leaves two disks and is copied; two machines are set up beside a cluster that runs. */
const changeMs = 1_200_000;
const testMs = 3_000_000;

let maintained: Maintained;

beforeAll(async () => {
  maintained = await maintainedLab(spares.length);
}, 1_200_000);
afterAll(async () => {
  await maintained.panel.stop();
});

/** As the page does it: the key is shown, a person accepts it, the panel's own key goes in, the disks are chosen. */
async function offer(name: string, addresses: Pick<NewMachine, "storageIp" | "managementIp">): Promise<NewMachine> {
  const { membership } = maintained.panel.client;
  const { clusterId } = maintained;
  const { nodes, rootPassword } = await lab.status();
  const machine = nodes.find((node) => node.name === name);
  if (machine === undefined) throw new Error(`the lab has no ${name}`);
  const endpoint = { address: machine.ip, port: 22 };
  const shown = await membership.presentedKey.mutate({ clusterId, endpoint });
  expect(shown.heldBy).toEqual([]);
  const login = { ...endpoint, user: "root", hostKeyType: shown.keyType, hostKeyFingerprint: shown.fingerprint };
  const credentials = { kind: "password" as const, password: rootPassword };
  // Another key than the one presented is never logged in to.
  const foreign = { ...login, hostKeyFingerprint: `SHA256:${"A".repeat(43)}` };
  await expect(membership.admit.mutate({ clusterId, machine: foreign, credentials })).rejects.toThrow("host key");
  const facts = await membership.admit.mutate({ clusterId, machine: login, credentials });
  const disks = facts.disks.filter(({ inUseBecause }) => inUseBecause.length === 0).map(({ path }) => path);
  return { name, ...login, hostKey: shown.key, disks: disks.slice(0, 1), wipeConfirmed: [], ...addresses };
}

interface Wish {
  readonly clusterId: string;
  readonly kind: NodeChangeKind;
  readonly leaving: string[];
  readonly machines: NewMachine[];
}

/** Right after a change the panel's view is new, and everything in it unknown for a moment. */
const heldBackBy = (wish: Wish, code: NodeChangeGuardCode) =>
  until(
    `${wish.kind} held back by ${code}`,
    async () => {
      const { guards } = await maintained.panel.client.membership.plan.query(wish);
      return guards.find((guard) => guard.code === code)?.state === "fails" ? true : null;
    },
    guardsMs,
  );

/** Begins as the page does: only when every guard holds, with the digest of the plan that was shown and the word typed. */
async function change(wish: Wish): Promise<void> {
  const { membership } = maintained.panel.client;
  let open = "";
  const plan = await until(
    `guards of ${wish.kind}`,
    async () => {
      const seen = await membership.plan.query(wish);
      open = seen.guards.flatMap((one) => (one.state === "holds" ? [] : [sentenceText(one.sentence)])).join("; ");
      return open === "" ? seen : null;
    },
    guardsMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)} ${open}`);
  });
  const { factsDigest, word: confirmation } = plan;
  const idempotencyKey = `${wish.kind}-${Math.round(performance.now())}`;
  const { runId } = await membership.start.mutate({ ...wish, confirmation, factsDigest, idempotencyKey });
  await succeed(maintained, runId, changeMs);
}

/** What Ceph itself says of the image, read on that node: who has it open, and whom the suite shuts out. */
async function storage(asked: string): Promise<{ watchers: readonly string[]; blocked: readonly string[] }> {
  const watch = new StorageWatch(
    (node, argv, options) => lab.exec(node, argv, options),
    [asked],
    pool,
    () => undefined,
  );
  try {
    return await watch.look(false);
  } finally {
    await watch.stop();
  }
}

async function aliveAsSeenBy(node: string): Promise<string[]> {
  return await until(
    `Consul as ${node} sees it`,
    async () => {
      const { consul } = await status(node);
      return consul.state === "known" ? consul.value.members.map(({ status: state }) => state) : null;
    },
    guardsMs,
  );
}

/** Everybody is in, everything has all its copies, nobody else is counted; read on the node itself. */
async function whole(asked: string, members: readonly string[]): Promise<void> {
  const { ceph, consul } = await until(
    "all members and copies",
    async () => {
      const seen = await status(asked);
      if (seen.ceph.state === "unknown" || seen.consul.state === "unknown") return null;
      const { node: home, state } = seen.managementVm;
      const standbys = seen.services.filter(({ node }) => node !== home);
      const isReady = state === "running" && standbys.every(({ eligible }) => eligible === true);
      return isReady ? { ceph: seen.ceph.value, consul: seen.consul.value } : null;
    },
    guardsMs,
  );
  expect(ceph.osds).toEqual({ total: members.length, up: members.length, in: members.length });
  expect(Object.keys(ceph.pgs.byState).filter((state) => !state.startsWith("active+clean"))).toEqual([]);
  const quorum = ceph.monitors.filter(({ inQuorum }) => inQuorum).map(({ name }) => name);
  expect(quorum.toSorted()).toEqual([...members]);
  expect(ceph.monitors).toHaveLength(members.length);
  expect(consul.peers).toHaveLength(members.length);
  // Each node keeps its own list of members.
  for (const node of members) expect(await aliveAsSeenBy(node)).toEqual(members.map(() => "alive"));
  expect(consul.autopilotSafe).toBe(true);
  const { panel, clusterId } = maintained;
  const rows = await panel.client.cluster.get.query({ clusterId });
  expect(rows.nodes.map(({ name }) => name).toSorted()).toEqual([...members]);
}

test(
  "a dead owner is replaced by a bare machine: copies, quorum and standby are back, the guest was never stopped by it",
  async () => {
    const { clusterId } = maintained;
    await guestAnswers();
    const dead = (await ownerNow()) ?? "";
    const [asked = ""] = first.filter((node) => node !== dead);
    const wish = { clusterId, kind: "replace-node" as const, leaving: [dead] };
    await heldBackBy({ ...wish, machines: [] }, "node-gone");

    await lab.powerOff(dead);
    await until("failover", async () => ((await status(asked)).managementVm.node === dead ? null : true), guardsMs);
    const before = await guestAnswers();
    const { blocked } = await storage(asked);
    expect(blocked).toHaveLength(1);
    await lab.wipe(dead);
    await lab.powerOn(dead);

    await change({ ...wish, machines: [await offer(dead, { storageIp: null, managementIp: null })] });
    await whole(asked, first);
    const after = await guestAnswers();
    expect(after).toMatchObject({ boots: before.boots, node: before.node, errs: 0 });
    expect(after.acked).toBeGreaterThan(before.acked);
    // The new machine has the dead one's address: nothing of it may stay shut out.
    const seen = await storage(asked);
    expect(seen.blocked).toEqual([]);
    expect(seen.watchers).toHaveLength(1);
    await heldBackBy({ ...wish, machines: [] }, "node-gone");
  },
  testMs,
);

test(
  "two machines are added, never one, and two are removed again with their data",
  async () => {
    const { clusterId } = maintained;
    const before = await guestAnswers();
    const machines = await Promise.all(
      spares.map((name, at) => offer(name, { storageIp: `10.77.1.${14 + at}`, managementIp: `10.77.2.${14 + at}` })),
    );
    const wish = { clusterId, kind: "add-node" as const, leaving: [] };
    await heldBackBy({ ...wish, machines: machines.slice(0, 1) }, "odd-number");
    await change({ ...wish, machines });
    await whole(first[0], [...first, ...spares]);
    expect((await guestAnswers()).boots).toBe(before.boots);

    // The management VM leaves with them: it is moved first.
    await onNode(first[0], ["zsha", "migrate", spares[0]], [0], { timeoutMs: 300_000 });
    await change({ clusterId, kind: "remove-node", leaving: [...spares], machines: [] });
    await whole(first[0], first);
    expect(await guestAnswers()).toMatchObject({ boots: before.boots, errs: 0 });
    for (const node of spares)
      expect((await onNode(node, ["sh", "-c", "ls /etc/zsha /var/lib/consul 2>/dev/null"], [0, 1, 2])).stdout).toBe("");
  },
  testMs,
);
