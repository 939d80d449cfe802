import { audit } from "@/suite/core/simulation/audit";
import type { World } from "@/suite/core/simulation/world";

const stepMs = 100;
const waitMs = 1_000;

type Fail = (why: string) => void;
/** Words after `expect WHAT`, without `within N`. */
type Look = (world: World, words: readonly string[]) => string | null;

const where = (world: World): string =>
  world
    .writers()
    .map((qemu) => qemu.node)
    .join(",") || "nobody";

/** Null: as expected. Otherwise what is there instead. */
const looks: Readonly<Record<string, Look>> = {
  running: (world, [wanted]) => {
    const node = where(world);
    const known = world.names.includes(node) && (wanted === "any" || wanted === node);
    return known && world.node(node).state.phase.at === "running" ? null : `runs on ${node}`;
  },
  /** Its vCPUs run, whatever zshad knows of it. */
  alive: (world, [wanted]) => (where(world) === wanted ? null : `runs on ${where(world)}`),
  nobody: (world) => (where(world) === "nobody" ? null : `runs on ${where(world)}`),
  "no-qemu": (world) =>
    world.alive.length === 0 ? null : `there are ${world.alive.map((qemu) => qemu.address).join(", ")}`,
  phase: (world, [name = "", phase]) => {
    const { at } = world.node(name).state.phase;
    return at === phase ? null : `is ${at}`;
  },
  epoch: ({ consul }, [epoch]) => (consul.kv.epoch.value === Number(epoch) ? null : `is ${consul.kv.epoch.value}`),
  operation: ({ consul }, [phase]) => {
    const is = consul.kv.operation.record?.phase;
    return is === phase ? null : `is ${is}`;
  },
  starts: ({ witness }, [count]) => (witness.starts === Number(count) ? null : `were ${witness.starts}`),
  ineligible: ({ consul }, [name = ""]) =>
    consul.kv.nodes[name]?.record.eligible === false ? null : "is eligible or silent",
  eligible: ({ consul }, [name = ""]) => (consul.kv.nodes[name]?.record.eligible === true ? null : "is not eligible"),
  fenced: ({ image }, [count]) => {
    const entries = image.blocklistEntries();
    return entries.length === Number(count) ? null : `are ${entries.join(", ") || "none"}`;
  },
  lock: ({ consul }, [holder]) => {
    const { session, record } = consul.kv.owner;
    const is = session === null ? "free" : (record?.node ?? "nobody");
    return is === holder ? null : `is ${is}`;
  },
  history: ({ consul }, [kind, outcome]) => {
    const kinds = consul.kv.history.map((record) => `${record.kind} ${record.outcome}`);
    return kinds.includes(`${kind} ${outcome ?? "succeeded"}`) ? null : `is ${kinds.join(", ") || "empty"}`;
  },
  configured: (world) => {
    const [qemu] = world.writers();
    return qemu?.configVersion === world.consul.kv.config.version ? null : `runs with ${qemu?.configVersion}`;
  },
  said: (world, [name = "", ...words]) => {
    const text = words.join(" ");
    return world.lines.some((line) => line.includes(`${name}  `) && line.includes(text)) ? null : "nobody said so";
  },
  /** The witness, or what it must find in a world made unsafe on purpose. */
  violation: ({ witness }, [invariant = ""]) =>
    witness.violations.some((line) => line.startsWith(invariant)) ? null : "the witness saw nothing",
  clean: (world) => audit(world).join("; ") || null,
};

export function expectation(world: World, words: readonly string[], fail: Fail): void {
  const [what = "", ...all] = words;
  const within = all.indexOf("within");
  const limit = within < 0 ? 0 : Number(all[within + 1]) * 1000;
  const rest = within < 0 ? all : all.slice(0, within);
  const until = world.queue.now + limit;
  if (what === "undisturbed") {
    const [before] = world.writers();
    world.queue.runUntil(until);
    if (before === undefined || world.writers()[0] !== before) fail(`now runs on ${where(world)}`);
    return;
  }
  if (what === "still") {
    const look = looks[rest[0] ?? ""];
    if (look === undefined) return fail("no such expectation");
    while (world.queue.now < until) {
      const is = look(world, rest.slice(1));
      if (is !== null) return fail(is);
      world.queue.runUntil(Math.min(until, world.queue.now + waitMs));
    }
    return;
  }
  const look = looks[what];
  if (look === undefined) return fail("no such expectation");
  for (;;) {
    const is = look(world, rest);
    if (is === null) return;
    if (world.queue.now >= until) return fail(is);
    world.queue.runUntil(world.queue.now + stepMs);
  }
}
