import fc from "fast-check";
import { audit } from "@/suite/core/simulation/audit";
import { command } from "@/suite/core/simulation/commands";
import { play } from "@/suite/core/simulation/scenario";
import { fenceLingerMs } from "@/suite/core/timing";

/** One fault and the time until the next, as lines of a scenario. Nodes are numbers: shrinking prefers the first. */
const place = fc.oneof(
  { weight: 2, arbitrary: fc.constant("owner") },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 7 }).map((number) => `#${number}`) },
);
const pause = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 80 }).map((tenths) => tenths / 10) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 45 }) },
  { weight: 1, arbitrary: fc.integer({ min: 45, max: 150 }) },
);
const of = (...verbs: readonly string[]) =>
  fc.tuple(fc.constantFrom(...verbs), place).map(([verb, node]) => `${verb} ${node}`);
const alone = (...verbs: readonly string[]) => fc.constantFrom(...verbs);
const way = fc.constantFrom("", " in", " out");
const deeds = [
  "take",
  "fence",
  "create",
  "release",
  "reclaim",
  "destroy",
  "confirm-gone",
  "migrate",
  "judge-migration",
  "destroy-peer",
  "hand-over",
  "resume",
  "end-session",
  "announce-prepared",
  "lift-fences",
  "find-address",
] as const;

const fault = fc.oneof(
  { weight: 6, arbitrary: of("power-off", "power-on", "kill-zshad", "freeze-zshad", "thaw-zshad") },
  { weight: 3, arbitrary: of("kill-qemu", "halt-guest", "panic-guest", "freeze-qemu", "thaw-qemu") },
  { weight: 3, arbitrary: of("starve-main", "starve-renewals", "kill-consul", "lose-session") },
  { weight: 3, arbitrary: of("libvirt-hangs", "libvirt-answers", "libvirt-restarts", "events-lost") },
  { weight: 2, arbitrary: of("starts-fail", "starts-work", "storage-slow", "virsh-start") },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom("cut", "cut-consul", "cut-storage", "cut-ssh"), place, way)
      .map(([verb, node, direction]) => `${verb} ${node}${direction}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(place, place, fc.constantFrom("consul", "ceph", "ssh"), way)
      .map(([a, b, service, direction]) => `cut-between ${a} ${b} ${service}${direction}`),
  },
  { weight: 4, arbitrary: alone("mend", "start", "stop", "start", "configure", "heal") },
  {
    weight: 2,
    arbitrary: alone(
      "storage-down",
      "storage-up",
      "monitors-down",
      "storage-full",
      "guest-deaf",
      "loss 5",
      "loss 60 consul",
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom("freeze", "kill", "power-off", "cut"),
        fc.constantFrom("before", "after"),
        place,
        fc.constantFrom(...deeds),
      )
      .map(([what, when, node, deed]) => `${what}-${when} ${node} ${deed}`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.constantFrom(1, 4)).map(([node, count]) => `lose-answers ${node} ${count}`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.constantFrom(1, 5, 20)).map(([node, lag]) => `watch-lags ${node} ${lag}`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.constantFrom(-3600, 86_400)).map(([node, jump]) => `clock-jumps ${node} ${jump}`),
  },
  { weight: 1, arbitrary: fc.tuple(place, fc.constantFrom(0.5, 2, 8)).map(([node, time]) => `rumour ${node} ${time}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.constantFrom(3, 15, 70)).map(([node, time]) => `starts-take ${node} ${time}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("aborts", "paused-there", "paused-both", "vanishes")
      .map((how) => `migration-fault ${how}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(2, 20).map((time) => `migration-takes ${time}`) },
  { weight: 3, arbitrary: place.map((node) => `migrate owner ${node}`) },
);

const worldLines = fc
  .tuple(
    fc.constantFrom(3, 3, 3, 5, 7),
    fc.constantFrom("placement outside", "placement outside", "placement nodes", "store folder locks"),
    fc.constantFrom("default", "fast"),
    fc.constantFrom("serf", "serf", "ttl"),
    fc.constantFrom(0, 0, 0, 5),
    fc.boolean(),
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
  )
  .map(([nodes, where, profile, sessions, delay, prunes, seed]) => [
    `nodes ${nodes}`,
    where,
    `profile ${profile}`,
    `sessions ${sessions}`,
    ...(delay === 0 ? [] : [`lock-delay ${delay}`]),
    ...(seed === 0 ? [] : [`seed ${seed}`]),
    ...(prunes ? ["autopilot-prunes"] : []),
  ]);

/** Whole scenarios: a world, a VM that runs, faults in any order at any time, healed or not. */
export const schedules = fc
  .tuple(worldLines, fc.array(fc.tuple(fault, pause), { minLength: 1, maxLength: 12 }))
  .map(([world, faults]) =>
    [
      ...world,
      "run 5",
      "start",
      "run 20",
      ...faults.flatMap(([line, time]) => [line, ...(time === 0 ? [] : [`run ${time}`])]),
    ].join("\n"),
  );

/** After everything is healed the VM must run within this time: a deaf guest may be shutting down for 300 s. */
export const recoveryLimitMs = 400_000;
/** And nothing be left over within this: fences outlive their QEMUs. */
const cleanLimitMs = recoveryLimitMs + fenceLingerMs;
/** And stay so: long enough for every periodic look of the suite. */
const settledMs = 65_000;
const lookMs = 2_000;

export interface Verdict {
  /** Empty, or everything that is wrong. */
  readonly problems: readonly string[];
  readonly log: readonly string[];
  /** From the heal to the running VM. */
  readonly recoveredMs: number;
  readonly cleanMs: number;
}

/** Plays faults, heals, wants the VM started, and judges what became of it. */
export function judge(schedule: string): Verdict {
  const { world, problems } = play(numbered(schedule));
  world.heal();
  world.migrations.next = "none";
  world.migrations.copyMs = 1_600;
  command(world, "start", []);
  const healed = world.queue.now;
  let recoveredMs = -1;
  let cleanMs = -1;
  let left: string[] = [];
  do {
    world.queue.runUntil(world.queue.now + lookMs);
    left = audit(world);
    if (recoveredMs < 0 && world.writers().length === 1) recoveredMs = world.queue.now - healed;
    if (left.length > 0) continue;
    // Clean for a moment is not enough: every periodic look of the suite must find it so.
    cleanMs = world.queue.now - healed;
    const [before] = world.writers();
    world.queue.runUntil(world.queue.now + settledMs);
    left = audit(world);
    if (left.length === 0 && world.writers()[0] !== before) left.push("I6: the VM did not stay");
  } while (left.length > 0 && world.queue.now - healed < cleanLimitMs);
  if (recoveredMs < 0 || recoveredMs > recoveryLimitMs) left.push(`I6: the VM ran ${recoveredMs} ms after the heal`);
  return {
    problems: [...problems, ...world.witness.violations, ...left.map((line) => `after the heal: ${line}`)],
    log: world.lines,
    recoveredMs,
    cleanMs,
  };
}

/** `#5` in a cluster of three is ceph-2. */
export function numbered(schedule: string): string {
  const nodes = Number(/^nodes (\d+)/m.exec(schedule)?.[1] ?? "3");
  return schedule.replace(/#(\d+)/g, (_match, number: string) => `ceph-${((Number(number) - 1) % nodes) + 1}`);
}

/** A failed schedule as a scenario to keep: commands, what must come true, and the log as it is now. */
export function asScenario(schedule: string, verdict: Verdict): string {
  return [
    ...verdict.problems.map((problem) => `# ${problem}`),
    numbered(schedule),
    "heal",
    "start",
    `expect clean within ${cleanLimitMs / 1000}`,
    "--- log",
    ...verdict.log,
  ].join("\n");
}
