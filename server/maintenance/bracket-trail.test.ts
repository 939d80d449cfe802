import { expect, test } from "vitest";
import { foldTrail } from "@/server/maintenance/bracket-trail";
import { judgeTrail } from "@/server/maintenance/bracket-judgement";
import type { OpenBracket } from "@/contract/open-bracket";

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
const entry = (hour: number, action: "bracket-found" | "bracket-overdue" | "bracket-ended", bracket: string) => ({
  at: at(hour),
  action,
  facts: { bracket },
});
const newestFirst = (...entries: ReturnType<typeof entry>[]) => foldTrail(entries.toReversed());

const flags: OpenBracket = {
  kind: "cluster-flags",
  node: null,
  flags: ["noout"],
  author: { by: "unknown" },
  since: null,
  record: null,
};

test("a bracket is as old as its first sight since it was last seen ended", () => {
  const trail = newestFirst(
    entry(1, "bracket-found", "cluster-flags"),
    entry(2, "bracket-ended", "cluster-flags"),
    entry(3, "bracket-found", "cluster-flags"),
    entry(4, "bracket-found", "cluster-flags"),
    entry(5, "bracket-overdue", "cluster-flags"),
    entry(5, "bracket-found", "host-flags ceph-2"),
  );
  expect(trail.get("cluster-flags")).toEqual({
    firstSeenAt: at(3).toISOString(),
    remindedAt: at(5).toISOString(),
  });
  expect(trail.get("host-flags ceph-2")?.remindedAt).toBeNull();
});

test("found once, reminded after its time and again a day later, ended when it is seen to be gone", () => {
  const judged = (hour: number, trail: ReturnType<typeof foldTrail>, open: OpenBracket[]) =>
    judgeTrail({ open, unread: [], trail, nowMs: at(hour).getTime() }).map(({ action }) => action);
  expect(judged(1, new Map(), [flags])).toEqual(["bracket-found"]);
  const found = newestFirst(entry(1, "bracket-found", "cluster-flags"));
  expect(judged(1.5, found, [flags])).toEqual([]);
  expect(judged(3, found, [flags])).toEqual(["bracket-overdue"]);
  const reminded = newestFirst(
    entry(1, "bracket-found", "cluster-flags"),
    entry(3, "bracket-overdue", "cluster-flags"),
  );
  expect(judged(20, reminded, [flags])).toEqual([]);
  expect(judged(28, reminded, [flags])).toEqual(["bracket-overdue"]);
  expect(judged(28, reminded, [])).toEqual(["bracket-ended"]);
});

test("what cannot be read has not ended", () => {
  const trail = newestFirst(entry(1, "bracket-found", "cluster-flags"));
  const nowMs = at(2).getTime();
  expect(judgeTrail({ open: [], unread: ["cluster-flags"], trail, nowMs })).toEqual([]);
});
