// What is wrong with real nodes is refused by the panel with its cause and place, before anything is changed on them.
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as lab from "@/lab/cluster";
import { LabPanel, onNode } from "@/testing/deployed-lab";

const nodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
/** Facts of three nodes, a review, and a start that asks for addresses by ARP; a busy machine three times that. */
const refusalMs = 60_000;
const runMs = 120_000;
const sinceFile = "/run/trivet-test-since";
const guestAddress = "10.77.2.100/24";

let panel: LabPanel;
let draftId: string;

beforeAll(async () => {
  panel = await LabPanel.start();
  draftId = await panel.readyDraft("bad-input");
});
afterAll(async () => {
  await panel.stop();
});

const sh = (node: string, script: string) => onNode(node, ["sh", "-ec", script]);

async function factsAnew(): Promise<void> {
  const { draft } = await panel.client.deployment.get.query({ draftId });
  await panel.client.deployment.refreshFacts.mutate({ draftId, nodeIds: draft.nodes.map((node) => node.id) });
}

interface Finding {
  code: string;
  facts: Readonly<Record<string, unknown>>;
}

async function findings(): Promise<Finding[]> {
  const review = await panel.client.deployment.review.query({ draftId });
  return review.kind === "blocked" ? review.problems.filter(({ severity }) => severity === "error") : [];
}

/** Files of the nodes that are newer than the moment the fault was in place. The panel only looked, so there are none. */
async function changedSince(): Promise<string[]> {
  const places = "/etc /usr /opt /root /var/lib/ceph /var/lib/consul /var/lib/trivet /var/lib/zsha /var/tmp";
  const found = await Promise.all(
    nodes.map(async (node) => {
      const find = `find ${places} -xdev -type f -newer ${sinceFile} 2>/dev/null || true`;
      return (await sh(node, find)).stdout.split("\n").filter((line) => line !== "");
    }),
  );
  return found.flat();
}

/** With the fault in place: the review names it, a start is refused, no node is changed. Without it all is well again. */
async function refused(fault: {
  break: () => Promise<unknown>;
  heal: () => Promise<unknown>;
  finding: Finding;
  /** What was planned for the node goes with the fault (its name): another draft is made after it. */
  endsPlan?: true;
}): Promise<void> {
  await fault.break();
  try {
    await Promise.all(nodes.map((node) => onNode(node, ["touch", sinceFile])));
    await factsAnew();
    expect(await findings()).toContainEqual(expect.objectContaining(matching(fault.finding)));
    const start = panel.client.deployment.start.mutate({ draftId, idempotencyKey: `refused-${fault.finding.code}` });
    await expect(start).rejects.toMatchObject({ data: { report: { code: "blocked" } } });
    expect(await changedSince()).toEqual([]);
    expect(await panel.client.run.list.query({})).toEqual([]);
  } finally {
    await fault.heal();
  }
  await factsAnew();
  if (fault.endsPlan === true) draftId = await panel.readyDraft("bad-input again");
  expect(await findings()).toEqual([]);
}

const matching = ({ code, facts }: Finding) => ({ code, facts: expect.objectContaining(facts) });
const check = (id: string, facts: Finding["facts"]): Finding => ({
  code: "check-failed",
  facts: { check: id, ...facts },
});

test("all is well before", { timeout: refusalMs }, async () => {
  expect(await findings()).toEqual([]);
});

test("a member of another Ceph cluster", { timeout: refusalMs }, async () => {
  const fsid = "11111111-2222-3333-4444-555555555555";
  await expect(
    refused({
      break: () => sh("ceph-2", `mkdir -p /etc/ceph; printf '[global]\\nfsid = ${fsid}\\n' > /etc/ceph/ceph.conf`),
      heal: () => sh("ceph-2", "rm /etc/ceph/ceph.conf"),
      finding: check("not-a-member-elsewhere", { node: "ceph-2", ceph: fsid }),
    }),
  ).resolves.toBeUndefined();
});

test("a member of another HA cluster, whose Consul it holds", { timeout: refusalMs }, async () => {
  const cluster = JSON.stringify({ config: { Node: ["10.9.9.1 alpha", "10.9.9.2 beta"] } });
  await expect(
    refused({
      break: () => sh("ceph-3", `mkdir -p /etc/zsha; echo '${cluster}' > /etc/zsha/cluster.json`),
      heal: () => sh("ceph-3", "rm -r /etc/zsha"),
      finding: check("not-a-member-elsewhere", { node: "ceph-3", clusterNodes: "alpha, beta" }),
    }),
  ).resolves.toBeUndefined();
  await expect(
    refused({
      break: () => sh("ceph-3", "mkdir -p /var/lib/consul/raft"),
      heal: () => sh("ceph-3", "rm -r /var/lib/consul"),
      finding: check("not-a-member-elsewhere", { node: "ceph-3", consul: "yes", clusterNodes: "" }),
    }),
  ).resolves.toBeUndefined();
});

test("two nodes with one host name", { timeout: refusalMs }, async () => {
  await expect(
    refused({
      break: () => sh("ceph-2", "hostname ceph-1"),
      heal: () => sh("ceph-2", "hostname ceph-2"),
      finding: { code: "host-name-twice", facts: { address: "10.77.2.12", name: "ceph-1", other: "10.77.2.11" } },
      endsPlan: true,
    }),
  ).resolves.toBeUndefined();
});

test("two nodes with one MAC", { timeout: refusalMs }, async () => {
  const macOf = async (node: string) => (await onNode(node, ["cat", "/sys/class/net/em1/address"])).stdout.trim();
  const [first, own] = [await macOf("ceph-1"), await macOf("ceph-3")];
  await expect(
    refused({
      break: () => sh("ceph-3", `ip link set em1 address ${first}`),
      heal: () => sh("ceph-3", `ip link set em1 address ${own}`),
      finding: check("macs-unique", { value: first, nodes: "ceph-1 (10.77.2.11), ceph-3 (10.77.2.13)" }),
    }),
  ).resolves.toBeUndefined();
});

test("clocks ten minutes apart", { timeout: refusalMs }, async () => {
  await expect(
    refused({
      break: () => lab.clock("ceph-2", 600),
      heal: () => lab.clock("ceph-2", 0),
      finding: check("clocks-agree", { ahead: "ceph-2", limit: 5 }),
    }),
  ).resolves.toBeUndefined();
});

test("a disk with data that nobody said may be erased", { timeout: refusalMs }, async () => {
  const [status] = (await lab.status()).nodes;
  const disk = status?.disks[0] ?? "";
  await expect(
    refused({
      break: () => sh("ceph-1", `mkfs.ext4 -q ${disk}`),
      heal: () => sh("ceph-1", `wipefs -qa ${disk}; dd if=/dev/zero of=${disk} bs=1M count=1 conv=fsync status=none`),
      finding: { code: "disk-holds-data", facts: { node: "ceph-1", disk } },
    }),
  ).resolves.toBeUndefined();
});

test("an image larger than the pool", { timeout: refusalMs }, async () => {
  const path = (await lab.status()).managementVm?.image ?? "";
  const big = "/root/big.qcow2";
  await expect(
    refused({
      async break() {
        await sh("ceph-1", `qemu-img create -q -f qcow2 ${big} 1G; truncate -s 200G ${big}`);
        await panel.client.deployment.useNodePath.mutate({ draftId, node: "ceph-1", path: big });
      },
      async heal() {
        await sh("ceph-1", `rm ${big}`);
        await panel.client.deployment.usePanelPath.mutate({ draftId, path });
      },
      finding: { code: "image-larger-than-pool", facts: { fileGb: 200 } },
    }),
  ).resolves.toBeUndefined();
});

test("an address somebody answers to is found at the start, not before", { timeout: refusalMs }, async () => {
  const onHost = (verb: string) => execFileSync("ip", ["addr", verb, guestAddress, "dev", "trivet0"]);
  onHost("add");
  try {
    await Promise.all(nodes.map((node) => onNode(node, ["touch", sinceFile])));
    const start = panel.client.deployment.start.mutate({ draftId, idempotencyKey: "refused-address" });
    await expect(start).rejects.toMatchObject({
      data: { report: { code: "blocked", facts: { code: "ip-answers", path: "config.Network.0.Ipaddr" } } },
    });
    expect(await changedSince()).toEqual([]);
  } finally {
    onHost("del");
  }
});

test("a missing package that nobody can bring parks the run by name, before any network is touched", {
  timeout: runMs,
}, async () => {
  await sh("ceph-2", "mv /usr/bin/rbd /usr/bin/rbd.away");
  await factsAnew();
  const { runId } = await panel.client.deployment.start.mutate({ draftId, idempotencyKey: "missing-package" });
  const parked = await panel.progress(runId, (run) => run.state === "parked", runMs);
  const cell = parked.cells["ensure-packages/ceph-2"];
  expect(cell?.state).toBe("failed");
  expect(cell?.error?.detail).toMatch(/ceph-2.*(rbd|ceph-common)/s);
  expect(parked.cells["ensure-networks/cluster"]?.attempt).toBe(0);
  await panel.client.run.cancel.mutate({ runId });
  await panel.progress(runId, (run) => run.state === "cancelled", refusalMs);
  await sh("ceph-2", "mv /usr/bin/rbd.away /usr/bin/rbd");
});
