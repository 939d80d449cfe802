import { type Actor, roleSchema, usernameSchema } from "@/contract/account";
import { auth } from "@/server/auth/better-auth";
import { environment } from "@/server/env";

export interface Session {
  id: string;
  actor: Actor;
}

/** Who sent these headers; null = nobody signed in. Cookies that prolong the session are added to `responseHeaders`. */
export async function sessionOf(headers: Headers, responseHeaders?: Headers): Promise<Session | null> {
  // Without the cookie there is nothing to look up: most health checks and sign-in pages cost no query.
  if (!headers.has("cookie")) return null;
  const { response, headers: answered } = await auth().api.getSession({ headers, returnHeaders: true });
  if (response === null) return null;
  if (responseHeaders !== undefined) forwardCookies(answered, responseHeaders, isHttps(headers));
  const { user, session } = response;
  return {
    id: session.id,
    actor: {
      id: user.id,
      name: user.name,
      username: usernameSchema.parse(user.username),
      role: roleSchema.parse(user.role),
    },
  };
}

/** Hands cookies on; over https they must never travel in clear. */
export function forwardCookies(from: Headers, to: Headers, secure: boolean): void {
  for (const cookie of from.getSetCookie()) {
    const marked = secure && !/;\s*secure(;|$)/i.test(cookie) ? `${cookie}; Secure` : cookie;
    to.append("set-cookie", marked);
  }
}

export const isHttps = (headers: Headers): boolean =>
  environment().origin?.startsWith("https:") === true ||
  headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
