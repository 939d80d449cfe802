import { expect, test, vi } from "vitest";
import { Arming } from "@/suite/net/arming";

const late = () => Promise.withResolvers<string>();

test("who is not armed in time goes away", async () => {
  const arming = new Arming<string>();
  arming.giveUp();
  expect(await arming.outcome).toBeNull();
});

test("an arming that has begun is waited for, however late it began", async () => {
  const arming = new Arming<string>();
  const { promise, resolve } = late();
  const answer = arming.begin(() => promise);
  arming.giveUp();
  resolve("armed");
  expect(await arming.outcome).toBe("armed");
  expect(await answer).toBe("armed");
});

test("an arming that fails tells whoever asked, and nobody stays behind for it", async () => {
  const arming = new Arming<string>();
  const { promise, reject } = late();
  const answer = arming.begin(() => promise);
  reject(new Error("another change is open"));
  await expect(answer).rejects.toThrow("another change is open");
  expect(await arming.outcome).toBeNull();
});

test("asked again after a lost answer it is armed once", async () => {
  const arming = new Arming<string>();
  let count = 0;
  const arm = () => Promise.resolve(`armed ${(count += 1)}`);
  expect(await Promise.all([arming.begin(arm), arming.begin(arm)])).toEqual(["armed 1", "armed 1"]);
  arming.giveUp();
  expect(await arming.outcome).toBe("armed 1");
});

test("it waits as long as it was last told to, and who has given up takes nothing on any more", async () => {
  vi.useFakeTimers();
  const arming = new Arming<string>();
  arming.waitFor(1_000);
  await vi.advanceTimersByTimeAsync(900);
  arming.waitFor(10_000);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(await Promise.race([arming.outcome, Promise.resolve("waiting")])).toBe("waiting");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await arming.outcome).toBeNull();
  expect(() => arming.begin(() => Promise.resolve("armed"))).toThrow("has waited long enough");
  vi.useRealTimers();
});
