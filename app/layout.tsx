import type { Metadata } from "next";
import { headers } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { Texts } from "@/app/texts";
import { Providers } from "@/components/client/providers";
import { nonceHeader } from "@/server/auth/page-headers";
import "@/app/globals.css";

export const metadata: Metadata = { title: { default: "Trivet", template: "%s · Trivet" } };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get(nonceHeader) ?? undefined;
  return (
    // suppressHydrationWarning: the theme's class is set before React wakes up.
    <html lang={await getLocale()} dir="ltr" suppressHydrationWarning>
      <body>
        <NextIntlClientProvider messages={{}}>
          <Texts areas={["errors", "shell"]}>
            <Providers nonce={nonce}>{children}</Providers>
          </Texts>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
