"use client";

import { useTranslations } from "next-intl";
import { chooseBrowserNotices, useBrowserNotices } from "@/components/notification/use-browser-notices";
import { Panel } from "@/components/ui/panel";
import { Switch } from "@/components/ui/switch";

/** For this browser only; nothing of it is kept on the panel. */
export function BrowserCard() {
  const t = useTranslations("notifications.browser");
  const { on, obstacle } = useBrowserNotices();
  return (
    <Panel title={t("title")}>
      <Switch
        checked={on}
        disabled={obstacle !== null}
        onCheckedChange={(next) => void chooseBrowserNotices(next)}
        label={t("on")}
        description={obstacle === null ? t("help") : t(`obstacle.${obstacle}`)}
      />
    </Panel>
  );
}
