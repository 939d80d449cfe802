"use client";

import type { ReactNode } from "react";
import { CommandPalette } from "@/components/shell/command-palette";
import { LocaleMenu } from "@/components/shell/locale-menu";
import { Rail } from "@/components/shell/rail";
import { RunsTray } from "@/components/shell/runs-tray";
import { ShellFrame } from "@/components/shell/shell-frame";
import { ThemeMenu } from "@/components/shell/theme-menu";
import { useShellData } from "@/components/shell/use-shell-data";
import { UserMenu } from "@/components/shell/user-menu";
import type { Actor } from "@/contract/account";

export function PanelShell({ actor, children }: { actor: Actor; children: ReactNode }) {
  const { clusters, runs, runsUnreadable } = useShellData();
  return (
    <ShellFrame
      rail={<Rail clusters={clusters} />}
      tools={
        <>
          <CommandPalette clusters={clusters} runs={runs} />
          <RunsTray runs={runs} unreadable={runsUnreadable} />
          <LocaleMenu />
          <ThemeMenu />
          <UserMenu actor={actor} />
        </>
      }
    >
      {children}
    </ShellFrame>
  );
}
