import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { IpmiTool } from "@/server/adapters/ipmi/ipmitool";

const bmc = { address: "10.0.3.1:6230", user: "operator", password: "not in any argument" };
const { signal } = new AbortController();
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ipmitool-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** A program that notes its arguments and environment, and answers as told. */
async function toolThatSays(answer: string, exit = 0): Promise<IpmiTool> {
  const path = join(directory, "ipmitool");
  const note = `printf '%s\\n' "$*" > ${directory}/argv; env > ${directory}/env`;
  await writeFile(path, `#!/bin/sh\n${note}\n${answer}\nexit ${exit}\n`);
  await chmod(path, 0o755);
  return new IpmiTool(path);
}

test("reads the power; the password is in the environment and in no argument", async () => {
  const tool = await toolThatSays("echo Chassis Power is off");
  expect(await tool.state(bmc, signal)).toBe("off");
  const argv = await readFile(join(directory, "argv"), "utf8");
  expect(argv.trim()).toBe("-I lanplus -H 10.0.3.1 -p 6230 -U operator -E chassis power status");
  expect(await readFile(join(directory, "env"), "utf8")).toContain("IPMI_PASSWORD=not in any argument");
});

test("a controller that is silent, or says something else, is no answer", async () => {
  const silent = await toolThatSays("echo 'Error: Unable to establish IPMI v2 / RMCP+ session' >&2", 1);
  await expect(silent.state(bmc, signal)).rejects.toMatchObject({
    code: "node-unreachable",
    message: expect.stringContaining("Unable to establish"),
  });
  const odd = await toolThatSays("echo Chassis Power is confused");
  await expect(odd.state(bmc, signal)).rejects.toMatchObject({ code: "unexpected-output" });
});

test("a panel without ipmitool says so", async () => {
  await expect(new IpmiTool(join(directory, "absent")).switchOn(bmc, signal)).rejects.toMatchObject({
    code: "missing-tool",
  });
});
