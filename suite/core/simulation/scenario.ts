import { command } from "@/suite/core/simulation/commands";
import { expectation } from "@/suite/core/simulation/expectations";
import type { WorldOptions } from "@/suite/core/simulation/world";
import { World } from "@/suite/core/simulation/world";

/**
 * A scenario is text: one command a line, `#` comments, and below `--- log` the decisions it must lead to, word for word.
 * Times are seconds of virtual time. The first lines may choose the world: `nodes`, `placement`, `store`, `profile`, `seed`, …
 * The witness checks the invariants after every event of every scenario.
 */
export interface Played {
  readonly log: readonly string[];
  readonly problems: readonly string[];
  readonly world: World;
}

/** Null: not a line about the world. */
export function worldOption(verb: string, words: readonly string[]): WorldOptions | null {
  const [word = "", more] = words;
  switch (verb) {
    case "nodes":
      return { nodes: Number(word) };
    case "placement":
      return { placement: word === "nodes" ? "nodes" : "outside" };
    case "store":
      return { placement: word === "folder" ? "folder" : "outside", fileLock: more === "locks" };
    case "profile":
      return { gossip: word === "fast" ? "tuned" : "default", tuned: word === "fast" };
    case "sessions":
      return { checks: word === "ttl" ? "ttl" : "serf" };
    case "lock-delay":
      return { lockDelayMs: Number(word) * 1000 };
    case "on-lease-loss":
      return { onLeaseLoss: word === "stop" ? "stop" : "keep" };
    case "seed":
      return { seed: Number(word) };
    default:
      return null;
  }
}

export function play(text: string): Played {
  const problems: string[] = [];
  let options: WorldOptions = {};
  let made: World | null = null;
  let isWeakened = false;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/#.*/, "").trim();
    if (line === "") continue;
    const [verb = "", ...words] = line.split(/\s+/);
    const option = worldOption(verb, words);
    if (option !== null && made === null) {
      options = { ...options, ...option };
      continue;
    }
    const world: World = made ?? new World(options);
    made = world;
    const fail = (why: string): void => void problems.push(`line ${index + 1}: ${line}: ${why}`);
    if (verb === "autopilot-prunes") world.consul.raft.autopilotPrunes = true;
    else if (verb === "expect") {
      // A world made unsafe on purpose: there the witness must find something.
      if (words[0] === "violation") isWeakened = true;
      expectation(world, words, fail);
    } else if (!command(world, verb, words)) fail("no such command");
  }
  const world = made ?? new World(options);
  return { log: world.lines, problems: [...problems, ...(isWeakened ? [] : world.witness.violations)], world };
}
