import { expect, test } from "vitest";
import { isCarrying, parseBonding } from "@/lab/rig/bonding-text";

function text(partner: string, actorState: number, partnerState: number, secondAggregator: number): string {
  const member = (name: string, aggregator: number) => `
Slave Interface: ${name}
MII Status: up
Aggregator ID: ${aggregator}
details actor lacp pdu:
    system mac address: 02:54:4c:fe:00:01
    port state: ${actorState}
details partner lacp pdu:
    system mac address: ${partner}
    port state: ${partnerState}
`;
  return `Bonding Mode: IEEE 802.3ad Dynamic link aggregation
MII Status: up
802.3ad info
Active Aggregator Info:
\tAggregator ID: 1
\tPartner Mac Address: ${partner}
${member("p5p1-1", 1)}${member("p5p2-1", secondAggregator)}`;
}

const carrying = (seen: ReturnType<typeof parseBonding>) => seen.members.map((member) => isCarrying(seen, member));

test("both ends collect and distribute in one aggregator", () => {
  const seen = parseBonding(text("02:54:4c:00:00:01", 61, 63, 1));
  expect(seen).toMatchObject({ activeAggregator: 1, partnerMac: "02:54:4c:00:00:01" });
  expect(seen.members[1]).toMatchObject({
    port: "p5p2-1",
    link: true,
    aggregator: 1,
    actorState: 61,
    partnerState: 63,
  });
  expect(carrying(seen)).toEqual([true, true]);
});

test("a link alone, a partner that does not answer and a second aggregator carry nothing", () => {
  const alone = parseBonding(text("00:00:00:00:00:00", 79, 0, 1));
  expect(alone.partnerMac).toBeNull();
  expect(carrying(alone)).toEqual([false, false]);
  expect(carrying(parseBonding(text("02:54:4c:00:00:01", 61, 61, 2)))).toEqual([true, false]);
});

test("a bond without LACP has no partner and no states", () => {
  const seen = parseBonding("Bonding Mode: load balancing (xor)\n\nSlave Interface: em1-1\nMII Status: down\n");
  expect(seen.members).toEqual([
    { port: "em1-1", link: false, aggregator: null, actorState: null, partnerState: null, partnerMac: null },
  ]);
});
