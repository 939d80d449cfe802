import { hostname } from "node:os";
import type { Actor, SetupInput, SignInInput } from "@/contract/account";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { recordAudit } from "@/server/audit/service";
import { auth } from "@/server/auth/better-auth";
import { afterFailure, released, waitSecondsLeft } from "@/server/auth/brake";
import { isOwnHost, whenceOf } from "@/server/auth/origin";
import { hashPassword, isHashingBusy } from "@/server/auth/password";
import { addressOf } from "@/server/auth/request";
import { forwardCookies, isHttps, sessionOf } from "@/server/auth/session";
import { clearBrake, countUsers, createFirstUser, findBrake, saveBrake } from "@/server/auth/store";
import { environment } from "@/server/env";
import { oncePerProcess } from "@/server/process";

export const isSetupNeeded = async (): Promise<boolean> => (await countUsers()) === 0;

/** Creates the first administrator and signs them in. Of several at once exactly one succeeds. */
export async function setUp(input: SetupInput, headers: Headers, responseHeaders: Headers): Promise<Actor> {
  const { host } = whenceOf(headers);
  if (!isOwnHost(host, environment().origin, hostname())) {
    throw new AppError("not-allowed", say("setup-not-here", { host: host ?? "" }), {
      facts: { host, needed: "own-host" },
      advice: say("setup-own-address"),
    });
  }
  if (!(await isSetupNeeded())) throw setupAlreadyDone();
  const created = await createFirstUser({
    username: input.username,
    name: input.name ?? input.username,
    email: input.email ?? null,
    role: "administrator",
    passwordHash: await hashPassword(input.password),
  });
  if (!created) throw setupAlreadyDone();
  const actor = await openSession(input, headers, responseHeaders);
  await recordAudit({ actor, address: addressOf(headers) }, "panel-set-up", { target: `user:${actor.username}` });
  return actor;
}

const setupAlreadyDone = (): AppError =>
  new AppError("setup-already-done", say("setup-done"), { advice: say("sign-in-instead") });

/** Names being tried right now: guesses sent beside each other must not all find the brake open. */
const trying = (): Set<string> => oncePerProcess("sign-ins under way", () => new Set());

export async function signIn(input: SignInInput, headers: Headers, responseHeaders: Headers): Promise<Actor> {
  if (trying().has(input.username) || isHashingBusy()) throw refused("busy", 1);
  trying().add(input.username);
  try {
    return await tryToSignIn(input, headers, responseHeaders);
  } finally {
    trying().delete(input.username);
  }
}

async function tryToSignIn(input: SignInInput, headers: Headers, responseHeaders: Headers): Promise<Actor> {
  const now = new Date();
  const address = addressOf(headers);
  const state = (await findBrake(input.username)) ?? released;
  const wait = waitSecondsLeft(state, now);
  if (wait > 0) throw refused("too-many-failures", wait);
  // Counted before the password is tried: a crash in between must not make the guess free.
  await saveBrake(input.username, afterFailure(state, now), now);
  try {
    const actor = await openSession(input, headers, responseHeaders);
    await clearBrake(input.username);
    await recordAudit({ actor, address }, "signed-in");
    return actor;
  } catch (error) {
    if (error instanceof AppError && error.code === "sign-in-refused") {
      await recordAudit({ actor: null, address }, "sign-in-refused", {
        outcome: "refused",
        target: `user:${input.username}`,
      });
    }
    throw error;
  }
}

async function openSession(input: SignInInput, headers: Headers, responseHeaders: Headers): Promise<Actor> {
  const answer = await auth()
    .api.signInUsername({ body: input, headers, returnHeaders: true })
    .catch((error: unknown) => {
      if (isRefusal(error)) throw refused("wrong-credentials", 0, error);
      throw error;
    });
  forwardCookies(answer.headers, responseHeaders, isHttps(headers));
  const cookie = answer.headers
    .getSetCookie()
    .map((text) => text.split(";", 1)[0] ?? "")
    .join("; ");
  const session = await sessionOf(new Headers({ cookie }));
  if (session === null) throw new AppError("internal", "A session was opened but cannot be read back.");
  return session.actor;
}

/** By shape: a bundle may hold the library's error class twice, and then `instanceof` says no to its own. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === "APIError" &&
  "statusCode" in error &&
  typeof error.statusCode === "number" &&
  error.statusCode < 500;

/** One answer for an unknown name and a wrong password: which of the two it was is nobody's business. */
const refused = (reason: string, waitSeconds: number, cause?: unknown): AppError =>
  new AppError("sign-in-refused", say("sign-in-refused"), {
    facts: { reason, waitSeconds },
    cause,
  });

export async function signOut(actor: Actor | null, headers: Headers, responseHeaders: Headers): Promise<void> {
  const answer = await auth().api.signOut({ headers, returnHeaders: true });
  forwardCookies(answer.headers, responseHeaders, isHttps(headers));
  if (actor !== null) await recordAudit({ actor, address: addressOf(headers) }, "signed-out");
}
