import type { ReactNode } from "react";
import { Texts } from "@/app/texts";
import { AlarmsBell } from "@/components/event/alarms-bell";
import { BrowserNotices } from "@/components/notification/browser-notices";
import { PanelShell } from "@/components/shell/panel-shell";
import { requireActorOnPage } from "@/server/auth/page";

export default async function PanelLayout({ children }: { children: ReactNode }) {
  const actor = await requireActorOnPage();
  return (
    <Texts areas={["drill", "events", "maintenance", "run", "sentences"]}>
      <PanelShell actor={actor} alarms={<AlarmsBell />}>
        {children}
        <BrowserNotices />
      </PanelShell>
    </Texts>
  );
}
