import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { chooseLocale, localeCookie } from "@/server/i18n/locale";
import { messagesOf } from "@/server/i18n/messages";

export default getRequestConfig(async () => {
  const locale = chooseLocale((await cookies()).get(localeCookie)?.value, (await headers()).get("accept-language"));
  // Times are the operator's: the browser's zone is not known here, so components format them on the client.
  return { locale, messages: await messagesOf(locale), timeZone: "UTC" };
});
