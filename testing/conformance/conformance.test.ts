import { expect, test, vi } from "vitest";
import type { ProcedureDefinition } from "@/server/engine/step";
import { checkStructure, conformanceChecks, structureName } from "@/testing/conformance/conformance";
import {
  type SampleInput,
  sampleInput,
  sampleProcedure,
  sampleScript,
  sampleWorld,
} from "@/testing/conformance/sample-procedure";

/** Each test plays some hundred whole runs. */
vi.setConfig({ testTimeout: 120_000 });

/** The kit must find what it is for: each of these procedures is wrong in one way. */
async function brokenChecks(procedure: ProcedureDefinition<SampleInput>, script = sampleScript): Promise<string[]> {
  const newWorld = () => {
    const world = sampleWorld(script);
    return { hosts: world, snapshot: () => world.snapshot() };
  };
  const broken: string[] = [];
  for (const { name, check } of conformanceChecks({ name: "", procedure, input: sampleInput, newWorld, every: 1 }))
    await check().catch(() => broken.push(name));
  return broken;
}

const withStep = (id: string, change: Partial<(typeof sampleProcedure.steps)[number]>) => ({
  ...sampleProcedure,
  steps: sampleProcedure.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
});

test("the sample itself stands every check", async () => {
  expect(await brokenChecks(sampleProcedure)).toEqual([]);
});

test("a step that does more when it is run twice is found", async () => {
  const piling: typeof sampleScript = (node, argv, stdin) => {
    if (argv[0] !== "create-pool") return sampleScript(node, argv, stdin);
    node.state.set("pools", String(Number(node.state.get("pools") ?? "0") + 1));
    return { code: 0 };
  };
  expect(await brokenChecks(sampleProcedure, piling)).toContain(
    "each step run twice succeeds and changes no more than once",
  );
});

test("a step that calls a lost answer a success without looking is found", async () => {
  const blind = withStep("ensure-directory", { verify: async () => ({ reached: true, observed: "surely" }) });
  expect(await brokenChecks(blind)).toContain(
    "a connection cut before or after any send ends the same, at most after Resume",
  );
});

test("an undo that takes nothing back is found", async () => {
  const lazy = withStep("ensure-config", { undo: async () => ({ observed: "gone" }) });
  expect(await brokenChecks(lazy)).toContain(
    "a failure in any cell is undone as declared, also when an undo fails once",
  );
});

test("a step without the undo its plan promises is found", async () => {
  const { undo: _, ...ensureConfig } = sampleProcedure.steps.find(({ id }) => id === "ensure-config") ?? { id: "" };
  const promised = {
    ...sampleProcedure,
    steps: [...sampleProcedure.steps.slice(0, 3), ensureConfig, ...sampleProcedure.steps.slice(4)],
  };
  expect(await brokenChecks(promised as ProcedureDefinition<SampleInput>)).toContain(structureName);
});

test.each([
  { undo: { kind: "none" as const, because: "" }, found: "why there is no undo" },
  { undo: { kind: "commands" as const, commands: [] }, found: "undo is shown" },
])("a plan whose change has $undo.kind and tells nothing about it is found", ({ undo, found }) => {
  const silent: ProcedureDefinition<SampleInput> = {
    ...sampleProcedure,
    plan: (input) =>
      sampleProcedure.plan(input).map((step) => (step.id === "ensure-config" ? { ...step, undo } : step)),
  };
  expect(() => checkStructure(silent, sampleInput)).toThrow(found);
});
