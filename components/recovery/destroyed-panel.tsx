"use client";

import { useTranslations } from "next-intl";
import { Banner } from "@/components/ui/banner";

/** Manual 2.3.2, plainly: what no panel can repair. */
export function DestroyedPanel({ nodes, isNear }: { nodes: number; isNear: boolean }) {
  const t = useTranslations("recovery.destroyed");
  const shell = useTranslations("shell.state");
  const survives = Math.floor((nodes - 1) / 2);
  return (
    <Banner
      tone={isNear ? "failed" : "note"}
      {...(isNear ? { stateLabel: shell("failed") } : {})}
      title={t("title", { nodes, lost: survives + 1 })}
    >
      <p>{t("text", { nodes, survives })}</p>
      <ul className="list-disc py-1 pl-5">
        {(["do-not", "keep", "then"] as const).map((what) => (
          <li key={what}>{t(what)}</li>
        ))}
      </ul>
      {survives < 2 && <p className="text-ink">{t("five")}</p>}
    </Banner>
  );
}
