import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import type { NodeLinks } from "@/contract/node-links";
import { LinkStream } from "@/server/status/parse-links";
import { shellFile } from "@/lib/shell-file";

const bonding = [
  "Ethernet Channel Bonding Driver: v6.1.0",
  "",
  "Bonding Mode: IEEE 802.3ad Dynamic link aggregation",
  "MII Status: up",
  "802.3ad info",
  "LACP rate: slow",
  "Active Aggregator Info:",
  "\tAggregator ID: 1",
  "\tPartner Mac Address: 62:14:a3:00:00:01",
  "",
  "Slave Interface: p5p1",
  "MII Status: up",
  "Speed: 10000 Mbps",
  "Link Failure Count: 0",
  "Permanent HW addr: 02:00:00:00:01:01",
  "Aggregator ID: 1",
  "details actor lacp pdu:",
  "    port state: 61",
  "details partner lacp pdu:",
  "    system mac address: 62:14:a3:00:00:01",
  "    oper key: 15",
  "    port number: 1",
  "    port state: 61",
];
const picture = [
  "link name=p5p1 kind=nic ifindex=2 address=02:00:00:00:01:01 mtu=9000 flags=0x1903 carrier=1 speed=10000 carrier_changes=2 master=4",
  "link name=p5p2 kind=nic ifindex=3 address=02:00:00:00:01:02 mtu=9000 flags=0x1803 carrier=0 speed=-1 carrier_changes=3 master=4",
  "link name=bond0 kind=bond ifindex=4 address=02:00:00:00:01:01 mtu=9000 flags=0x1503 carrier=1 speed=10000 carrier_changes=1 master=5",
  "link name=br_bond0 kind=bridge ifindex=5 address=02:00:00:00:01:01 mtu=9000 flags=0x1003 carrier=1 speed=10000 carrier_changes=1 master=",
  "link name=em1 kind=nic ifindex=6 address=02:00:00:00:01:03 mtu=1500 flags=0x1002 carrier= speed= carrier_changes=0 master=",
  "bond bond0",
  ...bonding.map((line) => `|${line}`),
  "end",
];

function heard(chunks: readonly string[]): (NodeLinks | "same")[] {
  const all: (NodeLinks | "same")[] = [];
  const stream = new LinkStream((one) => all.push(one));
  for (const chunk of chunks) stream.take(chunk);
  return all;
}

test("a picture that arrives in pieces is one picture, and what follows it is heard", () => {
  const text = `${picture.join("\n")}\nsame\n`;
  const [links, same] = heard(text.match(/[\s\S]{1,7}/g) ?? []);
  expect(same).toBe("same");
  if (links === undefined || links === "same") throw new Error("no picture");
  expect(
    links.links.map(({ name, kind, master, carrier, speedMbps }) => [name, kind, master, carrier, speedMbps]),
  ).toEqual([
    ["p5p1", "nic", "bond0", true, 10_000],
    ["p5p2", "nic", "bond0", false, null],
    ["bond0", "bond", "br_bond0", true, 10_000],
    ["br_bond0", "bridge", null, true, 10_000],
    ["em1", "nic", null, null, null],
  ]);
  expect(links.links.at(-1)?.adminUp).toBe(false);
  expect(links.bonds).toMatchObject([
    { name: "bond0", mode: "lacp", members: [{ name: "p5p1", actorState: 61, partnerKey: 15 }] },
  ]);
});

test("an unfinished picture is none", () => {
  expect(heard([picture.slice(0, -1).join("\n")])).toEqual([]);
});

test("the script says what this very machine has, once, and ends by itself", () => {
  const script = shellFile("server/status/follow-links.sh");
  const { stdout, status } = spawnSync("sh", ["-c", script, "follow-links", "2"], { encoding: "utf8" });
  expect(status).toBe(0);
  const [first, ...others] = heard([stdout]);
  if (first === undefined || first === "same") throw new Error(`no picture in ${stdout}`);
  for (const link of first.links) expect(link.mtu, link.name).toBeGreaterThan(0);
  // A machine at work may change a link in between; it never says the same thing twice.
  expect(others).not.toContainEqual(first);
});
