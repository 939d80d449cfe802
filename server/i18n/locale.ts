import { z } from "zod";

export const localeSchema = z.enum(["zh-CN", "en"]);
export type Locale = z.infer<typeof localeSchema>;

export const localeCookie = "trivet-locale";

/** No language: English made longer and accented, to see what is cut off and what was never translated. Only where it was switched on. */
export const pseudoLocale = "en-XA";

/** The remembered language, else the first of the browser's that we speak (any Chinese is zh-CN), else English. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  const remembered = localeSchema.safeParse(cookie);
  if (remembered.success) return remembered.data;
  const wished = (acceptLanguage ?? "")
    .split(",")
    .map((part, position) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const quality = parameters.map((text) => /^\s*q=([\d.]+)/.exec(text)?.[1]).find((text) => text !== undefined);
      return { tag, quality: quality === undefined ? 1 : Number(quality), position };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || a.position - b.position);
  for (const { tag } of wished) {
    if (tag === "zh" || tag.startsWith("zh-")) return "zh-CN";
    if (tag === "en" || tag.startsWith("en-")) return "en";
  }
  return "en";
}
