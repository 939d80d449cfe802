import { createTRPCClient, httpLink } from "@trpc/client";
import superjson from "superjson";
import type { SignInInput } from "@/contract/account";
import type { AppRouter } from "@/server/router";

/** Keeps the cookies a panel sets, as a browser would, and sends them back. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  take(headers: Headers): void {
    for (const text of headers.getSetCookie()) {
      const [pair = "", ...attributes] = text.split(";");
      const [name = "", ...value] = pair.split("=");
      if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) this.#cookies.delete(name.trim());
      else this.#cookies.set(name.trim(), value.join("="));
    }
  }
}

/** tRPC passes `signal: undefined`, which a RequestInit does not have. */
const definedOnly = (init: object | undefined): RequestInit =>
  Object.fromEntries(Object.entries(init ?? {}).filter(([, value]) => value !== undefined));

/** A running panel as demo, bench and end-to-end checks see it: typed calls with a session. Give its origin: http://127.0.0.1:3000. */
export function panelClient(origin: string) {
  const jar = new CookieJar();
  const withCookies: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("cookie", jar.header());
    const answer = await fetch(input, { ...init, headers });
    jar.take(answer.headers);
    return answer;
  };
  const calls = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${origin}/api/trpc`,
        transformer: superjson,
        fetch: (url, init) => withCookies(String(url), definedOnly(init)),
      }),
    ],
  });
  return {
    calls,
    /** For plain HTTP (uploads, event streams). */
    fetch: withCookies,
    cookie: () => jar.header(),
    /** Signs in; on a fresh panel creates this person as the first administrator instead. */
    async enter(person: SignInInput): Promise<void> {
      const { setupNeeded } = await calls.auth.state.query();
      await (setupNeeded ? calls.auth.setup.mutate(person) : calls.auth.signIn.mutate(person));
    },
  };
}
