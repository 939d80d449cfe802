// kill -9 on `up` wherever it may be: `down` must find and remove everything, and the next `up` must work.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as lab from "@/lab/cluster";
import { lookAtMachine, type MachineView } from "@/lab/testing";

let before: MachineView;

beforeAll(async () => {
  await lab.fetch();
  await lab.down();
  before = await lookAtMachine();
});
afterAll(async () => lab.down());

// From the loading of the program to the nodes' boot; a full `up` takes about 4000 ms on two cores.
test.each([700, 900, 1100, 1300, 1500, 1700, 1900, 2200, 2600, 3200])("killed after %i ms", async (delayMs) => {
  const program = path.join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, "up"], { stdio: "ignore" });
  const ended = once(child, "exit");
  await sleep(delayMs);
  child.kill("SIGKILL");
  await ended;
  await lab.down();
  expect(await lookAtMachine()).toEqual(before);
});

test("up works after an interrupted one without a down between", async () => {
  const program = path.join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, "up"], { stdio: "ignore" });
  const ended = once(child, "exit");
  await sleep(1600);
  child.kill("SIGKILL");
  await ended;
  const status = await lab.up({ nodes: 2 });
  expect(status.nodes.map((node) => node.state)).toEqual(["running", "running"]);
});
