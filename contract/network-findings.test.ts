import { describe, expect, test } from "vitest";
import { diagnoseNetworks } from "@/contract/network-findings";
import { nodes, ReportsFixture, storagePlan } from "@/contract/network-reports-fixture";
import type { ProbedFlow } from "@/contract/net-probe";
import { say } from "@/contract/sentence";

const dead = (flow: ProbedFlow): ProbedFlow => ({ ...flow, received: 0, fullReceived: 0 });
const small = (flow: ProbedFlow): ProbedFlow => ({ ...flow, fullReceived: 0 });
const odd =
  (change: (flow: ProbedFlow) => ProbedFlow) =>
  (flow: ProbedFlow): ProbedFlow =>
    flow.flow % 2 === 1 ? change(flow) : flow;

/** The sentences about a world in which one thing is broken. */
function said(brk: (fixture: ReportsFixture) => void): string[] {
  const fixture = new ReportsFixture();
  brk(fixture);
  return diagnoseNetworks(fixture.diagnosed()).map(({ text }) => text);
}

const noPartner = { partnerMac: "00:00:00:00:00:00", partnerState: 0 };

describe("each fault is named by one sentence, and nothing else is said", () => {
  test("nothing is wrong", () => expect(said(() => undefined)).toEqual([]));

  test("one cable out", () =>
    expect(said((on) => on.pull("ceph-2", "p5p2"))).toEqual([
      "ceph-2 p5p2: no link; the cable is out, or the switch port is down. bond0 runs on what is left, without redundancy",
    ]));

  test("both cables out", () =>
    expect(
      said((on) => {
        on.pull("ceph-2", "p5p1");
        on.pull("ceph-2", "p5p2");
        on.flows("ceph-2", dead);
      }),
    ).toEqual([
      "ceph-2 p5p1 and p5p2: no link on any cable of this network; cables out, switch off, or its ports are shut down",
    ]));

  test("one port without LACP", () =>
    expect(said((on) => on.member("ceph-2", "p5p2", { ...noPartner, aggregatorId: 2, actorState: 71 }))).toEqual([
      "ceph-2 p5p2: switch port is not in an LACP group; bond0 does not use this cable",
    ]));

  test("both ports without LACP", () =>
    expect(
      said((on) => {
        on.member("ceph-2", "p5p1", { ...noPartner, actorState: 79 });
        on.member("ceph-2", "p5p2", { ...noPartner, aggregatorId: 2, actorState: 71 });
        // In whatever order they came into the bond.
        on.bond("ceph-2").members.reverse();
      }),
    ).toEqual([
      "ceph-2 p5p1 and p5p2: switch ports speak no LACP (no channel, or a static one that loses nothing now: LACP cannot tell them apart); bond0 uses one cable and would not notice what it loses on it",
    ]));

  test("a static channel looks the same to the kernel; the lost flows tell", () =>
    expect(
      said((on) => {
        on.member("ceph-2", "p5p1", { ...noPartner, actorState: 79 });
        on.member("ceph-2", "p5p2", { ...noPartner, aggregatorId: 2, actorState: 71 });
        on.flows("ceph-2", odd(dead));
      }),
    ).toEqual([
      "ceph-2 p5p1 and p5p2: switch ports form a static channel without LACP; 8 of 16 flows are lost. Set the channel to LACP (mode active)",
    ]));

  test("a static channel on whose unused cable all ARP answers of one pair arrive", () =>
    expect(
      said((on) => {
        on.member("ceph-2", "p5p1", { ...noPartner, actorState: 79 });
        on.member("ceph-2", "p5p2", { ...noPartner, aggregatorId: 2, actorState: 71 });
        on.flows("ceph-2", dead, ["ceph-1"]);
        on.flows("ceph-2", (flow) => (flow.flow % 2 === 1 ? dead(flow) : small(flow)), ["ceph-3"]);
      }),
    ).toEqual([
      "ceph-2 p5p1 and p5p2: switch ports form a static channel without LACP; 4 of 8 flows are lost. Set the channel to LACP (mode active)",
    ]));

  test("second cables of two nodes swapped", () =>
    expect(
      said((on) => {
        on.member("ceph-1", "p5p2", { aggregatorId: 2, actorState: 7, partnerMac: "62:14:a3:00:00:02" });
        on.member("ceph-2", "p5p2", { aggregatorId: 2, actorState: 7, partnerMac: "62:14:a3:00:00:01" });
      }),
    ).toEqual([
      "ceph-1 p5p2: plugged into the channel group of ceph-2 bond0; the cables are swapped",
      "ceph-2 p5p2: plugged into the channel group of ceph-1 bond0; the cables are swapped",
    ]));

  test("swapped cables, and one of the nodes has chosen the wrong group", () =>
    expect(
      said((on) => {
        on.member("ceph-1", "p5p1", { aggregatorId: 1, actorState: 7 });
        on.member("ceph-1", "p5p2", { aggregatorId: 2, partnerMac: "62:14:a3:00:00:02" });
        on.bond("ceph-1").activeAggregatorId = 2;
        on.member("ceph-2", "p5p2", { aggregatorId: 2, actorState: 7, partnerMac: "62:14:a3:00:00:01" });
      }),
    ).toEqual([
      "ceph-1 p5p2: plugged into the channel group of ceph-2 bond0; the cables are swapped",
      "ceph-2 p5p2: plugged into the channel group of ceph-1 bond0; the cables are swapped",
    ]));

  test("two switches that are not one", () =>
    expect(
      said((on) => on.member("ceph-3", "p5p2", { aggregatorId: 2, actorState: 7, partnerMac: "62:14:a3:00:00:77" })),
    ).toEqual([
      "ceph-3 p5p2: leads to another switch than the other cables of bond0, and the two switches do not act as one (MLAG, stacking)",
    ]));

  test("all ports of a node at MTU 1500", () =>
    expect(
      said((on) => {
        on.flows("ceph-1", small);
        for (const report of on.reports.values())
          for (const network of report.networks)
            for (const path of network.paths)
              if (path.to === "ceph-1" || report.node === "ceph-1") path.largestMtu = 1500;
      }),
    ).toEqual([
      "ceph-1 br_bond0: 1500 bytes pass, 9000 do not; its switch ports have no jumbo frames. Set MTU 9000 there, or plan a smaller one",
    ]));

  test("a hop between two nodes at MTU 1500", () =>
    expect(
      said((on) => {
        on.flows("ceph-1", small, ["ceph-1", "ceph-3"]);
        for (const [node, to] of [
          ["ceph-1", "ceph-3"],
          ["ceph-3", "ceph-1"],
        ] as const)
          for (const network of on.report(node).networks)
            for (const path of network.paths) if (path.to === to) path.largestMtu = 1500;
      }),
    ).toEqual(["ceph-1 ↔ ceph-3: 1500 bytes pass, 9000 do not: a switch port on the way has no jumbo frames"]));

  test("one of two cables at MTU 1500", () =>
    expect(said((on) => on.flows("ceph-2", odd(small)))).toEqual([
      "ceph-2 br_bond0: 9000 bytes pass on some flows only (16 of 32 lose them); one of its switch ports has no jumbo frames",
    ]));

  test("an address twice", () =>
    expect(
      said((on) => {
        for (const network of on.report("ceph-1").networks) network.addressAlsoAt = ["02:aa:aa:aa:aa:aa"];
      }),
    ).toEqual(["ceph-1: its address 192.168.93.3 is also used by a machine outside this cluster (02:aa:aa:aa:aa:aa)"]));

  test("a MAC twice", () =>
    expect(
      said((on) => {
        on.link("ceph-1", "p5p1", { permanentMac: "02:bb:00:00:00:01" });
        on.link("ceph-3", "p5p2", { permanentMac: "02:bb:00:00:00:01" });
      }),
    ).toEqual(["ceph-1 p5p1 and ceph-3 p5p2 have the same MAC 02:bb:00:00:00:01"]));

  test("ports in a wrong VLAN", () =>
    expect(said((on) => on.flows("ceph-3", dead))).toEqual([
      "ceph-3 br_bond0: has a link but reaches no other node in storage; its switch ports are in another VLAN, or its address is outside the subnet",
    ]));

  test("a tag the ports do not let pass", () => {
    const fixture = new ReportsFixture();
    fixture.flows("ceph-3", dead);
    const tagged = { ...fixture.diagnosed(), plans: [{ ...storagePlan, vlan: 100 }] };
    const device = (name: string): string => (name === "br_bond0" ? "br_bond0_100" : name);
    for (const report of Object.values(tagged.reports))
      if (report.state === "known") report.value.links.forEach((link) => (link.name = device(link.name)));
    expect(diagnoseNetworks(tagged).map(({ text }) => text)).toEqual([
      "ceph-3 br_bond0_100: has a link but reaches no other node in storage; its switch ports do not carry VLAN 100 tagged, or its address is outside the subnet",
    ]);
  });

  test("one port in a wrong VLAN under a healthy bond", () =>
    expect(said((on) => on.flows("ceph-3", odd(dead)))).toEqual([
      "ceph-3 br_bond0: 16 of 32 flows are lost although every link is up; one of its switch ports is in another VLAN or blocks",
    ]));

  test("two nodes isolated from each other", () =>
    expect(said((on) => on.flows("ceph-1", dead, ["ceph-1", "ceph-2"]))).toEqual([
      "ceph-1 ↔ ceph-2: no answer in storage; look at VLAN, addresses and isolation of their switch ports",
    ]));

  test("a firewall between nodes that answer pings", () =>
    expect(
      said((on) => {
        on.flows("ceph-1", dead, ["ceph-1", "ceph-2"]);
        for (const network of on.report("ceph-1").networks)
          for (const path of network.paths) if (path.to === "ceph-2") path.answersPing = true;
      }),
    ).toEqual([
      "ceph-1 ↔ ceph-2: answers pings but not the test in storage; a firewall drops UDP port 20481 between the nodes",
    ]));

  test("loss on a pair", () =>
    expect(said((on) => on.flows("ceph-1", (flow) => ({ ...flow, received: 4 }), ["ceph-1", "ceph-2"]))).toEqual([
      "ceph-1 ↔ ceph-2: 20 % of packets are lost in storage; cable, transceiver, or a port at its limit",
    ]));

  test("a node that cannot be asked", () =>
    expect(said((on) => on.silent.set("ceph-2", "no answer from sshd"))).toEqual([
      "ceph-2: could not be asked: no answer from sshd",
    ]));

  test("why it cannot be asked stays a sentence, so that it is told in the reader's language", () => {
    const fixture = new ReportsFixture();
    const reason = say("recovery-node-silent-alone", { node: "ceph-2" });
    const { reports, ...seen } = fixture.diagnosed();
    const unread = { state: "unknown", reason, at: "2026-01-01T00:00:00.000Z" } as const;
    const [finding] = diagnoseNetworks({ ...seen, reports: { ...reports, "ceph-2": unread } });
    expect(finding?.params.reason).toEqual(reason);
    expect(finding?.text).toBe(`ceph-2: could not be asked: ${reason.text}`);
  });

  test("the switch stays slow", () =>
    expect(
      said((on) => {
        on.bond("ceph-1").lacpRate = "fast";
        for (const nic of ["p5p1", "p5p2"]) on.member("ceph-1", nic, { actorState: 63 });
      }),
    ).toEqual([
      "ceph-1 bond0: asks for fast LACP and the switch answers slow; a silent cable then stays in use for up to 90 s. Set fast on the switch too",
    ]));

  test("a gateway nobody has", () =>
    expect(
      diagnoseNetworks({
        ...(() => {
          const fixture = new ReportsFixture();
          for (const network of fixture.report("ceph-1").networks) network.gatewayAnswers = false;
          return fixture.diagnosed();
        })(),
        plans: new ReportsFixture().diagnosed().plans.map((plan) => ({ ...plan, gateway: "192.168.93.1" })),
      }).map(({ text, severity }) => [severity, text]),
    ).toEqual([
      [
        "warning",
        "ceph-1 br_bond0: nobody answers at the gateway 192.168.93.1; wrong address, or its router is not there yet",
      ],
    ]));
});

test("a link that comes and goes is seen over time, and not across a reboot", () => {
  const before = new ReportsFixture();
  const now = new ReportsFixture();
  now.link("ceph-2", "p5p1", { carrierChanges: 12 });
  const earlier = { reports: before.diagnosed().reports, secondsAgo: 60 };
  expect(diagnoseNetworks(now.diagnosed({ earlier })).map(({ text }) => text)).toEqual([
    "ceph-2 p5p1: the link went up or down 10 times within 60 s; cable, transceiver or switch port",
  ]);
  // Caught while it is down, it is still one cause.
  now.pull("ceph-2", "p5p1");
  now.link("ceph-2", "p5p1", { carrierChanges: 13 });
  expect(diagnoseNetworks(now.diagnosed({ earlier })).map(({ code }) => code)).toEqual(["flapping"]);
  now.link("ceph-2", "p5p1", { carrier: true });
  now.member("ceph-2", "p5p1", { miiUp: true, aggregatorId: 1, actorState: 61, partnerState: 61 });
  now.report("ceph-2").bootId = "another";
  expect(diagnoseNetworks(now.diagnosed({ earlier }))).toEqual([]);
});

test("a bond none of whose cables is in use yet is still talking, and explains its silence", () => {
  const fixture = new ReportsFixture();
  const waiting = { aggregatorId: 9, actorState: 69 };
  fixture.member("ceph-2", "p5p1", waiting);
  fixture.member("ceph-2", "p5p2", waiting);
  fixture.flows("ceph-2", dead);
  expect(diagnoseNetworks(fixture.diagnosed()).map(({ code, device }) => `${code} ${device}`)).toEqual([
    "lacp-negotiating p5p1",
    "lacp-negotiating p5p2",
  ]);
});

test("everybody dead: pairs are named, for nobody can be told from his neighbour", () => {
  const fixture = new ReportsFixture();
  for (const node of nodes) fixture.flows(node, dead);
  expect(diagnoseNetworks(fixture.diagnosed()).map(({ code }) => code)).toEqual([
    "pair-unreachable",
    "pair-unreachable",
    "pair-unreachable",
  ]);
});
