import { expect, test } from "vitest";
import type { DeploymentDraft } from "@/contract/deployment";
import { rightDraft } from "@/contract/draft-fixture";
import type { NodeFacts } from "@/contract/node-facts";
import { type PreflightCheckId, preflightCheckIds } from "@/contract/preflight";
import { evaluateCheck, evaluatePreflight } from "@/contract/preflight-checks";

function changed(at: number, change: (facts: NodeFacts) => unknown): DeploymentDraft {
  const draft = rightDraft();
  const facts = draft.nodes[at]?.facts;
  if (facts !== null && facts !== undefined) change(facts);
  return draft;
}
const failures = (draft: DeploymentDraft, id: PreflightCheckId) =>
  evaluateCheck(id, draft).filter(({ state }) => state !== "pass");

test("three servers like the manual's pass every check, and every check speaks", () => {
  const results = evaluatePreflight(rightDraft());
  expect(results.filter(({ state }) => state !== "pass")).toEqual([]);
  expect(new Set(results.map(({ id }) => id))).toEqual(new Set(preflightCheckIds));
});

test("clocks ten minutes apart: hard, both nodes and the difference named", () => {
  const found = failures(
    changed(2, (facts) => {
      facts.clockOffsetMs = 600_010;
    }),
    "clocks-agree",
  );
  expect(found).toEqual([
    expect.objectContaining({
      severity: "hard",
      state: "fail",
      facts: expect.objectContaining({ behind: "ceph-1", ahead: "ceph-3", seconds: 600 }),
    }),
  ]);
});

test("a difference the reading cannot tell from a slow network is not held against the clocks", () => {
  const draft = changed(2, (facts) => {
    facts.clockOffsetMs = 6_000;
    facts.clockUncertaintyMs = 2_000;
  });
  expect(failures(draft, "clocks-agree")).toEqual([]);
});

type Change = (facts: NodeFacts) => unknown;

test.each<[PreflightCheckId, Change, string]>([
  ["host-names-unique", (facts: NodeFacts) => (facts.hostName = "Ceph-1"), "ceph-1"],
  ["machine-ids-unique", (facts: NodeFacts) => (facts.machineId = "machine-1"), "machine-1"],
  [
    "macs-unique",
    (facts: NodeFacts) => facts.nics.forEach((nic) => (nic.mac = nic.mac.replace("00:03:", "00:01:").toUpperCase())),
    "52:54:00:00:01:00",
  ],
])("%s: two nodes with one value are named", (id, change, value) => {
  const found = failures(
    changed(2, (facts) => void change(facts)),
    id,
  );
  expect(found[0]).toMatchObject({ severity: "hard", state: "fail", facts: { value } });
  expect(found[0]?.facts.nodes).toContain("172.20.198.3");
  expect(found[0]?.facts.nodes).toContain("172.20.198.5");
});

test("a node that belongs to another cluster is refused and the cluster's nodes named", () => {
  const draft = changed(0, (facts) => {
    facts.membership = { consul: true, ceph: null, suite: "0.1.0", clusterNodes: ["alpha", "beta"] };
  });
  expect(failures(draft, "not-a-member-elsewhere")[0]).toMatchObject({
    severity: "hard",
    node: "ceph-1",
    facts: { clusterNodes: "alpha, beta" },
  });
});

test("a running Ceph is foreign when one is to be made, and welcome when it is to be used", () => {
  const draft = changed(0, (facts) => {
    facts.membership = { consul: false, ceph: "fsid-1", suite: null, clusterNodes: [] };
  });
  expect(failures(draft, "not-a-member-elsewhere")).toHaveLength(1);
  draft.storage = {
    mode: "existing",
    monitors: ["10.0.0.1:6789"],
    user: "client.zstack",
    keySecretRef: "s",
    pool: "zstack",
    createPool: false,
    pgNum: 128,
    osdsPerNode: 2,
    media: "hybrid",
  };
  expect(failures(draft, "not-a-member-elsewhere")).toEqual([]);
});

test.each([
  [
    "apt",
    "qemu-utils, qemu-block-extra, iputils-arping",
    "apt-get install -y qemu-utils qemu-block-extra iputils-arping",
    "advice",
  ],
  ["dnf", "qemu-img, qemu-kvm-block-rbd, iputils", "dnf install -y qemu-img qemu-kvm-block-rbd iputils", "advice"],
  ["none", "", "", "hard"],
] as const)("missing tools on a %s node name their packages", (packageManager, packages, command, severity) => {
  const draft = changed(1, (facts) => {
    facts.packageManager = packageManager;
    facts.tools = { ...facts.tools, "qemu-img": null, arping: null };
  });
  expect(failures(draft, "tools-present")[0]).toMatchObject({
    severity,
    node: "ceph-2",
    facts: { tools: "qemu-img, arping", packages, command },
  });
});

test("a tool this deployment does without is not missed: Consul from the panel", () => {
  const draft = changed(1, (facts) => {
    facts.tools = { ...facts.tools, consul: null };
  });
  expect(failures(draft, "tools-present")[0]?.facts.tools).toBe("consul");
  expect(failures({ ...draft, software: null }, "tools-present")).toEqual([]);
});

test.each<[PreflightCheckId, Change, string]>([
  ["architecture-same", (f: NodeFacts) => (f.os.architecture = "aarch64"), "hard"],
  ["os-supported", (f: NodeFacts) => (f.os.versionId = "9"), "advice"],
  ["os-supported", (f: NodeFacts) => (f.os.architecture = "aarch64"), "hard"],
  ["time-zone-same", (f: NodeFacts) => (f.timeZone = "Etc/UTC"), "advice"],
  ["virtualization-on", (f: NodeFacts) => (f.kvmUsable = false), "advice"],
  ["hyper-threading-on", (f: NodeFacts) => (f.cpu.threads = 20), "advice"],
  ["cpu-enough", (f: NodeFacts) => (f.cpu.threads = 4), "advice"],
  ["memory-enough", (f: NodeFacts) => (f.memoryBytes = 16 * 1024 ** 3), "advice"],
  ["nic-count", (f: NodeFacts) => f.nics.splice(2), "advice"],
  ["empty-disk-present", (f: NodeFacts) => f.disks.splice(1), "advice"],
  ["host-names-valid", (f: NodeFacts) => (f.hostName = "ceph_3"), "hard"],
  ["host-names-valid", (f: NodeFacts) => (f.hostName = "localhost"), "hard"],
  ["single-network-stack", (f: NodeFacts) => f.networkStack.push("network-manager"), "hard"],
  ["hosts-file-agrees", (f: NodeFacts) => (f.hostsFile += "127.0.1.1 ceph-3\n"), "advice"],
])("%s fails where it should", (id, change, severity) => {
  const found = failures(
    changed(2, (facts) => void change(facts)),
    id,
  );
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ state: "fail", severity });
});

test("little room on / is advice, none is hard; logs count on the file system they lie on", () => {
  const withRoot = (gb: number) =>
    changed(0, (facts) => {
      facts.mounts = [{ target: "/", source: "/dev/sda3", type: "xfs", sizeBytes: 1, availableBytes: gb * 1024 ** 3 }];
    });
  expect(failures(withRoot(5), "root-space-enough")[0]?.severity).toBe("advice");
  expect(failures(withRoot(1), "root-space-enough")[0]?.severity).toBe("hard");
  const separate = changed(0, (facts) => {
    facts.mounts.push({
      target: "/var/log",
      source: "/dev/sda5",
      type: "xfs",
      sizeBytes: 1,
      availableBytes: 1024 ** 3,
    });
  });
  expect(failures(separate, "log-space-enough")[0]).toMatchObject({ state: "fail", facts: { availableGb: 1 } });
  const unread = changed(0, (facts) => {
    facts.mounts = [];
  });
  expect(failures(unread, "root-space-enough")[0]?.state).toBe("unknown");
});

test("a guest's tap is no NIC of the node", () => {
  const draft = changed(0, (facts) => {
    const [nic] = facts.nics;
    facts.nics = facts.nics.slice(0, 2);
    if (nic !== undefined) facts.nics.push({ ...nic, name: "vnet0", kind: "virtual", driver: "tun" });
  });
  expect(failures(draft, "nic-count")[0]?.facts.count).toBe(2);
});

test("two stacks without bonds are advice: only bonds are what they fight over", () => {
  const draft = changed(0, (facts) => facts.networkStack.push("network-manager"));
  draft.networks = draft.networks.map((plan) => ({ ...plan, link: "single" as const }));
  expect(failures(draft, "single-network-stack")[0]?.severity).toBe("advice");
});

test("even numbers, unreached nodes and changed host keys are hard failures", () => {
  const draft = rightDraft();
  const [first, second] = draft.nodes;
  if (first === undefined || second === undefined) throw new Error("the fixture has three nodes");
  draft.nodes = [
    { ...first, facts: null },
    { ...second, presentedFingerprint: "SHA256:other" },
  ];
  expect(failures(draft, "node-count-odd")).toHaveLength(1);
  expect(failures(draft, "nodes-reachable")[0]?.node).toBe("172.20.198.3");
  expect(failures(draft, "host-keys-accepted")[0]?.facts.presented).toBe("SHA256:other");
});
