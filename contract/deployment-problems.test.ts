import { expect, test } from "vitest";
import type { DeploymentDraft, StoragePlan } from "@/contract/deployment";
import { draftProblems, firstOpenPlace, placeOf, placeState } from "@/contract/deployment-problems";
import { deploymentInput } from "@/contract/deployment-input";
import { rightDraft } from "@/contract/draft-fixture";
import type { HaConfig } from "@/contract/ha-config";
import type { NetworkPlan } from "@/contract/network-plan";
import { usablePoolBytes } from "@/contract/storage-problems";

const problems = (draft: DeploymentDraft) => draftProblems(draft).map(({ path, code }) => `${path} ${code}`);

function withNetwork(id: NetworkPlan["id"], change: (plan: NetworkPlan) => void): DeploymentDraft {
  const draft = rightDraft();
  const plan = draft.networks.find((network) => network.id === id);
  if (plan !== undefined) change(plan);
  return draft;
}
function withIp(id: NetworkPlan["id"], at: number, ip: string | null): DeploymentDraft {
  return withNetwork(id, (plan) => {
    const entry = plan.onNodes[at];
    if (entry !== undefined) entry.ip = ip;
  });
}
type Bootstrap = Extract<StoragePlan, { mode: "bootstrap" }>;
function withStorage(change: (storage: Bootstrap) => void): DeploymentDraft {
  const draft = rightDraft();
  if (draft.storage?.mode === "bootstrap") change(draft.storage);
  return draft;
}
function withConfig(change: Partial<HaConfig>): DeploymentDraft {
  const draft = rightDraft();
  return { ...draft, config: { ...draft.config, ...change } };
}
function withCard(change: Partial<HaConfig["Network"][number]>): DeploymentDraft {
  const draft = rightDraft();
  return withConfig({ Network: (draft.config?.Network ?? []).map((card) => ({ ...card, ...change })) });
}

test("the manual's example has no problem, opens at review and becomes an input", () => {
  const draft = rightDraft();
  expect(draftProblems(draft)).toEqual([]);
  expect(firstOpenPlace(draft)).toBe("review");
  expect(placeState(draft, "networks")).toBe("right");
  const result = deploymentInput(draft);
  expect(result.ok).toBe(true);
  if (!result.ok) return;
  expect(result.input.nodes[1]).toMatchObject({
    name: "ceph-2",
    storageIp: "192.168.93.4",
    managementIp: "172.20.198.4",
    hostKeyFingerprint: "SHA256:key2",
  });
  expect(result.input.disks).toHaveLength(6);
  expect(result.input.disks[0]).toMatchObject({
    node: "ceph-1",
    path: "/dev/sdb",
    serial: "S1b",
    wipeConfirmed: false,
  });
  expect(result.input.image.panelPath).toBe("uploads/u1");
});

test.each([
  ["an address twice", withIp("storage", 1, "192.168.93.3"), "networks.storage.onNodes.1.ip ip-twice"],
  ["the gateway's", withIp("storage", 1, "192.168.93.1"), "networks.storage.onNodes.1.ip ip-is-gateway"],
  ["outside the subnet", withIp("storage", 2, "192.168.94.5"), "networks.storage.onNodes.2.ip ip-outside-subnet"],
  ["the subnet's own", withIp("storage", 2, "192.168.93.0"), "networks.storage.onNodes.2.ip ip-is-network-address"],
  ["broadcast", withIp("storage", 2, "192.168.93.255"), "networks.storage.onNodes.2.ip ip-is-broadcast"],
  ["missing", withIp("storage", 2, null), "networks.storage.onNodes.2.ip ip-missing"],
  ["no address", withIp("storage", 2, "192.168.93"), "networks.storage.onNodes.2.ip address-invalid"],
])("address of a node: %s", (_, draft, expected) => {
  expect(problems(draft)).toContain(expected);
});

test("nodes behind forwarded ports of the panel's own machine are as good as others", () => {
  const draft = rightDraft();
  draft.nodes.forEach((node, at) => Object.assign(node, { address: "127.0.0.1", port: 2201 + at }));
  expect(problems(draft)).toEqual([]);
});

test("an address that another node carries now, and keeps, is refused by name", () => {
  const draft = rightDraft();
  draft.nodes[2]?.facts?.nics[4]?.addresses.push({ ip: "10.9.9.4", prefixLength: 24 });
  const plan = draft.networks[0];
  if (plan === undefined) throw new Error("the fixture has networks");
  plan.gateway = null;
  plan.onNodes = plan.onNodes.map((entry, at) => ({ ...entry, ip: `10.9.9.${at + 3}` }));
  // ceph-3 moves to 10.9.9.5 in this very plan: its old address becomes free.
  expect(problems(draft).filter((line) => line.includes("ip-held-by-node"))).toEqual([]);
  draft.networks[1]?.onNodes.splice(2);
  draft.networks[0]?.onNodes.splice(2);
  expect(problems(draft)).toContain("networks.storage.onNodes.1.ip ip-held-by-node");
});

test.each([
  [
    "nic used twice",
    withNetwork("data", (p) => p.onNodes.forEach((on) => (on.nics = ["em1", "p5p1"]))),
    "nic-used-twice",
  ],
  ["nic not there", withNetwork("data", (p) => p.onNodes.forEach((on) => (on.nics = ["em1", "em9"]))), "nic-unknown"],
  ["no nic", withNetwork("data", (p) => p.onNodes.forEach((on) => (on.nics = []))), "nic-missing"],
  ["bond of one", withNetwork("data", (p) => p.onNodes.forEach((on) => (on.nics = ["em1"]))), "bond-needs-two-nics"],
  ["single of two", withNetwork("data", (p) => void (p.link = "single")), "single-link-one-nic"],
  ["MTU 200", withNetwork("storage", (p) => void (p.mtu = 200)), "mtu-out-of-range"],
  ["MTU 1500", withNetwork("storage", (p) => void (p.mtu = 1500)), "mtu-not-jumbo"],
  ["VLAN 4095", withNetwork("storage", (p) => void (p.vlan = 4095)), "vlan-out-of-range"],
  [
    "VLAN of a long bond",
    withNetwork("storage", (p) => void ([p.vlan, p.bond] = [100, "storage-left"])),
    "vlan-name-too-long",
  ],
  ["VLAN 100", withNetwork("storage", (p) => void (p.vlan = 100)), "vlan-on-switch"],
  ["prefix", withNetwork("storage", (p) => void (p.prefixLength = 33)), "prefix-invalid"],
  ["bond name", withNetwork("storage", (p) => void (p.bond = "a-very-long-bond")), "bond-name-invalid"],
  ["gateway", withNetwork("storage", (p) => void (p.gateway = "10.0.0.1")), "gateway-outside-subnet"],
  ["bridge", withNetwork("management", (p) => void (p.bridge = false)), "management-bridge-missing"],
  ["node left out", withNetwork("storage", (p) => void p.onNodes.pop()), "node-not-planned"],
])("network: %s", (_, draft, code) => {
  expect(draftProblems(draft).map((problem) => problem.code)).toContain(code);
});

test("two networks in one subnet, and a kernel without bonding", () => {
  const overlapping = withNetwork("management", (plan) => {
    plan.gateway = null;
    plan.onNodes.forEach((on, at) => (on.ip = `192.168.93.${at + 100}`));
  });
  expect(problems(overlapping)).toContain("networks.management.prefixLength subnets-overlap");
  const draft = rightDraft();
  const facts = draft.nodes[0]?.facts;
  if (facts) facts.bondingAvailable = false;
  expect(problems(draft)).toContain("networks.storage.link bonding-unavailable");
});

test.each([
  ["no disk on a node", withStorage((s) => void (s.disks["ceph-2"] = [])), "storage.disks.ceph-2 no-disk-chosen"],
  [
    "the system disk",
    withStorage((s) => void s.disks["ceph-2"]?.push("/dev/sda")),
    "storage.disks.ceph-2 disk-holds-system",
  ],
  ["unknown disk", withStorage((s) => void (s.disks["ceph-2"] = ["/dev/sdz"])), "storage.disks.ceph-2 disk-unknown"],
  ["replicas", withStorage((s) => void (s.disks["ceph-2"] = [])), "storage.replicas replicas-exceed-domains"],
  ["two replicas", withStorage((s) => void (s.replicas = 2)), "storage.replicas two-replicas"],
  ["pool name", withStorage((s) => void (s.pool = "a b")), "storage.pool pool-name-invalid"],
  ["too many PGs", withStorage((s) => void (s.pgNum = 4096)), "storage.pgNum pg-num-too-many"],
  ["odd PGs", withStorage((s) => void (s.pgNum = 100)), "storage.pgNum pg-num-not-power-of-two"],
  [
    "OSD memory",
    withStorage((s) => void (s.osdMemoryTargetMb = 100)),
    "storage.osdMemoryTargetMb osd-memory-too-small",
  ],
])("storage: %s", (_, draft, expected) => {
  expect(problems(draft)).toContain(expected);
});

test("two hosts that may be lost: said where copies would not be enough, and not below five hosts", () => {
  const draft = rightDraft();
  if (draft.storage?.mode !== "bootstrap") throw new Error("the fixture bootstraps Ceph");
  expect(problems(draft)).not.toContain("storage.replicas two-lost-hosts");
  draft.storage.disks = { ...draft.storage.disks, "ceph-4": ["/dev/sdb"], "ceph-5": ["/dev/sdb"] };
  expect(problems(draft)).toContain("storage.replicas two-lost-hosts");
  draft.storage.replicas = 4;
  expect(problems(draft)).not.toContain("storage.replicas two-lost-hosts");
});

test("a disk with data needs the confirmation of that very disk", () => {
  const draft = rightDraft();
  const disk = draft.nodes[0]?.facts?.disks[1];
  if (disk === undefined || draft.storage?.mode !== "bootstrap") throw new Error("the fixture bootstraps Ceph");
  disk.inUseBecause = ["LVM2_member"];
  draft.storage.wipeConfirmed = ["ceph-2:/dev/sdb"];
  expect(problems(draft)).toContain("storage.disks.ceph-1 disk-holds-data");
  draft.storage.wipeConfirmed = ["ceph-1:/dev/sdb"];
  expect(problems(draft)).toEqual([]);
});

test("usable pool size: each copy on another host, room below the warning", () => {
  const draft = rightDraft();
  expect(usablePoolBytes(draft)).toBe(Math.floor(4 * 1000 ** 4 * 0.85));
  if (draft.storage?.mode === "bootstrap") {
    draft.storage.replicas = 2;
    draft.storage.disks["ceph-2"] = ["/dev/sdb"];
    draft.storage.disks["ceph-3"] = [];
  }
  expect(usablePoolBytes(draft)).toBe(Math.floor(2 * 1000 ** 4 * 0.85));
});

test("an image larger than the pool is refused; a virtual size that may outgrow it is advice", () => {
  const draft = rightDraft();
  if (draft.image !== null) draft.image.virtualBytes = 9 * 1024 ** 4;
  expect(draftProblems(draft)).toMatchObject([{ path: "image", code: "image-may-outgrow-pool", severity: "advice" }]);
  if (draft.image !== null) draft.image.fileBytes = 8 * 1024 ** 4;
  expect(draftProblems(draft)).toMatchObject([{ path: "image", code: "image-larger-than-pool", severity: "error" }]);
});

test.each([
  ["memory 7", withConfig({ MemorySizeInGB: 7 }), "config.MemorySizeInGB below-minimum"],
  ["CPU 3", withConfig({ CPU: 3 }), "config.CPU below-minimum"],
  ["memory beyond the node", withConfig({ MemorySizeInGB: 200 }), "config.MemorySizeInGB memory-crowds-node"],
  ["CPU beyond the node", withConfig({ CPU: 64 }), "config.CPU cpu-exceeds-node"],
  ["other pool", withConfig({ PoolName: "rbd" }), "config.PoolName differs-from-plan"],
  [
    "per-node list without ceph-3",
    withCard({ Ipaddr: "172.20.198.24@ceph-1, 172.20.198.25@ceph-2" }),
    "config.Network.0.Ipaddr per-node-missing",
  ],
  ["address of a node", withCard({ Ipaddr: "172.20.198.4" }), "config.Network.0.Ipaddr address-taken"],
  ["the gateway's address", withCard({ Ipaddr: "172.20.198.1" }), "config.Network.0.Ipaddr ip-is-gateway"],
  [
    "another subnet",
    withCard({ Ipaddr: "10.1.1.24", Gateway: "10.1.1.1" }),
    "config.Network.0.Ipaddr ip-outside-network",
  ],
  ["a NIC's MAC", withCard({ MacAddress: "52:54:00:00:01:02" }), "config.Network.0.MacAddress mac-of-nic"],
  ["a bridge nobody plans", withCard({ Bridge: "br_x" }), "config.Network.0.Bridge bridge-not-planned"],
])("configuration: %s", (_, draft, expected) => {
  expect(problems(draft)).toContain(expected);
});

test("a configuration with fields missing names each of them", () => {
  const draft = { ...rightDraft(), config: { CPU: 4 } };
  expect(problems(draft)).toEqual(expect.arrayContaining(["config.Node field-missing", "config.DNS field-missing"]));
  expect(deploymentInput(draft).ok).toBe(false);
});

test("an empty draft opens at prepare, then at nodes; later places wait", () => {
  const empty: DeploymentDraft = {
    ...rightDraft(),
    nodes: [],
    networks: [],
    storage: null,
    image: null,
    config: null,
    preparation: [],
  };
  expect(firstOpenPlace(empty)).toBe("prepare");
  expect(firstOpenPlace({ ...empty, preparation: ["ceph-1:partitions"] })).toBe("nodes");
  expect(placeState(empty, "networks")).toBe("waiting");
  expect(placeState(empty, "nodes")).toBe("wrong");
});

test("a hard pre-flight failure keeps the deployment from starting; advice does not", () => {
  const draft = rightDraft();
  const facts = draft.nodes[2]?.facts;
  if (facts) facts.clockOffsetMs = 600_000;
  expect(firstOpenPlace(draft)).toBe("preflight");
  expect(deploymentInput(draft)).toMatchObject({ ok: false, problems: [{ path: "preflight.clocks-agree" }] });
  if (facts) {
    facts.clockOffsetMs = 0;
    facts.timeZone = "Etc/UTC";
  }
  expect(placeState(draft, "preflight")).toBe("advice");
  expect(deploymentInput(draft).ok).toBe(true);
});

test.each([
  ["config.Network.0.Ipaddr", "configuration"],
  ["networks.storage", "networks"],
  ["clusterName", "nodes"],
  ["preflight.clocks-agree", "preflight"],
])("%s belongs to %s", (path, place) => {
  expect(placeOf({ path })).toBe(place);
});
