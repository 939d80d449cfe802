import { describe, expect, it } from "vitest";
import { clusterStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { nodeLinksFixture } from "@/components/cluster/fixtures/node-links-fixture";
import { networkPlansFixture } from "@/components/network/fixtures/network-plans-fixture";
import {
  type Attachment,
  attachmentsOf,
  farGroups,
  standingWith,
  worstStanding,
} from "@/components/network/network-model";
import type { NodeLinks } from "@/contract/node-links";
import { known, unknown } from "@/contract/observed";

const at = "2026-11-22T14:00:00.000Z";

/** ceph-2 with its links changed; the others healthy. */
function pictured(change: (links: NodeLinks) => NodeLinks): Attachment[] {
  const base = clusterStatusFixture(at);
  const nodes = base.nodes.map((node) =>
    node.name === "ceph-2" ? { ...node, links: known(change(nodeLinksFixture(2)), at) } : node,
  );
  return attachmentsOf(networkPlansFixture(), { nodes }, null);
}
const onCeph2 = (all: readonly Attachment[], network: string) =>
  all.find((one) => one.node === "ceph-2" && one.network === network);
const withLink = (links: NodeLinks, name: string, change: object): NodeLinks => ({
  ...links,
  links: links.links.map((link) => (link.name === name ? { ...link, ...change } : link)),
});
const withMember = (links: NodeLinks, name: string, change: object): NodeLinks => ({
  ...links,
  bonds: links.bonds.map((bond) => ({
    ...bond,
    members: bond.members.map((member) => (member.name === name ? { ...member, ...change } : member)),
  })),
});

describe("attachmentsOf", () => {
  it("finds every network on every node, good where each cable carries", () => {
    const all = pictured((links) => links);
    expect(all.map(({ node, network, device, standing }) => `${node} ${network} ${device} ${standing}`)).toEqual(
      ["ceph-1", "ceph-2", "ceph-3"].flatMap((node) => [
        `${node} storage bond0 good`,
        `${node} management br_bond1 good`,
        `${node} data br_eth4 good`,
      ]),
    );
    expect(worstStanding(all)).toBe("good");
  });

  it("calls a bond with one cable pulled degraded, and the cable down", () => {
    const all = pictured((links) => withMember(withLink(links, "eth1", { carrier: false }), "eth1", { miiUp: false }));
    expect(onCeph2(all, "storage")).toMatchObject({
      standing: "degraded",
      cables: [
        { state: "up", verdict: "healthy" },
        { state: "down", verdict: "no-link" },
      ],
    });
    expect(worstStanding(all)).toBe("degraded");
  });

  it("does not believe a link that LACP does not use", () => {
    const all = pictured((links) => withMember(links, "eth1", { partnerMac: "00:00:00:00:00:00", aggregatorId: 2 }));
    expect(onCeph2(all, "storage")).toMatchObject({
      standing: "degraded",
      cables: [{ verdict: "healthy" }, { state: "up", verdict: "no-lacp-partner", far: { partner: "none" } }],
    });
  });

  it("calls a network failed without any link, without its device, and below its MTU", () => {
    expect(
      onCeph2(
        pictured((links) => withLink(links, "eth4", { carrier: false })),
        "data",
      )?.standing,
    ).toBe("failed");
    const gone = (links: NodeLinks) => ({ ...links, links: links.links.filter(({ name }) => name !== "bond0") });
    expect(onCeph2(pictured(gone), "storage")?.standing).toBe("failed");
    expect(
      onCeph2(
        pictured((links) => withLink(links, "bond0", { mtu: 1500 })),
        "storage",
      )?.standing,
    ).toBe("failed");
  });

  it("knows nothing of a node that was not read, rather than that its cables are out", () => {
    const base = clusterStatusFixture(at);
    const nodes = base.nodes.map((node) => ({ ...node, links: unknown<NodeLinks>("not read", at) }));
    const all = attachmentsOf(networkPlansFixture(), { nodes }, null);
    expect(new Set(all.map(({ standing }) => standing))).toEqual(new Set(["unknown"]));
    expect(new Set(all.flatMap(({ cables }) => cables.map(({ state }) => state)))).toEqual(new Set(["unknown"]));
  });

  it("finds VLAN devices on top of the network's own", () => {
    const vlan = { name: "br_eth4.120", kind: "vlan" as const };
    const all = pictured((links) => {
      const [first] = links.links;
      return first === undefined ? links : { ...links, links: [...links.links, { ...first, ...vlan }] };
    });
    expect(onCeph2(all, "data")?.vlans).toEqual(["br_eth4.120"]);
    expect(onCeph2(all, "storage")?.vlans).toEqual([]);
  });
});

it("lets what a check found outweigh cables that all carry, and never the other way round", () => {
  expect(standingWith("good", "error")).toBe("failed");
  expect(standingWith("good", "warning")).toBe("degraded");
  expect(standingWith("good", "advice")).toBe("good");
  expect(standingWith("failed", null)).toBe("failed");
  expect(standingWith("unknown", "warning")).toBe("unknown");
});

describe("farGroups", () => {
  const storage = (change: (links: NodeLinks) => NodeLinks) => onCeph2(pictured(change), "storage")?.cables ?? [];

  it("is one group where both cables lead to one, two where one is swapped or out", () => {
    expect(farGroups(storage((links) => links)).map(({ cables }) => cables.length)).toEqual([2]);
    const swapped = storage((links) => withMember(links, "eth1", { partnerMac: "62:14:a3:00:03:00" }));
    expect(farGroups(swapped).map(({ cables }) => cables.length)).toEqual([1, 1]);
    expect(farGroups(storage((links) => withLink(links, "eth1", { carrier: false }))).length).toBe(2);
  });
});
