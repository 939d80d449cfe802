import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ProcedureKind, procedureKindSchema } from "@/contract/run";

const root = join(import.meta.dirname, "../..");
const procedures = join(root, "server/procedures");

const standsTheKit = (kind: ProcedureKind): boolean => {
  const file = join(procedures, kind, "conformance.test.ts");
  return existsSync(file) && /describeConformance\(/.test(readFileSync(file, "utf8"));
};

test("every procedure goes through the conformance kit (server/procedures/KIND/conformance.test.ts)", () => {
  const open = procedureKindSchema.options.filter((kind) => !standsTheKit(kind));
  expect(open).toEqual([]);
});

test("every procedure's page leads to a text with its steps, their undo and the way by hand (docs/procedures/KIND.md)", () => {
  const open = procedureKindSchema.options.filter((kind) => {
    const file = join(root, "docs/procedures", `${kind}.md`);
    if (!existsSync(file)) return true;
    const text = readFileSync(file, "utf8").toLowerCase();
    return !["undo", "by hand"].every((word) => text.includes(word));
  });
  expect(open).toEqual([]);
});
