import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { environment } from "@/server/env";
import { pseudoMessages } from "@/lib/pseudo-text";
import { chooseLocale, localeCookie, pseudoLocale } from "@/server/i18n/locale";
import { messagesOf } from "@/server/i18n/messages";

export default getRequestConfig(async () => {
  const remembered = (await cookies()).get(localeCookie)?.value;
  if (remembered === pseudoLocale && environment().pseudoLocale) {
    return { locale: pseudoLocale, messages: pseudoMessages(await messagesOf("en")), timeZone: "UTC" };
  }
  const locale = chooseLocale(remembered, (await headers()).get("accept-language"));
  // Times are the operator's: the browser's zone is not known here, so components format them on the client.
  return { locale, messages: await messagesOf(locale), timeZone: "UTC" };
});
