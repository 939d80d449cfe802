import { expect, test } from "vitest";
import { settleDraft } from "@/contract/deployment-settle";
import { suggestMissing } from "@/contract/deployment-suggestions";
import { placeProblems } from "@/contract/deployment-problems";
import { rightDraft } from "@/contract/draft-fixture";

const mac = "02:00:00:00:00:01";
const blank = () => ({ ...rightDraft(), networks: [], storage: null, config: null });

test("six NICs in pairs become the manual's three bonds, management where the panel came in", () => {
  const { networks } = suggestMissing(blank(), mac);
  expect(networks.map((plan) => [plan.id, plan.bond, plan.onNodes[0]?.nics, plan.bridge])).toEqual([
    ["storage", "bond0", ["p5p1", "p5p2"], true],
    ["management", "bond1", ["eth0", "eth1"], true],
    ["data", "bond2", ["em1", "em2"], false],
  ]);
  expect(networks[1]?.onNodes.map(({ ip }) => ip)).toEqual(["172.20.198.3", "172.20.198.4", "172.20.198.5"]);
});

test("without bonding, or with one NIC each, networks are single links and keep their addresses", () => {
  const draft = blank();
  for (const [at, { facts }] of draft.nodes.entries()) {
    if (facts === null) continue;
    facts.bondingAvailable = false;
    facts.nics = facts.nics.filter(({ name }) => ["p5p1", "eth0", "em1"].includes(name));
    facts.nics[0]?.addresses.push({ ip: `10.77.1.${at + 11}`, prefixLength: 24 });
  }
  const { networks } = suggestMissing(draft, mac);
  expect(networks.map(({ link }) => link)).toEqual(["single", "single", "single"]);
  expect(networks[0]?.onNodes.map(({ ip }) => ip)).toEqual(["10.77.1.11", "10.77.1.12", "10.77.1.13"]);
});

test("an address on a bridge over the NIC is the NIC's network", () => {
  const draft = blank();
  const facts = draft.nodes[0]?.facts;
  const eth0 = facts?.nics.find(({ name }) => name === "eth0");
  if (facts === null || facts === undefined || eth0 === undefined) throw new Error("the fixture has eth0");
  facts.nics.push({ ...eth0, name: "br_eth0", kind: "bridge" });
  eth0.addresses = [];
  eth0.master = "br_eth0";
  expect(suggestMissing(draft, mac).networks[1]?.onNodes[0]?.ip).toBe("172.20.198.3");
});

test("storage takes the empty disks only; the whole suggestion is right but for what only a person knows", () => {
  const filled = suggestMissing(blank(), mac);
  expect(filled.storage).toMatchObject({ disks: { "ceph-1": ["/dev/sdb", "/dev/sdc"] }, osdMemoryTargetMb: 4096 });
  expect(placeProblems(filled, "storage")).toEqual([]);
  const open = placeProblems(filled, "configuration").filter(({ severity }) => severity === "error");
  // Node and MonAddrs follow once the storage addresses are typed.
  expect([...new Set(open.map(({ path }) => path))].sort()).toEqual([
    "config.ChronyServers",
    "config.DNS",
    "config.MonAddrs",
    "config.Network.0.Ipaddr",
    "config.Node",
  ]);
});

test("from five hosts with disks on, four copies are suggested: then any two may be lost", () => {
  const draft = blank();
  const [first] = draft.nodes;
  if (first === undefined || first.facts === null) throw new Error("the fixture has facts");
  const { facts } = first;
  const five = ["ceph-1", "ceph-2", "ceph-3", "ceph-4", "ceph-5"].map((hostName) => ({
    ...first,
    facts: { ...facts, hostName },
  }));
  expect(suggestMissing(draft, mac).storage).toMatchObject({ replicas: 3 });
  expect(suggestMissing({ ...draft, nodes: five }, mac).storage).toMatchObject({ replicas: 4 });
});

test("nothing is suggested before every node has been read, and nothing a person set is touched", () => {
  const early = blank();
  const last = early.nodes[2];
  if (last !== undefined) last.facts = null;
  expect(suggestMissing(early, mac).networks).toEqual([]);
  expect(suggestMissing(rightDraft(), mac)).toEqual(rightDraft());
});

test("a node that joins later gets the first one's NICs; one that leaves is in no plan", () => {
  const draft = rightDraft();
  draft.networks = draft.networks.map((plan) => ({ ...plan, onNodes: plan.onNodes.slice(0, 2) }));
  const joined = settleDraft(draft);
  expect(joined.networks[0]?.onNodes[2]).toEqual({ node: "ceph-3", nics: ["p5p1", "p5p2"], ip: null });
  const left = settleDraft({ ...rightDraft(), nodes: rightDraft().nodes.slice(0, 2) });
  expect(left.networks.every((plan) => plan.onNodes.length === 2)).toBe(true);
  expect(left.config?.Node).toEqual(["192.168.93.3 ceph-1", "192.168.93.4 ceph-2"]);
  expect(left.storage?.mode === "bootstrap" ? Object.keys(left.storage.disks) : []).toEqual(["ceph-1", "ceph-2"]);
});
