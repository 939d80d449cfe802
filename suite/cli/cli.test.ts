import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleConfig } from "@/contract/ha-config-sample";
import { checkConfigText, readCheckedConfig } from "@/suite/cli/config-file";
import { immutableChanges } from "@/contract/config-change";
import { helpText } from "@/suite/cli/help-text";
import { publicCommands } from "@/suite/cli/public-commands";
import { versionText } from "@/suite/cli/version-text";
import { standardInput } from "@/suite/cli/standard-input";

test("the version has the manual's four lines", () => {
  const info = {
    version: "1.5.6.0",
    date: "Fri Jul 28 10:37:49 GMT-8 2017",
    branch: "(detached",
    commit: "c7dc57a012f5bae01eafaea7455bf5784007c172",
  };
  expect(versionText(info)).toBe(
    "App Version: 1.5.6.0\nBuild Date: Fri Jul 28 10:37:49 GMT-8 2017\nBranch Name: (detached\nCommit ID: c7dc57a012f5bae01eafaea7455bf5784007c172",
  );
});

test("the help names every public command and not the hidden ones", () => {
  for (const command of publicCommands) expect(helpText).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  expect(helpText).not.toContain("reset-MNVM-password");
  expect(helpText).not.toContain("setup-node");
});

test("a bad file is refused with every error, a good one gives its advice", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "zsha-")), "config.json");
  writeFileSync(path, JSON.stringify({ ...sampleConfig("CephConf"), CPU: 2, PoolName: "" }));
  await expect(readCheckedConfig(path)).rejects.toThrow(/2 problems:\n  CPU: is 2; .*\n  PoolName: /s);
  await expect(readCheckedConfig(`${path}.gone`)).rejects.toThrow("cannot be read");
  expect(() => checkConfigText("{", "x")).toThrow("x is not valid JSON: line 1, column 2");
  expect(checkConfigText(JSON.stringify(sampleConfig("FileConf")), "x").advice.map((problem) => problem.code)).toEqual([
    "time-server-is-one-node",
  ]);
});

test("import refuses other node addresses, not another order or size", () => {
  const before = sampleConfig("CephConf");
  expect(immutableChanges(before, { ...before, Node: before.Node.toReversed(), CPU: 8 })).toEqual([]);
  const moved = { ...before, Node: ["192.168.255.99 ceph-1", ...before.Node.slice(1)] };
  expect(immutableChanges(before, moved).map((problem) => problem.code)).toEqual(["node-addresses-changed"]);
  expect(immutableChanges(before, { ...before, Type: "FileConf" }).map((problem) => problem.code)).toEqual([
    "type-changed",
  ]);
});

test("secrets come on standard input only", () => {
  expect(standardInput("-")).toBe("-");
  expect(() => standardInput("/tmp/secrets.json")).toThrow("standard input");
});
