"use client";

import type { inferRouterOutputs } from "@trpc/server";
import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import type { AppRouter } from "@/server/router";

/** What the other side said to the test message, in its own words. */
export function TestOutcome({ outcome }: { outcome: inferRouterOutputs<AppRouter>["notification"]["test"] }) {
  const t = useTranslations("notifications.form");
  const sentence = useSentence();
  const { delivered, said, milliseconds } = outcome;
  return (
    <Banner
      alert
      tone={delivered ? "good" : "failed"}
      stateLabel={t(delivered ? "arrived" : "failed")}
      title={t(delivered ? "arrived" : "failed")}
      aside={t("took", { milliseconds })}
    >
      {t("answer", { said: sentence(said) })}
    </Banner>
  );
}
