import { expect, test } from "vitest";
import { upgradeGuards } from "@/contract/lifecycle-guards";
import { known, unknown } from "@/contract/observed";
import { compareVersions, parseVersionText } from "@/contract/suite-version";

test("reads the manual's four lines, and nothing else", () => {
  const text = "App Version: 1.5.6.0\nBuild Date: Fri Jul 28\nBranch Name: (detached\nCommit ID: c7dc57a\n";
  expect(parseVersionText(text)).toEqual({ version: "1.5.6.0", commit: "c7dc57a", date: "Fri Jul 28" });
  expect(parseVersionText("Usage: zsha")).toBeNull();
});

test("orders versions by their numbers, a word after them comes before none", () => {
  const rising = ["0.1.0", "0.2.0-rc1", "0.2.0-rc2", "0.2.0", "0.10.0", "1.5.6.0", "1.5.6.1"];
  for (const [at, version] of rising.entries()) {
    expect(compareVersions(version, version)).toBe(0);
    for (const later of rising.slice(at + 1)) {
      expect(compareVersions(version, later), `${version} ${later}`).toBe(-1);
      expect(compareVersions(later, version), `${later} ${version}`).toBe(1);
    }
  }
  expect(compareVersions("1.5", "1.5.0")).toBe(0);
  expect(compareVersions("newest", "1.0")).toBeNull();
});

const at = "2026-01-01T00:00:00.000Z";
const build = (version: string, commit = "c") => ({ version, commit, date: "d" });
const to = (version: string, change: { protocol?: number; from?: "kept" } = {}) => ({
  ...build(version, "new"),
  protocol: change.protocol ?? 1,
  from: change.from ?? ("panel" as const),
});
const installed = { "ceph-1": known(build("0.2.0"), at), "ceph-2": known(build("0.1.0"), at) };
const open = (
  wished: Parameters<typeof upgradeGuards>[0]["to"],
  nodes: Parameters<typeof upgradeGuards>[0]["installed"] = installed,
): string[] =>
  upgradeGuards({ to: wished, installed: nodes, protocol: 1 })
    .filter(({ state }) => state !== "holds")
    .map(({ code, state }) => `${code} ${state}`);

test("upwards is a way, also for a cluster that stands between two versions", () => {
  expect(open(to("0.2.1"))).toEqual([]);
  expect(open(to("0.2.0"))).toEqual([]);
});

test("downwards only to the kept build, another protocol never, and the unknown holds", () => {
  expect(open(to("0.1.5"))).toEqual(["not-older fails"]);
  expect(open(to("0.1.0", { from: "kept" }))).toEqual([]);
  expect(open(to("0.3.0", { protocol: 2 }))).toEqual(["same-language fails"]);
  expect(open(null)).toEqual(["build-there fails"]);
  expect(open(to("0.2.1"), { ...installed, "ceph-3": unknown("no answer", at) })).toEqual(["versions-known unknown"]);
  expect(open({ ...build("0.1.0"), protocol: 1, from: "panel" }, { "ceph-1": known(build("0.1.0"), at) })).toEqual([
    "something-new fails",
  ]);
});
