import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ProcedureKind, procedureKindSchema } from "@/contract/run";

const procedures = join(import.meta.dirname, "../../server/procedures");

const standsTheKit = (kind: ProcedureKind): boolean => {
  const file = join(procedures, kind, "conformance.test.ts");
  return existsSync(file) && /describeConformance\(/.test(readFileSync(file, "utf8"));
};

test("every procedure goes through the conformance kit (server/procedures/KIND/conformance.test.ts)", () => {
  const open = procedureKindSchema.options.filter((kind) => !standsTheKit(kind));
  expect(open).toEqual([]);
});
