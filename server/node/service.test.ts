import { afterEach, expect, test } from "vitest";
import { factsFixture } from "@/components/cluster/fixtures/node-facts-fixture";
import type { NodeFacts } from "@/contract/node-facts";
import { sharedReading } from "@/server/node/service";
import { replaceInProcess } from "@/server/process";

afterEach(() => replaceInProcess("node facts"));

const reading = factsFixture("2026-11-23T10:00:00.000Z")["ceph-1"];
const facts = (): NodeFacts => {
  if (reading?.state !== "known") throw new Error("the fixture has no facts");
  return structuredClone(reading.value);
};

test("however many look, a node is read once, and anew when the reading is old", async () => {
  let reads = 0;
  const read = () => Promise.resolve(facts()).finally(() => (reads += 1));
  const looks = await Promise.all(Array.from({ length: 20 }, () => sharedReading("c1 ceph-1", read, 0)));
  await sharedReading("c1 ceph-1", read, 20_000);
  expect([reads, new Set(looks).size]).toEqual([1, 1]);
  await sharedReading("c1 ceph-2", read, 20_000);
  await sharedReading("c1 ceph-1", read, 60_000);
  expect(reads).toBe(3);
});

test("an old reading is told at once and read anew for the next, by one of those who ask", async () => {
  const answers: PromiseWithResolvers<NodeFacts>[] = [];
  const read = () => {
    const answer = Promise.withResolvers<NodeFacts>();
    answers.push(answer);
    return answer.promise;
  };
  const told = (nowMs: number) => sharedReading("c1 ceph-1", read, nowMs);
  const [first, second] = [facts(), facts()];
  const asked = told(0);
  answers[0]?.resolve(first);
  expect(await asked).toBe(first);
  expect(await Promise.all([told(30_000), told(31_000)])).toEqual([first, first]);
  expect(answers).toHaveLength(2);
  answers[1]?.resolve(second);
  await expect.poll(() => told(32_000)).toBe(second);
  void told(58_000);
  answers[2]?.reject(new Error("no route"));
  await expect.poll(() => (void told(59_000), answers.length)).toBe(4);
});

test("a reading that failed is tried again by the next who asks", async () => {
  const fail = () => Promise.reject(new Error("no route"));
  await expect(sharedReading("c1 ceph-1", fail, 0)).rejects.toThrow("no route");
  await expect(sharedReading("c1 ceph-1", () => Promise.resolve(facts()), 1)).resolves.toEqual(facts());
});
