import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AbstractIntlMessages } from "next-intl";
import { environment } from "@/server/env";
import type { Locale } from "@/server/i18n/locale";
import { oncePerProcess } from "@/server/process";

/** messages/<locale>/<area>.json as { area: … }. Areas are found, not listed, so that a new one is one file per language. */
export function messagesOf(locale: Locale): Promise<AbstractIntlMessages> {
  if (environment().mode === "development") return readMessages(locale);
  return oncePerProcess(`messages ${locale}`, () => readMessages(locale));
}

export async function readMessages(locale: Locale): Promise<AbstractIntlMessages> {
  const folder = join(process.cwd(), "messages", locale);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const areas = await Promise.all(
    files.map(async (name) => [name.slice(0, -".json".length), JSON.parse(await readFile(join(folder, name), "utf8"))]),
  );
  return Object.fromEntries(areas);
}
