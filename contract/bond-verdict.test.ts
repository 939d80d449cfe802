import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bondFactsSchema, parseBonding } from "@/contract/bond-facts";
import { judgeBond, lacpRateMismatch } from "@/contract/bond-verdict";

const captured = (name: string): string => readFileSync(`contract/fixtures/bonding/${name}.txt`, "utf8");
const judged = (name: string) => judgeBond(parseBonding("bond0", captured(name)));
const verdicts = (name: string): Record<string, string> =>
  Object.fromEntries(judged(name).members.map((member) => [member.name, member.verdict]));

describe("what the kernel says, judged", () => {
  test.each([
    ["healthy-slow", true, { p5p1: "healthy", p5p2: "healthy" }],
    ["healthy-fast", true, { p5p1: "healthy", p5p2: "healthy" }],
    ["plain-ports", false, { p5p1: "no-lacp-partner", p5p2: "no-lacp-partner" }],
    ["one-port-without-lacp", false, { p5p1: "healthy", p5p2: "no-lacp-partner" }],
    ["two-switches", false, { p5p1: "healthy", p5p2: "other-aggregator" }],
    ["one-cable-out", false, { p5p1: "healthy", p5p2: "no-link" }],
    ["silent-cable", false, { p5p1: "healthy", p5p2: "no-lacp-partner" }],
    ["active-backup", true, { p5p1: "healthy", p5p2: "standby" }],
  ] as const)("%s", (name, healthy, members) => {
    expect(judged(name).healthy).toBe(healthy);
    expect(verdicts(name)).toEqual(members);
  });

  test("up in every sense of the link, and yet not healthy", () => {
    const facts = parseBonding("bond0", captured("plain-ports"));
    expect(facts.miiUp).toBe(true);
    expect(facts.members.every(({ miiUp }) => miiUp)).toBe(true);
  });

  test("a reader without privileges knows nothing, which is not good", () => {
    const text = captured("healthy-slow")
      .split("\n")
      .filter((line) => !/lacp pdu|port state|system mac|oper key|port number|Aggregator|Partner Mac/i.test(line))
      .join("\n");
    expect(judgeBond(parseBonding("bond0", text))).toMatchObject({
      healthy: false,
      members: [{ verdict: "unknown" }, { verdict: "unknown" }],
    });
  });

  test("fast is advised against when the switch is slow", () => {
    expect(lacpRateMismatch(parseBonding("bond0", captured("healthy-fast")))).toBe(false);
    const half = captured("healthy-fast").replaceAll(/(details partner lacp pdu:[\s\S]*?port state: )63/g, "$161");
    expect(lacpRateMismatch(parseBonding("bond0", half))).toBe(true);
  });
});

test("never throws, and what it reads fits the schema, whatever the text", () => {
  const lines = captured("healthy-slow").split("\n");
  const mangled = fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 80 });
  fc.assert(
    fc.property(mangled, (some) => {
      const facts = parseBonding("bond0", some.join("\n"));
      expect(bondFactsSchema.parse(facts)).toEqual(facts);
      judgeBond(facts);
    }),
  );
});
