import type { IntentRecord } from "@/contract/consul-keys";
import type { MigrationFault } from "@/suite/core/simulation/world";
import { World } from "@/suite/core/simulation/world";

/**
 * A scenario is text: one command a line, `#` comments, and below `--- log` the decisions it must lead to, word for word.
 * Times are seconds of virtual time. Every scenario is also checked for I1, I3, I5 and I8 by the world itself.
 */
export interface Played {
  readonly log: readonly string[];
  readonly problems: readonly string[];
  readonly world: World;
}

const stepMs = 100;

export function play(text: string): Played {
  const problems: string[] = [];
  let world = new World(["ceph-1", "ceph-2", "ceph-3"]);
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/#.*/, "").trim();
    if (line === "") continue;
    const [verb = "", ...words] = line.split(/\s+/);
    if (verb === "nodes") {
      world = new World(Array.from({ length: Number(words[0]) }, (_, place) => `ceph-${place + 1}`));
      continue;
    }
    const fail = (why: string): void => void problems.push(`line ${index + 1}: ${line}: ${why}`);
    if (verb === "expect") expectation(world, words, fail);
    else if (!command(world, verb, words)) fail("no such command");
  }
  return { log: world.lines, problems: [...problems, ...world.violations], world };
}

export function setIntent(world: World, want: IntentRecord["want"]): void {
  const generation = (world.consul.intent.record?.generation ?? 0) + 1;
  world.consul.intent = { record: { want, generation, actor: "operator", at: "" }, index: world.consul.nextIndex() };
  world.intentSince = world.queue.now;
  world.consul.changed();
}

export function askMigration(world: World, source: string, target: string): void {
  const deadline = String(world.queue.now + 120_000);
  const id = `migrate-${world.consul.nextIndex()}`;
  const record = {
    id,
    kind: "migrate",
    source,
    target,
    phase: "requested",
    percent: null,
    error: null,
    actor: "operator",
    deadline,
    at: "",
  } as const;
  world.consul.operation = { record, index: world.consul.nextIndex() };
  world.consul.changed();
}

export function command(world: World, verb: string, words: readonly string[]): boolean {
  const [name = "", more = ""] = words;
  const qemu = (node: string) => world.qemuOn(node);
  switch (verb) {
    case "run":
      world.queue.runUntil(world.queue.now + Number(name) * 1000);
      return true;
    case "start":
      setIntent(world, "started");
      return true;
    case "stop":
      setIntent(world, "stopped");
      return true;
    case "power-off":
      world.powerOff(name);
      return true;
    case "power-on":
      world.powerOn(name);
      return true;
    case "kill-zshad":
      world.killZshad(name);
      return true;
    case "freeze-zshad":
      world.node(name).frozen = true;
      return true;
    case "thaw-zshad":
      world.node(name).frozen = false;
      return true;
    case "kill-qemu":
    case "halt-guest":
    case "panic-guest": {
      const own = qemu(name);
      const reason = verb === "kill-qemu" ? "failed" : verb === "halt-guest" ? "shutdown" : "crashed";
      if (own !== null) world.endQemu(own, reason, verb !== "kill-qemu");
      return true;
    }
    case "intruder":
      world.startQemu(name, null, null);
      return true;
    case "cut":
      world.cutNetwork(name, "all");
      return true;
    case "cut-consul":
      world.cutNetwork(name, "consul");
      return true;
    case "cut-storage":
      world.cutNetwork(name, "storage");
      return true;
    case "storage-down":
      world.ceph.available = false;
      return true;
    case "heal":
      world.heal();
      return true;
    case "libvirt-hangs":
      world.node(name).libvirtAnswers = false;
      return true;
    case "libvirt-answers":
      world.node(name).libvirtAnswers = true;
      return true;
    case "starts-fail":
      world.startsFail.add(name);
      return true;
    case "starts-work":
      world.startsFail.delete(name);
      return true;
    case "obstacle":
      world
        .node(name)
        .dispatch({ type: "host", obstacles: words.slice(1).length === 0 ? [] : [words.slice(1).join(" ")] });
      return true;
    case "guest-deaf":
      world.guestObeys = false;
      return true;
    case "lose-session": {
      const session = world.node(name).session;
      if (session !== null) world.consul.destroySession(session);
      return true;
    }
    case "migration-fault":
      world.migrationFault = name as MigrationFault;
      return true;
    case "migrate":
      askMigration(world, name, more);
      return true;
    default:
      return false;
  }
}

function expectation(world: World, words: readonly string[], fail: (why: string) => void): void {
  const [what = "", ...rest] = words;
  const within = rest.indexOf("within");
  const limit = within < 0 ? 0 : Number(rest[within + 1]) * 1000;
  const until = world.queue.now + limit;
  const where = (): string =>
    world
      .writers()
      .map((qemu) => qemu.node)
      .join(",") || "nobody";
  const wait = (holds: () => boolean, otherwise: () => string): void => {
    while (!holds() && world.queue.now < until) world.queue.runUntil(world.queue.now + stepMs);
    if (!holds()) fail(otherwise());
  };
  switch (what) {
    case "running": {
      const serving = (): boolean => {
        const node = where();
        const known = world.names.includes(node) && (rest[0] === "any" || rest[0] === node);
        return known && world.node(node).state.phase.at === "running";
      };
      return wait(serving, () => `runs on ${where()}`);
    }
    case "nobody":
      return wait(
        () => where() === "nobody",
        () => `runs on ${where()}`,
      );
    case "undisturbed": {
      const before = world.writers()[0];
      world.queue.runUntil(until);
      if (before === undefined || world.writers()[0] !== before) fail(`now runs on ${where()}`);
      return;
    }
    case "phase":
      return wait(
        () => world.node(rest[0] ?? "").state.phase.at === rest[1],
        () => `is ${world.node(rest[0] ?? "").state.phase.at}`,
      );
    case "epoch":
      if (world.consul.epoch.value !== Number(rest[0])) fail(`is ${world.consul.epoch.value}`);
      return;
    case "operation":
      return wait(
        () => world.consul.operation.record?.phase === rest[0],
        () => `is ${world.consul.operation.record?.phase}`,
      );
    case "starts":
      if (world.starts !== Number(rest[0])) fail(`were ${world.starts}`);
      return;
    case "ineligible":
      if (world.consul.nodes.get(rest[0] ?? "")?.record.eligible !== false) fail("is eligible");
      return;
    case "fenced":
      if (world.ceph.blocklistEntries().length !== Number(rest[0]))
        fail(`are ${world.ceph.blocklistEntries().join(", ")}`);
      return;
    default:
      fail("no such expectation");
  }
}
