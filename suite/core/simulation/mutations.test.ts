import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { build, type Plugin } from "esbuild";
import { describe, expect, test } from "vitest";
import type { Played } from "@/suite/core/simulation/scenario";

/**
 * Each rule that keeps the VM safe or alive is taken out in turn, in a copy of the sources: the scenarios must notice. A rule whose
 * loss nobody notices is not tested, and a mutation whose text is no longer found fails too.
 */
interface Mutation {
  readonly rule: string;
  /** Below suite/core. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const mutations: readonly Mutation[] = [
  {
    rule: "an owner that answers echo requests is not lost by rumour",
    file: "failover.ts",
    from: "return takeoverEchoHoldMs;",
    to: "return 0;",
  },
  {
    rule: "fence before the start",
    file: "start.ts",
    from: 'phase: { at: "fencing", start },\n    task: fenceTask(start),',
    to: 'phase: { at: "starting", start, createdUnknownAt: null },\n    task: { deed: "create", epoch: start.epoch, startId: start.startId, not: [] },',
  },
  {
    rule: "never resume what storage refused",
    file: "running.ts",
    from: 'return beginEnd(run, { reason: "io-error", after, because }, now);',
    to: 'return { task: { deed: "resume" } };',
  },
  {
    rule: "address on record before the vCPUs run",
    file: "simulation/sim-deeds.ts",
    from: "const recorded = yield* recordAddress(node, deed.epoch, address, configVersion);",
    to: "const recorded = null;",
  },
  {
    rule: "a fence needs the lock",
    file: "simulation/sim-deeds.ts",
    from: "const lost = yield* whyNotOurs(node);\n    if (lost !== null) return failed(lost);\n    const { epoch }",
    to: "const { epoch }",
  },
  { rule: "a start needs the lease", file: "step.ts", from: "state.lease.validUntil - now >= marginMs", to: "true" },
  {
    rule: "storage is looked at once more before the VM is given away",
    file: "running.ts",
    from: "if (!isLong || storage.at <= reachSince) return null;",
    to: "if (!isLong) return null;",
  },
  {
    rule: "a node that is back ends its own old session",
    file: "standby.ts",
    from: 'task: { deed: "end-session", session },',
    to: "",
  },
  { rule: "no start without intent", file: "standby.ts", from: "if (!wantsStarted(consul)) {", to: "if (false) {" },
  {
    rule: "unknown is not stopped",
    file: "running.ts",
    from: 'if (state.domain.state === "unknown") return null;\n  const domain = state.domain.value;\n  if (domain.state !== "absent") return null;',
    to: 'const domain = state.domain.state === "unknown" ? { state: "absent", reason: "failed" } as const : state.domain.value;\n  if (domain.state !== "absent") return null;',
  },
  {
    rule: "only the node itself lifts its fences",
    file: "simulation/sim-kv.ts",
    from: "target.node === reader.node &&",
    to: "true &&",
  },
  {
    rule: "a fence outlives its QEMU",
    file: "standby.ts",
    from: "const longGone = state.absentSince !== null && now - state.absentSince >= fenceLingerMs;",
    to: "const longGone = true;",
  },
  {
    rule: "a superseded VM is destroyed",
    file: "danger.ts",
    from: "if (record === null || record.epoch <= run.epoch) return null;",
    to: "return null;",
  },
  {
    rule: "a take proves lock and epoch",
    file: "simulation/sim-deeds.ts",
    from: 'if (!consul.mayLock(session)) return failed("the lock is held, or its lock-delay runs");\n      if (kv.epoch.index !== deed.epochIndex) return failed("somebody was faster");',
    to: "",
  },
  {
    rule: "a half-started VM is not adopted",
    file: "standby.ts",
    from: 'domain.state === "paused" && domain.reason === "other" &&',
    to: "false &&",
  },
  {
    rule: "a crash loop ends",
    file: "crash-loop.ts",
    from: "crashPausesMs[crashes.length - 1]",
    to: "crashPausesMs[0]",
  },
  {
    rule: "storage lost everywhere freezes",
    file: "running.ts",
    from: "if (peers.length === 0) {",
    to: "if (peers.length > 99) {",
  },
  {
    rule: "a canary from before the pause proves nothing",
    file: "running.ts",
    from: 'if (state.storage.state === "ok" && state.storage.at <= refusedAt) return null;',
    to: "",
  },
  {
    rule: "the owner takes its own lock back",
    file: "running.ts",
    from: "if (state.task !== null || now < phase.retryAt) return null;\n  return {\n    task: reclaimOf(run, consul),",
    to: "return null;\n  return {\n    task: reclaimOf(run, consul),",
  },
  {
    rule: "a rescued migration spares its own VM",
    file: "start.ts",
    from: "spareOwn: start.keepRunning,",
    to: "spareOwn: false,",
  },
  {
    rule: "the other side is cleared before anything goes on here",
    file: "migrating.ts",
    from: 'if (here === "running" && there === "absent") return migrationFailed',
    to: 'if (here === "running") return migrationFailed',
  },
  {
    rule: "a source stopped for the switch-over is not resumed once its copy may have run",
    file: "migrating.ts",
    from: 'if (here === "paused" && there === "absent") {',
    to: "if (false) {",
  },
  {
    rule: "the copy of a migration under way is the source's to judge",
    file: "receiving.ts",
    from: "if (replaced && !judged &&",
    to: "if (false && replaced && !judged &&",
  },
  {
    rule: "a start proves intent and configuration again before the vCPUs run",
    file: "simulation/sim-deeds.ts",
    from: 'if (consul.kv.config.version !== configVersion) return failed("the configuration changed while QEMU started");',
    to: "",
  },
  {
    rule: "a received VM that ended is started again",
    file: "receiving.ts",
    from: "if (state.domain.at <= ownedAt) return nothing;",
    to: "if (ownedAt > 0) return nothing;",
  },
  {
    rule: "what is fenced is on record first",
    file: "simulation/sim-ceph-calls.ts",
    from: "yield* announce(open);",
    to: "",
  },
  {
    rule: "a copy nobody can be handed is looked after by the source",
    file: "migrating.ts",
    from: "if (targetGone &&",
    to: "if (false && targetGone &&",
  },
  {
    rule: "who takes the VM of a migration fences its receiver by the record",
    file: "receiver-address.ts",
    from: "consul.owner.record === null ? [] : receiversOf(",
    to: "consul.owner.record !== null ? [] : receiversOf(",
  },
  {
    rule: "a lock that becomes free during a migration is taken back",
    file: "migrating.ts",
    from: "if (consul?.owner.session === null && stillOwned(state, run) && state.chore === null",
    to: "if (consul?.owner.session === undefined && stillOwned(state, run) && state.chore === null",
  },
  {
    rule: "a node whose lock is gone stops releasing it",
    file: "ending.ts",
    from: "(isFree && state.task === null)",
    to: "(isFree && state.task === undefined)",
  },
  {
    rule: "of two copies the one without the lock is fenced",
    file: "migrating.ts",
    from: 'task: { deed: "fence", epoch: run.epoch, first, spareOwn: true, markDown: null },',
    to: 'task: { deed: "destroy-peer", target: migration.target, startId: run.startId },',
  },
  {
    rule: "a finished migration is not taken up again",
    file: "standby.ts",
    from: "migration.id === state.closedOperation;",
    to: "migration.id === undefined;",
  },
  {
    rule: "an image in a folder whose lock somebody holds is not taken",
    file: "standby.ts",
    from: "if (state.imageBusy !== null) {",
    to: "if (state.imageBusy === undefined) {",
  },
  {
    rule: "a kept VM that has ended is not waited for",
    file: "start.ts",
    from: "if (gone && state.domain.at > start.stepAt) {",
    to: "if (gone && state.domain.at > Infinity) {",
  },
  {
    rule: "a migration ends where its source takes the VM for a new start",
    file: "step.ts",
    from: "if (consul.receiver?.operation === record.id && consul.receiver.epoch !== owner.epoch) return null;",
    to: "",
  },
  {
    rule: "a lock left by an earlier zshad is kept until storage was looked at",
    file: "standby.ts",
    from: "isFirstLookDue(state) && now <",
    to: "false && now <",
  },
  {
    rule: "a VM whose lock was taken without a fence is fenced before it is kept",
    file: "standby.ts",
    from: "if (isUnfenced(domain, recorded)) {",
    to: "if (false) {",
  },
  {
    rule: "a source that restarted finishes its migration",
    file: "standby.ts",
    from: "return resumeMigration(state, consul, migration, now);",
    to: 'return { say: "Leaving it" };',
  },
];

const core = join(import.meta.dirname, "..");
const root = join(core, "../..");
const scenarios = readdirSync(join(import.meta.dirname, "scenarios"))
  .filter((name) => name.endsWith(".txt"))
  .map((name) => {
    const [commands = "", log = ""] = readFileSync(join(import.meta.dirname, "scenarios", name), "utf8").split(
      "--- log\n",
    );
    return { name, commands, log: log.trimEnd() };
  })
  // Hours of virtual time last: most mutants are noticed before.
  .sort((a, b) => longest(a.commands) - longest(b.commands));

function longest(commands: string): number {
  return Math.max(0, ...[...commands.matchAll(/(?:run|within) (\d+)/g)].map((match) => Number(match[1])));
}

async function mutant(mutation: Mutation): Promise<(commands: string) => Played> {
  const path = join(core, mutation.file);
  const source = readFileSync(path, "utf8");
  expect(source.split(mutation.from).length, `${mutation.file} has the mutated text once`).toBe(2);
  const swap: Plugin = {
    name: "mutation",
    setup(bundle) {
      bundle.onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
        loaded === path ? { contents: source.replace(mutation.from, () => mutation.to), loader: "ts" } : null,
      );
    },
  };
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "scenario.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "mutant",
    platform: "node",
    alias: { "@": root },
    plugins: [swap],
    logLevel: "silent",
  });
  return runInThisContext(`(() => { ${outputFiles[0]?.text ?? ""}\nreturn mutant.play; })()`) as (
    commands: string,
  ) => Played;
}

/** The first scenario that no longer comes out as it should. */
function noticedBy(play: (commands: string) => Played): string | null {
  for (const { name, commands, log } of scenarios) {
    try {
      const played = play(commands);
      if (played.problems.length > 0) return `${name}: ${played.problems[0]}`;
      if (played.log.join("\n") !== log) return `${name}: another log`;
    } catch (error) {
      return `${name}: ${String(error)}`;
    }
  }
  return null;
}

describe("a rule taken out is noticed", () => {
  test.each(mutations)("$rule", { timeout: 120_000 }, async (mutation) => {
    expect(noticedBy(await mutant(mutation))).not.toBeNull();
  });
});
