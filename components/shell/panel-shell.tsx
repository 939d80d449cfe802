"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CommandPalette } from "@/components/shell/command-palette";
import { LocaleMenu } from "@/components/shell/locale-menu";
import { PanelClock } from "@/components/shell/panel-clock";
import { PanelStanding } from "@/components/shell/panel-standing";
import { Rail } from "@/components/shell/rail";
import { RunsTray } from "@/components/shell/runs-tray";
import { ShellFrame } from "@/components/shell/shell-frame";
import { ThemeMenu } from "@/components/shell/theme-menu";
import { usePanelOffset } from "@/components/shell/use-panel-offset";
import { useShellData } from "@/components/shell/use-shell-data";
import { UserMenu } from "@/components/shell/user-menu";
import { SkeletonWord } from "@/components/ui/skeleton";
import type { Actor } from "@/contract/account";

export interface PanelShellProps {
  actor: Actor;
  /** The bell: another area's. */
  alarms: ReactNode;
  children: ReactNode;
}

export function PanelShell({ actor, alarms, children }: PanelShellProps) {
  const { clusters, runs, runsUnreadable, unansweredSinceMs } = useShellData();
  const t = useTranslations("shell");
  const offsetMs = usePanelOffset();
  return (
    <ShellFrame
      rail={<Rail clusters={clusters} />}
      tools={
        <>
          <CommandPalette clusters={clusters} runs={runs} />
          {alarms}
          <RunsTray runs={runs} unreadable={runsUnreadable} />
          <LocaleMenu />
          <ThemeMenu />
          <UserMenu actor={actor} />
        </>
      }
    >
      <PanelClock offsetMs={offsetMs}>
        <PanelStanding unansweredSinceMs={unansweredSinceMs} offsetMs={offsetMs} />
        <SkeletonWord value={t("loading")}>{children}</SkeletonWord>
      </PanelClock>
    </ShellFrame>
  );
}
