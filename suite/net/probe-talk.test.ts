import { expect, test } from "vitest";
import { type FlowPlan, ProbeTalk } from "@/suite/net/probe-talk";

const windowMs = 20_000;
const plans = (to: string, from: string, ip: string, flows: number): FlowPlan[] =>
  Array.from({ length: flows }, (_, flow) => ({ network: "storage", to, flow, from, ip, mtu: 1500 }));

test("two nodes of which one starts later hear each other on every flow, and a dead flow is told from a late peer", async () => {
  const one = new ProbeTalk({ node: "one", token: "of this test" }, windowMs);
  const two = new ProbeTalk({ node: "two", token: "of this test" }, windowMs);
  await one.open(["127.77.0.1"]);
  // Nobody has this address: sent, never answered.
  const dead: FlowPlan = { network: "storage", to: "two", flow: 8, from: "127.77.0.1", ip: "127.77.0.9", mtu: 1500 };
  const first = one.run([...plans("two", "127.77.0.1", "127.77.0.2", 8), dead], ["two"]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await two.open(["127.77.0.2"]);
  const [ofOne, ofTwo] = await Promise.all([first, two.run(plans("one", "127.77.0.2", "127.77.0.1", 8), ["one"])]);
  for (const { counts, largest } of [...ofOne.slice(0, 8), ...ofTwo]) {
    // A busy machine may lose one to lateness; a flow that loses all is dead.
    expect(counts.received).toBeGreaterThan(0);
    expect(counts.fullReceived).toBeGreaterThan(0);
    expect(largest).toBe(1500);
  }
  const { counts, largest } = ofOne[8] ?? { counts: null, largest: 0 };
  expect(counts).toMatchObject({ flow: 8, received: 0, fullSent: 0 });
  expect(counts?.sent).toBeGreaterThan(1);
  expect(largest).toBeNull();
  one.close();
  two.close();
}, 60_000);
