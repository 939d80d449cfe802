import { describe, expect, it } from "vitest";
import { clusterStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { nodeLinksFixture } from "@/components/cluster/fixtures/node-links-fixture";
import { factsFixture, nicsFixture } from "@/components/cluster/fixtures/node-facts-fixture";
import { linksOf, topologyOf } from "@/components/cluster/topology-model";
import { known, unknown } from "@/contract/observed";

const at = "2026-11-22T14:00:00.000Z";

describe("linksOf", () => {
  it("follows NICs through bond and bridge to the network, and leaves idle NICs and guests' ports out", () => {
    expect(
      linksOf(nicsFixture(1)).map(({ nics, ...link }) => ({ ...link, nics: nics.map((nic) => nic.name) })),
    ).toEqual([
      {
        networkKey: "192.168.255.0/24",
        bond: "bond0",
        bridge: null,
        address: "192.168.255.205",
        nics: ["eth0", "eth1"],
      },
      {
        networkKey: "172.20.198.0/24",
        bond: "bond1",
        bridge: "br_bond1",
        address: "172.20.198.11",
        nics: ["eth2", "eth3"],
      },
      { networkKey: "br_eth4", bond: null, bridge: "br_eth4", address: null, nics: ["eth4"] },
    ]);
  });

  it("reckons subnets whose prefix ends inside a byte", () => {
    const [link] = linksOf(
      nicsFixture(1)
        .filter((nic) => nic.name === "eth5")
        .map((nic) => ({ ...nic, addresses: [{ ip: "10.1.2.200", prefixLength: 26 }] })),
    );
    expect(link?.networkKey).toBe("10.1.2.192/26");
  });
});

describe("topologyOf", () => {
  it("says who leads, who carries the VM and what each node has", () => {
    const topology = topologyOf(clusterStatusFixture(at), factsFixture(at));
    expect(
      topology.nodes.map(({ name, vm, consul, monitor, standby }) => ({ name, vm, consul, monitor, standby })),
    ).toEqual([
      { name: "ceph-1", vm: "here", consul: "server", monitor: "in-quorum", standby: "yes" },
      { name: "ceph-2", vm: "no", consul: "leader", monitor: "in-quorum", standby: "yes" },
      { name: "ceph-3", vm: "no", consul: "server", monitor: "in-quorum", standby: "yes" },
    ]);
    expect(topology.networks.map((network) => network.key)).toEqual(["172.20.198.0/24", "192.168.255.0/24", "br_eth4"]);
    expect(topology.vmNode).toBe("ceph-1");
  });

  it("marks both ends of a move", () => {
    const base = clusterStatusFixture(at);
    const operation = {
      id: "m",
      kind: "migrate",
      source: "ceph-1",
      target: "ceph-3",
      phase: "copying",
      percent: 40,
      error: null,
      actor: "admin",
      deadline: at,
      at,
    } as const;
    const topology = topologyOf({ ...base, operation: known(operation, at) }, {});
    expect(topology.nodes.map((node) => node.vm)).toEqual(["leaving", "no", "arriving"]);
  });

  it("keeps no link green on a node that cannot be asked", () => {
    const base = clusterStatusFixture(at);
    const lost = known({ reachable: false, because: "no route to host", roundTripMs: null }, at);
    const nodes = base.nodes.map((node) => (node.name === "ceph-2" ? { ...node, link: lost } : node));
    const topology = topologyOf({ ...base, nodes }, factsFixture(at));
    const carriers = (name: string) =>
      topology.nodes.find((node) => node.name === name)?.links?.flatMap((link) => link.nics.map((nic) => nic.carrier));
    expect(carriers("ceph-1")).toEqual([true, true, true, true, true]);
    expect(carriers("ceph-2")).toEqual([null, null, null, null, null]);
  });

  it("shows a cable as it is now, not as it was when the facts were read", () => {
    const base = clusterStatusFixture(at);
    const pulled = nodeLinksFixture(2);
    const links = {
      ...pulled,
      links: pulled.links.map((link) => (link.name === "eth1" ? { ...link, carrier: false } : link)),
    };
    const nodes = base.nodes.map((node) => (node.name === "ceph-2" ? { ...node, links: known(links, at) } : node));
    const topology = topologyOf({ ...base, nodes }, factsFixture(at));
    expect(topology.nodes[1]?.links?.[0]?.nics.map(({ name, carrier }) => [name, carrier])).toEqual([
      ["eth0", true],
      ["eth1", false],
    ]);
  });

  it("knows nothing of what was not read, rather than nothing being there", () => {
    const base = clusterStatusFixture(at);
    const topology = topologyOf(
      { ...base, owner: unknown("no answer", at), ha: unknown("no answer", at), leader: unknown("no answer", at) },
      { "ceph-1": unknown("not collected", at) },
    );
    expect(topology.vmKnown).toBe(false);
    expect(topology.vmNode).toBeNull();
    expect(topology.networks).toEqual([]);
    for (const node of topology.nodes)
      expect(node).toMatchObject({ vm: "no", monitor: "unknown", osds: null, links: null, consul: "server" });
  });
});
