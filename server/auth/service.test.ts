import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { auditPage } from "@/server/audit/service";
import { isSetupNeeded, setUp, signIn, signOut } from "@/server/auth/service";
import { sessionOf } from "@/server/auth/session";
import { replaceInProcess } from "@/server/process";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

const person = { username: "admin", password: "correct horse battery" };
const asked = (more: Record<string, string> = {}): Headers => new Headers({ host: "127.0.0.1:3000", ...more });
const cookieOf = (answered: Headers): Headers =>
  asked({
    cookie: answered
      .getSetCookie()
      .map((text) => text.split(";", 1)[0])
      .join("; "),
  });

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await temporaryDatabase();
  vi.stubEnv("TRIVET_DATA", temporary.directory);
  for (const name of ["secret key", "better-auth"]) replaceInProcess(name);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await temporary.close();
});

describe("the first administrator", () => {
  it("is made once, of several who try at the same moment", async () => {
    expect(await isSetupNeeded()).toBe(true);
    const tries = await Promise.allSettled(
      ["one", "two", "three"].map((username) => setUp({ ...person, username }, asked(), new Headers())),
    );
    const refused = tries.filter((attempt) => attempt.status === "rejected");
    expect(refused).toHaveLength(2);
    for (const attempt of refused) expect(attempt.reason).toMatchObject({ code: "setup-already-done" });
    expect(await temporary.client.user.count()).toBe(1);
    expect(await isSetupNeeded()).toBe(false);
  });

  it("cannot be made through a name somebody pointed at this machine", async () => {
    const rebound = asked({ host: "rebound.example" });
    await expect(setUp(person, rebound, new Headers())).rejects.toMatchObject({ code: "not-allowed" });
    expect(await isSetupNeeded()).toBe(true);
  });

  it("is signed in, and stored without the password", async () => {
    const answered = new Headers();
    await setUp(person, asked(), answered);
    expect(answered.getSetCookie().join()).toMatch(/HttpOnly; SameSite=Lax$/);
    const session = await sessionOf(cookieOf(answered));
    expect(session?.actor).toMatchObject({ username: "admin", role: "administrator" });
    const account = await temporary.client.account.findFirstOrThrow();
    expect(account.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe("signing in", () => {
  beforeEach(async () => {
    await setUp(person, asked(), new Headers());
  });

  it("answers a wrong name and a wrong password alike, and writes both down", async () => {
    const wrong = [
      { ...person, password: "something else" },
      { ...person, username: "nobody" },
    ];
    for (const input of wrong) {
      await expect(signIn(input, asked(), new Headers())).rejects.toMatchObject({
        code: "sign-in-refused",
        facts: { reason: "wrong-credentials" },
      });
    }
    const { entries } = await auditPage(10, null);
    expect(entries.filter(({ action }) => action === "sign-in-refused").map(({ target }) => target)).toEqual([
      "user:nobody",
      "user:admin",
    ]);
  });

  it("brakes guesses, also those sent beside each other", async () => {
    const guesses = Array.from({ length: 30 }, () =>
      signIn({ ...person, password: "a wrong guess" }, asked(), new Headers()),
    );
    const reasons = (await Promise.allSettled(guesses)).map((guess) =>
      guess.status === "rejected" ? String(guess.reason.facts.reason) : "let in",
    );
    expect(reasons.filter((reason) => reason === "wrong-credentials").length).toBeLessThanOrEqual(5);
    expect(reasons).not.toContain("let in");
    for (let tries = 0; tries < 6; tries += 1)
      await signIn({ ...person, password: "x" }, asked(), new Headers()).catch(() => 0);
    await expect(signIn(person, asked(), new Headers())).rejects.toMatchObject({
      facts: { reason: "too-many-failures" },
    });
  });

  it("marks the cookie Secure over https", async () => {
    const answered = new Headers();
    await signIn(person, asked({ "x-forwarded-proto": "https" }), answered);
    expect(answered.getSetCookie().join()).toMatch(/; Secure$/);
  });

  it("ends with signing out, also for a copy of the cookie", async () => {
    const answered = new Headers();
    const actor = await signIn(person, asked(), answered);
    const kept = cookieOf(answered);
    await signOut(actor, kept, new Headers());
    expect(await sessionOf(kept)).toBeNull();
  });
});
