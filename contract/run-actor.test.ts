import { expect, test } from "vitest";
import { actorOfRun, runOfActor } from "@/contract/run-actor";

test("a run is known by its signature, anybody else is not one", () => {
  expect(runOfActor(actorOfRun("5f0c"))).toBe("5f0c");
  for (const other of ["li.wei", "zshad", "root on the command line", "trivet run", "trivet run "])
    expect(runOfActor(other)).toBeNull();
});
