import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DraftSaver, type DraftEdit, type ServerDraft, saveDelayMs } from "@/components/deployment/draft-saver";
import { rightDraft } from "@/contract/draft-fixture";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const server = (revision: number, clusterName = "north"): ServerDraft => ({
  draft: { ...rightDraft(), revision, clusterName },
  savedAt: new Date(revision),
  clusterId: null,
  run: null,
});
const name = (value: string): DraftEdit => ({ part: "clusterName", value });
const textOf = (value: DraftEdit["value"]): string => (typeof value === "string" ? value : "not a name");

function saver(send: (edit: DraftEdit, base: number) => Promise<{ kind: "saved" | "conflict"; view: ServerDraft }>) {
  const spy = vi.fn(send);
  return { spy, saver: new DraftSaver(server(1), { send: spy, isRefusal: (error) => error === "no" }) };
}

test("quick typing is one request, with the last value", async () => {
  const { spy, saver: one } = saver(async (edit) => ({ kind: "saved", view: server(2, textOf(edit.value)) }));
  one.edit(name("a"));
  one.edit(name("ab"));
  expect(one.snapshot().draft.clusterName).toBe("ab");
  await vi.advanceTimersByTimeAsync(saveDelayMs);
  expect(spy).toHaveBeenCalledTimes(1);
  expect(spy).toHaveBeenCalledWith(name("ab"), 1);
  expect(one.snapshot().status).toEqual({ kind: "saved", at: new Date(2) });
  expect(one.hasUnsaved).toBe(false);
});

test("an edit made while the first travels is shown at once and sent after it, on the newer revision", async () => {
  const first = Promise.withResolvers<{ kind: "saved"; view: ServerDraft }>();
  const { spy, saver: one } = saver((edit, base) =>
    base === 1 ? first.promise : Promise.resolve({ kind: "saved", view: server(3, textOf(edit.value)) }),
  );
  one.edit(name("a"));
  await vi.advanceTimersByTimeAsync(saveDelayMs);
  one.edit(name("b"));
  first.resolve({ kind: "saved", view: server(2, "a") });
  await vi.advanceTimersByTimeAsync(0);
  expect(spy).toHaveBeenLastCalledWith(name("b"), 2);
  expect(one.snapshot().draft.clusterName).toBe("b");
});

test("a lost answer is asked again; a refusal is not", async () => {
  let answers = 0;
  const { spy, saver: one } = saver(async () => {
    answers += 1;
    if (answers === 1) throw new Error("network");
    return { kind: "saved", view: server(2, "a") };
  });
  one.edit(name("a"));
  await vi.advanceTimersByTimeAsync(saveDelayMs);
  expect(one.snapshot().status.kind).toBe("retrying");
  expect(one.hasUnsaved).toBe(true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(spy).toHaveBeenCalledTimes(2);
  expect(one.snapshot().status.kind).toBe("saved");

  const refused = saver(() => Promise.reject("no"));
  refused.saver.edit(name("a"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(refused.spy).toHaveBeenCalledTimes(1);
  expect(refused.saver.snapshot().status.kind).toBe("refused");
});

test("a conflict shows theirs and keeps mine at hand", async () => {
  const { spy, saver: one } = saver(async (edit, base) =>
    base === 1
      ? { kind: "conflict", view: server(5, "theirs") }
      : { kind: "saved", view: server(6, textOf(edit.value)) },
  );
  one.edit(name("mine"));
  await vi.advanceTimersByTimeAsync(saveDelayMs);
  expect(one.snapshot().draft.clusterName).toBe("theirs");
  expect(one.snapshot().conflict).toEqual(name("mine"));
  one.keepMine();
  await vi.advanceTimersByTimeAsync(saveDelayMs);
  expect(spy).toHaveBeenLastCalledWith(name("mine"), 5);
  expect(one.snapshot().draft.clusterName).toBe("mine");
});

test("what the panel found out meanwhile appears without taking away what is being typed", () => {
  const { saver: one } = saver(() => new Promise(() => undefined));
  one.edit(name("typed"));
  one.accept({ ...server(4), draft: { ...server(4).draft, haProfile: "fast" } });
  expect(one.snapshot().draft).toMatchObject({ clusterName: "typed", haProfile: "fast" });
  one.accept(server(2));
  expect(one.snapshot().server.draft.revision).toBe(4);
});
