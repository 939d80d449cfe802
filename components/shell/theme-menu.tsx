"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { useIsAwake } from "@/components/ui/use-now";

const icons = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeMenu() {
  const t = useTranslations("shell.theme");
  const { theme, setTheme } = useTheme();
  // The server cannot know the choice: it draws the default until the browser has woken up.
  const awake = useIsAwake();
  const chosen = awake && (theme === "light" || theme === "dark") ? theme : "system";
  const Icon = icons[chosen];
  return (
    <Menu
      trigger={
        <Button variant="quiet" size="icon" aria-label={t("label")}>
          <Icon aria-hidden />
        </Button>
      }
    >
      <MenuChoice
        label={t("label")}
        value={chosen}
        onValueChange={setTheme}
        options={[
          { value: "system", label: t("system") },
          { value: "light", label: t("light") },
          { value: "dark", label: t("dark") },
        ]}
      />
    </Menu>
  );
}
