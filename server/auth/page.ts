import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import type { Actor } from "@/contract/account";
import { askedPathHeader } from "@/server/auth/page-headers";
import { isSetupNeeded } from "@/server/auth/service";
import { sessionOf } from "@/server/auth/session";

/** For the panel's layout: the signed-in person, or on to /setup (nobody exists yet) or /login. */
export async function requireActorOnPage(): Promise<Actor> {
  const asked = await headers();
  const session = await sessionOf(asked);
  if (session !== null) return session.actor;
  if (await isSetupNeeded()) redirect("/setup");
  const path = asked.get(askedPathHeader) ?? "/";
  redirect(path === "/" ? "/login" : `/login?returnTo=${encodeURIComponent(path)}`);
}

/** For /login and /setup: sends those away who have no business there. */
export async function redirectFromEntrance(entrance: "login" | "setup"): Promise<void> {
  const setupNeeded = await isSetupNeeded();
  if (setupNeeded && entrance === "login") redirect("/setup");
  if (!setupNeeded && entrance === "setup") redirect("/login");
  if (!setupNeeded && (await sessionOf(await headers())) !== null) redirect("/clusters");
}
