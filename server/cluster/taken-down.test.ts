import { expect, test } from "vitest";
import { type DownOrUp, takenDown } from "@/server/cluster/taken-down";

const run = (kind: DownOrUp["kind"], subject: string, more: Partial<DownOrUp> = {}): DownOrUp => ({
  id: `${kind} ${subject}`,
  kind,
  subject,
  state: "succeeded",
  actor: "li",
  at: "2026-01-01T00:00:00.000Z",
  wentDark: kind.endsWith("-down"),
  ...more,
});
const subjects = (...newestFirst: DownOrUp[]) => takenDown(newestFirst).map(({ subject }) => subject);

test.each<[string, DownOrUp[], string[]]>([
  ["down", [run("node-down", "ceph-3")], ["ceph-3"]],
  ["up again", [run("node-up", "ceph-3"), run("node-down", "ceph-3")], []],
  [
    "still coming up",
    [run("cluster-up", "cluster", { state: "running" }), run("cluster-down", "cluster")],
    ["cluster"],
  ],
  ["down a second time", [run("node-down", "b"), run("node-up", "b"), run("node-down", "b")], ["b"]],
  ["one up, another down", [run("node-up", "b"), run("node-down", "a"), run("node-down", "b")], ["a"]],
  ["a run down that never switched anything off", [run("node-down", "a", { state: "undone", wentDark: false })], []],
  ["a node that went down before the cluster came up", [run("cluster-up", "cluster"), run("node-down", "a")], []],
])("%s", (_name, runs, expected) => {
  expect(subjects(...runs)).toEqual(expected);
});
