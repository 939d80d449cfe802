import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { command } from "@/suite/core/simulation/scenario";
import { World } from "@/suite/core/simulation/world";

const names = ["ceph-1", "ceph-2", "ceph-3"];
const nodeName = fc.constantFrom(...names);
const seconds = fc.integer({ min: 0, max: 90 }).map(String);

/** Faults of the matrix in any order, at any time, healed or not. */
const fault = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      "power-off",
      "power-on",
      "kill-zshad",
      "freeze-zshad",
      "thaw-zshad",
      "kill-qemu",
      "halt-guest",
      "panic-guest",
    ),
    nodeName,
  ),
  fc.tuple(
    fc.constantFrom("cut", "cut-consul", "cut-storage", "libvirt-hangs", "libvirt-answers", "lose-session"),
    nodeName,
  ),
  fc.tuple(fc.constantFrom("start", "stop", "storage-down", "heal"), fc.constant("")),
  fc.tuple(fc.constant("migration-fault"), fc.constantFrom("aborts", "paused-there", "paused-both", "vanishes")),
  fc.tuple(
    fc.constant("migrate"),
    fc.tuple(nodeName, nodeName).map((pair) => pair.join(" ")),
  ),
);
const history = fc.array(fc.tuple(fault, seconds), { minLength: 1, maxLength: 14 });

function playFaults(faults: readonly (readonly [readonly [string, string], string])[]): World {
  const world = new World(names);
  command(world, "run", ["5"]);
  command(world, "start", []);
  command(world, "run", ["20"]);
  for (const [[verb, words], pause] of faults) {
    const [name = "", more = ""] = words.split(" ");
    if (verb === "power-on" && world.powered.has(name)) continue;
    if (verb === "migrate" && (world.qemuOn(name) === null || name === more)) continue;
    command(world, verb, [name, more]);
    command(world, "run", [pause]);
  }
  return world;
}

/** Empty, or what is wrong with the whole story below it. */
const complaint = (world: World, problems: readonly string[]): string =>
  problems.length === 0 ? "" : [...problems, ...world.lines].join("\n");

const runs = Number(process.env["SUITE_PROPERTY_RUNS"] ?? 300);

describe("whatever breaks, in whatever order", () => {
  test("never two writers, epochs only grow, nothing starts while stopped (I1, I3, I5, I8)", () => {
    fc.assert(
      fc.property(history, (faults) => {
        const world = playFaults(faults);
        expect(complaint(world, world.violations)).toBe("");
      }),
      { numRuns: runs },
    );
  }, 120_000);

  test("once everything is healed and started, exactly one VM runs within five minutes (I6)", () => {
    fc.assert(
      fc.property(history, (faults) => {
        const world = playFaults(faults);
        world.heal();
        for (const name of names) if (!world.powered.has(name)) world.powerOn(name);
        command(world, "run", ["30"]);
        command(world, "start", []);
        // 300 s is the longest bounded wait: an orderly stop that was under way.
        command(world, "run", ["330"]);
        expect(complaint(world, world.violations)).toBe("");
        const writers = world.writers().map((qemu) => qemu.node);
        expect(writers.length === 1 ? "" : complaint(world, [`runs on: ${writers.join()}`])).toBe("");
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
  }, 120_000);
});
