import { headers } from "next/headers";
import { sessionOf } from "@/server/auth/session";
import { createCaller } from "@/server/router";

type Panel = ReturnType<typeof createCaller>;

/** What the panel answers whoever opened the page, sent along with it. Null: refused or failed; the page asks again and says why. */
export async function answerFor<T>(ask: (panel: Panel) => Promise<T>): Promise<T | null> {
  const asked = await headers();
  const session = await sessionOf(asked);
  const panel = createCaller({
    actor: session?.actor ?? null,
    sessionId: session?.id ?? null,
    request: new Request("http://page.invalid/", { headers: asked }),
    address: null,
    responseHeaders: new Headers(),
  });
  return await ask(panel).catch(() => null);
}
