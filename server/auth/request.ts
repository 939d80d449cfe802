import { type Actor, mayOperate } from "@/contract/account";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { isFromOwnPages, whenceOf } from "@/server/auth/origin";
import { sessionOf } from "@/server/auth/session";
import { environment } from "@/server/env";

/** Refuses a changing request that some other site's page may have sent with this person's cookie. */
export function requireOwnPages(headers: Headers): void {
  if (isFromOwnPages(whenceOf(headers), environment().origin)) return;
  throw new AppError("not-allowed", say("other-origin"), {
    facts: { origin: headers.get("origin") ?? "", needed: "same-origin" },
    advice: say("own-address"),
  });
}

/** For plain HTTP routes (uploads, downloads): who asks, or an AppError. */
export async function requireSignedIn(request: Request): Promise<Actor> {
  if (request.method !== "GET" && request.method !== "HEAD") requireOwnPages(request.headers);
  const session = await sessionOf(request.headers);
  if (session === null) throw new AppError("not-signed-in", say("not-signed-in"));
  return session.actor;
}

export async function requireOperator(request: Request): Promise<Actor> {
  const actor = await requireSignedIn(request);
  if (mayOperate(actor.role)) return actor;
  throw new AppError("not-allowed", say("role-needed", { needed: "operator", role: actor.role }), {
    facts: { needed: "operator", role: actor.role },
  });
}

/** Address as the nearest proxy, or the HTTP server itself, reports it. A client without a proxy between may claim another. */
export const addressOf = (headers: Headers): string | null =>
  headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || null;
