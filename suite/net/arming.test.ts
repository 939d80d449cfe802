import { expect, test } from "vitest";
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
