import { AppError } from "@/contract/errors";
import type { PlannedStep } from "@/contract/run";
import type { ProcedureDefinition, StepContext, StepDefinition } from "@/server/engine/step";
import { MemoryWorld, type Script } from "@/testing/conformance/memory-world";

/** A small procedure with every kind of step the engine knows: per node, on the cluster, plain, detached, written, only looking. */
export interface SampleInput {
  nodes: readonly string[];
}
type Context = StepContext<SampleInput>;

const step = (
  id: PlannedStep["id"],
  cells: readonly string[],
  after: readonly string[],
  over: Partial<PlannedStep> = {},
) =>
  ({
    id,
    phase: "prepare",
    cells: [...cells],
    after: [...after],
    commands: cells.map((node) => ({ node, text: `do ${id}` })),
    undo: { kind: "commands", commands: cells.map((node) => ({ node, text: `undo ${id}` })) },
    pointOfNoReturn: false,
    softTimeoutSeconds: 10,
    timeoutSeconds: 60,
    ...over,
  }) satisfies PlannedStep;

const has = async (context: Context, key: string, value: string): Promise<boolean> =>
  (await context.command(["get", key])).stdout === value;

/** A step that sets a key on its node with one command. */
const setting = (id: string, key: string, value: string, detached: boolean): StepDefinition<SampleInput> => ({
  id,
  precheck: async (context) =>
    (await has(context, key, value)) ? { kind: "already", observed: `${key}=${value}` } : { kind: "ready" },
  run: async (context) => {
    context.note(`setting ${key}`);
    if (!detached) {
      await context.command(["set", key, value]);
      return;
    }
    const result = await context.detached(["set", key, value]);
    if (result.kind !== "exited" || result.code !== 0)
      throw new AppError("command-failed", `set ${key}: ${result.kind}`);
  },
  verify: async (context) =>
    (await has(context, key, value))
      ? { reached: true, observed: `${key}=${value}` }
      : { reached: false, missing: key },
  undo: async (context) => {
    await context.command(["unset", key]);
    return { observed: `${key} is gone` };
  },
});

const ensurePool: StepDefinition<SampleInput> = {
  id: "ensure-pool",
  precheck: async (context) =>
    (await has(context, "pools", "1")) ? { kind: "already", observed: "1 pool" } : { kind: "ready" },
  run: async (context) => {
    await context.detached(["create-pool"]);
  },
  verify: async (context) =>
    (await has(context, "pools", "1"))
      ? { reached: true, observed: "1 pool" }
      : { reached: false, missing: "one pool" },
  undo: async (context) => {
    await context.command(["unset", "pools"]);
    return { observed: "no pool" };
  },
};

const ensureConfig: StepDefinition<SampleInput> = {
  id: "ensure-config",
  precheck: async (context) =>
    (await context.host().readFile("/etc/sample")) === "on"
      ? { kind: "already", observed: "/etc/sample is on" }
      : { kind: "ready" },
  run: (context) => context.host().writeFile("/etc/sample", "on", { mode: 0o644 }),
  verify: async (context) =>
    (await context.host().readFile("/etc/sample")) === "on"
      ? { reached: true, observed: "/etc/sample is on" }
      : { reached: false, missing: "/etc/sample" },
  undo: async (context) => {
    await context.command(["rm", "/etc/sample"]);
    return { observed: "/etc/sample is gone" };
  },
};

const verifyAll: StepDefinition<SampleInput> = {
  id: "verify-all",
  precheck: async () => ({ kind: "ready" }),
  run: async () => undefined,
  verify: async (context) => {
    for (const node of context.input.nodes)
      if ((await context.command(["get", "package"], { node })).stdout !== "2")
        return { reached: false, missing: node };
    return { reached: true, observed: "all nodes carry package 2" };
  },
};

export const sampleProcedure: ProcedureDefinition<SampleInput> = {
  kind: "deploy-cluster",
  parseInput: (json) => json as SampleInput,
  plan: ({ nodes }) => [
    step("ensure-directory", nodes, []),
    step("ensure-package", nodes, ["ensure-directory"], { cancellable: true }),
    step("ensure-pool", ["cluster"], ["ensure-package"]),
    step("ensure-config", nodes, ["ensure-pool"]),
    step("verify-all", ["cluster"], ["ensure-config"], { undo: { kind: "none", because: "it only looks" } }),
  ],
  steps: [
    setting("ensure-directory", "directory", "1", false),
    setting("ensure-package", "package", "2", true),
    ensurePool,
    ensureConfig,
    verifyAll,
  ],
};

export const sampleNodes = ["n1", "n2", "n3"];
export const sampleInput: SampleInput = { nodes: sampleNodes };

export const sampleScript: Script = (node, [verb, key = "", value = ""]) => {
  switch (verb) {
    case "get":
      return { code: 0, stdout: node.state.get(key) ?? "" };
    case "set":
      node.state.set(key, value);
      return { code: 0, stdout: `${key} set\n` };
    case "unset":
      node.state.delete(key);
      return { code: 0 };
    case "rm":
      node.files.delete(key);
      return { code: 0 };
    case "create-pool":
      node.state.set("pools", "1");
      return { code: 0 };
    default:
      return { code: 127, stderr: `${verb}: not found` };
  }
};

export const sampleWorld = (script: Script = sampleScript): MemoryWorld => new MemoryWorld(sampleNodes, script);
