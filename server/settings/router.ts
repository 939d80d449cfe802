import { z } from "zod";
import { localeCookie, localeSchema } from "@/server/i18n/locale";
import { aboutPanel } from "@/server/settings/service";
import { administratorProcedure, publicProcedure, router } from "@/server/trpc/init";

/** A year: a language is chosen once. */
const localeCookieSeconds = 31_536_000;

export const settingsRouter = router({
  about: administratorProcedure.query(() => aboutPanel()),

  /** Remembers the language in this browser, before and after signing in. */
  setLocale: publicProcedure.input(z.object({ locale: localeSchema })).mutation(({ ctx, input }) => {
    ctx.responseHeaders.append(
      "set-cookie",
      `${localeCookie}=${input.locale}; Path=/; Max-Age=${localeCookieSeconds}; SameSite=Lax`,
    );
    return { locale: input.locale };
  }),
});
